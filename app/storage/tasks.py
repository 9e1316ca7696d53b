"""Reading the tasks collection. Moves of a task are in ``app.utils.task_management``."""

from __future__ import annotations

from typing import Any

from app.errors import InvalidInput
from app.models import TaskInfo, TaskStatus, TaskType
from app.storage import mongo

COLLECTION = "tasks"
SUMMARY = {"result": 0, "history": 0, "checkpoint": 0}
"""Lists leave out what may be large."""


def task_info(document: dict[str, Any]) -> TaskInfo:
    """Return the task that a document of the collection holds."""
    return TaskInfo(task_id=document["_id"], **document)


def find_task(task_id: str) -> TaskInfo | None:
    """Return a task, or None."""
    found = mongo.collection(COLLECTION).find_one({"_id": task_id})
    return task_info(found) if found else None


def tasks_by_id(task_ids: list[str]) -> dict[str, TaskInfo]:
    """Return tasks by their ids, in one query."""
    if not task_ids:
        return {}
    found = mongo.collection(COLLECTION).find({"_id": {"$in": task_ids}}, SUMMARY)
    return {document["_id"]: task_info(document) for document in found}


def tasks_of_short(short_id: str) -> list[TaskInfo]:
    """Return a short's tasks in order of creation."""
    found = mongo.collection(COLLECTION).find({"short_id": short_id}, SUMMARY).sort("created_at", 1)
    return [task_info(document) for document in found]


def list_tasks(
    *,
    short_id: str | None = None,
    user_id: str | None = None,
    task_type: TaskType | None = None,
    status: TaskStatus | None = None,
    limit: int = 50,
    after: str | None = None,
) -> list[TaskInfo]:
    """Return the newest tasks that match; ``after``: the id of the last task of the page before.

    Raises:
        InvalidInput: there is no task ``after``.
    """
    query: dict[str, Any] = {
        name: value
        for name, value in (("short_id", short_id), ("user_id", user_id), ("task_type", task_type), ("status", status))
        if value is not None
    }
    collection = mongo.collection(COLLECTION)
    if after is not None:
        last = collection.find_one({"_id": after}, {"created_at": 1})
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
