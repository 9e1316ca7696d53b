"""Runs a task: claim, work, end; one line a task type."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from structlog.contextvars import bound_contextvars

from app.errors import Cancelled, DatabaseAway, ShopReelError
from app.models import TaskType
from app.services import (
    content_analysis_service,
    data_extraction_service,
    finalize_short_service,
    image_analysis_service,
    save_scenario_service,
    scenario_generation_service,
    scraping_service,
    video_generation_service,
)
from app.services.short_service import task_ended
from app.services.task_context import Interrupted, TaskContext
from app.telemetry import LEASES_LOST, get_logger
from app.utils.lease_keeper import Lease, keeper
from app.utils.task_management import claim_task, complete_task, fail_task, hand_back

Work = Callable[[TaskContext], dict[str, Any]]

WORK: dict[TaskType, Work] = {
    TaskType.SCRAPING: scraping_service.run,
    TaskType.DATA_EXTRACTION: data_extraction_service.run,
    TaskType.CONTENT_ANALYSIS: content_analysis_service.run,
    TaskType.IMAGE_ANALYSIS: image_analysis_service.run,
    TaskType.SCENARIO_GENERATION: scenario_generation_service.run,
    TaskType.SAVE_SCENARIO: save_scenario_service.run,
    TaskType.VIDEO_GENERATION: video_generation_service.run,
    TaskType.FINALIZE_SHORT: finalize_short_service.run,
}
stopping = threading.Event()
"""Set when this worker is to stop: runs hand their tasks back at their next report."""
CLAIM_SECONDS = 1.0
"""Between two attempts to claim a task while the database is away."""
POSTPONE_SECONDS = 2.0
log = get_logger("tasks")


def run_task(task_id: str) -> None:
    """Run a task if it can be claimed; a message that comes twice finds it taken."""
    lease = _claim(task_id)
    if lease is None:
        return
    task = lease.task
    with bound_contextvars(task_id=task_id, task_type=task.task_type.value, short_id=task.short_id):
        log.info("task_started", epoch=lease.epoch)
        try:
            _work(lease)
        finally:
            keeper.drop(task_id)


def _claim(task_id: str) -> Lease | None:
    """Claim a task; while the database is away wait for it, since no other message could be worked on either."""
    while not stopping.is_set():
        try:
            return claim_task(task_id)
        except DatabaseAway as error:
            log.warning("claim_waits", task_id=task_id, reason=str(error))
            stopping.wait(CLAIM_SECONDS)
    return None


def _work(lease: Lease) -> None:
    task = lease.task
    try:
        result = WORK[task.task_type](TaskContext(lease, stopping))
        completed = complete_task(task.task_id, result, lease=lease)
    except Cancelled:
        LEASES_LOST.inc()
        log.info("task_given_up")
        return
    except Interrupted:
        hand_back(lease, "handed back")
        log.info("task_handed_back")
        return
    except DatabaseAway:
        # Not the task's fault, so none of its retries.
        hand_back(lease, "the database was away", POSTPONE_SECONDS)
        log.warning("task_postponed")
        return
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
        log.exception("task_broke")
        fail_task(task.task_id, f"internal error ({type(error).__name__}); it is in the log", lease=lease)
    else:
        log.info("task_completed" if completed else "task_given_up")
    task_ended(task, completed=completed)
