"""How it grows: creating, reading and cleaning up with thousands of sessions there. ``GROWTH=1`` is the full size."""

from __future__ import annotations

import os
import statistics
import threading
import time
import uuid
from datetime import timedelta
from typing import Any

from app.models import TaskType, utc_now
from app.services.session_service import session_service
from app.storage import mongo
from app.utils.task_management import complete_task, create_task
from benchmarks.table import Table

FULL = 50_000
SHARE = float(os.environ.get("GROWTH", "0.1"))
BATCH = 1000
OLD = timedelta(days=30)
ROUNDS = 40


def run(table: Table) -> None:
    """Print the figures; there is no peer."""
    prefix = f"grow-{uuid.uuid4().hex[:6]}"
    there = 0
    for live in (0, int(0.2 * SHARE * FULL), int(SHARE * FULL)):
        _fill(prefix, there, live, "active")
        there = live
        create, read, end = _times(prefix)
        took = f"create {create:.1f} ms, list a short's {read:.1f} ms, complete {end:.1f} ms"
        table.figure(f"with {live:,} live sessions: {took}")
    sessions = mongo.collection("sessions")
    size = mongo.connect().database.command("collStats", "sessions").get("size", 0)
    if size:
        table.figure(
            f"a session takes {size / max(1, sessions.estimated_document_count()):.0f} bytes without its indexes"
        )
    _clean_up(table, prefix, int(2 * SHARE * FULL))
    sessions.delete_many({"short_id": {"$regex": f"^{prefix}"}})


def _times(prefix: str) -> tuple[float, float, float]:
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

        for place, call in enumerate((create, read, end)):
            begin = time.perf_counter()
            call()
            spent[place].append(1000 * (time.perf_counter() - begin))
    create_ms, read_ms, end_ms = map(statistics.median, spent)
    return create_ms, read_ms, end_ms


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
    table.figure(
        f"clean-up of {removed:,} old sessions: {seconds:.1f} s ({removed / seconds:.0f}/s); meanwhile others create "
        f"a task in {statistics.median(others):.1f} ms (worst {max(others):.0f} ms), before it in {quiet:.1f} ms"
    )


def _create_times(prefix: str, over: threading.Event, rounds: int = 1_000_000) -> list[float]:
    spent = []
    while not over.is_set() and len(spent) < rounds:
        begin = time.perf_counter()
        task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id=f"{prefix}-busy")
        spent.append(1000 * (time.perf_counter() - begin))
        complete_task(task_id, {})
    return spent
