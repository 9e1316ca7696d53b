"""The worker: a process that runs tasks. One pool of threads for light work, another for rendering."""

from __future__ import annotations

import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dramatiq

from app.blobs import store as media
from app.blobs.workspace import remove_stale_workspaces
from app.config import get_settings
from app.core import tracing
from app.core.telemetry import configure_logging, get_logger
from app.db import client as mongo
from app.embedded import detach
from app.maintenance.scheduler import Scheduler
from app.maintenance.worker_health import probes
from app.models import TaskType
from app.processes.lifetime import asked_to_end, end_with_parent
from app.processes.worker_process import DRAIN_SECONDS, HAND_BACK_SECONDS
from app.queue import broker
from app.queue.names import ACTOR, LIGHT, RENDER, taken
from app.tasks import runner as task_runner
from app.tasks.lease_keeper import keeper

WORKER_TIMEOUT_MS = 50
log = get_logger("worker")


class WorkerPool:
    """The threads that do one kind of work, and the task types that they take."""

    def __init__(self, pool: str, types: tuple[TaskType, ...], threads: int) -> None:
        opened: Any = broker.open_broker(broker.WORK_SECONDS, {pool: types})
        self.broker = opened
        dramatiq.Actor(
            task_runner.run_task,
            broker=opened,
            actor_name=ACTOR,
            queue_name=pool,
            priority=0,
            options={},
        )
        self.worker = dramatiq.Worker(opened, worker_threads=threads, worker_timeout=WORKER_TIMEOUT_MS)
        # Messages that wait in a worker's memory cannot be taken by an idle one.
        self.worker.queue_prefetch = threads

    def start(self) -> None:
        """Begin to take messages."""
        self.worker.start()

    def alive(self) -> bool:
        """Tell whether all its threads run."""
        return all(thread.is_alive() for thread in self.worker.workers)

    def stop(self, seconds: float) -> None:
        """Stop taking messages; wait for running tasks up to ``seconds``."""
        self.worker.stop(timeout=int(seconds * 1000))
        self.broker.close()


def run_worker(queues: str | None = None) -> None:
    """Work until SIGTERM or SIGINT, then hand back what is running and return.

    ``queues``: what to take, as in the setting ``worker_queues``, which holds where it is None.

    Raises:
        InvalidInput: ``queues`` holds a name that there is not.
    """
    settings = get_settings()
    threads = {LIGHT: settings.worker_threads, RENDER: settings.render_threads}
    takes = taken(settings.worker_queues if queues is None else queues)
    wait_for_end = asked_to_end()
    pools = [WorkerPool(pool, types, threads[pool]) for pool, types in takes.items()]
    remove_stale_workspaces()
    media.remove_half_uploads()
    tracing.configure("worker")
    scheduler = Scheduler(tuple(takes))
    task_runner.stopping.clear()
    scheduler.start()
    for pool in pools:
        pool.start()
    log.info(
        "worker_ready",
        **{pool: threads[pool] for pool in takes},
        takes=[one for some in takes.values() for one in some],
    )
    with probes(lambda: all(pool.alive() for pool in pools)):
        wait_for_end()
    log.info("worker_stopping")
    # What ends within the drain ends here; the rest is handed back at its next report.
    give_up = threading.Timer(DRAIN_SECONDS, task_runner.stopping.set)
    give_up.start()
    with ThreadPoolExecutor(len(pools)) as stops:
        list(stops.map(lambda pool: pool.stop(DRAIN_SECONDS + HAND_BACK_SECONDS), pools))
    give_up.cancel()
    give_up.join()
    scheduler.stop()
    keeper.close()
    broker.close()
    mongo.close()
    tracing.close()
    detach()
    log.info("worker_stopped")


if __name__ == "__main__":
    configure_logging()
    if len(sys.argv) > 1:
        end_with_parent(int(sys.argv[1]), signal.SIGTERM)
    run_worker()
