"""Renews the leases of the tasks that this process runs, from a thread of its own.

A lease that is not renewed runs out, and the sweeper gives the task to another worker: that is how the tasks of a
process that was killed are found. The thread exists only while there is a lease to keep.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from pymongo.client_session import ClientSession

from app.config import get_settings
from app.core.telemetry import get_logger
from app.db import client as mongo
from app.db import leases
from app.db.client import database_answers
from app.db.server_clock import server_now
from app.db.writes import Update
from app.errors import Unavailable
from app.events.repository import CLAIMED, note_task
from app.models import TaskInfo, TaskStatus
from app.tasks.notes import record_of, untold

SILENT_SECONDS = 0.25
"""A run that has written nothing by then is noted to have begun: one note tells a shorter one's beginning and end."""
NUMBERS = re.compile(r"\d+")
MAX_STEPS = 50
"""Of one run that are timed each by itself: whoever reports progress names the steps."""
OTHER_STEPS = "others"
log = get_logger("leases")


class StepClock:
    """How long each step of a run takes: a step ends when the next one begins."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._step: str | None = None
        self._since = 0.0

    def begin(self, step: str) -> None:
        """Note that the run is at this step; ``Picture 3 of 8`` is the step ``Picture … of …``."""
        name = NUMBERS.sub("…", step)
        if name != self._step:
            self.end()
            self._step, self._since = name, time.monotonic()

    def end(self) -> dict[str, float]:
        """End the present step; return the seconds of each."""
        if self._step is not None:
            name = self._step if self._step in self._seconds or len(self._seconds) < MAX_STEPS else OTHER_STEPS
            self._seconds[name] = round(self._seconds.get(name, 0.0) + time.monotonic() - self._since, 3)
            self._step = None
        return dict(self._seconds)


@dataclass(frozen=True)
class Lease:
    """The right to write to a task, until another run raises the epoch."""

    task: TaskInfo
    owner: str
    epoch: int
    steps: StepClock = field(default_factory=StepClock, compare=False)
    told: threading.Event = field(default_factory=threading.Event, compare=False)
    """Set once it is noted that the run has begun; until then whatever is written of it notes that too."""
    since: float = field(default_factory=time.monotonic, compare=False)

    @property
    def task_id(self) -> str:
        """The task that is held."""
        return self.task.task_id


class LeaseKeeper:
    """The leases that this process holds."""

    def __init__(self) -> None:
        self._leases: dict[str, Lease] = {}
        self._fresh: dict[str, Lease] = {}
        """Those that were taken a moment ago."""
        self._owners: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._owner = ""
        self._process_id = 0

    @property
    def owner(self) -> str:
        """The name under which this process holds leases, never used again by another."""
        with self._changed:
            if self._process_id != os.getpid():
                self._process_id = os.getpid()
                self._owner = f"{socket.gethostname()}:{self._process_id}:{uuid.uuid4().hex[:8]}"
                self._leases, self._fresh, self._owners = {}, {}, set()
                self._thread = None
            return self._owner

    def add(self, lease: Lease) -> None:
        """Keep a lease from now on."""
        with self._changed:
            self._leases[lease.task_id] = self._fresh[lease.task_id] = lease
            if self._thread is None:
                seconds = get_settings().task_lease_seconds
                self._thread = threading.Thread(target=self._keep, args=(seconds,), name="lease-keeper", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def drop(self, task_id: str) -> None:
        """Stop keeping the lease of a task, if it is held here."""
        with self._changed:
            self._leases.pop(task_id, None)
            self._fresh.pop(task_id, None)
            self._changed.notify_all()

    def held(self, task_id: str) -> Lease | None:
        """Return the lease on a task that this process holds."""
        with self._changed:
            return self._leases.get(task_id)

    @contextlib.contextmanager
    def keeping(self, owner: str) -> Iterator[None]:
        """Renew the named leases of an owner (``app.db.leases``) together with those of this process's tasks."""
        with self._changed:
            self._owners.add(owner)
        try:
            yield
        finally:
            with self._changed:
                self._owners.discard(owner)

    def close(self) -> None:
        """Forget all leases (they run out by themselves) and wait for the thread to end."""
        with self._changed:
            self._leases.clear()
            self._fresh.clear()
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join()

    def _keep(self, seconds: float) -> None:
        # A lease that was just taken needs no renewal yet, and the first write would meet the task's own.
        renew_at = time.monotonic() + seconds / 3
        while True:
            with self._changed:
                self._wait(renew_at)
                if not self._leases:
                    self._thread = None
                    return
                names, owners, moment = list(self._leases), sorted(self._owners), time.monotonic()
                renews = moment >= renew_at
                late = [one for one in self._fresh.values() if moment >= one.since + SILENT_SECONDS]
                for lease in late:
                    del self._fresh[lease.task_id]
                silent = [one for one in (self._leases.values() if renews else late) if not one.told.is_set()]
            for lease in silent:
                self._try(partial(self._tell, lease), "beginning_not_told", 1)
            if renews:
                renew = partial(mongo.in_transaction, partial(self._renew, names, owners, seconds))
                self._try(renew, "leases_not_renewed", len(names))
                renew_at = time.monotonic() + seconds / 3

    def _wait(self, renew_at: float) -> None:
        """Wait until leases are to be renewed, a fresh one is not fresh any more, or there is none."""
        while self._leases:
            until = min([renew_at, *(lease.since + SILENT_SECONDS for lease in self._fresh.values())])
            if (left := until - time.monotonic()) <= 0:
                return
            self._changed.wait(left)

    @staticmethod
    def _try(write: Callable[[], object], otherwise: str, tasks: int) -> None:
        try:
            with database_answers():
                write()
        except Unavailable as error:
            # Not the end: until the sweeper acts the tasks are ours, and the next attempt may succeed.
            log.warning(otherwise, tasks=tasks, reason=type(error).__name__)
        except Exception:  # whatever it is, it must not end the renewal of every lease that comes after
            log.exception("renewal_broke", tasks=tasks)

    @staticmethod
    def _tell(lease: Lease) -> None:
        """Note that a run has begun that has said nothing itself for a while."""
        holds: dict[str, Any] = {"_id": lease.task_id, "status": TaskStatus.RUNNING.value}
        holds |= {"lease_owner": lease.owner, "lease_epoch": lease.epoch}
        began, at = record_of(lease.task), lease.task.updated_at
        note = note_task(began, TaskStatus.RUNNING, at, phase=CLAIMED, epoch=lease.epoch)
        mongo.write_together([untold(Update("tasks", holds, {"$set": {}}), lease.epoch), note])
        lease.told.set()

    def _renew(self, names: list[str], owners: list[str], seconds: float, session: ClientSession | None) -> None:
        # Never outside of a transaction: there the embedded database (SecantusDB 0.7.0b3) holds the collection's lock
        # while it waits for a document that an open transaction has written, whose next statement waits for that lock.
        mongo.collection("tasks").update_many(
            {"_id": {"$in": names}, "status": TaskStatus.RUNNING.value, "lease_owner": self._owner},
            {"$set": {"due_at": server_now() + timedelta(seconds=seconds)}},
            session=session,
        )
        if owners:
            leases.renew(owners, seconds, session)


keeper = LeaseKeeper()
