"""Repairs after a crash or an outage, on the real broker and database."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta

import pytest
import redis

from app.db import client as mongo
from app.models import TaskStatus, TaskType, utc_now
from app.queue import broker
from app.queue.dispatch import submit_task
from app.queue.names import POOLS, levels
from app.sessions.service import session_service
from app.tasks import recovery as task_recovery
from app.tasks.lease_keeper import Lease, keeper
from app.tasks.recovery import OrphanWatch, repair_sessions, send_due_tasks
from app.tasks.service import (
    claim_task,
    complete_task,
    create_task,
    fail_task,
    get_task_status,
    hand_back,
    start_task,
    update_task_progress,
)
from tests.conftest import change_all


@pytest.fixture(autouse=True)
def empty_queues() -> None:
    redis.Redis.from_url(broker.redis_url()).flushdb()


def queued(pool: str) -> list[str]:
    """Return the task ids that wait for a pool of workers."""
    names = [name for level in levels(POOLS[pool]) for name in level]
    with redis.Redis.from_url(broker.redis_url()) as client:
        messages = [message for name in names for message in client.hgetall(f"shopreel:{name}.msgs").values()]
    return [json.loads(message)["args"][0] for message in messages]


def let_it_be_due(task_id: str) -> None:
    past = {"$set": {"due_at": utc_now() - timedelta(seconds=1)}}
    mongo.collection("tasks").update_one({"_id": task_id}, past)


def status_of(task_id: str) -> TaskStatus:
    task = get_task_status(task_id)
    assert task is not None
    return task.status


def test_a_message_holds_the_task_s_id_alone_and_goes_to_its_queue() -> None:
    light, heavy = submit_task(TaskType.SCRAPING), submit_task(TaskType.VIDEO_GENERATION)
    assert queued("light") == [light]
    assert queued("render") == [heavy]
    for task_id in (light, heavy):
        fail_task(task_id, "tidy up")


def test_an_orphan_runs_again_until_its_retries_are_spent() -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS, short_id="s", max_retries=1)
    assert start_task(task_id)
    assert OrphanWatch().recover() == 0  # its lease runs
    keeper.drop(task_id)
    let_it_be_due(task_id)
    assert OrphanWatch().recover() == 1
    assert status_of(task_id) is TaskStatus.QUEUED
    assert session_service.get_session(task_id) is not None
    assert start_task(task_id)
    keeper.drop(task_id)
    let_it_be_due(task_id)
    assert OrphanWatch().recover() == 1
    assert status_of(task_id) is TaskStatus.FAILED
    assert session_service.get_session(task_id) is None


def lose(task_id: str, *reports: tuple[float, str]) -> Lease:
    """Let a worker claim a task, come as far as it reports, and go away."""
    lease = claim_task(task_id)
    assert lease is not None
    keeper.drop(task_id)
    time.sleep(0.002)  # dates are in milliseconds
    for report in reports:
        assert update_task_progress(task_id, *report, lease=lease)
    let_it_be_due(task_id)
    assert OrphanWatch().recover() == 1
    return lease


def test_what_takes_its_worker_down_twice_at_one_place_fails_with_its_input_named() -> None:
    task_id = submit_task(TaskType.SCRAPING, html_key="pages/of-somebody.html", max_retries=20)
    lose(task_id, (60, "Reading the product"))
    assert status_of(task_id) is TaskStatus.QUEUED
    lose(task_id, (10, "Starting"), (60, "Reading the product"))
    task = get_task_status(task_id)
    assert task is not None
    assert task.status is TaskStatus.FAILED
    assert "twice at the same place" in (task.error or "")
    assert "Reading the product" in (task.error or "")
    assert "pages/of-somebody.html" in (task.error or "")
    address = submit_task(TaskType.SCRAPING, url="http://user:secret@shop.example/p", max_retries=20)
    for _ in range(2):
        lose(address, (10, "Fetching the page"))
    named = get_task_status(address)
    assert named is not None
    assert "shop.example/p" in (named.error or "")
    assert "secret" not in (named.error or "")


def test_a_run_that_came_further_or_said_nothing_is_not_counted() -> None:
    task_id = submit_task(TaskType.DATA_EXTRACTION, max_retries=20)
    for percent in (10, 20, 30):
        lose(task_id, (percent, "Reading rows"))
        lose(task_id)
    assert status_of(task_id) is TaskStatus.QUEUED
    fail_task(task_id, "tidy up")


def test_a_worker_that_was_paused_takes_its_loss_back_and_a_hand_back_is_none() -> None:
    task_id = submit_task(TaskType.SCRAPING, max_retries=20)
    for _ in range(3):
        lose(task_id, (60, "Reading the product"))
        task_recovery.forgive_loss(task_id)
    lease = claim_task(task_id)
    assert lease is not None
    assert update_task_progress(task_id, 60, "Reading the product", lease=lease)
    assert hand_back(lease, "handed back")
    lose(task_id, (60, "Reading the product"))
    assert status_of(task_id) is TaskStatus.QUEUED
    fail_task(task_id, "tidy up")


def test_a_script_s_orphan_fails_at_once() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    start_task(task_id)
    keeper.drop(task_id)
    let_it_be_due(task_id)
    assert OrphanWatch().recover() == 1
    assert status_of(task_id) is TaskStatus.FAILED
    assert session_service.get_session(task_id) is None


def test_a_renewed_lease_is_no_orphan() -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS)
    start_task(task_id)
    let_it_be_due(task_id)
    document = mongo.collection("tasks").find_one({"_id": task_id}) or {}
    renewed = {"$set": {"due_at": utc_now() + timedelta(seconds=30)}}
    # The lease is renewed between the sweeper's look and its write: the write must not match.
    stale = {"due_at": document["due_at"]}
    mongo.collection("tasks").update_one({"_id": task_id}, renewed)
    assert not task_recovery._recover(document | stale)
    assert status_of(task_id) is TaskStatus.RUNNING
    complete_task(task_id)


def test_the_run_of_a_recovered_orphan_is_fenced_off() -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    first = claim_task(task_id)
    assert first is not None
    let_it_be_due(task_id)
    assert OrphanWatch().recover() == 1
    second = claim_task(task_id)
    assert second is not None
    assert not complete_task(task_id, {"by": "first"}, lease=first)
    assert complete_task(task_id, {"by": "second"}, lease=second)
    task = get_task_status(task_id)
    assert task is not None
    assert task.result == {"by": "second"}


def test_what_was_never_delivered_is_sent_again_once() -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS)
    with redis.Redis.from_url(broker.redis_url()) as client:
        client.flushdb()
    assert send_due_tasks() == 0  # not yet
    let_it_be_due(task_id)
    assert send_due_tasks() == 1
    assert send_due_tasks() == 0
    assert queued("light") == [task_id]
    fail_task(task_id, "tidy up")


def test_a_retry_is_sent_when_its_time_has_come() -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS)
    start_task(task_id)
    with redis.Redis.from_url(broker.redis_url()) as client:
        client.flushdb()
    assert fail_task(task_id, "a hiccup", retryable=True, delay_seconds=60)
    assert send_due_tasks() == 0
    let_it_be_due(task_id)
    assert send_due_tasks() == 1
    assert queued("light") == [task_id]
    assert start_task(task_id)
    complete_task(task_id)


def test_tasks_that_scripts_run_themselves_are_never_sent() -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS)
    assert send_due_tasks() == 0
    assert queued("light") == []
    fail_task(task_id, "tidy up")


def test_with_the_broker_away_a_task_is_accepted_and_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    broker.close()
    with monkeypatch.context() as patch:
        patch.setattr(broker, "redis_url", lambda: "redis://127.0.0.1:9/0")
        task_id = submit_task(TaskType.IMAGE_ANALYSIS, short_id="s")
        assert status_of(task_id) is TaskStatus.QUEUED
    broker.close()
    let_it_be_due(task_id)
    assert send_due_tasks() == 1
    assert queued("light") == [task_id]
    fail_task(task_id, "tidy up")


def test_a_task_is_handed_back_and_not_counted_as_a_retry() -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    lease = claim_task(task_id)
    assert lease is not None
    assert hand_back(lease, "handed back")
    task = get_task_status(task_id)
    assert task is not None
    assert (task.status, task.retries) == (TaskStatus.QUEUED, 0)
    assert not hand_back(lease, "handed back")
    assert start_task(task_id)
    complete_task(task_id)


def test_sessions_whose_task_is_not_live_are_repaired() -> None:
    """As a crash between two writes leaves them on a server without transactions."""
    old = utc_now() - timedelta(minutes=5)
    live = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    for name, task_type in (("gone", "image_analysis"), ("ended", "video_generation"), ("kept", "scenario_generation")):
        session_service.create_session("s", task_type, name)
    session_service.create_session("s", "image_analysis", "young")
    tasks = mongo.collection("tasks")
    for name, task_type in (("ended", "video_generation"), ("kept", "scenario_generation")):
        tasks.insert_one({"_id": name, "task_type": task_type, "status": "completed"})
    change_all("sessions", {"task_id": {"$ne": "young"}}, {"$set": {"created_at": old}})
    assert repair_sessions() == 3
    left = {session.task_id: session.status.value for session in session_service.get_sessions_by_short_id("s")}
    assert left == {live: "active", "kept": "completed", "young": "active"}
    assert repair_sessions() == 0
    fail_task(live, "tidy up")
    session_service.remove_session("young")


def test_of_sweepers_that_look_at_once_one_sends() -> None:
    task_id = submit_task(TaskType.IMAGE_ANALYSIS)
    with redis.Redis.from_url(broker.redis_url()) as client:
        client.flushdb()
    let_it_be_due(task_id)
    together = threading.Barrier(6)
    sent: list[int] = []

    def sweep() -> None:
        together.wait()
        sent.append(send_due_tasks())

    threads = [threading.Thread(target=sweep) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 1
    assert queued("light") == [task_id]
    fail_task(task_id, "tidy up")
