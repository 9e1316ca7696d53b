"""How far a short is: one percent, the time that is left, and its place in the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.models import TaskInfo, TaskStatus, utc_now
from app.shorts.repository import Short, ShortStatus
from app.tasks.repository import count_ahead

SHARES = {"scrape": 6.0, "images": 12.0, "text": 2.0, "scenario": 6.0, "save": 1.0, "scene": 55.0, "video": 18.0}
"""Percent of the whole way that a step is, by the time that it takes on a machine with two cores; all scenes together.
"""
FEWEST_PERCENT = 5.0
"""Before that nothing can be said of the time that is left."""


def percent_of(short: Short, tasks: Sequence[TaskInfo] = ()) -> float:
    """Return how far a short is, 0 to 100; ``tasks``: its own, by which the steps under way are counted in part."""
    if short.status is ShortStatus.COMPLETED:
        return 100.0
    version = short.scenario_version
    scenes = len(short.scenario.scenes) if short.scenario else 1
    shares = {name: share for name, share in SHARES.items() if name not in ("scene", "video")}
    done = set(short.done) | (set(shares) if version else set())
    shares |= {f"scene-{number}-v{version}": SHARES["scene"] / scenes for number in range(scenes)}
    shares[f"video-v{version}"] = SHARES["video"]
    running = {str(task.metadata.get("step")): task.progress for task in tasks if not task.ended}
    return sum(share * (100.0 if name in done else running.get(name, 0.0)) for name, share in shares.items()) / 100.0


def seconds_left(percent: float, tasks: Sequence[TaskInfo]) -> float | None:
    """Return for how long a short that is so far still goes on, if it goes on as it has; None: nobody can say.

    Times in which it waited, for a worker or a person, do not count.
    """
    worked, until = 0.0, None
    for begin, end in sorted(_runs(tasks)):
        start = begin if until is None else max(begin, until)
        worked += max(0.0, (end - start).total_seconds())
        until = end if until is None else max(until, end)
    if percent < FEWEST_PERCENT or not any(task.status is TaskStatus.RUNNING for task in tasks):
        return None
    return worked * (100.0 - percent) / percent


def _runs(tasks: Sequence[TaskInfo]) -> list[tuple[datetime, datetime]]:
    return [(task.started_at, task.ended_at or utc_now()) for task in tasks if task.started_at]


def queue_place(tasks: Sequence[TaskInfo]) -> int | None:
    """Return how many tasks, its own included, are begun before a short goes on; None: it is not waiting for a worker.

    Raises:
        Unavailable: the database does not answer.
    """
    live = [task for task in tasks if not task.ended]
    if not live or any(task.status is not TaskStatus.QUEUED for task in live):
        return None
    return count_ahead(live[0]) + 1
