"""What ShopReel adds to the writes that a task needs: the same documents by raw PyMongo, one transaction each."""

from __future__ import annotations

import uuid
from typing import Any

from bson import ObjectId
from pymongo import DeleteMany, DeleteOne, InsertOne, UpdateOne

from app.db import client as mongo
from app.db.writes import Delete, Insert, Update, Write
from app.models import TaskStatus, TaskType
from app.shorts.writes import set_product
from app.tasks.lease_keeper import Lease, keeper
from app.tasks.repository import find_task
from app.tasks.service import claim_task, complete_task, create_task, start_task
from app.tasks.writes import creation_writes, end_writes, live
from benchmarks.table import Table, in_turns, times

ROUNDS = 300
CREATE_LIMIT = COMPLETE_LIMIT = 1.3
KIND = TaskType.IMAGE_ANALYSIS
TITLE = "Travel mug of stainless steel, vacuum insulated, 0.4 l"
"""By its words, and their beginnings, tasks are found."""


def run(table: Table, rounds: int = ROUNDS) -> None:
    """Add the rows of creating and completing a task."""
    short_id = f"bench-{uuid.uuid4().hex[:8]}"
    scraping = create_task(TaskType.SCRAPING, short_id=short_id)
    scrape = claim_task(scraping)
    assert scrape is not None
    set_product(scrape, short_id, "bench", TITLE, None)
    complete_task(scraping)
    connection = mongo.connect()
    database = connection.database
    ours: list[str] = []
    raw: list[str] = []
    loose: list[str] = []

    # What ShopReel writes, taken from it once: by hand only the ids are new.
    sample = create_task(KIND, short_id=short_id)
    stored = database["tasks"].find_one({"_id": sample})
    assert stored is not None
    begins = creation_writes(stored)
    lease = _lease(sample)
    ends = end_writes(live(sample), stored, TaskStatus.COMPLETED, {"result": {}, "progress": 100.0}, None)

    def transaction(models: list[Any]) -> None:
        with connection.client.start_session(causal_consistency=False) as session, session.start_transaction():
            connection.client.bulk_write(models, session=session)

    def raw_create() -> None:
        raw.append(str(uuid.uuid4()))
        transaction([_model(database.name, write, raw[-1]) for write in begins])

    def loose_create() -> None:
        loose.append(str(uuid.uuid4()))
        two = [write for write in begins if write.collection in ("sessions", "tasks")]
        connection.client.bulk_write([_model(database.name, write, loose[-1]) for write in two])

    def raw_complete() -> None:
        task_id = raw.pop()
        transaction([_model(database.name, write, task_id) for write in ends])

    created = in_turns(rounds, lambda: ours.append(create_task(KIND, short_id=short_id)), raw_create, loose_create)
    table.add(times("create a task with its session", created[0], "raw, same transaction", created[1], CREATE_LIMIT))
    table.add(times("the same", created[0], "raw, two documents, no transaction", created[2]))
    for task_id in ours:
        start_task(task_id)
    done = in_turns(rounds, lambda: complete_task(ours.pop(), {}), raw_complete)
    table.add(times("complete it", done[0], "raw, same transaction", done[1], COMPLETE_LIMIT))
    keeper.drop(lease.task_id)


def _lease(task_id: str) -> Lease:
    start_task(task_id)
    task = find_task(task_id)
    assert task is not None
    return keeper.held(task_id) or Lease(task, keeper.owner, 1)


def _model(database: str, write: Write, task_id: str) -> Any:
    namespace = f"{database}.{write.collection}"
    match write:
        case Update():
            query = {name: task_id if name in ("_id", "task_id") else value for name, value in write.filter.items()}
            return UpdateOne(query, write.update, namespace=namespace)
        case Delete():
            query = {name: task_id if name == "task_id" else value for name, value in write.filter.items()}
            return (DeleteMany if write.many else DeleteOne)(query, namespace=namespace)
        case Insert():
            return InsertOne(_document(write, task_id), namespace=namespace)


def _document(write: Insert, task_id: str) -> dict[str, Any]:
    """Return the document of a write as that of another task: its own id is new, or the task's."""
    own = ObjectId() if isinstance(write.document["_id"], ObjectId) else task_id
    return write.document | {"_id": own} | ({"task_id": task_id} if "task_id" in write.document else {})
