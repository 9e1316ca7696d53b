"""How the dashboard says things: names of types and states, times, sizes."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.models import TaskInfo, TaskStatus, to_utc

TONES: dict[str, str] = {
    "queued": "plain",
    "running": "live",
    "retrying": "wait",
    "making": "live",
    "active": "live",
    "waiting": "wait",
    "completed": "good",
    "failed": "bad",
    "cancelled": "plain",
}
"""State -> how its badge looks."""
STATE_NAMES: dict[str, str] = {"making": "generating", "waiting": "waits for review"}
SHAPES: dict[str, tuple[str, int, int]] = {
    "9:16": ("Reels, TikTok, Shorts", 10, 18),
    "4:5": ("Feed", 13, 16),
    "1:1": ("Square", 15, 15),
    "16:9": ("Wide", 20, 11),
}
"""Aspect -> what it is for, and the size of its drawing."""
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def type_name(value: str) -> str:
    """Return a task type's plain name: ``image_analysis`` -> ``Image analysis``."""
    return value.replace("_", " ").capitalize()


def state_name(value: str) -> str:
    """Return how a state is called."""
    return STATE_NAMES.get(value, value)


def ago(when: datetime, now: datetime) -> str:
    """Return how long ago (or ahead) something is, in one unit."""
    seconds = (to_utc(now) - to_utc(when)).total_seconds()
    size = abs(seconds)
    for unit, name in UNITS:
        if size >= unit:
            count = int(size // unit)
            text = f"{count} {name}{'s' if count > 1 else ''}"
            return f"{text} ago" if seconds > 0 else f"in {text}"
    return "just now" if seconds >= 0 else "in a moment"


def exact(when: datetime) -> str:
    """Return a date and time in UTC, to the second."""
    return f"{to_utc(when):%Y-%m-%d %H:%M:%S} UTC"


def length(seconds: float) -> str:
    """Return a duration: ``40 ms``, ``0.4 s``, ``12 s``, ``3 min 5 s``, ``2 h 4 min``."""
    if seconds < 0.1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    whole = timedelta(seconds=round(seconds))
    minutes, rest = divmod(int(whole.total_seconds()), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def size(count: int) -> str:
    """Return a number of bytes."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.0f} kB"


def about(seconds: float) -> str:
    """Return a time that is only guessed: ``less than 10 s``, ``about 40 s``, ``about 3 min``."""
    if seconds < 10:
        return "less than 10 s"
    return f"about {10 * round(seconds / 10)} s" if seconds < 90 else f"about {round(seconds / 60)} min"


def recovery(task: TaskInfo) -> str | None:
    """Return what a task is being recovered from, if it is: a worker that died, or a fault that is tried again."""
    if task.status is TaskStatus.RETRYING:
        return f"trying again ({task.retries} of {task.max_retries}): {task.error or task.step or 'a passing fault'}"
    if task.status is TaskStatus.QUEUED and task.lease_epoch > 0:
        return "its worker stopped; another one will go on"
    if task.status is TaskStatus.RUNNING and task.retries > 0:
        return f"went on after {task.retries} {'interruption' if task.retries == 1 else 'interruptions'}"
    return None
