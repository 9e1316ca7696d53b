"""Finding by words: what tasks and sessions are found by, and the pages of what a question finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from app.errors import DatabaseAway
from app.models import short_key
from app.storage import mongo
from app.storage.mongo import database_answers
from app.storage.pages import Asked, read_page
from app.storage.words import beginnings, words_of


def words_of_task(short_id: str | None, id_scope: str | None, user_id: str | None, title: str | None) -> list[str]:
    """Return the words by which a new task, and its session, are found: of its short's id and product.

    ``title``: the product's; None: it is looked up. An outage leaves it out.
    """
    if short_id is None:
        return []
    if title is None:
        with suppress(DatabaseAway):
            title = _title(user_id, [short_key(short_id, id_scope)])
    return beginnings(short_id, title)


def words_of_session(short_id: str, user_id: str | None) -> list[str]:
    """Return the words by which a session is found that comes without a task."""
    return beginnings(short_id, _title(user_id, keys_of_session(short_id, user_id)))


def keys_of_session(short_id: str, user_id: str | None) -> list[str]:
    """Return the keys of the shorts that a session may belong to: to the first that there is."""
    return list(dict.fromkeys([short_key(short_id, user_id), short_id]))


def shown_title(shorts: Mapping[str, dict[str, Any]], user_id: str | None, keys: Sequence[str]) -> str | None:
    """Return the product's title by which something of a user is found; None: there is none, or it is another user's.

    ``shorts``: by their keys. ``keys``: of those that it may belong to: to the first that there is.
    """
    short = next((shorts[key] for key in keys if key in shorts), None)
    return short.get("title") if short and user_id in (None, short.get("user_id")) else None


@database_answers()
def _title(user_id: str | None, keys: Sequence[str]) -> str | None:
    found = mongo.collection("shorts").find({"_id": {"$in": keys}}, {"title": 1, "user_id": 1})
    return shown_title({one["_id"]: one for one in found}, user_id, keys)


def find_page(asked: Asked, q: str | None, mark: str = "") -> list[dict[str, Any]]:
    """Return a page of what has the beginnings of all words of ``q`` among its ``words``; None: of whatever there is.

    One word is asked for by the index, the longest, which leaves least. ``mark``: stands before the words that are
    meant, as ``OF_ERROR``.
    """
    if q is None:
        return read_page(asked)
    words = {mark + word for word in words_of(q)}
    if not words:
        return []
    asked = replace(asked, filters={**asked.filters, "words": max(sorted(words), key=len)})
    if len(words) > 1:
        fields = {name: wanted for name, wanted in (asked.projection or {}).items() if name != "words"}
        asked = replace(asked, projection=fields or None, fits=lambda one: words <= set(one["words"]))
    return read_page(asked)
