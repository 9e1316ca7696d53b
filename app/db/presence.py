"""Who uses a database, for those who change it as a whole: each process says so again and again from its own thread.

Presence is told by what a process writes, not by a clock: whoever has gone without a word is believed to have when
their count stood still for as long as they have said that they may be silent.
"""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import getpid

from pymongo.database import Database
from pymongo.errors import PyMongoError

from app.config import get_settings
from app.core.telemetry import get_logger
from app.db import client as mongo
from app.db.client import database_answers
from app.db.indexes import Document
from app.db.schema import check_schema
from app.db.server_clock import server_now
from app.errors import Conflict, ShopReelError, WrongSchema
from app.models import to_utc

COLLECTION = "presence"
LOOK_SECONDS = 0.1
FIRST_SECONDS = 1.0
"""So long a process waits at its start until it is known; in an outage it goes on without."""
log = get_logger("presence")


def _connected() -> Database[Document]:
    return mongo.connect().database


class Presence:
    """This process's presence on a database, from ``start`` to ``stop``.

    ``database`` None: the one that the process is connected to; if that is being changed as a whole (the process was
    paused, say, and believed to have gone), its connection is closed, and a new one refused until that is over.
    ``pools``: the kinds of work that it does; none: it is no worker.
    """

    def __init__(self, database: Database[Document] | None = None, pools: Sequence[str] = ()) -> None:
        self.name = f"{socket.gethostname()}:{getpid()}:{uuid.uuid4().hex[:8]}"
        self._database: Callable[[], Database[Document]] = _connected if database is None else lambda: database
        self._pools = list(pools)
        self._seconds = get_settings().task_lease_seconds
        self._stop = threading.Event()
        self._known = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def __enter__(self) -> Presence:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to say that this process is there."""
        self._thread.start()
        self._known.wait(FIRST_SECONDS)

    def stop(self) -> None:
        """Say that it has gone."""
        self._stop.set()
        self._thread.join()
        try:
            with database_answers():
                self._database()[COLLECTION].delete_one({"_id": self.name})
        except (ShopReelError, PyMongoError) as error:  # its silence will say so
            log.info("presence_not_taken_back", reason=type(error).__name__)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with database_answers():
                    self._say()
                self._known.set()
            except WrongSchema as error:
                log.error("database_given_up", reason=str(error))
                mongo.close()
                self._known.set()
            except (ShopReelError, PyMongoError) as error:
                log.info("presence_not_told", reason=type(error).__name__)
            self._stop.wait(self._seconds / 3)

    def _say(self) -> None:
        database = self._database()
        change = {
            "$inc": {"said": 1},
            "$set": {"seconds": self._seconds, "pools": self._pools},
            "$currentDate": {"at": True},
        }
        database[COLLECTION].update_one({"_id": self.name}, change, upsert=True)
        if self._database is _connected:
            # Each writes first and looks then, here and in ``backup_service``: of two at once one sees the other.
            try:
                check_schema(database)
            except WrongSchema:
                database[COLLECTION].delete_one({"_id": self.name})
                raise


@dataclass(frozen=True)
class PresentWorker:
    """A worker that has been heard of."""

    host: str
    process: int
    pools: tuple[str, ...]
    said_at: datetime
    """When it last said that it is there, by the server's clock."""


@database_answers()
def present_workers() -> list[PresentWorker]:
    """Return the workers that are there, idle ones too; one that is silent for as long as a lease lasts has gone."""
    now = server_now()
    found = []
    for one in mongo.collection(COLLECTION).find({"pools": {"$exists": True, "$ne": []}}).limit(1000):
        host, process, _ = one["_id"].rsplit(":", 2)
        said_at = to_utc(one["at"])
        if now - said_at < timedelta(seconds=one["seconds"]):
            found.append(PresentWorker(host, int(process), tuple(one["pools"]), said_at))
    return sorted(found, key=lambda one: (one.host, one.process))


def check_nobody_uses(database: Database[Document], but: Presence | None = None) -> None:
    """Find out whether any process but one uses a database; wait for those who may have gone without a word.

    Raises:
        Conflict: one does.
    """
    before = _present(database, but)
    silent_until = time.monotonic() + max((one["seconds"] for one in before.values()), default=0)
    while before:
        for name, one in _present(database, but).items():
            if name not in before or one["said"] != before[name]["said"]:
                host, process, _ = name.rsplit(":", 2)
                raise Conflict(
                    f"a server or a worker runs on this database (process {process} of {host}); stop all of them first"
                )
        if time.monotonic() > silent_until:
            for name in before:
                database[COLLECTION].delete_one({"_id": name})
            return
        time.sleep(LOOK_SECONDS)


def _present(database: Database[Document], but: Presence | None) -> dict[str, Document]:
    found = {one["_id"]: one for one in database[COLLECTION].find()}
    return {name: one for name, one in found.items() if but is None or name != but.name}
