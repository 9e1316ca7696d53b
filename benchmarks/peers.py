"""The same work by bare Dramatiq with ShopReel's documents in two transactions.

``python -m benchmarks.peers PARENT``: its worker, in one process with four threads as ShopReel's.
"""

from __future__ import annotations

import signal
import sys
import uuid
from datetime import datetime
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from pymongo import DeleteOne, InsertOne, MongoClient, UpdateOne

from app.config import get_settings
from app.core.search_words import beginnings
from app.db.client import mongodb_uri
from app.db.indexes import Document
from app.db.writes import Delete, Insert, Update, Write
from app.models import TaskStatus, TaskType, utc_now
from app.processes.lifetime import asked_to_end, end_with_parent
from app.queue import broker
from app.tasks.writes import creation_writes, end_writes

DATABASE = "bench_peers"
THREADS = 4
KIND = TaskType.CONTENT_ANALYSIS
settings = get_settings()
client: Any = MongoClient(mongodb_uri(settings))
redis_broker = RedisBroker(url=broker.redis_url(), middleware=[], namespace="bench", maintenance_chance=1_000_000)


def together(models: list[Any]) -> None:
    """Write in one transaction."""
    with client.start_session(causal_consistency=False) as session, session.start_transaction():
        client.bulk_write(models, session=session)


def model(write: Write) -> InsertOne[Any] | UpdateOne | DeleteOne:
    """Return one of ShopReel's writes as PyMongo's own."""
    place = f"{DATABASE}.{write.collection}"
    match write:
        case Insert():
            return InsertOne(write.document, namespace=place)
        case Update():
            return UpdateOne(write.filter, write.update, upsert=write.upsert, namespace=place)
        case Delete():
            return DeleteOne(write.filter, namespace=place)


def accept(short_id: str) -> str:
    """Write a new task, its session and its note, as ShopReel does, and send its message."""
    task_id, now = str(uuid.uuid4()), utc_now()
    task: Document = {
        "_id": task_id,
        "task_type": KIND.value,
        "status": "queued",
        "priority": 2,
        "user_id": None,
        "short_id": short_id,
        "url": None,
        "metadata": {},
        "dispatched": True,
        "due_at": now,
        "progress": 0.0,
        "step": None,
        "retries": 0,
        "max_retries": 3,
        "lease_owner": None,
        "lease_epoch": 0,
        "request_id": None,
        "trace": None,
        "created_at": now,
        "updated_at": now,
        "history": [{"at": now, "status": "queued"}],
        "words": beginnings(short_id),
    }
    together([model(write) for write in creation_writes(task)])
    work.send(task_id, short_id, now.isoformat())
    return task_id


def run_task(task_id: str, short_id: str, created_at: str) -> None:
    """Do nothing, and write that it is done as ShopReel does."""
    live = {"_id": task_id, "status": "queued"}
    task: Document = {"_id": task_id, "task_type": KIND.value, "short_id": short_id}
    task["created_at"] = datetime.fromisoformat(created_at)
    ended = end_writes(live, task, TaskStatus.COMPLETED, {"result": {}, "progress": 100.0}, None)
    together([model(write) for write in ended])


work = dramatiq.actor(broker=redis_broker, queue_name="bench")(run_task)


def main() -> None:
    """Run the worker."""
    end_with_parent(int(sys.argv[1]), signal.SIGTERM)
    wait_for_end = asked_to_end()
    worker = dramatiq.Worker(redis_broker, worker_threads=THREADS, worker_timeout=50)
    worker.start()
    wait_for_end()
    worker.stop()


if __name__ == "__main__":
    main()
