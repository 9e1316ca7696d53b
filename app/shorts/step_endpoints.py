"""One endpoint for each task type: 202, a ``Location``, and the task's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.access.caller import CurrentCaller
from app.http import PREFIX
from app.http.bodies import JsonRoute
from app.http.schemas import TaskAccepted, TaskRequest
from app.shorts.steps.requests import SPEC_OF, start_step
from app.tasks.starting import ACCEPTED, HeaderKey

router = APIRouter(tags=["work"], route_class=JsonRoute)


async def _accept(
    response: Response, caller: CurrentCaller, header_key: HeaderKey
) -> Callable[[TaskRequest], TaskAccepted]:
    def accept(request: TaskRequest) -> TaskAccepted:
        accepted = start_step(caller, request, header_key)
        response.headers["Location"] = f"{PREFIX}/tasks/{accepted.task_id}"
        return accepted

    return accept


Accept = Annotated[Callable[[TaskRequest], TaskAccepted], Depends(_accept)]
"""Starts what a request asks for, and says where it is."""


def _endpoint(request_type: type[TaskRequest]) -> Callable[..., TaskAccepted]:
    def endpoint(request: TaskRequest, accept: Accept) -> TaskAccepted:
        return accept(request)

    endpoint.__annotations__ = {"request": request_type, "accept": Accept, "return": TaskAccepted}
    return endpoint


for request_type, spec in SPEC_OF.items():
    router.add_api_route(
        spec.path, _endpoint(request_type), methods=["POST"], name=spec.route, description=spec.does, **ACCEPTED
    )
