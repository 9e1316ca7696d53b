"""The writes that may belong together, as data: they can be kept, repeated, and sent in one command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bson
from pymongo import DeleteMany, DeleteOne, InsertOne, UpdateOne

from app.db.indexes import Document
from app.errors import InvalidInput

Filter = dict[str, Any]
MAX_STORED_BYTES = 8_000_000
"""For a task's metadata and for its result; together they stay below what a document may hold (16 MB)."""


@dataclass(frozen=True)
class Insert:
    """Insert one document."""

    collection: str
    document: Document


@dataclass(frozen=True)
class Update:
    """Update the first document that matches."""

    collection: str
    filter: Filter
    update: Document
    upsert: bool = False


@dataclass(frozen=True)
class Delete:
    """Delete the first document that matches, or ``many``: all; ``required``: it decides, see ``write_together``."""

    collection: str
    filter: Filter
    many: bool = False
    required: bool = False


Write = Insert | Update | Delete
WRITES: dict[str, type[Insert | Update | Delete]] = {kind.__name__: kind for kind in (Insert, Update, Delete)}


def write_document(write: Write) -> Document:
    """Return a write as a document, for keeping it."""
    return {"do": type(write).__name__} | vars(write)


def write_of(document: Document) -> Write:
    """Return the write that a document holds."""
    return WRITES[document["do"]](**{name: value for name, value in document.items() if name != "do"})


def is_precondition(write: Write) -> bool:
    """Tell whether nothing of several writes is done where this one, their first, matches nothing."""
    return (isinstance(write, Update) and not write.upsert) or (isinstance(write, Delete) and write.required)


def is_many(write: Write) -> bool:
    """Tell whether a write is to all that match."""
    return isinstance(write, Delete) and write.many


def model_of(database: str, write: Write) -> InsertOne[Document] | UpdateOne | DeleteOne | DeleteMany:
    """Return a write as PyMongo's ``MongoClient.bulk_write`` takes it."""
    namespace = f"{database}.{write.collection}"
    match write:
        case Insert():
            return InsertOne(write.document, namespace=namespace)
        case Update():
            return UpdateOne(write.filter, write.update, upsert=write.upsert, namespace=namespace)
        case Delete():
            delete = DeleteMany if write.many else DeleteOne
            return delete(write.filter, namespace=namespace)


def check_storable(name: str, document: Document) -> None:
    """Find out before anything is written, not from the server's refusal half way.

    Raises:
        InvalidInput: the document, ``name``, is too large or holds what BSON has no form for.
    """
    try:
        size = len(bson.encode(document))
    except (bson.errors.BSONError, OverflowError, UnicodeError) as error:
        raise InvalidInput(f"{name}: cannot be stored: {str(error)[:200]}") from None
    if size > MAX_STORED_BYTES:
        raise InvalidInput(f"{name}: {size / 1e6:.1f} MB is more than {MAX_STORED_BYTES // 1_000_000} MB")
