"""What callers do with sessions: routes and pages alike come through here."""

from __future__ import annotations

from app.access.caller import Caller
from app.http.schemas import SessionPage, SessionQuery
from app.sessions.service import encode_cursor, session_service


def find(caller: Caller, query: SessionQuery) -> SessionPage:
    """Return a page of the caller's sessions that match.

    Raises:
        InvalidInput: the cursor is none that was given out.
    """
    found = session_service.manager.find(
        owner=caller.owner, **query.filters, newest_first=query.newest_first, limit=query.limit + 1, after=query.cursor
    )
    page = found[: query.limit]
    return SessionPage(sessions=page, next_cursor=encode_cursor(page[-1]) if len(found) > query.limit else None)
