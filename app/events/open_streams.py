"""Limits on what stays open: streams of events and the sockets of open pages, of one user and of all, in this process.

Each costs a connection, memory, and a look at its key every few seconds, for as long as its client likes.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.config import get_settings
from app.core.telemetry import LIMITED
from app.errors import TooMany

OF_ONE = "limit_streams_per_user"
OF_ALL = "limit_streams"
RETRY_SECONDS = 5
"""When to try again; nobody knows when one is closed."""


class OpenStreams:
    """Counts what is open, by user; those without a name are one user."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._open: Counter[str | None] = Counter()

    @contextmanager
    def one(self, user_id: str | None) -> Iterator[None]:
        """Hold a place for the block.

        Raises:
            TooMany: the user, or all together, have as many open as they may.
        """
        settings = get_settings()
        with self._guard:
            for setting, whose, count, limit in (
                (OF_ALL, "this server has", self._open.total(), settings.limit_streams),
                (OF_ONE, "this user has", self._open[user_id], settings.limit(OF_ONE)),
            ):
                if limit and count >= limit:
                    LIMITED.labels(setting).inc()
                    raise TooMany(f"{whose} {count} streams and pages open, the most there may be", RETRY_SECONDS)
            self._open[user_id] += 1
        try:
            yield
        finally:
            with self._guard:
                self._open[user_id] -= 1
                if not self._open[user_id]:
                    del self._open[user_id]


open_streams = OpenStreams()
