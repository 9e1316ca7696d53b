"""Tasks a second that do nothing, from accepted to completed, and the time from accepted to started."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pymongo.collection import Collection

from app.db import client as mongo
from app.db.indexes import ensure_indexes
from app.models import TaskType
from app.processes.lifetime import child_environment
from app.queue import broker
from app.queue.dispatch import submit_task
from benchmarks import peers
from benchmarks.table import Table, percentile, rates

TASKS = 300
ROUNDS = 5
PATIENCE = 120.0
DRAMATIQ_LIMIT = 0.9
KIND = TaskType.CONTENT_ANALYSIS


def run(table: Table, tasks: int = TASKS) -> None:
    """Add the rows of the engines, and the figures of waiting."""
    short_id = f"bench-{uuid.uuid4().hex[:8]}"
    me = str(os.getpid())
    database = mongo.connect().client[peers.DATABASE]
    mongo.connect().client.drop_database(database.name)
    with worker("benchmarks.noop_worker", me), worker("benchmarks.peers", me):
        runs = {"ours": _ours(short_id), "dramatiq": _dramatiq(short_id)}
        for one in runs.values():
            one(20)  # both are up and warm
        speeds: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, one in runs.items():
                speeds[name].append(one(tasks))
        ours, bare = (statistics.median(speed) for speed in speeds.values())
        waits(table, short_id, ours)
    table.add(
        rates(
            "tasks a second, no-op", ours, "bare Dramatiq, the same documents in two transactions", bare, DRAMATIQ_LIMIT
        )
    )


def waits(table: Table, short_id: str, rate: float) -> None:
    """Tell the time from accepted to started: one task at a time, then at 80 % of what was reached."""
    for name, pause, count in (("idle", 0.15, 60), ("at 80 % load", 1 / (0.8 * rate), 300)):
        ids = []
        begin = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, begin + number * pause - time.monotonic()))
            ids.append(submit_task(KIND, short_id=short_id))
        wanted: dict[str, object] = {"_id": {"$in": ids}}
        _wait(partial(_are_done, wanted, count))
        found = mongo.collection("tasks").find(wanted, {"created_at": 1, "started_at": 1})
        spent = [1000 * (one["started_at"] - one["created_at"]).total_seconds() for one in found]
        middle, late = percentile(spent, 0.5), percentile(spent, 0.99)
        table.figure(f"from accepted to started, {name}: p50 {middle:.0f} ms, p99 {late:.0f} ms")


def _ours(short_id: str) -> Callable[[int], float]:
    return partial(_rate, lambda: submit_task(KIND, short_id=short_id), mongo.collection("tasks"))


def _dramatiq(short_id: str) -> Callable[[int], float]:
    database = mongo.connect().client[peers.DATABASE]
    ensure_indexes(database)  # the same as ShopReel's: keeping them is part of the same writes
    return partial(_rate, lambda: peers.accept(short_id), database["tasks"])


def _rate(accept: Callable[[], str], tasks: Collection[Any], count: int) -> float:
    """Return how many tasks a second are accepted and completed; looking for their ends must cost little."""
    begin = time.monotonic()
    left = [accept() for _ in range(count)]
    while left:
        found = tasks.find({"_id": {"$in": left[-20:]}, "status": "completed"}, {"_id": 1})
        done = {task["_id"] for task in found}
        if not done:
            time.sleep(0.02)
        left = [name for name in left if name not in done]
        if time.monotonic() > begin + PATIENCE:
            raise RuntimeError("the worker does not do its tasks")
    return count / (time.monotonic() - begin)


def _done(query: dict[str, object]) -> int:
    return mongo.collection("tasks").count_documents(query | {"status": "completed"})


def _are_done(query: dict[str, object], count: int) -> bool:
    return _done(query) == count


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("the worker does not do its tasks")
        time.sleep(0.05)


@contextlib.contextmanager
def worker(module: str, *arguments: str, **more: str) -> Iterator[None]:
    """Run a worker process; it shares this process's servers."""
    servers = {"REDIS_URL": broker.redis_url(), "PYTHONPATH": str(Path.cwd()), **more}
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=child_environment() | servers,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
