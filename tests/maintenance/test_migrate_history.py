"""A database of before the notes said whose they are: its history is told with them, and then it serves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from app.analytics.service import analyse
from app.db import client as mongo
from app.db import schema
from app.db.whole import unchecked
from app.events.log import number_events
from app.events.repository import Event, bounds, buckets, events_between
from app.maintenance import migrations
from app.models import TaskStatus, utc_now
from app.sessions.service import session_service
from app.tasks.outage import replay_spool
from app.tasks.recovery import OrphanWatch
from app.tasks.service import claim_task, complete_task, get_task_status
from app.tasks.spool import get_spool
from tests.conftest import wipe
from tests.maintenance.cut_short import cut_short

NOW = utc_now().replace(microsecond=0)
KIND = "image_analysis"
Document = dict[str, Any]


def at(seconds: float) -> Any:
    return NOW + timedelta(seconds=seconds)


def of_before(name: str, status: str, epoch: int, seconds: float, **fields: Any) -> tuple[Document, Document, Document]:
    """A task with its line of history and its session, as version 7 wrote them."""
    task = {
        "_id": name,
        "task_type": KIND,
        "status": status,
        "priority": 2,
        "user_id": "u",
        "short_id": "s",
        "url": None,
        "metadata": {},
        "dispatched": True,
        "due_at": at(-10),
        "progress": 0.0,
        "step": None,
        "retries": 0,
        "max_retries": 3,
        "lease_owner": "gone:1:0" if status == "running" else None,
        "lease_epoch": epoch,
        "created_at": at(seconds),
        "updated_at": at(seconds + 1),
        "history": [{"at": at(seconds), "status": "queued"}],
        "words": [],
    }
    whose = {"task_type": KIND, "short_id": "s", "user_id": "u", "created_at": at(seconds)}
    line = {"_id": name, "id_scope": None, "session": True, "outcome": None} | whose
    session = {"_id": ObjectId(), "task_id": name, "status": "active", "updated_at": at(seconds)} | whose
    return task | fields, line, session


def noted(name: str, status: str, rank: int, seconds: float, **fields: Any) -> Document:
    return {"_id": ObjectId(), "kind": "task", "at": at(seconds), "task_id": name, "status": status, "rank": rank} | (
        fields
    )


@pytest.fixture(autouse=True)
def version_7() -> Iterator[None]:
    """What is numbered, what waits to be, and what is under way, of a version 7 that was killed."""
    mongo.connect()
    wipe("outbox", "event_buckets", "counters", "figures")
    rows = [
        of_before("queued", "queued", 0, -50),
        of_before("running", "running", 1, -40, started_at=at(-39)),
        of_before("done", "completed", 1, -30, started_at=at(-28), ended_at=at(-20)),
    ]
    done = rows[2][1]
    done |= {"outcome": "completed", "ended_at": at(-20), "error": None, "started_at": at(-28), "steps": {"Look": 2.0}}
    gone = done | {"_id": "gone", "user_id": "v", "outcome": "failed", "error": "no pictures"}  # its task was removed
    notes = [
        noted("running", "running", 5, -39),
        noted("done", "queued", 0, -30, session="active"),
        noted("done", "running", 5, -28),
        noted("done", "completed", 7, -20),
        noted("gone", "failed", 7, -20, error="no pictures"),
    ]
    told = [
        {"seq": seq, "at": at(-50), "kind": "task", "status": "queued", "task_id": name, "task_type": KIND}
        | {"short_id": "s", "user_id": "u", "session": "active"}
        for seq, name in enumerate(("queued", "running"), 1)
    ]
    database = mongo.connect().database
    database["history"].insert_many([*(row[1] for row in rows), gone])
    database["tasks"].insert_many([row[0] for row in rows])
    database["sessions"].insert_many([row[2] for row in rows[:2]])
    database["outbox"].insert_many(notes)
    database["event_buckets"].insert_many(buckets(told))
    database["counters"].insert_one({"_id": "events", "last": 2, "removed_to": 0})
    schema.set_version(database, 7)
    yield
    mongo.close()
    with unchecked() as database:
        database.drop_collection("history")
        schema.set_version(database, schema.VERSION)
    wipe("outbox", "event_buckets", "counters", "figures", "dead_letters")


def migrate() -> None:
    mongo.close()
    with unchecked() as database:
        migrations.migrate(database, lambda version: None)


def told_of(name: str) -> list[Event]:
    number_events()
    return [event for event in events_between(*bounds()) if event.task_id == name]


def test_it_migrates_and_serves() -> None:
    cut_short(mongo.connect().database, range(1))
    assert schema.version_of(mongo.connect().database) == 7
    migrate()
    assert "history" not in mongo.connect().database.list_collection_names()
    done = told_of("done")
    assert [(event.status, event.session) for event in done] == [
        ("queued", "active"),
        ("running", None),
        ("completed", "removed"),
    ]
    assert {(event.user_id, event.short_id, event.task_type) for event in done} == {("u", "s", KIND)}
    assert [(event.status, event.user_id, event.error) for event in told_of("gone")] == [("failed", "v", "no pictures")]
    assert [event.seq for event in events_between(*bounds())] == list(range(1, 8))
    figures = analyse(NOW - timedelta(days=1), NOW)
    assert (figures.totals.created, figures.totals.completed, figures.totals.failed) == (1, 1, 1)
    assert [(one.reason, one.count) for one in figures.reasons] == [("no pictures", 1)]
    assert mongo.collection("dead_letters").count_documents({}) == 0
    for name in ("queued", "running"):
        serve(name)


def serve(name: str) -> None:
    """Take a task of before to its end: the one that ran has lost its worker."""
    expected = ["queued", "running", "completed"]
    if name == "running":
        assert OrphanWatch().recover() == 1
        expected[1:1] = ["running", "queued"]
    lease = claim_task(name)
    assert lease is not None
    assert complete_task(name, {}, lease=lease)
    assert [event.status for event in told_of(name)] == expected
    assert session_service.get_session(name) is None


def test_what_it_had_spooled_is_written_as_of_now() -> None:
    migrate()
    task, line, session = of_before("spooled", "queued", 0, -5)
    ended = {"status": "completed", "result": {"images": 3}, "ended_at": at(-1), "due_at": None, "lease_owner": None}
    outcome = {"outcome": "completed", "ended_at": at(-1), "error": None, "started_at": None, "steps": {"Look": 2.0}}
    get_spool().append(
        {
            "kind": "task",
            "id": "spooled",
            "at": NOW,
            "writes": [
                {"do": "Insert", "collection": "sessions", "document": session},
                {"do": "Insert", "collection": "history", "document": line},
                {"do": "Insert", "collection": "tasks", "document": task},
                {
                    "do": "Insert",
                    "collection": "outbox",
                    "document": noted("spooled", "queued", 0, -5, session="active"),
                },
            ],
        }
    )
    get_spool().append(
        {
            "kind": "move",
            "id": "spooled",
            "at": NOW,
            "writes": [
                {"do": "Update", "collection": "tasks", "filter": {"_id": "spooled"}, "update": {"$set": ended}},
                {"do": "Delete", "collection": "sessions", "filter": {"task_id": "spooled"}},
                {
                    "do": "Update",
                    "collection": "history",
                    "filter": {"_id": "spooled"},
                    "update": {"$set": outcome},
                },
                {
                    "do": "Insert",
                    "collection": "outbox",
                    "document": noted("spooled", "completed", 2**31 * 4 + 3, -1),
                },
            ],
        }
    )
    assert replay_spool() == 2
    found = get_task_status("spooled")
    assert found is not None
    assert (found.status, found.result) == (TaskStatus.COMPLETED, {"images": 3})
    assert [(event.status, event.session, event.user_id) for event in told_of("spooled")] == [
        ("queued", "active", "u"),
        ("completed", "removed", "u"),
    ]
    assert "history" not in mongo.connect().database.list_collection_names()
    assert [day for day in mongo.collection("figures").find({"user": "=u"}) if "steps" in day["types"][KIND]]
    for name in ("queued", "running"):
        complete_task(name)
