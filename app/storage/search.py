"""Finding shorts by words, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from app.storage import mongo
from app.storage.pages import Asked, fitting, read_page
from app.storage.words import longest_word, matches

MAX_SHORTS = 100
"""A question that more shorts answer finds the newest of them; one more word tells them apart."""
NAMES = {"short_id": 1, "words": 1, "created_at": 1, "user_id": 1}


def short_ids_matching(q: str, whose: dict[str, Any]) -> list[str]:
    """Return the ids of the shorts whose title or id a question means, of ``whose`` (as ``owned`` returns it).

    The question itself is one of them: there are tasks of shorts that are recorded nowhere else.
    """
    word = longest_word(q)
    if word is None:
        return []
    fits = partial(matches, text=q)
    asked = Asked("shorts", whose | {"words": word}, "_id", limit=MAX_SHORTS, projection=NAMES, fits=fits)
    return sorted({q, *(short["short_id"] for short in read_page(asked))})


def page_of_shorts(short_ids: list[str], asked: Asked) -> list[dict[str, Any]]:
    """Return a page of what belongs to any of these shorts, in one query (one more if many have the same date)."""
    wanted = {name: value for name, value in asked.filters.items() if value is not None}
    if not short_ids or any(isinstance(value, Mapping) for value in wanted.values()):
        return []
    if (one := wanted.pop("short_id", None)) is not None:
        short_ids = [one] if one in short_ids else []
    query = {"short_id": {"$in": short_ids}} | wanted | ({"created_at": dates} if (dates := _dates(asked)) else {})
    order = -1 if asked.newest_first else 1
    many = asked.limit
    while True:
        found = mongo.collection(asked.collection).find(query, asked.projection)
        some = list(found.sort([("created_at", order), (asked.name, order)]).limit(many))
        page = fitting(some, asked)
        if len(page) >= asked.limit or len(some) < many:
            return merged([page], asked)
        many *= 2


def _dates(asked: Asked) -> dict[str, datetime]:
    """Return the range of dates that a page lies in; of those at its beginning some may be on the page before."""
    low, high = asked.created_after, asked.created_before
    dates = ({"$gte": low} if low else {}) | ({"$lt": high} if high else {})
    if asked.after and asked.newest_first:
        return dates | {"$lte": asked.after[0]}
    return dates | {"$gte": max(low, asked.after[0]) if low else asked.after[0]} if asked.after else dates


def merged(pages: list[list[dict[str, Any]]], asked: Asked) -> list[dict[str, Any]]:
    """Return one page of several of the same list, each in order."""
    one_each = {document[asked.name]: document for page in pages for document in page}
    ordered = sorted(
        one_each.values(), key=lambda one: (one["created_at"], one[asked.name]), reverse=asked.newest_first
    )
    return ordered[: asked.limit]
