"""Batches: shorts of many pages started at once, how far they are, and all their films in one ZIP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from app.access.caller import CurrentCaller
from app.http import PREFIX
from app.http.archive import answer_with_zip
from app.http.bodies import JsonRoute
from app.http.problems import problem_responses
from app.http.schemas import BatchAccepted, BatchDetail, BatchRequest
from app.models import CallerId
from app.shorts import batches
from app.tasks.starting import HeaderKey

router = APIRouter(tags=["batches"], prefix="/batches", route_class=JsonRoute)
BatchId = Annotated[str, Path(min_length=1, max_length=64)]
Whose = Annotated[CallerId | None, Query(description="Whose, for an admin.")]
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}, "description": "The ZIP"}}


@router.post("", status_code=202, responses=problem_responses(403, 404, 429))
def start_batch(
    request: BatchRequest, response: Response, caller: CurrentCaller, header_key: HeaderKey
) -> BatchAccepted:
    """Make a short of each of up to 200 product pages, all with the same wishes.

    An address that can't be started says why, and the others go on. Where a limit is reached, the same request with the
    same ``Idempotency-Key`` starts what is left.
    """
    made = batches.start(caller, request, header_key)
    response.headers["Location"] = f"{PREFIX}/batches/{made.batch_id}"
    return made


@router.get("/{batch_id}", responses=problem_responses(404))
def get_batch(batch_id: BatchId, caller: CurrentCaller, user_id: Whose = None) -> BatchDetail:
    """Return how far a batch is, and each of its shorts."""
    return batches.get(caller, batch_id, user_id)


@router.get("/{batch_id}/archive", responses=problem_responses(404) | ZIP, response_class=StreamingResponse)
def get_batch_archive(batch_id: BatchId, caller: CurrentCaller, user_id: Whose = None) -> Response:
    """Return the films of a batch that are there as one ZIP."""
    return answer_with_zip(batches.archive(caller, batch_id, user_id), f"{batch_id}.zip")
