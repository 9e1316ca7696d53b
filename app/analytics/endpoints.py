"""Looking back: figures of sessions and tasks, and what a user has done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.access.caller import CurrentCaller
from app.analytics import use_cases
from app.analytics.service import Analytics
from app.analytics.use_cases import Timeline
from app.http.problems import problem_responses
from app.http.schemas import Date
from app.models import CallerId

router = APIRouter(tags=["insight"])


@router.get("/analytics/sessions", responses=problem_responses())
def get_analytics(
    caller: CurrentCaller,
    first: Annotated[Date | None, Query(alias="from", description="The first day; left out: 30 days.")] = None,
    last: Annotated[Date | None, Query(alias="to", description="The last day; left out: today.")] = None,
    user_id: CallerId | None = None,
) -> Analytics:
    """Return sessions and tasks by type, outcome and day, durations, reasons of failures, and what waits.

    What was removed counts. With a user's key: of that user's alone.
    """
    return use_cases.analytics(caller, first, last, user_id)


Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=20)]


@router.get("/activity", responses=problem_responses())
def get_all_activity(caller: CurrentCaller, limit: Limit = 50, cursor: Cursor = None) -> Timeline:
    """Return what was started, finished, failed, cancelled, saved and removed, and by whom.

    Of all users, and of nobody's; with a user's key: of that user's alone.
    """
    return use_cases.timeline(caller, limit, cursor)


@router.get("/users/{user_id}/activity", responses=problem_responses())
def get_activity(user_id: CallerId, caller: CurrentCaller, limit: Limit = 50, cursor: Cursor = None) -> Timeline:
    """Return what was started, finished, failed, cancelled, saved and removed of a user's, and by whom."""
    return use_cases.timeline(caller, limit, cursor, user_id)
