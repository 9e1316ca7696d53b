"""What callers see of the past: routes and pages alike come through here."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from app.access.caller import Caller
from app.analytics.service import FRESH_SECONDS, Analytics, analyse, span, summary
from app.events.log import number_events
from app.events.repository import Event, action_of, activity
from app.http.schemas import place_in_list


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


def analytics(
    caller: Caller, first: datetime | None = None, last: datetime | None = None, user_id: str | None = None
) -> Analytics:
    """Return sessions and tasks by type, outcome and day; of somebody else's there is nothing.

    Raises:
        InvalidInput: the span is none.
    """
    if caller.owner is not None and user_id not in (None, caller.owner):
        return summary([], *span(first, last), user_id, {})
    return analyse(first, last, caller.owner or user_id, within=FRESH_SECONDS)


def timeline(caller: Caller, limit: int, cursor: str | None = None, user_id: str | None = None) -> Timeline:
    """Return a page of what happened to a user's things, or to all that the caller may see; of others' nothing.

    Raises:
        InvalidInput: the cursor is none that was given out.
    """
    place = place_in_list("cursor", cursor)
    number_events(within=FRESH_SECONDS, backlog=False)
    whose = caller.owner if user_id is None else user_id
    found = activity(whose, limit + 1, place) if caller.owner in (None, whose) else []
    page = found[:limit]
    return Timeline(
        user_id=whose,
        activity=[Activity(action=action_of(event), event=event) for event in page],
        next_cursor=str(page[-1].seq) if len(found) > limit else None,
    )
