"""The broker's queues: one for each task type and priority, read together by the pools of a worker.

A pool is the threads of a worker that do one kind of work. Its consumer reads all queues that the pool takes: those of
a higher priority first, those of one priority in turns, so that no task type starves another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, get_args

from app.errors import InvalidInput
from app.models import TaskPriority, TaskType
from app.tasks.registry import SPECS, Queue

ACTOR = "run_task"
LIGHT, RENDER = get_args(Queue)
POOLS: dict[str, tuple[TaskType, ...]] = {
    pool: tuple(spec.type for spec in SPECS if spec.queue == pool) for pool in (LIGHT, RENDER)
}


class TaskBroker(Protocol):
    """What sends messages, whichever server stands behind it."""

    def send(self, task_id: str, task_type: TaskType, priority: TaskPriority) -> None:
        """Send a task's message. Raises ``Unavailable``."""

    def probe(self) -> None:
        """Put a message and take it. Raises ``Unavailable`` where that can't be done."""

    def close(self) -> None:
        """Close the connections."""


Levels = list[list[str]]
"""Names of queues: a list for each priority, the highest first."""


def queue_name(task_type: TaskType, priority: TaskPriority) -> str:
    """Return the queue of a task type and a priority, where each priority needs one of its own (Redis)."""
    return f"{task_type.value}.{priority.name.lower()}"


def levels(types: Iterable[TaskType]) -> Levels:
    """Return the queues of some task types, for reading in this order."""
    return [[queue_name(task_type, priority) for task_type in types] for priority in sorted(TaskPriority, reverse=True)]


def taken(names: str) -> dict[str, tuple[TaskType, ...]]:
    """Return the task types that a worker takes, by pool. ``names``: pools and task types, commas between; "": all.

    Raises:
        InvalidInput: a name is neither.
    """
    wanted: set[TaskType] = set()
    for name in filter(None, (name.strip() for name in names.split(","))):
        if name not in (*POOLS, *TaskType):
            raise InvalidInput(f"queues: {name!r} is none of {', '.join((*POOLS, *TaskType))}")
        wanted.update(POOLS.get(name) or (TaskType(name),))
    chosen = {pool: tuple(one for one in types if not wanted or one in wanted) for pool, types in POOLS.items()}
    return {pool: types for pool, types in chosen.items() if types}
