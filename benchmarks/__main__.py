"""``python -m benchmarks``: what ShopReel adds to the writes that a task needs.

Each row does the same writes with the same guarantees (one transaction), once through ShopReel and once by hand with
PyMongo, in turns, so that what else the machine does falls on both.
"""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable

from pymongo import DeleteOne, InsertOne, UpdateOne

from app.embedded import detach
from app.models import TaskType, utc_now
from app.services.session_service import session_service
from app.storage import mongo
from app.storage.mongo import Document
from app.utils.lease_keeper import keeper
from app.utils.task_management import complete_task, create_task, start_task

ROUNDS = 300
SHORT = f"bench-{uuid.uuid4().hex[:8]}"
CREATE_LIMIT = COMPLETE_LIMIT = 1.3


def main() -> None:
    """Run all, print one line each."""
    connection = mongo.connect()
    name = connection.database.name
    ours: list[str] = []
    raw: list[str] = []

    def transaction(writes: list[InsertOne[Document] | UpdateOne | DeleteOne]) -> None:
        with connection.client.start_session(causal_consistency=False) as session, session.start_transaction():
            connection.client.bulk_write(writes, session=session)

    def raw_create() -> None:
        task_id, now = str(uuid.uuid4()), utc_now()
        common = {"task_id": task_id, "task_type": "image_analysis", "short_id": SHORT, "created_at": now}
        task = {"_id": task_id, "status": "queued", "metadata": {}, "updated_at": now, "user_id": None} | common
        raw.append(task_id)
        transaction(
            [
                InsertOne(common | {"status": "active", "updated_at": now}, namespace=f"{name}.sessions"),
                InsertOne({"_id": task_id} | common, namespace=f"{name}.history"),
                InsertOne(task, namespace=f"{name}.tasks"),
            ]
        )

    def raw_complete() -> None:
        task_id = raw.pop()
        done = {"$set": {"status": "completed", "ended_at": utc_now(), "result": {}}}
        transaction(
            [
                UpdateOne({"_id": task_id, "status": "queued"}, done, namespace=f"{name}.tasks"),
                DeleteOne({"task_id": task_id}, namespace=f"{name}.sessions"),
                UpdateOne({"_id": task_id}, done, namespace=f"{name}.history"),
            ]
        )

    def raw_list() -> None:
        list(connection.database["sessions"].find({"short_id": SHORT}).sort("created_at"))

    print(f"{'':34}{'ShopReel':>10}{'by hand':>10}{'ratio':>8}  limit")
    create = [lambda: ours.append(create_task(TaskType.IMAGE_ANALYSIS, short_id=SHORT)), raw_create]
    row("create a task with its session", create, CREATE_LIMIT)
    listing: list[Callable[[], object]] = [lambda: session_service.get_sessions_by_short_id(SHORT), raw_list]
    row(f"list a short's {2 * ROUNDS} sessions", listing, None, rounds=20)
    for task_id in ours:
        start_task(task_id)
    row("complete it", [lambda: complete_task(ours.pop(), {}), raw_complete], COMPLETE_LIMIT)
    keeper.close()
    for collection in ("tasks", "sessions", "history"):
        connection.database[collection].delete_many({"short_id": SHORT})
    mongo.close()
    detach()


def row(what: str, both: list[Callable[[], object]], limit: float | None, rounds: int = ROUNDS) -> None:
    """Time both in turns; print medians in milliseconds and their ratio."""
    times: list[list[float]] = [[], []]
    for _ in range(rounds):
        for run, spent in zip(both, times, strict=True):
            begin = time.perf_counter()
            run()
            spent.append(1000 * (time.perf_counter() - begin))
    ours, peer = (statistics.median(spent) for spent in times)
    print(f"{what:34}{ours:8.2f}ms{peer:8.2f}ms{ours / peer:8.2f}  {f'at most {limit}' if limit else '-'}")


if __name__ == "__main__":
    main()
