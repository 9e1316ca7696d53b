"""The one MongoDB client of a process, and writes that belong together.

PyMongo pools and reconnects by itself: nothing here pings before a call. Whoever calls the database does so under
``database_answers``, which bounds the wait and gives an outage its name.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pymongo
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import (
    BulkWriteError,
    ClientBulkWriteException,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from pymongo.read_concern import ReadConcern

from app.config import Settings, get_settings
from app.core.server_urls import option_names
from app.db.error_causes import OUT_OF_DISK_SPACE, database_error
from app.db.guarded import GuardedCollection, GuardedDatabase, has_transactions
from app.db.indexes import Document, ensure_indexes
from app.db.schema import check_schema
from app.db.server_clock import clock
from app.db.stand_in.server import MANY, WRITES_A_STATEMENT, runs, sorts_first
from app.db.writes import Delete, Insert, Update, Write, is_many, is_precondition, model_of
from app.embedded import attach, report_broken
from app.errors import DatabaseAway

MAX_WIRE_VERSION_8_0 = 25
"""The first version with ``bulkWrite`` over several collections (MongoDB 8.0)."""
DUPLICATE_KEY = 11000
ANSWER_SECONDS = 5.0
"""A call that takes longer has met an outage."""
RIDE_OUT_SECONDS = 2.0
"""A restart or an election is over by then: for so long calls wait for the server, then they fail at once."""
MONITOR_MS = 1000
"""PyMongo's monitor looks as often, so that nobody has to wait for a server in order to see it come back."""

WRITTEN_BY_ALL = ("tasks", "sessions", "outbox", "counters")

Result = TypeVar("Result")


@dataclass
class _Connection:
    process_id: int
    client: MongoClient[Document]
    database: GuardedDatabase
    bulk_write: bool
    sorts_first: bool
    """Whether it wants what ``app.db.stand_in`` has."""
    away_since: float | None = None
    """When it was first noticed that no server is known; None while one is."""
    abandoned: list[Mapping[str, Any]] = field(default_factory=list)
    """The server sessions whose last transaction may still be open."""

    @property
    def transactions(self) -> bool:
        """Whether the server has transactions."""
        return self.database.transactions

    @transactions.setter
    def transactions(self, has: bool) -> None:
        self.database.transactions = has


_connection: _Connection | None = None
_away_until = 0.0
_lock = threading.Lock()


def mongodb_uri(settings: Settings) -> str:
    """Return the URI of the database: the configured one, or the embedded one's (which is started if need be)."""
    return settings.mongodb_uri or attach(settings.shopreel_data_dir).mongodb_uri


def connect() -> _Connection:
    """Return the process's connection; the first call connects, and makes and verifies the indexes.

    Raises:
        pymongo.errors.PyMongoError: the server does not answer; the next call tries again.
        app.errors.ShopReelError: the embedded server does not start, the schema is of another version, or an index is
            not as it must be.
    """
    global _connection, _away_until
    if (found := held()) is not None:
        return found
    with _lock:
        if held() is None:
            # Those who waited while one of them tried in vain do not try in turn, each with the full wait.
            if time.monotonic() < _away_until:
                raise ServerSelectionTimeoutError("no server a moment ago")
            try:
                _connection = _open(get_settings())
            except PyMongoError:
                _away_until = time.monotonic() + MONITOR_MS / 1000
                raise
        assert _connection is not None
        return _connection


def held() -> _Connection | None:
    """Return the process's connection; None: nothing has connected yet."""
    return _connection if _connection and _connection.process_id == os.getpid() else None


@contextmanager
def database_answers() -> Iterator[None]:
    """Bound what the database calls inside may take, all together, and give every fault of the database one name.

    They may take ``ANSWER_SECONDS``, and are repeated by PyMongo until then; while the database is known to be away
    they fail at once. As a decorator it does so for each call of a function.

    Raises:
        DatabaseAway: no server answers, or not in time.
        DependencyRefuses: the server refuses until a setting or a right is changed.
        Unavailable: the server refuses for another reason.
    """
    try:
        with pymongo.timeout(_patience()):
            yield
    except PyMongoError as error:
        away = is_outage(error)
        if away:
            known_away()
        raise database_error(error, away, get_settings().mongodb_database) from error


def check_reading(stuck: bool = False) -> None:
    """Have the embedded database started anew if it answers but cannot even read, as after a disk that was full.

    ``stuck``: every round has timed out for a while (transactions can wait for each other for ever); then also if it
    reads, unless it is only slow.
    """
    settings = get_settings()
    if settings.mongodb_uri is not None or _connection is None:
        return
    reads = True
    try:
        with pymongo.timeout(ANSWER_SECONDS):
            _connection.database["leases"].find_one({}, {"_id": 1})
    except OperationFailure:
        stuck, reads = True, False
    except PyMongoError:
        return  # an outage, which passes without this
    if stuck and not (reads and _takes_writes(_connection)):
        report_broken(settings.shopreel_data_dir)


