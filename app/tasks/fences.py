"""What a run of a task writes, it writes as the run that holds the task: else not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.db.client import write_together
from app.db.writes import Update, Write
from app.errors import Cancelled
from app.models import TaskStatus, utc_now

OVER = "the task has ended or is another run's"


class Run(Protocol):
    """One run of a task (``app.tasks.lease_keeper.Lease``)."""

    @property
    def task_id(self) -> str:
        """The task."""

    @property
    def owner(self) -> str:
        """The process that runs it."""

    @property
    def epoch(self) -> int:
        """Which run of the task it is, from 1."""


def held_by(run: Run) -> Update:
    """Return the write that decides, as the first of several, whether a run still holds its task.

    It touches the task, so that a transaction in which another run takes it, or it ends, meets this one.
    """
    running = {"_id": run.task_id, "status": TaskStatus.RUNNING.value}
    return Update(
        "tasks", running | {"lease_epoch": run.epoch, "lease_owner": run.owner}, {"$set": {"updated_at": utc_now()}}
    )


def write_as(run: Run, writes: Sequence[Write]) -> None:
    """Do writes together, if the run still holds its task; two round trips, as ``write_together``.

    Raises:
        Cancelled: it does not; nothing was written.
        pymongo.errors.PyMongoError: as ``write_together``.
    """
    if not write_together([held_by(run), *writes]):
        raise Cancelled(OVER)
