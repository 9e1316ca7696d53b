"""Makes records true again after a crash or an outage: orphans, lost messages, sessions without a live task.

Each function repairs one thing and returns how much; it may run at any time, twice at once too, since every repair is
conditional on what was read.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.config import get_settings
from app.core.redaction import without_secrets
from app.core.telemetry import TASKS_POISONED, get_logger
from app.db import client as mongo
from app.db.batches import Batch, Size, work_off
from app.db.client import database_answers, write_together
from app.db.many import find_by_id
from app.db.page_query import OldPlace, PageQuery
from app.db.pagination import read_old
from app.errors import Unavailable
from app.events.repository import note_session
from app.models import LIVE, SessionStatus, TaskPriority, TaskStatus, TaskType, utc_now
from app.queue import broker
from app.queue.dispatch import resend_task
from app.sessions.rules import SESSION_AFTER, SESSION_RULES, session_writes
from app.tasks.notes import ENDS_WITH, attempts, beginning_of
from app.tasks.service import MAX_DELAY_SECONDS
from app.tasks.writes import end_writes, running, wait_writes

BATCH = 500
SENT_AT_ONCE = 100
AT_ONCE = "at once"
"""In place of how far the tasks that are due were read: one read asks for all of them."""
SETTLING_SECONDS = 60
"""A session younger than this is left alone: where there are no transactions its task may be about to be written."""
ORPHANED = "its worker went away"
MOST_LOST = 2
"""Workers that a task may lose in a row at one place of its work. A run that came further begins anew to count; a
worker that was only paused takes its loss back; tasks handed back, and outages, are no losses at all."""
POISON = "its worker went away twice at the same place, so it is not tried again"
ORPHANS_FIELDS = (
    *ENDS_WITH,
    *("retries", "max_retries", "dispatched", "due_at"),
    *("lost", "step", "progress", "url", "metadata.html_key", "metadata.data_key"),
)
DUE_FIELDS = ("task_type", "status", "due_at", "priority")
SESSION_FIELDS = dict.fromkeys(("task_id", "task_type", "short_id", "user_id", "created_at"), 1)
log = get_logger("sweeper")
MAX_WAIT = timedelta(seconds=MAX_DELAY_SECONDS)


class OrphanWatch:
    """Finds the running tasks whose worker has gone.

    A lease that has run out by the clock is not enough: after an outage no lease was renewed, and clocks may jump. The
    owner must also have been silent before the eyes of this watch for ``settle_seconds``, by a clock that only goes
    forward. With 0 what the dates say is believed.
    """

    def __init__(self, settle_seconds: float = 0.0) -> None:
        self.settle_seconds = settle_seconds
        self._seen: dict[tuple[str, datetime], float] = {}

    def recover(self, seconds: float = math.inf) -> int:
        """Queue again, or fail, the orphans, for so many seconds at most; return how many."""
        now, moment = utc_now(), time.monotonic()
        lease = timedelta(seconds=get_settings().task_lease_seconds)
        # What no owner of a right clock could have written comes from one that jumped.
        suspects = [*_running({"$lt": now}), *_running({"$gt": now + 2 * lease})]
        names = [(task["_id"], task["due_at"]) for task in suspects]
        self._seen = {name: self._seen.get(name, moment) for name in names}
        silent = [
            task for task, name in zip(suspects, names, strict=True) if moment - self._seen[name] >= self.settle_seconds
        ]
        end, done = time.monotonic() + seconds, 0
        for task in silent:
            done += _recover(task)
            if time.monotonic() >= end:  # the others are found by the next round
                break
        return done


@database_answers()
def _running(due: dict[str, datetime]) -> list[dict[str, Any]]:
    query = {"status": TaskStatus.RUNNING.value, "due_at": due}
    return _batch(query, *ORPHANS_FIELDS)


@database_answers()
def _recover(task: dict[str, Any]) -> bool:
    # Unless the lease was renewed since.
    held = running(task["_id"], None) | {"lease_epoch": task["lease_epoch"], "due_at": task["due_at"]}
    lost = _lost_at(task)
    if lost["times"] >= MOST_LOST:
        return _fail_poison(held, task)
    if task["dispatched"] and task["retries"] < task["max_retries"]:
        retried = {"retries": task["retries"] + 1, "lost": lost}
        writes = wait_writes(held, task, TaskStatus.QUEUED, task["lease_epoch"], 0, ORPHANED, **retried)
    else:
        writes = end_writes(held, task, TaskStatus.FAILED, {"error": ORPHANED}, ORPHANED)
    return any(map(write_together, attempts(writes, beginning_of(task))))


def _lost_at(task: dict[str, Any]) -> dict[str, Any]:
    """Return at which place of its work, and how often in a row there, a task's worker went away."""
    place = {"step": task.get("step"), "progress": task.get("progress")}
    before: dict[str, Any] = task.get("lost") or {"times": 0}
    history = task.get("history")
    if not history or task["updated_at"] <= history[-1]["at"]:
        return before  # it said nothing since it was claimed: where it was, and why it ended, is not known
    again = all(before.get(name) == value for name, value in place.items())
    return place | {"times": before["times"] + 1 if again else 1}


