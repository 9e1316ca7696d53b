"""Reading the tasks collection. Moves of a task are in ``app.tasks.service``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.access.idempotency import IdempotencyKey, made_by
from app.access.ownership import ownership_filter
from app.core.search_words import HIDDEN, OF_ERROR
from app.db import client as mongo
from app.db.client import database_answers
from app.db.page_query import PageQuery, decode_place, encode_place
from app.db.writes import Delete, Write
from app.errors import WorkFailed
from app.models import TaskInfo, TaskStatus, TaskType, split_short_key
from app.tasks.registry import SPECS, TASK_SPECS
from app.tasks.search import find_page

COLLECTION = "tasks"
SUMMARY = {"result": 0, "history": 0, "checkpoint": 0} | HIDDEN
"""Lists leave out what may be large."""


def task_info(document: dict[str, Any]) -> TaskInfo:
    """Return the task that a document of the collection holds."""
    return TaskInfo(task_id=document["_id"], **document)


def leftovers(task_id: str) -> list[Write]:
    """Return the writes that remove what a creation that was cut short has left before the task itself."""
    return [Delete("sessions", {"task_id": task_id})]


@database_answers()
def find_task(task_id: str, *, owner: str | None = None) -> TaskInfo | None:
    """Return a task, or None; ``owner``: as in ``ownership_filter``."""
    found = mongo.collection(COLLECTION).find_one({"_id": task_id} | ownership_filter(owner), HIDDEN)
    return task_info(found) if found else None


@database_answers()
def find_task_made_by(once: IdempotencyKey) -> TaskInfo | None:
    """Return the task that a request has made before, or None.

    Raises:
        InvalidInput: another request has used the idempotency key.
    """
    made = made_by(once)
    found = None if made is None else mongo.collection(COLLECTION).find_one({"_id": made}, SUMMARY)
    return task_info(found) if found else None


@database_answers()
def tasks_by_id(task_ids: list[str], *, owner: str | None = None) -> dict[str, TaskInfo]:
    """Return tasks by their ids, in one query; ``owner``: as in ``ownership_filter``."""
    if not task_ids:
        return {}
    found = mongo.collection(COLLECTION).find({"_id": {"$in": task_ids}} | ownership_filter(owner), SUMMARY)
    return {document["_id"]: task_info(document) for document in found}


@database_answers()
def tasks_of_short(key: str, *, owner: str | None = None) -> list[TaskInfo]:
    """Return the tasks of the short of this key in order of creation; ``owner``: as in ``ownership_filter``."""
    short_id, id_scope = split_short_key(key)
    query = {"short_id": short_id, "metadata.id_scope": id_scope} | ownership_filter(owner)
    found = mongo.collection(COLLECTION).find(query, SUMMARY).sort("created_at", 1)
    return [task_info(document) for document in found]


@database_answers()
def waiting_by_type(most: int = 10_000) -> dict[str, int]:
    """Return how many tasks of each type wait for a worker, counting up to ``most``."""
    queued = mongo.collection(COLLECTION).find({"status": TaskStatus.QUEUED.value}, {"task_type": 1}).limit(most)
    return dict(Counter(document["task_type"] for document in queued))


@database_answers()
def count_ahead(task: TaskInfo, most: int = 1000) -> int:
    """Return how many tasks wait for the same threads as one that waits, and longer, counting up to ``most``."""
    pool = TASK_SPECS[task.task_type].queue
    types = [spec.type.value for spec in SPECS if spec.queue == pool]
    waiting = {"status": TaskStatus.QUEUED.value, "created_at": {"$lt": task.created_at}, "task_type": {"$in": types}}
    return mongo.collection(COLLECTION).count_documents(waiting, limit=most)


@database_answers()
def live_by_worker() -> list[dict[str, Any]]:
    """Return the running tasks with who runs them (``lease_owner``) and until when their leases last (``due_at``)."""
    wanted = {"task_type": 1, "short_id": 1, "step": 1, "progress": 1, "lease_owner": 1, "due_at": 1}
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
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    q: str | None = None,
    error: str | None = None,
    newest_first: bool = True,
    limit: int = 50,
    after: str | None = None,
) -> list[TaskInfo]:
    """Return a page of the tasks that match all that is given; ``after``: the cursor (``task_cursor``) of the last one.

    ``owner``, ``user_id``: as in ``ownership_filter``. ``q``: words, or their beginnings, of the error, the short's id
    or its product's title; ``error``: of the error alone (not together with ``q``).

    Raises:
        InvalidInput: ``after`` is no cursor.
    """
    filters: dict[str, Any] = {"short_id": short_id, "task_type": task_type, "status": status}
    filters |= ownership_filter(owner, user_id)
    asked = PageQuery(
        COLLECTION,
        filters,
        "_id",
        newest_first,
        limit,
        decode_place(after) if after else None,
        created_after,
        created_before,
        SUMMARY,
    )
    found = find_page(asked, q) if error is None else find_page(asked, error, OF_ERROR)
    return [task_info(document) for document in found]


def task_cursor(task: TaskInfo) -> str:
    """Return the place of a task in a list."""
    return encode_place(task.created_at, task.task_id)


def being_saved(tasks: Sequence[TaskInfo], updated_at: datetime) -> bool:
    """Tell whether a short that waits for its review goes on at once: its scenario is just being saved.

    ``updated_at``: the short's. One that was read before a save has ended knows nothing of it.

    Raises:
        WorkFailed: it was to be saved, and could not be.
    """
    saving = max((one for one in tasks if one.task_type is TaskType.SAVE_SCENARIO), key=_began, default=None)
    if saving is not None and saving.status is TaskStatus.FAILED:
        raise WorkFailed(f"the scenario was not saved: {saving.error or saving.status.value}")
    return saving is not None and (saving.ended_at is None or saving.ended_at >= updated_at)


def _began(task: TaskInfo) -> datetime:
    return task.created_at
