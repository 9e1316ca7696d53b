"""Gauges of the whole system, read from the database when somebody scrapes ``/metrics``, at most every ten seconds.

Every process of the API reports the same: take the ``max`` over them. Only what is live is counted, never the archive
of ended tasks, so that a scrape costs what the present load costs.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.db import client as mongo
from app.db.client import database_answers
from app.errors import ShopReelError
from app.maintenance import dependencies
from app.models import LIVE, SessionStatus, TaskStatus, TaskType
from app.queue.names import POOLS
from app.tasks.registry import TASK_SPECS
from app.tasks.spool import get_spool

TRUSTED_SECONDS = 10.0
WAITING = (TaskStatus.QUEUED.value, TaskStatus.RETRYING.value)


class SystemCollector(Collector):
    """The state of tasks, sessions, queues and parts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = -TRUSTED_SECONDS
        self._families: list[GaugeMetricFamily] = []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the gauges; those of the database are left out while it does not answer."""
        with self._lock:
            if time.monotonic() - self._read_at >= TRUSTED_SECONDS:
                self._families = list(_read())
                self._read_at = time.monotonic()
            return self._families


def _read() -> Iterable[GaugeMetricFamily]:
    up = GaugeMetricFamily("shopreel_part_up", "1 where a part can be used.", labels=["part"])
    states = dependencies.report().states
    for part, state in states.items():
        up.add_metric([part], state == dependencies.OK)
    yield up
    yield GaugeMetricFamily(
        "shopreel_spool_entries", "Writes on this machine's disk that wait for the database.", get_spool().count()
    )
    yield GaugeMetricFamily(
        "shopreel_spool_damaged_files",
        "Files of this machine's spool that could not be read whole.",
        len(get_spool().damaged()),
    )
    if states["database"] != dependencies.OK:
        return
    try:
        with database_answers():
            yield from _live_records()
    except ShopReelError:
        return


def _live_records() -> Iterable[GaugeMetricFamily]:
    group = {"$group": {"_id": {"status": "$status", "task_type": "$task_type"}, "count": {"$sum": 1}}}
    live = {"$match": {"status": {"$in": [status.value for status in LIVE]}}}
    tasks = GaugeMetricFamily("shopreel_tasks", "Live tasks by state and type.", labels=["status", "task_type"])
    depth: Counter[str] = Counter(dict.fromkeys(POOLS, 0))
    for found in mongo.collection("tasks").aggregate([live, group]):
        kind = found["_id"]
        tasks.add_metric([kind["status"], kind["task_type"]], found["count"])
        if kind["status"] in WAITING:
            depth[TASK_SPECS[TaskType(kind["task_type"])].queue] += found["count"]
    yield tasks
    queues = GaugeMetricFamily("shopreel_queue_depth", "Tasks that wait for a worker, by pool.", labels=["pool"])
    for pool, count in depth.items():
        queues.add_metric([pool], count)
    yield queues
    sessions = GaugeMetricFamily("shopreel_sessions", "Sessions by status.", labels=["status"])
    for status in SessionStatus:
        sessions.add_metric([status.value], mongo.collection("sessions").count_documents({"status": status.value}))
    yield sessions


SYSTEM = CollectorRegistry()
SYSTEM.register(SystemCollector())
