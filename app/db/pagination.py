"""Pages of long lists, by creation date.

A page begins where the last one ended (keyset paging): whatever comes and goes meanwhile, nothing that stays is shown
twice or left out. A server that reads in the order of an index, and no further than it is asked to, is asked plainly;
for any other see ``stand_in.windows``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from app.db import client as mongo
from app.db.page_query import LONG_AGO, Document, OldPlace, PageQuery, fits
from app.db.stand_in import windows
from app.models import to_utc


def read_page(asked: PageQuery) -> list[Document]:
    """Return the documents of a page, in order."""
    wanted = {name: value for name, value in asked.filters.items() if value is not None}
    if any(isinstance(one, Mapping) for one in wanted.values()):  # as ``ownership_filter`` says that there is nothing
        return []
    if mongo.connect().sorts_first:
        return windows.read_page(asked, wanted)
    page: list[Document] = []
    for moment in _moments(asked, wanted):
        page += moment
        if len(page) >= asked.limit:
            break
    return page[: asked.limit]


def read_old(asked: PageQuery, place: OldPlace, share: float = 1.0) -> tuple[list[Document], OldPlace | None]:
    """Return the next documents of a list, the newest first, and where to go on; None: it was read to its end.

    ``share``: of what may be read at once, where the database is slow (``Size.share``).
    """
    if mongo.connect().sorts_first:
        return windows.read_old(asked, place, share)
    page = read_page(replace(asked, newest_first=True, created_before=place.below, after=place.after))
    if len(page) < asked.limit:
        return page, None
    return page, OldPlace(place.below, after=(to_utc(page[-1][asked.date]), page[-1][asked.name]))


def _moments(asked: PageQuery, wanted: Document) -> Iterator[list[Document]]:
    """Yield what fits from the page's beginning on: the documents of one moment at once, in the order of their names.

    The index has no names. The cursor ends when nobody asks further, with a batch that is a page.
    """
    low, high = asked.created_after or LONG_AGO, asked.created_before
    window: Document = {"$gte": to_utc(low)} | ({"$lt": to_utc(high)} if high else {})
    if asked.after is not None and asked.newest_first:
        window["$lte"] = to_utc(asked.after[0])
    elif asked.after is not None:
        window["$gte"] = max(to_utc(low), to_utc(asked.after[0]))
    found = mongo.collection(asked.collection).find(wanted | {asked.date: window}, asked.projection)
    with found.sort(asked.date, -1 if asked.newest_first else 1).batch_size(asked.limit + 1) as cursor:
        for _, moment in groupby(cursor, key=lambda one: one[asked.date]):
            fitting = [one for one in moment if fits(one, {}, asked)]
            yield sorted(fitting, key=lambda one: one[asked.name], reverse=asked.newest_first)
