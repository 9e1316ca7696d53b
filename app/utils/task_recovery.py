"""Makes records true again after a crash or an outage: orphans, lost messages, sessions without a live task.

Each function repairs one thing and returns how much; it may run at any time, twice at once too, since every repair is
conditional on what was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from app.models import LIVE, SessionStatus, TaskStatus, TaskType, utc_now
from app.storage import mongo
from app.storage.mongo import write_together
from app.utils.lease_keeper import Lease, keeper
from app.utils.session_rules import session_writes
from app.utils.task_dispatch import resend_task
from app.utils.task_management import RESEND_SECONDS, database_answers, end_writes, event

BATCH = 500
SETTLING_SECONDS = 60
"""A session younger than this is left alone: where there are no transactions its task may be about to be written."""
ORPHANED = "its worker went away"


def hand_back(lease: Lease) -> bool:
    """Put a task that this run holds back into the queue: the worker is shutting down. False if it is not ours."""
    keeper.drop(lease.task_id)
    with database_answers():
        return _requeue(lease.task_id, lease.epoch, "handed back", {})


def recover_orphans() -> int:
    """Queue again, or fail, the running tasks whose lease has run out."""
    recovered = 0
    query = {"status": TaskStatus.RUNNING.value, "due_at": {"$lt": utc_now()}}
    with database_answers():
        for task in _batch(query, "retries", "max_retries", "lease_epoch", "dispatched", "due_at"):
            unmoved = {"due_at": task["due_at"]}  # the lease was not renewed since
            if task["dispatched"] and task["retries"] < task["max_retries"]:
                recovered += _requeue(task["_id"], task["lease_epoch"], ORPHANED, unmoved, retries=task["retries"] + 1)
                continue
            held = {"_id": task["_id"], "status": TaskStatus.RUNNING.value, "lease_epoch": task["lease_epoch"]}
            writes = end_writes(held | unmoved, TaskStatus.FAILED, {"error": ORPHANED}, ORPHANED)
            recovered += write_together(writes)
    return recovered


def send_due_tasks() -> int:
    """Send the messages of tasks that are due: retries whose time has come, queued tasks that nobody has claimed."""
    sent = 0
    waiting = [TaskStatus.QUEUED.value, TaskStatus.RETRYING.value]
    query = {"status": {"$in": waiting}, "due_at": {"$lt": utc_now()}}
    with database_answers():
        tasks = mongo.collection("tasks")
        due = sorted(_batch(query, "task_type", "status", "due_at", "priority"), key=lambda task: -task["priority"])
        for task in due:
            # Moved before it is sent: two sweepers do not send it twice, and a lost message is sent again later.
            unmoved = {"_id": task["_id"], "status": task["status"], "due_at": task["due_at"]}
            later = {"$set": {"due_at": utc_now() + timedelta(seconds=RESEND_SECONDS)}}
            if tasks.update_one(unmoved, later).modified_count:
                sent += resend_task(task["_id"], TaskType(task["task_type"]))
    return sent


def repair_sessions() -> int:
    """Remove, or mark, the active sessions whose task is not live. Needed where the server has no transactions."""
    repaired = 0
    query = {
        "status": SessionStatus.ACTIVE.value,
        "created_at": {"$lt": utc_now() - timedelta(seconds=SETTLING_SECONDS)},
    }
    with database_answers():
        found = mongo.collection("sessions").find(query, {"task_id": 1, "task_type": 1})
        for batch in _batches(found):
            names = [session["task_id"] for session in batch]
            tasks = mongo.collection("tasks").find({"_id": {"$in": names}}, {"status": 1})
            status = {task["_id"]: TaskStatus(task["status"]) for task in tasks}
            for session in batch:
                ended = status.get(session["task_id"], TaskStatus.FAILED)
                if ended not in LIVE:
                    write_together(session_writes(session["task_id"], ended, utc_now()))
                    repaired += 1
    return repaired


def _requeue(task_id: str, epoch: int, note: str, condition: dict[str, Any], **fields: Any) -> bool:
    now = utc_now()
    queued = {"status": TaskStatus.QUEUED.value, "due_at": now, "updated_at": now, "lease_owner": None}
    moved = mongo.collection("tasks").update_one(
        {"_id": task_id, "status": TaskStatus.RUNNING.value, "lease_epoch": epoch} | condition,
        {"$set": queued | fields, **event(TaskStatus.QUEUED, now, note)},
    )
    return moved.modified_count > 0


def _batch(query: dict[str, Any], *fields: str) -> list[dict[str, Any]]:
    return list(mongo.collection("tasks").find(query, dict.fromkeys(fields, 1)).limit(BATCH))


def _batches(documents: Any) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(documents, BATCH)):
        yield batch
