"""An outbox of before, with a bad night's backlog, is brought to the present in bounded batches, also when killed."""

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

from app.processes import child_environment
from app.storage import migrations, mongo, schema
from app.storage.events import MILESTONE_OF
from app.storage.whole import unchecked
from tests.conftest import wipe

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
KILLED = """
import os, signal, sys
from app.storage import migrations
from app.storage.whole import unchecked
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
    """A database of schema version 4, with the indexes that the events had."""
    mongo.connect()
    wipe("outbox", "events")
    database = mongo.connect().database
    database["events"].drop_index("in_order")
    database["events"].create_index("seq", name="seq", unique=True)
    database["events"].create_index([("activity", 1), ("seq", 1)], name="activity_seq")
    schema.set_version(database, 4)
    yield
    mongo.close()
    with unchecked() as database:
        migrations.migrate(database, lambda version: None)
    wipe("outbox", "events")


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
        assert {"in_order", "seq", "activity_seq"} & set(database["events"].index_information()) == {"in_order"}
    assert len(found) == count
    assert all(isinstance(note["rank"], int) for note in found)
    assert max(sizes) <= 200
    places = [place for place, note in enumerate(found) if "milestone" in note]
    assert max(after - before for before, after in pairwise(places)) <= MILESTONE_OF
