"""The simulation of ``shopreel plan`` beside a real run: arrivals at random, one worker, tasks of known length."""

from __future__ import annotations

import os
import random
import statistics
import time
import uuid
from itertools import pairwise
from typing import Any

from app import capacity
from app.capacity import Load, Workers
from app.models import TaskType
from app.storage import mongo
from app.storage.service_times import place_seconds
from app.utils.task_dispatch import submit_task
from benchmarks.table import Row, Table
from benchmarks.throughput import worker

KIND = TaskType.CONTENT_ANALYSIS
SECONDS = 0.4
"""Of each task; it sleeps, so that the run measures queues and not the machine."""
PLACES = 4
USE = 0.8
"""Share of the time that the places are to be taken."""
TASKS = 300
LIMIT = 1.2


def run(table: Table) -> None:
    """Add the row of the mean wait, real beside simulated."""
    short_id = f"bench-{uuid.uuid4().hex[:8]}"
    chance = random.Random(3)
    rate = USE * PLACES / SECONDS
    arguments = (str(os.getpid()), KIND.value)
    with worker("benchmarks.noop_worker", *arguments, SHOPREEL_NOOP_SECONDS=str(SECONDS), WORKER_THREADS=str(PLACES)):
        _wait_for([submit_task(KIND, short_id=f"{short_id}-first")])
        ids, due = [], time.monotonic()
        for _ in range(TASKS):
            due += chance.expovariate(rate)
            time.sleep(max(0.0, due - time.monotonic()))
            ids.append(submit_task(KIND, short_id=short_id))
        found = _wait_for(ids)
    created = [task["created_at"] for task in found]
    gaps = [0.0, *((later - sooner).total_seconds() for sooner, later in pairwise(created))]
    taken = [place_seconds(task) for task in found]
    real = [(task["started_at"] - task["created_at"]).total_seconds() for task in found]
    simulated = capacity.simulate(
        {KIND: taken}, Load(3600 * rate), Workers(1, PLACES), hours=1, stages=((KIND,),), gaps=gaps
    ).waits
    for name, pick in (("mean", statistics.mean), ("p95", lambda waits: capacity.percentile(waits, 0.95))):
        ours, model = pick(real), pick(simulated)
        apart = max(ours, model) / min(ours, model)
        what = f"{name} wait of {TASKS} tasks at {100 * USE:.0f} % load, real and simulated"
        table.add(Row(what, f"{1000 * ours:.0f} ms", "simulated", f"{1000 * model:.0f} ms", apart, LIMIT))
    for name in ("tasks", "history"):
        mongo.collection(name).delete_many({"short_id": {"$in": [short_id, f"{short_id}-first"]}})


def _wait_for(ids: list[str]) -> list[dict[str, Any]]:
    query = {"_id": {"$in": ids}, "status": "completed"}
    end = time.monotonic() + 120
    while mongo.collection("tasks").count_documents(query) < len(ids):
        if time.monotonic() > end:
            raise RuntimeError("the worker does not do its tasks")
        time.sleep(0.1)
    return list(mongo.collection("tasks").find(query).sort("created_at", 1))
