"""The sessions collection and nothing else.

``SessionManager`` holds the operations as they are: it raises when the database does not answer. ``SessionService``,
and its one instance ``session_service``, is what scripts use: it checks what it is given (``ValueError``) and, when
the database is away, logs and answers ``None``, ``[]``, ``False`` or ``0``. Whoever must tell an outage from an
empty list, as the HTTP routes do, uses ``session_service.manager``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from bson import ObjectId
from pydantic import ValidationError
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from app.access.ownership import ownership_filter
from app.core.telemetry import SESSION_OPERATIONS, SESSION_SECONDS, get_logger
from app.db import async_client as mongo_async
from app.db import client as mongo
from app.db.batches import Batch, Size, Worked, work_off
from app.db.client import database_answers, in_transaction, write_in, write_together
from app.db.many import chunked, find_by_id
from app.db.page_query import OldPlace, PageQuery, decode_place, encode_place
from app.db.pagination import read_old
from app.db.writes import Delete, Insert, Update
from app.errors import InvalidInput, Unavailable, checked
from app.events.log import number_events
from app.events.repository import note_session
from app.models import (
    LIVE,
    SessionInfo,
    SessionStatus,
    TaskType,
    check_caller_id,
    check_task_id,
    optional_caller_id,
    utc_now,
)
from app.sessions.rules import COLLECTION, SESSION_RULES
from app.tasks.outage import flush_spool
from app.tasks.search import find_page_of_sessions

MAX_LISTED = 1000
REMOVED_AT_ONCE = 100
NUMBERING_SECONDS = 1.0
"""For so long what a batch of a clean-up has noted, and what waited before it, is numbered."""
SessionPlace = tuple[SessionStatus, OldPlace]
"""Which status, and how far its sessions were looked at."""
TOO_OLD = "cleaned up: too old"
log = get_logger("sessions")
Result = TypeVar("Result")


def session_document(session: SessionInfo) -> dict[str, Any]:
    """Return the document that the collection keeps for ``session``: enums as strings, dates as BSON dates."""
    return {
        "_id": ObjectId(),
        "short_id": session.short_id,
        "task_type": session.task_type.value,
        "task_id": session.task_id,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "user_id": session.user_id,
        "status": session.status.value,
    }


def new_session(short_id: str, task_type: TaskType | str, task_id: str, user_id: str | None = None) -> SessionInfo:
    """Return an active session that begins now.

    Raises:
        InvalidInput: a value is not valid, or the task type is ``scraping``, which has no sessions.
    """
    now = utc_now()
    try:
        session = SessionInfo(
            short_id=short_id,
            task_type=TaskType(task_type),
            task_id=task_id,
            user_id=user_id,
            created_at=now,
            updated_at=now,
        )
    except ValidationError as error:
        wrong = error.errors()[0]
        raise InvalidInput(f"{wrong['loc'][0]}: {wrong['msg'].removeprefix('Value error, ')}") from None
    except ValueError as error:
        raise InvalidInput(f"task_type: {error}") from None
    if not SESSION_RULES[session.task_type].created:
        raise InvalidInput(f"task_type: {session.task_type.value} tasks have no sessions")
    return session


def encode_cursor(session: SessionInfo) -> str:
    """Return the place of ``session`` in a list, for ``find_sessions(after=…)``."""
    return encode_place(session.created_at, session.task_id)


def _not_for_review(sessions: list[dict[str, Any]], session: ClientSession | None) -> list[dict[str, Any]]:
    """Return those of some sessions whose short does not wait for its review."""
    query = {"status": "waiting"}
    waiting: set[tuple[str, str | None]] = set()
    for some in chunked(list({one["short_id"] for one in sessions})):
        found = mongo.collection("shorts").find(
            query | {"short_id": {"$in": some}}, {"short_id": 1, "id_scope": 1}, session=session
        )
        waiting.update((short["short_id"], short.get("id_scope")) for short in found)
    return [one for one in sessions if waiting.isdisjoint({(one["short_id"], None), (one["short_id"], one["user_id"])})]


class SessionManager:
    """The connection to the ``sessions`` collection and the operations on it. Raises ``Unavailable`` in an outage."""

    @property
    def collection(self) -> Collection[dict[str, Any]]:
        """The collection; the first use connects and verifies the indexes."""
        return mongo.collection(COLLECTION)

    def connect(self) -> None:
        """Connect now rather than at the first use."""
        with self._operation("connect"):
            mongo.connect()

    def close(self) -> None:
        """Close the process's client; the next use connects anew."""
        mongo.close()

    def insert(self, session: SessionInfo) -> SessionInfo:
        """Store a session; one that the task has already is returned as it is."""
        with self._operation("create"):
            document = session_document(session)
            with suppress(DuplicateKeyError):
                write_together([Insert(COLLECTION, document), note_session(document, session.status.value)])
                return session
            stored = self.collection.find_one({"task_id": session.task_id})
        return SessionInfo(**stored) if stored else session

    def set_status(self, task_id: str, status: SessionStatus) -> bool:
        """Set a session's status; False if there is none."""
        with self._operation("update"):
            found = self.collection.find_one({"task_id": task_id})
            if found is None:
                return False
            change = {"$set": {"status": status.value, "updated_at": utc_now()}}
            return write_together(
                [Update(COLLECTION, {"task_id": task_id}, change), note_session(found, status.value, "set by hand")]
            )

    def remove(self, task_id: str, *, owner: str | None = None, by: str | None = None) -> bool:
        """Remove a session; False if there is none (``ownership_filter`` has ``owner``). ``by``: the user who does."""
        with self._operation("remove"):
            found = self.collection.find_one({"task_id": task_id} | ownership_filter(owner))
            return found is not None and self._remove(found, "removed by hand", by)

    def remove_all(self, short_id: str, task_type: TaskType) -> int:
        """Remove a short's sessions of one type; return how many."""
        with self._operation("remove"):
            found = list(self.collection.find({"short_id": short_id, "task_type": task_type.value}))
            return sum(self._remove(session, "removed by hand") for session in found)

    @staticmethod
    def _remove(session: dict[str, Any], note: str, by: str | None = None) -> bool:
        """Remove a session if it still stands as it was read."""
        removal = Delete(COLLECTION, {"_id": session["_id"], "status": session["status"]}, required=True)
        return write_together([removal, note_session(session, "removed", note, by)])

    def remove_older(self, created_before: datetime) -> int:
        """Remove completed and failed sessions created before a date, unless their task is live; return how many."""
        return self.remove_older_for(created_before).done

    def remove_older_for(
        self,
        created_before: datetime,
        seconds: float = math.inf,
        first: SessionPlace | None = None,
        *,
        spare_waiting: bool = False,
    ) -> Worked[SessionPlace]:
        """Do the same for so many seconds at most, from where it had to stop.

        ``spare_waiting``: nor those of a short that waits for its review.

        In batches, each in a transaction, the newest first: what happens meanwhile waits for no more than one. The
        notes of each are numbered before the next is begun, so that they never become many.
        """
        size = Size(REMOVED_AT_ONCE)
        asked = PageQuery(COLLECTION, {}, "task_id", projection={"task_id": 1, "created_at": 1})

        def remove(place: SessionPlace) -> Batch[SessionPlace]:
            status, old = place
            removed = 0
            with self._operation("cleanup"):
                of_status = replace(asked, filters={"status": status.value}, limit=size.now)
                found, further = read_old(of_status, old, size.share)
                if found:
                    names = [one["_id"] for one in found]
                    removed = in_transaction(partial(self._remove_waiting, names, status, spare_waiting), reads=True)
            if removed:
                number_events(seconds=NUMBERING_SECONDS)
            if further is None and status is SessionStatus.COMPLETED:
                return Batch(removed, (SessionStatus.FAILED, OldPlace(created_before)))
            return Batch(removed, (status, further) if further else None)

        start = first or (SessionStatus.COMPLETED, OldPlace(created_before))
        return work_off(remove, start, seconds=seconds, size=size)

    def _remove_waiting(
        self, names: list[ObjectId], status: SessionStatus, spare_waiting: bool, session: ClientSession | None
    ) -> int:
        """Remove those of some sessions that still have a status and whose task is not live."""
        found = [one for one in find_by_id(COLLECTION, names, session=session) if one["status"] == status.value]
        tasks = [one["task_id"] for one in found]
        live = {task["_id"] for task in find_by_id("tasks", tasks, {"status": 1}, session) if task["status"] in LIVE}
        gone = [one for one in found if one["task_id"] not in live]
        if spare_waiting:
            gone = _not_for_review(gone, session)
        if session is None:  # where there are no transactions, one by one
            return sum(self._remove(one, TOO_OLD) for one in gone)
        if gone:
            removals = (
                Delete(COLLECTION, {"_id": {"$in": some}}, many=True) for some in chunked([one["_id"] for one in gone])
            )
            write_in(session, [*removals, *(note_session(one, "removed", TOO_OLD) for one in gone)])
        return len(gone)

    def by_task(self, task_id: str, *, owner: str | None = None) -> SessionInfo | None:
        """Return the session of a task; ``owner``: as in ``ownership_filter``."""
        with self._operation("get"):
            document = self.collection.find_one({"task_id": task_id} | ownership_filter(owner))
        return SessionInfo(**document) if document else None

    def count_active(self, limit: int, **fields: str | None) -> int:
        """Return how many active sessions have these fields, counting up to ``limit``."""
        with self._operation("count"):
            query = fields | {"status": SessionStatus.ACTIVE.value}
            return self.collection.count_documents(query, limit=limit)

    def waiting_since(self, user_id: str | None = None) -> list[datetime]:
        """Return the creation dates of the completed and failed sessions, of a user or of all, in one query."""
        waiting = [SessionStatus.COMPLETED.value, SessionStatus.FAILED.value]
        query = {"status": {"$in": waiting}} if user_id is None else {"user_id": user_id}
        with self._operation("count"):
            found = self.collection.find(query, {"_id": 0, "status": 1, "created_at": 1})
            return [one["created_at"] for one in found if one["status"] in waiting]

    def find(
        self,
        *,
        owner: str | None = None,
        short_id: str | None = None,
        user_id: str | None = None,
        task_type: TaskType | None = None,
        status: SessionStatus | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        q: str | None = None,
        newest_first: bool = False,
        limit: int = MAX_LISTED,
        after: str | None = None,
    ) -> list[SessionInfo]:
        """Return the sessions that match all that is given, in order of creation, from ``after`` (a cursor) on.

        ``owner``, ``user_id``: as in ``ownership_filter``. ``q``: words, or their beginnings, of the short's id or its
        product's title.

        Raises:
            InvalidInput: an id or the cursor is not valid.
        """
        short_id = optional_caller_id("short_id", short_id)
        whose = ownership_filter(owner, optional_caller_id("user_id", user_id))
        filters: dict[str, Any] = {
            "short_id": short_id,
            "task_type": task_type.value if task_type else None,
            "status": status.value if status else None,
        } | whose
        place = decode_place(after) if after else None
        dates = (created_after, created_before)
        asked = PageQuery(COLLECTION, filters, "task_id", newest_first, limit, place, *dates)
        with self._operation("find"):
            found = find_page_of_sessions(asked, q, whose)
        return [SessionInfo(**document) for document in found]

    async def of_short(self, short_id: str, *, owner: str | None = None) -> list[SessionInfo]:
        """Return what ``find`` returns of a short, without a thread: dashboards ask for this most of all."""
        query = {"short_id": short_id} | ownership_filter(owner)
        with self._operation("find"):
            cursor = (await mongo_async.collection(COLLECTION)).find(query).sort("created_at", 1).limit(MAX_LISTED)
            found = await cursor.to_list()
        return [SessionInfo(**one) for one in sorted(found, key=lambda one: (one["created_at"], one["task_id"]))]

    @contextmanager
    def _operation(self, name: str) -> Iterator[None]:
        """Count and time an operation, and give an outage one name."""
        try:
            with SESSION_SECONDS.labels(name).time(), database_answers():
                yield
        except Unavailable:
            SESSION_OPERATIONS.labels(name, "failed").inc()
            raise
        SESSION_OPERATIONS.labels(name, "done").inc()


