"""Work goes on while the database is away: what must not be lost is spooled, and replayed when it is back.

Spooled are new tasks and shorts, and the moves that a run makes with its own task. Reading, cancelling and claiming are
not: their answer would be a guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pymongo.errors import DuplicateKeyError

from app.access.idempotency import COLLECTION as KEYS
from app.access.idempotency import STEP, IdempotencyKey
from app.core.telemetry import get_logger
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.server_clock import server_now
from app.db.writes import Delete, Insert, Update, Write, write_document, write_of
from app.errors import DatabaseAway
from app.events.repository import CREATED, LEFT, OUTBOX, note_short, note_task
from app.models import TaskStatus, utc_now
from app.tasks.notes import ENDS_WITH, completed_note
from app.tasks.repository import leftovers
from app.tasks.spool import get_spool
from app.tasks.spool_file import Entry

NEW_TASK, NEW_SHORT, MOVE = "task", "short", "move"
CATCH_UP_SECONDS = 2.0
log = get_logger("outage")


def spool_writes(kind: str, name: str, writes: Sequence[Write], once: IdempotencyKey | None = None) -> str:
    """Keep writes that belong together for when the database is back. ``once``: of the request that they come of.

    Returns:
        ``name``, or that of what waits already of the same request.

    Raises:
        InvalidInput: another request that waits has used the idempotency key.
        Unavailable: the local disk does not take them either.
    """
    documents = [write_document(write) for write in writes]
    kept = get_spool().append({"kind": kind, "id": name, "at": utc_now(), "writes": documents}, once)
    log.warning("write_spooled", kind=kind, id=kept)
    return kept


def replay_spool(seconds: float = math.inf) -> int:
    """Write what was spooled, if the database is back; return how many entries. Cheap when there is nothing to do.

    Raises:
        DatabaseAway: it is not back, went away again in between, or it takes longer than ``seconds``.
    """
    spool = get_spool()
    if not spool.pending():
        return 0
    with database_answers():
        mongo.connect()  # an outage is told before anything is moved
    done = spool.replay(_apply, seconds)
    if done:
        log.info("spool_replayed", entries=done)
    return done


def flush_spool() -> None:
    """Let what this machine has accepted be in the database before it is asked for: who was told yes must find it.

    Raises:
        DatabaseAway: it is away, or catching up takes longer than ``CATCH_UP_SECONDS``.
    """
    replay_spool(CATCH_UP_SECONDS)


def _apply(entry: Entry) -> None:
    """Write an entry. A second time it changes nothing."""
    with database_answers():
        writes = _told(entry, [write_of(document) for document in entry["writes"]])
        if entry["kind"] == NEW_TASK:
            _create(entry, writes)
        elif entry["kind"] == NEW_SHORT:
            _create_short(entry, writes)
        else:
            write_together(writes)


def _told(entry: Entry, writes: Sequence[Write]) -> list[Write]:
    """Return the writes of an entry, the notes of a task with what was not known of it, or not told by older versions.

    Up to schema version 7 it stood in a collection of its own, the ``history``.
    """
    found: list[Write] = [write for write in writes if write.collection != "history"]
    notes = [write.document for write in found if isinstance(write, Insert) and write.collection == OUTBOX]
    if all("task_type" in note or note["kind"] != "task" for note in notes):
        return found
    made = [write.document for write in found if isinstance(write, Insert) and write.collection == "tasks"]
    task = made[0] if made else mongo.collection("tasks").find_one({"_id": entry["id"]}, ENDS_WITH)
    if task is None:
        return found  # and nothing is to be moved
    lines = [write.update["$set"] for write in writes if isinstance(write, Update) and write.collection == "history"]
    for note in notes:
        note |= completed_note(note, task, lines[0]["steps"] if lines else None)
    return found


def _create(entry: Entry, writes: list[Write]) -> None:
    task_id = entry["id"]
    if mongo.collection("tasks").find_one({"_id": task_id}, {"_id": 1}):
        return  # the write went through although its answer did not
    for write in writes:
        if isinstance(write, Insert) and write.collection == "tasks" and write.document["dispatched"]:
            write.document["due_at"] = server_now()  # the sweeper sends it in its next round
    if not mongo.connect().transactions:
        # An attempt that was cut short may have left what comes before the task.
        key: list[Write] = [Delete(KEYS, {"_id": entry["once"]["key"], "made": task_id})] if entry.get("once") else []
        writes = [*key, *leftovers(task_id), *writes]
    try:
        write_together(writes)
    except DuplicateKeyError:
        _record_as_repeated(entry, writes)


def _first_of(entry: Entry) -> tuple[str, str, bool]:
    """Return what the idempotency key of an entry that comes too late has made: id, reason, whether it is the same."""
    first = mongo.collection(KEYS).find_one({"_id": entry["once"]["key"]}) if entry.get("once") else None
    if first is None:
        raise DatabaseAway("what this idempotency key has made is being written; try again soon")
    asked = IdempotencyKey(**entry["once"])
    if (first["kind"], first["fingerprint"]) == (asked.kind, asked.fingerprint):
        return first["made"], f"the same idempotency key was accepted before: {first['made']}", True
    return first["made"], "another request had used the idempotency key; use a new key for a new request", False


def _record_as_repeated(entry: Entry, writes: list[Write]) -> None:
    """End a task whose idempotency key another process used in the outage: its caller finds where the work is done."""
    first, reason, same = _first_of(entry)
    if same and entry["once"]["key"].startswith(STEP):
        return  # several processes went on with one short: a second, cancelled task of the step would end it
    now = utc_now()
    ended = {"status": TaskStatus.CANCELLED.value, "error": reason, "ended_at": now, "due_at": None}
    records: dict[str, dict[str, Any]] = {
        write.collection: write.document for write in writes if isinstance(write, Insert)
    }
    task = records["tasks"] | ended
    if same:
        task["metadata"] = task["metadata"] | {"duplicate_of": first}
    task["history"] = [*task["history"], {"at": now, "status": TaskStatus.CANCELLED.value, "note": reason}]
    del task["idempotency_key"]
    run = {"created_at": task["created_at"]}
    notes = [
        note_task(task, TaskStatus.QUEUED, task["created_at"], phase=CREATED),
        note_task(task, TaskStatus.CANCELLED, now, phase=LEFT, note=reason, run=run),
    ]
    write_together([*leftovers(entry["id"]), Insert("tasks", task), *notes])


def _create_short(entry: Entry, writes: list[Write]) -> None:
    shorts = mongo.collection("shorts")
    if shorts.find_one({"_id": entry["id"]}, {"_id": 1}):
        return  # the write went through although its answer did not
    if not mongo.connect().transactions and entry.get("once"):
        writes = [Delete(KEYS, {"_id": entry["once"]["key"], "made": entry["id"]}), *writes]
    try:
        write_together(writes)
    except DuplicateKeyError:
        _, reason, _ = _first_of(entry)
        records = {write.collection: write for write in writes if isinstance(write, Insert)}
        short = records.pop("shorts").document | {"status": "cancelled", "error": reason}
        del short["idempotency_key"], records[KEYS]
        started = records.values()
        write_together([Insert("shorts", short), *started, note_short(entry["id"], "cancelled", error=reason)])
