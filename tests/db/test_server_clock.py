"""Leases run out by the server's clock: whose own is wrong, as leader, worker or API, stops nobody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from app import models
from app.db import client as mongo
from app.db import leases
from app.db.server_clock import ServerClock, server_now
from app.maintenance.scheduler import LEADER, ClocksDisagree, Scheduler, cleanup, status
from app.models import TaskStatus, TaskType, utc_now
from app.processes.lifetime import child_environment
from app.queue.dispatch import submit_task
from app.tasks.lease_keeper import keeper
from app.tasks.recovery import OrphanWatch, send_due_tasks
from app.tasks.service import complete_task, create_task, fail_task, start_task
from tests.polling import wait_for
from tests.staging import stored

WRONG = [timedelta(hours=6), timedelta(hours=-6)]


def set_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Let this process's date be wrong from now on."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # wider than the base's
            return datetime.now(tz) + ahead

    mongo.connect()
    monkeypatch.setattr(models, "datetime", Shifted)
    assert abs(utc_now() - datetime.now(UTC) - ahead) < timedelta(seconds=5)


LEADER_OF_A_WRONG_CLOCK = """
import sys, time
from datetime import datetime, timedelta
from app import models

class Shifted(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=float(sys.argv[1]))

models.datetime = Shifted
from app.maintenance.scheduler import LEADER, Scheduler, status
Scheduler().start()
while not status()["running"]:
    time.sleep(0.05)
print("leads", flush=True)
time.sleep(60)
"""


@pytest.fixture
def leader(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """A process whose clock is wrong by so many hours and who leads."""
    command = [sys.executable, "-c", LEADER_OF_A_WRONG_CLOCK, str(request.param)]
    with subprocess.Popen(command, env=child_environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            while process.stdout.readline().strip() != "leads":
                assert process.poll() is None
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("leader", [6, -6], indirect=True)
def test_a_leader_whose_clock_is_wrong_is_followed_by_another_when_it_dies(leader: subprocess.Popen[str]) -> None:
    leader.kill()
    leader.wait()
    next_one = Scheduler()
    next_one.start()
    try:
        wait_for(lambda: status()["leader"] == keeper.owner, 20, "the next leader")
        assert status()["running"]
    finally:
        next_one.stop()
    assert not status()["running"]


@pytest.mark.parametrize("ahead", WRONG)
def test_the_lease_of_a_dead_leader_is_not_told_as_running(ahead: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    assert leases.take(LEADER, "another", 60)
    set_clock(monkeypatch, ahead)
    assert status()["running"]
    assert not leases.take(LEADER, "me", 60)
    mongo.collection("leases").update_one({"_id": LEADER}, {"$set": {"expires_at": server_now()}})
    assert not status()["running"]
    assert leases.take(LEADER, "me", 0.5)


@pytest.mark.parametrize("ahead", WRONG)
def test_a_worker_whose_clock_is_wrong_keeps_its_task_and_loses_it_when_it_dies(
    ahead: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as worker:
        set_clock(worker, ahead)
        task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
        assert start_task(task_id)
    assert OrphanWatch().recover() == 0  # believed at once, and not taken away
    keeper.drop(task_id)
    wait_for(lambda: OrphanWatch().recover() == 1, 20, "the end of the lease")


@pytest.mark.parametrize("ahead", WRONG)
def test_what_a_process_of_a_wrong_clock_sends_is_sent_again_in_time(
    ahead: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_RESEND_SECONDS", "0.5")
    models_settings()
    with monkeypatch.context() as api:
        set_clock(api, ahead)
        task_id = submit_task(TaskType.IMAGE_ANALYSIS)
    due = stored("tasks", {"_id": task_id})["due_at"]
    assert abs(due - server_now()) < timedelta(seconds=30)
    wait_for(lambda: send_due_tasks() == 1, 10, "the message to be sent again")
    assert fail_task(task_id, "tidy up")


def models_settings() -> None:
    """Read the settings anew."""
    from app.config import get_settings

    get_settings.cache_clear()


@pytest.mark.parametrize("ahead", WRONG)
def test_a_wrong_clock_removes_nothing_and_the_lead_goes_to_another(
    ahead: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS)
    complete_task(task_id)
    set_clock(monkeypatch, ahead)
    with pytest.raises(ClocksDisagree):
        cleanup()
    scheduler = Scheduler()
    assert leases.take(LEADER, keeper.owner, 60)
    scheduler._stop.set()  # it does not wait for the other one here
    assert scheduler._cleanup_if_due() is False
    assert leases.take(LEADER, "another", 1)
    assert stored("tasks", {"_id": task_id})["status"] == TaskStatus.COMPLETED


def test_the_servers_time_is_the_latest_of_the_last_answers_and_goes_on_by_itself() -> None:
    clock = ServerClock()
    assert abs(clock.now() - utc_now()) < timedelta(seconds=2)
    far = datetime(2031, 1, 1, tzinfo=UTC)
    clock.learn(far)
    clock.learn(far - timedelta(seconds=40))  # it was long on its way
    assert far <= clock.now() < far + timedelta(seconds=20)
    for _ in range(8):  # the server's clock was set back
        clock.learn(far - timedelta(hours=1))
    assert clock.now() < far - timedelta(minutes=50)
    clock.forget()
    assert abs(clock.now() - utc_now()) < timedelta(seconds=2)
