"""What the command line draws: progress of a short, tables of sessions and tasks, a product's card."""

from __future__ import annotations

import json as json_module
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from app.db.client import database_answers
from app.errors import WorkFailed
from app.models import SessionInfo, TaskInfo, TaskStatus, TaskType, iso_seconds
from app.processes.worker_process import WorkerProcess
from app.shorts import repository as shorts
from app.shorts.repository import Short, ShortStatus
from app.tasks.registry import STAGES
from app.tasks.repository import being_saved, tasks_of_short

POLL_SECONDS = 0.25
MAX_DEATHS = 5
out = Console()
err = Console(stderr=True)
Listed = TypeVar("Listed", bound=BaseModel)


def print_list(
    found: Sequence[Listed], json: bool, none: str, columns: Sequence[str], row: Callable[[Listed], Sequence[str]]
) -> None:
    """Print records as JSON, or as a table with a row of Rich's markup for each; ``none``: what is said of none."""
    if json:
        print(json_module.dumps([one.model_dump(mode="json") for one in found]))
    elif not found:
        out.print(none)
    else:
        table = Table(*columns)
        for one in found:
            table.add_row(*row(one))
        out.print(table)


def watch_short(short_id: str, worker: WorkerProcess, console: Console = err) -> Short:
    """Draw a bar for each stage of a short, with the time it took and the time left, until it ends or waits.

    Raises:
        WorkFailed: it has failed or was cancelled, or the worker has ended.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description:<24}"), BarColumn(32), TaskProgressColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn(compact=True), TextColumn("{task.fields[note]}", markup=False))
    with Progress(*columns, *times, console=console) as progress:
        bars = {stage: progress.add_task(stage, total=100, start=False, note="") for stage in STAGES}
        while True:
            with database_answers():
                short, tasks = shorts.get_short(short_id), tasks_of_short(short_id)
            for stage, types in STAGES.items():
                _draw(progress, bars[stage], [task for task in tasks if task.task_type in types], short)
            waits = short.status is ShortStatus.WAITING and not being_saved(tasks, short.updated_at)
            if waits or short.status is ShortStatus.COMPLETED:
                return short
            if short.status in (ShortStatus.FAILED, ShortStatus.CANCELLED):
                raise WorkFailed(short.error or f"the short was {short.status.value}")
            if worker.deaths >= MAX_DEATHS:
                raise WorkFailed("the worker keeps dying; the short goes on when ShopReel runs again")
            time.sleep(POLL_SECONDS)


@contextmanager
def drawing_bar(console: Console = err) -> Iterator[Callable[[float, str], None]]:
    """Yield what draws a bar when it is told the share that is done (0..1) and the step."""
    with Progress(SpinnerColumn(), TextColumn("{task.description:<24}"), BarColumn(32), console=console) as progress:
        bar = progress.add_task("Drawing the scenes", total=1.0)
        yield lambda share, step: progress.update(bar, completed=share)


def _draw(progress: Progress, bar: TaskID, tasks: Sequence[TaskInfo], short: Short) -> None:
    if not tasks:
        return
    progress.start_task(bar)
    expected = len(tasks)
    if tasks[0].task_type is TaskType.VIDEO_GENERATION and short.scenario:
        expected = max(expected, len(short.scenario.scenes))
    share = sum(100.0 if task.status is TaskStatus.COMPLETED else task.progress for task in tasks) / expected
    running = next((task for task in tasks if not task.ended), None)
    note = "" if running is None else running.step or running.status.value
    progress.update(bar, completed=share, note=note)
    if share >= 100:
        progress.stop_task(bar)


def session_table(sessions: Sequence[SessionInfo], tasks: dict[str, TaskInfo]) -> Table:
    """Return sessions as a table, each with its task's progress."""
    table = Table("Short", "Task type", "Status", "Progress", "Step", "Since", "Task")
    for session in sessions:
        task = tasks.get(session.task_id)
        table.add_row(
            escape(session.short_id),
            session.task_type.value,
            session.status.value,
            f"{task.progress:.0f} %" if task else "",
            escape(task.step or "") if task else "",
            iso_seconds(session.created_at),
            escape(session.task_id),
        )
    return table


def task_table(tasks: Sequence[TaskInfo]) -> Table:
    """Return tasks as a table."""
    table = Table("Task", "Task type", "Status", "Progress", "Short", "Created", "Step or error")
    for task in tasks:
        table.add_row(
            escape(task.task_id),
            task.task_type.value,
            task.status.value,
            f"{task.progress:.0f} %",
            escape(task.short_id or ""),
            iso_seconds(task.created_at),
            escape(task.error or task.step or ""),
        )
    return table
