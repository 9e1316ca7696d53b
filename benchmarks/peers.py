"""The same work by bare engines: Dramatiq with ShopReel's two writes, and Celery with its MongoDB result backend.

``python -m benchmarks.peers dramatiq|celery PARENT …``: their workers, in one process with four threads as ShopReel's.
"""

from __future__ import annotations

import signal
import sys
import threading
import uuid
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from pymongo import DeleteOne, InsertOne, MongoClient, UpdateOne

from app.config import get_settings
from app.models import utc_now
from app.processes import end_with_parent
from app.storage import broker
from app.storage.mongo import mongodb_uri

DATABASE = "bench_peers"
THREADS = 4
settings = get_settings()
client: Any = MongoClient(mongodb_uri(settings))
redis_broker = RedisBroker(url=broker.redis_url(), middleware=[], namespace="bench", maintenance_chance=1_000_000)


def together(models: list[Any]) -> None:
    """Write in one transaction."""
    with client.start_session(causal_consistency=False) as session, session.start_transaction():
        client.bulk_write(models, session=session)


def accept(short_id: str) -> str:
    """Write what a new task needs and send its message."""
    task_id, now = str(uuid.uuid4()), utc_now()
    common = {"task_type": "content_analysis", "short_id": short_id, "created_at": now}
    session = common | {"task_id": task_id, "status": "active", "updated_at": now}
    task = common | {"_id": task_id, "status": "queued", "metadata": {}, "updated_at": now}
    together(
        [
            InsertOne(session, namespace=f"{DATABASE}.sessions"),
            InsertOne(common | {"_id": task_id}, namespace=f"{DATABASE}.history"),
            InsertOne(task, namespace=f"{DATABASE}.tasks"),
        ]
    )
    work.send(task_id)
    return task_id


def run_task(task_id: str) -> None:
    """Do nothing, and write that it is done."""
    done = {"$set": {"status": "completed", "ended_at": utc_now(), "result": {}}}
    together(
        [
            UpdateOne({"_id": task_id, "status": "queued"}, done, namespace=f"{DATABASE}.tasks"),
            DeleteOne({"task_id": task_id}, namespace=f"{DATABASE}.sessions"),
            UpdateOne({"_id": task_id}, done, namespace=f"{DATABASE}.history"),
        ]
    )


work: Any = dramatiq.actor(run_task, broker=redis_broker, queue_name="bench")


def nothing() -> dict[str, Any]:
    """Do nothing."""
    return {}


def celery_app() -> Any:
    """Return the Celery application on the same servers."""
    from celery import Celery

    app = Celery("bench", broker=broker.redis_url(), backend=f"{mongodb_uri(settings)}{DATABASE}")
    app.conf.update(task_ignore_result=False, worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)
    app.task(name="nothing")(nothing)
    return app


def main() -> None:
    """Run a peer's worker."""
    end_with_parent(int(sys.argv[2]), signal.SIGTERM)
    if sys.argv[1] == "celery":
        celery_app().worker_main(
            ["worker", f"--pool={sys.argv[3]}", f"--concurrency={sys.argv[4]}", "--loglevel=CRITICAL", "-Q", "celery"]
        )
        return
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    worker = dramatiq.Worker(redis_broker, worker_threads=THREADS, worker_timeout=50)
    worker.start()
    ended.wait()
    worker.stop()


if __name__ == "__main__":
    main()
