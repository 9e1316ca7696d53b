"""Database first, broker second: record a task, then tell the workers.

Delivery is at least once; the claim makes it once. A task whose message was lost is sent again by the sweeper.
"""

from __future__ import annotations

import contextlib
from typing import Any

from app.core import tracing
from app.core.telemetry import MESSAGES_UNSENT, get_logger
from app.db import client as mongo
from app.db.client import database_answers
from app.db.server_clock import server_now
from app.errors import Unavailable
from app.models import TaskPriority, TaskStatus, TaskType
from app.queue.broker import send_task
from app.tasks.service import record_task
from app.tasks.spool import get_spool

log = get_logger("dispatch")


def submit_task(
    task_type: TaskType,
    *,
    url: str | None = None,
    user_id: str | None = None,
    priority: TaskPriority = TaskPriority.NORMAL,
    **metadata: Any,
) -> str:
    """Record a task for ShopReel's workers and send it; return its id. ``metadata`` as in ``create_task``.

    With the database or the broker away the task is accepted all the same; it begins when they are back.

    Raises:
        InvalidInput: a value is not valid.
        Unavailable: neither the database nor the local disk takes it.
    """
    task_id = record_task(task_type, url, user_id, priority, dispatched=True, **metadata)
    if not get_spool().holds(task_id) and not resend_task(task_id, task_type, priority):
        make_due(task_id)
    return task_id


def make_due(task_id: str) -> None:
    """Let the sweeper send a queued task in its next round. If this fails, it is sent when it is due anyway."""
    with contextlib.suppress(Unavailable), database_answers():
        queued = {"_id": task_id, "status": TaskStatus.QUEUED.value}
        mongo.collection("tasks").update_one(queued, {"$set": {"due_at": server_now()}})


def resend_task(task_id: str, task_type: TaskType, priority: TaskPriority) -> bool:
    """Send a recorded task's message; False when the broker is away."""
    try:
        with tracing.span("send", kind="PRODUCER", task_id=task_id):
            send_task(task_id, task_type, priority)
    except Unavailable as error:
        MESSAGES_UNSENT.inc()
        log.warning("message_not_sent", task_id=task_id, reason=str(error))
        return False
    return True