class SessionService:
    """Sessions for scripts and services: valid data or ``ValueError``, and no exception for an outage."""

    def __init__(self, manager: SessionManager | None = None) -> None:
        self.manager = manager or SessionManager()

    def initialize(self) -> bool:
        """Connect and verify the indexes; False when the database is away."""

        def connect() -> bool:
            self.manager.connect()
            return True

        return self._calmly(connect, False)

    def close(self) -> None:
        """Release the connection."""
        self.manager.close()

    def create_session(
        self, short_id: str, task_type: TaskType | str, task_id: str, user_id: str | None = None
    ) -> SessionInfo | None:
        """Create the session of a task, or return the one that it has."""
        session = new_session(short_id, task_type, task_id, user_id)
        return self._calmly(lambda: self.manager.insert(session), None)

    def update_session_status(self, task_id: str, status: SessionStatus | str) -> bool:
        """Set a session's status (``active``, ``completed`` or ``failed``); False if there is no such session."""
        try:
            known = SessionStatus(status)
        except ValueError:
            raise InvalidInput(f"status: {status!r} is none of active, completed, failed") from None
        return self._calmly(lambda: self.manager.set_status(check_task_id(task_id), known), False)

    def remove_session(self, task_id: str) -> bool:
        """Remove the session of a task; False if it has none."""
        return self._calmly(lambda: self.manager.remove(check_task_id(task_id)), False)

    def remove_sessions(self, short_id: str, task_type: TaskType | str) -> int:
        """Remove all of a short's sessions of one type; return how many."""
        short_id = checked("short_id", check_caller_id, short_id)
        kind = checked("task_type", TaskType, task_type)
        return self._calmly(lambda: self.manager.remove_all(short_id, kind), 0)

    def get_session(self, task_id: str) -> SessionInfo | None:
        """Return the session of a task."""
        return self._calmly(lambda: self.manager.by_task(check_task_id(task_id)), None)

    def get_sessions_by_short_id(self, short_id: str) -> list[SessionInfo]:
        """Return a short's sessions, the oldest first."""
        return self._calmly(lambda: self.manager.find(short_id=checked("short_id", check_caller_id, short_id)), [])

    def get_sessions_by_user_id(self, user_id: str) -> list[SessionInfo]:
        """Return a user's sessions, the oldest first."""
        return self._calmly(lambda: self.manager.find(user_id=checked("user_id", check_caller_id, user_id)), [])

    def find_sessions(self, **filters: Any) -> list[SessionInfo]:
        """Return the sessions that match; the filters are those of ``SessionManager.find``, types as strings too.

        The next page begins ``after=encode_cursor(last session)``.
        """
        if filters.get("task_type") is not None:
            filters["task_type"] = checked("task_type", TaskType, filters["task_type"])
        if filters.get("status") is not None:
            filters["status"] = SessionStatus(filters["status"])
        return self._calmly(lambda: self.manager.find(**filters), [])

    def cleanup_old_sessions(self, days: int = 7) -> int:
        """Remove completed and failed sessions older than ``days``; return how many."""
        if isinstance(days, bool) or not isinstance(days, int | float) or not 0 <= days <= 36_500:
            raise InvalidInput("days: a number from 0 to 36500")
        return self._calmly(lambda: self.manager.remove_older(utc_now() - timedelta(days=days)), 0)

    @staticmethod
    def _calmly(operation: Callable[[], Result], otherwise: Result) -> Result:
        try:
            flush_spool()
            return operation()
        except Unavailable as error:
            log.warning("session_operation_failed", reason=str(error.__cause__ or error))
            return otherwise


session_service = SessionService()
