"""Finding shorts by words, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from app.models import to_utc
from app.storage import mongo
from app.storage.pages import Asked, fitting, read_page
from app.storage.words import longest_word, matches

MAX_SHORTS = 100
"""A question that more shorts answer finds the newest of them; one more word tells them apart."""
NAMES = {"short_id": 1, "words": 1, "created_at": 1, "user_id": 1}


def short_ids_matching(q: str, whose: dict[str, Any]) -> list[str]:
    """Return the ids of the shorts whose title or id a question means, of ``whose`` (as ``owned``), the newest first.

    The question itself is one of them: there are tasks of shorts that are recorded nowhere else.
    """
    word = longest_word(q)
    if word is None:
        return []
    fits = partial(matches, text=q)
    asked = Asked("shorts", whose | {"words": word}, "_id", limit=MAX_SHORTS, projection=NAMES, fits=fits)
    return list(dict.fromkeys([*(short["short_id"] for short in read_page(asked)), q]))


def page_of_shorts(short_ids: list[str], asked: Asked) -> list[dict[str, Any]]:
    """Return a page of what belongs to any of these shorts, which come the newest first.

    Each short is asked for what would still be on the page, by an index and within two dates: once the page is full,
    little more is read of all others. One question for them all reads on the embedded database whatever they hold, and
    with dates the whole collection.
    """
    wanted = {name: value for name, value in asked.filters.items() if value is not None}
    if any(isinstance(value, Mapping) for value in wanted.values()):
        return []
    if (one := wanted.get("short_id")) is not None:
        short_ids = [one] if one in short_ids else []
    collection = mongo.collection(asked.collection)
    page: list[dict[str, Any]] = []
    for short_id in short_ids if asked.newest_first else reversed(short_ids):
        last = page[-1]["created_at"] if len(page) == asked.limit else None
        dates = _dates(asked, last)
        found = collection.find({"short_id": short_id} | ({"created_at": dates} if dates else {}), asked.projection)
        page = merged([page, fitting(list(found), asked)], asked)
    return page


def _dates(asked: Asked, last: datetime | None) -> dict[str, datetime]:
    """Return the range of dates that what is missing lies in; ``last``: of a full page's last document.

    Some at its ends may be on the page before, or not on this one.
    """
    after = asked.after[0] if asked.after else None
    newest, oldest = (after, last) if asked.newest_first else (last, after)
    low = max((to_utc(date) for date in (asked.created_after, oldest) if date), default=None)
    high = min((to_utc(date) for date in (asked.created_before, newest) if date), default=None)
    return ({"$gte": low} if low else {}) | ({"$lte": high} if high else {})


def merged(pages: list[list[dict[str, Any]]], asked: Asked) -> list[dict[str, Any]]:
    """Return one page of several of the same list, each in order."""
    one_each = {document[asked.name]: document for page in pages for document in page}
    ordered = sorted(
        one_each.values(), key=lambda one: (one["created_at"], one[asked.name]), reverse=asked.newest_first
    )
    return ordered[: asked.limit]
