"""Figures against a plain recount of the history; a user's timeline; both without what is another's."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.analytics import figures
from app.analytics.figures import bucket, percentiles, reason_of, seconds_of
from app.analytics.service import Seconds, analyse
from app.db import client as mongo
from app.events.log import number_events
from app.events.repository import CREATED, LEFT, note_task
from app.models import TaskStatus, TaskType
from app.sessions.service import session_service
from app.tasks.lease_keeper import StepClock
from app.tasks.service import (
    cancel_task,
    complete_task,
    create_task,
    fail_task,
    start_task,
    update_task_progress,
)
from tests.conftest import wipe

START = datetime(2026, 1, 1, tzinfo=UTC)
seconds = st.floats(0, 90_000)
lines = st.fixed_dictionaries(
    {
        "task_type": st.sampled_from([kind.value for kind in TaskType]),
        "user_id": st.sampled_from([None, "alice", "bob.$%"]),
        "session": st.booleans(),
        "begins": st.floats(0, 9 * 86_400),
        "waits": seconds,
        "works": seconds,
        "started": st.booleans(),
        "outcome": st.sampled_from([None, "completed", "failed", "cancelled"]),
        "error": st.sampled_from([None, "HTTP 404 of https://a.example/1", "HTTP 500 of x", "50 % off. $5 'x'", "Ünï"]),
        "steps": st.dictionaries(st.sampled_from(["Reading the page", "v1.2 $x", "…"]), st.floats(0, 100)),
    }
)


def line_of(number: int, drawn: dict[str, Any]) -> dict[str, Any]:
    created = START + timedelta(milliseconds=int(drawn["begins"] * 1000))
    started = created + timedelta(milliseconds=int(drawn["waits"] * 1000))
    kept = {name: drawn[name] for name in ("task_type", "user_id", "session", "outcome")}
    line = {"_id": f"t{number}", "short_id": "s", "created_at": created} | kept
    if drawn["outcome"]:
        line["ended_at"] = started + timedelta(milliseconds=int(drawn["works"] * 1000))
        line["started_at"] = started if drawn["started"] else None
        line["error"] = drawn["error"] if drawn["outcome"] == "failed" else None
        line["steps"] = drawn["steps"] if drawn["started"] else {}
    return line


def recount(history: list[dict[str, Any]], first: datetime, last: datetime, user: str | None) -> dict[str, Any]:
    """Count the history plainly: the figures that the pre-aggregated ones must equal."""
    mine = [line for line in history if user in (None, line["user_id"])]
    day = timedelta(days=1)
    end = last.replace(hour=0, minute=0, second=0, microsecond=0) + day
    began = [line for line in mine if first <= line["created_at"] < end]
    ended = [line for line in mine if line["outcome"] and first <= line["ended_at"] < end]
    days: Counter[tuple[str, str]] = Counter()
    for line in began:
        days[f"{line['created_at']:%Y-%m-%d}", "created"] += 1
        days[f"{line['created_at']:%Y-%m-%d}", "sessions"] += line["session"]
    for line in ended:
        days[f"{line['ended_at']:%Y-%m-%d}", line["outcome"]] += 1
    durations: dict[str, list[float]] = {}
    for line in ended:
        if line["outcome"] == "completed":
            spent = line["ended_at"] - (line["started_at"] or line["created_at"])
            durations.setdefault(line["task_type"], []).append(spent.total_seconds())
            for step, took in line["steps"].items():
                durations.setdefault(f"{line['task_type']}/{step}", []).append(took)
    return {
        "types": Counter(
            [(line["task_type"], "created") for line in began]
            + [(line["task_type"], line["outcome"]) for line in ended]
        ),
        "days": Counter({name: count for name, count in days.items() if count}),
        "reasons": Counter((one["task_type"], reason_of(one["error"])) for one in ended if one["outcome"] == "failed"),
        "durations": durations,
    }


def check_seconds(told: Seconds, true: list[float]) -> None:
    assert told.count == len(true)
    for share, value in ((0.5, told.p50), (0.95, told.p95), (0.99, told.p99)):
        exact = sorted(true)[math.ceil(share * len(true)) - 1]
        assert value is not None
        assert value == pytest.approx(exact, rel=0.05, abs=0.0011)


@given(st.lists(lines, max_size=30), st.integers(0, 10), st.integers(0, 10), st.sampled_from([None, "alice", "bob.$%"]))
@hypothesis_settings(max_examples=25)
def test_figures_equal_a_plain_recount_of_the_history(
    drawn: list[dict[str, Any]], first_day: int, length: int, user: str | None
) -> None:
    wipe("outbox", "event_buckets", "counters", "figures")
    history = [line_of(number, one) for number, one in enumerate(drawn)]
    notes = []
    for line in history:
        began = "active" if line["session"] else None
        notes.append(note_task(line, TaskStatus.QUEUED, line["created_at"], phase=CREATED, session=began))
        if line["outcome"]:
            ended, run = (
                TaskStatus(line["outcome"]),
                {name: line[name] for name in ("created_at", "started_at", "steps")},
            )
            more = {"error": line["error"], "run": run}
            notes.append(note_task(line, ended, line["ended_at"], phase=LEFT, epoch=None, **more))
    if history:
        mongo.collection("outbox").insert_many([note.document for note in notes])
    first = START + timedelta(days=first_day)
    last = first + timedelta(days=length)
    told, true = analyse(first, last, user), recount(history, first, last, user)
    outcomes = ("created", "completed", "failed", "cancelled")
    types = {(kind.task_type.value, name): getattr(kind, name) for kind in told.types for name in outcomes}
    assert {name: count for name, count in types.items() if count} == true["types"]
    days = {(day.day, name): getattr(day, name) for day in told.days for name in (*outcomes, "sessions")}
    assert {name: count for name, count in days.items() if count} == true["days"]
    assert {(one.task_type.value, one.reason): one.count for one in told.reasons} == true["reasons"]
    assert told.totals.completed == sum(day.completed for day in told.days)
    for kind in told.types:
        check_seconds(kind.seconds, true["durations"].get(kind.task_type.value, [])) if kind.completed else None
        for step, found in kind.steps.items():
            check_seconds(found, true["durations"][f"{kind.task_type.value}/{step}"])
    named = {f"{kind.task_type.value}/{step}" for kind in told.types for step in kind.steps}
    assert named == {name for name in true["durations"] if "/" in name}


def test_what_the_tasks_themselves_write_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    task = create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="u")
    start_task(task)
    for done in (1, 2):
        update_task_progress(task, 10 * done, f"Looking at picture {done} of 2")
    complete_task(task)
    fail_task(create_task(TaskType.SCRAPING, user_id="u"), "404 at https://shop.example/x")
    waiting = create_task(TaskType.SCENARIO_GENERATION, short_id="s", user_id="u")
    complete_task(waiting)
    session_service.remove_session(waiting)  # removed sessions count
    complete_task(create_task(TaskType.SCENARIO_GENERATION, short_id="s2", user_id="v"))
    for user, count in ((None, 4), ("u", 3), ("v", 1), ("nobody", 0)):
        told = analyse(user_id=user)
        assert (told.totals.created, sum(told.waiting.values())) == (count, 1 if user in (None, "v") else 0)
    told = analyse(user_id="u")
    assert (told.totals.sessions, told.totals.completed, told.totals.failed) == (2, 2, 1)
    images = next(kind for kind in told.types if kind.task_type is TaskType.IMAGE_ANALYSIS)
    assert list(images.steps) == ["Looking at picture … of …"]
    assert (images.seconds.count, images.waited.count) == (1, 1)
    assert [(one.reason, one.count) for one in told.reasons] == [("… at …", 1)]
    assert number_events() == 0


def test_analytics_read_a_document_a_day() -> None:
    days = [START + timedelta(days=number) for number in range(60)]
    for day in days:
        line = {"task_type": "scraping", "session": False, "created_at": day}
        for write in figures.increments(("u", *figures.began(line)) for _ in range(3)):
            mongo.collection("figures").update_one(write.filter, write.update, upsert=True)
    query = {"user": "*", "day": {"$gte": days[10], "$lt": days[40]}}
    plan = mongo.collection("figures").find(query).explain()
    assert plan["executionStats"]["totalDocsExamined"] == plan["executionStats"]["nReturned"] == 30
    assert analyse(days[10], days[39]).totals.created == 90


def test_a_timeline_says_what_happened_and_who_did_it(api: TestClient) -> None:
    task = create_task(TaskType.SCENARIO_GENERATION, short_id="s", user_id="u")
    start_task(task)
    update_task_progress(task, 50, "half")
    complete_task(task)
    api.delete(f"/api/v1/sessions/task/{task}")
    cancelled = create_task(TaskType.SCRAPING, user_id="u")
    cancel_task(cancelled, by="root")
    create_other = create_task(TaskType.SCRAPING, user_id="other")
    cancel_task(create_other)
    page = api.get("/api/v1/users/u/activity?limit=3").json()
    lines = page["activity"]
    assert page["next_cursor"]
    lines += api.get(f"/api/v1/users/u/activity?limit=3&cursor={page['next_cursor']}").json()["activity"]
    assert [line["action"] for line in lines] == ["cancelled", "removed", "finished", "started"]
    assert lines[0]["event"]["by"] == "root"
    assert lines[1]["event"]["note"] == "removed by hand"
    assert api.get("/api/v1/users/nobody/activity").json()["activity"] == []
    everyone = api.get("/api/v1/activity").json()
    assert [(line["action"], line["event"]["user_id"]) for line in everyone["activity"][:2]] == [
        ("cancelled", "other"),
        ("cancelled", "u"),
    ]
    assert (len(everyone["activity"]), everyone["user_id"]) == (len(lines) + 1, None)
    assert api.get("/api/v1/users/u/activity?cursor=x").status_code == 422


def test_a_span_that_cannot_be_is_refused(api: TestClient) -> None:
    for wrong in ("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from=1990-01-01T00:00:00Z", "from=7"):
        assert api.get(f"/api/v1/analytics/sessions?{wrong}").status_code == 422


@given(st.floats(0.001, 1e7))
def test_a_box_holds_its_durations_to_five_percent(value: float) -> None:
    assert seconds_of(bucket(value)) == pytest.approx(value, rel=0.05)
    assert percentiles({}, 0.5) == [None]


def test_steps_end_when_the_next_begins() -> None:
    clock = StepClock()
    for step in ("Picture 1 of 2", "Picture 2 of 2", "Writing", "Picture 1 of 2"):
        clock.begin(step)
    assert list(clock.end()) == ["Picture … of …", "Writing"]
