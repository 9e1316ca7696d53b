"""Removes the media that were noted as unused (``app.blobs.unused``) and that no record names by now."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from app.blobs import store as media
from app.blobs import unused as unused_media
from app.core.telemetry import CLEANED
from app.db import client as mongo
from app.db.batches import Worked
from app.db.client import database_answers
from app.db.many import delete_by_id
from app.models import TaskType

NOTES_AT_ONCE = 500
DOCUMENTS_AT_ONCE = 200
NAMING = {
    "shorts": {"clips": 1, "video": 1, "earlier": 1, "stills": 1, "variant_stills": 1, "html_key": 1, "user_id": 1},
    "products": {"images": 1, "user_id": 1},
    "tasks": {"metadata": 1, "task_type": 1, "user_id": 1},
}
"""The collections whose documents name media, and the fields in which they do."""
_under_way: Iterator[int] | None = None
"""What a sweep of this process that had to stop has still to do."""


def sweep_media(due_before: datetime, seconds: float = math.inf) -> Worked[bool]:
    """Remove the unused media whose notes were due before a date, for so many seconds; return how many, and if more is.

    In rounds that each end with their notes: each costs a walk through the records, and there is none without a note.
    The next call of this process goes on in the middle of a walk.

    Raises:
        Unavailable: the database or the media store does not answer; what is left goes with the next call.
    """
    global _under_way
    end, removed = time.monotonic() + seconds, 0
    steps, _under_way = _under_way or _rounds(due_before), None
    for done in steps:
        removed += done
        if time.monotonic() >= end:
            _under_way = steps
            break
    CLEANED.labels("media").inc(removed)
    return Worked(removed, True if _under_way else None)


def remove_unused(keys: Iterable[str]) -> int:
    """Remove those of some files that no record names; return how many.

    A key that ends in ``/`` stands for all below it.

    Raises:
        Unavailable: the database or the media store does not answer.
    """
    return sum(_removing(keys))


def _rounds(due_before: datetime) -> Iterator[int]:
    """Sweep step by step; yield how much each has removed."""
    while notes := unused_media.due_notes(due_before, NOTES_AT_ONCE):
        yield from _removing({key for note in notes for key in note["keys"]}, due_before)
        with database_answers():
            delete_by_id(unused_media.COLLECTION, [note["_id"] for note in notes])


def _removing(keys: Iterable[str], noted_since: datetime | None = None) -> Iterator[int]:
    """Do what ``remove_unused`` says, step by step.

    ``noted_since``: what has a note that is due at or after this date stays too: somebody is about to name it.
    """
    left = set(keys)
    if not left:
        return
    folders = {key for key in left if key.endswith("/")}
    named: set[str] = set()
    for batch in _named():
        for own, names in batch:
            left.discard(own)
            folders.discard(own)
            named.update(name for name in names if name in left or not folders.isdisjoint(_folders_of(name)))
        yield 0
    # Last: whoever has come to use one since its record was looked at has noted it before.
    again = unused_media.noted_again(left, noted_since) if noted_since else set()
    gone = left - named - again
    media.delete(gone - folders)
    for folder in folders & gone:
        media.delete_under(folder.rstrip("/"), keep=named)
    yield len(gone)


def _named() -> Iterator[list[tuple[str, set[str]]]]:
    """Yield, in batches, of each document that may name files the folder that is its own, and the keys it names."""
    for name, fields in NAMING.items():
        with database_answers():
            found = mongo.collection(name).find({}, fields)
        while True:
            with database_answers():
                batch = list(islice(found, DOCUMENTS_AT_ONCE))
            if not batch:
                break
            yield [(own_folder(name, document), set(media.keys_in(document))) for document in batch]


def _folders_of(key: str) -> Iterator[str]:
    """Yield the folders that a key lies in, each with its slash."""
    for end, letter in enumerate(key):
        if letter == "/":
            yield key[: end + 1]


def own_folder(collection: str, document: dict[str, Any]) -> str:
    """Return the folder, with its slash, of the files that are a document's alone; empty where it can have none."""
    if collection == "shorts":
        return media.short_key(document["_id"], "")
    extraction = collection == "tasks" and document.get("task_type") == TaskType.DATA_EXTRACTION
    return f"extractions/{document['_id']}/" if extraction else ""
