"""Events: every change of a task, a session or a short, once and in one order that never changes.

A change is *noted* in the ``outbox`` by the write that makes it, so that there is no change without its note. The notes
are then numbered, in order, into the events (``app.events.log``): ids that are handed out before a
commit become visible out of order, and whoever reads "all after 17" would miss 16. A number is given when the change
is there for all to see, so that the events up to any number are complete, and a reader who remembers one number can go
on from it, in any process and after any restart.

Events are kept many to a document (the bucket pattern): what was numbered at once of one user, see ``buckets``. A
document and its indexes cost a database far more than what it holds.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any, Literal

from bson import ObjectId
from pydantic import BaseModel, ConfigDict
from pymongo.client_session import ClientSession

from app.db import client as mongo
from app.db.batches import Batch, Size, Worked, work_off
from app.db.client import database_answers, in_transaction
from app.db.server_clock import server_now
from app.db.writes import Insert
from app.models import TaskStatus, TaskType, UtcDatetime, split_short_key, to_utc, utc_now

OUTBOX, COLLECTION, COUNTERS = "outbox", "event_buckets", "counters"
COUNTER = "events"
DEAD_LETTERS = "dead_letters"
"""Notes that cannot be numbered, each with the reason, for 90 days: one of them must not hold up all others."""
BLOCK = 500
"""The numbers of one bucket lie in one block: (0, 500], (500, 1000] and so on. It can be made larger, never smaller."""
WINDOW = 2 * BLOCK
"""Numbers that one read looks at: a range with two ends costs what it holds on any server."""
REMOVED_AT_ONCE = BLOCK
"""Numbers whose events are removed in one transaction."""
A_STATEMENT = 12
"""Documents of a statement where a backlog is worked off: whoever reads waits for one, and a backlog is many."""
MILESTONE_OF = 256
"""Of so many notes one is a milestone, by chance: the milestones are few enough to be read at once, however many notes
wait, and between two of them lie few enough as well. No server has to count or to sort for it."""
AHEAD = timedelta(days=1)
"""No right clock is so far ahead of the server's."""
_noted_at = 0.0
MAX_LEARNT = 10_000
MAX_SINCE = 400
"""Numbers at most that the first look for a page takes in."""
_page_ends: dict[tuple[str | None, int, int | None], int] = {}
"""Page of a timeline -> the number of its last event when it was read last: where to look first, no bound."""
ACTIONS = {
    ("task", "running"): "started",
    ("task", "completed"): "finished",
    ("task", "failed"): "failed",
    ("task", "cancelled"): "cancelled",
    ("session", "removed"): "removed",
    ("short", "making"): "started",
    ("short", "waiting"): "waiting",
    ("short", "completed"): "finished",
    ("short", "failed"): "failed",
    ("short", "cancelled"): "cancelled",
    ("short", "removed"): "removed",
    ("short", "approved"): "approved",
    ("short", "commented"): "commented",
}
"""Kind and status -> what a user's timeline says; what is not here (a progress report, a retry) is left out of it."""
Kind = Literal["task", "session", "short"]
CREATED, CLAIMED, REPORTED, LEFT = range(4)
"""What can come after what within one run of a task; see ``note_task``."""
PHASES = 4
LAST_RUN = 2**31
IDENTITY = dict.fromkeys(("task_type", "short_id", "user_id", "metadata.id_scope"), 1)
"""What ``note_task`` wants of a task's record."""
LONG_AGO, FAR_OFF = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""No note is of before the one, or of after the other."""


class Event(BaseModel):
    """One change, as it was when it happened."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    seq: int
    """Its place in the order of all changes, from 1."""
    at: UtcDatetime
    kind: Kind
    """``task``: a task moved or reported progress (and its session changed with it, if ``session`` says so);
    ``session``: a session alone; ``short``: a short."""
    status: str
    """Of the task, session (also ``removed``) or short, after the change; of a short also ``approved``, ``commented``:
    over a share link."""
    task_id: str | None = None
    task_type: TaskType | None = None
    short_id: str | None = None
    id_scope: str | None = None
    user_id: str | None = None
    session: str | None = None
    """What became of the task's session: ``active``, ``completed``, ``failed``, ``removed``; None: nothing."""
    progress: float | None = None
    step: str | None = None
    error: str | None = None
    note: str | None = None
    """Why, in a few words: ``handed back``, ``scenario saved``, ``cleaned up``."""
    by: str | None = None
    """The user who did it, where somebody did."""

    @property
    def name(self) -> str:
        """What kind of change, in one word: ``progress`` for a report of a running task, else ``kind``."""
        return "progress" if self.progress is not None and self.status == TaskStatus.RUNNING else self.kind


