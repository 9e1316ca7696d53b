"""What callers do with tasks: routes and pages alike come through here."""

from __future__ import annotations

from app.access.caller import Caller
from app.db.client import database_answers
from app.db.presence import present_workers
from app.errors import Conflict, NotFound
from app.http.schemas import TaskList, TaskQuery
from app.models import TaskInfo, TaskStatus
from app.shorts.service import task_ended
from app.tasks.repository import find_task, list_tasks, task_cursor
from app.tasks.service import cancel_task


def find(caller: Caller, query: TaskQuery) -> TaskList:
    """Return a page of the caller's tasks that match.

    Raises:
        InvalidInput: the cursor is none that was given out.
    """
    with database_answers():
        found = list_tasks(
            owner=caller.owner,
            **query.filters,
            newest_first=query.newest_first,
            limit=query.limit + 1,
            after=query.cursor,
        )
    page = found[: query.limit]
    return TaskList(tasks=page, next_cursor=task_cursor(page[-1]) if len(found) > query.limit else None)


def waits_without_worker(caller: Caller) -> bool:
    """Tell whether there is something of the caller's to be done and nobody to do it."""
    if present_workers():
        return False
    return bool(find(caller, TaskQuery(status=TaskStatus.QUEUED, limit=1)).tasks)


def get(caller: Caller, task_id: str) -> TaskInfo:
    """Return a task as it stands.

    Raises:
        NotFound: the caller has no such task.
    """
    with database_answers():
        task = find_task(task_id, owner=caller.owner)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    return task


def cancel(caller: Caller, task_id: str) -> TaskInfo:
    """Cancel a live task: its record ends at once, its work as soon as it notices. Raises NotFound, as ``get`` does.

    Raises:
        Conflict: it has ended already.
    """
    task = get(caller, task_id)
    if not cancel_task(task_id, by=caller.user_id):
        raise Conflict(f"task {task_id} has ended already ({get(caller, task_id).status.value})")
    task_ended(task, completed=False)
    return get(caller, task_id)
