"""A sweep's round looks at a bounded part of whatever waits, and round by round all of it is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import redis
from pymongo import monitoring

from app.db import batches
from app.db import client as mongo
from app.events import repository as events
from app.events.repository import activity
from app.models import utc_now
from app.queue import broker
from app.tasks import recovery as task_recovery
from app.tasks.recovery import OrphanWatch, repair_sessions, send_due_tasks
from tests.conftest import wipe

NAMES = ("tasks", "sessions", "outbox", "event_buckets", "figures", "counters")


class Held(monitoring.CommandListener):
    """How many documents the finds of a collection have brought."""

    def __init__(self) -> None:
        self.count = 0
        self.collection = ""
        self._asked: set[int] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.collection and self.collection in (event.command.get("find"), event.command.get("collection")):
            self._asked.add(event.request_id)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if event.request_id in self._asked and "cursor" in event.reply:
            cursor = event.reply["cursor"]
            self.count += len(cursor.get("firstBatch", cursor.get("nextBatch", [])))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing."""

    def of(self, collection: str) -> Held:
        """Count anew, for a collection."""
        self.collection, self.count = collection, 0
        return self


HELD = Held()
monitoring.register(HELD)


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    mongo.close()  # its next client has the listener
    mongo.connect()
    wipe(*NAMES)
    task_recovery._stopped.clear()
    yield
    wipe(*NAMES)
    task_recovery._stopped.clear()
    HELD.of("")


def task(name: str, status: str, due_at: datetime, **fields: Any) -> dict[str, Any]:
    known = {"task_type": "image_analysis", "priority": 2, "retries": 0, "max_retries": 3, "lease_epoch": 0}
    dates = {"created_at": due_at, "updated_at": due_at, "due_at": due_at}
    return {"_id": name, "status": status, "dispatched": True, "history": []} | known | dates | fields


def due(count: int, status: str = "queued") -> None:
    now = utc_now()
    mongo.collection("tasks").insert_many(
        [task(f"{status}{number}", status, now - timedelta(seconds=10 + number)) for number in range(count)]
    )


def moved() -> int:
    return mongo.collection("tasks").count_documents({"due_at": {"$gt": utc_now()}})


def test_of_thousands_of_due_tasks_a_round_sends_few_and_the_next_gets_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_recovery, "SENT_AT_ONCE", 20)
    due(3000)
    due(10, "retrying")
    held = HELD.of("tasks")
    assert send_due_tasks(seconds=0) == 30
    assert held.count == 30
    for sent in (50, 70):
        assert send_due_tasks(seconds=0) == 20
        assert moved() == sent
    assert held.count == 70
    with redis.Redis.from_url(broker.redis_url()) as client:
        client.flushdb()


def test_where_the_database_is_slow_they_are_read_in_windows_from_where_the_last_round_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "SLOW_SECONDS", -1.0)  # every batch is slow
    monkeypatch.setattr(task_recovery, "SENT_AT_ONCE", 8)
    due(40)
    rounds, began = 0, time.monotonic()
    while moved() < 40 and time.monotonic() < began + 60:
        send_due_tasks(seconds=0.02)
        rounds += 1
    assert moved() == 40
    assert rounds > 1
    with redis.Redis.from_url(broker.redis_url()) as client:
        client.flushdb()


def test_of_thousands_of_sessions_a_round_looks_at_few_until_the_oldest_is_repaired(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(task_recovery, "BATCH", 200)
    now, count = utc_now(), 2000
    kind = {"task_type": "image_analysis", "short_id": "s", "user_id": None, "status": "active"}
    dates = [now - timedelta(seconds=100 + 30 * number) for number in range(count)]
    mongo.collection("sessions").insert_many(
        [kind | {"task_id": f"t{number}", "created_at": at, "updated_at": at} for number, at in enumerate(dates)]
    )
    mongo.collection("tasks").insert_many(
        [task(f"t{number}", "running", now + timedelta(hours=1)) for number in range(count - 1)]
    )
    rounds, repaired = 0, 0
    while not repaired and rounds < 40:
        held = HELD.of("sessions")
        repaired = repair_sessions(seconds=0)
        assert held.count < 800  # a window, whose length is learnt from the one before
        rounds += 1
    assert (repaired, rounds > 3) == (1, True)
    assert mongo.collection("sessions").count_documents({}) == count - 1


def test_of_many_orphans_a_round_recovers_as_many_as_it_has_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_recovery, "BATCH", 10)
    past = utc_now() - timedelta(seconds=5)
    mongo.collection("tasks").insert_many([task(f"o{number}", "running", past, lease_epoch=1) for number in range(25)])
    watch = OrphanWatch()
    assert watch.recover(seconds=0) == 1
    assert [watch.recover() for _ in range(4)] == [10, 10, 4, 0]


def test_a_timeline_reads_few_events_however_many_came_since_it_was_read_last() -> None:
    def numbered(first: int, count: int) -> None:
        single: list[dict[str, Any]] = []
        for seq in range(first, first + count):  # each by itself: the most documents that it can be
            event = {"seq": seq, "at": utc_now(), "kind": "short", "status": "completed", "user_id": "u"}
            single += events.buckets([event])
        mongo.collection("event_buckets").insert_many(single)
        mongo.collection("counters").replace_one({"_id": "events"}, {"last": first + count - 1}, upsert=True)

    events._page_ends.clear()
    numbered(1, 100)
    assert [event.seq for event in activity("u", 10)] == list(range(100, 90, -1))
    numbered(101, 3000)
    held = HELD.of("event_buckets")
    assert [event.seq for event in activity("u", 10)] == list(range(3100, 3090, -1))
    assert held.count <= 400
    held.of("event_buckets")
    assert [event.seq for event in activity("u", 10)] == list(range(3100, 3090, -1))
    assert held.count == 10  # where the page ended is known
    assert [event.seq for event in activity(None, 10, before=3091)] == list(range(3090, 3080, -1))
