"""Reading the tasks collection. Moves of a task are in ``app.utils.task_management``."""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.errors import InvalidInput
from app.models import TaskInfo, TaskStatus, TaskType, split_short_key
from app.storage import mongo
from app.storage.mongo import database_answers
from app.storage.once import Once
from app.storage.owners import owned

COLLECTION = "tasks"
SUMMARY = {"result": 0, "history": 0, "checkpoint": 0}
"""Lists leave out what may be large."""


def task_info(document: dict[str, Any]) -> TaskInfo:
    """Return the task that a document of the collection holds."""
    return TaskInfo(task_id=document["_id"], **document)


@database_answers()
def find_task(task_id: str, *, owner: str | None = None) -> TaskInfo | None:
    """Return a task, or None; ``owner``: as in ``owned``."""
    found = mongo.collection(COLLECTION).find_one({"_id": task_id} | owned(owner))
    return task_info(found) if found else None


@database_answers()
def find_task_made_by(once: Once) -> TaskInfo | None:
    """Return the task that a request has made before, or None.

    Raises:
        InvalidInput: another request has used the idempotency key.
    """
    found = mongo.collection(COLLECTION).find_one({"idempotency_key": once.key}, SUMMARY)
    if found is None:
        return None
    once.check(found)
    return task_info(found)


@database_answers()
def tasks_by_id(task_ids: list[str], *, owner: str | None = None) -> dict[str, TaskInfo]:
    """Return tasks by their ids, in one query; ``owner``: as in ``owned``."""
    if not task_ids:
        return {}
    found = mongo.collection(COLLECTION).find({"_id": {"$in": task_ids}} | owned(owner), SUMMARY)
    return {document["_id"]: task_info(document) for document in found}


@database_answers()
def tasks_of_short(key: str, *, owner: str | None = None) -> list[TaskInfo]:
    """Return the tasks of the short of this key in order of creation; ``owner``: as in ``owned``."""
    short_id, id_scope = split_short_key(key)
    query = {"short_id": short_id, "metadata.id_scope": id_scope} | owned(owner)
    found = mongo.collection(COLLECTION).find(query, SUMMARY).sort("created_at", 1)
    return [task_info(document) for document in found]


@database_answers()
def waiting_by_type(most: int = 10_000) -> dict[str, int]:
    """Return how many tasks of each type wait for a worker, counting up to ``most``."""
    queued = mongo.collection(COLLECTION).find({"status": TaskStatus.QUEUED.value}, {"task_type": 1}).limit(most)
    return dict(Counter(document["task_type"] for document in queued))


@database_answers()
def live_by_worker() -> list[dict[str, Any]]:
    """Return the running tasks with who runs them (``lease_owner``) and until when (``lease_expires_at``)."""
    wanted = {"task_type": 1, "short_id": 1, "step": 1, "progress": 1, "lease_owner": 1, "lease_expires_at": 1}
    running = mongo.collection(COLLECTION).find({"status": TaskStatus.RUNNING.value}, wanted)
    return list(running.sort("created_at", 1).limit(200))


@database_answers()
def list_tasks(
    *,
    owner: str | None = None,
    short_id: str | None = None,
    user_id: str | None = None,
    task_type: TaskType | None = None,
    status: TaskStatus | None = None,
    limit: int = 50,
    after: str | None = None,
) -> list[TaskInfo]:
    """Return the newest tasks that match; ``after``: the id of the last task of the page before.

    ``owner``, ``user_id``: as in ``owned``; for an owner, another's task is no place in the list.

    Raises:
        InvalidInput: there is no task ``after``.
    """
    query: dict[str, Any] = {
        name: value
        for name, value in (("short_id", short_id), ("task_type", task_type), ("status", status))
        if value is not None
    } | owned(owner, user_id)
    collection = mongo.collection(COLLECTION)
    if after is not None:
        last = collection.find_one({"_id": after} | owned(owner), {"created_at": 1})
        if last is None:
            raise InvalidInput("cursor: not one that this service gave out")
        query["created_at"] = {"$lte": last["created_at"]}
    tasks: list[TaskInfo] = []
    # Tasks of the cursor's own millisecond come again: those up to its id were shown already.
    for document in collection.find(query, SUMMARY).sort([("created_at", -1), ("_id", -1)]):
        if after is not None and document["created_at"] == query["created_at"]["$lte"] and document["_id"] >= after:
            continue
        tasks.append(task_info(document))
        if len(tasks) == limit:
            break
    return tasks
