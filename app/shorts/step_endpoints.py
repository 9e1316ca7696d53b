"""One endpoint for each task type: 202, a ``Location``, and the task's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.access.caller import CurrentCaller
from app.http import PREFIX
from app.http.bodies import JsonRoute
from app.http.schemas import (
    ContentAnalyzeRequest,
    DataExtractRequest,
    FinalizeRequest,
    ImageAnalyzeRequest,
    ScenarioGenerateRequest,
    ScenarioSaveRequest,
    ScrapeRequest,
    TaskAccepted,
    TaskRequest,
    VideoGenerateRequest,
)
from app.shorts.steps.requests import start_step
from app.tasks.starting import ACCEPTED, HeaderKey

router = APIRouter(tags=["work"], route_class=JsonRoute)


async def _accept(
    response: Response, caller: CurrentCaller, header_key: HeaderKey
) -> Callable[[TaskRequest], TaskAccepted]:
    def accept(request: TaskRequest) -> TaskAccepted:
        accepted = start_step(caller, request, header_key)
        response.headers["Location"] = f"{PREFIX}/tasks/{accepted.task_id}"
        return accepted

    return accept


Accept = Annotated[Callable[[TaskRequest], TaskAccepted], Depends(_accept)]
"""Starts what a request asks for, and says where it is."""


@router.post("/scrape", **ACCEPTED)
def scrape(request: ScrapeRequest, accept: Accept) -> TaskAccepted:
    """Extract the product from a page."""
    return accept(request)


@router.post("/data/extract", **ACCEPTED)
def extract_data(request: DataExtractRequest, accept: Accept) -> TaskAccepted:
    """Extract many products; bad rows are reported and kept apart."""
    return accept(request)


@router.post("/content/analyze", **ACCEPTED)
def analyze_content(request: ContentAnalyzeRequest, accept: Accept) -> TaskAccepted:
    """Analyse a product's text, or any text."""
    return accept(request)


@router.post("/image/analyze", **ACCEPTED)
def analyze_images(request: ImageAnalyzeRequest, accept: Accept) -> TaskAccepted:
    """Measure and rank a product's pictures."""
    return accept(request)


@router.post("/scenario/generate", **ACCEPTED)
def generate_scenario(request: ScenarioGenerateRequest, accept: Accept) -> TaskAccepted:
    """Write a scenario; its session waits until the scenario is saved."""
    return accept(request)


@router.post("/scenario/save", **ACCEPTED)
def save_scenario(request: ScenarioSaveRequest, accept: Accept) -> TaskAccepted:
    """Save the reviewed scenario."""
    return accept(request)


@router.post("/video/generate", **ACCEPTED)
def generate_video(request: VideoGenerateRequest, accept: Accept) -> TaskAccepted:
    """Render one scene."""
    return accept(request)


@router.post("/shorts/finalize", **ACCEPTED)
def finalize(request: FinalizeRequest, accept: Accept) -> TaskAccepted:
    """Make the video of the rendered scenes."""
    return accept(request)
