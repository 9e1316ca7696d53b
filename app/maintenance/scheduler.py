"""The sweeper and the clean-up, run by one leader over all processes.

Every process that serves or works has a ``Scheduler``, and with it its presence on the database; the one that holds the
leader's lease (a document of the database) runs the rounds, the others look now and then whether the lease is free.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from app.blobs import store as media
from app.blobs.sweeper import sweep_media
from app.config import get_settings
from app.core.telemetry import CLEANED, CLEANUP_SECONDS, SCHEDULER_LEADS, SWEPT, get_logger
from app.db import client as mongo
from app.db import leases
from app.db.batches import Batch, Size, Worked, timed_out, work_off
from app.db.client import database_answers
from app.db.page_query import OldPlace, PageQuery
from app.db.pagination import read_old
from app.db.presence import Presence
from app.db.server_clock import server_now
from app.errors import DatabaseAway, ShopReelError, Unavailable
from app.events.log import is_behind, number_events, refused_notes
from app.events.repository import remove_events
from app.maintenance.retention import TASK_FIELDS, remove_old, remove_tasks
from app.models import ENDED, UtcDatetime, iso_seconds, utc_now
from app.sessions.service import session_service
from app.shorts import repository as shorts
from app.shorts.service import advance
from app.shorts.writes import touch_short
from app.tasks.lease_keeper import keeper
from app.tasks.outage import replay_spool
from app.tasks.recovery import OrphanWatch, repair_sessions, send_due_tasks
from app.webhooks.delivery import Deliverer

LEADER = "scheduler"
QUIET_SECONDS = 10
"""A short in the making that nothing has touched for so long is looked at."""
DELETE_BATCH = 200
STUCK_SECONDS = 20
"""For so long the embedded database may let every write wait though it reads, before it is started anew."""
MAX_CLOCK_DIFFERENCE = timedelta(hours=1)
GIVES_WAY_SECONDS = 3600
"""As often a leader whose clock is wrong lets another one lead, if there is one."""
log = get_logger("scheduler")


@dataclass(frozen=True)
class CleanupReport:
    """What a clean-up removed."""

    tasks: int
    sessions: int
    at: UtcDatetime
    finished: bool = True
    """False: its time was over before all was removed."""


_stopped_at: dict[str, Any] = {}
"""Where each part of the last clean-up of this process had to stop, and the next one goes on; None: it was over."""


def _from_where_it_stopped(part: str, remove: Callable[[Any], Worked[Any]]) -> Worked[Any]:
    if part in _stopped_at and _stopped_at[part] is None:
        return Worked(0, None)
    worked = remove(_stopped_at.get(part))
    _stopped_at[part] = worked.next
    return worked


class ClocksDisagree(Unavailable):
    """This machine's clock, or the database's, is wrong: nothing can be removed by its age."""


def cleanup(task_days: int | None = None, session_days: int | None = None, seconds: float = math.inf) -> CleanupReport:
    """Remove old ended tasks and old completed and failed sessions, now; None: as the settings say.

    Beside them goes what the other retention settings say, and the media that nothing names any more. Nothing of a
    short that is made, or waits for its review, is too old.

    ``seconds``: no batch is begun after that; the leader goes on with what is left by the settings.

    Raises:
        ClocksDisagree: nothing was removed.
        Unavailable: the database does not answer.
    """
    settings = get_settings()
    end = time.monotonic() + seconds
    with database_answers():
        mongo.connect()
    now = server_now()
    tasks_before = now - timedelta(days=settings.cleanup_days_threshold if task_days is None else task_days)
    sessions_before = now - timedelta(days=settings.session_retention_days if session_days is None else session_days)
    _check_clock(now)
    with CLEANUP_SECONDS.time():
        if seconds == math.inf:
            _stopped_at.clear()
        tasks = _from_where_it_stopped("tasks", lambda at: _remove_tasks(tasks_before, end - time.monotonic(), at))
        sessions = _from_where_it_stopped(
            "sessions",
            lambda at: session_service.manager.remove_older_for(
                sessions_before, end - time.monotonic(), at, spare_waiting=True
            ),
        )
        others = _from_where_it_stopped("others", lambda at: remove_old(now, end - time.monotonic(), at))
        swept = sweep_media(now, end - time.monotonic())
    CLEANED.labels("tasks").inc(tasks.done)
    CLEANED.labels("sessions").inc(sessions.done)
    # For a part of the time in any case: they are the most.
    left = max(seconds / 2, end - time.monotonic())
    events = remove_events(now - timedelta(days=settings.activity_retention_days), left)
    media.remove_half_uploads()
    finished = all(worked.next is None for worked in (tasks, sessions, events, others, swept))
    if finished:
        _stopped_at.clear()
    report = CleanupReport(tasks=tasks.done, sessions=sessions.done, at=now, finished=finished)
    _note_cleanup(report)
    log.info("cleaned_up", tasks=report.tasks, sessions=report.sessions, events=events.done, finished=finished)
    return report


@database_answers()
def _note_cleanup(report: CleanupReport) -> None:
    """Keep when the last clean-up was, and what it removed: together with what it goes on from, if that had to stop."""
    known = mongo.collection("leases").find_one({"_id": "cleanup"}) or {}
    before = known if known.get("finished") is False else {"tasks": 0, "sessions": 0}
    counts = {"tasks": before["tasks"] + report.tasks, "sessions": before["sessions"] + report.sessions}
    change = {"$set": {"at": report.at, "finished": report.finished, **counts}}
    mongo.collection("leases").update_one({"_id": "cleanup"}, change, upsert=True)


def _check_clock(now: datetime) -> None:
    """Refuse to remove anything by age when this machine's clock and the database's disagree by more than an hour."""
    if abs(utc_now() - now) > MAX_CLOCK_DIFFERENCE:
        raise ClocksDisagree("nothing was cleaned up: the clocks of this machine and of the database disagree")


TaskPlace = tuple[int, OldPlace]
"""Which status, and how far its tasks were looked at."""


def _remove_tasks(ended_before: datetime, seconds: float, first: TaskPlace | None) -> Worked[TaskPlace]:
    """Remove ended tasks in batches, so that no single delete holds others up."""
    size, statuses = Size(DELETE_BATCH), sorted(ENDED)
    asked = PageQuery("tasks", {}, "_id", projection=TASK_FIELDS, date="ended_at")

    def remove(place: TaskPlace) -> Batch[TaskPlace]:
        number, old = place
        of_status = replace(asked, filters={"status": statuses[number].value}, limit=size.now)
        found, further = read_old(of_status, old, size.share)
        removed = remove_tasks(found) if found else 0
        if further is not None:
            return Batch(removed, (number, further))
        return Batch(removed, (number + 1, OldPlace(ended_before)) if number + 1 < len(statuses) else None)

    return work_off(remove, first or (0, OldPlace(ended_before)), seconds=seconds, size=size)


def sweep(orphans: OrphanWatch) -> dict[str, int]:
    """Run every repair once; return how much each has done. Raises ``Unavailable`` in an outage."""
    done = {"orphans": orphans.recover(round_seconds() / 2)} | {name: repair() for name, repair in REPAIRS.items()}
    for name, count in done.items():
        SWEPT.labels(name).inc(count)
    if any(done.values()):
        log.info("swept", **{name: count for name, count in done.items() if count})
    return done


def _advance_shorts() -> int:
    for name in shorts.shorts_in_the_making(server_now() - timedelta(seconds=QUIET_SECONDS)):
        # Touched first, so that the next round looks at others.
        touch_short(name)
        advance(name)
    return 0


def round_seconds() -> float:
    """Return for how long one round numbers, and for how long it cleans up: its lease must outlast all it does."""
    return get_settings().sweep_interval_seconds / 2


REPAIRS: dict[str, Callable[[], int]] = {
    "sent": lambda: send_due_tasks(round_seconds() / 4),
    "sessions": lambda: repair_sessions(round_seconds() / 2),
    "shorts": _advance_shorts,
    "events": lambda: number_events(seconds=round_seconds()),
}


def status() -> dict[str, Any]:
    """Return who leads, and when the last and the next clean-up are. Raises ``Unavailable`` in an outage."""
    settings = get_settings()
    with database_answers():
        found = {
            lease["_id"]: lease for lease in mongo.collection("leases").find({"_id": {"$in": [LEADER, "cleanup"]}})
        }
        refused = refused_notes()
    leader, last = found.get(LEADER), found.get("cleanup")
    leads = leader is not None and leader["expires_at"] > server_now()
    return {
        "running": leads,
        "leader": leader["owner"] if leader and leads else None,
        "cleanup_interval_hours": settings.cleanup_interval_hours,
        "cleanup_days_threshold": settings.cleanup_days_threshold,
        "session_retention_days": settings.session_retention_days,
        "last_cleanup": {"at": iso_seconds(last["at"]), "tasks": last["tasks"], "sessions": last["sessions"]}
        if last
        else None,
        "refused_notes": refused,
        "next_cleanup": iso_seconds(last["at"] + timedelta(hours=settings.cleanup_interval_hours)) if last else None,
    }


@dataclass
class Scheduler:
    """The thread that sweeps and cleans up while this process leads."""

    pools: tuple[str, ...] = ()
    """The kinds of work that this process does: of a worker."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _orphans: OrphanWatch = field(default_factory=OrphanWatch)
    _deliverer: Deliverer = field(default_factory=Deliverer)
    _presence: Presence | None = None
    _waits_since: float | None = None
    """Since when (``time.monotonic``) every round has ended in a time-out."""
    _swept: float = -math.inf
    """When it last swept."""
    _gave_way: float = -math.inf
    """When it last let another lead, as its clock is wrong."""

    def start(self) -> None:
        """Start the thread."""
        self._stop.clear()
        self._swept = -math.inf
        settings = get_settings()
        # A lease is renewed three times in its length: by then its owner would have been heard of.
        self._orphans = OrphanWatch(settings.task_lease_seconds / 3 + 1)
        self._presence = Presence(pools=self.pools)
        self._presence.start()
        self._thread = threading.Thread(
            target=self._run, args=(settings.sweep_interval_seconds,), name="scheduler", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and give the lead away."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            SCHEDULER_LEADS.set(0)
            self._deliverer.end()
            try:
                leases.give_back(LEADER, keeper.owner)
            except Exception as error:  # the lease runs out by itself
                log.info("lead_not_given_away", reason=type(error).__name__)
        if self._presence is not None:  # the last: until then this process may write
            self._presence.stop()
            self._presence = None

    def _run(self, seconds: float) -> None:
        while not self._stop.is_set():
            more = False
            try:
                more = self._round(seconds)
            except Exception:
                # One bad record, or a failure of what looks after a failure, must not end all repair: it is logged,
                # and the next round begins anew.
                log.exception("sweep_broke")
            self._stop.wait(0 if more else seconds)

    def _round(self, seconds: float) -> bool:
        """Lead, if nobody else does, and do what is due; tell whether there is more to do at once."""
        try:
            replay_spool()
            with database_answers():
                mongo.end_abandoned()
            leads = leases.take(LEADER, keeper.owner, 3 * seconds)
            SCHEDULER_LEADS.set(leads)
            more = False
            if leads:
                if time.monotonic() - self._swept >= seconds:
                    self._swept = time.monotonic()
                    sweep(self._orphans)
                elif is_behind():  # rounds follow one another: in between only the backlog is due
                    SWEPT.labels("events").inc(number_events(seconds=round_seconds()))
                self._deliverer.begin()
                more = self._cleanup_if_due() or is_behind()
        except ShopReelError as error:
            SCHEDULER_LEADS.set(0)
            log.warning("sweep_failed", reason=str(error))
            self._check_database(error)
            return False
        self._waits_since = None
        return more

    def _check_database(self, error: ShopReelError) -> None:
        """Have an embedded database that is broken, or stuck for ``STUCK_SECONDS``, started anew."""
        if not isinstance(error, DatabaseAway):
            mongo.check_reading()
            return
        if not timed_out(error):
            self._waits_since = None
            return
        self._waits_since = self._waits_since or time.monotonic()
        if time.monotonic() - self._waits_since > STUCK_SECONDS:
            self._waits_since = None
            mongo.check_reading(stuck=True)

    def _cleanup_if_due(self) -> bool:
        """Clean up for a while, if it is time; tell whether there is more to do."""
        with database_answers():
            last = mongo.collection("leases").find_one({"_id": "cleanup"})
        interval = timedelta(hours=get_settings().cleanup_interval_hours)
        if last is not None and last.get("finished", True) and last["at"] >= server_now() - interval:
            return False
        try:
            return not cleanup(seconds=round_seconds()).finished
        except ClocksDisagree as error:
            self._give_way(str(error))
            return False

    def _give_way(self, why: str) -> None:
        """Let a process lead whose clock is right; if there is none, this one does again, and does all but clean up."""
        if time.monotonic() - self._gave_way > GIVES_WAY_SECONDS:
            self._gave_way = time.monotonic()
            log.error("gives_way", reason=why)
            leases.give_back(LEADER, keeper.owner)
            SCHEDULER_LEADS.set(0)
            self._stop.wait(2 * get_settings().sweep_interval_seconds)
