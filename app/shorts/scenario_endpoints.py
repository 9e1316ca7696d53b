"""The scenario of a short as a person edits it: read, replaced, undone, gone back in; and pictures of it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from app.access.caller import CurrentCaller
from app.errors import NotFound
from app.http.bodies import JsonRoute
from app.http.files import ASKED_AGAIN, FileConditions, answer_with
from app.http.problems import problem_responses
from app.http.schemas import SceneRegenerateRequest
from app.models import CallerId, ImageAnalysis, Scenario, Style
from app.shorts import repository as shorts
from app.shorts import use_cases
from app.shorts.endpoints import Whose
from app.shorts.preview import scene_still
from app.shorts.revisions import REVISION, Revision

router = APIRouter(tags=["shorts"], route_class=JsonRoute)
pictures = APIRouter(tags=["shorts"])
"""What takes files."""
PICTURE = {"image/*": {"schema": {"type": "string", "format": "binary"}}}
_IfMatch = Annotated[
    str | None,
    Header(
        max_length=100,
        description="The revision that the edit rests on, as the ETag of the scenario says it; 409 if it is another.",
    ),
]
QUOTED = re.compile(r'(?:W/)?"(.*)"')


async def _expected(if_match: _IfMatch = None) -> str | None:
    if if_match is None or if_match.strip() == "*":
        return None
    quoted = QUOTED.fullmatch(if_match.strip())
    return quoted[1] if quoted else if_match.strip()


Expected = Annotated[str | None, Depends(_expected)]
"""The revision that an edit rests on; None: whichever there is."""


@router.get("/shorts/{short_id}/scenario", responses=problem_responses(404, 409))
def get_scenario(short_id: CallerId, caller: CurrentCaller, answer: Response, user_id: Whose = None) -> Scenario:
    """Return the scenario as it is edited; its ``ETag`` names the revision, for ``If-Match`` of an edit."""
    return _edited(shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id), answer)


@router.put("/shorts/{short_id}/scenario", responses=problem_responses(404, 409))
def edit_scenario(
    short_id: CallerId,
    scenario: Scenario,
    caller: CurrentCaller,
    answer: Response,
    expected: Expected,
    user_id: Whose = None,
) -> Scenario:
    """Replace the scenario by an edited one, which waits to be saved: of a short that waits, or has its video."""
    return _edited(use_cases.edit_scenario(caller, short_id, scenario, user_id, expected=expected), answer)


@router.post("/shorts/{short_id}/scenario/scenes/{scene}", responses=problem_responses(404, 409))
def regenerate_scene(
    short_id: CallerId,
    scene: Annotated[int, Path(ge=0, le=19)],
    request: SceneRegenerateRequest,
    caller: CurrentCaller,
    answer: Response,
    expected: Expected,
    user_id: Whose = None,
) -> Scenario:
    """Write one scene (from 0) of the scenario anew; the others stay as they are."""
    short = use_cases.regenerate_scene(caller, short_id, scene, request.seed, user_id, expected=expected)
    return _edited(short, answer)


@router.post("/shorts/{short_id}/scenario/revisions/undo", responses=problem_responses(404, 409))
def undo_edit(
    short_id: CallerId, caller: CurrentCaller, answer: Response, expected: Expected, user_id: Whose = None
) -> Scenario:
    """Undo the last edit of the scenario; it can be redone."""
    return _edited(use_cases.step_scenario(caller, short_id, "undo", user_id, expected), answer)


@router.post("/shorts/{short_id}/scenario/revisions/redo", responses=problem_responses(404, 409))
def redo_edit(
    short_id: CallerId, caller: CurrentCaller, answer: Response, expected: Expected, user_id: Whose = None
) -> Scenario:
    """Redo the edit of the scenario that was undone last."""
    return _edited(use_cases.step_scenario(caller, short_id, "redo", user_id, expected), answer)


@router.get("/shorts/{short_id}/scenario/revisions", responses=problem_responses(404, 409))
def list_revisions(short_id: CallerId, caller: CurrentCaller, user_id: Whose = None) -> list[Revision]:
    """Return the revisions of the scenario that were kept, the latest first; there are none before the first edit."""
    return use_cases.list_revisions(caller, short_id, user_id)


@router.post("/shorts/{short_id}/scenario/revisions/{revision}/restore", responses=problem_responses(404, 409))
def restore_revision(
    short_id: CallerId,
    revision: Annotated[str, Path(pattern=REVISION)],
    caller: CurrentCaller,
    answer: Response,
    expected: Expected,
    user_id: Whose = None,
) -> Scenario:
    """Go back to a kept revision of the scenario, as one more edit."""
    return _edited(use_cases.restore_revision(caller, short_id, revision, user_id, expected), answer)


@router.get(
    "/shorts/{short_id}/scenario/scenes/{scene}/still",
    responses=problem_responses(404, 409) | {200: {"content": {"image/jpeg": {}}, "description": "The picture"}},
    response_class=Response,
)
def get_scene_still(
    short_id: CallerId,
    scene: Annotated[int, Path(ge=0, le=19)],
    caller: CurrentCaller,
    conditions: FileConditions,
    style: Annotated[Style | None, Query(description="In place of the scenario's own.")] = None,
    user_id: Whose = None,
) -> Response:
    """Return one scene (from 0) of the scenario as it will look, at 480 pixels of the shorter side."""
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    name, draw = scene_still(short, scene, style)
    headers = ASKED_AGAIN | {"ETag": f'"{name}"'}
    if conditions.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(draw(), headers=headers, media_type="image/jpeg")


async def _body(request: Request) -> bytes:
    return await request.body()


@pictures.post(
    "/shorts/{short_id}/pictures",
    status_code=201,
    responses=problem_responses(404, 409, 413),
    openapi_extra={
        "requestBody": {"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def add_picture(
    short_id: CallerId, caller: CurrentCaller, data: Annotated[bytes, Depends(_body)], user_id: Whose = None
) -> ImageAnalysis:
    """Add a picture of your own, the body, to those that scenes may show: ``url`` names it in a scenario."""
    return use_cases.add_picture(caller, short_id, data, user_id)


@router.get(
    "/shorts/{short_id}/scenario/{picture}",
    responses=problem_responses(404, 409) | {200: {"content": {"image/jpeg": {}}, "description": "The picture"}},
    response_class=Response,
)
def get_still(
    short_id: CallerId,
    picture: Literal["preview", "thumbnail"],
    caller: CurrentCaller,
    conditions: FileConditions,
    user_id: Whose = None,
) -> Response:
    """Return the first scene as it will look, or the proposal for the thumbnail."""
    short = shorts.get_named_short(short_id, owner=caller.owner, user_id=user_id)
    stills = short.stills
    if stills is None:
        raise NotFound(f"short {short_id} has no {picture} yet")
    key = stills.preview_key if picture == "preview" else stills.thumbnail_key
    return answer_with(key, "image/jpeg", conditions, use_cases.file_name(short, f" {picture}.jpg"))


def _edited(short: shorts.Short, answer: Response) -> Scenario:
    scenario = short.written_scenario()
    answer.headers["ETag"] = f'"{short.revision}"'
    return scenario
