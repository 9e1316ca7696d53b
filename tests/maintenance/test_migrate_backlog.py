"""An outbox and events of before, a bad night's, are brought to the present in bounded batches, also when killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from bson import ObjectId

from app.db import client as mongo
from app.db import schema
from app.db.whole import unchecked
from app.events.repository import BLOCK, MILESTONE_OF, Event, activity, bounds, events_between, remove_events
from app.maintenance import migrations
from app.processes.lifetime import child_environment
from tests.conftest import wipe
from tests.maintenance.cut_short import cut_short

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
KILLED = """
import os, signal, sys
from app.maintenance import migrations
from app.db.whole import unchecked
change, left = migrations.change, [int(sys.argv[1])]
def cut(*given):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    change(*given)
migrations.MOST, migrations.change = 200, cut
with unchecked() as database:
    migrations.migrate(database, lambda version: None)
"""


@pytest.fixture(autouse=True)
def of_before() -> Iterator[None]:
    """A database of schema version 4, with the index that the events had."""
    mongo.connect()
    wipe("outbox", "event_buckets", "counters")
    database = mongo.connect().database
    database["events"].create_index("seq", name="seq", unique=True)
    schema.set_version(database, 4)
    yield
    mongo.close()
    with unchecked() as database:
        migrations.migrate(database, lambda version: None)
    wipe("outbox", "event_buckets", "counters")


def put(count: int) -> None:
    """Notes as they were: ten milliseconds apart, then some of one moment, without milestones, ranks as lists."""
    notes = [
        {
            "_id": ObjectId(),
            "kind": "task",
            "task_id": f"t{number // 3}",
            "status": "running",
            "at": START + timedelta(milliseconds=10 * min(number, count - 50)),
            "rank": [number % 3, 1],
        }
        for number in range(count)
    ]
    for start in range(0, count, 1000):
        mongo.collection("outbox").insert_many(notes[start : start + 1000])


@pytest.mark.parametrize("count", [1500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_it_goes_on_when_it_was_killed_and_no_batch_is_large(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    put(count)
    command = [sys.executable, "-c", KILLED, "3"]
    done = subprocess.run(command, env=child_environment(), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    mongo.close()
    sizes: list[int] = []
    change = migrations.change

    def noted(collection: Any, changes: list[Any]) -> None:
        sizes.append(len(changes))
        change(collection, changes)

    monkeypatch.setattr(migrations, "MOST", 200)
    monkeypatch.setattr(migrations, "change", noted)
    with unchecked() as database:
        assert schema.version_of(database) == 4
        ranks = [note["rank"] for note in database["outbox"].find({}, {"rank": 1})]
        assert 0 < sum(isinstance(rank, int) for rank in ranks) < count
        steps: list[int] = []
        assert migrations.migrate(database, steps.append) == len(steps) == schema.VERSION - 4
        found = sorted(database["outbox"].find(), key=lambda note: (note["at"], note["_id"]))
    assert len(found) == count
    assert all(isinstance(note["rank"], int) for note in found)
    assert max(sizes) <= 200
    places = [place for place, note in enumerate(found) if "milestone" in note]
    assert max(after - before for before, after in pairwise(places)) <= MILESTONE_OF


def test_events_of_before_stay_in_order_and_whose_they_are() -> None:
    """Those up to 300 were removed; it is cut short after each of its blocks once."""
    users = ("u", "v", None)
    rows: list[dict[str, Any]] = [
        {"seq": seq, "at": START + timedelta(seconds=seq), "kind": "short", "status": "completed", "error": f"e{seq}"}
        | {"user_id": users[seq % 3], "short_id": f"s{seq // 100}"}
        for seq in range(301, 1200)
    ]
    database = mongo.connect().database
    database["events"].insert_many([{"_id": row["seq"], "activity": True} | row for row in rows])
    database["counters"].insert_one({"_id": "events", "last": 1199, "removed_to": 300})
    schema.set_version(database, 6)
    cut_short(database, range(3))
    assert schema.version_of(database) == 6
    for _ in range(2):  # killed before it could write that it was done, it is done again
        migrations.gather_events(database)
    schema.set_version(database, schema.VERSION)
    wanted = [Event(**row) for row in rows]
    assert bounds() == (300, 1199)
    assert list(events_between(*bounds())) == wanted
    for user in ("u", "v"):
        assert list(events_between(*bounds(), user_id=user)) == [event for event in wanted if event.user_id == user]
    assert list(events_between(*bounds(), short_id="s7")) == [event for event in wanted if event.short_id == "s7"]
    assert [event.seq for event in activity("v", 5)] == [1198, 1195, 1192, 1189, 1186]
    assert database["event_buckets"].count_documents({}) == 3 * len(users)
    assert "events" not in database.list_collection_names()
    assert remove_events(START + timedelta(seconds=900)).done <= 600
    kept = list(events_between(*bounds()))
    assert kept == [event for event in wanted if event.seq > bounds()[0]]
    assert 900 - BLOCK <= bounds()[0] < 900
