"""Numbers what was noted: from the outbox into the events, in one order, each change once.

Any process may do it at any time. The numbers, the events and the removal from the outbox are one transaction that
begins by moving the counter: of two that number at once, one does and the other finds nothing left. It reads from one
snapshot, in which a change is never without the one that it followed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from app.models import ENDED, TaskStatus, TaskType
from app.storage import figures, mongo
from app.storage.events import COLLECTION, COUNTER, COUNTERS, CREATED, OUTBOX, activity_of, noted_since, whole
from app.storage.many import find_by_id, portions
from app.storage.mongo import database_answers, in_transaction, write_in
from app.storage.writes import Delete, Insert, Update, Write
from app.utils.session_rules import SESSION_AFTER, SESSION_RULES

BATCH = 250
WHOSE = ("task_type", "short_id", "id_scope", "user_id")
Record = dict[str, Any]
_numbered_at = 0.0
"""When this process last began to number all that there was (``time.monotonic``)."""


def number_events(within: float = 0) -> int:
    """Number all that was noted until now; return how much. One short look when there is nothing.

    Each batch has the time of a database call for itself: what nobody numbered for long is no outage.

    ``within``: not even that, if this process did it in the last so many seconds and has changed nothing since.
    """
    global _numbered_at
    began = time.monotonic()
    if began < _numbered_at + within and not noted_since(_numbered_at):
        return 0
    done = 0
    with database_answers():
        numbered = BATCH if mongo.collection(OUTBOX).find_one({}, {"_id": 1}) is not None else 0
    while numbered >= BATCH:  # what is noted meanwhile is no reason to go on: on a busy day it would not end
        with database_answers():
            numbered = in_transaction(_number, reads=True)
        done += numbered
    _numbered_at = began
    return done


def _number(session: ClientSession | None) -> int:
    found = iter(mongo.collection(OUTBOX).find({}, session=session).sort("_id", 1))
    notes = list(islice(found, BATCH))
    # Where clocks differ, what an earlier change noted may stand behind the end of the batch.
    tasks = {note["task_id"] for note in notes if "rank" in note}
    notes += [note for note in found if "rank" in note and note["task_id"] in tasks]
    if not notes:
        return 0
    counter = mongo.collection(COUNTERS).find_one({"_id": COUNTER}, session=session)
    last = counter["last"] if counter else 0
    lines = _lines_of_history(notes, session)
    owners = _owners_of_shorts(notes, session)
    events = [_event(note, lines, owners) for note in whole(notes)]
    numbered = [
        {"_id": last + place, "seq": last + place, "activity": activity_of(event)} | event
        for place, event in enumerate(events, 1)
    ]
    moved = {"$set": {"last": last + len(numbered)}}
    writes: list[Write] = [
        Update(COUNTERS, {"_id": COUNTER, "last": last}, moved)
        if counter
        else Insert(COUNTERS, {"_id": COUNTER, "last": last + len(numbered), "removed_to": 0}),
        *(Insert(COLLECTION, event) for event in numbered),
        *(Delete(OUTBOX, {"_id": {"$in": some}}, many=True) for some in portions([note["_id"] for note in notes])),
        *figures.increments(_figures(notes, lines)),
    ]
    try:
        return len(numbered) if write_in(session, writes) else 0
    except DuplicateKeyError:
        return 0


def _figures(notes: list[Record], lines: dict[str, Record]) -> Iterator[figures.Change]:
    """Yield what the notes add to the figures: tasks that began and tasks that ended."""
    for note in notes:
        line = lines.get(note.get("task_id", ""))
        if line is None or note["kind"] != "task":
            continue
        if note["rank"][1] == CREATED:
            yield line["user_id"], *figures.began(line)
        elif note["status"] in ENDED:
            yield line["user_id"], *figures.ended(line)


def _lines_of_history(notes: list[Record], session: ClientSession | None) -> dict[str, Record]:
    """Return the lines of history of the tasks that the notes are about: they say what kind, and whose."""
    names = list({note["task_id"] for note in notes if note["kind"] == "task"})
    return {line["_id"]: line for line in find_by_id("history", names, session=session)}


def _owners_of_shorts(notes: list[Record], session: ClientSession | None) -> dict[tuple[str, str | None], str | None]:
    names = list({note["short_id"] for note in notes if note["kind"] == "short"})
    fields = {"short_id": 1, "id_scope": 1, "user_id": 1}
    found = mongo.collection("shorts").find({"short_id": {"$in": names}}, fields, session=session) if names else ()
    return {(short["short_id"], short.get("id_scope")): short.get("user_id") for short in found}


def _event(note: Record, lines: dict[str, Record], owners: dict[tuple[str, str | None], str | None]) -> Record:
    event = {name: value for name, value in note.items() if name not in ("_id", "rank") and value is not None}
    if note["kind"] == "short":
        return event | {"user_id": owners.get((note["short_id"], note["id_scope"]))}
    if note["kind"] == "session":
        return event
    line = lines.get(note["task_id"], {})
    return event | {name: line.get(name) for name in WHOSE} | _session_change(TaskStatus(note["status"]), line)


def _session_change(status: TaskStatus, line: Record) -> Record:
    """Return what a task's end means for its session, by the rule; of its beginning the note itself tells."""
    if not line.get("session") or status not in ENDED:
        return {}
    kept = SESSION_RULES[TaskType(line["task_type"])].kept
    return {"session": SESSION_AFTER[status].value if kept else "removed"}
