"""Work goes on while the database is away: what must not be lost is spooled, and replayed when it is back.

Spooled are new tasks and shorts, and the moves that a run makes with its own task. Reading, cancelling and claiming are
not: their answer would be a guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pymongo.errors import DuplicateKeyError

from app.errors import DatabaseAway
from app.models import TaskStatus, utc_now
from app.storage import mongo
from app.storage.events import CREATED, LEFT, note_short, note_task
from app.storage.mongo import database_answers, write_together
from app.storage.spool import Entry, get_spool
from app.storage.writes import Delete, Insert, Write, write_document, write_of
from app.telemetry import get_logger

NEW_TASK, NEW_SHORT, MOVE = "task", "short", "move"
CATCH_UP_SECONDS = 2.0
log = get_logger("outage")


def spool_writes(kind: str, name: str, writes: Sequence[Write], key: str | None = None) -> str:
    """Keep writes that belong together for when the database is back.

    Returns:
        ``name``, or that of what waits already with the same ``key``.

    Raises:
        Unavailable: the local disk does not take them either.
    """
    documents = [write_document(write) for write in writes]
    kept = get_spool().append({"kind": kind, "id": name, "key": key, "at": utc_now(), "writes": documents})
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


def catch_up() -> None:
    """Let what this machine has accepted be in the database before it is asked for: who was told yes must find it.

    Raises:
        DatabaseAway: it is away, or catching up takes longer than ``CATCH_UP_SECONDS``.
    """
    replay_spool(CATCH_UP_SECONDS)


def _apply(entry: Entry) -> None:
    """Write an entry. A second time it changes nothing."""
    writes = [write_of(document) for document in entry["writes"]]
    with database_answers():
        if entry["kind"] == NEW_TASK:
            _create(entry, writes)
        elif entry["kind"] == NEW_SHORT:
            _create_short(entry, writes)
        else:
            write_together(writes)


def _create(entry: Entry, writes: list[Write]) -> None:
    task_id = entry["id"]
    if mongo.collection("tasks").find_one({"_id": task_id}, {"_id": 1}):
        return  # the write went through although its answer did not
    for write in writes:
        if isinstance(write, Insert) and write.collection == "tasks" and write.document["dispatched"]:
            write.document["due_at"] = utc_now()  # the sweeper sends it in its next round
    if not mongo.connect().transactions:
        # An attempt that was cut short may have left what comes before the task.
        writes = [Delete("sessions", {"task_id": task_id}), Delete("history", {"_id": task_id}), *writes]
    try:
        write_together(writes)
    except DuplicateKeyError:
        _record_as_repeated(entry, writes)


def _record_as_repeated(entry: Entry, writes: list[Write]) -> None:
    """End a task whose idempotency key another process used in the outage: its caller finds where the work is done."""
    first = mongo.collection("tasks").find_one({"idempotency_key": entry["key"]}, {"_id": 1})
    if first is None:
        raise DatabaseAway("the task of this idempotency key is being written; try again soon")
    now = utc_now()
    reason = f"a task with the same idempotency key was accepted before: {first['_id']}"
    ended = {"status": TaskStatus.CANCELLED.value, "error": reason, "ended_at": now, "due_at": None}
    records: dict[str, dict[str, Any]] = {
        write.collection: write.document for write in writes if isinstance(write, Insert)
    }
    task, history = records["tasks"] | ended, records["history"]
    task["metadata"] = task["metadata"] | {"duplicate_of": first["_id"]}
    task["history"] = [*task["history"], {"at": now, "status": TaskStatus.CANCELLED.value, "note": reason}]
    del task["idempotency_key"]
    line = history | {"outcome": TaskStatus.CANCELLED.value, "ended_at": now, "error": reason, "session": False}
    leftovers: list[Write] = [Delete("sessions", {"task_id": entry["id"]}), Delete("history", {"_id": entry["id"]})]
    notes = [
        note_task(entry["id"], TaskStatus.QUEUED, task["created_at"], phase=CREATED),
        note_task(entry["id"], TaskStatus.CANCELLED, now, phase=LEFT, note=reason),
    ]
    write_together([*leftovers, Insert("history", line), Insert("tasks", task), *notes])


def _create_short(entry: Entry, writes: list[Write]) -> None:
    try:
        write_together(writes)
    except DuplicateKeyError:
        shorts = mongo.collection("shorts")
        if shorts.find_one({"_id": entry["id"]}, {"_id": 1}):
            return  # the write went through although its answer did not
        first = shorts.find_one({"idempotency_key": entry["key"]}, {"_id": 1})
        if first is None:
            raise DatabaseAway("the short of this idempotency key is being written; try again soon") from None
        assert isinstance(writes[0], Insert)
        reason = f"a short with the same idempotency key was accepted before: {first['_id']}"
        short = writes[0].document | {"status": "cancelled", "error": reason}
        del short["idempotency_key"]
        write_together([Insert("shorts", short), *writes[1:], note_short(entry["id"], "cancelled", error=reason)])
