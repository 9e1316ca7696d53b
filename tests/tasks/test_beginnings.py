"""That a run has begun is an event, once: noted by its first report, its end, its keeper or another process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.db import client as mongo
from app.events.log import number_events
from app.events.repository import bounds, events_between
from app.models import TaskType, utc_now
from app.tasks.lease_keeper import Lease, keeper
from app.tasks.recovery import OrphanWatch
from app.tasks.service import (
    cancel_task,
    claim_task,
    complete_task,
    create_task,
    fail_task,
    hand_back,
    update_task_progress,
)
from tests.conftest import change_all, wipe
from tests.polling import wait_for
from tests.servers import OwnServer
from tests.staging import back_again, stored

Write = Callable[[Lease], object]


@pytest.fixture(autouse=True)
def nothing_noted() -> None:
    mongo.connect()
    wipe("outbox", "event_buckets", "counters")


def claimed() -> Lease:
    """Return a lease on a new task, of a process that does not keep it."""
    lease = claim_task(create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u"))
    assert lease is not None
    keeper.drop(lease.task_id)
    return lease


def changes(task_id: str) -> list[str]:
    """Return the events of a task in their order, reports as such."""
    number_events()
    events = [event for event in events_between(*bounds()) if event.task_id == task_id]
    assert {event.user_id for event in events} <= {"u"}
    return ["report" if event.progress is not None else event.status for event in events]


def _orphan(lease: Lease) -> None:
    change_all("tasks", {"_id": lease.task_id}, {"$set": {"due_at": utc_now() - timedelta(seconds=1)}})
    assert OrphanWatch().recover() == 1


MOVES: dict[str, tuple[Write, list[str]]] = {
    "its report": (lambda lease: update_task_progress(lease.task_id, 5, "Looking", lease=lease), ["report"]),
    "another's report": (lambda lease: update_task_progress(lease.task_id, 5, "Looking"), ["report"]),
    "its end": (lambda lease: complete_task(lease.task_id, {}, lease=lease), ["completed"]),
    "its retry": (lambda lease: fail_task(lease.task_id, "x", retryable=True, lease=lease), ["retrying"]),
    "its return": (lambda lease: hand_back(lease, "handed back"), ["queued"]),
    "another's end": (lambda lease: complete_task(lease.task_id), ["completed"]),
    "another's retry": (lambda lease: fail_task(lease.task_id, "x", retryable=True), ["retrying"]),
    "being cancelled": (lambda lease: cancel_task(lease.task_id), ["cancelled"]),
    "its worker's death": (_orphan, ["failed"]),
}


@pytest.mark.usefixtures("ends_tasks")
@pytest.mark.parametrize("first", MOVES)
def test_what_comes_first_tells_it(first: str) -> None:
    lease = claimed()
    assert changes(lease.task_id) == ["queued"]
    move, told = MOVES[first]
    move(lease)
    assert changes(lease.task_id) == ["queued", "running", *told]


@pytest.mark.usefixtures("ends_tasks")
@pytest.mark.parametrize("second", MOVES)
def test_what_comes_second_tells_it_no_more(second: str) -> None:
    """Not even where the run does not know that its first report was written, as its answer was lost."""
    lease = claimed()
    assert update_task_progress(lease.task_id, 1, "Looking", lease=lease)
    lease.told.clear()
    move, told = MOVES[second]
    move(lease)
    assert changes(lease.task_id) == ["queued", "running", "report", *told]


@pytest.mark.usefixtures("ends_tasks")
def test_of_a_run_that_says_nothing_its_keeper_tells() -> None:
    lease = claim_task(create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u"))
    assert lease is not None
    wait_for(lambda: changes(lease.task_id) == ["queued", "running"], 10, "the keeper's note")
    assert lease.told.is_set()
    assert stored("tasks", {"_id": lease.task_id})["told"] == lease.epoch
    assert complete_task(lease.task_id, {}, lease=lease)
    assert changes(lease.task_id) == ["queued", "running", "completed"]


@pytest.mark.usefixtures("ends_tasks")
def test_each_run_of_a_task_begins_once() -> None:
    lease = claimed()
    assert fail_task(lease.task_id, "x", retryable=True, lease=lease)
    again = claim_task(lease.task_id)
    assert again is not None
    assert complete_task(lease.task_id, {}, lease=again)
    assert changes(lease.task_id) == ["queued", "running", "retrying", "running", "completed"]


@pytest.mark.parametrize("reported", [False, True])
def test_what_ends_in_an_outage_tells_it_once(database: OwnServer, reported: bool) -> None:
    """``reported``: it was told before, and the answer was lost."""
    lease = claimed()
    if reported:
        assert update_task_progress(lease.task_id, 1, "Looking", lease=lease)
        lease.told.clear()
    with database.away():
        assert complete_task(lease.task_id, {}, lease=lease)
    back_again()
    assert changes(lease.task_id) == ["queued", "running", *(["report"] if reported else []), "completed"]
