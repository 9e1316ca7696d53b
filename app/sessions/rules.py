"""What a task's session becomes with its task, by the rule of its type (``app.tasks.registry``)."""

from __future__ import annotations

from datetime import datetime

from app.db.writes import Delete, Update, Write
from app.models import ENDED, SessionStatus, TaskStatus, TaskType
from app.tasks.registry import KEPT_TYPES, TASK_SPECS

COLLECTION = "sessions"


SESSION_RULES = {task_type: spec.session for task_type, spec in TASK_SPECS.items()}
SESSION_AFTER = {
    TaskStatus.COMPLETED: SessionStatus.COMPLETED,
    TaskStatus.FAILED: SessionStatus.FAILED,
    TaskStatus.CANCELLED: SessionStatus.FAILED,
}
"""The status of a kept session once its task has ended."""
assert set(SESSION_AFTER) == ENDED


def session_writes(task_id: str, status: TaskStatus, now: datetime, task_type: TaskType | None = None) -> list[Write]:
    """Return what a task's end means for its session: removed, or kept with another status.

    Where the caller does not know the task's type, the rule stands in the filters: nothing has to be read first.
    """
    remove = Delete(COLLECTION, {"task_id": task_id, "task_type": {"$nin": KEPT_TYPES}})
    waits = {"status": SESSION_AFTER[status].value, "updated_at": now}
    keep = Update(COLLECTION, {"task_id": task_id, "task_type": {"$in": KEPT_TYPES}}, {"$set": waits})
    if task_type is None:
        return [remove, keep]
    rule = SESSION_RULES[task_type]
    if not rule.created:
        return []
    return [keep] if rule.kept else [remove]
