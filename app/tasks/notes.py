"""What the note of a change says of its task, so that it can be numbered and counted without its record."""

from __future__ import annotations

from app.db.indexes import Document
from app.events.repository import IDENTITY, whose
from app.models import ENDED, TaskInfo, TaskStatus, TaskType
from app.sessions.rules import SESSION_AFTER, SESSION_RULES

ENDS_WITH = IDENTITY | {"created_at": 1, "started_at": 1}
"""What a task's end must know of its record."""


def record_of(task: TaskInfo) -> Document:
    """Return as much of a task's record as notes of its changes tell."""
    return {
        "_id": task.task_id,
        "task_type": task.task_type.value,
        "short_id": task.short_id,
        "user_id": task.user_id,
        "metadata": {"id_scope": task.metadata.get("id_scope")},
        "created_at": task.created_at,
        "started_at": task.started_at,
    }


def completed_note(note: Document, task: Document, steps: dict[str, float] | None = None) -> Document:
    """Return a note of a change of a task as it would be if its record had been known."""
    status = TaskStatus(note["status"])
    return note | whose(task) | (of_end(task, status, steps) if status in ENDED else {})


def of_end(task: Document, status: TaskStatus, steps: dict[str, float] | None) -> Document:
    """Return what the note of a task's end tells besides: what becomes of its session, and what the figures count."""
    rule = SESSION_RULES[TaskType(task["task_type"])]
    run = {"created_at": task["created_at"], "started_at": task.get("started_at"), "steps": steps or {}}
    if task.get("short_id") is None or not rule.created:
        return {"run": run}
    return {"run": run, "session": SESSION_AFTER[status].value if rule.kept else "removed"}
