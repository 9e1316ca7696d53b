"""One endpoint for each task type: 202, a ``Location``, and the task's id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.api.bodies import JsonRoute
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
from app.api.starting import ACCEPTED, Starter, Starting
from app.models import TaskStatus, TaskType
from app.services.content_analysis_service import start_content_analysis
from app.services.data_extraction_service import start_data_extraction
from app.services.finalize_short_service import start_finalize_short
from app.services.image_analysis_service import start_image_analysis
from app.services.save_scenario_service import start_save_scenario
from app.services.scenario_generation_service import start_scenario_generation
from app.services.scraping_service import start_scraping
from app.services.video_generation_service import start_video_generation
from app.storage.spool import get_spool
from app.storage.tasks import find_task_made_by

router = APIRouter(tags=["work"], route_class=JsonRoute)


@dataclass(frozen=True)
class Work:
    """What a request starts, and with what."""

    task_type: TaskType
    start: Callable[..., str]


WORK: dict[type[TaskRequest], Work] = {
    ScrapeRequest: Work(TaskType.SCRAPING, start_scraping),
    DataExtractRequest: Work(TaskType.DATA_EXTRACTION, start_data_extraction),
    ContentAnalyzeRequest: Work(TaskType.CONTENT_ANALYSIS, start_content_analysis),
    ImageAnalyzeRequest: Work(TaskType.IMAGE_ANALYSIS, start_image_analysis),
    ScenarioGenerateRequest: Work(TaskType.SCENARIO_GENERATION, start_scenario_generation),
    ScenarioSaveRequest: Work(TaskType.SAVE_SCENARIO, start_save_scenario),
    VideoGenerateRequest: Work(TaskType.VIDEO_GENERATION, start_video_generation),
    FinalizeRequest: Work(TaskType.FINALIZE_SHORT, start_finalize_short),
}


def _start(request: TaskRequest, response: Response, starting: Starter) -> TaskAccepted:
    work = WORK[type(request)]
    inputs = starting.inputs(request)
    with starting.turn(inputs, work.task_type, find_task_made_by) as made:
        task_id, status = (made.task_id, made.status) if made else (work.start(**inputs), TaskStatus.QUEUED)
    response.headers["Location"] = f"/api/v1/tasks/{task_id}"
    return TaskAccepted(task_id=task_id, status=status, short_id=request.short_id, degraded=get_spool().holds(task_id))


@router.post("/scrape", **ACCEPTED)
def scrape(request: ScrapeRequest, response: Response, starting: Starting) -> TaskAccepted:
    """Extract the product from a page."""
    return _start(request, response, starting)


@router.post("/data/extract", **ACCEPTED)
def extract_data(request: DataExtractRequest, response: Response, starting: Starting) -> TaskAccepted:
    """Extract many products; bad rows are reported and kept apart."""
    return _start(request, response, starting)


@router.post("/content/analyze", **ACCEPTED)
def analyze_content(request: ContentAnalyzeRequest, response: Response, starting: Starting) -> TaskAccepted:
    """Analyse a product's text, or any text."""
    return _start(request, response, starting)


@router.post("/image/analyze", **ACCEPTED)
def analyze_images(request: ImageAnalyzeRequest, response: Response, starting: Starting) -> TaskAccepted:
    """Measure and rank a product's pictures."""
    return _start(request, response, starting)


@router.post("/scenario/generate", **ACCEPTED)
def generate_scenario(request: ScenarioGenerateRequest, response: Response, starting: Starting) -> TaskAccepted:
    """Write a scenario; its session waits until the scenario is saved."""
    return _start(request, response, starting)


@router.post("/scenario/save", **ACCEPTED)
def save_scenario(request: ScenarioSaveRequest, response: Response, starting: Starting) -> TaskAccepted:
    """Save the reviewed scenario."""
    return _start(request, response, starting)


@router.post("/video/generate", **ACCEPTED)
def generate_video(request: VideoGenerateRequest, response: Response, starting: Starting) -> TaskAccepted:
    """Render one scene."""
    return _start(request, response, starting)


@router.post("/shorts/finalize", **ACCEPTED)
def finalize(request: FinalizeRequest, response: Response, starting: Starting) -> TaskAccepted:
    """Make the video of the rendered scenes."""
    return _start(request, response, starting)
