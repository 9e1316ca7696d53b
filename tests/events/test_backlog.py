"""Whatever waits is worked off in bounded batches: how many notes wait, whose they are, and whether they make sense."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo import monitoring
from pymongo.errors import AutoReconnect, ExecutionTimeout

from app.analytics import figures
from app.config import get_settings
from app.core.telemetry import NOTES_REFUSED
from app.db import client as mongo
from app.db.batches import Batch, NoAdvance, Size, work_off
from app.errors import DatabaseAway
from app.events import log as event_log
from app.events import repository as events
from app.events.log import is_behind, number_events
from app.events.repository import CLAIMED, CREATED, LEFT, REPORTED, bounds, events_between, note_session, note_task
from app.maintenance import migrations
from app.maintenance import scheduler as scheduler_service
from app.maintenance.scheduler import Scheduler, cleanup, status
from app.models import TaskStatus, TaskType, utc_now
from app.tasks.lease_keeper import MAX_STEPS, StepClock
from tests.conftest import wipe
from tests.staging import stored

START = utc_now()
SESSION = {"task_id": "t", "task_type": "image_analysis", "short_id": "s", "user_id": None}
HELD_AT_ONCE = 800
"""So many notes a read may hold, where one of 32 is a milestone."""


class Reads(monitoring.CommandListener):
    """The most documents that one find of the outbox has held, by all its answers."""

    def __init__(self) -> None:
        self.most = 0
        self._cursors: dict[int, int] = {}
        self._asked: dict[int, bool] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        command = event.command
        self._asked[event.request_id] = "outbox" in (command.get("find"), command.get("collection"))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if self._asked.pop(event.request_id, False) and "cursor" in event.reply:
            cursor = event.reply["cursor"]
            batch = cursor.get("firstBatch", cursor.get("nextBatch", []))
            self._cursors[cursor["id"]] = self._cursors.get(cursor["id"], 0) * bool(cursor["id"]) + len(batch)
            self.most = max(self.most, self._cursors[cursor["id"]])

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        self._asked.pop(event.request_id, None)


READS = Reads()
monitoring.register(READS)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin with nothing noted, with many milestones and small batches."""
    mongo.close()
    mongo.connect()
    wipe("outbox", "event_buckets", "counters", "figures")
    monkeypatch.setattr(events, "MILESTONE_OF", 32)
    monkeypatch.setattr(event_log, "BATCH", 100)
    monkeypatch.setattr(event_log, "_few_until", 0.0)
    READS.most = 0
    scheduler_service._stopped_at.clear()  # a scheduler that another test ended may have stopped half-way
    yield
    figures._names.clear()


def put(notes: list[dict[str, Any]]) -> None:
    mongo.collection("outbox").insert_many(notes)


def note(
    task_id: str, state: TaskStatus, at: datetime, phase: int, epoch: int = 0, user: str = "u", **fields: Any
) -> dict[str, Any]:
    task = {"_id": task_id, "task_type": "image_analysis", "user_id": user}
    known = {"run": {"created_at": START}} if phase == LEFT else {}
    return note_task(task, state, at, phase=phase, epoch=epoch, **(known | fields)).document


def numbered() -> list[events.Event]:
    return list(events_between(*bounds()))


def test_no_read_holds_more_than_few_of_the_notes_that_wait() -> None:
    """20,000 took a minute a batch, as each batch read them all."""
    put(
        [
            note_session(SESSION, "active").document | {"at": START + timedelta(milliseconds=number)}
            for number in range(4000)
        ]
    )
    assert number_events() == 4000
    assert 0 < READS.most < HELD_AT_ONCE
    assert [event.at for event in numbered()] == sorted(event.at for event in numbered())


