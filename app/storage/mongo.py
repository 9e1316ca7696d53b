"""The one MongoDB client of a process, and writes that belong together.

PyMongo pools and reconnects by itself: nothing here pings before a call.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pymongo import DeleteMany, DeleteOne, InsertOne, MongoClient, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import ClientBulkWriteException, DuplicateKeyError, PyMongoError

from app.config import Settings, get_settings
from app.embedded import attach
from app.storage.indexes import Document, ensure_indexes

MAX_WIRE_VERSION_8_0 = 25
"""The first version with ``bulkWrite`` over several collections (MongoDB 8.0)."""
DUPLICATE_KEY = 11000

Filter = dict[str, Any]


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


@dataclass(frozen=True)
class Delete:
    """Delete the first document that matches, or ``many``: all."""

    collection: str
    filter: Filter
    many: bool = False


Write = Insert | Update | Delete


@dataclass
class _Connection:
    process_id: int
    client: MongoClient[Document]
    database: Database[Document]
    transactions: bool
    bulk_write: bool


_connection: _Connection | None = None
_lock = threading.Lock()


def mongodb_uri(settings: Settings) -> str:
    """Return the URI of the database: the configured one, or the embedded one's (which is started if need be)."""
    return settings.mongodb_uri or attach(settings.shopreel_data_dir).mongodb_uri


def connect() -> _Connection:
    """Return the process's connection; the first call connects, and makes and verifies the indexes.

    Raises:
        pymongo.errors.PyMongoError: the server does not answer; the next call tries again.
        app.errors.ShopReelError: the embedded server does not start, or an index is not as it must be.
    """
    global _connection
    held = _connection
    if held is not None and held.process_id == os.getpid():
        return held
    with _lock:
        if _connection is None or _connection.process_id != os.getpid():
            _connection = _open(get_settings())
        return _connection


def _open(settings: Settings) -> _Connection:
    client: MongoClient[Document] = MongoClient(
        mongodb_uri(settings),
        appname="shopreel",
        tz_aware=True,
        minPoolSize=settings.mongodb_pool_size,
        maxPoolSize=max(settings.mongodb_pool_size, settings.mongodb_max_pool_size),
        serverSelectionTimeoutMS=settings.mongodb_server_selection_timeout,
        connectTimeoutMS=settings.mongodb_connect_timeout,
        socketTimeoutMS=settings.mongodb_socket_timeout,
    )
    try:
        hello = client.admin.command("hello")
        database = client[settings.mongodb_database]
        ensure_indexes(database)
    except BaseException:
        client.close()
        raise
    return _Connection(
        process_id=os.getpid(),
        client=client,
        database=database,
        transactions="setName" in hello or hello.get("msg") == "isdbgrid",
        bulk_write=hello["maxWireVersion"] >= MAX_WIRE_VERSION_8_0,
    )


def collection(name: str) -> Collection[Document]:
    """Return a collection of the ShopReel database. Raises as ``connect``."""
    return connect().database[name]


def close() -> None:
    """Close the client, if there is one; the next use connects anew."""
    global _connection
    with _lock:
        if _connection is not None and _connection.process_id == os.getpid():
            _connection.client.close()
        _connection = None


def write_together(writes: Sequence[Write]) -> bool:
    """Do several writes as one: all or none.

    The first one decides: if it is an update that matches nothing, nothing is written. Two round trips on a server with
    transactions and ``bulkWrite`` (MongoDB 8.0 replica sets, the embedded database). Where the server has no
    transactions, the writes are done in the order given, which the sweeper can repair if it is cut short.

    Returns:
        False if the first update matched nothing.

    Raises:
        pymongo.errors.DuplicateKeyError: an insert meets an existing unique key; nothing was written (or, without
            transactions, nothing after it).
        pymongo.errors.PyMongoError: any other fault.
    """
    connection = connect()
    if not connection.transactions:
        return _in_order(connection, writes)
    step = _bulk if connection.bulk_write else _one_by_one
    # Without causal consistency a retried transaction asks for no ``afterClusterTime``; nothing is read in it anyway.
    with connection.client.start_session(causal_consistency=False) as session:
        return session.with_transaction(partial(step, connection, writes))


def _write(connection: _Connection, write: Write, session: ClientSession | None = None) -> bool:
    target = connection.database[write.collection]
    match write:
        case Insert():
            target.insert_one(write.document, session=session)
            return True
        case Update():
            return target.update_one(write.filter, write.update, session=session).matched_count > 0
        case Delete():
            delete = target.delete_many if write.many else target.delete_one
            return delete(write.filter, session=session).deleted_count > 0


def _in_order(connection: _Connection, writes: Sequence[Write]) -> bool:
    if isinstance(writes[0], Update):
        if not _write(connection, writes[0]):
            return False
        writes = writes[1:]
    if connection.bulk_write:
        _bulk(connection, writes, None)
    else:
        for write in writes:
            _write(connection, write)
    return True


def _one_by_one(connection: _Connection, writes: Sequence[Write], session: ClientSession) -> bool:
    for write in writes:
        if not _write(connection, write, session) and write is writes[0] and isinstance(write, Update):
            session.abort_transaction()
            return False
    return True


def _bulk(connection: _Connection, writes: Sequence[Write], session: ClientSession | None) -> bool:
    try:
        result = connection.client.bulk_write(
            [_model(connection.database.name, write) for write in writes],
            session=session,
            ordered=True,
            verbose_results=True,
        )
    except ClientBulkWriteException as error:
        raise _plain_error(error) from error
    if session is not None and isinstance(writes[0], Update) and not result.update_results[0].matched_count:
        session.abort_transaction()
        return False
    return True


def _model(database: str, write: Write) -> InsertOne[Document] | UpdateOne | DeleteOne | DeleteMany:
    namespace = f"{database}.{write.collection}"
    match write:
        case Insert():
            return InsertOne(write.document, namespace=namespace)
        case Update():
            return UpdateOne(write.filter, write.update, namespace=namespace)
        case Delete():
            delete = DeleteMany if write.many else DeleteOne
            return delete(write.filter, namespace=namespace)


def _plain_error(error: ClientBulkWriteException) -> PyMongoError:
    """Return the fault inside: ``with_transaction`` looks for its labels there, and callers for a duplicate key."""
    if isinstance(error.error, PyMongoError):
        return error.error
    for fault in error.details.get("writeErrors", []):
        if fault["code"] == DUPLICATE_KEY:
            return DuplicateKeyError(fault["errmsg"], DUPLICATE_KEY, dict(fault))
    return error
