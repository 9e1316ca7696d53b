"""The figures of the page *Reports*, and the lines of *Activity*, counted from the history of tasks."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.api.access import Caller
from app.models import SessionStatus, TaskType, to_utc, utc_now
from app.services.session_service import session_service
from app.storage import mongo
from app.storage.mongo import database_answers
from app.storage.owners import owned

MOST_LINES = 20_000
"""Of the newest history, so that a page stays quick; a longer time than they cover is told."""


@dataclass
class Figures:
    """What happened in some days."""

    days: list[str]
    by_day: dict[str, list[int]] = field(default_factory=dict)
    """Outcome -> how many tasks of each day ended so."""
    by_type: dict[str, Counter[str]] = field(default_factory=dict)
    """Task type -> outcome -> how many."""
    seconds: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """Task type -> seconds from creation to end: p50, p95, p99."""
    reasons: list[tuple[str, int]] = field(default_factory=list)
    """Why tasks failed, the most frequent first."""
    waiting: list[datetime] = field(default_factory=list)
    """When the scenarios that wait for a person were begun, the oldest first."""
    total: int = 0
    cut: bool = False


def percentile(ordered: list[float], share: float) -> float:
    """Return the nearest-rank percentile of values in order (Hyndman and Fan 1996, definition 1)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def figures(caller: Caller, days: int) -> Figures:
    """Count the tasks that were created in the last ``days`` days. Raises ``Unavailable``."""
    now = utc_now()
    first = (now - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = _lines(caller, {"created_at": {"$gte": first}}, MOST_LINES)
    names = [f"{first + timedelta(days=number):%Y-%m-%d}" for number in range(days)]
    found = Figures(names, total=len(lines), cut=len(lines) == MOST_LINES)
    durations: dict[str, list[float]] = defaultdict(list)
    reasons: Counter[str] = Counter()
    for line in lines:
        outcome = line.get("outcome") or "under way"
        day = f"{to_utc(line['created_at']):%Y-%m-%d}"
        found.by_day.setdefault(outcome, [0] * days)[names.index(day)] += 1
        found.by_type.setdefault(line["task_type"], Counter())[outcome] += 1
        if line.get("ended_at") and outcome == "completed":
            durations[line["task_type"]].append((line["ended_at"] - line["created_at"]).total_seconds())
        if outcome == "failed":
            reasons[str(line.get("error") or "no reason was given")[:160]] += 1
    for kind, values in durations.items():
        ordered = sorted(values)
        found.seconds[kind] = (percentile(ordered, 0.5), percentile(ordered, 0.95), percentile(ordered, 0.99))
    found.reasons = reasons.most_common(8)
    waits = session_service.manager.find(
        owner=caller.owner, task_type=TaskType.SCENARIO_GENERATION, status=SessionStatus.COMPLETED
    )
    found.waiting = [session.created_at for session in waits]
    return found


def activity(caller: Caller, user_id: str | None, limit: int = 60) -> list[dict[str, Any]]:
    """Return the newest lines of history, of one user or of all that the caller may see. Raises ``Unavailable``."""
    return _lines(caller, {}, limit, user_id)


@database_answers()
def _lines(caller: Caller, query: dict[str, Any], limit: int, user_id: str | None = None) -> list[dict[str, Any]]:
    wanted = query | owned(caller.owner, user_id)
    return list(mongo.collection("history").find(wanted).sort("created_at", -1).limit(limit))
