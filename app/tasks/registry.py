"""The kinds of work: one entry a task type says all that the rest of ShopReel must know of it.

Another type is a member of ``app.enums.TaskType``, an entry here, and a module with its request, ``start`` and ``run``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from typing import Any, Literal

from app.models import TaskType

Queue = Literal["light", "render"]
"""What renders for a minute must not stand before what answers in a second."""
AGAIN = "Try again: what was made already is used again."


@dataclass(frozen=True)
class SessionRule:
    """The session of one task type, for tasks that belong to a short."""

    created: bool = True
    """The session begins with the task's creation (else there is none)."""
    kept: bool = False
    """The session outlives its task, its status following the task's, until the scenario of its short is saved."""


@dataclass(frozen=True)
class TaskSpec:
    """One kind of work."""

    type: TaskType
    module: str
    """Where its function ``run`` does the work of a task, given its ``TaskContext``, and returns its result."""
    request: str
    """The class in the module that says what a request for a task holds, of those in ``app.http.schemas``."""
    start: str
    """The function in the module that records and enqueues a task, given a request's fields, and returns its id."""
    path: str
    """Of its route, under ``app.http.PREFIX``."""
    route: str
    """The route's name, of which clients make the name of a function."""
    does: str
    """What a task does, in a sentence."""
    label: str
    """What the dashboard calls it."""
    queue: Queue = "light"
    """The pool of threads that does it."""
    session: SessionRule = SessionRule()
    step: int = 0
    """Which step of a short it is, from 1; those of one number run side by side. 0: it is none."""
    stage: str = ""
    """What a terminal's bar says while it runs."""
    hint: str = ""
    """What to do where it failed for good."""

    def find(self, name: str) -> Any:
        """Return what its module has under a name; it is imported only now."""
        return getattr(import_module(self.module), name)


SPECS = (
    TaskSpec(
        TaskType.SCRAPING,
        module="app.shorts.steps.scrape",
        request="ScrapeRequest",
        start="start_scraping",
        path="/scrape",
        route="scrape",
        does="Extract the product from a page.",
        label="Read the page",
        session=SessionRule(created=False),
        step=1,
        stage="Reading the page",
        hint=(
            "Check that the address opens a product's own page. If the shop keeps programs out, save the page in your "
            "browser (Ctrl+S) and give the file instead."
        ),
    ),
    TaskSpec(
        TaskType.IMAGE_ANALYSIS,
        module="app.shorts.steps.analyze_images",
        request="ImageAnalyzeRequest",
        start="start_image_analysis",
        path="/image/analyze",
        route="analyze_images",
        does="Measure and rank a product's pictures.",
        label="Look at the pictures",
        step=2,
        stage="Looking at the pictures",
        hint="The shop's pictures could not be used. Try again in a while, or try another product.",
    ),
    TaskSpec(
        TaskType.CONTENT_ANALYSIS,
        module="app.shorts.steps.analyze_text",
        request="ContentAnalyzeRequest",
        start="start_content_analysis",
        path="/content/analyze",
        route="analyze_content",
        does="Analyse a product's text, or any text.",
        label="Read the text",
        step=2,
        stage="Looking at the pictures",
    ),
    TaskSpec(
        TaskType.SCENARIO_GENERATION,
        module="app.shorts.steps.write_scenario",
        request="ScenarioGenerateRequest",
        start="start_scenario_generation",
        path="/scenario/generate",
        route="generate_scenario",
        does="Write a scenario; its session waits until the scenario is saved.",
        label="Write the script",
        session=SessionRule(kept=True),
        step=3,
        stage="Writing the script",
        hint="The page holds too little to tell. Try another style or length, or another page.",
    ),
    TaskSpec(
        TaskType.SAVE_SCENARIO,
        module="app.shorts.steps.save_scenario",
        request="ScenarioSaveRequest",
        start="start_save_scenario",
        path="/scenario/save",
        route="save_scenario",
        does="Save the reviewed scenario.",
        label="Save the script",
        step=4,
        stage="Writing the script",
        hint="Open the review, mend what is marked there, and save again.",
    ),
    TaskSpec(
        TaskType.VIDEO_GENERATION,
        module="app.shorts.steps.render_scene",
        request="VideoGenerateRequest",
        start="start_video_generation",
        path="/video/generate",
        route="generate_video",
        does="Render one scene.",
        label="Render the scenes",
        queue="render",
        step=5,
        stage="Rendering the scenes",
        hint=AGAIN,
    ),
    TaskSpec(
        TaskType.FINALIZE_SHORT,
        module="app.shorts.steps.finalize",
        request="FinalizeRequest",
        start="start_finalize_short",
        path="/shorts/finalize",
        route="finalize",
        does="Make the video of the rendered scenes.",
        label="Make the video",
        queue="render",
        step=6,
        stage="Making the video",
        hint=AGAIN,
    ),
    TaskSpec(
        TaskType.DATA_EXTRACTION,
        module="app.products.data_extraction",
        request="DataExtractRequest",
        start="start_data_extraction",
        path="/data/extract",
        route="extract_data",
        does="Extract many products; bad rows are reported and kept apart.",
        label="Extract products",
    ),
)
"""The steps of a short in their order, then what belongs to none."""
TASK_SPECS = {spec.type: spec for spec in SPECS}
assert TASK_SPECS.keys() == set(TaskType)
KEPT_TYPES = [spec.type.value for spec in SPECS if spec.session.kept]
"""Types whose sessions outlive their tasks."""
OF_A_SHORT = tuple(spec for spec in SPECS if spec.step)
STEPS = tuple(tuple(spec.type for spec in step) for _, step in groupby(OF_A_SHORT, key=lambda spec: spec.step))
"""The task types of each step of a short."""
STAGES = {
    stage: tuple(spec.type for spec in specs) for stage, specs in groupby(OF_A_SHORT, key=lambda spec: spec.stage)
}
"""What a terminal's bar says -> the task types of which it tells."""
