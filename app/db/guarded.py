"""Collections that refuse a write to many documents outside of a transaction, where the server has transactions.

A plain ``delete_many`` or ``update_many`` of the embedded database that meets a document of an open transaction waits
with the collection locked, which that transaction may need to end: both wait for ever. On any server it can be cut
short half way. Every collection that ShopReel touches is one of these, so that this cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import DeleteMany, MongoClient, UpdateMany
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.results import BulkWriteResult, DeleteResult, UpdateResult

from app.db.indexes import Document


class ManyOutsideTransaction(RuntimeError):
    """The code writes many documents at once without a transaction."""


class GuardedDatabase(Database[Document]):
    """A database whose collections are guarded."""

    def __init__(self, client: MongoClient[Document], name: str, transactions: bool) -> None:
        """``transactions``: whether the server has them."""
        super().__init__(client, name)
        self.transactions = transactions

    def __getitem__(self, name: str) -> GuardedCollection:
        """Return a collection of the database."""
        return GuardedCollection(self, name)

    def check_many(self, session: ClientSession | None) -> None:
        """Let pass a write to many documents in a transaction, or on a server that has none.

        Raises:
            ManyOutsideTransaction: it is neither.
        """
        if self.transactions and not (session is not None and session.in_transaction):
            raise ManyOutsideTransaction("writes to many documents at once belong into mongo.in_transaction")


class GuardedCollection(Collection[Document]):
    """A collection with that one rule more; where it breaks it, a method raises ``ManyOutsideTransaction``."""

    def __init__(self, database: GuardedDatabase, name: str) -> None:
        """As PyMongo's, with no options."""
        super().__init__(database, name)
        self._guard = database

    def delete_many(self, *args: Any, **options: Any) -> DeleteResult:
        """Do as PyMongo's."""
        self._guard.check_many(options.get("session"))
        return super().delete_many(*args, **options)

    def update_many(self, *args: Any, **options: Any) -> UpdateResult:
        """Do as PyMongo's."""
        self._guard.check_many(options.get("session"))
        return super().update_many(*args, **options)

    def bulk_write(self, requests: Sequence[Any], *args: Any, **options: Any) -> BulkWriteResult:
        """Do as PyMongo's."""
        if any(isinstance(one, DeleteMany | UpdateMany) for one in requests):
            self._guard.check_many(options.get("session"))
        return super().bulk_write(requests, *args, **options)


def guarded(client: MongoClient[Document], name: str) -> GuardedDatabase:
    """Return a database of a client's server, which is asked whether it has transactions."""
    return GuardedDatabase(client, name, has_transactions(client.admin.command("hello")))


def has_transactions(hello: Mapping[str, Any]) -> bool:
    """Tell by a server's answer to ``hello`` whether it has transactions: replica sets and sharded clusters do."""
    return "setName" in hello or hello.get("msg") == "isdbgrid"
