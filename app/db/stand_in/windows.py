"""Pages of long lists that read little more than they show, on a server that reads all matches before it sorts.

The list is walked in windows of time. A window has two ends and lies in one index, so that it costs what it holds. How
long a window must be is learnt: from where the same page ended when it was read last, else from how far apart its
documents lay; where nothing is known of a list, from how far apart they lie in the whole collection. An empty window
costs little, a document that is read and not shown a tenth of that: windows grow slowly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.db import client as mongo
from app.db.page_query import LONG_AGO, OLD_STEP, Document, OldPlace, PageQuery, Place, fits
from app.models import to_utc, utc_now

INDEXED = ("words", "short_id", "user_id", "status", "task_type")
"""Fields with an index of (field, created_at), the one that leaves least first."""
TOGETHER = {("tasks by created_at", "user_id"): "status"}
"""List and field -> another field with which it has an index of (field, the other one, created_at)."""
MANY = 1000
"""Whoever asks for so many gets the list at once."""
FIRST_WINDOW = timedelta(minutes=1)
FIRST_OF_WORDS = timedelta(hours=6)
"""What holds a word is rare."""
LONGEST = timedelta(days=60)
"""Behind a longer silence the rest of a list is read at once."""
AHEAD = timedelta(days=1)
FAR_OFF = datetime(9000, 1, 1, tzinfo=UTC)
"""No document is younger; and what is a window older or younger can still be written as a date."""
WHOLE = "*"
"""Stands for a list of all that a collection holds."""
GROWTH = 4
"""How much longer a window is than the empty one before it."""
LEAST_SHARE = 0.1
"""However few of a list's documents fit, a window is this much longer at most than if all did."""
MOMENT = timedelta(milliseconds=1)
MAX_LEARNT = 10_000

ListName = tuple[str, str, str]
PageName = tuple[ListName, tuple[tuple[str, Any], ...], bool, int, Place | None, datetime | None, datetime | None]
_spacing: dict[ListName, timedelta] = {}
"""List -> how far its documents lie apart, as seen last. The whole collection is the list without a field."""
_oldest: dict[ListName, datetime] = {}
"""List -> the oldest date seen in it: no bound, only where to begin."""
_ends: dict[PageName, datetime] = {}
"""Page -> the date of the last document on it when it was read last: how far to look first."""


def forget_learnt() -> None:
    """Forget what was learnt of the lists."""
    for known in (_spacing, _oldest, _ends):
        known.clear()


def read_page(asked: PageQuery, wanted: Mapping[str, Any]) -> list[Document]:
    """Return the documents of a page, in order; ``wanted``: its filters that filter."""
    wanted = dict(wanted)
    key = next((name for name in INDEXED if name in wanted), None)
    keys = [one for one in (key, TOGETHER.get((asked.list_name, key or ""))) if one in wanted]
    indexed = {one: wanted.pop(one) for one in keys}
    whole = key == "short_id" or asked.limit >= MANY
    name = (asked.list_name, " ".join(keys) or WHOLE, " ".join(map(str, indexed.values())))
    page_name = (
        *(name, tuple(wanted.items()), asked.newest_first, asked.limit),
        *(asked.after, asked.created_after, asked.created_before),
    )
    walk = _Walk(asked, name, whole, _ends.get(page_name))
    page: list[Document] = []
    while (window := walk.window(asked.limit - len(page))) is not None:
        found = _read(asked, indexed | {asked.date: window})
        fitting_ones = [document for document in found if fits(document, wanted, asked)]
        walk.learn(found, len(fitting_ones))
        page += fitting_ones
        if len(page) >= asked.limit:
            _ends[page_name] = to_utc(page[asked.limit - 1][asked.date])
            break
    return page[: asked.limit]


def read_old(asked: PageQuery, place: OldPlace, share: float = 1.0) -> tuple[list[Document], OldPlace | None]:
    """Return the next documents of a list, the newest first, and where to go on; None: it was read to its end.

    One find, of no more than ``OLD_STEP`` of time, or a part of the silence before it, until there was nothing for
    ``LONGEST``: whoever reads to the end must not meet most of the list behind a silence. ``share``: of that, where the
    database is slow (``Size.share``).
    """
    rest = place.silence >= LONGEST
    top = place.after[0] + MOMENT if place.after else place.below
    low = LONG_AGO if rest else top - place.length * share
    asked = replace(asked, newest_first=True, after=place.after)
    window = {asked.date: {"$gte": low, "$lt": top}}
    found = [one for one in _read(asked, {**asked.filters, **window}) if fits(one, {}, asked)]
    page = found[: asked.limit]
    if len(found) > asked.limit:
        last, length = page[-1], OLD_STEP
        if not rest:
            length = max(MOMENT, (top - low) * (2 * asked.limit / len(found)))
        return page, OldPlace(place.below, length, after=(to_utc(last[asked.date]), last[asked.name]))
    if rest:
        return page, None
    silence = timedelta() if page else place.silence + (top - low)
    return page, OldPlace(low, min(max(OLD_STEP, silence / 16), 2 * place.length), silence)


