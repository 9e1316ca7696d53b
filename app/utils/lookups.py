"""Look-ups that accepting a task can do without: while the database is away, nobody waits for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from app.errors import Unavailable
from app.telemetry import LOOKUPS_SKIPPED, get_logger
from app.utils.task_management import database_answers

ASK_AGAIN_SECONDS = 2.0
"""After the database did not answer, nobody else waits for it for so long."""
Answer = TypeVar("Answer")
log = get_logger("lookups")
_away_until = 0.0


def database_seems_away() -> bool:
    """Return whether the database did not answer a moment ago."""
    return time.monotonic() < _away_until


def look_up(what: str, question: Callable[[], Answer]) -> Answer | None:
    """Return the answer of the database; None, logged and counted, while it is away."""
    global _away_until
    if not database_seems_away():
        try:
            with database_answers():
                return question()
        except Unavailable:
            _away_until = time.monotonic() + ASK_AGAIN_SECONDS
    LOOKUPS_SKIPPED.labels(what).inc()
    log.warning("not_looked_up", what=what, reason="the database does not answer")
    return None
