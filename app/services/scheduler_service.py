"""The sweeper and the clean-up, run by one leader over all processes.

Every process that serves or works has a ``Scheduler``, and with it its presence on the database; the one that holds the
leader's lease (a document of the database) runs the rounds, the others look now and then whether the lease is free.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from app.config import get_settings
from app.errors import DatabaseAway, ShopReelError, Unavailable
from app.models import ENDED, UtcDatetime, iso_seconds, to_utc, utc_now
from app.services.session_service import session_service
from app.services.short_service import advance
from app.storage import leases, media, mongo, shorts
from app.storage.events import remove_events
from app.storage.many import delete_by_id
from app.storage.mongo import database_answers
from app.storage.pages import CLEANUP_STEP, Asked, read_page
from app.storage.presence import Presence
from app.telemetry import CLEANED, CLEANUP_SECONDS, SCHEDULER_LEADS, SWEPT, get_logger
from app.utils.event_log import number_events
from app.utils.lease_keeper import keeper
from app.utils.outage import replay_spool
from app.utils.task_recovery import OrphanWatch, repair_sessions, send_due_tasks

LEADER = "scheduler"
QUIET_SECONDS = 10
"""A short in the making that nothing has touched for so long is looked at."""
DELETE_BATCH = 200
STUCK_SECONDS = 20
"""For so long the embedded database may let every write wait though it reads, before it is started anew."""
MAX_CLOCK_DIFFERENCE = timedelta(hours=1)
log = get_logger("scheduler")


@dataclass(frozen=True)
class CleanupReport:
    """What a clean-up removed."""

    tasks: int
    sessions: int
    at: UtcDatetime


def cleanup(task_days: int | None = None, session_days: int | None = None) -> CleanupReport:
    """Remove old ended tasks and old completed and failed sessions, now; None: as the settings say.

    Raises:
        Unavailable: the database does not answer.
    """
    settings = get_settings()
    now = utc_now()
    tasks_before = now - timedelta(days=settings.cleanup_days_threshold if task_days is None else task_days)
    sessions_before = now - timedelta(days=settings.session_retention_days if session_days is None else session_days)
    _check_clock(now)
    with CLEANUP_SECONDS.time():
        removed = _remove_tasks(tasks_before)
        sessions = session_service.manager.remove_older(sessions_before)
    CLEANED.labels("tasks").inc(removed)
    CLEANED.labels("sessions").inc(sessions)
    remove_events(now - timedelta(days=settings.activity_retention_days))
    media.remove_half_uploads()
    report = CleanupReport(tasks=removed, sessions=sessions, at=utc_now())
    with database_answers():
        mongo.collection("leases").update_one(
            {"_id": "cleanup"}, {"$set": {"at": report.at, "tasks": removed, "sessions": sessions}}, upsert=True
        )
    log.info("cleaned_up", tasks=removed, sessions=sessions)
    return report


@database_answers()
def _check_clock(now: datetime) -> None:
    """Refuse to remove anything by age when this machine's clock and the database's disagree by more than an hour."""
    server = mongo.connect().client.admin.command("hello").get("localTime", now)
    if abs(to_utc(server) - now) > MAX_CLOCK_DIFFERENCE:
        raise Unavailable("nothing was cleaned up: the clocks of this machine and of the database disagree")


def _remove_tasks(ended_before: datetime) -> int:
    """Remove ended tasks in batches, so that no single delete holds others up."""
    removed = 0
    for status in ENDED:
        asked = Asked(
            *("tasks", {"status": status.value}, "_id", True, DELETE_BATCH),
            created_before=ended_before,
            projection={"ended_at": 1},
            step=CLEANUP_STEP,
            date="ended_at",
        )
        while True:
            with database_answers():
                found = read_page(asked)
                if not found:
                    break
                removed += delete_by_id("tasks", [task["_id"] for task in found])
            asked = replace(asked, after=(found[-1]["ended_at"], found[-1]["_id"]))
    return removed


def sweep(orphans: OrphanWatch) -> dict[str, int]:
    """Run every repair once; return how much each has done. Raises ``Unavailable`` in an outage."""
    done = {"orphans": orphans.recover()} | {name: repair() for name, repair in REPAIRS.items()}
    for name, count in done.items():
        SWEPT.labels(name).inc(count)
    if any(done.values()):
        log.info("swept", **{name: count for name, count in done.items() if count})
    return done


def _advance_shorts() -> int:
    for name in shorts.shorts_in_the_making(utc_now() - timedelta(seconds=QUIET_SECONDS)):
        # Touched first, so that the next round looks at others.
        shorts.update_short(name)
        advance(name)
    return 0


REPAIRS: dict[str, Callable[[], int]] = {
    "sent": send_due_tasks,
    "sessions": repair_sessions,
    "shorts": _advance_shorts,
    "events": number_events,
}


def status() -> dict[str, Any]:
    """Return who leads, and when the last and the next clean-up are. Raises ``Unavailable`` in an outage."""
    settings = get_settings()
    with database_answers():
        found = {
            lease["_id"]: lease for lease in mongo.collection("leases").find({"_id": {"$in": [LEADER, "cleanup"]}})
        }
    leader, last = found.get(LEADER), found.get("cleanup")
    leads = leader is not None and leader["expires_at"] > utc_now()
    return {
        "running": leads,
        "leader": leader["owner"] if leader and leads else None,
        "cleanup_interval_hours": settings.cleanup_interval_hours,
        "cleanup_days_threshold": settings.cleanup_days_threshold,
        "session_retention_days": settings.session_retention_days,
        "last_cleanup": {"at": iso_seconds(last["at"]), "tasks": last["tasks"], "sessions": last["sessions"]}
        if last
        else None,
        "next_cleanup": iso_seconds(last["at"] + timedelta(hours=settings.cleanup_interval_hours)) if last else None,
    }


@dataclass
class Scheduler:
    """The thread that sweeps and cleans up while this process leads."""

    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _orphans: OrphanWatch = field(default_factory=OrphanWatch)
    _presence: Presence | None = None
    _waits_since: float | None = None
    """Since when (``time.monotonic``) every round has ended in a time-out."""

    def start(self) -> None:
        """Start the thread."""
        self._stop.clear()
        # A lease is renewed three times in its length: by then its owner would have been heard of.
        self._orphans = OrphanWatch(get_settings().task_lease_seconds / 3 + 1)
        self._presence = Presence()
        self._presence.start()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and give the lead away."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            SCHEDULER_LEADS.set(0)
            try:
                leases.give_back(LEADER, keeper.owner)
            except Exception as error:  # the lease runs out by itself
                log.info("lead_not_given_away", reason=type(error).__name__)
        if self._presence is not None:  # the last: until then this process may write
            self._presence.stop()
            self._presence = None

    def _run(self) -> None:
        seconds = get_settings().sweep_interval_seconds
        while not self._stop.is_set():
            try:
                replay_spool()
                with database_answers():
                    mongo.end_abandoned()
                leads = leases.take(LEADER, keeper.owner, 3 * seconds)
                SCHEDULER_LEADS.set(leads)
                if leads:
                    sweep(self._orphans)
                    self._cleanup_if_due()
                self._waits_since = None
            except ShopReelError as error:
                SCHEDULER_LEADS.set(0)
                log.warning("sweep_failed", reason=str(error))
                self._check_database(error)
            except Exception:
                # One bad record must not end all repair: it is logged, and the next round begins anew.
                log.exception("sweep_broke")
            self._stop.wait(seconds)

    def _check_database(self, error: ShopReelError) -> None:
        """Have an embedded database that is broken, or stuck for ``STUCK_SECONDS``, started anew."""
        if not isinstance(error, DatabaseAway):
            mongo.check_reading()
            return
        if not getattr(error.__cause__, "timeout", False):
            self._waits_since = None
            return
        self._waits_since = self._waits_since or time.monotonic()
        if time.monotonic() - self._waits_since > STUCK_SECONDS:
            self._waits_since = None
            mongo.check_reading(stuck=True)

    @staticmethod
    def _cleanup_if_due() -> None:
        with database_answers():
            last = mongo.collection("leases").find_one({"_id": "cleanup"})
        interval = timedelta(hours=get_settings().cleanup_interval_hours)
        if last is None or last["at"] < utc_now() - interval:
            cleanup()