def _fail_poison(held: dict[str, Any], task: dict[str, Any]) -> bool:
    """Fail a task that took its worker down twice at one place; what it worked on is named, and kept."""
    kind, metadata = TaskType(task["task_type"]), task.get("metadata") or {}
    source = metadata.get("html_key") or metadata.get("data_key") or task.get("url")
    kept = f"; what it worked on is kept for a look: {without_secrets(source)}" if source else ""
    reason = f"{POISON} ({task.get('step') or 'before its first step'}){kept}"
    writes = end_writes(held, task, TaskStatus.FAILED, {"error": reason}, POISON)
    failed = any(map(write_together, attempts(writes, beginning_of(task))))
    if failed:
        TASKS_POISONED.labels(kind.value).inc()
        log.error("task_poisoned", task_id=task["_id"], task_type=kind.value, step=task.get("step"), source=source)
    return failed


def forgive_loss(task_id: str) -> None:
    """Take back that a live task's worker went away: it was paused, or cut off, and speaks again."""
    with database_answers():
        live = {"_id": task_id, "status": {"$in": list(LIVE)}}
        mongo.collection("tasks").update_one(live, {"$unset": {"lost": ""}})


_stopped: dict[str, Any] = {}
"""What was being repaired -> where the last round of this process had to stop."""


def send_due_tasks(seconds: float = math.inf) -> int:
    """Send the messages of tasks that are due: retries whose time has come, queued tasks that nobody has claimed.

    No batch of either is begun after ``seconds``: the next round goes on with the others.
    """
    return sum(_send_those(status.value, seconds) for status in (TaskStatus.QUEUED, TaskStatus.RETRYING))


def _send_those(status: str, seconds: float) -> int:
    now, size = utc_now(), Size(SENT_AT_ONCE)
    asked = PageQuery("tasks", {"status": status}, "_id", projection=dict.fromkeys(DUE_FIELDS, 1), date="due_at")
    far = now + MAX_WAIT + timedelta(seconds=get_settings().task_resend_seconds)

    def send(place: OldPlace | str) -> Batch[OldPlace | str]:
        if isinstance(place, str) and size.share == 1:
            due = _batch({"status": status, "due_at": {"$lt": now}}, *DUE_FIELDS, limit=size.now)
            more = len(due) == size.now
            # Dates that no right clock could have written: without this, a jump would keep a task waiting for as long.
            due += _batch({"status": status, "due_at": {"$gt": far}}, *DUE_FIELDS, limit=size.now)
            done = _send(due)
            return Batch(done, AT_ONCE if more and done else None)
        # That was slow: so many are due that they are read in windows of time.
        old = OldPlace(now) if isinstance(place, str) else place
        due, further = read_old(replace(asked, limit=size.now), old, size.share)
        return Batch(_send(due), further)

    worked = work_off(send, _stopped.pop(status, AT_ONCE), seconds=seconds, size=size)
    if isinstance(worked.next, OldPlace):
        _stopped[status] = worked.next
    return worked.done


def _send(due: list[dict[str, Any]]) -> int:
    if not due or not _broker_takes():
        return 0  # not moved: they go out in the first round after its return
    later, sent = utc_now() + timedelta(seconds=get_settings().task_resend_seconds), 0
    for task in sorted(due, key=lambda task: -task["priority"]):
        # Moved before it is sent: two sweepers do not send it twice, and a lost message is sent again later.
        unmoved = {"_id": task["_id"], "status": task["status"], "due_at": task["due_at"]}
        with database_answers():
            moved = mongo.collection("tasks").update_one(unmoved, {"$set": {"due_at": later}})
        if moved.modified_count:
            sent += resend_task(task["_id"], TaskType(task["task_type"]), TaskPriority(task["priority"]))
    return sent


def _broker_takes() -> bool:
    try:
        broker.probe()
    except Unavailable:
        return False
    return True


def repair_sessions(seconds: float = math.inf) -> int:
    """Remove, or mark, the active sessions whose task is not live. Needed where the server has no transactions.

    No batch is begun after ``seconds``: the next round goes on with the older ones.
    """
    size = Size(BATCH)
    active = PageQuery("sessions", {"status": SessionStatus.ACTIVE.value}, "task_id", projection=SESSION_FIELDS)

    def repair(place: OldPlace) -> Batch[OldPlace]:
        found, further = read_old(replace(active, limit=size.now), place, size.share)
        status = {
            task["_id"]: TaskStatus(task["status"])
            for task in find_by_id("tasks", [session["task_id"] for session in found], {"status": 1})
        }
        ended = [(session, status.get(session["task_id"], TaskStatus.FAILED)) for session in found]
        return Batch(sum(_end_session(session, its) for session, its in ended if its not in LIVE), further)

    newest = OldPlace(utc_now() - timedelta(seconds=SETTLING_SECONDS))
    worked = work_off(repair, _stopped.pop("sessions", newest), seconds=seconds, size=size)
    if worked.next is not None:
        _stopped["sessions"] = worked.next
    return worked.done


@database_answers()
def _end_session(session: dict[str, Any], ended: TaskStatus) -> bool:
    kind = TaskType(session["task_type"])
    becomes = SESSION_AFTER[ended].value if SESSION_RULES[kind].kept else "removed"
    writes = session_writes(session["task_id"], ended, utc_now(), kind)
    write_together([*writes, note_session(session, becomes, "its task is not live")])
    return True


def _batch(query: dict[str, Any], *fields: str, limit: int | None = None) -> list[dict[str, Any]]:
    return list(mongo.collection("tasks").find(query, dict.fromkeys(fields, 1)).limit(limit or BATCH))
