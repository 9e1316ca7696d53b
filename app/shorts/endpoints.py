"""Shorts: the whole way from a page to a video."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import StreamingResponse

from app.access.caller import Caller, CurrentCaller
from app.db.client import database_answers
from app.errors import NotFound
from app.http import PREFIX
from app.http.archive import answer_with_zip
from app.http.bodies import JsonRoute
from app.http.files import FileConditions, answer_with
from app.http.problems import problem_responses
from app.http.schemas import (
    PostList,
    ShortAccepted,
    ShortDetail,
    ShortList,
    ShortQuery,
    ShortRemoved,
    ShortRequest,
    VariantsAccepted,
)
from app.models import CallerId
from app.rendering.subtitles import MEDIA_TYPES, Format
from app.shorts import repository as shorts
from app.shorts import use_cases
from app.shorts.videos import Rendition, Video
from app.tasks.starting import ACCEPTED, HeaderKey

router = APIRouter(tags=["shorts"], route_class=JsonRoute)
Whose = Annotated[
    CallerId | None, Query(description="Whose short, for an admin: several users may have one of this id.")
]
Version = Annotated[
    int | None,
    Query(ge=1, lt=10**9, description="Of the scenario; left out: the latest that has a video."),
]
VIDEO_RESPONSES = problem_responses(404, 409) | {
    200: {"content": {"video/mp4": {}}, "description": "The whole video"},
    304: {"description": "The caller has it already (`If-None-Match`)"},
    206: {"content": {"video/mp4": {}}, "description": "The range asked for"},
    307: {"description": "Where the video is, with a signature that runs out (`MEDIA_SIGNED_SECONDS`)"},
    416: {"description": "The range lies outside the video"},
}


@router.post("/shorts", **ACCEPTED)
def create_short(
    request: ShortRequest, response: Response, caller: CurrentCaller, header_key: HeaderKey
) -> ShortAccepted:
    """Make a short of a product page, the whole way to the video."""
    made = use_cases.create(caller, request, header_key)
    response.headers["Location"] = f"{PREFIX}/shorts/{quote(made.short_id, safe='')}"
    return made


@router.get("/shorts", response_model=ShortList, responses=problem_responses())
def list_shorts(caller: CurrentCaller, query: Annotated[ShortQuery, Query()]) -> Any:
    """Return a page of the shorts that match all filters, the newest first; ``next_cursor`` leads to the next page.

    Scripts, clips and provenance are not among them, unless ``fields`` names them.
    """
    return query.answer(use_cases.find(caller, query), "shorts", use_cases.UNLISTED)


@router.get(
    "/archive",
    responses=problem_responses(404, 409) | {200: {"content": {"application/zip": {}}, "description": "The ZIP"}},
    response_class=StreamingResponse,
)
def get_archive_of_shorts(
    caller: CurrentCaller, short_id: Annotated[list[CallerId], Query(min_length=1, max_length=100)]
) -> Response:
    """Return the films of some shorts as one ZIP; `short_id` comes once for each."""
    return answer_with_zip(use_cases.films(caller, short_id), "shorts.zip")


@router.get("/shorts/{short_id}", responses=problem_responses(404, 409))
def get_short(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> ShortDetail:
    """Return a short with its product and its tasks."""
    return use_cases.get(caller, short_id, user_id)


@router.post("/shorts/{short_id}/cancel", responses=problem_responses(404, 409))
def cancel_short(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> ShortDetail:
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
    conditions: FileConditions,
    user_id: Whose = None,
    version: Version = None,
    range: Annotated[str | None, Header()] = None,
    quality: Annotated[
        int | None, Query(ge=1, le=10_000, description="A smaller copy, if the wishes asked for one.")
    ] = None,
) -> Response:
    """Return the video, or the part of it that a player asks for (RFC 9110, one range of bytes)."""
    short, video = _video(short_id, caller, user_id, version)
    shown = _copy(video, quality)
    name = use_cases.file_name(short, f" {shown.width}x{shown.height}.mp4")
    return answer_with(shown.key, "video/mp4", replace(conditions, range=range), name, redirect=True)


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
    conditions: FileConditions,
    user_id: Whose = None,
    version: Version = None,
    candidate: Annotated[int, Query(ge=1, le=3, description="Which of the candidates, the best being 1.")] = 1,
) -> Response:
    """Return the thumbnail, or another candidate for it."""
    short, video = _video(short_id, caller, user_id, version)
    thumbnails = video.thumbnails
    if candidate > len(thumbnails):
        raise NotFound(f"short {short_id} has {len(thumbnails)} candidates for its thumbnail")
    name = use_cases.file_name(short, f" {candidate}.jpg")
    return answer_with(thumbnails[candidate - 1].key, "image/jpeg", conditions, name, redirect=True)


@router.get(
    "/shorts/{short_id}/preview",
    responses=problem_responses(404, 409) | {200: {"content": {"image/webp": {}}, "description": "The preview"}},
    response_class=Response,
)
def get_preview(
    short_id: CallerId,
    caller: CurrentCaller,
    conditions: FileConditions,
    user_id: Whose = None,
    version: Version = None,
) -> Response:
    """Return an animated preview of the video, WebP of less than 3 MB."""
    short, video = _video(short_id, caller, user_id, version)
    if video.preview_key is None:
        raise NotFound(f"short {short_id} has no preview")
    return answer_with(video.preview_key, "image/webp", conditions, use_cases.file_name(short, ".webp"))


@router.get(
    "/shorts/{short_id}/variants/{variant}/stills/{scene}",
    responses=problem_responses(404, 409) | {200: {"content": {"image/jpeg": {}}, "description": "The picture"}},
    response_class=Response,
)
def get_variant_still(
    short_id: CallerId,
    variant: Annotated[int, Path(ge=0, le=4)],
    scene: Annotated[int, Path(ge=0, le=19)],
    caller: CurrentCaller,
    conditions: FileConditions,
    user_id: Whose = None,
) -> Response:
    """Return a scene (from 0) of a script (from 0) that may be chosen, as it will look, small."""
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    drawn = short.variant_stills[variant : variant + 1]
    if not drawn or scene >= len(drawn[0]):
        raise NotFound(f"short {short_id} has no picture of scene {scene} of variant {variant}")
    name = use_cases.file_name(short, f" script {variant + 1} scene {scene + 1}.jpg")
    return answer_with(drawn[0][scene], "image/jpeg", conditions, name)


@router.post("/shorts/{short_id}/variants/render", status_code=202, responses=problem_responses(404, 409, 429))
def render_variants(
    short_id: CallerId, caller: CurrentCaller, header_key: HeaderKey, user_id: Whose = None
) -> VariantsAccepted:
    """Make the videos of all scripts that wait to be chosen from: the first as this short's, each other as its own."""
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    return VariantsAccepted(short_ids=use_cases.render_variants(caller, short, header_key))


