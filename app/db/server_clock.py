"""The database server's time: by it is dated what must run out at one moment for all processes.

It costs no round trip: each answer to the heartbeat that PyMongo sends once a second tells the server's time. Between
two of them, and through an outage, this machine's monotonic clock counts on. The machine's own date plays no part once
a server has answered.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from datetime import UTC, datetime, timedelta

from pymongo.monitoring import (
    ServerHeartbeatFailedEvent,
    ServerHeartbeatListener,
    ServerHeartbeatStartedEvent,
    ServerHeartbeatSucceededEvent,
)

from app.models import to_utc, utc_now

ANSWERS_KEPT = 8
"""An answer that was long on its way tells a time that has passed: the latest time of so many answers counts."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ServerClock(ServerHeartbeatListener):
    """What the server's time is, by its answers. Any thread may ask."""

    def __init__(self) -> None:
        self._starts: deque[timedelta] = deque(maxlen=ANSWERS_KEPT)
        """What the server's clock showed when this machine's monotonic clock was at 0, by each answer."""
        self._guard = threading.Lock()

    def learn(self, server_time: datetime) -> None:
        """Note the time that an answer tells which has just come."""
        start = to_utc(server_time) - EPOCH - timedelta(seconds=time.monotonic())
        with self._guard:
            self._starts.append(start)

    def forget(self) -> None:
        """Forget what was learnt: another server is asked from now on."""
        with self._guard:
            self._starts.clear()

    def now(self) -> datetime:
        """Return the server's time, to the millisecond; this machine's while no server has answered yet."""
        with self._guard:
            start = max(self._starts, default=None)
        if start is None:
            return utc_now()
        now = EPOCH + start + timedelta(seconds=time.monotonic())
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def started(self, event: ServerHeartbeatStartedEvent) -> None:
        """Nothing."""

    def succeeded(self, event: ServerHeartbeatSucceededEvent) -> None:
        """Learn from a server that takes writes."""
        told = event.reply.document.get("localTime")
        if event.reply.is_writable and isinstance(told, datetime):
            self.learn(told)

    def failed(self, event: ServerHeartbeatFailedEvent) -> None:
        """Nothing."""


clock = ServerClock()
server_now = clock.now
