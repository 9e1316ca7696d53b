"""What the work of a task is given: the task, a way to report, and the question whether to go on."""

from __future__ import annotations

import threading
import time

from app.config import get_settings
from app.errors import Cancelled, ShopReelError, Unavailable
from app.fetching import FetchPolicy
from app.models import TaskInfo
from app.telemetry import get_logger
from app.utils.lease_keeper import Lease
from app.utils.task_management import update_task_progress

REPORT_SECONDS = 0.5
"""Between two writes of progress; as often, a run learns that it was cancelled."""
log = get_logger("tasks")


class Interrupted(ShopReelError):
    """The worker is shutting down: the task goes back to the queue."""


class TaskContext:
    """One run of one task."""

    def __init__(self, lease: Lease, stopping: threading.Event) -> None:
        self.lease = lease
        self._stopping = stopping
        self._reported_at = 0.0
        self._step: str | None = None

    @property
    def task(self) -> TaskInfo:
        """The task as it was when it was claimed."""
        return self.lease.task

    def fetch_policy(self) -> FetchPolicy:
        """Return what this task may fetch."""
        settings = get_settings()
        allowed = settings.allowed_hosts | frozenset(self.task.metadata.get("allowed_hosts") or ())
        return FetchPolicy(allowed_hosts=allowed, respect_robots=settings.fetch_respect_robots)

    def report(self, percent: float, step: str) -> None:
        """Report progress; cheap enough to be called often.

        Raises:
            Cancelled: the task is no longer this run's: stop, and write nothing.
            Interrupted: the worker is to stop.
        """
        if self._stopping.is_set():
            raise Interrupted("the worker is shutting down")
        now = time.monotonic()
        if step == self._step and now - self._reported_at < REPORT_SECONDS:
            return
        self._step, self._reported_at = step, now
        try:
            ours = update_task_progress(self.task.task_id, max(0.0, min(99.0, percent)), step, lease=self.lease)
        except Unavailable as error:
            # The work itself needs no database: go on, and let the end of the task find it back.
            log.warning("progress_not_written", task_id=self.task.task_id, reason=str(error))
            return
        if not ours:
            raise Cancelled("the task has ended or is another run's")