@router.get(
    "/shorts/{short_id}/archive",
    responses=problem_responses(404, 409) | {200: {"content": {"application/zip": {}}, "description": "The ZIP"}},
    response_class=StreamingResponse,
)
def get_archive(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> Response:
    """Return all files of the video as one ZIP: every size, thumbnails, captions, posts and provenance."""
    short, _ = _video(short_id, caller, user_id)
    return answer_with_zip(use_cases.archive(short), use_cases.file_name(short, ".zip"))


@router.get("/shorts/{short_id}/posts", responses=problem_responses(404, 409))
def get_posts(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> PostList:
    """Return what may be posted with the video: the script's words and hashtags, cut to what each network takes."""
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    return PostList(short_id=short.short_id, posts=use_cases.posts(short))


@router.get("/shorts/{short_id}/provenance", responses=problem_responses(404, 409))
def get_provenance(
    short_id: CallerId, caller: CurrentCaller, user_id: Whose = None, version: Version = None
) -> dict[str, Any]:
    """Return from what, and with what, the video was made: facts, voice, music and every licence.

    The same stands in the file, as its ``provenance`` tag.
    """
    return _video(short_id, caller, user_id, version)[1].provenance


@router.get(
    "/shorts/{short_id}/captions",
    responses=problem_responses(404, 409) | {200: {"content": {"text/vtt": {}}, "description": "The subtitle file"}},
    response_class=Response,
)
def get_captions(
    short_id: CallerId,
    caller: CurrentCaller,
    conditions: FileConditions,
    user_id: Whose = None,
    version: Version = None,
    format: Format = "vtt",
) -> Response:
    """Return the captions as a file: WebVTT and ASS with the time of each word, SRT with that of each phrase."""
    short, video = _video(short_id, caller, user_id, version)
    key = video.captions.get(format)
    if key is None:
        raise NotFound(f"short {short_id} has no captions as {format}")
    name = use_cases.file_name(short, f".{format}")
    return answer_with(key, MEDIA_TYPES[format], conditions, name, attachment=True)


def _video(
    short_id: str, caller: Caller, user_id: str | None, version: int | None = None
) -> tuple[shorts.Short, Video]:
    with database_answers():
        short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    video = short.video_of(version)
    if video is None:
        raise NotFound(f"short {short_id} has no video {'yet' if version is None else f'of version {version}'}")
    return short, video


def _copy(video: Video, quality: int | None) -> Video | Rendition:
    if quality is None or quality == min(video.width, video.height):
        return video
    found = next((one for one in video.renditions if one.quality == quality), None)
    if found is None:
        there = sorted({min(video.width, video.height), *(one.quality for one in video.renditions)})
        raise NotFound(f"there is no copy of quality {quality}, but {', '.join(map(str, there))}")
    return found