def _takes_writes(connection: _Connection) -> bool:
    """Tell whether the collections that everybody writes to can be written to, though slowly: slow is not stuck."""
    try:
        for name in WRITTEN_BY_ALL:
            with pymongo.timeout(ANSWER_SECONDS):
                connection.database[name].update_one({"_id": "-"}, {"$set": {"probe": True}})
    except PyMongoError:
        return False
    return True


def is_outage(error: PyMongoError) -> bool:
    """Tell whether the same call may succeed later without anything being changed."""
    passing = any(map(error.has_error_label, ("TransientTransactionError", "RetryableWriteError")))
    full = isinstance(error, OperationFailure) and error.code == OUT_OF_DISK_SPACE
    unnamed = type(error.__cause__).__module__.startswith("dns.")  # the list of servers (SRV) could not be looked up
    return isinstance(error, ConnectionFailure) or error.timeout or passing or full or unnamed


def _patience() -> float:
    if (since := known_away()) is None:
        return ANSWER_SECONDS
    left = since + RIDE_OUT_SECONDS - time.monotonic()
    if left <= 0:
        raise ServerSelectionTimeoutError("no server for a while")
    return left


def known_away() -> float | None:
    """Return since when (``time.monotonic``) PyMongo is known to know of no server; None while it knows one."""
    if (connection := _connection) is None:
        return None
    known = connection.client.topology_description
    away = not (known.known_servers and known.has_writable_server())
    connection.away_since = (connection.away_since or time.monotonic()) if away else None
    return connection.away_since


def open_client(settings: Settings) -> MongoClient[Document]:
    """Return a new client of the database of the settings."""
    return MongoClient(mongodb_uri(settings), **client_options(settings))


def client_options(settings: Settings) -> dict[str, Any]:
    """Return what every client of the database is opened with; an option of the address that is left in it holds."""
    options = {
        "appname": "shopreel",
        "tz_aware": True,
        "readPreference": "primary",
        "w": "majority",
        "event_listeners": [clock],
        "heartbeatFrequencyMS": MONITOR_MS,
        "minPoolSize": settings.mongodb_pool_size,
        "maxPoolSize": max(settings.mongodb_pool_size, settings.mongodb_max_pool_size),
        "serverSelectionTimeoutMS": settings.mongodb_server_selection_timeout,
        "connectTimeoutMS": settings.mongodb_connect_timeout,
        "socketTimeoutMS": settings.mongodb_socket_timeout,
    }
    named = option_names(settings.mongodb_uri or "")
    return {name: value for name, value in options.items() if name.lower() not in named}


def _open(settings: Settings) -> _Connection:
    client = open_client(settings)
    try:
        hello = client.admin.command("hello")
        clock.learn(hello["localTime"])
        database = GuardedDatabase(client, settings.mongodb_database, has_transactions(hello))
        check_schema(database)
        ensure_indexes(database)
        sorts = sorts_first(database)
    except BaseException:
        client.close()
        raise
    return _Connection(
        process_id=os.getpid(),
        client=client,
        database=database,
        bulk_write=hello["maxWireVersion"] >= MAX_WIRE_VERSION_8_0,
        sorts_first=sorts,
    )


def collection(name: str) -> GuardedCollection:
    """Return a collection of the ShopReel database. Raises PyMongoError or ShopReelError, as ``connect`` does."""
    return connect().database[name]


def close() -> None:
    """Close the client, if there is one; the next use connects anew."""
    global _connection, _away_until
    with _lock:
        if (connection := held()) is not None:
            with suppress(DatabaseAway), database_answers():  # they end by themselves, in a minute
                end_abandoned()
            connection.client.close()
        _connection = None
        _away_until = 0.0
        clock.forget()


def write_together(writes: Sequence[Write]) -> bool:
    """Do several writes as one: all or none.

    The first one decides: if it is an update (or a required delete) that matches nothing, nothing is written. Two round
    trips on a server with transactions and ``bulkWrite`` (MongoDB 8.0 replica sets, the embedded database). Where the
    server has no transactions, the writes are done in the order given, which the sweeper can repair if it is cut short.

    Returns:
        False if the first one, which decides, matched nothing.

    Raises:
        pymongo.errors.DuplicateKeyError: an insert meets an existing unique key; nothing was written (or, without
            transactions, nothing after it).
        pymongo.errors.PyMongoError: any other fault.
    """
    connection = connect()
    if len(writes) == 1 and not is_many(writes[0]):
        return _write(connection, writes[0])
    return in_transaction(partial(write_in, writes=writes))


