"""The kinds of work: one entry a task type says all that the rest of ShopReel must know of it.

Another type is a member of ``app.models.TaskType``, an entry here, and the function that does its work.
"""

from __future__ import annotations

from collections.abc import Callable
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
    run: str
    """``module:function`` that does the work of a task, given its ``TaskContext``, and returns its result."""
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

    def function(self) -> Callable[[Any], dict[str, Any]]:
        """Return the function that does the work; its module is imported."""
        module, _, name = self.run.partition(":")
        found: Callable[[Any], dict[str, Any]] = getattr(import_module(module), name)
        return found


SPECS = (
    TaskSpec(
        TaskType.SCRAPING,
        run="app.shorts.steps.scrape:run",
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
        run="app.shorts.steps.analyze_images:run",
        label="Look at the pictures",
        step=2,
        stage="Looking at the pictures",
        hint="The shop's pictures could not be used. Try again in a while, or try another product.",
    ),
    TaskSpec(
        TaskType.CONTENT_ANALYSIS,
        run="app.shorts.steps.analyze_text:run",
        label="Read the text",
        step=2,
        stage="Looking at the pictures",
    ),
    TaskSpec(
        TaskType.SCENARIO_GENERATION,
        run="app.shorts.steps.write_scenario:run",
        label="Write the scenario",
        session=SessionRule(kept=True),
        step=3,
        stage="Writing the scenario",
        hint="The page holds too little to tell. Try another style or length, or another page.",
    ),
    TaskSpec(
        TaskType.SAVE_SCENARIO,
        run="app.shorts.steps.save_scenario:run",
        label="Save the scenario",
        step=4,
        stage="Writing the scenario",
        hint="Open the review, mend what is marked there, and save again.",
    ),
    TaskSpec(
        TaskType.VIDEO_GENERATION,
        run="app.shorts.steps.render_scene:run",
        label="Render the scenes",
        queue="render",
        step=5,
        stage="Rendering the scenes",
        hint=AGAIN,
    ),
    TaskSpec(
        TaskType.FINALIZE_SHORT,
        run="app.shorts.steps.finalize:run",
        label="Make the video",
        queue="render",
        step=6,
        stage="Making the video",
        hint=AGAIN,
    ),
    TaskSpec(
        TaskType.DATA_EXTRACTION,
        run="app.products.data_extraction:run",
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
