"""Managing tasks, under the path of the contract; it lives in ``app.tasks.service``."""

from app.tasks.service import (
    TaskPriority,
    TaskStatus,
    TaskType,
    cancel_task,
    complete_task,
    create_task,
    fail_task,
    get_task_status,
    start_task,
    update_task_progress,
)

__all__ = [
    "TaskPriority",
    "TaskStatus",
    "TaskType",
    "cancel_task",
    "complete_task",
    "create_task",
    "fail_task",
    "get_task_status",
    "start_task",
    "update_task_progress",
]
