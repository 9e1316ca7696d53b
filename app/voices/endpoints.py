"""The voices of this machine, and how each sounds; and the music of each mood."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.access.caller import CurrentCaller
from app.errors import NotFound
from app.http.problems import problem_responses
from app.models import Mood
from app.rendering.voice import VOICES
from app.voices import use_cases
from app.voices.use_cases import VoiceList

router = APIRouter(tags=["shorts"])
Code = Annotated[str, Query(pattern="^[a-z]{2,3}$", description="ISO 639, such as `de`.")]


@router.get("/voices", responses=problem_responses())
def list_voices(caller: CurrentCaller, language: Code | None = None) -> VoiceList:
    """Return the voices that speak a language, the best first; without one, those of all that can be heard."""
    return use_cases.find(language)


@router.get(
    "/voices/{name}/sample",
    responses=problem_responses(404) | {200: {"content": {"audio/wav": {}}, "description": "The voice, some seconds"}},
    response_class=Response,
)
def get_voice_sample(
    name: Annotated[str, Path(min_length=1, max_length=40)], caller: CurrentCaller, language: Code
) -> Response:
    """Return a voice saying a sentence of a product, as WAV."""
    if not any(voice.name == name for voice in VOICES):
        raise NotFound(f"there is no voice {name}")
    sound = use_cases.sample(name, language)
    return Response(sound, headers={"Cache-Control": "private, max-age=86400"}, media_type="audio/wav")


@router.get(
    "/music/{mood}/sample",
    responses=problem_responses(404) | {200: {"content": {"audio/ogg": {}}, "description": "A track of the mood"}},
    response_class=Response,
)
def get_music_sample(
    mood: Mood,
    caller: CurrentCaller,
    title: Annotated[str, Query(max_length=150, description="The scenario's, which has the track chosen.")] = "",
    seed: Annotated[int, Query(ge=0, lt=2**63, description="The wishes'.")] = 0,
) -> Response:
    """Return the track that a film of the mood has, whole (Ogg Opus)."""
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(use_cases.music_track(mood, title, seed), headers=headers, media_type="audio/ogg")
