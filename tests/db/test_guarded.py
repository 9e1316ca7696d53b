"""Many documents are written in transactions alone, wherever the code stands; who meets an open one does not hang."""

from __future__ import annotations

import ast
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo import DeleteMany, UpdateMany
from pymongo.client_session import ClientSession

import app
from app.db import client as mongo
from app.db.client import write_together
from app.db.guarded import GuardedCollection, ManyOutsideTransaction
from app.db.whole import unchecked
from app.db.writes import Delete
from app.events.repository import buckets, remove_events
from app.models import utc_now
from tests.conftest import COMMANDS, wipe
from tests.polling import wait_for

MANY_WRITES: dict[str, Callable[..., Any]] = {
    "delete": lambda found, **options: found.delete_many({"a": 1}, **options),
    "update": lambda found, **options: found.update_many({"a": 1}, {"$set": {"b": 1}}, **options),
    "bulk delete": lambda found, **options: found.bulk_write([DeleteMany({"a": 1})], **options),
    "bulk update": lambda found, **options: found.bulk_write([UpdateMany({"a": 1}, {"$set": {"b": 1}})], **options),
}
PLACES = {
    "DeleteMany": ("db/guarded.py", "db/writes.py"),
    "UpdateMany": ("db/guarded.py",),
    "MongoClient": ("db/client.py", "db/guarded.py", "core/server_urls.py"),
    "AsyncMongoClient": ("db/async_client.py",),
    "open_client": ("db/client.py", "db/whole.py"),
}
"""What could give a collection without the guard -> the modules that may name it."""


@pytest.mark.parametrize("kind", MANY_WRITES)
def test_many_documents_are_written_in_a_transaction_or_not_at_all(kind: str) -> None:
    found = mongo.collection("figures")
    with pytest.raises(ManyOutsideTransaction):
        MANY_WRITES[kind](found)
    with unchecked() as database, pytest.raises(ManyOutsideTransaction):
        MANY_WRITES[kind](database["figures"])
    mongo.in_transaction(lambda session: MANY_WRITES[kind](found, session=session))
    session = mongo.connect().client.start_session()
    with session, pytest.raises(ManyOutsideTransaction):  # a session that is in no transaction
        MANY_WRITES[kind](found, session=session)


def test_a_server_without_transactions_is_written_to_as_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongo.connect(), "transactions", False)
    assert mongo.collection("figures").delete_many({"a": 1}).deleted_count == 0


def test_no_module_gets_around_the_guard() -> None:
    around, root = [], Path(app.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            within = path.relative_to(root).as_posix()
            if isinstance(node, ast.expr) and name in PLACES and within not in PLACES[name]:
                around.append(f"{path.name}:{node.lineno} {name}")
    assert not around
    assert isinstance(mongo.collection("tasks"), GuardedCollection)


@pytest.mark.parametrize("how", ["clean-up of events", "a delete by itself"])
def test_whoever_deletes_many_and_an_open_transaction_do_not_wait_for_each_other(how: str) -> None:
    """The transaction writes a document, then the delete meets it, then the transaction writes another and commits."""
    wipe("event_buckets", "counters")
    events = mongo.collection("event_buckets")
    old = utc_now() - timedelta(days=400)
    rows = [{"seq": seq, "at": old, "kind": "session", "status": "x", "user_id": f"u{seq}"} for seq in (1, 2)]
    events.insert_many(buckets(rows))
    mongo.collection("counters").insert_one({"_id": "events", "last": 2, "removed_to": 0})
    deletes: dict[str, Callable[[], Any]] = {
        "clean-up of events": lambda: remove_events(utc_now()),
        "a delete by itself": lambda: write_together(
            [Delete("event_buckets", {"last": {"$gte": 1, "$lte": 2}}, many=True)]
        ),
    }
    running: list[Any] = []

    def write(session: ClientSession | None) -> None:
        events.update_one({"_id": 1}, {"$set": {"step": 1}}, session=session)
        if not running:
            sent = COMMANDS.total
            running.append(pool.submit(deletes[how]))
            wait_for(lambda: COMMANDS.total > sent + 2, what="the delete to meet the transaction")
        events.update_one({"_id": 2}, {"$set": {"step": 1}}, session=session)

    with ThreadPoolExecutor(1) as pool, pymongo.timeout(10):
        mongo.in_transaction(write)
        running[0].result(10)
    assert events.count_documents({}) == 0