def in_transaction(step: Callable[[ClientSession | None], Result], *, reads: bool = False) -> Result:
    """Run ``step`` in a transaction, again when it meets another; where the server has none, once and with None.

    It writes by ``write_in``. ``reads``: it begins by reading, with the session, and sees one snapshot.
    """
    connection = connect()
    if not connection.transactions:
        return step(None)
    end_abandoned()
    # Without causal consistency a retried transaction asks for no ``afterClusterTime``.
    with connection.client.start_session(causal_consistency=False) as session:
        try:
            return session.with_transaction(step, read_concern=ReadConcern("snapshot") if reads else None)
        except PyMongoError as error:
            if is_outage(error):
                connection.abandoned.append(session.session_id)
            raise


def write_in(session: ClientSession | None, writes: Sequence[Write], at_once: int = WRITES_A_STATEMENT) -> bool:
    """Do writes within ``in_transaction``; returns and raises as ``write_together``.

    ``at_once``: in one statement, where the server wants few of them.
    """
    connection = connect()
    if session is None:
        return _in_order(connection, writes)
    write = _bulk if connection.bulk_write else _one_by_one
    if not connection.sorts_first:
        return write(connection, writes, session)
    first, *others = runs(writes)
    if not write(connection, first, session):
        return False
    for run in others:
        insert = all(isinstance(one, Insert) for one in run) and len(run) >= MANY
        for start in range(0, len(run), at_once):
            (_insert_many if insert else write)(connection, run[start : start + at_once], session)
    return True


def end_abandoned() -> None:
    """End the transactions of this process that an outage cut short, if there are any.

    Left alone, a server that was only out of reach keeps them, and the documents that they touched locked, for a minute
    (MongoDB's ``transactionLifetimeLimitSeconds``).
    """
    if (connection := _connection) is not None and (abandoned := list(connection.abandoned)):
        connection.client.admin.command("killSessions", abandoned)
        del connection.abandoned[: len(abandoned)]


def _insert_many(connection: _Connection, inserts: Sequence[Write], session: ClientSession) -> None:
    documents = [one.document for one in inserts if isinstance(one, Insert)]
    try:
        connection.database[inserts[0].collection].insert_many(documents, session=session)
    except BulkWriteError as error:
        faults: list[Document] = error.details.get("writeErrors", [])
        if any(fault["code"] == DUPLICATE_KEY for fault in faults):
            raise DuplicateKeyError(faults[0]["errmsg"], DUPLICATE_KEY, faults[0]) from error
        raise


def _write(connection: _Connection, write: Write, session: ClientSession | None = None) -> bool:
    target = connection.database[write.collection]
    match write:
        case Insert():
            target.insert_one(write.document, session=session)
            return True
        case Update():
            done = target.update_one(write.filter, write.update, upsert=write.upsert, session=session)
            return done.matched_count > 0 or done.upserted_id is not None
        case Delete():
            delete = target.delete_many if write.many else target.delete_one
            return delete(write.filter, session=session).deleted_count > 0


def _in_order(connection: _Connection, writes: Sequence[Write]) -> bool:
    if is_precondition(writes[0]):
        if not _write(connection, writes[0]):
            return False
        writes = writes[1:]
    if connection.bulk_write and writes:
        _bulk(connection, writes, None)
    else:
        for write in writes:
            _write(connection, write)
    return True


def _one_by_one(connection: _Connection, writes: Sequence[Write], session: ClientSession) -> bool:
    for write in writes:
        if not _write(connection, write, session) and write is writes[0] and is_precondition(write):
            session.abort_transaction()
            return False
    return True


def _bulk(connection: _Connection, writes: Sequence[Write], session: ClientSession | None) -> bool:
    if any(map(is_many, writes)):
        connection.database.check_many(session)
    try:
        result = connection.client.bulk_write(
            [model_of(connection.database.name, write) for write in writes],
            session=session,
            ordered=True,
            verbose_results=True,
        )
    except ClientBulkWriteException as error:
        raise _plain_error(error) from error
    if session is not None and is_precondition(writes[0]):
        update, delete = result.update_results.get(0), result.delete_results.get(0)
        if not (update.matched_count if update else delete and delete.deleted_count):
            session.abort_transaction()
            return False
    return True


def _plain_error(error: ClientBulkWriteException) -> PyMongoError:
    """Return the fault inside: ``with_transaction`` looks for its labels there, and callers for a duplicate key."""
    if isinstance(error.error, PyMongoError):
        return error.error
    for fault in error.details.get("writeErrors", []):
        if fault["code"] == DUPLICATE_KEY:
            return DuplicateKeyError(fault["errmsg"], DUPLICATE_KEY, dict(fault))
    return error
