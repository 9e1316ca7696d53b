"""The database goes away and comes back, for real: what is accepted, what is refused, and what becomes of it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from app.access.idempotency import SHORT, IdempotencyKey, key_for_step
from app.config import get_settings
from app.db import client as mongo
from app.db.client import database_answers
from app.errors import DatabaseAway, InvalidInput, Unavailable
from app.models import TaskInfo, TaskStatus, TaskType, utc_now
from app.processes.lifetime import child_environment
from app.queue.dispatch import submit_task
from app.sessions.service import session_service
from app.shorts import repository as shorts
from app.shorts.repository import ShortStatus
from app.shorts.service import start_short, tasks_by_step
from app.shorts.steps.render_scene import start_video_generation
from app.tasks.lease_keeper import keeper
from app.tasks.outage import replay_spool
from app.tasks.recovery import OrphanWatch, send_due_tasks
from app.tasks.service import (
    cancel_task,
    claim_task,
    complete_task,
    create_task,
    fail_task,
    get_task_status,
    hand_back,
    start_task,
    update_task_progress,
)
from app.tasks.spool import get_spool
from tests.conftest import change_all
from tests.polling import wait_for
from tests.servers import OwnServer
from tests.staging import back_again, stored


def task_of(task_id: str) -> TaskInfo:
    task = get_task_status(task_id)
    assert task is not None
    return task


def test_a_new_task_is_accepted_and_has_its_session_when_the_database_is_back(database: OwnServer) -> None:
    with database.away():
        task_id = submit_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u", product_id="p")
        assert get_spool().holds(task_id)
        with pytest.raises(DatabaseAway):
            get_task_status(task_id)
        assert session_service.get_sessions_by_short_id("s") == []
        assert session_service.get_session(task_id) is None
        assert session_service.cleanup_old_sessions() == 0
        with pytest.raises(Unavailable):
            session_service.manager.by_task(task_id)
    back_again()
    task = task_of(task_id)
    assert (task.status, task.short_id, task.metadata["product_id"]) == (TaskStatus.QUEUED, "s", "p")
    assert session_service.get_session(task_id) is not None
    assert send_due_tasks() == 1  # at once, not when a lost message would be sent again
    fail_task(task_id, "tidy up")


@pytest.mark.usefixtures("ends_tasks")
def test_waiting_for_a_database_that_is_known_to_be_away_is_short(database: OwnServer) -> None:
    with database.away():
        create_task(TaskType.SCRAPING)
        wait_for(lambda: not _waits(), 5, "the end of the waiting")
        began = time.monotonic()
        for _ in range(100):
            create_task(TaskType.SCRAPING)
        # Not a matter of speed but of kind: none of them waits for a server again.
        assert time.monotonic() - began < 50 * mongo.RIDE_OUT_SECONDS
    back_again()


def _waits() -> bool:
    began = time.monotonic()
    with contextlib.suppress(DatabaseAway):
        get_task_status("any")
    return time.monotonic() - began > 0.2


def test_the_writes_of_a_run_in_an_outage_count_when_it_is_over(database: OwnServer) -> None:
    done, failed, again, returned = (submit_task(TaskType.IMAGE_ANALYSIS, short_id="s") for _ in range(4))
    leases = {name: claim_task(name) for name in (done, failed, again, returned)}
    with database.away():
        with pytest.raises(Unavailable):
            update_task_progress(done, 50)
        assert complete_task(done, {"images": 3}, lease=leases[done])
        assert fail_task(failed, "no pictures", lease=leases[failed])
        assert fail_task(again, "a time-out", retryable=True, delay_seconds=0, lease=leases[again])
        lease = leases[returned]
        assert lease is not None
        assert hand_back(lease, "handed back")
    back_again()
    found = {name: task_of(name) for name in leases}
    assert (found[done].status, found[done].result) == (TaskStatus.COMPLETED, {"images": 3})
    assert (found[failed].status, found[failed].error) == (TaskStatus.FAILED, "no pictures")
    assert (found[again].status, found[again].retries) == (TaskStatus.RETRYING, 1)
    assert (found[returned].status, found[returned].retries) == (TaskStatus.QUEUED, 0)
    assert {session.task_id for session in session_service.get_sessions_by_short_id("s")} == {again, returned}
    for name in (again, returned):
        fail_task(name, "tidy up")


def test_a_script_goes_on_through_an_outage(database: OwnServer) -> None:
    with database.away():
        task_id = create_task(TaskType.VIDEO_GENERATION, short_id="s")
        assert complete_task(task_id, {"clip": "x"})
        with pytest.raises(DatabaseAway):  # that it was stopped cannot be promised
            cancel_task(task_id)
        with pytest.raises(DatabaseAway):
            complete_task("a task that nobody here knows")
    wait_for(lambda: get_spool().pending() and _answers(), 20, "the return of the database")
    assert task_of(task_id).status is TaskStatus.COMPLETED  # whoever asks for it catches up first
    assert session_service.get_sessions_by_short_id("s") == []


def test_a_task_created_in_an_outage_is_found_by_whoever_needs_it_next(database: OwnServer) -> None:
    with database.away():
        task_id = create_task(TaskType.VIDEO_GENERATION, short_id="s")
    wait_for(_answers, 20, "the return of the database")
    assert start_task(task_id)
    assert complete_task(task_id)


def _answers() -> bool:
    try:
        with database_answers():
            mongo.connect().client.admin.command("ping")
    except DatabaseAway:
        return False
    return True


def test_one_key_is_one_task_through_an_outage(database: OwnServer) -> None:
    before = create_task(TaskType.SCRAPING, user_id="u", short_id="s", idempotency_key="before")
    with database.away():
        new = create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s", idempotency_key="new")
        assert create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s", idempotency_key="new") == new
        repeated = create_task(TaskType.SCRAPING, user_id="u", short_id="s", idempotency_key="before")
    back_again()
    assert create_task(TaskType.IMAGE_ANALYSIS, user_id="u", short_id="s", idempotency_key="new") == new
    assert repeated != before
    told = task_of(repeated)
    assert (told.status, told.metadata["duplicate_of"]) == (TaskStatus.CANCELLED, before)
    assert before in (told.error or "")
    assert [session.task_id for session in session_service.get_sessions_by_short_id("s")] == [new]
    for name in (before, new):
        fail_task(name, "tidy up")


def test_a_step_that_several_processes_begin_in_an_outage_is_one_task(database: OwnServer) -> None:
    """Each of them spools it; what comes second must not end the short as cancelled."""
    once = key_for_step("s", "scene-0-v1", TaskType.VIDEO_GENERATION.value)
    begin = partial(create_task, TaskType.VIDEO_GENERATION, short_id="s", step="scene-0-v1", scene=0, once=once)
    before = begin()
    with database.away():
        assert begin() != before
    back_again()
    assert [task.task_id for task in tasks_by_step("s").values()] == [before]
    assert mongo.collection("tasks").count_documents({"short_id": "s"}) == 1
    fail_task(before, "tidy up")


def test_a_step_s_repetition_that_was_recorded_says_nothing_of_the_step(database: OwnServer) -> None:
    once = key_for_step("s", "scene-0-v1", TaskType.VIDEO_GENERATION.value)
    first = create_task(TaskType.VIDEO_GENERATION, short_id="s", step="scene-0-v1", scene=0, once=once)
    late = create_task(TaskType.VIDEO_GENERATION, short_id="s", step="scene-0-v1", scene=0, duplicate_of=first)
    fail_task(late, "tidy up")
    assert [task.task_id for task in tasks_by_step("s").values()] == [first]
    fail_task(first, "tidy up")


@pytest.mark.usefixtures("ends_tasks")
def test_a_key_that_comes_with_another_request_in_an_outage_is_refused_where_that_can_be_known(
    database: OwnServer,
) -> None:
    create_task(TaskType.SCRAPING, user_id="u", idempotency_key="before")
    anothers = IdempotencyKey("=u/before", SHORT, "of a short")
    with database.away():
        new = create_task(TaskType.SCRAPING, user_id="u", idempotency_key="new")
        for other in ({"url": "https://shop.example/"}, {"priority": 3}, {"colour": "red"}):
            with pytest.raises(InvalidInput, match="another request"):
                create_task(TaskType.SCRAPING, user_id="u", idempotency_key="new", **other)
        with pytest.raises(InvalidInput, match="another request"):
            create_task(TaskType.IMAGE_ANALYSIS, user_id="u", idempotency_key="new")
        with pytest.raises(InvalidInput, match="another request"):
            start_short(html="<p>x</p>", user_id="u", once=IdempotencyKey("=u/new", SHORT, "of a short"))
        short = start_short(html="<p>x</p>", user_id="u", once=anothers)
        assert start_short(html="<p>x</p>", user_id="u", once=anothers) == short
        with pytest.raises(InvalidInput, match="another request"):
            create_task(TaskType.SCRAPING, user_id="u", idempotency_key="before")
    wait_for(_answers, 20, "the return of the database")
    # It still waits, and is known by what asks first, and has not been written.
    assert create_task(TaskType.SCRAPING, user_id="u", idempotency_key="new") == new
    back_again()
    told = shorts.get_short(short)  # the key was a task's before: only the database could know
    assert (told.status, "another request" in (told.error or "")) == (ShortStatus.CANCELLED, True)
    assert mongo.collection("tasks").count_documents({}) == 2


@pytest.mark.parametrize("transactions", [True, False])
def test_replaying_twice_changes_nothing(
    database: OwnServer, transactions: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.away():
        live = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
        ended = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
        complete_task(ended, {"by": "first"})
    file = get_spool().folder / "entries"
    kept = file.read_bytes()
    wait_for(_answers, 20, "the return of the database")
    monkeypatch.setattr(mongo.connect(), "transactions", transactions)
    for _ in range(3):
        replay_spool()
        before = _records()
        file.write_bytes(kept)
    replay_spool()
    assert _records() == before
    assert [session.task_id for session in session_service.get_sessions_by_short_id("s")] == [live]
    assert task_of(ended).result == {"by": "first"}
    fail_task(live, "tidy up")


def _records() -> dict[str, list[dict[str, object]]]:
    return {name: list(mongo.collection(name).find().sort("_id", 1)) for name in ("tasks", "sessions", "outbox")}


def test_a_run_that_lost_its_task_in_the_outage_writes_nothing(database: OwnServer) -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    first = claim_task(task_id)
    with database.away():
        assert complete_task(task_id, {"by": "first"}, lease=first)
    wait_for(_answers, 20, "the return of the database")
    past = {"$set": {"due_at": utc_now() - timedelta(seconds=1)}}
    mongo.collection("tasks").update_one({"_id": task_id}, past)
    assert OrphanWatch().recover() == 1  # by another machine, before this one's spool is replayed
    replay_spool()
    assert task_of(task_id).status is TaskStatus.QUEUED
    second = claim_task(task_id)
    assert complete_task(task_id, {"by": "second"}, lease=second)
    assert task_of(task_id).result == {"by": "second"}


def test_leases_that_could_not_be_renewed_in_an_outage_are_not_taken_away(database: OwnServer) -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS)
    assert start_task(task_id)
    past = {"$set": {"due_at": utc_now() - timedelta(seconds=60)}}
    mongo.collection("tasks").update_one({"_id": task_id}, past)
    watch = OrphanWatch(settle_seconds=get_settings().task_lease_seconds / 3 + 1)
    assert watch.recover() == 0

    def renewed() -> bool:
        assert watch.recover() == 0
        return task_of(task_id).status is TaskStatus.RUNNING and _due(task_id) > utc_now()

    wait_for(renewed, 10, "the renewal")
    keeper.drop(task_id)
    mongo.collection("tasks").update_one({"_id": task_id}, past)
    wait_for(lambda: watch.recover() == 1, 10, "the recovery of the orphan")
    fail_task(task_id, "tidy up")


def test_a_clock_that_jumped_keeps_no_task_for_ever(database: OwnServer) -> None:
    running, waiting = submit_task(TaskType.IMAGE_ANALYSIS), submit_task(TaskType.IMAGE_ANALYSIS)
    start_task(running)
    keeper.drop(running)
    far = {"$set": {"due_at": utc_now() + timedelta(days=30)}}
    change_all("tasks", {"_id": {"$in": [running, waiting]}}, far)
    assert send_due_tasks() == 1
    assert _due(waiting) < utc_now() + timedelta(minutes=5)
    assert OrphanWatch().recover() == 1
    assert task_of(running).status is TaskStatus.QUEUED
    for name in (running, waiting):
        fail_task(name, "tidy up")


def _due(task_id: str) -> datetime:
    due: datetime = stored("tasks", {"_id": task_id})["due_at"]
    return due


def test_checks_that_need_the_database_are_left_to_the_run(database: OwnServer) -> None:
    with database.away():
        task_id = start_video_generation("nowhere", 0)
    back_again()
    assert task_of(task_id).status is TaskStatus.QUEUED
    fail_task(task_id, "tidy up")


def test_a_short_is_accepted_unless_its_id_was_chosen(database: OwnServer) -> None:
    with database.away():
        short_id = start_short("https://shop.example/cup")
        with pytest.raises(DatabaseAway):  # somebody may have it
            start_short("https://shop.example/cup", short_id="cup")
    back_again()
    assert shorts.get_short(short_id).url == "https://shop.example/cup"
    assert shorts.find_short("cup") is None


def test_a_paused_database_is_an_outage_too(database: OwnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongo, "ANSWER_SECONDS", 1.0)
    database.signal(signal.SIGSTOP)
    try:
        task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
        assert get_spool().holds(task_id)
        with pytest.raises(Unavailable):
            session_service.manager.find(short_id="s")
    finally:
        database.signal(signal.SIGCONT)
    back_again()
    assert session_service.get_session(task_id) is not None
    fail_task(task_id, "tidy up")


def test_a_database_that_flaps_costs_no_task(database: OwnServer) -> None:
    names: list[str] = []

    def create() -> None:
        for key in range(30):
            names.append(create_task(TaskType.IMAGE_ANALYSIS, short_id="s", idempotency_key=str(key)))

    creating = threading.Thread(target=create)
    creating.start()
    while creating.is_alive():
        database.signal(signal.SIGSTOP)
        creating.join(0.5)
        database.kill()
        database.start()
        creating.join(0.5)
    back_again()
    assert len(set(names)) == 30
    assert {session.task_id for session in session_service.get_sessions_by_short_id("s")} == set(names)
    for name in names:
        fail_task(name, "tidy up")


LATE_STARTER = """
from app.tasks.service import create_task, TaskType
print(create_task(TaskType.IMAGE_ANALYSIS, short_id="s"))
"""


def test_a_process_that_starts_in_the_outage_heals_by_itself(database: OwnServer) -> None:
    with database.away():
        done = subprocess.run(
            [sys.executable, "-c", LATE_STARTER],
            env=child_environment() | {"MONGODB_URI": database.url},
            capture_output=True,
            text=True,
            check=True,
        )
        task_id = done.stdout.strip()
        mongo.close()  # as in a process that was never connected
        with pytest.raises(DatabaseAway):
            get_task_status(task_id)
        with pytest.raises(DatabaseAway):
            get_task_status("another")
    back_again()
    assert task_of(task_id).status is TaskStatus.QUEUED
    fail_task(task_id, "tidy up")


def test_with_a_full_disk_too_the_caller_is_told(
    database: OwnServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "data"
    monkeypatch.setenv("SHOPREEL_DATA_DIR", str(blocked))
    get_settings.cache_clear()
    assert get_settings().shopreel_data_dir == blocked  # all right at the start; it breaks later
    blocked.write_text("a file where a folder should be")
    with database.away(), pytest.raises(Unavailable, match="neither the database nor the data folder"):
        create_task(TaskType.IMAGE_ANALYSIS)
    blocked.unlink()
    wait_for(_answers, 20, "the return of the database")
