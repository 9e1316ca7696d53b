"""Whether the dependencies can be used: the database, the broker, the media store, the local disk.

"Do you answer?" is not asked: one may answer and take nothing. Each is made to do a small piece of what tasks make
it do, in a place of its own that nobody else sees, every ``READINESS_SECONDS`` by each process that is asked how it
stands; whoever asks gets the last result at once.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from app.blobs import store as media
from app.config import Settings, get_settings
from app.core.telemetry import get_logger
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.indexes import PROBES
from app.db.writes import Delete, Insert, Update
from app.errors import DatabaseAway, InvalidInput, ShopReelError, Unavailable
from app.models import utc_now
from app.queue import broker

OK = "ok"
log = get_logger("dependencies")
LEAST_FREE_BYTES = 32_000_000
"""With less room on the disk a rendering fails, and the spool is about to."""
AGAIN_SECONDS = 2.0
"""A part that cannot be used is tried again as soon."""
STUCK_SECONDS = 30.0
"""A part that has not let go of a probe for so long cannot be used."""
LEFT_BEHIND = timedelta(days=1)
"""What a probe whose process was killed left in the database goes after so long, one by one, whatever clocks say."""


@dataclass(frozen=True)
class Report:
    """How the dependencies stand.

    ``states``: each one's, ``ok`` or why it cannot be used; ``age``: seconds, the oldest's.
    """

    states: Mapping[str, str]
    accepts: bool
    """Whether a new task would be accepted: by the database, or, while that is away, by the local disk."""
    age: float

    @property
    def good(self) -> bool:
        """Whether every part can be used."""
        return set(self.states.values()) == {OK}


def probe_database() -> None:
    """Record, claim, read and complete something as a task is, in transactions where there are any: six round trips.

    Raises:
        Unavailable: it could not be done; the message says why.
    """
    probe, note, now = f"probe-{uuid4()}", f"note-{uuid4()}", utc_now()
    queued, running = ({"_id": probe, "state": state} for state in ("queued", "running"))
    with database_answers():
        probes = mongo.collection(PROBES)
        probes.insert_one(queued | {"at": now})
        claimed = write_together(
            [Update(PROBES, queued, {"$set": {"state": "running"}}), Insert(PROBES, {"_id": note, "at": now})]
        )
        if not claimed or probes.find_one(running) is None:
            raise Unavailable("the database does not give back what was just written")
        completed = write_together(
            [
                Delete(PROBES, running, required=True),
                Delete(PROBES, {"_id": note}),
                Delete(PROBES, {"at": {"$lt": now - LEFT_BEHIND}}),
            ]
        )
        if not completed:
            raise Unavailable("the database has lost what was just written")


def probe_disk() -> None:
    """Write a small file where accepted tasks go in an outage; nothing is left.

    Raises Unavailable, as ``probe_database`` does.
    """
    for folder in (get_settings().shopreel_data_dir.resolve(), get_settings().shopreel_data_dir.resolve() / "spool"):
        if folder.exists():
            _write_in(folder)


def _write_in(folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(bytes(512))
            room = shutil.disk_usage(folder).free
    except OSError as error:
        raise Unavailable(f"the data folder cannot be written: {(error.strerror or str(error)).lower()}") from None
    if room < LEAST_FREE_BYTES:
        raise Unavailable(f"the data folder has less than {LEAST_FREE_BYTES // 1_000_000} MB left")


PROBES_BY_PART: dict[str, Callable[[], None]] = {
    "database": probe_database,
    "broker": broker.probe,
    "media": media.probe,
    "disk": probe_disk,
}


class DependencyWatch:
    """Looks at one part, when asked or by a thread of its own, and remembers what it saw."""

    def __init__(self, name: str, probe: Callable[[], None]) -> None:
        self.name, self._probe = name, probe
        self._looking = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._began: float | None = None
        self._settings: Settings | None = None
        self.state = OK
        self.away = False
        """Whether it is the database, and does not answer: tasks are accepted meanwhile."""
        self.at: float | None = None
        """When the last look ended, by ``time.monotonic``; None: there was none."""

    def start(self) -> None:
        """Look from now on, in a thread."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._watch, name=f"readiness-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more. A look that hangs is left to itself."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(AGAIN_SECONDS)
            self._thread = None

    def fresh(self) -> None:
        """Make sure that there is a look to tell of: the first one, or without a thread one that is recent enough."""
        if self.at is None or self._settings is not get_settings() or (self._thread is None and self._due()):
            self._look()

    def stuck(self) -> float | None:
        """Return for how many seconds a look has been hanging; None: none is."""
        began = self._began
        lasts = 0.0 if began is None else time.monotonic() - began
        return lasts if lasts > STUCK_SECONDS else None

    def _due(self) -> bool:
        return self.at is None or time.monotonic() - self.at >= self._pause()

    def _pause(self) -> float:
        regular = (self._settings or get_settings()).readiness_seconds
        return regular if self.state == OK else min(AGAIN_SECONDS, regular)

    def _watch(self) -> None:
        while not self._stop.is_set():
            with suppress(InvalidInput):  # settings that became wrong are told by whoever reads them to act on them
                self._look()
            if not self._stop.is_set():
                self._stop.wait(self._pause())

    def _look(self) -> None:
        before = self.at
        # Who comes while another looks waits for what that one sees; but not for a look that hangs.
        if not self._looking.acquire(timeout=STUCK_SECONDS):
            return
        try:
            settings = get_settings()
            if self.at != before and self._settings is settings:
                return
            self._began = time.monotonic()
            try:
                self._probe()
                self.state, self.away = OK, False
            except ShopReelError as error:
                self.state, self.away = str(error), isinstance(error, DatabaseAway)
            except Exception as error:  # the watch must outlive whatever a client raises
                log.exception("probe_broke", part=self.name)
                self.state, self.away = f"the check failed ({type(error).__name__})", False
            self._settings, self.at = settings, time.monotonic()
        finally:
            self._began = None
            self._looking.release()


_watches = [DependencyWatch(name, probe) for name, probe in PROBES_BY_PART.items()]


def start_watching() -> None:
    """Have this process look at all dependencies regularly, until ``stop_watching``."""
    for watch in _watches:
        watch.start()


def stop_watching() -> None:
    """Look no more."""
    for watch in _watches:
        watch.stop()


def report() -> Report:
    """Return how the dependencies stand, as of the last look; the first one is waited for."""
    for watch in _watches:
        watch.fresh()
    states, away = {}, False
    for watch in _watches:
        states[watch.name] = watch.state
        if (seconds := watch.stuck()) is not None:
            states[watch.name] = f"has not answered for {seconds:.0f} s"
        elif watch.name == "database":
            # PyMongo's monitor knows of an outage before the next look does.
            away = watch.away or (watch.state == OK and mongo.known_away() is not None)
            if away and watch.state == OK:
                states[watch.name] = "the database does not answer"
    accepts = states["database"] == OK or (away and states["disk"] == OK)
    now = time.monotonic()
    return Report(states, accepts, max(now - (watch.at or now) for watch in _watches))
