"""Many documents by their ids, some at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pymongo.client_session import ClientSession

from app.db.client import collection, held, in_transaction
from app.db.indexes import Document
from app.db.stand_in import server as stand_in

IDS_AT_ONCE = 1000
"""Of one ``$in``, where the server does not want fewer."""
CASCADES = {"tasks": ("idempotency", "made"), "shorts": ("idempotency", "made")}
"""Collection -> the collection whose documents go with its own, and their field that holds its ``_id``."""


def find_by_id(
    name: str, ids: Sequence[Any], fields: Mapping[str, int] | None = None, session: ClientSession | None = None
) -> Iterator[Document]:
    """Yield those of some documents of a collection that there are, in no order."""
    for some in chunked(ids):
        yield from collection(name).find({"_id": {"$in": some}}, fields, session=session)


def delete_by_id(name: str, ids: Sequence[Any]) -> int:
    """Remove documents of a collection, and what goes with them, in one transaction; return how many there were.

    A plain ``delete_many`` of the embedded database that meets a document of an open transaction waits with the
    collection locked, which that transaction may need to end.
    """

    def delete(session: ClientSession | None) -> int:
        removed = 0
        for some in chunked(ids):
            removed += collection(name).delete_many({"_id": {"$in": some}}, session=session).deleted_count
            if name in CASCADES:
                other, reference = CASCADES[name]
                collection(other).delete_many({reference: {"$in": some}}, session=session)
        return removed

    return in_transaction(delete)


def chunked(ids: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield ids, as many at once as one ``$in`` of the connected server should name."""
    connection = held()
    size = stand_in.IDS_AT_ONCE if connection is None or connection.sorts_first else IDS_AT_ONCE
    for begin in range(0, len(ids), size):
        yield list(ids[begin : begin + size])
