"""Which page of a list is asked for, and what belongs on it, whatever server is asked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.errors import InvalidInput
from app.models import to_utc

Document = dict[str, Any]
Place = tuple[datetime, str]
"""The date of a document and the name that tells it from others of that moment."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""No document is older."""
OLD_STEP = timedelta(hours=6)
"""At once, of what is old."""


@dataclass(frozen=True)
class PageQuery:
    """Which page. ``name``: the field that tells documents of one moment apart."""

    collection: str
    filters: Mapping[str, Any]
    """Field -> value; None: any."""
    name: str
    newest_first: bool = True
    limit: int = 50
    after: Place | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    projection: Mapping[str, Any] | None = None
    fits: Callable[[Document], bool] | None = None
    """What else a document must meet."""
    date: str = "created_at"
    """The field by which the list is ordered, and which ``created_after`` and ``created_before`` bound."""

    @property
    def list_name(self) -> str:
        """The collection, by its date: what is learnt of one order says nothing of another."""
        return f"{self.collection} by {self.date}"


@dataclass(frozen=True)
class OldPlace:
    """How far a list of what is old was read, from the newest on."""

    below: datetime
    length: timedelta = OLD_STEP
    """Of time, that is looked at next."""
    silence: timedelta = timedelta()
    """For how long there was nothing, up to there."""
    after: Place | None = None


def encode_place(created_at: datetime, name: str) -> str:
    """Return a place in a list as a cursor."""
    return base64.urlsafe_b64encode(f"{int(created_at.timestamp() * 1000)}:{name}".encode()).decode()


def decode_place(cursor: str) -> Place:
    """Return the place that a cursor stands for.

    Raises:
        InvalidInput: it is not a cursor.
    """
    try:
        milliseconds, _, name = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC), name
    except (binascii.Error, ValueError, OverflowError, OSError):
        raise InvalidInput("cursor: not one that this service gave out") from None


def page_of(documents: Iterable[Document], asked: PageQuery) -> list[Document]:
    """Return the page that is asked for of documents that were read already."""
    wanted = {name: value for name, value in asked.filters.items() if value is not None}
    low, high = asked.created_after or LONG_AGO, asked.created_before
    fitting = [
        one
        for one in documents
        if to_utc(low) <= one[asked.date] and (high is None or one[asked.date] < to_utc(high))
        if fits(one, wanted, asked)
    ]
    ordered = sorted(fitting, key=lambda one: (one[asked.date], one[asked.name]), reverse=asked.newest_first)
    return ordered[: asked.limit]


def fits(document: Document, wanted: Mapping[str, Any], asked: PageQuery) -> bool:
    """Tell whether a document belongs on a page or behind it: it has the ``wanted`` values and lies past the place."""
    if any(document.get(name) != value for name, value in wanted.items()):
        return False
    if asked.fits is not None and not asked.fits(document):
        return False
    if asked.after is None:
        return True
    place = (to_utc(document[asked.date]), document[asked.name])
    return place < asked.after if asked.newest_first else place > asked.after
