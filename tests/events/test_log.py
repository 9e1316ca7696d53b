"""The numbering of what was noted: all of it, once, each task's changes in order, whoever numbers beside it."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import client as mongo
from app.db.batches import Batch
from app.events import log as event_log
from app.events import repository as events
from app.events.log import number_events
from app.events.repository import Event, bounds, buckets, concerns, events_between, note_session
from app.models import utc_now
from app.tasks.service import TaskType, cancel_task, complete_task, create_task, fail_task, start_task
from tests.conftest import wipe

CHANGES_OF_ONE = ["queued", "running", "completed"]


@pytest.fixture(autouse=True)
def nothing_noted() -> None:
    """Begin with no note: a process that a test before this one has ended may have left some behind it."""
    wipe("outbox", "event_buckets", "counters")


def note_changes() -> str:
    """Take a task through its changes."""
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u")
    assert start_task(task_id)
    assert complete_task(task_id, {})
    return task_id


def all_events() -> list[Event]:
    """Return what is numbered, from the first on."""
    number_events()
    return list(events_between(*bounds()))


def test_several_processes_number_at_once_and_nothing_comes_twice() -> None:
    with ThreadPoolExecutor(8) as pool:
        changes = [pool.submit(note_changes) for _ in range(16)]
        counts = [pool.submit(number_events) for _ in range(40)]
        tasks = [one.result() for one in changes]
        assert sum(one.result() for one in counts) <= 48
    events = all_events()
    assert [event.seq for event in events] == list(range(1, 49))
    for task in tasks:
        assert [event.status for event in events if event.task_id == task] == CHANGES_OF_ONE


@pytest.mark.parametrize("batch", [2, 1000])
def test_changes_of_one_task_keep_their_order_though_clocks_differ(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "BATCH", batch)
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    start_task(task_id)
    fail_task(task_id, "later", retryable=True, delay_seconds=0)
    start_task(task_id)
    cancel_task(task_id)
    expected = ["queued", "running", "retrying", "running", "cancelled"]
    outbox = mongo.collection("outbox")
    notes = list(outbox.find().sort("_id", 1))
    wipe("outbox")
    for place, note in enumerate(reversed(notes)):  # each process's clock is behind that of the one before
        note["_id"] = type(note["_id"]).from_datetime(utc_now() + timedelta(seconds=place))
        note["at"] = utc_now() + timedelta(seconds=place)
        outbox.insert_one(note)
    assert [event.status for event in all_events()] == expected


def test_many_notes_that_nobody_has_numbered_for_long_are_numbered() -> None:
    session = {"task_id": "t", "task_type": "image_analysis", "short_id": "s", "user_id": None}
    mongo.collection("outbox").insert_many([note_session(session, "active").document for _ in range(4000)])
    assert [event.seq for event in all_events()] == list(range(1, 4001))


def test_numbering_ends_though_others_go_on_noting(monkeypatch: pytest.MonkeyPatch) -> None:
    session = {"task_id": "t", "task_type": "image_analysis", "short_id": "s", "user_id": None}
    number = event_log._Numbering.batch

    def note_another(numbering: event_log._Numbering, place: int) -> Batch[int]:
        numbered = number(numbering, place)
        mongo.collection("outbox").insert_one(note_session(session, "active").document)
        return numbered

    monkeypatch.setattr(events, "MILESTONE_OF", 10**9)  # at one, a pass would have a second window
    note_changes()
    monkeypatch.setattr(event_log._Numbering, "batch", note_another)
    assert number_events() == 2  # of its beginning and its end; of the claim the end tells
    assert number_events() == 1


def test_any_span_of_numbers_is_read_whole_however_its_events_were_numbered() -> None:
    chance, users, now = random.Random(5), ("u", "v", None), utc_now()
    rows: list[dict[str, Any]] = [
        {"seq": seq, "at": now, "kind": "short", "status": "completed", "user_id": chance.choice(users)}
        | {"short_id": f"s{chance.randrange(3)}"}
        for seq in range(1, 901)
    ]
    left = list(rows)
    while left:
        together = chance.choice((1, 2, 300))
        mongo.collection("event_buckets").insert_many(buckets(left[:together]))
        del left[:together]
    wanted = [Event(**row) for row in rows]
    for _ in range(30):
        after, last = sorted(chance.choices(range(901), k=2))
        assert list(events_between(after, last)) == wanted[after:last]
        for user, short in itertools.product((None, "u"), (None, "s1")):
            mine = [event for event in wanted[after:last] if concerns(event, short, user)]
            assert list(events_between(after, last, short, user)) == mine


def test_many_milestones_of_one_moment_are_all_numbered() -> None:
    whose = {"task_type": "image_analysis", "short_id": "s"}
    notes = [note_session(whose | {"task_id": f"t{number}"}, "removed").document for number in range(90)]
    mongo.collection("outbox").insert_many([note | {"at": notes[0]["at"], "milestone": True} for note in notes])
    assert number_events() == 90
    assert mongo.collection("outbox").count_documents({}) == 0


GAPS = st.lists(st.integers(0, 5000) | st.sampled_from([0, 1, 86_400_000]), max_size=40)


@given(gaps=GAPS)
def test_windows_end_where_they_ended_and_between_in_whole_milliseconds(gaps: list[int]) -> None:
    start = utc_now().replace(microsecond=0)
    moments = list(dict.fromkeys(start + timedelta(milliseconds=sum(gaps[:count])) for count in range(len(gaps) + 1)))
    ends = event_log._even(moments)
    assert ends == sorted(set(ends))
    assert set(moments) <= set(ends)
    assert len(ends) <= event_log.MOST_PIECES * len(moments)
    assert all(end.microsecond % 1000 == 0 for end in ends)


def test_a_window_that_is_much_longer_than_the_others_is_cut() -> None:
    start = utc_now().replace(microsecond=0)
    ends = event_log._even([start + timedelta(seconds=second) for second in (0, 10, 20, 30, 60, 70, 80)])
    assert [(end - start).seconds for end in ends] == [0, 10, 20, 30, 45, 60, 70, 80]


@given(milliseconds=st.integers(1, 90_000))
def test_a_window_is_read_in_parts_that_are_the_whole(milliseconds: int) -> None:
    low = utc_now().replace(microsecond=0)
    high = low + timedelta(milliseconds=milliseconds)
    ends = event_log._parts({"$gte": low, "$lt": high})
    assert (ends[0], ends[-1]) == (low, high)
    assert ends == sorted(ends)
    assert event_log._parts({"$gte": events.LONG_AGO, "$lt": high}) == [events.LONG_AGO, high]
