"""The version of what is stored: a process works only on the one that it knows.

The database holds one number, in the collection ``schema``. An older ShopReel refuses a newer database, a newer one
asks for ``shopreel migrate``. A database that has no number yet is of the first version.
"""

from __future__ import annotations

from contextlib import suppress

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from app.db.indexes import Document
from app.errors import WrongSchema
from app.models import utc_now

COLLECTION = "schema"
VERSION = 8
"""Raised, with a new entry in ``app.maintenance.migrations``, whenever what is stored changes so that older code
misreads it, or newer code misses something."""


CLOSED = 1_000_000
"""The version of a database that is being changed as a whole, so that every ShopReel refuses it."""
AGAIN = {"restore": "shopreel restore FOLDER", "migration": "shopreel migrate"}
"""What is being done -> what is run again where it was cut short."""


def check_schema(database: Database[Document]) -> None:
    """Let pass a database of this version; a new one becomes it.

    Raises:
        WrongSchema: it is of another version, or being changed as a whole; the message says what to do.
    """
    found = _record(database)
    version = int(found["version"])
    if "doing" in found:
        raise WrongSchema(
            f"a {found['doing']} of this database has begun and has not ended: if none is under way, it was cut short; "
            f"run it again: {AGAIN[found['doing']]}"
        )
    if version > VERSION:
        raise WrongSchema(
            f"the database is of schema version {version}, and this ShopReel knows {VERSION}: install a newer ShopReel"
        )
    if version < VERSION:
        raise WrongSchema(
            f"the database is of schema version {version}, and this ShopReel needs {VERSION}: "
            "stop all of its processes, back it up, then run: shopreel migrate"
        )


def version_of(database: Database[Document]) -> int:
    """Return the version of a database, or what it was before a migration began; an empty one is given the present."""
    found = _record(database)
    return int(found["before"] if "doing" in found else found["version"])


def doing(database: Database[Document]) -> Document | None:
    """Return the note that a database is being changed as a whole, or None: ``doing`` what, and what was ``known``."""
    found = database[COLLECTION].find_one({"_id": "version"})
    return found if found and "doing" in found else None


def begin(database: Database[Document], what: str, **known: object) -> bool:
    """Note that a database is being changed as a whole (``what``: of ``AGAIN``); False if that was noted before.

    ``known``: what whoever goes on with it after it was cut short must know.

    Raises:
        WrongSchema: it is being restored, and what is to be done is something else.
    """
    found = doing(database)
    if found is not None and found["doing"] == what:
        return False
    if found is not None and what != "restore":  # which does away with all that anything else has left half done
        check_schema(database)
    change = {"version": CLOSED, "doing": what, "at": utc_now(), "before": version_of(database), "known": known}
    database[COLLECTION].update_one({"_id": "version"}, {"$set": change})
    return True


def end(database: Database[Document], record: Document | None = None) -> None:
    """Note that it is over; ``record``: the document of the version, where it is not the one that was reached."""
    found = record or {"version": version_of(database), "at": utc_now()}
    database[COLLECTION].replace_one({"_id": "version"}, found, upsert=True)


def set_version(database: Database[Document], version: int) -> None:
    """Write the version that a database is of; in a migration it holds when that is over."""
    field = "version" if doing(database) is None else "before"
    database[COLLECTION].update_one({"_id": "version"}, {"$set": {field: version, "at": utc_now()}}, upsert=True)


def _record(database: Database[Document]) -> Document:
    """Return the document of the version; a database that has none is given one."""
    if (found := database[COLLECTION].find_one({"_id": "version"})) is not None:
        return found
    first: Document = {"version": 1 if database["tasks"].find_one({}, {"_id": 1}) else VERSION, "at": utc_now()}
    with suppress(DuplicateKeyError):  # of two that came at once
        database[COLLECTION].update_one({"_id": "version"}, {"$setOnInsert": first}, upsert=True)
    return {"_id": "version"} | first
