"""Database first, broker second: record a task, then tell the workers.

Delivery is at least once; the claim makes it once. A task whose message was lost is sent again by the sweeper.
"""

from __future__ import annotations

from typing import Any

from app.errors import Unavailable
from app.models import TaskPriority, TaskType
from app.storage.broker import send_task
from app.telemetry import MESSAGES_UNSENT, get_logger
from app.utils.task_management import record_task

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

    With the broker away the task is accepted all the same and stays queued until it is back.

    Raises:
        InvalidInput: a value is not valid.
        Unavailable: the database does not answer.
    """
    task_id = record_task(task_type, url, user_id, priority, dispatched=True, **metadata)
    resend_task(task_id, task_type)
    return task_id


def resend_task(task_id: str, task_type: TaskType) -> bool:
    """Send a recorded task's message; False when the broker is away."""
    try:
        send_task(task_id, task_type)
    except Unavailable as error:
        MESSAGES_UNSENT.inc()
        log.warning("message_not_sent", task_id=task_id, reason=str(error))
        return False
    return True