def _read(asked: PageQuery, query: Document) -> list[Document]:
    order = -1 if asked.newest_first else 1
    cursor = mongo.collection(asked.collection).find(query, asked.projection).sort(asked.date, order)
    return sorted(cursor, key=lambda one: (one[asked.date], one[asked.name]), reverse=asked.newest_first)


def _in_bounds(date: datetime) -> datetime:
    return min(max(to_utc(date), LONG_AGO), FAR_OFF)


class _Walk:
    """The windows of one page: they follow one another from where the page begins to where the list ends."""

    def __init__(self, asked: PageQuery, name: ListName, whole: bool, end: datetime | None) -> None:
        """``end``: where the page ended when it was read last."""
        self._newest_first = asked.newest_first
        self._date = asked.date
        self._known_end = end
        self._name = name
        self._whole = whole
        self._over = False
        self._share = 1.0
        """Of the documents in the last window that held any, how many fitted."""
        everything = _spacing.get((asked.list_name, WHOLE, ""))
        self._quiet = everything * (asked.limit + 1) if everything else FIRST_WINDOW
        if name[1] == "words":
            self._quiet = max(self._quiet, FIRST_OF_WORDS)
        """How long a window is where nothing is known of the list, and behind one that was empty."""
        self._low = _in_bounds(asked.created_after or LONG_AGO)
        self._high = _in_bounds(asked.created_before) if asked.created_before else None
        last = _in_bounds(asked.after[0]) if asked.after else None
        if asked.newest_first and last is not None:
            end = last + MOMENT
            self._high = min(end, self._high) if self._high else end
        elif last is not None:
            self._low = max(self._low, last)
        # What is dated ahead of this clock belongs to the first window, or the last, which has no upper end.
        self._end = self._high or utc_now() + AHEAD
        known = _oldest.get(name) if asked.after is None and asked.created_after is None else self._low
        self._at = (self._high or utc_now()) if asked.newest_first else (known or self._end)

    def window(self, missing: int) -> dict[str, datetime] | None:
        """Return the next range of dates, for so many documents that are still missing; None: the list ends."""
        if self._over:
            return None
        spacing = _spacing.get(self._name)
        length = self._quiet if spacing is None else max(self._quiet, spacing * ((missing + 1) / self._share))
        known, self._known_end = self._known_end, None
        to_the_end = known is None and (self._whole or length > LONGEST)
        low, high = self._low, self._high
        if self._newest_first:
            edge = self._low if to_the_end else max(self._low, known or self._at - length)
            self._over, low = edge <= self._low, edge
            self._edges = (self._at, edge)
            self._high = self._at = edge
        else:
            # The upper end of a window is not in it; dates are kept to the millisecond.
            edge = self._end if to_the_end else min(self._end, known + MOMENT if known else self._at + length)
            self._over = edge >= self._end
            high = high if self._over else edge
            self._edges = (self._at, edge)
            self._low = self._at = edge
        return {"$gte": low} | ({"$lt": high} if high else {})

    def learn(self, found: list[Document], fitting: int) -> None:
        """Remember how far apart the documents lie that the last window held, in its order; so many of them fitted."""
        begin, end = self._edges
        if not found:
            self._quiet = min(max(self._quiet, abs(end - begin)) * GROWTH, 2 * LONGEST)
            return
        if max(len(_spacing), len(_ends)) > MAX_LEARNT:
            forget_learnt()
        self._quiet = MOMENT
        self._share = max(fitting / len(found), LEAST_SHARE)
        first, last = to_utc(found[0][self._date]), to_utc(found[-1][self._date])
        # From the first one to the end of the window they lie so dense; where the list ends, to the last one.
        held = abs((last if self._over else end) - first) / max(1, len(found) - self._over)
        _spacing[self._name] = max(held, MOMENT)
        _oldest[self._name] = min(first, last, _oldest.get(self._name, first))
