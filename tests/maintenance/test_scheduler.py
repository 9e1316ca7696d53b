"""One leader over all schedulers, and what it cleans up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import client as mongo
from app.db import leases
from app.errors import InvalidInput
from app.events.log import number_events
from app.events.repository import bounds, events_between
from app.maintenance import scheduler as scheduler_service
from app.maintenance.scheduler import Scheduler, cleanup, status
from app.models import TaskType, utc_now
from app.sessions.service import session_service
from app.tasks.service import complete_task, create_task, fail_task
from tests.polling import wait_for
from tests.staging import stored


def age(collection: str, key: str, name: str, field: str, days: float) -> None:
    mongo.collection(collection).update_one({key: name}, {"$set": {field: utc_now() - timedelta(days=days)}})


def test_clean_up_removes_old_ended_tasks_and_old_waiting_sessions_only() -> None:
    old, young, live = (create_task(TaskType.IMAGE_ANALYSIS) for _ in range(3))
    for task_id in (old, young):
        complete_task(task_id)
    age("tasks", "_id", old, "ended_at", 31)
    age("tasks", "_id", young, "ended_at", 29)
    age("tasks", "_id", live, "created_at", 400)
    waiting = create_task(TaskType.SCENARIO_GENERATION, short_id="s")
    complete_task(waiting)
    age("sessions", "task_id", waiting, "created_at", 8)
    report = cleanup()
    assert (report.tasks, report.sessions) == (1, 1)
    left = {task["_id"] for task in mongo.collection("tasks").find({}, {"_id": 1})}
    assert left == {young, live, waiting}
    assert session_service.get_session(waiting) is None
    number_events()
    assert [event.status for event in events_between(*bounds()) if event.task_id == old] == ["queued", "completed"]
    fail_task(live, "tidy up")


def test_clean_up_goes_on_over_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler_service, "DELETE_BATCH", 10)
    old = utc_now() - timedelta(days=60)
    mongo.collection("tasks").insert_many(
        [{"_id": str(number), "status": "failed", "ended_at": old, "task_type": "scraping"} for number in range(35)]
    )
    assert cleanup().tasks == 35


def test_one_of_many_owners_has_a_lease_until_it_runs_out_or_is_given_back() -> None:
    assert [leases.take("scheduler", owner, 60) for owner in "abca"] == [True, False, False, True]
    assert leases.take("another", "b", 60)
    leases.give_back("scheduler", "b")  # which has it not
    assert not leases.take("scheduler", "b", 60)
    mongo.collection("leases").update_one(
        {"_id": "scheduler"}, {"$set": {"expires_at": utc_now() - timedelta(seconds=1)}}
    )
    assert leases.take("scheduler", "b", 60) and not leases.take("scheduler", "a", 60)
    leases.give_back("scheduler", "b")
    assert leases.take("scheduler", "a", 60)


def test_the_scheduler_sweeps_and_cleans_up_by_itself() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    past = utc_now() - timedelta(seconds=5)
    orphan = {"$set": {"status": "running", "due_at": past, "lease_epoch": 1}}
    mongo.collection("tasks").update_one({"_id": task_id}, orphan)
    assert status()["running"] is False
    scheduler = Scheduler()
    scheduler.start()
    try:
        wait_for(lambda: session_service.get_session(task_id) is None, what="the end of the orphan's session")
        wait_for(lambda: status()["last_cleanup"] is not None, what="the first clean-up")
        assert status()["running"] is True
    finally:
        scheduler.stop()
    assert status()["running"] is False
    assert stored("tasks", {"_id": task_id})["status"] == "failed"


@pytest.mark.parametrize("failure", [KeyError("a record that nobody foresaw"), InvalidInput("a wrong setting")])
def test_a_round_that_breaks_does_not_end_the_scheduler(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does the look at the database that a foreseen failure brings about, when it breaks in turn."""
    rounds: list[int] = []
    looks: list[int] = []

    def repair() -> int:
        rounds.append(1)
        if len(rounds) == 1:
            raise failure
        return 0

    def look(*, stuck: bool = False) -> None:
        looks.append(1)
        raise InvalidInput("the settings were read anew, and are wrong")

    monkeypatch.setattr(scheduler_service, "REPAIRS", {"broken": repair})
    monkeypatch.setattr(mongo, "check_reading", look)
    scheduler = Scheduler()
    scheduler.start()
    try:
        wait_for(lambda: len(rounds) >= 2, what="a second round")
    finally:
        scheduler.stop()
    assert bool(looks) == isinstance(failure, InvalidInput)
