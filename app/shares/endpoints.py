"""Share links: made, listed with what was answered, revoked. What they open is the page ``/s/{token}``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from app.access.caller import CurrentCaller
from app.http.bodies import JsonRoute
from app.http.problems import problem_responses
from app.models import CallerId
from app.shares import use_cases
from app.shares.repository import NewShare, Share
from app.shorts.endpoints import Whose

router = APIRouter(tags=["shares"], prefix="/shorts/{short_id}/shares", route_class=JsonRoute)
MOST_DAYS = 90


class ShareRequest(BaseModel):
    """A link to a short."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 14}]})

    days: Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)] = 14
    """For so long it opens the short."""


class ShareList(BaseModel):
    """Links to a short, the newest first."""

    shares: list[Share]


@router.post("", status_code=201, responses=problem_responses(404, 409))
def add_share(
    short_id: CallerId, body: ShareRequest, request: Request, caller: CurrentCaller, user_id: Whose = None
) -> NewShare:
    """Make a link that shows the video to whoever has it, without a key, and lets them approve it and comment."""
    share, token = use_cases.create(caller, short_id, body.days, user_id)
    return NewShare(**share.model_dump(), url=f"{request.base_url}s/{token}")


@router.get("", responses=problem_responses(404, 409))
def list_shares(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> ShareList:
    """Return the links to a short with the approvals and comments that came over each."""
    return ShareList(shares=use_cases.find(caller, short_id, user_id))


@router.delete("/{share_id}", responses=problem_responses(404, 409))
def revoke_share(
    short_id: CallerId,
    share_id: Annotated[str, Path(min_length=1, max_length=64)],
    caller: CurrentCaller,
    user_id: Whose = None,
) -> Share:
    """End a link at once; what was answered over it stays."""
    return use_cases.revoke(caller, short_id, share_id, user_id)
