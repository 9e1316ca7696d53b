"""The life of a task: its states, the moves between them, and the sessions that follow by rule.

``queued -> running -> completed | failed | cancelled`` and ``running -> retrying -> running``. Every move is one
conditional write on the task's present state, so that of two that try the same move one wins, and an ended task never
moves again. The task, its session and a note of the change (``app.events``) are written together.

A task is *dispatched* when ShopReel's workers are to run it (``app.queue.dispatch``); otherwise whoever created it
runs it and reports with the functions here. ``due_at`` is when the sweeper must look at a task that has not moved:

============ ============================================
status       ``due_at``
============ ============================================
``queued``   when its message is sent again (dispatched only)
``running``  when its lease runs out
``retrying`` when it is to run again
============ ============================================
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from pymongo.errors import DuplicateKeyError

from app.access.idempotency import IdempotencyKey, callers_key, made_by, task_digest
from app.config import get_settings
from app.core import tracing
from app.core.search_words import HIDDEN
from app.core.telemetry import TASK_MOVES, TASK_WAIT_SECONDS, request_id
from app.db import client as mongo
from app.db.client import database_answers, in_transaction, write_in, write_together
from app.db.server_clock import server_now
from app.db.writes import Update, Write, check_storable
from app.errors import DatabaseAway, InvalidInput, checked
from app.events.repository import REPORTED, note_task
from app.models import (
    LIVE,
    TaskInfo,
    TaskPriority,
    TaskStatus,
    TaskType,
    check_task_id,
    optional_caller_id,
    utc_now,
)
from app.tasks.lease_keeper import Lease, keeper
from app.tasks.notes import ENDS_WITH, Beginning, attempts, beginning_of, record_of
from app.tasks.outage import MOVE, NEW_TASK, flush_spool, replay_spool, spool_writes
from app.tasks.repository import find_task, leftovers, task_info
from app.tasks.search import words_of_task
from app.tasks.spool import get_spool
from app.tasks.writes import (
    creation_writes,
    end_writes,
    event,
    fence,
    live,
    running,
    wait_writes,
    write_counted,
)

__all__ = [
    "TaskPriority",
    "TaskStatus",
    "TaskType",
    "cancel_task",
    "claim_task",
    "complete_task",
    "create_task",
    "fail_task",
    "get_task_status",
    "start_task",
    "update_task_progress",
]

MAX_ERROR_CHARACTERS = 2000
MAX_BACKOFF_SECONDS = 300.0
MOST_MOVES = 10
"""Of others, between a look at a task and the write: then one gives up."""
MAX_DELAY_SECONDS = 900.0
"""Of a delay that somebody asked for; no task waits longer, whatever a clock says."""


def create_task(
    task_type: TaskType | str,
    url: str | None = None,
    user_id: str | None = None,
    priority: TaskPriority = TaskPriority.NORMAL,
    **metadata: Any,
) -> str:
    """Record a task, and its session where the rules give it one; return the task's id.

    ``metadata`` is kept with the task. Of it, ``short_id`` names the short that the task belongs to (with it comes the
    session), ``idempotency_key`` makes a second call of the same user return the first one's task, and ``max_retries``
    bounds the retries. Nothing runs the task: the services enqueue. While the database is away the task is kept on the
    local disk, and written when it is back.

    Raises:
        InvalidInput (a ValueError): a value is not valid.
        Unavailable: neither the database nor the local disk takes it.
    """
    return record_task(task_type, url, user_id, priority, dispatched=False, **metadata)


def record_task(
    task_type: TaskType | str,
    url: str | None = None,
    user_id: str | None = None,
    priority: TaskPriority = TaskPriority.NORMAL,
    *,
    dispatched: bool,
    short_id: str | None = None,
    short_title: str | None = None,
    idempotency_key: str | None = None,
    fingerprint: str | None = None,
    once: IdempotencyKey | None = None,
    max_retries: int | None = None,
    **metadata: Any,
) -> str:
    """Do what ``create_task`` says; ``dispatched``: ShopReel's workers are to run the task.

    ``short_title``: of the short's product; None: it is looked up. ``fingerprint``: of the request that comes with
    ``idempotency_key``; None: of what is said here. Another request with the same key is invalid. ``once``: instead of
    both, for a step of a short.
    """
    kind = checked("task_type", TaskType, task_type)
    optional_caller_id("short_id", short_id)
    optional_caller_id("user_id", user_id)
    if idempotency_key is not None and not (isinstance(idempotency_key, str) and 1 <= len(idempotency_key) <= 200):
        raise InvalidInput("idempotency_key: a string of 1 to 200 characters")
    if max_retries is not None and (not isinstance(max_retries, int) or not 0 <= max_retries <= 20):
        raise InvalidInput("max_retries: a whole number from 0 to 20")
    check_storable("metadata", metadata | {"url": url})
    task_id = str(uuid.uuid4())
    now = utc_now()
    task: dict[str, Any] = {
        "_id": task_id,
        "task_type": kind.value,
        "status": TaskStatus.QUEUED.value,
        "priority": int(checked("priority", TaskPriority, priority)),
        "user_id": user_id,
        "short_id": short_id,
        "url": url,
        "metadata": metadata,
        "dispatched": dispatched,
        "due_at": server_now() + timedelta(seconds=get_settings().task_resend_seconds) if dispatched else None,
        "progress": 0.0,
        "step": None,
        "retries": 0,
        "max_retries": get_settings().task_max_retries if max_retries is None else max_retries,
        "lease_owner": None,
        "lease_epoch": 0,
        "request_id": request_id(),
        "trace": tracing.carrier(),
        "created_at": now,
        "updated_at": now,
        "history": [{"at": now, "status": TaskStatus.QUEUED.value}],
        "words": words_of_task(short_id, metadata.get("id_scope"), user_id, short_title),
    }
    if idempotency_key is not None:
        asked = task_digest(task | {"max_retries": max_retries}) if fingerprint is None else fingerprint
        once = IdempotencyKey(callers_key(user_id, idempotency_key), kind.value, asked)
    if once is not None:
        task["idempotency_key"] = once.key
    task_id = _insert(task, once)
    TASK_MOVES.labels(TaskStatus.QUEUED.value).inc()
    return task_id


def _insert(task: dict[str, Any], once: IdempotencyKey | None) -> str:
    """Write a new task, or spool it while the database is away; return its id, or that of the same request's."""
    task_id = str(task["_id"])
    if once is not None and (waiting := get_spool().find(once)):
        return waiting
    writes = creation_writes(task, once)
    try:
        with database_answers():
            try:
                write_counted(writes)
            except DuplicateKeyError:
                if (made := _made_before(task, once)) is None:
                    raise
                return made
    except DatabaseAway:
        return spool_writes(NEW_TASK, task_id, writes, once)
    return task_id


