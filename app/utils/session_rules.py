"""Which tasks have a session, and for how long. Nothing else in ShopReel says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.models import ENDED, SessionStatus, TaskStatus, TaskType
from app.storage.writes import Delete, Update, Write

COLLECTION = "sessions"


@dataclass(frozen=True)
class SessionRule:
    """The rule of one task type, for tasks that belong to a short."""

    created: bool = True
    """The session begins with the task's creation (else there is none)."""
    kept: bool = False
    """The session outlives its task, its status following the task's, until the scenario of its short is saved."""


SESSION_RULES: dict[TaskType, SessionRule] = {
    TaskType.SCRAPING: SessionRule(created=False),
    TaskType.DATA_EXTRACTION: SessionRule(),
    TaskType.CONTENT_ANALYSIS: SessionRule(),
    TaskType.IMAGE_ANALYSIS: SessionRule(),
    TaskType.SCENARIO_GENERATION: SessionRule(kept=True),
    TaskType.SAVE_SCENARIO: SessionRule(),
    TaskType.VIDEO_GENERATION: SessionRule(),
    TaskType.FINALIZE_SHORT: SessionRule(),
}
KEPT_TYPES = [task_type.value for task_type, rule in SESSION_RULES.items() if rule.kept]
SESSION_AFTER = {
    TaskStatus.COMPLETED: SessionStatus.COMPLETED,
    TaskStatus.FAILED: SessionStatus.FAILED,
    TaskStatus.CANCELLED: SessionStatus.FAILED,
}
"""The status of a kept session once its task has ended."""
assert set(SESSION_RULES) == set(TaskType)
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
