"""A run whose database goes away: before the claim, in the midst of the work, at the end."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from app.db import client as mongo
from app.errors import Unavailable, WorkFailed
from app.models import Product, TaskInfo, TaskStatus, TaskType
from app.products import repository as products
from app.queue.dispatch import submit_task
from app.sessions.service import session_service
from app.tasks import runner as task_runner
from app.tasks.context import TaskContext
from app.tasks.outage import replay_spool
from app.tasks.runner import run_task
from app.tasks.service import claim_task, complete_task, fail_task, get_task_status
from app.tasks.service_times import place_seconds, service_times
from tests.polling import wait_for
from tests.servers import OwnServer


@pytest.fixture(autouse=True)
def claims_soon(database: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon to claim a task whose database is away."""
    monkeypatch.setattr(task_runner, "CLAIM_SECONDS", 0.1)
    task_runner.stopping.clear()


def task_of(task_id: str) -> TaskInfo:
    task = get_task_status(task_id)
    assert task is not None
    return task


def written() -> bool:
    try:
        replay_spool()
    except Unavailable:
        return False
    return True


def test_a_claim_waits_for_the_database(database: OwnServer) -> None:
    task_id = submit_task(TaskType.CONTENT_ANALYSIS, text="A steel cup.", short_id="s")
    with database.away():
        running = threading.Thread(target=run_task, args=(task_id,))
        running.start()
        running.join(1.5)
        assert running.is_alive()
    running.join(20)
    assert not running.is_alive()
    assert task_of(task_id).status is TaskStatus.COMPLETED
    assert session_service.get_session(task_id) is None


def test_a_claim_that_waits_gives_up_when_the_worker_stops(database: OwnServer) -> None:
    with database.away():
        running = threading.Thread(target=run_task, args=("any",))
        running.start()
        task_runner.stopping.set()
        running.join(10)
        assert not running.is_alive()
    task_runner.stopping.clear()


def test_what_a_place_is_taken_for_beside_the_run_is_kept(database: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_runner, "task_ended", lambda task, completed: time.sleep(0.2))
    first, second = (submit_task(TaskType.CONTENT_ANALYSIS, text="A steel cup.", short_id="s") for _ in range(2))
    running = threading.Thread(target=lambda: list(map(run_task, (first, second))))
    running.start()
    running.join(20)
    documents = [mongo.collection("tasks").find_one({"_id": task_id}) for task_id in (first, second)]
    kept, told = documents[0], documents[1]
    assert kept is not None and told is not None and "overhead" not in kept
    assert 0.2 <= told["overhead"] < 5
    times = service_times()[TaskType.CONTENT_ANALYSIS]
    assert sorted(times) == sorted([place_seconds(kept), place_seconds(told)])
    assert place_seconds(told) >= (told["ended_at"] - told["started_at"]).total_seconds() + 0.2


def work(monkeypatch: pytest.MonkeyPatch, function: Any) -> None:
    monkeypatch.setitem(task_runner.WORK, TaskType.SCRAPING, function)


def test_an_outage_in_mid_run_costs_no_retry(database: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def work_without_a_database(context: TaskContext) -> dict[str, Any]:
        database.kill()
        products.save_product(context.lease, context.task.task_id, Product(title="Cup"), None)
        return {}

    work(monkeypatch, work_without_a_database)
    task_id = submit_task(TaskType.SCRAPING, url="https://shop.example/cup")
    run_task(task_id)
    database.start()
    wait_for(written, 20, "the database")
    task = task_of(task_id)
    assert (task.status, task.retries, task.history[-1].note) == (TaskStatus.QUEUED, 0, "the database was away")
    fail_task(task_id, "tidy up")


def test_a_result_is_not_lost_with_the_database(database: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def done_when_the_database_goes(context: TaskContext) -> dict[str, Any]:
        database.kill()
        context.report(50, "half way")  # a report that cannot be written stops no work
        return {"made": "with care"}

    work(monkeypatch, done_when_the_database_goes)
    task_id = submit_task(TaskType.SCRAPING, url="https://shop.example/cup")
    run_task(task_id)
    database.start()
    wait_for(written, 20, "the database")
    task = task_of(task_id)
    assert (task.status, task.result) == (TaskStatus.COMPLETED, {"made": "with care"})


@pytest.mark.parametrize("retryable", [True, False])
def test_a_failure_is_tried_again_by_its_kind_and_told_on_the_task(
    database: OwnServer, monkeypatch: pytest.MonkeyPatch, retryable: bool
) -> None:
    def fails(context: TaskContext) -> dict[str, Any]:
        raise WorkFailed("the page answered 503" if retryable else "the page answered 404", retryable=retryable)

    work(monkeypatch, fails)
    task_id = submit_task(TaskType.SCRAPING, url="https://shop.example/cup", max_retries=2)
    runs = 3 if retryable else 1
    for _ in range(runs):
        run_task(task_id)
    task = task_of(task_id)
    assert (task.status, task.retries) == (TaskStatus.FAILED, runs - 1)
    moves = ["queued", *["running", "retrying"] * (runs - 1), "running", "failed"]
    assert [event.status.value for event in task.history] == moves
    told = [event.note for event in task.history if event.status in (TaskStatus.RETRYING, TaskStatus.FAILED)]
    assert set(told) == {task.error}


def test_a_message_that_comes_twice_is_worked_on_once(database: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []

    def counted(context: TaskContext) -> dict[str, Any]:
        runs.append(context.task.task_id)
        return {}

    work(monkeypatch, counted)
    task_id = submit_task(TaskType.SCRAPING, url="https://shop.example/cup")
    threads = [threading.Thread(target=run_task, args=(task_id,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_task(task_id)
    assert runs == [task_id]
    assert claim_task(task_id) is None
    assert not complete_task(task_id, {"again": True})
