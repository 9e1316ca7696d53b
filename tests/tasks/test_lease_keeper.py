"""Leases are renewed while other transactions write the same tasks."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pymongo
import pytest
from pymongo.client_session import ClientSession

from app.config import get_settings
from app.db import client as mongo
from app.models import TaskType
from app.tasks.lease_keeper import keeper
from app.tasks.service import create_task, start_task
from tests.conftest import COMMANDS
from tests.polling import wait_for


@pytest.mark.usefixtures("ends_tasks")
def test_a_renewal_and_an_open_transaction_do_not_wait_for_each_other() -> None:
    """The transaction writes a task, then a renewal of both meets it, then the transaction writes again and commits."""
    first, second = (create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u") for _ in range(2))
    assert start_task(first)
    assert start_task(second)
    tasks = mongo.collection("tasks")
    before = [task["due_at"] for task in tasks.find().sort("_id")]
    renewals: list[Future[Any]] = []

    def write(session: ClientSession | None) -> None:
        tasks.update_one({"_id": first}, {"$set": {"step": "Cutting"}}, session=session)
        if not renewals:
            sent = COMMANDS.total
            renewals.append(pool.submit(mongo.in_transaction, partial(keeper._renew, [first, second], [], 60)))
            wait_for(lambda: COMMANDS.total > sent + 1, what="the renewal to meet the transaction")
        # The renewal may have written this one just now: then all begins again.
        tasks.update_one({"_id": second}, {"$set": {"step": "Cutting"}}, session=session)

    with ThreadPoolExecutor(1) as pool, pymongo.timeout(10):
        mongo.in_transaction(write)
        renewals[0].result(10)
    assert [task["step"] for task in tasks.find()] == ["Cutting"] * 2
    assert all(now["due_at"] > then for now, then in zip(tasks.find().sort("_id"), before, strict=True))


@pytest.mark.usefixtures("ends_tasks")
def test_a_renewal_that_breaks_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def renew(*_: object) -> None:
        tried.append(1)
        raise KeyError("what nobody foresaw")

    monkeypatch.setattr(get_settings(), "task_lease_seconds", 0.6)
    monkeypatch.setattr(keeper, "_renew", renew)
    assert start_task(create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u"))
    wait_for(lambda: len(tried) >= 2, what="a second renewal")