def _made_before(task: dict[str, Any], once: IdempotencyKey | None) -> str | None:
    """Return the id of the task that this request, or this very call, has made before, or None.

    Where there are no transactions the first attempt may have been cut short: what is missing is made.
    """
    made = str(task["_id"]) if once is None else made_by(once)
    if made is not None and mongo.collection("tasks").find_one({"_id": made}, {"_id": 1}) is None:
        with suppress(DuplicateKeyError):  # of two that do so at once
            write_together([*leftovers(made), *creation_writes(task | {"_id": made})])
    return made


def start_task(task_id: str) -> bool:
    """Take the task for this process, which keeps its lease alive; False if it is not there to be taken."""
    return claim_task(task_id) is not None


def claim_task(task_id: str, *, overhead: float | None = None) -> Lease | None:
    """Take a queued or retrying task: it is running, with a lease of this process and the next epoch.

    ``overhead``: the seconds that the last task of this thread cost it beside its run (``service_times``).

    Returns:
        The lease, or None: the task is unknown, ended, or another run has it.
    """
    takeable = {TaskStatus.QUEUED, TaskStatus.RETRYING}
    check_task_id(task_id)
    flush_spool()
    with database_answers():
        tasks = mongo.collection("tasks")
        found = tasks.find_one({"_id": task_id}, HIDDEN)
        if found is None or found["status"] not in takeable:
            return None
        now = utc_now()
        epoch = found["lease_epoch"] + 1
        taken = {
            "status": TaskStatus.RUNNING.value,
            "lease_owner": keeper.owner,
            "lease_epoch": epoch,
            "due_at": server_now() + timedelta(seconds=get_settings().task_lease_seconds),
            "started_at": found.get("started_at") or now,
            "updated_at": now,
        }
        if overhead is not None:
            taken["overhead"] = round(overhead, 4)
        waiting = {"_id": task_id, "status": found["status"], "lease_epoch": epoch - 1}
        # What comes next notes it: the first report, the end, or the keeper of the lease where neither comes soon.
        claim = [Update("tasks", waiting, {"$set": taken, **event(TaskStatus.RUNNING, now)})]
        moved = in_transaction(partial(write_in, writes=claim))
    if not moved:
        return None
    TASK_MOVES.labels(TaskStatus.RUNNING.value).inc()
    if found.get("started_at") is None:
        TASK_WAIT_SECONDS.labels(found["task_type"]).observe(max(0.0, (now - found["created_at"]).total_seconds()))
    lease = Lease(task_info(found | taken), keeper.owner, epoch)
    keeper.add(lease)
    return lease


