"""Figures: what the history holds, counted by day, type, outcome and user, for analytics that read a document a day.

They are counted when an event is numbered (``app.utils.event_log``), in the same transaction, so that each counts once.
Times are kept in a histogram whose boxes grow by a tenth: a percentile read from it is within 5 % of the true one
(boxes of geometric growth, as in DDSketch: Masson, Rim and Lee, 2019).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING

from app.models import to_utc
from app.storage import mongo
from app.storage.mongo import database_answers
from app.storage.writes import Update

COLLECTION = "figures"
EVERYONE = "*"
"""Stands for all users together; no user id can be it: theirs begin with ``=``."""
GROWTH = 1.1
LEAST_SECONDS = 0.001
LONGEST_NAME = 80
LINKS = re.compile(r"\w+://\S+")
IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+([.,]\d+)*|'[^']*'|\"[^\"]*\"")
Counts = dict[str, int]
"""Path in a day's document -> how much is added."""
Change = tuple[str | None, datetime, Counts]
"""Whose, on which day, and what."""


def box(seconds: float) -> int:
    """Return the box of a duration."""
    return math.floor(math.log(max(seconds, LEAST_SECONDS) / LEAST_SECONDS) / math.log(GROWTH) + 1e-9)


def seconds_of(number: int) -> float:
    """Return the middle, by ratio, of a box."""
    return float(LEAST_SECONDS * GROWTH ** (number + 0.5))


def percentiles(boxes: dict[str, int], *shares: float) -> list[float | None]:
    """Return the durations below which these ``shares``, in rising order, of those counted lie (nearest rank).

    None: none were counted.
    """
    total = sum(boxes.values())
    ranks = [math.ceil(share * total) for share in shares]
    found: list[float | None] = []
    passed = 0
    for number, count in sorted((int(name), count) for name, count in boxes.items()) if total else ():
        passed += count
        while len(found) < len(ranks) and passed >= ranks[len(found)]:
            found.append(seconds_of(number))
    return found or [None for _ in shares]


def reason_of(error: str | None) -> str:
    """Return the kind of an error: what differs from one case to the next (links, numbers, names) is left out."""
    plain = IDS.sub("…", LINKS.sub("…", error or "no reason given"))
    return plain[:LONGEST_NAME].strip()


def began(line: dict[str, Any]) -> tuple[datetime, Counts]:
    """Return the day, and what is added to it, of a task's beginning; ``line``: its line of history."""
    kind = f"types.{line['task_type']}"
    return _day(line["created_at"]), {f"{kind}.created": 1} | ({f"{kind}.sessions": 1} if line.get("session") else {})


def ended(line: dict[str, Any]) -> tuple[datetime, Counts]:
    """Return the same of its end."""
    kind, outcome = f"types.{line['task_type']}", line["outcome"]
    counts = {f"{kind}.{outcome}": 1}
    if outcome == "failed":
        counts[f"{kind}.reasons.{_key(reason_of(line.get('error')))}"] = 1
    started_at = line.get("started_at")
    if outcome == "completed":
        spent = (line["ended_at"] - (started_at or line["created_at"])).total_seconds()
        counts[f"{kind}.seconds.{box(spent)}"] = 1
        if started_at:
            counts[f"{kind}.waited.{box((started_at - line['created_at']).total_seconds())}"] = 1
        for step, seconds in (line.get("steps") or {}).items():
            counts[f"{kind}.steps.{_key(step[:LONGEST_NAME])}.{box(seconds)}"] = 1
    return _day(line["ended_at"]), counts


def increments(changes: Iterable[Change]) -> list[Update]:
    """Return the writes that add what has happened (whose, on which day, what) to the figures."""
    return [
        Update(
            COLLECTION,
            {"_id": f"{day:%Y-%m-%d} {user}"},
            {"$inc": dict(counts), "$setOnInsert": {"day": day, "user": user}},
            upsert=True,
        )
        for (user, day), counts in sorted(_sums(changes).items())
    ]


def documents(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return the figures of all that has happened, as the documents that ``increments`` makes of nothing."""
    found = []
    for (user, day), counts in sorted(_sums(changes).items()):
        document: dict[str, Any] = {"_id": f"{day:%Y-%m-%d} {user}", "day": day, "user": user}
        for path, count in counts.items():
            *parents, last = path.split(".")
            inner = document
            for name in parents:
                inner = inner.setdefault(name, {})
            inner[last] = count
        found.append(document)
    return found


def _sums(changes: Iterable[Change]) -> dict[tuple[str, datetime], Counts]:
    sums: dict[tuple[str, datetime], Counts] = defaultdict(lambda: defaultdict(int))
    for user_id, day, counts in changes:
        for user in (EVERYONE, f"={user_id or ''}"):
            for path, count in counts.items():
                sums[user, day][path] += count
    return sums


@database_answers()
def days(first: datetime, last: datetime, user_id: str | None = None) -> list[dict[str, Any]]:
    """Return the figures of each day of a span (both ends included) that has any, of a user or of all."""
    user = EVERYONE if user_id is None else f"={user_id}"
    query = {"user": user, "day": {"$gte": _day(first), "$lt": _day(last) + timedelta(days=1)}}
    return list(mongo.collection(COLLECTION).find(query).sort("day", ASCENDING))


def counts_in(document: dict[str, Any], path: str = "") -> Counts:
    """Return the counts of a day's document by their paths, as they were added."""
    found: Counts = {}
    for name, value in document.items():
        if isinstance(value, dict):
            found |= counts_in(value, f"{path}{name}.")
        elif isinstance(value, int) and path:
            found[f"{path}{name}"] = value
    return found


def add(counts: dict[str, Any], sums: dict[str, Any]) -> None:
    """Add counts, which may hold counts by name in turn, to sums of the same form."""
    known = sums.get
    for name, count in counts.items():
        if type(count) is dict:  # some ten thousand times a request: the quickest way to ask
            add(count, sums.setdefault(name, {}))
        else:
            sums[name] = known(name, 0) + count


def name_of(key: str) -> str:
    """Return the text of which a part of a path was made."""
    return key.replace("%2E", ".").replace("%24", "$").replace("%25", "%")


def _key(text: str) -> str:
    """Return a text as a part of a path: dots and dollars mean something there."""
    return text.replace("%", "%25").replace("$", "%24").replace(".", "%2E").replace("\0", "") or "…"


def _day(date: datetime) -> datetime:
    return to_utc(date).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
