"""What each move of a task writes: its record, its session and the note of the change, to be written together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.access.idempotency import IdempotencyKey
from app.core.search_words import error_beginnings
from app.core.telemetry import SESSION_OPERATIONS, SESSION_SECONDS
from app.db.client import write_together
from app.db.indexes import Document
from app.db.server_clock import server_now
from app.db.writes import Delete, Filter, Insert, Update, Write
from app.events.repository import CREATED, LEFT, note_task
from app.models import LIVE, SessionStatus, TaskStatus, TaskType, utc_now
from app.sessions.rules import SESSION_RULES, session_writes
from app.sessions.service import new_session, session_document
from app.shorts.writes import step_done
from app.tasks.lease_keeper import Lease
from app.tasks.notes import of_end

HISTORY_KEPT = 50
SESSION_OPERATIONS_OF = {Insert: "create", Update: "update", Delete: "remove"}
"""What a write to the sessions is counted as."""


def write_counted(writes: list[Write]) -> bool:
    """Do what ``write_together`` does, counting and timing what it means for a session."""
    operation = next((SESSION_OPERATIONS_OF[type(write)] for write in writes if write.collection == "sessions"), None)
    if operation is None:
        return write_together(writes)
    try:
        with SESSION_SECONDS.labels(operation).time():
            done = write_together(writes)
    except Exception:
        SESSION_OPERATIONS.labels(operation, "failed").inc()
        raise
    if done:
        SESSION_OPERATIONS.labels(operation, "done").inc()
    return done


def creation_writes(task: dict[str, Any], once: IdempotencyKey | None = None) -> list[Write]:
    """Return the writes that record a new task; ``once``: of the request that it comes of."""
    kind, short_id = TaskType(task["task_type"]), task["short_id"]
    has_session = short_id is not None and SESSION_RULES[kind].created
    # In this order: cut short where there are no transactions, it leaves a session without a task, which is swept, and
    # an idempotency key, with which the task is made whole.
    writes: list[Write] = [Insert("tasks", task)]
    if has_session:
        session = new_session(short_id, kind, task["_id"], task["user_id"])
        writes.insert(0, Insert("sessions", session_document(session)))
    if once is not None:
        writes.insert(0, once.claim(task["_id"]))
    began = SessionStatus.ACTIVE.value if has_session else None
    return [*writes, note_task(task, TaskStatus.QUEUED, task["created_at"], phase=CREATED, session=began)]


def end_writes(
    query: Filter,
    task: Document,
    status: TaskStatus,
    fields: dict[str, Any],
    note: str | None,
    *,
    steps: dict[str, float] | None = None,
    by: str | None = None,
    step_of: tuple[str, str] | None = None,
) -> list[Write]:
    """Return the writes that end the task of ``query`` and, with it, its session.

    ``task``: its record, or ``ENDS_WITH`` of it; ``_id`` alone, where the database is away and no more is known: then
    ``completed_note`` must tell the rest. ``steps``: the seconds that each step of its last run took, where that is
    known. ``by``: the user who ended it. ``step_of``: the key of the short, and the name of the step, that is done when
    the task is completed.
    """
    now = utc_now()
    kind = TaskType(task["task_type"]) if "task_type" in task else None
    ended: dict[str, Any] = {
        "status": status.value,
        "ended_at": now,
        "updated_at": now,
        "due_at": None,
        "lease_owner": None,
    }
    change = {"$set": ended | fields, **event(status, now, note)}
    if fields.get("error"):
        change["$addToSet"] = {"words": {"$each": error_beginnings(fields["error"])}}
    epoch = query.get("lease_epoch")
    said = {"error": fields.get("error"), "note": note, "by": by} | (of_end(task, status, steps) if kind else {})
    return [
        Update("tasks", query, change),
        *([step_done(*step_of)] if step_of and status is TaskStatus.COMPLETED else []),
        *session_writes(query["_id"], status, now, kind),
        note_task(task, status, now, phase=LEFT, epoch=epoch, **said),
    ]


def wait_writes(
    query: Filter, task: Document, status: TaskStatus, epoch: int, delay_seconds: float, note: str, **fields: Any
) -> list[Write]:
    """Return the writes that take a running task from its run: it waits, queued or retrying, until it is due again.

    ``task``: its record, or ``ENDS_WITH`` of it.
    """
    now = utc_now()
    waiting = {
        "status": status.value,
        "due_at": server_now() + timedelta(seconds=delay_seconds),
        "updated_at": now,
        "lease_owner": None,
    }
    return [
        Update("tasks", query, {"$set": waiting | fields, **event(status, now, note)}),
        note_task(task, status, now, phase=LEFT, epoch=epoch, error=fields.get("error"), note=note),
    ]


def live(task_id: str) -> Filter:
    """Return the condition that a task has not ended."""
    return {"_id": task_id, "status": {"$in": [status.value for status in LIVE]}}


def running(task_id: str, held: Lease | None) -> Filter:
    """Return the condition that a task runs, and in the run that speaks."""
    return {"_id": task_id, "status": TaskStatus.RUNNING.value} | fence(held)


def fence(held: Lease | None) -> Filter:
    """Return the condition that the run still holds the task; empty for whoever never took it."""
    return {"lease_epoch": held.epoch, "lease_owner": held.owner} if held else {}


def event(status: TaskStatus, at: datetime, note: str | None = None) -> dict[str, Any]:
    """Return the update that adds a move to the task's history."""
    entry = {"at": at, "status": status.value, "note": note}
    return {"$push": {"history": {"$each": [entry], "$slice": -HISTORY_KEPT}}}
