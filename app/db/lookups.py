"""Look-ups that accepting a task can do without: while the database is away they are skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.core.telemetry import LOOKUPS_SKIPPED, get_logger
from app.db.client import database_answers
from app.errors import DatabaseAway

Answer = TypeVar("Answer")
log = get_logger("lookups")


def look_up(what: str, question: Callable[[], Answer]) -> Answer | None:
    """Return the answer of the database; None, logged and counted, while it is away."""
    with skipped_in_an_outage(what), database_answers():
        return question()
    return None


@contextmanager
def skipped_in_an_outage(what: str = "input") -> Iterator[None]:
    """Skip a check of a new task's input while the database is away: the run makes it again and fails the task."""
    try:
        yield
    except DatabaseAway as error:
        LOOKUPS_SKIPPED.labels(what).inc()
        log.warning("not_looked_up", what=what, reason=str(error))
