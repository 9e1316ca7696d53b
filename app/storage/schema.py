"""The version of what is stored: a process works only on the one that it knows.

The database holds one number, in the collection ``schema``. An older ShopReel refuses a newer database, a newer one
asks for ``shopreel migrate``. A database that has no number yet is of the first version.
"""

from __future__ import annotations

from contextlib import suppress

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from app.errors import WrongSchema
from app.models import utc_now
from app.storage.indexes import Document

COLLECTION = "schema"
VERSION = 4
"""Raised, with a new entry in ``app.storage.migrations``, whenever what is stored changes so that older code misreads
it, or newer code misses something."""


def check_schema(database: Database[Document]) -> None:
    """Let pass a database of this version; a new one becomes it.

    Raises:
        WrongSchema: it is of another version; the message says what to do.
    """
    found = version_of(database)
    if found > VERSION:
        raise WrongSchema(
            f"the database is of schema version {found}, and this ShopReel knows {VERSION}: install a newer ShopReel"
        )
    if found < VERSION:
        raise WrongSchema(
            f"the database is of schema version {found}, and this ShopReel needs {VERSION}: "
            "stop all of its processes, back it up, then run: shopreel migrate"
        )


def version_of(database: Database[Document]) -> int:
    """Return the version of a database; one that is empty is given the present one."""
    found = database[COLLECTION].find_one({"_id": "version"})
    if found is not None:
        return int(found["version"])
    first = 1 if database["tasks"].find_one({}, {"_id": 1}) else VERSION
    set_version(database, first, new=True)
    return first


def set_version(database: Database[Document], version: int, *, new: bool = False) -> None:
    """Write the version; ``new``: unless another process was first."""
    change = {"version": version, "at": utc_now()}
    with suppress(DuplicateKeyError):  # of two that came at once
        database[COLLECTION].update_one({"_id": "version"}, {"$setOnInsert" if new else "$set": change}, upsert=True)