def test_one_task_with_many_reports_is_no_more_work_though_the_clock_of_its_end_was_behind() -> None:
    reports = [
        note("t", TaskStatus.RUNNING, START + timedelta(seconds=number), REPORTED, 1, progress=1.0)
        for number in range(2000)
    ]
    early = START - timedelta(hours=6)
    others = [note(str(number), TaskStatus.QUEUED, START, CREATED) for number in range(10)]
    put([note("t", TaskStatus.COMPLETED, early, LEFT, 1), *reports, *others])
    put([note("t", TaskStatus.RUNNING, START + timedelta(days=1), CLAIMED, 1)])
    put([note("t", TaskStatus.QUEUED, START + timedelta(days=2), CREATED)])
    assert number_events() == 2013
    order = [event.status if event.progress is None else "report" for event in numbered() if event.task_id == "t"]
    assert [state for state, _ in itertools.groupby(order)] == ["queued", "running", "report", "completed"]
    assert READS.most < HELD_AT_ONCE


def test_who_reads_leaves_a_backlog_to_the_leader_and_the_leader_takes_its_time() -> None:
    put([note_session(SESSION, "active").document for _ in range(600)])
    assert number_events(backlog=False) == 0
    assert READS.most <= event_log.MANY_MILESTONES  # of all that stand there
    assert number_events(seconds=0) < 600
    assert is_behind()
    first = [(event.seq, event.at) for event in numbered()]
    number_events()
    assert not is_behind()
    assert [(event.seq, event.at) for event in numbered()][: len(first)] == first
    assert [event.seq for event in numbered()] == list(range(1, 601))
    put([note_session(SESSION, "active").document])
    assert number_events(backlog=False) == 1


def test_a_slow_database_gets_smaller_batches_and_one_that_is_away_is_told() -> None:
    size, tried = Size(64), []

    def step(place: int) -> Batch[int]:
        tried.append(size.now)
        if size.now > 5:
            raise ExecutionTimeout("too slow", 50)
        return Batch(size.now, place + size.now if place + size.now < 20 else None)

    assert work_off(step, 0, size=size).done >= 20
    assert tried[:5] == [64, 32, 16, 8, 4]

    def away(place: int) -> Batch[int]:
        raise AutoReconnect("away")

    with pytest.raises(DatabaseAway):
        work_off(away, 0, size=size)


def test_a_batch_that_stays_where_it_is_ends_the_work() -> None:
    with pytest.raises(NoAdvance):
        work_off(lambda place: Batch(0, place), 7)


def old_events(count: int, **of_first: Any) -> None:
    old = utc_now() - timedelta(days=400)
    rows = [{"seq": seq, "at": old, "kind": "session", "status": "x"} for seq in range(1, count + 1)]
    rows[0] |= of_first
    mongo.collection("event_buckets").insert_many([bucket for row in rows for bucket in events.buckets([row])])
    mongo.collection("counters").insert_one({"_id": "events", "last": count, "removed_to": 0})


def test_a_clean_up_stops_when_its_time_is_over_and_the_leader_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    old_events(250, at=utc_now().replace(year=2099))  # by a clock that was wrong: it does not keep the others
    monkeypatch.setattr(events, "REMOVED_AT_ONCE", 100)
    monkeypatch.setattr(scheduler_service, "DELETE_BATCH", 3)
    past = utc_now() - timedelta(days=60)
    mongo.collection("tasks").insert_many(
        [{"_id": str(number), "status": "failed", "ended_at": past, "task_type": "scraping"} for number in range(5)]
    )
    assert not cleanup(seconds=0).finished
    assert mongo.collection("event_buckets").count_documents({}) == 150
    scheduler = Scheduler()
    while scheduler._cleanup_if_due():
        pass
    assert mongo.collection("event_buckets").count_documents({}) == mongo.collection("tasks").count_documents({}) == 0
    last = status()["last_cleanup"]
    assert last is not None and last["tasks"] == 5
    assert not scheduler_service._stopped_at
    assert scheduler._cleanup_if_due() is False