def update_task_progress(
    task_id: str,
    progress: float,
    step: str | None = None,
    *,
    checkpoint: dict[str, Any] | None = None,
    lease: Lease | None = None,
    news: bool = True,
) -> bool:
    """Report how far a running task is: ``progress`` in percent (0 to 100), ``step`` in a few words.

    ``checkpoint`` is kept with the task, for the run that goes on if this one is cut short. ``news`` False: nothing has
    changed since the last report, and nobody needs to be told; the answer is what is wanted.

    Returns:
        False if the task is not running, or no longer this run's: stop working on it.

    Raises:
        InvalidInput (a ValueError): progress is not a number from 0 to 100.
        Unavailable: the database does not answer.
    """
    if isinstance(progress, bool) or not isinstance(progress, int | float) or not 0 <= progress <= 100:
        raise InvalidInput("progress: a number from 0 to 100")
    now = utc_now()
    change: dict[str, Any] = {"progress": float(progress), "updated_at": now}
    if step is not None:
        change["step"] = str(step)[:200]
    if checkpoint is not None:
        change["checkpoint"] = checkpoint
    held = _held(check_task_id(task_id), lease)

    def report(task: dict[str, Any], run: Beginning | None) -> bool:
        epoch = task["lease_epoch"]
        writes: list[Write] = [Update("tasks", running(task_id, held) | {"lease_epoch": epoch}, {"$set": change})]
        if not news:
            return write_together(writes)
        told = {"progress": change["progress"], "step": change.get("step")}
        writes.append(note_task(task, TaskStatus.RUNNING, now, phase=REPORTED, epoch=epoch, **told))
        return any(map(write_together, attempts(writes, run)))

    with database_answers():
        if held:
            ours = report(record_of(held.task), _beginning(held))
        else:
            ours = _of_another(task_id, report, {TaskStatus.RUNNING})
    if ours and held and news:
        held.told.set()
    if ours and held and step is not None:
        held.steps.begin(change["step"])
    return ours


def complete_task(task_id: str, result: dict[str, Any] | None = None, *, lease: Lease | None = None) -> bool:
    """End a task well, with its result; a script may complete a task that it never started.

    Returns:
        False if the task has ended already, is unknown, or is no longer this run's.

    Raises:
        InvalidInput (a ValueError): the result is not a document that can be stored.
        Unavailable: the database does not answer, and this process does not hold the task (else the end is kept on the
            local disk, and written when the database is back).
    """
    if result is not None and not isinstance(result, dict):
        raise InvalidInput("result: a dict or None")
    check_storable("result", result or {})
    return _end(task_id, TaskStatus.COMPLETED, {"result": result, "progress": 100.0}, None, _held(task_id, lease))


def fail_task(
    task_id: str,
    error: str,
    *,
    retryable: bool = False,
    delay_seconds: float | None = None,
    lease: Lease | None = None,
) -> bool:
    """End a task badly, with the reason; or, ``retryable`` and with retries left, let it run again later.

    ``delay_seconds`` None: exponential backoff with jitter; more than ``MAX_DELAY_SECONDS`` is cut to that.
    Returns and raises as ``complete_task``.
    """
    reason = str(error)[:MAX_ERROR_CHARACTERS]
    if retryable and _retry(task_id, reason, delay_seconds, lease):
        return True
    return _end(task_id, TaskStatus.FAILED, {"error": reason}, reason, _held(task_id, lease))


def cancel_task(task_id: str, *, by: str | None = None) -> bool:
    """End a live task at once, whoever runs it; the run finds out at its next step and stops.

    ``by``: the user who ends it. Returns and raises as ``complete_task``.
    """
    return _end(task_id, TaskStatus.CANCELLED, {}, "cancelled", None, by)


def get_task_status(task_id: str) -> TaskInfo | None:
    """Return the task as it stands, or None if there is none. Raises ``Unavailable`` in an outage."""
    check_task_id(task_id)
    flush_spool()
    return find_task(task_id)


