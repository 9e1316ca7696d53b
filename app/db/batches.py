"""Work that may be any amount, done in batches that each take little and always get on.

Numbering, clean-up, migration: whoever has much to do does it through ``work_off``. A batch is small enough for a
database that is slow (``Size``), is committed by itself, and says where the next one begins: what was done stays done,
whoever else wants the database gets it in between, and the whole can stop after any batch and go on later.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.db.client import database_answers
from app.errors import DatabaseAway

Place = TypeVar("Place")
SLOW_SECONDS = 2.0
"""A batch that takes longer is followed by a smaller one."""


class NoAdvance(RuntimeError):
    """The code of a batch did nothing and stays where it is: it would never end."""


@dataclass(frozen=True)
class Batch(Generic[Place]):
    """What one batch did, and where the next one begins; None: nothing is left."""

    done: int
    next: Place | None = None


@dataclass(frozen=True)
class Worked(Generic[Place]):
    """What all batches did together, and where to go on; None: nothing is left."""

    done: int
    next: Place | None


@dataclass
class Size:
    """How many are done at once: fewer while the database is slow, down to one by one, then more again."""

    most: int
    now: int = 0

    def __post_init__(self) -> None:
        self.now = self.now or self.most

    @property
    def share(self) -> float:
        """What part of the most that is."""
        return self.now / self.most

    def took(self, seconds: float) -> None:
        """Learn from a batch that went well."""
        self.now = max(1, self.now // 2) if seconds > SLOW_SECONDS else min(self.most, 2 * self.now)

    def shrink(self) -> bool:
        """Make it smaller after a batch that failed; False if it was 1 already."""
        self.now, before = max(1, self.now // 2), self.now
        return before > 1


def work_off(
    step: Callable[[Place], Batch[Place]], first: Place, *, seconds: float = math.inf, size: Size | None = None
) -> Worked[Place]:
    """Do ``step`` from ``first`` on, batch by batch, until nothing is left or ``seconds`` have passed.

    Each has the time of a database call for itself. One that takes longer is tried again with half of ``size``: slow is
    not away.

    Raises:
        DatabaseAway, Unavailable: as ``database_answers``; what was done before stays done.
        NoAdvance: a batch neither did anything nor moved.
    """
    end = time.monotonic() + seconds
    place: Place | None = first
    done = 0
    while place is not None:
        began = time.monotonic()
        try:
            with database_answers():
                batch = step(place)
        except DatabaseAway as error:
            if size is None or not timed_out(error) or not size.shrink():
                raise
            continue
        if size is not None:
            size.took(time.monotonic() - began)
        if batch.done == 0 and batch.next == place:
            raise NoAdvance(f"a batch at {place!r} did nothing and stays there")
        done += batch.done
        place = batch.next
        if time.monotonic() >= end:
            break
    return Worked(done, place)


def timed_out(error: DatabaseAway) -> bool:
    """Tell whether the server was there and did not get ready in time."""
    return bool(getattr(error.__cause__, "timeout", False))
