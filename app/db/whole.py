"""The database as a whole, for those who copy, replace or migrate it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import PyMongoError

from app.config import get_settings
from app.db.client import is_outage, open_client
from app.db.error_causes import database_error
from app.db.guarded import GuardedDatabase, guarded


@contextmanager
def unchecked() -> Iterator[GuardedDatabase]:
    """Yield the database whatever its schema version is, for those who change it as a whole.

    Raises:
        DatabaseAway, Unavailable: as ``database_answers``, but without its limit of time.
    """
    settings = get_settings()
    try:
        with open_client(settings) as client:
            yield guarded(client, settings.mongodb_database)
    except PyMongoError as error:
        raise database_error(error, is_outage(error), settings.mongodb_database) from error
