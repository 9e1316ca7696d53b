"""What the work of a task is given: the task, a way to report, and the question whether to go on."""

from __future__ import annotations

import threading
import time
from typing import Any

from app.core.telemetry import get_logger
from app.core.tracing import Steps
from app.errors import Cancelled, Conflict, ShopReelError, Unavailable
from app.fetching import FetchPolicy
from app.models import TaskInfo
from app.products.pages import settings_policy
from app.shorts.repository import Edition, Short, edition_of
from app.tasks.lease_keeper import Lease
from app.tasks.service import update_task_progress

REPORT_SECONDS = 0.5
"""Between two writes of progress; as often, a run learns that it was cancelled."""
OUTAGE_SECONDS = 5.0
"""The same while the database is away: each look waits for the driver's time limit."""
log = get_logger("tasks")


class Interrupted(ShopReelError):
    """The worker is shutting down: the task goes back to the queue."""


class TaskContext:
    """One run of one task."""

    def __init__(self, lease: Lease, stopping: threading.Event) -> None:
        self.lease = lease
        self._stopping = stopping
        self._report_at = 0.0
        self._percent = 0.0
        self._step: str | None = None
        self._over: Cancelled | None = None
        self._looking = threading.Lock()
        self.steps = Steps()

    @property
    def task(self) -> TaskInfo:
        """The task as it was when it was claimed."""
        return self.lease.task

    def edition(self, short: Short) -> Edition:
        """Return what the task is to render of its short.

        Raises:
            Conflict: it is for another version of the scenario than the latest; or there is no scenario.
        """
        edition = edition_of(short)
        wanted = self.task.metadata.get("version", edition.version)
        if wanted != edition.version:
            raise Conflict(f"the scenario was saved as version {edition.version}; this task is for version {wanted}")
        return edition

    def fetch_policy(self) -> FetchPolicy:
        """Return what this task may fetch."""
        allowed = frozenset(self.task.metadata.get("allowed_hosts") or ())
        return settings_policy(allowed, self.raise_if_over)

    def raise_if_over(self) -> None:
        """Find out whether to go on while nothing new is to be told; to be called as often as you like, by any thread.

        Raises Cancelled or Interrupted, as ``report`` does.
        """
        # One thread's look is enough for all of them.
        if self._looking.acquire(blocking=False):
            try:
                self.report(self._percent, self._step or "")
            finally:
                self._looking.release()
        elif self._over is not None:
            raise self._over

    def report(self, percent: float, step: str) -> None:
        """Report progress; cheap enough to be called often.

        Raises:
            Cancelled: the task is no longer this run's: stop, and write nothing.
            Interrupted: the worker is to stop.
        """
        if self._stopping.is_set():
            raise Interrupted("the worker is shutting down")
        if self._over is not None:
            raise self._over
        if step == self._step and time.monotonic() < self._report_at:
            return
        self.steps.enter(step)
        news = (percent, step) != (self._percent, self._step)
        self._percent, self._step, self._report_at = percent, step, time.monotonic() + REPORT_SECONDS
        share = max(0.0, min(99.0, percent))
        try:
            ours = update_task_progress(self.task.task_id, share, step, lease=self.lease, news=news)
        except Unavailable as error:
            # The work itself needs no database: go on, and let the end of the task find it back.
            self._report_at = time.monotonic() + OUTAGE_SECONDS
            log.warning("progress_not_written", task_id=self.task.task_id, reason=str(error))
            return
        if not ours:
            self._over = Cancelled("the task has ended or is another run's")
            raise self._over

    def save(self, checkpoint: dict[str, Any]) -> None:
        """Keep with the task where a run that is cut short goes on (``task.checkpoint`` of the next run).

        Raises:
            Cancelled: the task is no longer this run's: what was done since the last checkpoint does not count.
            Unavailable: the database does not answer.
        """
        percent, step = max(0.0, min(99.0, self._percent)), self._step
        task_id = self.task.task_id
        if not update_task_progress(task_id, percent, step, checkpoint=checkpoint, lease=self.lease, news=False):
            self._over = Cancelled("the task has ended or is another run's")
            raise self._over
