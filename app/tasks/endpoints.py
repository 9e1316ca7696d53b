"""Tasks: how far they are, what they made, and cancelling them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from app.access.caller import Caller, CurrentCaller
from app.blobs import store as media
from app.db.client import database_answers
from app.errors import Conflict, NotFound
from app.http.problems import problem_responses
from app.http.schemas import Date, Question, TaskList, TaskResult
from app.models import CallerId, TaskId, TaskInfo, TaskStatus, TaskType
from app.shorts.service import task_ended
from app.tasks.repository import find_task, list_tasks, task_cursor
from app.tasks.service import cancel_task

FILE_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
"""Suffix -> media type."""
router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.get("", responses=problem_responses())
def find_tasks(
    caller: CurrentCaller,
    short_id: CallerId | None = None,
    user_id: CallerId | None = None,
    task_type: TaskType | None = None,
    status: TaskStatus | None = None,
    created_after: Date | None = None,
    created_before: Date | None = None,
    q: Question = None,
    error: Annotated[str | None, Query(max_length=200, description="Words, or their beginnings, of the error.")] = None,
    sort: Literal["created_at", "-created_at"] = "-created_at",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> TaskList:
    """Return a page of the tasks that match all filters, the newest first; ``next_cursor`` leads to the next page."""
    with database_answers():
        found = list_tasks(
            owner=caller.owner,
            short_id=short_id,
            user_id=user_id,
            task_type=task_type,
            status=status,
            created_after=created_after,
            created_before=created_before,
            q=q,
            error=error,
            newest_first=sort.startswith("-"),
            limit=limit + 1,
            after=cursor,
        )
    page = found[:limit]
    return TaskList(tasks=page, next_cursor=task_cursor(page[-1]) if len(found) > limit else None)


@router.get("/{task_id}", responses=problem_responses(404))
def get_task(task_id: TaskId, caller: CurrentCaller) -> TaskInfo:
    """Return a task as it stands."""
    return _known(task_id, caller)


@router.get("/{task_id}/result", responses=problem_responses(404, 409))
def get_result(task_id: TaskId, caller: CurrentCaller) -> TaskResult:
    """Return what a completed task made."""
    task = _known(task_id, caller)
    if task.status is not TaskStatus.COMPLETED:
        reason = f": {task.error}" if task.error else ""
        raise Conflict(f"task {task_id} is {task.status.value}{reason}; it has no result")
    return TaskResult(task_id=task_id, result=task.result)


@router.get(
    "/{task_id}/files/{name}",
    responses=problem_responses(404)
    | {200: {"content": {kind: {} for kind in FILE_TYPES.values()}, "description": "The file"}},
    response_class=StreamingResponse,
)
def get_file(task_id: TaskId, name: Annotated[str, Path(max_length=100)], caller: CurrentCaller) -> StreamingResponse:
    """Return one of the files that a data extraction made, as its result names them."""
    key = ((_known(task_id, caller).result or {}).get("files") or {}).get(name)
    if key is None:
        raise NotFound(f"task {task_id} has no file {name}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(media.size(key))}
    return StreamingResponse(media.pieces(key), headers=headers, media_type=FILE_TYPES[name.rpartition(".")[2]])


@router.delete("/{task_id}", responses=problem_responses(404, 409))
def cancel(task_id: TaskId, caller: CurrentCaller) -> TaskInfo:
    """Cancel a live task: its record ends at once, its work as soon as it notices."""
    task = _known(task_id, caller)
    if not cancel_task(task_id, by=caller.user_id):
        raise Conflict(f"task {task_id} has ended already ({_known(task_id, caller).status.value})")
    task_ended(task, completed=False)
    return _known(task_id, caller)


def _known(task_id: str, caller: Caller) -> TaskInfo:
    with database_answers():
        task = find_task(task_id, owner=caller.owner)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    return task