@pytest.mark.parametrize("group", ["reasons", "steps"])
def test_names_that_callers_choose_do_not_make_the_figures_grow(group: str) -> None:
    for start in range(0, 150, 50):  # so many in each of three batches
        names = [
            f"n{'abcdefghij'[number % 10]}{'abcdefghijklmno'[number // 10]}x" for number in range(start, start + 50)
        ]
        failed = group == "reasons"
        fields = [
            {"error": f"no host {name}"}
            if failed
            else {"run": {"created_at": START, "started_at": START, "steps": {name: 1.0}}}
            for name in names
        ]
        state = TaskStatus.FAILED if failed else TaskStatus.COMPLETED
        put([note(name, state, START, LEFT, 1, **its) for name, its in zip(names, fields, strict=True)])
        number_events()
    for day in mongo.collection("figures").find():
        counted = day["types"]["image_analysis"][group]
        assert len(counted) == figures.MAX_NAMES + 1
        assert sum(count if failed else sum(count.values()) for count in counted.values()) == 150


def test_a_run_times_few_steps_whatever_they_are_called() -> None:
    clock = StepClock()
    for number in range(1000):
        clock.begin("step " + "x" * number)
    assert len(clock.end()) == MAX_STEPS + 1


def test_a_note_that_makes_no_sense_is_put_away_and_told() -> None:
    before = NOTES_REFUSED._value.get()
    put(
        [
            note("good", TaskStatus.QUEUED, START, CREATED),
            note("bad", TaskStatus.QUEUED, START, CREATED) | {"status": "no such"},
            {"_id": ObjectId(), "at": START, "kind": "of no kind"},
            note("good", TaskStatus.COMPLETED, START, LEFT, 1),
        ]
    )
    number_events()
    assert [event.status for event in numbered()] == ["queued", "completed"]
    assert mongo.collection("outbox").count_documents({}) == 0
    letters = {letter["note"]["kind"]: letter for letter in mongo.collection("dead_letters").find()}
    assert letters["task"]["user_id"] == "u" and "no such" in letters["task"]["reason"]
    assert (len(letters), status()["refused_notes"], NOTES_REFUSED._value.get() - before) == (2, 2, 2)


def test_a_note_that_the_database_refuses_holds_up_no_other() -> None:
    day = START.replace(hour=0, minute=0, second=0, microsecond=0)
    broken = {"_id": f"{day:%Y-%m-%d} =broken", "day": day, "user": "=broken", "types": 1}
    mongo.collection("figures").insert_one(broken)  # a count within a number: no server can add to that
    users = {13: "broken"}
    put([note(str(one), TaskStatus.QUEUED, START, CREATED, user=users.get(one, "u")) for one in range(40)])
    number_events()
    assert {event.task_id for event in numbered()} == {str(number) for number in range(40)} - {"13"}
    assert [letter["note"]["task_id"] for letter in mongo.collection("dead_letters").find()] == ["13"]
    assert TaskType.IMAGE_ANALYSIS in stored("figures", {"user": "=u"})["types"]


def test_a_database_that_takes_writes_is_not_called_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(mongo, "report_broken", told.append)
    mongo.check_reading(stuck=True)
    assert told == []
    monkeypatch.setattr(mongo, "WRITTEN_BY_ALL", ("no\0name",))  # a write that fails
    mongo.check_reading(stuck=True)
    assert len(told) == (get_settings().mongodb_uri is None)


def test_notes_of_before_there_were_milestones_are_marked_by_the_migration() -> None:
    old = [note("t", TaskStatus.RUNNING, START + timedelta(seconds=number), REPORTED, 1) for number in range(600)]
    put(
        [one | {"rank": [1, REPORTED]} for one in old]
        + [note("t", TaskStatus.QUEUED, START, CREATED) | {"rank": [0, 0]}]
    )
    mongo.in_transaction(
        lambda session: mongo.collection("outbox").update_many({}, {"$unset": {"milestone": 1}}, session=session)
    )
    migrations.mark_notes(mongo.connect().database)
    found = list(mongo.collection("outbox").find())
    assert all(isinstance(one["rank"], int) for one in found)
    assert 3 <= sum("milestone" in one for one in found) < 60
    assert number_events() == 601
    assert numbered()[0].status == "queued"