def backoff_seconds(retries: int) -> float:
    """Return how long to wait before retry number ``retries`` + 1: 2, 4, 8, … up to 300 s, each 50 to 100 % of it.

    The random part keeps tasks that failed together from coming back together ("equal jitter").
    """
    return float(min(MAX_BACKOFF_SECONDS, 2.0 * 2**retries)) * random.uniform(0.5, 1.0)


def hand_back(lease: Lease, reason: str, delay_seconds: float = 0.0) -> bool:
    """Put a task that this run holds back into the queue, not counted as a retry. False if it is not ours."""
    query, task = running(lease.task_id, lease), record_of(lease.task)
    writes = wait_writes(query, task, TaskStatus.QUEUED, lease.epoch, delay_seconds, reason)
    return _move(attempts(writes, _beginning(lease)), TaskStatus.QUEUED, lease)


def _end(
    task_id: str,
    status: TaskStatus,
    fields: dict[str, Any],
    note: str | None,
    held: Lease | None,
    by: str | None = None,
) -> bool:
    query = live(check_task_id(task_id)) | fence(held)
    if held is not None:
        known: dict[str, Any] = {"steps": held.steps.end()}
        if held.task.short_key and "step" in held.task.metadata:
            known["step_of"] = (held.task.short_key, held.task.metadata["step"])
        writes = end_writes(query, record_of(held.task), status, fields, note, **known)
        return _move(attempts(writes, _beginning(held)), status, held)

    def end(task: dict[str, Any], run: Beginning | None) -> bool:
        writes = end_writes(query | {"lease_epoch": task["lease_epoch"]}, task, status, fields, note, by=by)
        return _move(attempts(writes, run), status, None)

    waiting = get_spool().holds(task_id)
    try:
        if waiting:
            replay_spool()
        return _of_another(task_id, end, LIVE)
    except DatabaseAway:
        if not waiting:
            raise
        return _move([end_writes(query, {"_id": task_id}, status, fields, note, by=by)], status, None)


def _of_another(
    task_id: str, write: Callable[[dict[str, Any], Beginning | None], bool], states: Collection[TaskStatus]
) -> bool:
    """Write to a task that this process does not run, as it stands, and again should it move meanwhile."""
    for _ in range(MOST_MOVES):
        with database_answers():
            task = mongo.collection("tasks").find_one({"_id": task_id}, ENDS_WITH)
        if task is None or task["status"] not in states:
            return False
        if write(task, beginning_of(task)):
            return True
    return False


def _beginning(held: Lease) -> Beginning | None:
    return None if held.told.is_set() else (held.epoch, held.task.updated_at)


def _retry(task_id: str, reason: str, delay_seconds: float | None, lease: Lease | None) -> bool:
    held = _held(check_task_id(task_id), lease)
    task = held.task if held else find_task(task_id)
    if task is None or task.retries >= task.max_retries:
        return False
    delay = backoff_seconds(task.retries) if delay_seconds is None else min(delay_seconds, MAX_DELAY_SECONDS)
    retries = task.retries

    def retry(task: dict[str, Any], run: Beginning | None) -> bool:
        epoch = task["lease_epoch"]
        query = running(task_id, held) | {"lease_epoch": epoch, "retries": retries}
        retried = {"retries": retries + 1, "error": reason}
        writes = wait_writes(query, task, TaskStatus.RETRYING, epoch, delay, reason, **retried)
        return _move(attempts(writes, run), TaskStatus.RETRYING, held)

    if held:
        return retry(record_of(held.task), _beginning(held))
    return _of_another(task_id, retry, {TaskStatus.RUNNING})


def _move(tried: list[list[Write]], status: TaskStatus, held: Lease | None) -> bool:
    """Make the first of some moves whose condition, the first write's, holds. In an outage the run's own are spooled.

    Spooled moves are conditional like any other: if the task went elsewhere meanwhile, they change nothing.
    """
    first = tried[0][0]
    assert isinstance(first, Update)
    task_id = first.filter["_id"]
    waiting = get_spool().holds(task_id)
    try:
        if waiting:
            replay_spool()
        with database_answers():
            moved = any(map(write_counted, tried))
    except DatabaseAway:
        if status is TaskStatus.CANCELLED or (held is None and not waiting):
            raise
        for writes in tried:
            spool_writes(MOVE, task_id, writes)
        moved = True
    keeper.drop(task_id)
    if moved:
        TASK_MOVES.labels(status.value).inc()
    return moved


def _held(task_id: str, lease: Lease | None) -> Lease | None:
    """Return the lease of the run that is speaking: the one given, or the one that this process holds."""
    return lease or keeper.held(task_id)
