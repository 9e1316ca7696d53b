"""Starting one task by a request: routes and pages alike come through here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.access.caller import Caller
from app.http import PREFIX
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
from app.tasks.starting import Starter


@dataclass(frozen=True)
class Work:
    """What a request starts, and with what."""

    task_type: TaskType
    start: Callable[..., str]
    path: str
    """Of its route, under ``PREFIX``."""


WORK: dict[type[TaskRequest], Work] = {
    ScrapeRequest: Work(TaskType.SCRAPING, start_scraping, "/scrape"),
    DataExtractRequest: Work(TaskType.DATA_EXTRACTION, start_data_extraction, "/data/extract"),
    ContentAnalyzeRequest: Work(TaskType.CONTENT_ANALYSIS, start_content_analysis, "/content/analyze"),
    ImageAnalyzeRequest: Work(TaskType.IMAGE_ANALYSIS, start_image_analysis, "/image/analyze"),
    ScenarioGenerateRequest: Work(TaskType.SCENARIO_GENERATION, start_scenario_generation, "/scenario/generate"),
    ScenarioSaveRequest: Work(TaskType.SAVE_SCENARIO, start_save_scenario, "/scenario/save"),
    VideoGenerateRequest: Work(TaskType.VIDEO_GENERATION, start_video_generation, "/video/generate"),
    FinalizeRequest: Work(TaskType.FINALIZE_SHORT, start_finalize_short, "/shorts/finalize"),
}


def start_step(caller: Caller, request: TaskRequest, header_key: str | None = None) -> TaskAccepted:
    """Start the task that a request asks for, or tell of the one that the same request has started.

    Raises:
        InvalidInput, Conflict, NotFound: as the function that starts it.
        Forbidden: the request names what is not the caller's.
        TooMany: a limit is reached.
    """
    work = WORK[type(request)]
    starter = Starter(caller, PREFIX + work.path, header_key)
    inputs = starter.inputs(request)
    with starter.admit(inputs, work.task_type, find_task_made_by) as made:
        task_id, status = (made.task_id, made.status) if made else (work.start(**inputs), TaskStatus.QUEUED)
    return TaskAccepted(task_id=task_id, status=status, short_id=request.short_id, degraded=get_spool().holds(task_id))
