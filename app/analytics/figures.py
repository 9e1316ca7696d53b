"""Figures: what has happened, counted by day, type, outcome and user, for analytics that read a document a day.

They are counted when an event is numbered (``app.events.log``), in the same transaction, so that each counts once.
Times are kept in a histogram whose buckets grow by a tenth: a percentile read from it is within 5 % of the true one
(buckets of geometric growth, as in DDSketch: Masson, Rim and Lee, 2019).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.client_session import ClientSession

from app.db import client as mongo
from app.db.client import database_answers
from app.db.many import find_by_id
from app.db.writes import Update
from app.models import to_utc

COLLECTION = "figures"
EVERYONE = "*"
"""Stands for all users together; no user id can be it: theirs begin with ``=``."""
GROWTH = 1.1
LEAST_SECONDS = 0.001
LONGEST_NAME = 80
MAX_NAMES = 50
"""Of reasons, and of steps, in a day's document for each type: whoever calls chooses them. What comes then counts as
``OTHER``."""
OTHER = "others"
NAMED = ("reasons", "steps")
LINKS = re.compile(r"\w+://\S+")
IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+([.,]\d+)*|'[^']*'|\"[^\"]*\"")
Counts = dict[str, int]
"""Path in a day's document -> how much is added."""
Change = tuple[str | None, datetime, Counts]
"""Whose, on which day, and what."""


def bucket(seconds: float) -> int:
    """Return the bucket of a duration."""
    return math.floor(math.log(max(seconds, LEAST_SECONDS) / LEAST_SECONDS) / math.log(GROWTH) + 1e-9)


def seconds_of(number: int) -> float:
    """Return the middle, by ratio, of a bucket."""
    return float(LEAST_SECONDS * GROWTH ** (number + 0.5))


def percentiles(buckets: dict[str, int], *shares: float) -> list[float | None]:
    """Return the durations below which these ``shares``, in rising order, of those counted lie (nearest rank).

    None: none were counted.
    """
    total = sum(buckets.values())
    ranks = [math.ceil(share * total) for share in shares]
    found: list[float | None] = []
    passed = 0
    for number, count in sorted((int(name), count) for name, count in buckets.items()) if total else ():
        passed += count
        while len(found) < len(ranks) and passed >= ranks[len(found)]:
            found.append(seconds_of(number))
    return found or [None for _ in shares]


def reason_of(error: str | None) -> str:
    """Return the kind of an error: what differs from one case to the next (links, numbers, names) is left out."""
    plain = IDS.sub("…", LINKS.sub("…", error or "no reason given"))
    return plain[:LONGEST_NAME].strip()


def began(line: dict[str, Any]) -> tuple[datetime, Counts]:
    """Return the day, and what is added to it, of a task's beginning; ``line``: what is known of it."""
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
        counts[f"{kind}.seconds.{bucket(spent)}"] = 1
        if started_at:
            counts[f"{kind}.waited.{bucket((started_at - line['created_at']).total_seconds())}"] = 1
        for step, seconds in (line.get("steps") or {}).items():
            counts[f"{kind}.steps.{_key(step[:LONGEST_NAME])}.{bucket(seconds)}"] = 1
    return _day(line["ended_at"]), counts


def increments(changes: Iterable[Change], session: ClientSession | None = None) -> list[Update]:
    """Return the writes that add what has happened (whose, on which day, what) to the figures.

    ``session``: the transaction in which they will be written: what names a day has already is read there.
    """
    sums = _sums(changes)
    _learn_names(sums, session)
    return [
        Update(
            COLLECTION,
            {"_id": _name_of_day(user, day)},
            {
                "$inc": _bounded(counts, _names.get(_name_of_day(user, day), {})),
                "$setOnInsert": {"day": day, "user": user},
            },
            upsert=True,
        )
        for (user, day), counts in sorted(sums.items())
    ]


_names: dict[str, dict[str, set[str]]] = {}
"""Day's document -> ``types.….reasons`` or ``….steps`` -> the names that it is known to have: they stay."""
DAYS_KNOWN = 1000


def _named(path: str) -> tuple[str, str] | None:
    """Return what holds the name that is in a path, and the name; None: it has none that a caller chose."""
    parts = path.split(".")
    return (".".join(parts[:3]), parts[3]) if len(parts) > 3 and parts[2] in NAMED else None


def _learn_names(sums: Mapping[tuple[str, datetime], Counts], session: ClientSession | None) -> None:
    """Read the days' documents that may have names which this process has not seen there."""
    if len(_names) > DAYS_KNOWN:
        _names.clear()
    unknown = []
    for (user, day), counts in sums.items():
        known = _names.get(_name_of_day(user, day), {})
        named = filter(None, map(_named, counts))
        if any(name not in (has := known.get(group, set())) and len(has) < MAX_NAMES for group, name in named):
            unknown.append(_name_of_day(user, day))
    for document in find_by_id(COLLECTION, unknown, {"types": 1}, session):
        groups: dict[str, set[str]] = {}
        for kind, figures in document.get("types", {}).items():
            groups |= {f"types.{kind}.{group}": set(figures.get(group, {})) for group in NAMED}
        _names[document["_id"]] = groups


def _bounded(counts: Counts, known: Mapping[str, set[str]]) -> Counts:
    """Return counts whose names, with those known, are no more than ``MAX_NAMES`` for each group."""
    names = {group: set(some) for group, some in known.items()}
    bounded: Counts = defaultdict(int)
    for path, count in counts.items():
        if found := _named(path):
            group, name = found
            held = names.setdefault(group, set())
            if name not in held and len(held) >= MAX_NAMES:
                path = path.replace(f"{group}.{name}", f"{group}.{OTHER}", 1)
            else:
                held.add(name)
        bounded[path] += count
    return dict(bounded)


def less(own: dict[str, Any], all_users: dict[str, Any]) -> Counts:
    """Return what takes a user's day (its document) out of that of all users, where some names count as ``OTHER``."""
    minus: Counts = defaultdict(int)
    has = counts_in(all_users)
    for path, count in counts_in(own).items():
        if path not in has and (found := _named(path)):
            group, name = found
            path = path.replace(f"{group}.{name}", f"{group}.{OTHER}", 1)
        minus[path] -= count
    return dict(minus)


def documents(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return the figures of all that has happened, as the documents that ``increments`` makes of nothing."""
    found = []
    for (user, day), counts in sorted(_sums(changes).items()):
        document: dict[str, Any] = {"_id": _name_of_day(user, day), "day": day, "user": user}
        for path, count in _bounded(counts, {}).items():
            *parents, last = path.split(".")
            inner = document
            for name in parents:
                inner = inner.setdefault(name, {})
            inner[last] = count
        found.append(document)
    return found


def _name_of_day(user: str, day: datetime) -> str:
    return f"{day:%Y-%m-%d} {user}"


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
