"""Sessions: of a short, of a user, of a task, and by any filter."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from app.api.access import CurrentCaller
from app.api.problems import problem_responses
from app.api.schemas import Date, Question, SessionList, SessionPage, SessionRemoved, SessionWithTask, UserSessionList
from app.errors import NotFound
from app.models import CallerId, SessionInfo, SessionStatus, TaskId, TaskType, utc_now
from app.services.session_service import encode_cursor, session_service
from app.storage.tasks import tasks_by_id

router = APIRouter(prefix="/sessions", tags=["sessions"])


# The first route that is looked at, for it is the one that is asked most.
@router.get("/{short_id}", responses=problem_responses(), response_model=SessionList)
async def get_sessions_of_short(
    short_id: CallerId, caller: CurrentCaller, include: Literal["task"] | None = None
) -> Response:
    """Return a short's sessions; an unknown short has none. ``include=task`` adds each task's live progress."""
    sessions: list[SessionInfo | SessionWithTask] = list(
        await session_service.manager.of_short(short_id, owner=caller.owner)
    )
    if include == "task" and sessions:
        names = [session.task_id for session in sessions]
        tasks = await run_in_threadpool(tasks_by_id, names, owner=caller.owner)
        sessions = [SessionWithTask(**dict(session), task=tasks.get(session.task_id)) for session in sessions]
    listed = SessionList(short_id=short_id, sessions=sessions, total_sessions=len(sessions), timestamp=utc_now())
    # Written here, it is not checked a second time.
    return Response(listed.model_dump_json(), media_type="application/json")


@router.get("", responses=problem_responses())
def find_sessions(
    caller: CurrentCaller,
    short_id: CallerId | None = None,
    user_id: CallerId | None = None,
    task_type: TaskType | None = None,
    status: SessionStatus | None = None,
    created_after: Date | None = None,
    created_before: Date | None = None,
    q: Question = None,
    sort: Literal["created_at", "-created_at"] = "created_at",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> SessionPage:
    """Return a page of the sessions that match all filters; ``next_cursor`` leads to the next page."""
    found = session_service.manager.find(
        owner=caller.owner,
        short_id=short_id,
        user_id=user_id,
        task_type=task_type,
        status=status,
        created_after=created_after,
        created_before=created_before,
        q=q,
        newest_first=sort.startswith("-"),
        limit=limit + 1,
        after=cursor,
    )
    page = found[:limit]
    return SessionPage(sessions=page, next_cursor=encode_cursor(page[-1]) if len(found) > limit else None)


@router.get("/user/{user_id}", responses=problem_responses())
def get_sessions_of_user(user_id: CallerId, caller: CurrentCaller) -> UserSessionList:
    """Return a user's sessions; an unknown user has none."""
    sessions = session_service.manager.find(owner=caller.owner, user_id=user_id)
    return UserSessionList(user_id=user_id, sessions=sessions, total_sessions=len(sessions), timestamp=utc_now())


@router.get("/task/{task_id}", responses=problem_responses(404))
def get_session_of_task(task_id: TaskId, caller: CurrentCaller) -> SessionInfo:
    """Return the session of a task."""
    session = session_service.manager.by_task(task_id, owner=caller.owner)
    if session is None:
        raise NotFound(f"task {task_id} has no session")
    return session


@router.delete("/task/{task_id}", responses=problem_responses(404))
def remove_session_of_task(task_id: TaskId, caller: CurrentCaller) -> SessionRemoved:
    """Remove the session of a task by hand."""
    if not session_service.manager.remove(task_id, owner=caller.owner, by=caller.user_id):
        raise NotFound(f"task {task_id} has no session")
    return SessionRemoved(task_id=task_id)
