"""How far a short is: its tasks as the steps that a person sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.http.schemas import ShortDetail
from app.models import TaskInfo, TaskStatus, TaskType, utc_now
from app.shorts.repository import Short, ShortStatus
from app.tasks.registry import OF_A_SHORT, TASK_SPECS
from app.web.words import length, recovery

AFTER_SAVING = (TaskType.VIDEO_GENERATION, TaskType.FINALIZE_SHORT)
"""A scenario that is saved anew makes these again; those of the version before count no longer."""


@dataclass(frozen=True)
class Step:
    """One line of the progress. ``state``: later, now, wait, done, bad or off (cancelled)."""

    task_type: TaskType
    state: str
    percent: float
    note: str
    time: str

    @property
    def name(self) -> str:
        """What a person calls it."""
        return TASK_SPECS[self.task_type].label


def steps(detail: ShortDetail) -> list[Step]:
    """Return the steps of a short, in order."""
    return [_step(spec.type, _present(detail, spec.type), detail) for spec in OF_A_SHORT]


def live_tasks(detail: ShortDetail) -> list[TaskInfo]:
    """Return the tasks that are under way."""
    return [task for task in detail.tasks if not task.ended]


def _present(detail: ShortDetail, task_type: TaskType) -> list[TaskInfo]:
    """Return the tasks of a type that belong to the present version of the scenario."""
    found = [task for task in detail.tasks if task.task_type is task_type]
    mark = f"-v{detail.short.scenario_version}"
    versioned = [task for task in found if str(task.metadata.get("step", "")).endswith(mark)]
    if task_type in AFTER_SAVING and any("step" in task.metadata for task in found):
        return versioned
    latest: dict[object, TaskInfo] = {}
    for task in found:
        latest[task.metadata.get("scene")] = task
    return list(latest.values())


def _step(task_type: TaskType, tasks: list[TaskInfo], detail: ShortDetail) -> Step:
    short = detail.short
    waits = task_type is TaskType.SAVE_SCENARIO and short.status is ShortStatus.WAITING
    if waits and not any(not task.ended for task in tasks):
        return Step(task_type, "wait", 0, "The scenario is written, and waits for your review.", "")
    if not tasks:
        return (
            Step(task_type, "done", 100, "", "") if _shown_by(short)[task_type] else Step(task_type, "later", 0, "", "")
        )
    failed = [task for task in tasks if task.status is TaskStatus.FAILED]
    if failed:
        return Step(task_type, "bad", 100, failed[0].error or "It failed.", _time(tasks))
    if any(task.status is TaskStatus.CANCELLED for task in tasks):
        return Step(task_type, "off", 0, "", _time(tasks))
    if task_type is TaskType.VIDEO_GENERATION and short.scenario:
        return _scenes(tasks, len(short.scenario.scenes))
    task = tasks[-1]
    if task.status is TaskStatus.COMPLETED:
        return Step(task_type, "done", 100, "", _time(tasks))
    note = recovery(task) or task.step or ("Queued" if task.status is TaskStatus.QUEUED else "")
    return Step(task_type, "now", task.progress, note, _time(tasks))


def _shown_by(short: Short) -> dict[TaskType, bool]:
    """Return which steps are done by what a short has: their tasks may be too old to be kept."""
    written = short.scenario is not None
    return {
        TaskType.SCRAPING: short.product_id is not None,
        TaskType.IMAGE_ANALYSIS: written,
        TaskType.CONTENT_ANALYSIS: written,
        TaskType.SCENARIO_GENERATION: written,
        TaskType.SAVE_SCENARIO: short.scenario_version > 0,
        TaskType.VIDEO_GENERATION: short.video is not None,
        TaskType.FINALIZE_SHORT: short.video is not None,
    }


def _scenes(tasks: list[TaskInfo], count: int) -> Step:
    done = sum(task.status is TaskStatus.COMPLETED for task in tasks)
    if done >= count:
        return Step(TaskType.VIDEO_GENERATION, "done", 100, f"{count} scenes", _time(tasks))
    percent = sum(100 if task.status is TaskStatus.COMPLETED else task.progress for task in tasks) / count
    troubled = next((text for task in tasks if not task.ended and (text := recovery(task))), None)
    note = f"Scene {min(done + 1, count)} of {count}" + (f": {troubled}" if troubled else "")
    return Step(TaskType.VIDEO_GENERATION, "now", percent, note, _time(tasks))


def _time(tasks: list[TaskInfo]) -> str:
    begun: list[datetime] = [task.started_at for task in tasks if task.started_at]
    if not begun:
        return ""
    ended = [task.ended_at for task in tasks if task.ended_at]
    over = all(task.ended for task in tasks) and ended
    seconds = ((max(ended) if over else utc_now()) - min(begun)).total_seconds()
    return length(max(0.0, seconds)) if over else f"{max(0, round(seconds))} s"
