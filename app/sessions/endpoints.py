"""Sessions: of a short, of a user, of a task, and by any filter."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from app.access.caller import CurrentCaller, get_caller
from app.errors import NotFound
from app.http.problems import problem_responses
from app.http.schemas import SessionList, SessionPage, SessionQuery, SessionRemoved, SessionWithTask, UserSessionList
from app.models import CallerId, SessionInfo, TaskId, check_caller_id, utc_now
from app.sessions import use_cases
from app.sessions.service import session_service
from app.tasks.repository import tasks_by_id
from app.tasks.spool import get_spool

router = APIRouter(prefix="/sessions", tags=["sessions"])


class ListRoute(APIRoute):
    """The route that is asked most: where a request says nothing but a good id, there is nothing to solve."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler: the short way where it can be gone, else FastAPI's."""
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            short_id = request.path_params["short_id"]
            try:
                check_caller_id(short_id)
            except ValueError:
                return await usual(request)
            if request.scope["query_string"] or get_spool().pending():
                return await usual(request)
            return await get_sessions_of_short(short_id, get_caller(request))

        return handle


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
    # Of parts that are checked already, and written here: nothing is checked twice.
    listed = SessionList.model_construct(
        short_id=short_id, sessions=sessions, total_sessions=len(sessions), timestamp=utc_now()
    )
    return Response(listed.model_dump_json(), media_type="application/json")


# The first route that is looked at.
router.add_api_route(
    "/{short_id}",
    get_sessions_of_short,
    route_class_override=ListRoute,
    responses=problem_responses(),
    response_model=SessionList,
)


@router.get("", response_model=SessionPage, responses=problem_responses())
def list_sessions(caller: CurrentCaller, query: Annotated[SessionQuery, Query()]) -> Response:
    """Return a page of the sessions that match all filters; ``next_cursor`` leads to the next page."""
    return query.answer(use_cases.find(caller, query), "sessions")


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
