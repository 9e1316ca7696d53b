"""The simulation of ``shopreel plan`` beside a real run: arrivals at random, one worker, tasks of known length."""

from __future__ import annotations

import os
import random
import statistics
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from app.analytics import capacity
from app.analytics.capacity import Load, Outcome, Workers
from app.db import client as mongo
from app.models import TaskType
from app.queue.dispatch import submit_task
from app.tasks.service_times import place_seconds
from benchmarks.noop_worker import compute
from benchmarks.table import Row, Table
from benchmarks.throughput import worker

KIND = TaskType.CONTENT_ANALYSIS
PLACES = 4
SLEEPING, COMPUTING, ALONE = 300, 150, 20
"""Tasks of each run, and of those that run alone."""
SECONDS = 1.0
"""Of each task: much longer than a message takes to be fetched, of which the simulation knows nothing."""
SLEEP_USE, COMPUTE_USE = 0.8, 0.6
"""The share of the places, or of the cores, that is to be taken."""
LIMIT = 1.2
Tasks = list[dict[str, Any]]


def run(table: Table) -> None:
    """Add the rows of tasks that wait for places, and of tasks that share the cores."""
    _places(table)
    _cores(table)


def _places(table: Table) -> None:
    """Tasks that sleep: their times are those that they had in the run itself."""
    with _worker(SHOPREEL_NOOP_SECONDS=str(SECONDS)) as short_id:
        # What comes before and after a task takes its place too: on a slow machine that alone could fill the rest.
        rate = SLEEP_USE * PLACES / statistics.mean(_alone(short_id, PLACES))
        found = _arrive(short_id, rate, SLEEPING)
    outcome = _simulate(map(place_seconds, found), found, Workers(1, PLACES), rate)
    waits = [(task["started_at"] - task["created_at"]).total_seconds() for task in found]
    _compare(table, f"wait of {SLEEPING} tasks at {100 * SLEEP_USE:.0f} % load", waits, outcome.waits)


def _cores(table: Table) -> None:
    """Tasks that compute: their times are of tasks that ran alone, and the cores are shared in the run."""
    cores = os.cpu_count() or 1
    begin = time.process_time()
    compute(1_000_000)
    rounds = int(1_000_000 * SECONDS / (time.process_time() - begin))
    with _worker(SHOPREEL_NOOP_ROUNDS=str(rounds)) as short_id:
        before = _alone(short_id, 1)
        rate = COMPUTE_USE * cores / statistics.mean(before)
        found = _arrive(short_id, rate, COMPUTING)
        # A machine that others share is not as fast before the run as after it.
        alone = before + _alone(short_id, 1)
    outcome = _simulate(alone, found, Workers(1, PLACES, cores=cores), rate)
    whole = [(task["ended_at"] - task["created_at"]).total_seconds() for task in found]
    what = f"accepted to ended, {COMPUTING} computing tasks, {100 * COMPUTE_USE:.0f} % of {cores} cores"
    _compare(table, what, whole, outcome.shorts)


def _alone(short_id: str, together: int) -> list[float]:
    """Run so many tasks at a time, which nothing waits for; return the times for which they took their places."""
    found: list[float] = []
    for _ in range(ALONE // together):
        found += map(place_seconds, _wait_for([submit_task(KIND, short_id=short_id) for _ in range(together)]))
    return found


@contextmanager
def _worker(**work: str) -> Iterator[str]:
    """Run a worker, warm; give the id of a short for its tasks."""
    short_id = f"bench-{uuid.uuid4().hex[:8]}"
    with worker("benchmarks.noop_worker", str(os.getpid()), KIND.value, WORKER_THREADS=str(PLACES), **work):
        _wait_for([submit_task(KIND, short_id=short_id) for _ in range(2 * PLACES)])
        yield short_id


def _arrive(short_id: str, rate: float, count: int) -> Tasks:
    """Submit tasks at random, so many a second; return them when all have ended."""
    chance = random.Random(3)
    ids, due = [], time.monotonic()
    for _ in range(count):
        due += chance.expovariate(rate)
        time.sleep(max(0.0, due - time.monotonic()))
        ids.append(submit_task(KIND, short_id=short_id))
    return _wait_for(ids)


def _simulate(seconds: Iterable[float], found: Tasks, workers: Workers, rate: float) -> Outcome:
    """Simulate tasks that arrive when those of the run did."""
    created = [task["created_at"] for task in found]
    gaps = [0.0, *((later - sooner).total_seconds() for sooner, later in pairwise(created))]
    return capacity.simulate({KIND: list(seconds)}, Load(3600 * rate), workers, 1, stages=((KIND,),), gaps=gaps)


def _compare(table: Table, what: str, real: list[float], simulated: list[float]) -> None:
    for name, pick in (("mean", statistics.mean), ("p95", lambda values: capacity.percentile(values, 0.95))):
        ours, model = pick(real), pick(simulated)
        apart = max(ours, model) / min(ours, model)
        table.add(Row(f"{name} {what}", f"{1000 * ours:.0f} ms", "simulated", f"{1000 * model:.0f} ms", apart, LIMIT))


def _wait_for(ids: list[str]) -> Tasks:
    query = {"_id": {"$in": ids}, "status": "completed"}
    end = time.monotonic() + 120
    while mongo.collection("tasks").count_documents(query) < len(ids):
        if time.monotonic() > end:
            raise RuntimeError("the worker does not do its tasks")
        time.sleep(0.1)
    return list(mongo.collection("tasks").find(query).sort("created_at", 1))
