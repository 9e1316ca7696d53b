"""One endpoint for each task type: 202, a ``Location``, and the task's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from app.api.problems import problem_responses
from app.api.schemas import (
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
from app.models import TaskStatus
from app.services.content_analysis_service import start_content_analysis
from app.services.data_extraction_service import start_data_extraction
from app.services.finalize_short_service import start_finalize_short
from app.services.image_analysis_service import start_image_analysis
from app.services.save_scenario_service import start_save_scenario
from app.services.scenario_generation_service import start_scenario_generation
from app.services.scraping_service import start_scraping
from app.services.video_generation_service import start_video_generation
from app.storage.spool import get_spool

router = APIRouter(tags=["work"])
STARTERS: dict[type[TaskRequest], Callable[..., str]] = {
    ScrapeRequest: start_scraping,
    DataExtractRequest: start_data_extraction,
    ContentAnalyzeRequest: start_content_analysis,
    ImageAnalyzeRequest: start_image_analysis,
    ScenarioGenerateRequest: start_scenario_generation,
    ScenarioSaveRequest: start_save_scenario,
    VideoGenerateRequest: start_video_generation,
    FinalizeRequest: start_finalize_short,
}
ACCEPTED: dict[str, Any] = {"status_code": 202, "responses": problem_responses(404, 409)}


def _start(request: TaskRequest, response: Response) -> TaskAccepted:
    inputs = {name: getattr(request, name) for name in type(request).model_fields}
    task_id = STARTERS[type(request)](**inputs)
    response.headers["Location"] = f"/api/v1/tasks/{task_id}"
    return TaskAccepted(
        task_id=task_id, status=TaskStatus.QUEUED, short_id=request.short_id, degraded=get_spool().holds(task_id)
    )


@router.post("/scrape", **ACCEPTED)
def scrape(request: ScrapeRequest, response: Response) -> TaskAccepted:
    """Extract the product from a page."""
    return _start(request, response)


@router.post("/data/extract", **ACCEPTED)
def extract_data(request: DataExtractRequest, response: Response) -> TaskAccepted:
    """Extract many products; bad rows are reported and kept apart."""
    return _start(request, response)


@router.post("/content/analyze", **ACCEPTED)
def analyze_content(request: ContentAnalyzeRequest, response: Response) -> TaskAccepted:
    """Analyse a product's text, or any text."""
    return _start(request, response)


@router.post("/image/analyze", **ACCEPTED)
def analyze_images(request: ImageAnalyzeRequest, response: Response) -> TaskAccepted:
    """Measure and rank a product's pictures."""
    return _start(request, response)


@router.post("/scenario/generate", **ACCEPTED)
def generate_scenario(request: ScenarioGenerateRequest, response: Response) -> TaskAccepted:
    """Write a scenario; its session waits until the scenario is saved."""
    return _start(request, response)


@router.post("/scenario/save", **ACCEPTED)
def save_scenario(request: ScenarioSaveRequest, response: Response) -> TaskAccepted:
    """Save the reviewed scenario."""
    return _start(request, response)


@router.post("/video/generate", **ACCEPTED)
def generate_video(request: VideoGenerateRequest, response: Response) -> TaskAccepted:
    """Render one scene."""
    return _start(request, response)


@router.post("/shorts/finalize", **ACCEPTED)
def finalize(request: FinalizeRequest, response: Response) -> TaskAccepted:
    """Make the video of the rendered scenes."""
    return _start(request, response)
