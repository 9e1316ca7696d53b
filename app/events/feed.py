"""One reader of the events in each process, for all who follow them there.

A follower costs a queue: the database is read once, however many follow. The reader's thread exists while somebody
follows; it wakes when the database says that something was noted (a change stream) or, where there are no change
streams, looks four times a second. It numbers what was noted, reads what is new, and hands it out.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo.errors import OperationFailure, PyMongoError

from app.core.telemetry import FOLLOWERS, get_logger
from app.db import client as mongo
from app.errors import ShopReelError
from app.events.log import number_events
from app.events.repository import OUTBOX, Event, concerns, events_between, standing

MAX_WAITING = 2000
"""Events that wait for a slow follower; one that is slower still is let go, and can come back to where it was."""
LOOK_SECONDS = 0.25
CHANGE_SECONDS = 1.0
"""Without news from the change stream one looks all the same."""
AWAY_SECONDS = 1.0
NOTED: list[dict[str, Any]] = [
    {
        "$match": {
            "operationType": "insert",
        }
    }
]
"""What another process has numbered is there to be read once its notes have gone: the outbox tells enough."""
log = get_logger("events")


class Follower:
    """The events of a short, of a user, of both, or all, as they come; for one coroutine."""

    def __init__(self, short_id: str | None, user_id: str | None) -> None:
        self.short_id, self.user_id = short_id, user_id
        self.over = False
        """Nothing comes any more: it was too slow, or the server stops."""
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Event] = deque()
        self._woken = asyncio.Event()

    async def next(self, seconds: float) -> list[Event]:
        """Return what has come, or wait for it up to ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return []
        self._woken.clear()
        events = list(self._waiting)
        self._waiting.clear()
        return events

    def hand(self, events: list[Event]) -> None:
        """Add events; to be called by the reader's thread."""
        mine = [event for event in events if concerns(event, self.short_id, self.user_id)]
        if mine:
            self._soon(mine)

    def end(self) -> None:
        """Let it go; any thread may."""
        self._soon(None)

    def _soon(self, events: list[Event] | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._take, events)
        except RuntimeError:  # its loop is closed, and nobody reads
            self.over = True

    def _take(self, events: list[Event] | None) -> None:
        if events is None or len(self._waiting) + len(events) > MAX_WAITING:
            self.over = True
        else:
            self._waiting.extend(events)
        self._woken.set()


class EventFeed:
    """The followers of this process and the thread that reads for them."""

    def __init__(self) -> None:
        self._followers: set[Follower] = set()
        self._guard = threading.RLock()
        self._thread: threading.Thread | None = None
        self._incarnation: str | None = None

    @contextmanager
    def follow(self, short_id: str | None, user_id: str | None) -> Iterator[Follower]:
        """Follow what happens from now on, within the block."""
        follower = Follower(short_id, user_id)
        with self._guard:
            self._followers.add(follower)
            if self._thread is None:
                self._thread = threading.Thread(target=self._read, name="event-feed", daemon=True)
                self._thread.start()
        try:
            yield follower
        finally:
            with self._guard:
                self._followers.discard(follower)

    def count(self) -> int:
        """Return how many follow."""
        return len(self._followers)

    def close(self) -> None:
        """Let all followers go, and wait for the thread to end."""
        with self._guard:
            thread = self._thread
        self._let_go()
        if thread is not None:
            thread.join()

    def _let_go(self) -> None:
        with self._guard:
            followers = list(self._followers)
            self._followers.clear()
        for follower in followers:
            follower.end()

    def _over(self) -> bool:
        with self._guard:
            if not self._followers:
                self._thread = None
            return not self._followers

    def _read(self) -> None:
        # A follower reads for itself what is older than its arrival: beginning too early does no harm, too late would.
        place: int | None = None
        streams = True
        pause = threading.Event()
        while not self._over():
            try:
                if place is None:
                    _, place, self._incarnation = standing()
                if streams:
                    place = self._read_by_changes(place)
                else:
                    place = self._hand_out(place)
                    pause.wait(LOOK_SECONDS)
            except (ShopReelError, PyMongoError) as error:
                if isinstance(error, OperationFailure) and error.code in NO_CHANGE_STREAMS:
                    streams = False
                    continue
                log.warning("events_wait", reason=str(error))
                pause.wait(AWAY_SECONDS)
            except Exception:
                log.exception("event_feed_broke")
                pause.wait(AWAY_SECONDS)

    def _read_by_changes(self, place: int) -> int:
        """Read at every sign of a change, until the last follower has gone or the stream breaks."""
        outbox = mongo.collection(OUTBOX)
        with outbox.watch(NOTED, max_await_time_ms=int(CHANGE_SECONDS * 1000)) as changes:
            while not self._over():
                place = self._hand_out(place)
                changes.try_next()
        return place

    def _hand_out(self, place: int) -> int:
        number_events(backlog=False)
        _, last, incarnation = standing()
        if last < place or incarnation != self._incarnation:  # another database stands there now: begin anew with it
            self._incarnation = incarnation
            self._let_go()
            return last
        events = list(events_between(place, last))
        if events:
            with self._guard:
                followers = list(self._followers)
            for follower in followers:
                follower.hand(events)
        return last


NO_CHANGE_STREAMS = frozenset({40573, 40324, 59, 115})
"""Not a replica set; no such stage; no such command; not supported."""
feed = EventFeed()
FOLLOWERS.set_function(feed.count)
