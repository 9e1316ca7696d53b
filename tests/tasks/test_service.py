"""The life of a task, move by move."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from app.db import client as mongo
from app.errors import InvalidInput
from app.events.log import number_events
from app.events.repository import bounds, events_between
from app.models import LIVE, SessionStatus, utc_now
from app.sessions.rules import SESSION_RULES
from app.sessions.service import session_service
from app.tasks.lease_keeper import keeper
from app.tasks.service import (
    TaskPriority,
    TaskStatus,
    TaskType,
    backoff_seconds,
    cancel_task,
    claim_task,
    complete_task,
    create_task,
    fail_task,
    get_task_status,
    record_task,
    start_task,
    update_task_progress,
)
from tests.conftest import wipe
from tests.polling import wait_for
from tests.staging import stored

pytestmark = pytest.mark.usefixtures("ends_tasks")

WITH_SESSION = [task_type for task_type, rule in SESSION_RULES.items() if rule.created]


def status_of(task_id: str) -> str:
    task = get_task_status(task_id)
    assert task is not None
    return task.status.value


@pytest.mark.parametrize("task_type", list(TaskType))
def test_a_session_comes_with_the_task_by_the_rule(task_type: TaskType) -> None:
    task_id = create_task(task_type, user_id="u", short_id="s")
    session = session_service.get_session(task_id)
    assert (session is not None) == (task_type is not TaskType.SCRAPING)
    if session is not None:
        assert (session.short_id, session.user_id, session.task_type) == ("s", "u", task_type)
    assert session_service.get_session(create_task(task_type, user_id="u")) is None


@pytest.mark.parametrize("task_type", WITH_SESSION)
@pytest.mark.parametrize("end", [TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED])
@pytest.mark.parametrize("started", [True, False])
def test_the_session_goes_with_the_task_by_the_rule(task_type: TaskType, end: TaskStatus, started: bool) -> None:
    task_id = create_task(task_type, short_id="s")
    if started:
        assert start_task(task_id)
    ends: dict[TaskStatus, Callable[[], bool]] = {
        TaskStatus.COMPLETED: lambda: complete_task(task_id, {"made": 1}),
        TaskStatus.FAILED: lambda: fail_task(task_id, "no luck"),
        TaskStatus.CANCELLED: lambda: cancel_task(task_id),
    }
    assert ends[end]()
    session = session_service.get_session(task_id)
    if task_type is TaskType.SCENARIO_GENERATION:
        assert session is not None
        assert session.status == ("completed" if end is TaskStatus.COMPLETED else "failed")
    else:
        assert session is None
    task = get_task_status(task_id)
    assert task is not None
    assert task.status is end
    assert task.ended_at is not None
    for again in ends.values():
        assert not again()
    assert not start_task(task_id)
    assert not update_task_progress(task_id, 10)
    assert status_of(task_id) == end.value


def test_creating_with_a_session_takes_two_round_trips_and_a_look_at_the_title(round_trips: list[str]) -> None:
    create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s")
    assert len(round_trips) <= 3, round_trips
    round_trips.clear()
    record_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s", short_title="Cup", dispatched=False)
    assert len(round_trips) <= 2, round_trips
    round_trips.clear()
    create_task(TaskType.SCRAPING, user_id="u")
    assert len(round_trips) <= 2, round_trips


def test_completing_with_a_session_takes_two_round_trips(round_trips: list[str]) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s")
    start_task(task_id)
    round_trips.clear()
    complete_task(task_id, {"a": 1})
    assert len(round_trips) <= 2, round_trips
    assert session_service.get_session(task_id) is None


def test_of_many_that_claim_one_wins() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    wins: list[object] = []
    together = threading.Barrier(8)

    def claim() -> None:
        together.wait()
        if lease := claim_task(task_id):
            wins.append(lease)

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wins) == 1


def test_of_many_that_end_one_wins_and_the_session_goes_once() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    wins: list[str] = []
    together = threading.Barrier(6)

    def end(name: str) -> None:
        together.wait()
        won = complete_task(task_id, {}) if name == "complete" else cancel_task(task_id)
        if won:
            wins.append(name)

    threads = [threading.Thread(target=end, args=(name,)) for name in ["complete", "cancel"] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wins) == 1
    assert status_of(task_id) == ("completed" if wins == ["complete"] else "cancelled")
    assert session_service.get_session(task_id) is None


def test_a_run_that_lost_its_task_writes_nothing() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    lost = claim_task(task_id)
    assert lost is not None
    # Another worker has taken it over: the epoch is higher.
    mongo.collection("tasks").update_one({"_id": task_id}, {"$inc": {"lease_epoch": 1}})
    assert not update_task_progress(task_id, 50, lease=lost)
    assert not complete_task(task_id, {}, lease=lost)
    assert not fail_task(task_id, "x", lease=lost)
    assert not fail_task(task_id, "x", retryable=True, lease=lost)
    assert status_of(task_id) == "running"
    assert session_service.get_session(task_id) is not None
    keeper.drop(task_id)
    assert cancel_task(task_id)


def test_progress_is_kept_and_checked() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS)
    assert not update_task_progress(task_id, 10)  # nobody runs it
    start_task(task_id)
    assert update_task_progress(task_id, 42.5, "half of it")
    task = get_task_status(task_id)
    assert task is not None
    assert (task.progress, task.step) == (42.5, "half of it")
    wrong: Any
    for wrong in (-1, 101, "50", None, True, float("nan")):
        with pytest.raises(ValueError, match="progress"):
            update_task_progress(task_id, wrong)
    cancel_task(task_id)


def test_retries_are_counted_and_end() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s", max_retries=2)
    for retries in (1, 2):
        assert start_task(task_id)
        assert fail_task(task_id, f"try {retries}", retryable=True)
        task = get_task_status(task_id)
        assert task is not None
        assert (task.status, task.retries) == (TaskStatus.RETRYING, retries)
        assert session_service.get_session(task_id) is not None
    assert start_task(task_id)
    assert fail_task(task_id, "the last", retryable=True)
    task = get_task_status(task_id)
    assert task is not None
    assert (task.status, task.error) == (TaskStatus.FAILED, "the last")
    assert session_service.get_session(task_id) is None
    moves = [event.status.value for event in task.history]
    assert moves == ["queued", *["running", "retrying"] * 2, "running", "failed"]


def test_backoff_grows_and_is_bounded() -> None:
    for retries in range(20):
        full = min(300.0, 2.0 * 2**retries)
        assert full / 2 <= backoff_seconds(retries) <= full


def test_the_same_key_gives_the_same_task_also_at_once() -> None:
    made: list[str] = []
    together = threading.Barrier(6)

    def create() -> None:
        together.wait()
        made.append(create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s", idempotency_key="k"))

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert len(session_service.get_sessions_by_short_id("s")) == 1
    assert mongo.collection("tasks").count_documents({"user_id": "u"}) == 1
    assert create_task(TaskType.IMAGE_ANALYSIS, user_id="other", idempotency_key="k") != made[0]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"task_type": "unheard_of"}, "task_type"),
        ({"short_id": ""}, "short_id"),
        ({"short_id": "a/b"}, "short_id"),
        ({"short_id": "a\tb"}, "short_id"),
        ({"short_id": {"$gt": ""}}, "short_id"),
        ({"user_id": "x" * 129}, "user_id"),
        ({"user_id": "\ud800"}, "user_id"),
        ({"idempotency_key": ""}, "idempotency_key"),
        ({"idempotency_key": {"$ne": None}}, "idempotency_key"),
        ({"max_retries": -1}, "max_retries"),
        ({"priority": 99}, "priority"),
        ({"thing": object()}, "metadata"),
        ({"number": 2**80}, "metadata"),
        ({"text": "\ud800"}, "metadata"),
        ({"big": "x" * 17_000_000}, "metadata"),
    ],
)
def test_invalid_data_is_refused_and_leaves_nothing(arguments: dict[str, Any], named: str) -> None:
    task_type = arguments.pop("task_type", TaskType.IMAGE_ANALYSIS)
    with pytest.raises(InvalidInput, match=named):
        create_task(task_type, **{"short_id": "s", **arguments})
    for name in ("tasks", "sessions", "outbox"):
        assert mongo.collection(name).count_documents({}) == 0


def test_a_result_that_cannot_be_stored_is_refused_and_the_task_stays() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    wrong: Any
    for wrong in ({"x": object()}, {"x": "y" * 17_000_000}, "text"):
        with pytest.raises(InvalidInput, match="result"):
            complete_task(task_id, wrong)
    assert status_of(task_id) == "queued"
    assert session_service.get_session(task_id) is not None
    assert complete_task(task_id)


def test_unknown_tasks() -> None:
    assert get_task_status("absent") is None
    assert not start_task("absent")
    assert not complete_task("absent")
    assert not fail_task("absent", "x")
    assert not cancel_task("absent")
    assert not update_task_progress("absent", 1)
    with pytest.raises(ValueError, match="task_id"):
        get_task_status(cast(str, {"$ne": ""}))


def test_the_lease_of_a_started_task_is_renewed_until_it_ends() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS)
    start_task(task_id)
    due = _due(task_id)
    wait_for(lambda: _due(task_id) > due, what="a renewal")
    assert _due(task_id) > utc_now()
    complete_task(task_id)
    wait_for(lambda: keeper._thread is None, what="the end of the keeper's thread")


def _due(task_id: str) -> datetime:
    due: datetime = stored("tasks", {"_id": task_id})["due_at"]
    return due


def test_events_outlive_the_session_and_the_task() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s")
    fail_task(task_id, "no luck")
    mongo.collection("tasks").delete_one({"_id": task_id})
    number_events()
    began, ended = (event for event in events_between(*bounds()) if event.task_id == task_id)
    assert (began.session, began.status, began.short_id, began.user_id) == ("active", "queued", "s", "u")
    assert (ended.session, ended.status, ended.task_type) == ("removed", "failed", TaskType.IMAGE_ANALYSIS)
    assert (ended.error, ended.user_id) == ("no luck", "u")
    assert ended.at - began.at < timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["one by one", "no transactions"])
def test_older_servers_follow_the_same_rules(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongo.connect(), "bulk_write", False)
    monkeypatch.setattr(mongo.connect(), "transactions", kind == "one by one" and mongo.connect().transactions)
    for task_type in TaskType:
        for end in (TaskStatus.COMPLETED, TaskStatus.CANCELLED):
            if SESSION_RULES[task_type].created:
                test_the_session_goes_with_the_task_by_the_rule(task_type, end, True)
    wipe("sessions")
    test_of_many_that_claim_one_wins()
    wipe("sessions")


def test_priorities_and_states_are_the_field_s() -> None:
    assert [priority.name for priority in TaskPriority] == ["LOW", "NORMAL", "HIGH", "URGENT"]
    assert {status.value for status in LIVE} == {"queued", "running", "retrying"}
    assert [status.value for status in SessionStatus] == ["active", "completed", "failed"]
