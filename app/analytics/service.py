"""Analytics: sessions and tasks by type, outcome and day, how long they take, why they fail, and what waits."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from app.analytics import figures
from app.analytics.figures import name_of, percentiles
from app.errors import InvalidInput
from app.events.log import number_events
from app.models import TaskType, UtcDatetime, to_utc, utc_now
from app.sessions.service import session_service
from app.shorts.repository import median_seconds
from app.tasks.registry import OF_A_SHORT

MAX_DAYS = 3660
ENDS_A_SHORT = {spec.type for spec in OF_A_SHORT} - {TaskType.CONTENT_ANALYSIS}
"""Without these steps there is no video; of scenes the first that fails ends the others."""
FRESH_SECONDS = 1.0
"""For requests: what this process numbered so lately is new enough."""
AGES = (("less than a day", -1, 1), ("1 to 3 days", 1, 3), ("3 to 7 days", 3, 7), ("7 days and more", 7, 36_500))
"""Words, and how many days old at least and at most; what a clock has dated ahead is new."""


class Seconds(BaseModel):
    """Durations in seconds: half, 95 % and 99 % took no longer (each within 5 %)."""

    count: int
    p50: float | None
    p95: float | None
    p99: float | None


class TypeFigures(BaseModel):
    """What became of the tasks of one type."""

    task_type: TaskType
    created: int = 0
    sessions: int = 0
    """Of those created, how many came with a session."""
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    seconds: Seconds
    """From a completed task's first start (or, if it was never started, its creation) to its end."""
    waited: Seconds
    """From a completed task's creation to its first start."""
    steps: dict[str, Seconds]
    """Step -> how long it took, in runs that were completed."""


class DayFigures(BaseModel):
    """One day (UTC): tasks that began on it, and tasks that ended on it."""

    day: str
    created: int = 0
    sessions: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0


class Reason(BaseModel):
    """Why tasks of a type failed; what differs from case to case stands as ``…``."""

    task_type: TaskType
    reason: str
    count: int


class Videos(BaseModel):
    """What came of shorts in a span of days."""

    made: int
    failed: int
    """Shorts that a step failed for; nobody counts those that were cancelled."""
    seconds: float | None
    """Half of the videos were there no later than so long after they were asked for, of those whose tasks are kept and
    which waited for nobody; null: there are none."""


class Analytics(BaseModel):
    """What has happened in a span of days."""

    first: UtcDatetime
    last: UtcDatetime
    user_id: str | None
    videos: Videos = Videos(made=0, failed=0, seconds=None)
    totals: DayFigures
    types: list[TypeFigures]
    days: list[DayFigures]
    reasons: list[Reason]
    """The most frequent first."""
    waiting: dict[str, int]
    """Scenarios that wait for their review now, by how long they have."""


def analyse(
    first: datetime | None = None, last: datetime | None = None, user_id: str | None = None, *, within: float = 0
) -> Analytics:
    """Return the figures of the days from ``first`` to ``last``, both included; unset: the last 30 days.

    Removed sessions and tasks count: the figures are counted from its events, a document a day.
    ``within``: whether what this process numbered in the last so many seconds is new enough.

    Raises:
        InvalidInput: the span ends before it begins, or is longer than ten years.
        Unavailable: the database does not answer.
    """
    first, last = span(first, last)
    number_events(within=within, backlog=within == 0)  # a server has a leader, who works off what waits
    return summary(figures.days(first, last, user_id), first, last, user_id, _waiting(user_id))


def span(first: datetime | None, last: datetime | None) -> tuple[datetime, datetime]:
    """Return the first and last moment asked for; raises as ``analyse``."""
    last = to_utc(last) if last else utc_now()
    first = to_utc(first) if first else last - timedelta(days=29)
    if first > last:
        raise InvalidInput("from: later than to")
    if last - first > timedelta(days=MAX_DAYS):
        raise InvalidInput(f"from: more than {MAX_DAYS} days before to")
    return first, last


def summary(
    documents: list[dict[str, Any]], first: datetime, last: datetime, user_id: str | None, waiting: dict[str, int]
) -> Analytics:
    """Return what the documents of days say together."""
    sums: dict[str, dict[str, Any]] = {}
    days = []
    totals: Counter[str] = Counter()
    for document in documents:
        of_day: Counter[str] = Counter()
        for kind, counts in document.get("types", {}).items():
            figures.add(counts, sums.setdefault(kind, {}))
            of_day.update({name: count for name, count in counts.items() if isinstance(count, int)})
        totals.update(of_day)
        days.append(DayFigures(day=f"{document['day']:%Y-%m-%d}", **of_day))
    types = [_type(kind, sums[kind]) for kind in TaskType if sums.get(kind)]
    reasons = [
        Reason(task_type=TaskType(kind), reason=name_of(reason), count=count)
        for kind, counts in sums.items()
        for reason, count in counts.get("reasons", {}).items()
        if count
    ]
    return Analytics(
        first=first,
        last=last,
        user_id=user_id,
        videos=_videos({one.task_type: one for one in types}, first, last, user_id),
        totals=DayFigures(day="all", **totals),
        types=types,
        days=days,
        reasons=sorted(reasons, key=lambda one: (-one.count, one.task_type, one.reason)),
        waiting=waiting,
    )


def _videos(types: dict[TaskType, TypeFigures], first: datetime, last: datetime, user_id: str | None) -> Videos:
    made = types[TaskType.FINALIZE_SHORT].completed if TaskType.FINALIZE_SHORT in types else 0
    failed = sum(one.failed for kind, one in types.items() if kind in ENDS_A_SHORT)
    return Videos(made=made, failed=failed, seconds=median_seconds(first, last, user_id))


def _type(kind: TaskType, counts: dict[str, Any]) -> TypeFigures:
    return TypeFigures(
        task_type=kind,
        **{name: count for name, count in counts.items() if isinstance(count, int)},
        seconds=_seconds(counts.get("seconds", {})),
        waited=_seconds(counts.get("waited", {})),
        steps={name_of(name): _seconds(found) for name, found in sorted(counts.get("steps", {}).items())},
    )


def _seconds(buckets: dict[str, int]) -> Seconds:
    p50, p95, p99 = percentiles(buckets, 0.5, 0.95, 0.99)
    return Seconds(count=sum(buckets.values()), p50=p50, p95=p95, p99=p99)


def _waiting(user_id: str | None) -> dict[str, int]:
    """Count the scenarios that wait for a person (written, or failed), by age."""
    now = utc_now()
    ages = [(now - since) / timedelta(days=1) for since in session_service.manager.waiting_since(user_id)]
    return {words: sum(1 for age in ages if least <= age < most) for words, least, most in AGES}
