"""Runs a task: claim, work, end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from structlog.contextvars import bound_contextvars

from app.core import tracing
from app.core.telemetry import LEASES_LOST, TASK_RUN_SECONDS, get_logger
from app.errors import Cancelled, DatabaseAway, ShopReelError, Unavailable
from app.models import TaskStatus, TaskType, utc_now
from app.shorts.service import task_ended
from app.tasks.context import Interrupted, TaskContext
from app.tasks.lease_keeper import Lease, keeper
from app.tasks.recovery import forgive_loss
from app.tasks.registry import SPECS
from app.tasks.repository import find_task
from app.tasks.service import claim_task, complete_task, fail_task, hand_back

Work = Callable[[TaskContext], dict[str, Any]]

WORK: dict[TaskType, Work] = {spec.type: spec.find("run") for spec in SPECS}
stopping = threading.Event()
"""Set when this worker is to stop: runs hand their tasks back at their next report."""
CLAIM_SECONDS = 1.0
"""Between two attempts to claim a task while the database is away."""
POSTPONE_SECONDS = 2.0
log = get_logger("tasks")


class _Place(threading.local):
    """A thread that runs tasks, one after the other."""

    overhead: float | None = None
    """Seconds for which the last task took it before its start and after its end; told with the next claim."""
    ended: float = 0.0
    """When the work of the present task ended (``time.perf_counter``)."""


_place = _Place()


def run_task(task_id: str) -> None:
    """Run a task if it can be claimed; a message that comes twice finds it taken."""
    begin, asked = time.perf_counter(), utc_now()
    lease = _claim(task_id)
    if lease is None:
        return
    claimed, _place.ended = time.perf_counter(), 0.0
    _run(lease)
    if _place.ended:
        since = lease.task.updated_at  # of the claim, before it was written
        before = min(claimed - begin, max(0.0, (since - asked).total_seconds()))
        _place.overhead = before + time.perf_counter() - _place.ended


def _run(lease: Lease) -> None:
    task_id, task = lease.task_id, lease.task
    kind = task.task_type.value
    with (
        bound_contextvars(task_id=task_id, task_type=kind, short_id=task.short_id, request_id=task.request_id),
        tracing.span(f"run {kind}", kind="CONSUMER", parent=task.trace, task_id=task_id, short_id=task.short_id),
    ):
        log.info("task_started", epoch=lease.epoch)
        begin = time.perf_counter()
        outcome = "broke"
        try:
            outcome = _work(lease)
        finally:
            keeper.drop(task_id)
            TASK_RUN_SECONDS.labels(kind, outcome).observe(time.perf_counter() - begin)


def _claim(task_id: str) -> Lease | None:
    """Claim a task; while the database is away wait for it, since no other message could be worked on either."""
    while not stopping.is_set():
        try:
            return claim_task(task_id, overhead=_place.overhead)
        except DatabaseAway as error:
            log.warning("claim_waits", task_id=task_id, reason=str(error))
            stopping.wait(CLAIM_SECONDS)
    return None


def _work(lease: Lease) -> str:
    """Do the work and end the task; return how it went, in a word."""
    task = lease.task
    context = TaskContext(lease, stopping)
    outcome = "failed"
    try:
        result = WORK[task.task_type](context)
        _place.ended = time.perf_counter()
        completed = complete_task(task.task_id, result, lease=lease)
    except Cancelled:
        _count_lost(task.task_id)
        log.info("task_given_up")
        return "given_up"
    except Interrupted:
        hand_back(lease, "handed back")
        log.info("task_handed_back")
        return "handed_back"
    except DatabaseAway:
        # Not the task's fault, so none of its retries.
        hand_back(lease, "the database was away", POSTPONE_SECONDS)
        log.warning("task_postponed")
        return "postponed"
    except ShopReelError as error:
        completed = False
        log.warning("task_failed", reason=str(error), retryable=error.retryable)
        fail_task(
            task.task_id,
            str(error),
            retryable=error.retryable,
            delay_seconds=error.retry_after_seconds,
            lease=lease,
        )
    except Exception as error:
        # A fault of ours: the trace goes to the log, the user is told no more than its kind.
        completed = False
        outcome = "broke"
        log.exception("task_broke")
        fail_task(task.task_id, f"internal error ({type(error).__name__}); it is in the log", lease=lease)
    else:
        outcome = "completed" if completed else "given_up"
        log.info(f"task_{outcome}")
    finally:
        context.steps.leave()
    task_ended(task, completed=completed)
    return outcome


def _count_lost(task_id: str) -> None:
    """Count a run that lost its task to another, which a run whose task was cancelled did not."""
    with suppress(Unavailable):
        found = find_task(task_id)
        if found is not None and found.status is not TaskStatus.CANCELLED:
            LEASES_LOST.inc()
            forgive_loss(task_id)
