"""The scheduler: how it stands, and a clean-up now."""

from __future__ import annotations

from fastapi import APIRouter

from app.access.caller import AdminOnly, CurrentCaller
from app.http.problems import problem_responses
from app.http.schemas import CleanupDone, SchedulerStatus
from app.maintenance import use_cases

router = APIRouter(prefix="/scheduler", tags=["scheduler"], dependencies=[AdminOnly])


@router.get("/status", responses=problem_responses(403))
def get_status(caller: CurrentCaller) -> SchedulerStatus:
    """Return who leads, and when the clean-up ran and will run."""
    return use_cases.scheduler_status(caller)


@router.post("/cleanup/now", responses=problem_responses(403))
def cleanup_now(caller: CurrentCaller) -> CleanupDone:
    """Remove old ended tasks and old completed and failed sessions, now.

    What is not removed after some seconds (``finished`` is false) the scheduler goes on with.
    """
    return use_cases.cleanup_now(caller)
