"""Notes of media that may be of no use, for the sweeper (``app.blobs.sweeper``) to look at a day later.

A file cannot be written, or removed, in a transaction of the database. So whoever takes a key out of a record notes it
with the same writes, and whoever is about to store a file, or to use one that is there, notes its key before. A note
says nothing but that somebody should look: what a record names when the note is due stays, and so does what was noted
again meanwhile; the rest goes. Downloads that ran have ended by then, and a run that died, or came too late, leaves
nothing for good.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from app.blobs import store as media
from app.core.telemetry import get_logger
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.many import chunked
from app.db.writes import Insert
from app.errors import DatabaseAway
from app.models import utc_now

COLLECTION = "unused_media"
log = get_logger("media")
GRACE = timedelta(days=1)
"""So long what is noted stays at least."""


def noted(keys: Iterable[str], user_id: str | None) -> list[Insert]:
    """Return the writes that note keys; one that ends in ``/`` stands for all that begin with it."""
    named, due = sorted(set(keys)), utc_now() + GRACE
    return [
        Insert(COLLECTION, {"_id": ObjectId(), "keys": some, "user_id": user_id, "due_at": due})
        for some in chunked(named)
    ]


def note(keys: Iterable[str], user_id: str | None) -> None:
    """Note keys before files are stored, or used, under them. In an outage it is left: it is no reason to stop."""
    try:
        with database_answers():
            if writes := noted(keys, user_id):
                write_together(writes)
    except DatabaseAway as error:
        log.warning("media_not_noted", reason=str(error))


def put_shared(folder: str, data: bytes, suffix: str, user_id: str | None) -> str:
    """Store what may be stored for others too, under a key that follows from it; return the key.

    ``user_id``: for whom; they are found by it before a record names the file. Raises as ``media.put``.
    """
    key = media.content_key(folder, data, suffix)
    note([key], user_id)
    media.put(key, data)
    return key


@database_answers()
def due_notes(before: datetime, limit: int) -> list[dict[str, Any]]:
    """Return notes (``_id``, ``keys``) that were due before a date."""
    return list(mongo.collection(COLLECTION).find({"due_at": {"$lt": before}}).limit(limit))


@database_answers()
def notes_of(user_id: str) -> list[dict[str, Any]]:
    """Return the notes (``_id``, ``keys``) of what is, or was, a user's."""
    return list(mongo.collection(COLLECTION).find({"user_id": user_id}))


@database_answers()
def noted_again(keys: Collection[str], since: datetime) -> set[str]:
    """Return those of some keys that have a note which is due at or after a date."""
    found: set[str] = set()
    for some in chunked(list(keys)):
        notes = mongo.collection(COLLECTION).find({"keys": {"$in": some}, "due_at": {"$gte": since}}, {"keys": 1})
        found.update(key for one in notes for key in one["keys"])
    return found & set(keys)
