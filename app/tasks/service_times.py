"""How long the tasks of the past have taken, by type."""

from __future__ import annotations

from typing import Any

from app.db import client as mongo
from app.db.client import database_answers
from app.models import TaskStatus, TaskType

SAMPLES = 500
"""The newest of each type."""


@database_answers()
def service_times() -> dict[TaskType, list[float]]:
    """Return for how many seconds the newest completed tasks that ran once took a place, for each type that has some.

    That is from start to end, and what comes before and after: claiming, committing, going on with the short. The last
    is known when its place claims the next task, which keeps it as ``overhead``.
    """
    found: dict[TaskType, list[float]] = {}
    for task_type in TaskType:
        query = {"status": TaskStatus.COMPLETED.value, "task_type": task_type.value, "retries": 0}
        tasks = mongo.collection("tasks").find(query, {"started_at": 1, "ended_at": 1, "overhead": 1})
        newest = tasks.sort("ended_at", -1).limit(SAMPLES)
        times = [place_seconds(task) for task in newest if task.get("started_at")]
        if times:
            found[task_type] = times
    return found


def place_seconds(task: dict[str, Any]) -> float:
    """Return for how many seconds a task took a place: its run, and the overhead that its place has had."""
    return float((task["ended_at"] - task["started_at"]).total_seconds() + task.get("overhead", 0.0))
