"""Looking back: figures of sessions and tasks, and what a user has done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.access.caller import CurrentCaller
from app.analytics.service import FRESH_SECONDS, Analytics, analyse, span, summary
from app.events.log import number_events
from app.events.repository import Event, action_of, activity
from app.http.problems import problem_responses
from app.http.schemas import Date, place_in_list
from app.models import CallerId

router = APIRouter(tags=["insight"])


class Activity(BaseModel):
    """One line of a timeline."""

    action: str
    """``started``, ``finished``, ``failed``, ``cancelled``, ``saved``, ``edited``, ``removed`` or ``waiting``."""
    event: Event


class Timeline(BaseModel):
    """A page of what happened to a user's things, or to all, the newest first."""

    user_id: str | None
    """None: all users'."""
    activity: list[Activity]
    next_cursor: str | None


@router.get("/analytics/sessions", responses=problem_responses())
def get_analytics(
    caller: CurrentCaller,
    first: Annotated[Date | None, Query(alias="from", description="The first day; left out: 30 days.")] = None,
    last: Annotated[Date | None, Query(alias="to", description="The last day; left out: today.")] = None,
    user_id: CallerId | None = None,
) -> Analytics:
    """Return sessions and tasks by type, outcome and day, durations, reasons of failures, and what waits.

    From the history: what was removed counts. With a user's key: of that user's alone.
    """
    if caller.owner is not None and user_id not in (None, caller.owner):
        return summary([], *span(first, last), user_id, {})
    return analyse(first, last, caller.owner or user_id, within=FRESH_SECONDS)


Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=20)]


@router.get("/activity", responses=problem_responses())
def get_all_activity(caller: CurrentCaller, limit: Limit = 50, cursor: Cursor = None) -> Timeline:
    """Return what was started, finished, failed, cancelled, saved and removed, and by whom.

    Of all users, and of nobody's; with a user's key: of that user's alone.
    """
    return _timeline(caller.owner, limit, cursor)


@router.get("/users/{user_id}/activity", responses=problem_responses())
def get_activity(user_id: CallerId, caller: CurrentCaller, limit: Limit = 50, cursor: Cursor = None) -> Timeline:
    """Return what was started, finished, failed, cancelled, saved and removed of a user's, and by whom."""
    mine = caller.owner in (None, user_id)
    return _timeline(user_id, limit, cursor, known=mine)


def _timeline(user_id: str | None, limit: int, cursor: str | None, *, known: bool = True) -> Timeline:
    """Return a page of a timeline; ``known`` False: of one that the caller may not see, as if there were nothing."""
    place = place_in_list("cursor", cursor)
    number_events(within=FRESH_SECONDS, backlog=False)
    found = activity(user_id, limit + 1, place) if known else []
    page = found[:limit]
    return Timeline(
        user_id=user_id,
        activity=[Activity(action=action_of(event), event=event) for event in page],
        next_cursor=str(page[-1].seq) if len(found) > limit else None,
    )
