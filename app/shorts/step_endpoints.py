"""One endpoint for each task type: 202, a ``Location``, and the task's id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Response

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
from app.models import TaskStatus, TaskType
from app.products.data_extraction import start_data_extraction
from app.shorts.steps.analyze_images import start_image_analysis
from app.shorts.steps.analyze_text import start_content_analysis
from app.shorts.steps.finalize import start_finalize_short
from app.shorts.steps.render_scene import start_video_generation
from app.shorts.steps.save_scenario import start_save_scenario
from app.shorts.steps.scrape import start_scraping
from app.shorts.steps.write_scenario import start_scenario_generation
from app.tasks.repository import find_task_made_by
from app.tasks.spool import get_spool
from app.tasks.starting import ACCEPTED, Starter, Starting

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
