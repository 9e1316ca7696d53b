"""What the note of a change says of its task, so that it can be numbered and counted without its record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.db.indexes import Document
from app.db.writes import Insert, Update, Write
from app.events.repository import IDENTITY, whose
from app.models import ENDED, TaskInfo, TaskStatus, TaskType
from app.sessions.rules import SESSION_AFTER, SESSION_RULES

ENDS_WITH = IDENTITY | dict.fromkeys(
    ("created_at", "started_at", "updated_at", "status", "lease_epoch", "told", "history"), 1
)
"""What a task's end must know of its record."""
Beginning = tuple[int, datetime]
"""The epoch of a run of which it may not have been noted yet that it has begun, and when that was."""


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
        "lease_epoch": task.lease_epoch,
    }


def beginning_of(task: Document) -> Beginning | None:
    """Return the run of a task's record, if it is still to be noted that it has begun."""
    if task["status"] != TaskStatus.RUNNING or task.get("told") == task["lease_epoch"]:
        return None
    moves = task.get("history") or [{"at": task["updated_at"]}]
    return task["lease_epoch"], moves[-1]["at"]


def untold(move: Update, epoch: int) -> Update:
    """Return the first write of a move of a run if it was not noted before that the run has begun, which is so then."""
    changed = move.update | {"$set": move.update["$set"] | {"told": epoch}}
    return replace(move, filter=move.filter | {"told": {"$ne": epoch}}, update=changed)


def attempts(writes: list[Write], run: Beginning | None) -> list[list[Write]]:
    """Return the writes of a move of which the first that holds is to be made.

    Those that note in passing that the ``run`` has begun; and, should that have been noted meanwhile, ``writes``: the
    record is the first of them, the note the last.
    """
    if run is None:
        return [writes]
    first, *others, note = writes
    assert isinstance(first, Update)
    assert isinstance(note, Insert)
    epoch, at = run
    return [[untold(first, epoch), *others, Insert(note.collection, note.document | {"began": at})], writes]


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
