"""Finding by words: what tasks are found by, and the pages of what a question finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from app.core.search_words import HIDDEN, beginnings, words_of
from app.db import client as mongo
from app.db.client import database_answers
from app.db.many import chunked, find_by_id
from app.db.page_query import PageQuery, page_of
from app.db.pagination import read_page
from app.errors import DatabaseAway
from app.models import short_key

MAX_SHORTS = 100
"""A question about sessions that more shorts answer finds those of the newest; one more word tells them apart."""
LEAN = {"scenario": 0, "clips": 0, "video": 0, "stills": 0} | HIDDEN


def words_of_task(short_id: str | None, id_scope: str | None, user_id: str | None, title: str | None) -> list[str]:
    """Return the words by which a new task is found: of its short's id and product.

    ``title``: the product's; None: it is looked up. An outage leaves it out.
    """
    if short_id is None:
        return []
    if title is None:
        with suppress(DatabaseAway):
            title = _title(user_id, [short_key(short_id, id_scope)])
    return beginnings(short_id, title)


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


def find_page(asked: PageQuery, q: str | None, mark: str = "") -> list[dict[str, Any]]:
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
        # A projection here leaves fields out: the words must not be among them.
        fields = {name: wanted for name, wanted in (asked.projection or {}).items() if name != "words"}
        asked = replace(asked, projection=fields or None, fits=lambda one: words <= set(one["words"]))
    return read_page(asked)


def find_page_of_sessions(asked: PageQuery, q: str | None, whose: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a page of the sessions whose task has the beginnings of all words of ``q``; None: of whatever there is.

    A session says no more than its schema, so that it has no words. Sessions are few: those of the newest shorts that
    are meant, ``whose`` they are, are read, and then the words of their tasks.
    """
    if q is None:
        return read_page(asked)
    words = set(words_of(q))
    shorts = find_page(PageQuery("shorts", whose, "_id", limit=MAX_SHORTS, projection=LEAN), q)
    # There are sessions of shorts that are recorded nowhere else.
    names = list(dict.fromkeys([*(short["short_id"] for short in shorts), q]))
    sessions = [
        session for some in chunked(names) for session in mongo.collection("sessions").find({"short_id": {"$in": some}})
    ]
    fitting = page_of(sessions, replace(asked, limit=len(sessions)))
    tasks = {one["_id"]: one for one in find_by_id("tasks", [one["task_id"] for one in fitting], {"words": 1})}

    def is_meant(session: dict[str, Any]) -> bool:
        task = tasks.get(session["task_id"])
        return words <= set(task.get("words", ()) if task else _words_of_session(**session))

    return [one for one in fitting if is_meant(one)][: asked.limit]


def _words_of_session(short_id: str, user_id: str | None = None, **_: Any) -> list[str]:
    """Return the words of a session that has no task."""
    return beginnings(short_id, _title(user_id, list(dict.fromkeys([short_key(short_id, user_id), short_id]))))
