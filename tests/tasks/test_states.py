"""A state machine drives tasks and sessions in random order against the database and a model of the rules.

``SHOPREEL_RUNS`` sets the number of runs (``make model-check``: 1,000).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from app.config import get_settings
from app.db import client as mongo
from app.models import Product, Scenario, Scene, TaskStatus, TaskType, Wishes, utc_now
from app.sessions.rules import SESSION_RULES
from app.sessions.service import session_service
from app.tasks.lease_keeper import keeper
from app.tasks.recovery import OrphanWatch, repair_sessions, send_due_tasks
from app.tasks.service import (
    cancel_task,
    complete_task,
    create_task,
    fail_task,
    start_task,
    update_task_progress,
)
from tests import staging
from tests.conftest import wipe

RUNS = int(os.environ.get("SHOPREEL_RUNS", "12"))
SHORTS = st.sampled_from(["one", "two"])
ENDED = {"completed", "failed", "cancelled"}


@dataclass
class Expected:
    """What the rules say of one task."""

    task_type: TaskType
    short_id: str | None
    max_retries: int
    status: str = "queued"
    retries: int = 0
    progress: float = 0.0
    session: str | None = None
    old: bool = False


class Tasks(RuleBasedStateMachine):
    """The rules, once as code and once as this model."""

    tasks = Bundle("tasks")

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Expected] = {}
        # On a machine that stalls for seconds no lease may run out but those that ``lose_the_worker`` ends.
        self.lease_seconds = get_settings().task_lease_seconds
        get_settings().task_lease_seconds = 3600
        _wipe()
        for short_id in ("one", "two"):
            staging.save_product(short_id, Product(title="Thing", images=["https://x.example/1.jpg"]), None)
            staging.ensure_short(short_id, None)
            staging.update_short(short_id, product_id=short_id)

    @rule(
        target=tasks,
        task_type=st.sampled_from(list(TaskType)),
        short_id=st.none() | SHORTS,
        max_retries=st.integers(0, 2),
    )
    def create(self, task_type: TaskType, short_id: str | None, max_retries: int) -> str:
        metadata: dict[str, Any] = {"short_id": short_id} if short_id else {}
        task_id = create_task(task_type, max_retries=max_retries, **metadata)
        session = "active" if short_id and task_type is not TaskType.SCRAPING else None
        self.model[task_id] = Expected(task_type, short_id, max_retries, session=session)
        return task_id

    @rule(task=tasks)
    def start(self, task: str) -> None:
        expected = self.model[task]
        can = expected.status in ("queued", "retrying")
        assert start_task(task) == can
        if can:
            expected.status = "running"

    @rule(task=tasks, percent=st.integers(0, 100))
    def progress(self, task: str, percent: int) -> None:
        expected = self.model[task]
        assert update_task_progress(task, percent) == (expected.status == "running")
        if expected.status == "running":
            expected.progress = percent

    @rule(task=tasks)
    def complete(self, task: str) -> None:
        self._end(task, complete_task(task, {"made": True}), "completed")

    @rule(task=tasks)
    def fail(self, task: str) -> None:
        self._end(task, fail_task(task, "no luck"), "failed")

    @rule(task=tasks)
    def cancel(self, task: str) -> None:
        self._end(task, cancel_task(task), "cancelled")

    @rule(task=tasks)
    def retry(self, task: str) -> None:
        expected = self.model[task]
        if expected.status == "running" and expected.retries < expected.max_retries:
            assert fail_task(task, "again", retryable=True, delay_seconds=0)
            expected.status, expected.retries = "retrying", expected.retries + 1
        else:
            self._end(task, fail_task(task, "again", retryable=True), "failed")

    @rule(task=tasks)
    def lose_the_worker(self, task: str) -> None:
        """The process that runs the task dies and its lease runs out: nobody else will end a task not dispatched."""
        keeper.drop(task)
        past = {"$set": {"due_at": utc_now() - timedelta(seconds=1)}}
        mongo.collection("tasks").update_one({"_id": task, "status": "running"}, past)
        assert OrphanWatch().recover() == (self.model[task].status == "running")
        if self.model[task].status == "running":
            self._end(task, True, "failed")

    @rule(short_id=SHORTS)
    def save(self, short_id: str) -> None:
        task = create_task(TaskType.SAVE_SCENARIO, short_id=short_id)
        self.model[task] = Expected(TaskType.SAVE_SCENARIO, short_id, 3, session="active")
        scene = Scene(role="hook", image="https://x.example/1.jpg", motion="zoom_in", seconds=12)
        scenario = Scenario(title="Thing", language="en", wishes=Wishes(seconds=12), scenes=[scene])
        staging.save_scenario(short_id, scenario, saved_by_task=task)
        for other in self.model.values():
            if other.short_id == short_id and other.task_type is TaskType.SCENARIO_GENERATION:
                other.session = None
        self._end(task, complete_task(task), "completed")

    @rule(task=tasks, days=st.sampled_from([6, 8]))
    def grow_old(self, task: str, days: int) -> None:
        born = {"$set": {"created_at": utc_now() - timedelta(days=days)}}
        mongo.collection("sessions").update_one({"task_id": task}, born)
        self.model[task].old = days > 7

    @rule()
    def clean_up(self) -> None:
        gone = [one for one in self.model.values() if one.old and one.session in ("completed", "failed")]
        assert session_service.cleanup_old_sessions(7) == len(gone)
        for one in gone:
            one.session = None

    @rule(task=consumes(tasks))
    def remove_by_hand(self, task: str) -> None:
        assert session_service.remove_session(task) == (self.model[task].session is not None)
        self.model[task].session = None

    @rule()
    def sweep(self) -> None:
        """With everything as it should be there is nothing to repair; retries that are due are not lost."""
        assert OrphanWatch().recover() == 0
        assert repair_sessions() == 0
        send_due_tasks()

    def _end(self, task: str, ended: bool, status: str) -> None:
        expected = self.model[task]
        assert ended == (expected.status not in ENDED)
        if not ended:
            return
        expected.status = status
        if status == "completed":
            expected.progress = 100.0
        if expected.session is not None:
            kept = SESSION_RULES[expected.task_type].kept
            expected.session = ("completed" if status == "completed" else "failed") if kept else None

    @invariant()
    def sessions_are_as_the_rules_say(self) -> None:
        found = {session["task_id"]: session["status"] for session in mongo.collection("sessions").find()}
        assert found == {name: one.session for name, one in self.model.items() if one.session is not None}

    @invariant()
    def tasks_are_as_the_rules_say(self) -> None:
        found = {
            task["_id"]: (task["status"], task["retries"], task["progress"])
            for task in mongo.collection("tasks").find()
        }
        assert found == {name: (one.status, one.retries, one.progress) for name, one in self.model.items()}

    def teardown(self) -> None:
        keeper.close()
        get_settings().task_lease_seconds = self.lease_seconds
        _wipe()


def _wipe() -> None:
    wipe("tasks", "sessions", "shorts", "scenarios", "products")


assert {status.value for status in TaskStatus} >= ENDED
TestTasks = Tasks.TestCase
TestTasks.settings = settings(
    max_examples=RUNS, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
