"""Shorts: the whole way from a page to a video."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from app.access.caller import Caller, CurrentCaller
from app.blobs import store as media
from app.db.client import database_answers
from app.errors import NotFound
from app.http import PREFIX
from app.http.bodies import JsonRoute
from app.http.problems import problem_responses
from app.http.schemas import (
    SceneRegenerateRequest,
    ShortAccepted,
    ShortDetail,
    ShortList,
    ShortQuery,
    ShortRemoved,
    ShortRequest,
)
from app.models import CallerId, Scenario
from app.rendering.subtitles import MEDIA_TYPES, Format
from app.shorts import repository as shorts
from app.shorts import use_cases
from app.shorts.videos import Rendition, Video
from app.tasks.starting import ACCEPTED, HeaderKey

router = APIRouter(tags=["shorts"], route_class=JsonRoute)
PIECE_BYTES = 1 << 20
NOT_KEPT = {"Cache-Control": "no-store"}
"""A redirect is good for as long as its signature."""
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
Whose = Annotated[
    CallerId | None, Query(description="Whose short, for an admin: several users may have one of this id.")
]
VIDEO_RESPONSES = problem_responses(404, 409) | {
    200: {"content": {"video/mp4": {}}, "description": "The whole video"},
    206: {"content": {"video/mp4": {}}, "description": "The range asked for"},
    307: {"description": "Where the video is, with a signature that runs out (`MEDIA_SIGNED_SECONDS`)"},
    416: {"description": "The range lies outside the video"},
}


@router.post("/shorts", **ACCEPTED)
def make_short(
    request: ShortRequest, response: Response, caller: CurrentCaller, header_key: HeaderKey
) -> ShortAccepted:
    """Make a short of a product page, the whole way to the video."""
    made = use_cases.create(caller, request, header_key)
    response.headers["Location"] = f"{PREFIX}/shorts/{quote(made.short_id, safe='')}"
    return made


@router.get("/shorts", responses=problem_responses())
def list_shorts(caller: CurrentCaller, query: Annotated[ShortQuery, Query()]) -> ShortList:
    """Return a page of the shorts that match all filters, the newest first; ``next_cursor`` leads to the next page."""
    return use_cases.find(caller, query)


@router.get("/shorts/{short_id}", responses=problem_responses(404, 409))
def get_short(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> ShortDetail:
    """Return a short with its product and its tasks."""
    return use_cases.get(caller, short_id, user_id)


@router.post("/shorts/{short_id}/cancel", responses=problem_responses(404, 409))
def cancel(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> ShortDetail:
    """End a short in the making and all its live tasks; what it has so far stays."""
    return use_cases.cancel(caller, short_id, user_id)


@router.delete("/shorts/{short_id}", responses=problem_responses(404, 409))
def delete_short(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> ShortRemoved:
    """Remove a short with its tasks, sessions, saved scenarios and media; what is under way for it is cancelled."""
    use_cases.remove(caller, short_id, user_id)
    return ShortRemoved(short_id=short_id)


@router.get("/shorts/{short_id}/video", responses=VIDEO_RESPONSES, response_class=StreamingResponse)
def get_video(
    short_id: CallerId,
    caller: CurrentCaller,
    user_id: Whose = None,
    range: Annotated[str | None, Header()] = None,
    quality: Annotated[
        int | None, Query(ge=1, le=10_000, description="A smaller copy, if the wishes asked for one.")
    ] = None,
) -> Response:
    """Return the video, or the part of it that a player asks for (RFC 9110, one range of bytes)."""
    video = _copy(_video(short_id, caller, user_id), quality)
    if address := media.signed_url(video.key):
        return RedirectResponse(address, headers=NOT_KEPT)
    size = media.size(video.key)
    wanted = byte_range(range, size)
    headers = {"Accept-Ranges": "bytes", "Content-Disposition": 'inline; filename="short.mp4"'}
    if wanted is None:
        headers |= {"Content-Length": str(size)}
        return StreamingResponse(_pieces(video.key, 0, size), headers=headers, media_type="video/mp4")
    start, end = wanted
    if start >= end:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers |= {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return StreamingResponse(_pieces(video.key, start, end), 206, headers, "video/mp4")


@router.get(
    "/shorts/{short_id}/thumbnail",
    responses=problem_responses(404, 409)
    | {
        200: {"content": {"image/jpeg": {}}, "description": "The picture"},
        307: {"description": "Where it is, with a signature that runs out"},
    },
    response_class=Response,
)
def get_thumbnail(
    short_id: CallerId,
    caller: CurrentCaller,
    user_id: Whose = None,
    candidate: Annotated[int, Query(ge=1, le=3, description="Which of the candidates, the best being 1.")] = 1,
) -> Response:
    """Return the thumbnail, or another candidate for it."""
    thumbnails = _video(short_id, caller, user_id).thumbnails
    if candidate > len(thumbnails):
        raise NotFound(f"short {short_id} has {len(thumbnails)} candidates for its thumbnail")
    key = thumbnails[candidate - 1].key
    if address := media.signed_url(key):
        return RedirectResponse(address, headers=NOT_KEPT)
    return Response(media.get(key), media_type="image/jpeg")


@router.get(
    "/shorts/{short_id}/preview",
    responses=problem_responses(404, 409) | {200: {"content": {"image/webp": {}}, "description": "The preview"}},
    response_class=Response,
)
def get_preview(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> Response:
    """Return an animated preview of the video, WebP of less than 3 MB."""
    key = _video(short_id, caller, user_id).preview_key
    if key is None:
        raise NotFound(f"short {short_id} has no preview")
    return Response(media.get(key), media_type="image/webp")


@router.get("/shorts/{short_id}/provenance", responses=problem_responses(404, 409))
def get_provenance(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> dict[str, Any]:
    """Return from what, and with what, the video was made: facts, voice, music and every licence.

    The same stands in the file, as its ``provenance`` tag.
    """
    return _video(short_id, caller, user_id).provenance


@router.get(
    "/shorts/{short_id}/captions",
    responses=problem_responses(404, 409) | {200: {"content": {"text/vtt": {}}, "description": "The subtitle file"}},
    response_class=Response,
)
def get_captions(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None, format: Format = "vtt") -> Response:
    """Return the captions as a file: WebVTT and ASS with the time of each word, SRT with that of each phrase."""
    key = _video(short_id, caller, user_id).captions.get(format)
    if key is None:
        raise NotFound(f"short {short_id} has no captions as {format}")
    name = {"Content-Disposition": f'attachment; filename="short.{format}"'}
    return Response(media.get(key), media_type=MEDIA_TYPES[format], headers=name)


@router.put("/shorts/{short_id}/scenario", responses=problem_responses(404, 409))
def edit_waiting_scenario(
    short_id: CallerId, scenario: Scenario, caller: CurrentCaller, user_id: Whose = None
) -> Scenario:
    """Replace the scenario that waits for its review by an edited one; it still waits to be saved."""
    return use_cases.edit_scenario(caller, short_id, scenario, user_id)


@router.post("/shorts/{short_id}/scenario/scenes/{scene}", responses=problem_responses(404, 409))
def regenerate_waiting_scene(
    short_id: CallerId,
    scene: Annotated[int, Path(ge=0, le=19)],
    request: SceneRegenerateRequest,
    caller: CurrentCaller,
    user_id: Whose = None,
) -> Scenario:
    """Write one scene (from 0) of the waiting scenario anew; the others stay as they are."""
    return use_cases.regenerate_scene(caller, short_id, scene, request.seed, user_id)


@router.get(
    "/shorts/{short_id}/scenario/{picture}",
    responses=problem_responses(404, 409) | {200: {"content": {"image/jpeg": {}}, "description": "The picture"}},
    response_class=Response,
)
def get_still(
    short_id: CallerId, picture: Literal["preview", "thumbnail"], caller: CurrentCaller, user_id: Whose = None
) -> Response:
    """Return the first scene as it will look, or the proposal for the thumbnail."""
    stills = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id).stills
    if stills is None:
        raise NotFound(f"short {short_id} has no {picture} yet")
    key = stills.preview_key if picture == "preview" else stills.thumbnail_key
    return Response(media.get(key), media_type="image/jpeg")


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the half-open range of bytes that a ``Range`` header asks for.

    None: all, as for a header that is no single range (RFC 9110, 14.2). An empty range cannot be satisfied.
    """
    match = RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1 if last else size)


def _video(short_id: str, caller: Caller, user_id: str | None) -> Video:
    with database_answers():
        video = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id).video
    if video is None:
        raise NotFound(f"short {short_id} has no video yet")
    return video


def _pieces(key: str, start: int, end: int) -> Iterator[bytes]:
    for begin in range(start, end, PIECE_BYTES):
        yield media.get_range(key, begin, min(end, begin + PIECE_BYTES))


def _copy(video: Video, quality: int | None) -> Video | Rendition:
    if quality is None or quality == min(video.width, video.height):
        return video
    found = next((one for one in video.renditions if one.quality == quality), None)
    if found is None:
        there = sorted({min(video.width, video.height), *(one.quality for one in video.renditions)})
        raise NotFound(f"there is no copy of quality {quality}, but {', '.join(map(str, there))}")
    return found
