"""How it grows: creating, reading and cleaning up with thousands of sessions there. ``GROWTH=0.1``: a tenth of them."""

from __future__ import annotations

import os
import re
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pymongo.client_session import ClientSession

from app.config import get_settings
from app.db import client as mongo
from app.events.log import number_events
from app.events.repository import note_session
from app.models import TaskType, utc_now
from app.sessions.service import REMOVED_AT_ONCE, session_service
from app.tasks.service import complete_task, create_task
from benchmarks.table import Table, rates, times

FULL = 50_000
SHARE = float(os.environ.get("GROWTH", "1"))
BATCH = 1000
OLD = timedelta(days=30)
ROUNDS = 60
RAW = 2000
"""Sessions that the peer of the clean-up removes."""
LIMIT = 1.5
"""Of what a call takes with the sessions there, beside without."""


def run(table: Table) -> None:
    """Add the rows of how it grows, and of the clean-up."""
    prefix = f"grow-{uuid.uuid4().hex[:6]}"
    there = 0
    first: tuple[float, ...] = ()
    for live in (0, int(0.2 * SHARE * FULL), int(SHARE * FULL)):
        _fill(prefix, there, live, "active")
        there = live
        spent = _times(prefix)
        first = first or spent
        memory = _server_megabytes()
        took = ", ".join(f"{name} {1000 * one:.1f} ms" for name, one in zip(WHAT, spent, strict=True))
        table.figure(f"with {live:,} live sessions: {took}; the database's memory {memory:.0f} MB")
    for name, now, before in zip(WHAT, spent, first, strict=True):
        table.add(times(f"{name}, {there:,} live sessions", now, "none", before, LIMIT))
    sessions = mongo.collection("sessions")
    if size := mongo.connect().database.command("collStats", "sessions").get("size", 0):
        count = max(1, sessions.estimated_document_count())
        table.figure(f"1,000 live sessions take {size / count:.0f} kB, without their indexes")
    _clean_up(table, prefix, int(2 * SHARE * FULL))


WHAT = ("create a task with its session", "list a short's sessions", "complete a task")


def _times(prefix: str) -> tuple[float, ...]:
    spent: list[list[float]] = [[], [], []]
    for number in range(ROUNDS):
        short_id = f"{prefix}-own-{number}"
        made: list[str] = []

        def create(short_id: str = short_id, made: list[str] = made) -> None:
            made.append(create_task(TaskType.IMAGE_ANALYSIS, short_id=short_id))

        def read(short_id: str = short_id) -> None:
            session_service.manager.find(short_id=short_id)

        def end(made: list[str] = made) -> None:
            complete_task(made[0], {})

        steps: list[Callable[[], None]] = [create, read, end]
        for place, call in enumerate(steps):
            begin = time.perf_counter()
            call()
            spent[place].append(time.perf_counter() - begin)
    return tuple(map(statistics.median, spent))


def _fill(prefix: str, there: int, wanted: int, status: str) -> None:
    """Add sessions until so many are there: live ones of the last hour, or old ones of a month."""
    newest, span = (utc_now(), timedelta(hours=1)) if status == "active" else (utc_now() - OLD, OLD)
    for begin in range(there, wanted, BATCH):
        mongo.collection("sessions").insert_many(
            _session(f"{prefix}-{status}-{number}", prefix, status, newest - span * number / wanted)
            for number in range(begin, min(begin + BATCH, wanted))
        )


def _session(task_id: str, prefix: str, status: str, created: Any) -> dict[str, Any]:
    dates = {"created_at": created, "updated_at": created}
    names = {"task_id": task_id, "short_id": f"{prefix}-{task_id[-3:]}", "task_type": "scenario_generation"}
    return names | {"user_id": None, "status": status} | dates


def _clean_up(table: Table, prefix: str, count: int) -> None:
    _fill(prefix, 0, RAW, "failed")
    raw = _raw_removals(list(mongo.collection("sessions").find({"status": "failed"})))
    number_events()  # the peer's notes
    _fill(prefix, 0, count, "completed")
    quiet = statistics.median(_create_times(prefix, threading.Event(), ROUNDS))
    over = threading.Event()
    others: list[float] = []
    working = threading.Thread(target=lambda: others.extend(_create_times(prefix, over)), name="others")
    working.start()
    begin = time.monotonic()
    removed = session_service.cleanup_old_sessions(7)
    seconds = time.monotonic() - begin
    over.set()
    working.join()
    if removed != count:
        raise RuntimeError(f"{removed} of {count} old sessions were removed")
    what = f"clean-up of {count:,} old sessions, while others work"
    table.add(rates(what, removed / seconds, "the bare deletions and notes, alone", raw))
    busy = statistics.median(others)
    table.add(times("create a task meanwhile", busy, "before it", quiet))
    table.figure(
        f"the clean-up took {seconds:.0f} s; the slowest of {len(others):,} others {1000 * max(others):.0f} ms"
    )


def _raw_removals(found: list[dict[str, Any]]) -> float:
    """Remove sessions and write the notes, in transactions of as many; return how many a second."""

    def remove(some: list[dict[str, Any]], session: ClientSession | None) -> None:
        database = mongo.connect().database
        database["sessions"].delete_many({"_id": {"$in": [one["_id"] for one in some]}}, session=session)
        notes = [note_session(one, "removed").document for one in some]
        database["outbox"].insert_many(notes, session=session)

    begin = time.monotonic()
    for some in _portions(found):
        mongo.in_transaction(partial(remove, some))
    return len(found) / (time.monotonic() - begin)


def _portions(found: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(found), REMOVED_AT_ONCE):
        yield found[start : start + REMOVED_AT_ONCE]


def _server_megabytes() -> float:
    """Return the memory of the embedded database, resident; 0: it is another."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode()
            if "secantusd" in command and str(get_settings().shopreel_data_dir) in command:
                found = re.search(r"VmRSS:\s+(\d+) kB", (process / "status").read_text())
                return int(found[1]) / 1000 if found else 0.0
        except OSError:  # it has just ended
            continue
    return 0.0


def _create_times(prefix: str, over: threading.Event, rounds: int = 1_000_000) -> list[float]:
    spent: list[float] = []
    while not over.is_set() and len(spent) < rounds:
        begin = time.perf_counter()
        task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id=f"{prefix}-busy")
        spent.append(time.perf_counter() - begin)
        complete_task(task_id, {})
    return spent
