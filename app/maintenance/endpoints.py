"""The scheduler: how it stands, and a clean-up now."""

from __future__ import annotations

from fastapi import APIRouter

from app.access.caller import AdminOnly
from app.http.problems import problem_responses
from app.http.schemas import CleanupDone, SchedulerStatus
from app.maintenance import scheduler as scheduler_service

CLEANUP_SECONDS = 10.0
"""For so long a request cleans up."""
router = APIRouter(prefix="/scheduler", tags=["scheduler"], dependencies=[AdminOnly])


@router.get("/status", responses=problem_responses(403))
def get_status() -> SchedulerStatus:
    """Return who leads, and when the clean-up ran and will run."""
    return SchedulerStatus(**scheduler_service.status())


@router.post("/cleanup/now", responses=problem_responses(403))
def cleanup_now() -> CleanupDone:
    """Remove old ended tasks and old completed and failed sessions, now.

    What is not removed after some seconds (``finished`` is false) the scheduler goes on with.
    """
    report = scheduler_service.cleanup(seconds=CLEANUP_SECONDS)
    return CleanupDone(tasks=report.tasks, sessions=report.sessions, at=report.at, finished=report.finished)
