"""The client, the indexes, and writes that belong together, on three kinds of server."""

from __future__ import annotations

import pymongo
import pytest
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from app.config import get_settings
from app.db import client as mongo
from app.db.client import write_together
from app.db.indexes import INDEXES, ensure_indexes
from app.db.writes import Delete, Insert, Update
from app.errors import ShopReelError
from tests.conftest import wipe

SEED_INDEXES = {"task_id", "short_id", "task_type", "status", "created_at", "user_id"}


def test_every_index_exists_as_asked() -> None:
    database = mongo.connect().database
    for name, models in INDEXES.items():
        found = database[name].index_information()
        for model in models:
            index = found[model.document["name"]]
            assert index["key"] == list(model.document["key"].items())
            assert index.get("unique", False) == model.document.get("unique", False)
    sessions = database["sessions"].index_information()
    assert set(sessions) >= SEED_INDEXES
    assert sessions["task_id"]["unique"]


def test_an_index_that_differs_stops_the_start() -> None:
    database = mongo.connect().client["shopreel_test_other"]
    try:
        database["products"].create_indexes([IndexModel([("created_at", -1)], name="created", unique=True)])
        with pytest.raises((ShopReelError, pymongo.errors.OperationFailure)):
            ensure_indexes(database)
    finally:
        mongo.connect().client.drop_database("shopreel_test_other")


def test_the_unique_index_holds() -> None:
    mongo.collection("sessions").insert_one({"task_id": "one"})
    with pytest.raises(DuplicateKeyError):
        mongo.collection("sessions").insert_one({"task_id": "one"})


def test_pool_settings_are_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "MONGODB_POOL_SIZE": "3",
        "MONGODB_MAX_POOL_SIZE": "7",
        "MONGODB_SERVER_SELECTION_TIMEOUT": "1234",
        "MONGODB_CONNECT_TIMEOUT": "2345",
        "MONGODB_SOCKET_TIMEOUT": "3456",
        "MONGODB_DATABASE": get_settings().mongodb_database,
    }.items():
        monkeypatch.setenv(name, value)
    mongo.close()
    get_settings.cache_clear()
    try:
        options = mongo.connect().client.options
        pool = options.pool_options
        assert (pool.min_pool_size, pool.max_pool_size) == (3, 7)
        assert (pool.connect_timeout, pool.socket_timeout) == (2.345, 3.456)
        assert options.server_selection_timeout == 1.234
    finally:
        mongo.close()


def test_an_insert_that_fails_takes_the_others_with_it() -> None:
    mongo.collection("tasks").insert_one({"_id": "taken"})
    with pytest.raises(DuplicateKeyError):
        write_together([Insert("products", {"_id": "first"}), Insert("tasks", {"_id": "taken"})])
    if mongo.connect().transactions:
        assert mongo.collection("products").find_one({"_id": "first"}) is None


def test_a_first_update_that_matches_nothing_stops_the_rest() -> None:
    mongo.collection("sessions").insert_one({"task_id": "stays"})
    absent = Update("tasks", {"_id": "absent"}, {"$set": {"status": "completed"}})
    assert not write_together([absent, Delete("sessions", {"task_id": "stays"})])
    assert mongo.collection("sessions").count_documents({"task_id": "stays"}) == 1


def test_what_matches_is_written_whole() -> None:
    mongo.collection("tasks").insert_one({"_id": "here", "status": "running"})
    mongo.collection("sessions").insert_many([{"task_id": "a", "short_id": "s"}, {"task_id": "b", "short_id": "s"}])
    done = Update("tasks", {"_id": "here", "status": "running"}, {"$set": {"status": "completed"}})
    assert write_together([done, Delete("sessions", {"short_id": "s"}, many=True)])
    assert mongo.collection("tasks").find_one({"_id": "here"}) == {"_id": "here", "status": "completed"}
    assert mongo.collection("sessions").count_documents({}) == 0


@pytest.mark.parametrize("kind", ["bulk", "plain bulk", "one by one", "no transactions"])
def test_all_kinds_of_server_give_the_same(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = mongo.connect()
    monkeypatch.setattr(connection, "bulk_write", "bulk" in kind and connection.bulk_write)
    monkeypatch.setattr(connection, "sorts_first", kind != "plain bulk" and connection.sorts_first)
    monkeypatch.setattr(connection, "transactions", kind != "no transactions" and connection.transactions)
    test_a_first_update_that_matches_nothing_stops_the_rest()
    wipe("sessions")
    test_what_matches_is_written_whole()
    test_an_insert_that_fails_takes_the_others_with_it()
