"""Numbers what was noted: from the outbox into the events, in one order, each change once.

Any process may do it at any time. The numbers, the events and the removal from the outbox are one transaction that
begins by moving the counter: of two that number at once, one does and the other finds nothing left. It reads from one
snapshot, in which a change is never without the one that it followed.

However many notes wait, a batch reads a window of time that holds few: windows end at milestones, see ``MILESTONE_OF``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import bson
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError, PyMongoError

from app.analytics import figures
from app.core.telemetry import NOTES_REFUSED, get_logger
from app.db import client as mongo
from app.db.batches import Batch, Size, work_off
from app.db.client import database_answers, in_transaction, is_outage, write_in
from app.db.many import chunked
from app.db.server_clock import server_now
from app.db.writes import MAX_STORED_BYTES, Delete, Insert, Update, Write
from app.events.repository import (
    A_STATEMENT,
    COLLECTION,
    COUNTER,
    COUNTERS,
    DEAD_LETTERS,
    FAR_OFF,
    LONG_AGO,
    OUTBOX,
    Event,
    buckets,
    noted_since,
    rank_of,
    tells_of_creation,
    whole,
    written,
)
from app.models import ENDED, TaskStatus, to_utc

BATCH = 1000
WINDOWS = 20
"""So many at most are gone through before the milestones are read again."""
MANY_MILESTONES = 2
"""So many are a backlog: whoever only reads leaves it to the leader."""
MILESTONES_A_WINDOW = 2
MUCH_LONGER, MOST_PIECES = 1.5, 8
"""Times the usual length from which a window is cut, and into how many at most: a quiet night holds nothing."""
FINDS_A_WINDOW = 4
"""Statements by which a window is read: whoever reads besides waits for one, not for all."""
FEW_SECONDS = 5.0
"""For so long after a look that found no milestone there is no backlog."""
MANY_SECONDS = 1.0
"""For so long after a look that found many there still is one."""
NOT_TOLD = ("_id", "rank", "milestone", "run", "began")
RUN = ("kind", "task_id", "task_type", "short_id", "id_scope", "user_id")
Record = dict[str, Any]
_numbered_at = 0.0
"""When this process last began to number all that there was (``time.monotonic``)."""
_few_until = 0.0
_many_until = 0.0
_behind = False
log = get_logger("events")


def number_events(within: float = 0, seconds: float = math.inf, *, backlog: bool = True) -> int:
    """Number what was noted until now; return how much. One short look when there is nothing.

    In batches that are committed one by one: what nobody numbered for long is no outage.

    ``within``: not even the look, if this process numbered all in the last so many seconds and changed nothing since.
    ``seconds``: no batch is begun after that. ``backlog`` False: a backlog is left to the leader, who is at it.

    Raises:
        DatabaseAway, Unavailable: as ``database_answers``; what was numbered stays numbered.
    """
    global _numbered_at, _behind, _many_until
    began = time.monotonic()
    if began < _numbered_at + within and not noted_since(_numbered_at):
        return 0
    if not backlog and began < _many_until:
        return 0
    with database_answers():
        milestones = _milestones(0 if backlog else MANY_MILESTONES)
        if not backlog and len(milestones) >= MANY_MILESTONES:
            return 0
        if not milestones and mongo.collection(OUTBOX).find_one({"at": {"$gte": LONG_AGO, "$lt": FAR_OFF}}) is None:
            _numbered_at, _behind = began, False
            return 0
    done, size = 0, Size(BATCH)
    while True:
        numbering = _Numbering(milestones[:WINDOWS], len(milestones) <= WINDOWS, size)
        worked = work_off(numbering.batch, 0, seconds=began + seconds - time.monotonic(), size=size)
        done += worked.done
        _behind = worked.next is not None or not numbering.to_the_end
        if time.monotonic() - began >= seconds or worked.done == 0:
            return done
        if not _behind and not numbering.put_off:
            _numbered_at, _many_until = began, 0.0
            return done
        with database_answers():
            milestones = _milestones()


def is_behind() -> bool:
    """Tell whether this process has left notes when it numbered last, as its time was over."""
    return _behind


def _milestones(most: int = 0) -> list[Record]:
    """Return the milestones in their order; ``most``: so many are enough to tell a backlog, 0: all of them."""
    global _few_until, _many_until
    if time.monotonic() < _few_until:
        return []
    found = list(mongo.collection(OUTBOX).find({"milestone": True}, {"at": 1, "task_id": 1, "rank": 1}).limit(most))
    if not found:
        _few_until = time.monotonic() + FEW_SECONDS
    _many_until = time.monotonic() + MANY_SECONDS if len(found) >= MANY_MILESTONES else 0.0
    return sorted(found, key=written)


def _even(ends: list[datetime]) -> list[datetime]:
    """Return the ends of windows with further ones within those that are much longer than most.

    By chance there is a window with many times the notes of the others, and whoever reads waits while it is read and
    committed. As long as the pace of the notes lasts, the longer a window is the more it holds.
    """
    spans = sorted(end - start for start, end in pairwise(ends))
    most = spans[len(spans) // 2] * MUCH_LONGER if spans else timedelta(0)
    found = ends[:1]
    for start, end in pairwise(ends):
        pieces = min(MOST_PIECES, -(-(end - start) // most)) if most else 1
        found += _within(start, end, pieces)
    return list(dict.fromkeys(found))


def _parts(window: Record) -> list[datetime]:
    """Return the bounds of the parts of a window that are read by a statement each; one without an end is one part."""
    low, high = window["$gte"], window["$lt"]
    open_ended = low == LONG_AGO or high == FAR_OFF
    return [low, high] if open_ended else [low, *_within(low, high, FINDS_A_WINDOW)]


def _within(start: datetime, end: datetime, pieces: int) -> list[datetime]:
    """Return the ends of the equal pieces of a span of time, in whole milliseconds, as servers keep them."""
    inner = (start + (end - start) * piece / pieces for piece in range(1, pieces))
    return [moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in inner] + [end]


@dataclass
class _Numbering:
    """One pass over the beginning of the outbox, as it stood when the milestones were read."""

    milestones: Sequence[Record]
    to_the_end: bool
    """What is behind the last one of these milestones is part of it."""
    size: Size
    put_off: bool = False
    """Notes were left in their window, as too many come before them."""

    def __post_init__(self) -> None:
        moments = list(dict.fromkeys(one["at"] for one in self.milestones))
        self.ends: list[datetime] = _even(moments[MILESTONES_A_WINDOW - 1 :: MILESTONES_A_WINDOW])
        if moments and not self.ends:  # all at one moment
            self.ends.append(moments[0] + timedelta(milliseconds=1))
        if self.to_the_end:
            self.ends.append(FAR_OFF)
        self.waiting: dict[str, dict[Any, int]] = {}
        """Task -> the ranks of its milestones that wait: where there is one there may be hundreds."""
        for one in self.milestones:
            if "rank" in one:
                self.waiting.setdefault(one["task_id"], {})[one["_id"]] = rank_of(one)

    def batch(self, place: int) -> Batch[int]:
        """Number the first notes of a window; ``place``: which window."""
        window = {"$gte": self.ends[place - 1] if place else LONG_AGO, "$lt": self.ends[place]}
        while True:
            try:
                done, more = in_transaction(lambda session: self._number(session, window), reads=True)
                break
            except PyMongoError as error:
                if is_outage(error):
                    raise
                if not self.size.shrink():  # it is the one that the database refuses
                    done, more = self._put_away(window, error), True
                    break
        last = place + 1 == len(self.ends)
        return Batch(done, place if more else None if last else place + 1)

    def _number(self, session: ClientSession | None, window: Record) -> tuple[int, bool]:
        """Number the first notes of a window; return how many, and whether it holds more for now."""
        notes, more, all_of = self._first(session, window)
        if not notes:
            return 0, False
        counter = mongo.collection(COUNTERS).find_one({"_id": COUNTER}, session=session)
        last = counter["last"] if counter else 0
        events, changes, refused = _told(notes, _owners_of_shorts(notes, session))
        numbered = [{"seq": last + place} | event for place, event in enumerate(events, 1)]
        moved = {"$set": {"last": last + len(numbered)}}
        writes: list[Write] = [
            Update(COUNTERS, {"_id": COUNTER, "last": last}, moved)
            if counter
            else Insert(COUNTERS, {"_id": COUNTER, "last": last + len(numbered), "removed_to": 0}),
            *(Insert(COLLECTION, bucket) for bucket in buckets(numbered)),
            *figures.increments(changes, session),
            *(_dead_letter(note, error) for note, error in refused),
        ]
        try:
            if not write_in(session, writes, A_STATEMENT):
                return 0, False
        except DuplicateKeyError:
            if counter is None:  # another numbered the first ones
                return 0, False
            raise
        _remove(session, notes, all_of)
        for note, error in refused:
            _tell_of(note, error)
        for note in notes:
            self.waiting.get(note.get("task_id", ""), {}).pop(note["_id"], None)
        return len(notes), more

    def _first(self, session: ClientSession | None, window: Record) -> tuple[list[Record], bool, Record | None]:
        """Return a window's first notes in order, whether more can be numbered now, and the window if it has no others.

        A note is not numbered before those of its task that come before it, wherever these stand: clocks differ.
        """
        outbox = mongo.collection(OUTBOX)
        held = [
            note
            for low, high in pairwise(_parts(window))
            for note in outbox.find({"at": {"$gte": low, "$lt": high}}, session=session)
        ]
        names = {note["_id"] for note in held}
        found = [note for note in held if not self._must_wait(note, names)]
        self.put_off = self.put_off or len(found) < len(held)
        chosen = {note["_id"]: note for note in sorted(found, key=written)[: self.size.now]}
        tops: dict[str, int] = {}
        for note in chosen.values():
            if "rank" in note:
                tops[note["task_id"]] = max(tops.get(note["task_id"], 0), rank_of(note))
        before = [note for note in found if "rank" in note and rank_of(note) < tops.get(note["task_id"], 0)]
        light = [task for task, top in tops.items() if top > 0 and task not in self.waiting]
        for some in chunked(light):
            before += outbox.find({"task_id": {"$in": some}}, session=session)
        for task in self.waiting.keys() & tops.keys():  # of many notes none but those below the top
            before += outbox.find({"task_id": task, "rank": {"$gte": 0, "$lt": tops[task]}}, session=session)
        chosen |= {note["_id"]: note for note in before if "rank" in note and rank_of(note) < tops[note["task_id"]]}
        first = whole(chosen.values())
        if self.size.now == 1:
            first = first[:1]
        done = {note["_id"] for note in first}
        return first, any(note["_id"] not in done for note in found), window if names <= done else None

    def _must_wait(self, note: Record, at_hand: set[Any]) -> bool:
        """Tell whether so many notes of its task come before a note that they are numbered first, in their windows."""
        if "rank" not in note or not (waiting := self.waiting.get(note["task_id"])):
            return False
        rank = rank_of(note)
        return any(other < rank and name not in at_hand for name, other in waiting.items())

    def _put_away(self, window: Record, error: PyMongoError) -> int:
        """Put the first note of a window away, which the database refuses to let be numbered; return how many."""

        def put_away(session: ClientSession | None) -> Record | None:
            notes, _, _ = self._first(session, window)
            if not notes:
                return None
            write_in(session, [Delete(OUTBOX, {"_id": notes[0]["_id"]}), _dead_letter(notes[0], error)])
            return notes[0]

        if (note := in_transaction(put_away, reads=True)) is None:
            return 0
        _tell_of(note, error)
        return 1


def _remove(session: ClientSession | None, notes: list[Record], all_of: Record | None) -> None:
    """Remove the notes that were numbered; ``all_of``: the window of which they are all, in the transaction's snapshot.

    A span of time costs the embedded database half as much as so many ids. No statement is long: who notes a change
    waits for it.
    """
    outbox, names = mongo.collection(OUTBOX), [note["_id"] for note in notes]
    if session is None or all_of is None:
        for some in chunked(names):
            outbox.delete_many({"_id": {"$in": some}}, session=session)
        return
    low, high = all_of["$gte"], all_of["$lt"]
    moments = sorted(to_utc(note["at"]) for note in notes)
    steps = [moment for moment in moments[A_STATEMENT::A_STATEMENT] if low < moment < high]
    removed = 0
    for start, end in pairwise([low, *dict.fromkeys(steps), high]):
        removed += outbox.delete_many({"at": {"$gte": start, "$lt": end}}, session=session).deleted_count
    within = [note for note in notes if low <= to_utc(note["at"]) < high]
    if removed != len(within):
        raise RuntimeError(f"{removed} notes would be removed of which {len(within)} are numbered")
    for some in chunked([note["_id"] for note in notes if not low <= to_utc(note["at"]) < high]):
        outbox.delete_many({"_id": {"$in": some}}, session=session)


def _told(
    notes: list[Record], owners: dict[tuple[str, str | None], str | None]
) -> tuple[list[Record], list[figures.Change], list[tuple[Record, Exception]]]:
    """Return the events and the changes of the figures that notes tell of, and the notes that make no sense."""
    events, changes, refused = [], [], []
    for note in notes:
        try:
            told, counted = list(_events(note, owners)), list(_figures(note))
            for event in told:
                Event(seq=1, **event)  # as whoever reads it will
        except Exception as error:
            refused.append((note, error))
        else:
            events += told
            changes += counted
    return events, changes, refused


def _dead_letter(note: Record, error: Exception) -> Insert:
    kept = note if len(bson.encode(note)) < MAX_STORED_BYTES else {"_id": note["_id"], "kind": note.get("kind")}
    letter = {"note": kept, "user_id": note.get("user_id"), "at": server_now()}
    return Insert(DEAD_LETTERS, {"_id": note["_id"], "reason": f"{type(error).__name__}: {error}"[:500]} | letter)


def _tell_of(note: Record, error: Exception) -> None:
    NOTES_REFUSED.inc()
    log.error("note_refused", note=str(note["_id"]), kind=note.get("kind"), reason=type(error).__name__)


def refused_notes(most: int = 1000) -> int:
    """Return how many notes could not be numbered in the last 90 days, counting up to ``most``."""
    return mongo.collection(DEAD_LETTERS).count_documents({}, limit=most)


def _figures(note: Record) -> Iterator[figures.Change]:
    """Yield what a note adds to the figures: a task that began or one that ended."""
    if note["kind"] != "task" or "task_type" not in note:
        return
    if tells_of_creation(note):
        yield note.get("user_id"), *figures.began(note | {"created_at": note["at"]})
    elif note["status"] in ENDED:
        ended = {"outcome": note["status"], "ended_at": note["at"]}
        yield note.get("user_id"), *figures.ended(note | note["run"] | ended)


def _owners_of_shorts(notes: list[Record], session: ClientSession | None) -> dict[tuple[str, str | None], str | None]:
    names = list({note["short_id"] for note in notes if note.get("kind") == "short" and "short_id" in note})
    fields = {"short_id": 1, "id_scope": 1, "user_id": 1}
    found = mongo.collection("shorts").find({"short_id": {"$in": names}}, fields, session=session) if names else ()
    return {(short["short_id"], short.get("id_scope")): short.get("user_id") for short in found}


def _events(note: Record, owners: dict[tuple[str, str | None], str | None]) -> Iterator[Record]:
    """Yield what a note tells: a change, and before it that the run has begun, where that was not told by itself."""
    event = {name: value for name, value in note.items() if name not in NOT_TOLD and value is not None}
    if note["kind"] == "short":
        known = owners.get((note["short_id"], note["id_scope"]))  # one that was removed says itself whose it was
        event |= {"user_id": known or note.get("user_id")}
    if note["kind"] == "task":
        event["status"] = TaskStatus(note["status"]).value
    if "began" in note:
        yield {name: event[name] for name in RUN if name in event} | {
            "at": note["began"],
            "status": TaskStatus.RUNNING.value,
        }
    yield event
