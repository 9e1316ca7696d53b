"""What an operator may ask of the scheduler: routes and pages alike come through here."""

from __future__ import annotations

from app.access.caller import Caller, require_admin
from app.http.schemas import CleanupDone, SchedulerStatus
from app.maintenance import scheduler

CLEANUP_SECONDS = 10.0
"""For so long a request cleans up."""


def scheduler_status(caller: Caller) -> SchedulerStatus:
    """Return who leads, and when the clean-up ran and will run.

    Raises:
        Forbidden: the caller is no admin.
    """
    require_admin(caller)
    return SchedulerStatus(**scheduler.status())


def cleanup_now(caller: Caller) -> CleanupDone:
    """Remove old ended tasks and old completed and failed sessions; what is left, the scheduler goes on with.

    Raises:
        Forbidden: the caller is no admin.
    """
    require_admin(caller)
    report = scheduler.cleanup(seconds=CLEANUP_SECONDS)
    return CleanupDone(tasks=report.tasks, sessions=report.sessions, at=report.at, finished=report.finished)
