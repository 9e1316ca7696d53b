"""Tasks: how far they are, what they made, and cancelling them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from app.access.caller import CurrentCaller
from app.errors import Conflict, NotFound
from app.http.files import FileConditions, answer_with
from app.http.problems import problem_responses
from app.http.schemas import TaskList, TaskQuery, TaskResult
from app.models import TaskId, TaskInfo, TaskStatus
from app.tasks import use_cases

FILE_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
"""Suffix -> media type."""
router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.get("", response_model=TaskList, responses=problem_responses())
def list_tasks(caller: CurrentCaller, query: Annotated[TaskQuery, Query()]) -> Response:
    """Return a page of the tasks that match all filters, the newest first; ``next_cursor`` leads to the next page."""
    return query.answer(use_cases.find(caller, query), "tasks")


@router.get("/{task_id}", responses=problem_responses(404))
def get_task(task_id: TaskId, caller: CurrentCaller) -> TaskInfo:
    """Return a task as it stands."""
    return use_cases.get(caller, task_id)


@router.get("/{task_id}/result", responses=problem_responses(404, 409))
def get_task_result(task_id: TaskId, caller: CurrentCaller) -> TaskResult:
    """Return what a completed task made."""
    task = use_cases.get(caller, task_id)
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
def get_task_file(
    task_id: TaskId, name: Annotated[str, Path(max_length=100)], caller: CurrentCaller, conditions: FileConditions
) -> Response:
    """Return one of the files that a data extraction made, as its result names them."""
    key = ((use_cases.get(caller, task_id).result or {}).get("files") or {}).get(name)
    if key is None:
        raise NotFound(f"task {task_id} has no file {name}")
    return answer_with(key, FILE_TYPES[name.rpartition(".")[2]], conditions, name, attachment=True)


@router.post("/{task_id}/cancel", responses=problem_responses(404, 409))
def cancel_task(task_id: TaskId, caller: CurrentCaller) -> TaskInfo:
    """Cancel a live task: its record ends at once, its work as soon as it notices."""
    return use_cases.cancel(caller, task_id)


@router.delete("/{task_id}", deprecated=True, responses=problem_responses(404, 409))
def delete_task(task_id: TaskId, caller: CurrentCaller) -> TaskInfo:
    """Do as ``POST /tasks/{task_id}/cancel`` does, which is the way to cancel: nothing is deleted."""
    return use_cases.cancel(caller, task_id)
