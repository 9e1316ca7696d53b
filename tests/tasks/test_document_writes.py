"""What a task that does nothing costs the database: few documents written, in few commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import monitoring

from app.db import client as mongo
from app.events import repository as events
from app.events.log import number_events
from app.events.repository import bounds, events_between
from app.tasks import lease_keeper
from app.tasks.service import TaskType, claim_task, complete_task, create_task
from tests.conftest import wipe

TASKS = 20
MOST_DOCUMENTS, MOST_COMMITS = 9, 3
OF_A_BATCH = 4
"""The counter, the events of one user, and the figures of a day: of all and of that user."""
WRITES: dict[str, Callable[[Any], int]] = {
    "bulkWrite": lambda reply: sum(reply[part] for part in ("nInserted", "nModified", "nUpserted", "nDeleted")),
    "update": lambda reply: reply["nModified"] + len(reply.get("upserted", ())),
    "findAndModify": lambda reply: reply["lastErrorObject"]["n"],
    "insert": lambda reply: reply["n"],
    "delete": lambda reply: reply["n"],
}
"""Command -> how many documents its answer says that it wrote."""


class Written(monitoring.CommandListener):
    """Counts what the server says that it wrote, and the commits."""

    def __init__(self) -> None:
        self.documents: Counter[str] = Counter()
        self.commits = 0
        self._together: set[int] = set()
        """The commands that are within a transaction."""

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if "autocommit" in event.command:
            self._together.add(event.request_id)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        name, reply = event.command_name, event.reply
        if name in WRITES:
            self.documents[name] += WRITES[name](reply)
        if name == "commitTransaction" or (name in WRITES and event.request_id not in self._together):
            self.commits += 1

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing was written."""


WRITTEN = Written()
monitoring.register(WRITTEN)


@pytest.fixture
def written() -> Iterator[Written]:
    """What is written from now on, with nothing that waits to be numbered."""
    mongo.close()  # its next client has the listener
    mongo.connect()
    wipe("outbox", "event_buckets", "counters", "figures")
    WRITTEN.documents.clear()
    WRITTEN.commits = 0
    yield WRITTEN


def pass_through(count: int) -> list[str]:
    names = [create_task(TaskType.CONTENT_ANALYSIS, short_id="s", user_id="u") for _ in range(count)]
    for name in names:
        lease: Any = claim_task(name)
        assert complete_task(name, {}, lease=lease)
    return names


def test_a_task_that_does_nothing_writes_few_documents_in_few_commits(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_keeper, "SILENT_SECONDS", 60.0)  # however busy the machine is, they are short
    monkeypatch.setattr(events, "MILESTONE_OF", 10**9)  # one batch
    names = pass_through(TASKS)
    assert written.commits <= TASKS * MOST_COMMITS
    assert number_events() > 0
    assert written.documents.total() <= TASKS * MOST_DOCUMENTS + OF_A_BATCH, written.documents
    told = [(event.task_id, event.status) for event in events_between(*bounds())]
    for name in names:
        assert [status for task, status in told if task == name] == ["queued", "running", "completed"]
