"""Idempotency keys: one namespace a user, whatever is asked for, and none of it ShopReel's own."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from pymongo import IndexModel

from app.access.idempotency import SHORT, IdempotencyKey, task_digest
from app.db import client as mongo
from app.db import schema
from app.db.client import write_together
from app.db.many import delete_by_id
from app.maintenance.migrations import gather_keys
from app.models import TaskPriority, TaskType
from app.shorts.repository import find_short_made_by, get_short
from app.shorts.service import start_short
from app.tasks.repository import tasks_of_short
from app.tasks.service import create_task
from tests.access.conftest import Keyed
from tests.staging import stored

pytestmark = pytest.mark.usefixtures("ends_tasks")
PAGE = {"html": "<p>x</p>"}
REQUESTS: dict[str, dict[str, Any]] = {
    "/scrape": PAGE,
    "/content/analyze": {"text": "A cup."},
    "/data/extract": {"kind": "csv", "data": "title,price\nCup,1 EUR\n"},
    "/shorts": PAGE,
}


def test_a_key_that_has_started_one_kind_of_thing_starts_no_other(keyed: Keyed) -> None:
    for first, second in permutations(REQUESTS, 2):
        header = keyed.alice | {"Idempotency-Key": f"{first} {second}"}
        made = keyed.app.post(f"/api/v1{first}", json=REQUESTS[first], headers=header)
        assert made.status_code == 202, made.text
        refused = keyed.app.post(f"/api/v1{second}", json=REQUESTS[second], headers=header)
        assert (refused.status_code, "idempotency_key" in refused.json()["detail"]) == (422, True), (first, second)
        again = keyed.app.post(f"/api/v1{first}", json=REQUESTS[first], headers=header)
        assert again.json() | {"status": ""} == made.json() | {"status": ""}
    # Another user's same keys are others.
    for path, code in (("/scrape", 202), ("/shorts", 422)):
        header = keyed.bob | {"Idempotency-Key": "/shorts /scrape"}
        assert keyed.app.post(f"/api/v1{path}", json=PAGE, headers=header).status_code == code


def test_a_callers_key_is_never_a_steps(keyed: Keyed) -> None:
    for key in ("cup/scrape", "step/cup/scrape", "/cup/scrape", "scrape"):
        create_task(TaskType.CONTENT_ANALYSIS, idempotency_key=key)
        for user in ("u", "cup", "step"):
            body = {"text": "A cup.", "idempotency_key": key, "user_id": user}
            assert keyed.app.post("/api/v1/content/analyze", json=body, headers=keyed.admin).status_code == 202
    for user_id in (None, "u"):
        short = start_short(html="<p>x</p>", short_id="cup", user_id=user_id, id_scope=user_id)
        assert [task.metadata["step"] for task in tasks_of_short(short)] == ["scrape"]


def test_from_python_a_key_stands_for_all_that_was_asked_for() -> None:
    asked: dict[str, Any] = {
        "url": "https://shop.example/",
        "user_id": "u",
        "idempotency_key": "k",
        "deep": {"b": 1, "a": [2]},
    }
    first = create_task(TaskType.SCRAPING, **asked)
    assert create_task("scraping", **asked | {"deep": {"a": [2], "b": 1}}) == first
    others: list[dict[str, Any]] = [
        {"url": "https://shop.example/other"},
        {"short_id": "s"},
        {"priority": TaskPriority.HIGH},
        {"max_retries": 3},
        {"deep": {"b": 1, "a": [3]}},
        {"more": None},
    ]
    for other in others:
        with pytest.raises(ValueError, match="another request"):
            create_task(TaskType.SCRAPING, **asked | other)
    with pytest.raises(ValueError, match="another request"):
        create_task(TaskType.CONTENT_ANALYSIS, **asked)
    assert mongo.collection("tasks").count_documents({}) == 1


def test_a_key_goes_with_what_it_started_and_not_before() -> None:
    first = create_task(TaskType.SCRAPING, idempotency_key="k")
    once = IdempotencyKey("/short", SHORT, "a short")
    short = start_short(html="<p>x</p>", once=once)
    delete_by_id("tasks", [first])
    assert find_short_made_by(once) == get_short(short)
    assert create_task(TaskType.SCRAPING, idempotency_key="k") != first
    delete_by_id("shorts", [short])
    assert find_short_made_by(once) is None


def test_what_was_cut_short_behind_its_key_is_made_by_the_next_request() -> None:
    """As a process leaves it that dies between two writes, where the server has no transactions."""
    asked: dict[str, Any] = {"task_type": "image_analysis", "url": None, "priority": 2, "short_id": "s", "metadata": {}}
    task = IdempotencyKey("=u/k", "image_analysis", task_digest(asked))
    write_together([task.claim("11111111-2222-3333-4444-555555555555")])
    made = create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s", idempotency_key="k")
    assert made == "11111111-2222-3333-4444-555555555555"
    assert create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s", idempotency_key="k") == made
    assert mongo.collection("sessions").count_documents({"task_id": made}) == 1
    short = IdempotencyKey("/k", SHORT, "a short")
    write_together([short.claim("short-cut")])
    assert start_short(html="<p>x</p>", once=short) == start_short(html="<p>x</p>", once=short) == "short-cut"


def test_keys_of_before_are_brought_over() -> None:
    """As version 3 stored them: in the task or the short alone, a step's as its user's own."""
    mongo.connect()
    python: dict[str, Any] = {"url": "https://shop.example/", "user_id": "=u", "colour": "red"}
    old = create_task(TaskType.SCRAPING, **python)
    asked = create_task(TaskType.SCRAPING, user_id="u")
    step = create_task(TaskType.SCRAPING, user_id="u", short_id="cup", step="scrape")
    short = start_short(html="<p>x</p>", user_id="u")
    for name, made, key, fingerprint in (
        ("tasks", old, "=u/k", None),
        ("tasks", asked, "u/k", "digest"),
        ("tasks", step, "u/cup/scrape", None),
        ("shorts", short, "u/short", "digest of a short"),
    ):
        mongo.collection(name).update_one({"_id": made}, {"$set": {"idempotency_key": key, "fingerprint": fingerprint}})
    index = IndexModel([("idempotency_key", 1)], unique=True, sparse=True, name="idempotency_key")
    mongo.collection("tasks").create_indexes([index])
    database = mongo.connect().database
    for _ in range(2):  # cut short, it is run again
        gather_keys(database)
    assert create_task(TaskType.SCRAPING, idempotency_key="k", **python) == old
    with pytest.raises(ValueError, match="another request"):
        create_task(TaskType.SCRAPING, idempotency_key="k", user_id="u")
    found = find_short_made_by(IdempotencyKey("=u/short", SHORT, "digest of a short"))
    assert found == get_short(short)
    kept = stored("idempotency", {"made": step})
    assert kept == {
        "_id": "step/cup/scrape",
        "made": step,
        "kind": "scraping",
        "fingerprint": "scrape",
    }
    assert "idempotency_key" not in mongo.collection("tasks").index_information()
    assert schema.VERSION >= 4