def note_task(
    task: Mapping[str, Any], status: TaskStatus, at: datetime, *, phase: int, epoch: int | None = 0, **fields: Any
) -> Insert:
    """Return the write that notes a change of a task; ``task``: its record, or ``_id`` alone where no more is known.

    Notes of one task are put in the order of (``epoch``, ``phase``): the clocks of the processes that wrote them may
    differ. ``epoch`` None: not known to whoever ends the task from outside; nothing comes after that.
    """
    rank = (LAST_RUN if epoch is None else epoch) * PHASES + phase
    said = {name: value for name, value in fields.items() if value is not None}
    return _note("task", at, whose(task) | {"status": status.value, "rank": rank} | said)


def whose(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a note says of its task: which one it is, of what kind, and whose; ``task``: its record."""
    id_scope = (task.get("metadata") or {}).get("id_scope")
    known = {name: task.get(name) for name in ("task_type", "short_id", "user_id")} | {"id_scope": id_scope}
    return {"task_id": task["_id"]} | {name: value for name, value in known.items() if value is not None}


def note_session(session: dict[str, Any], status: str, note: str | None = None, by: str | None = None) -> Insert:
    """Return the write that notes a change of a session alone; ``session``: its document."""
    known = {name: session.get(name) for name in ("task_id", "task_type", "short_id", "user_id")}
    return _note("session", utc_now(), known | {"status": status, "note": note, "by": by})


def note_short(key: str, status: str, **fields: Any) -> Insert:
    """Return the write that notes a change of the short of this key."""
    short_id, id_scope = split_short_key(key)
    return _note("short", utc_now(), {"short_id": short_id, "id_scope": id_scope, "status": status} | fields)


def rank_of(note: dict[str, Any]) -> int:
    """Return the place of a task's note among those of its task; see ``note_task``."""
    rank = note["rank"]
    return int(rank) if isinstance(rank, int) else int(rank[0] * PHASES + rank[1])


def tells_of_creation(note: dict[str, Any]) -> bool:
    """Tell whether a task's note is of its beginning."""
    return rank_of(note) % PHASES == CREATED


def _note(kind: Kind, at: datetime, fields: dict[str, Any]) -> Insert:
    global _noted_at
    _noted_at = time.monotonic()
    if random.randrange(MILESTONE_OF) == 0:
        fields = fields | {"milestone": True}
    return Insert(OUTBOX, {"_id": ObjectId(), "kind": kind, "at": at} | fields)


def noted_since(moment: float) -> bool:
    """Tell whether this process has noted a change since a moment (``time.monotonic``)."""
    return _noted_at >= moment


def bounds() -> tuple[int, int]:
    """Return the number before the oldest event that is kept, and that of the newest; (0, 0): there is none."""
    return standing()[:2]


@database_answers()
def standing() -> tuple[int, int, str | None]:
    """Return ``bounds``, and the incarnation of the numbers: another after each restore; None: there was none yet.

    What was numbered since the back-up is gone then, and its numbers are given anew, to other changes.
    """
    counter = mongo.collection(COUNTERS).find_one({"_id": COUNTER}) or {}
    return counter.get("removed_to", 0), counter.get("last", 0), counter.get("incarnation")


def events_between(after: int, last: int, short_id: str | None = None, user_id: str | None = None) -> Iterator[Event]:
    """Yield the events with numbers over ``after``, up to ``last``, of a short, a user, both or all, in order."""
    while after < last:
        end = min(last, (after // WINDOW + 1) * WINDOW)
        yield from (Event(**event) for event in _read(after, end, short_id, user_id))
        after = end


@database_answers()
def _read(after: int, last: int, short_id: str | None, user_id: str | None) -> list[dict[str, Any]]:
    query: dict[str, Any] = {"last": {"$gt": after, "$lte": _end_of_block(last)}}
    if short_id is not None:
        query["shorts"] = short_id
    elif user_id is not None:
        query["user_id"] = user_id
    events = [
        event
        for bucket in mongo.collection(COLLECTION).find(query)
        for event in bucket["events"]
        if after < event["seq"] <= last
        and short_id in (None, event.get("short_id"))
        and user_id in (None, event.get("user_id"))
    ]
    return sorted(events, key=itemgetter("seq"))


def buckets(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the documents that keep some events, which are numbered and in order: a user's in each.

    Its ``at`` is the newest date in it that is possible; None: all were written by a clock that was wrong.
    """
    latest = server_now() + AHEAD
    found: list[dict[str, Any]] = []
    open_for: dict[str | None, dict[str, Any]] = {}
    for event in events:
        seq, user, short_id = event["seq"], event.get("user_id"), event.get("short_id")
        bucket = open_for.get(user)
        if bucket is None or _end_of_block(seq) != _end_of_block(bucket["last"]):
            bucket = open_for[user] = {"_id": seq, "at": None, "user_id": user, "shorts": [], "events": []}
            found.append(bucket)
        bucket["last"] = seq
        bucket["events"].append(event)
        if short_id is not None and short_id not in bucket["shorts"]:
            bucket["shorts"].append(short_id)
        if (at := to_utc(event["at"])) <= latest and (bucket["at"] is None or at > bucket["at"]):
            bucket["at"] = at
    return found


def _end_of_block(seq: int) -> int:
    return -(-seq // BLOCK) * BLOCK


def concerns(event: Event, short_id: str | None, user_id: str | None) -> bool:
    """Tell whether an event is of the short and the user; None: of any."""
    return short_id in (None, event.short_id) and user_id in (None, event.user_id)


def _tells(event: dict[str, Any]) -> bool:
    """Tell whether a timeline says an event."""
    known = ACTIONS.get((event["kind"], event["status"])) or event.get("note")
    return bool(known) and event.get("progress") is None


def action_of(event: Event) -> str:
    """Say in a word what happened."""
    note = event.note or ""
    if event.kind != "task" and note.startswith("scenario "):
        return "saved" if "saved" in note else "edited"
    return ACTIONS.get((event.kind, event.status), event.status)


@database_answers()
def activity(user_id: str | None, limit: int, before: int | None = None) -> list[Event]:
    """Return what happened to a user's things, or to all, the newest first.

    ``before``: the number of the last one shown.
    """
    page = (user_id, limit, before)
    known = _page_ends.get(page)
    found = _lines(user_id, known - 1, before - 1) if known and before else []
    if len(found) < limit:
        oldest, last = bounds()
        high = min(last, (before or last + 1) - 1)
        length = 4 * limit
        if found and known:
            high = known - 1
        elif known:  # the first page: what came since then may be any amount
            length = min(high - known + 1, MAX_SINCE) if high >= known else length
        while high > oldest and len(found) < limit:
            low = max(oldest, high - length)
            some = _lines(user_id, low, high)
            found += some
            # Twice what seems to be needed, so that the last window does not hold many times that.
            high, length = low, length * max(2, min(8, 2 * limit // max(1, len(some))))
    if len(found) >= limit:
        if len(_page_ends) > MAX_LEARNT:
            _page_ends.clear()
        _page_ends[page] = found[limit - 1]["seq"]
    return [Event(**one) for one in found[:limit]]


def _lines(user_id: str | None, after: int, last: int) -> list[dict[str, Any]]:
    """Return what a timeline holds of some numbers, the newest first."""
    return [event for event in reversed(_read(after, last, None, user_id)) if _tells(event)]


def remove_events(before: datetime, seconds: float = math.inf) -> Worked[int]:
    """Remove the events from before a date, for so many seconds at most; return how many numbers. They go on.

    One that is dated where no clock can be is as old as its neighbours. A bucket goes when its newest event is old.
    """
    with database_answers():
        start, last = bounds()

    def remove(start: int) -> Batch[int]:
        limit = min(last, start + size.now)
        window = {"last": {"$gt": start, "$lte": _end_of_block(limit)}}
        found = list(mongo.collection(COLLECTION).find(window, {"last": 1, "at": 1}))
        young = min((one["_id"] for one in found if one["at"] and to_utc(one["at"]) >= before), default=limit + 1)
        end = max(start, min(limit, young - 1))
        lasts = sorted(one["last"] for one in found if one["last"] <= end)

        def delete(session: ClientSession | None) -> None:
            # First what readers go by: who asks for what is about to be removed is told so.
            moved = {"$max": {"removed_to": end}}
            mongo.collection(COUNTERS).update_one({"_id": COUNTER}, moved, session=session)
            for low, high in pairwise([start, *lasts[A_STATEMENT - 1 : -1 : A_STATEMENT], end]):
                old = {"last": {"$gt": low, "$lte": high}}
                mongo.collection(COLLECTION).delete_many(old, session=session)

        if end > start:
            in_transaction(delete)
        return Batch(end - start, None if end < limit or end >= last else end)

    size = Size(REMOVED_AT_ONCE)
    return work_off(remove, start, seconds=seconds, size=size)


def written(note: dict[str, Any]) -> tuple[datetime, ObjectId]:
    """Return what notes are ordered by: when they were written, by the clock of whoever did."""
    return to_utc(note["at"]), note["_id"]


def whole(notes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return notes in the order of their changes: as they were written, those of one task by their ranks."""
    ordered = sorted(notes, key=written)
    places: dict[str, list[int]] = {}
    for place, note in enumerate(ordered):
        if "rank" in note:
            places.setdefault(note["task_id"], []).append(place)
    result = list(ordered)
    for held in places.values():
        moves = sorted((ordered[place] for place in held), key=lambda note: (rank_of(note), *written(note)))
        for place, note in zip(held, moves, strict=True):
            result[place] = note
    return result
