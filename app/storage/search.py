"""Finding shorts by words, and what belongs to them."""

from __future__ import annotations

from typing import Any

from app.storage import mongo
from app.storage.pages import Asked, fitting, read_page
from app.storage.words import longest_word, matches

MAX_SHORTS = 100
"""A question that more shorts answer finds the newest of them; one more word tells them apart."""


def short_ids_matching(q: str, collection: str, whose: dict[str, Any]) -> list[str]:
    """Return the ids of the shorts whose title or id a question means, of ``whose`` (as ``owned`` returns it).

    ``collection``: whose ``short_id`` is looked at too, for shorts that are only named there.
    """
    word = longest_word(q)
    if word is None:
        return []
    asked = Asked("shorts", whose | {"words": word}, "_id", limit=MAX_SHORTS, fits=lambda one: matches(one, q))
    found = {short["short_id"] for short in read_page(asked)}
    named = {"short_id": {"$gte": q, "$lt": q + "\U0010ffff"}}
    for one in mongo.collection(collection).find(named, {"short_id": 1, "user_id": 1}).limit(MAX_SHORTS):
        if all(one.get(name) == value for name, value in whose.items()):
            found.add(one["short_id"])
    return sorted(found)


def page_of_shorts(short_ids: list[str], asked: Asked) -> list[dict[str, Any]]:
    """Return a page of what belongs to any of these shorts, in one query."""
    if not short_ids:
        return []
    found = mongo.collection(asked.collection).find({"short_id": {"$in": short_ids}}, asked.projection)
    return merged([fitting(list(found), asked)], asked)


def merged(pages: list[list[dict[str, Any]]], asked: Asked) -> list[dict[str, Any]]:
    """Return one page of several of the same list, each in order."""
    one_each = {document[asked.name]: document for page in pages for document in page}
    ordered = sorted(
        one_each.values(), key=lambda one: (one["created_at"], one[asked.name]), reverse=asked.newest_first
    )
    return ordered[: asked.limit]
