"""Starting one task by a request: routes and pages alike come through here."""

from __future__ import annotations

from app.access.caller import Caller
from app.http import PREFIX
from app.http.schemas import TaskAccepted, TaskRequest
from app.models import TaskStatus
from app.tasks.registry import SPECS, TaskSpec
from app.tasks.repository import find_task_made_by
from app.tasks.spool import get_spool
from app.tasks.starting import Starter

SPEC_OF: dict[type[TaskRequest], TaskSpec] = {spec.find(spec.request): spec for spec in SPECS}


def start_step(caller: Caller, request: TaskRequest, header_key: str | None = None) -> TaskAccepted:
    """Start the task that a request asks for, or tell of the one that the same request has started.

    Raises:
        InvalidInput, Conflict, NotFound: as the function that starts it.
        Forbidden: the request names what is not the caller's.
        TooMany: a limit is reached.
    """
    spec = SPEC_OF[type(request)]
    starter = Starter(caller, PREFIX + spec.path, header_key)
    inputs = starter.inputs(request)
    with starter.admit(inputs, spec.type, find_task_made_by) as made:
        if made is None:
            task_id, status = spec.find(spec.start)(**inputs), TaskStatus.QUEUED
        else:
            task_id, status = made.task_id, made.status
    return TaskAccepted(task_id=task_id, status=status, short_id=request.short_id, degraded=get_spool().holds(task_id))
