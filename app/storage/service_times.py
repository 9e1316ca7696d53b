"""How long the tasks of the past have taken, by type."""

from __future__ import annotations

from app.models import TaskStatus, TaskType
from app.storage import mongo
from app.storage.mongo import database_answers

SAMPLES = 500
"""The newest of each type."""


@database_answers()
def service_times() -> dict[TaskType, list[float]]:
    """Return the seconds from start to end of the newest completed tasks that ran once, for each type that has some."""
    found: dict[TaskType, list[float]] = {}
    for task_type in TaskType:
        query = {"status": TaskStatus.COMPLETED.value, "task_type": task_type.value, "retries": 0}
        tasks = mongo.collection("tasks").find(query, {"started_at": 1, "ended_at": 1})
        newest = tasks.sort("ended_at", -1).limit(SAMPLES)
        times = [(task["ended_at"] - task["started_at"]).total_seconds() for task in newest if task.get("started_at")]
        if times:
            found[task_type] = times
    return found
