"""What is removed by age, or on request: shorts, videos, saved pages, products, and the tasks of the clean-up.

What is under way or waits for a person is never removed by age, and what it needs neither. Everything goes in batches,
each in a transaction of its own, that go on from where the last one ended; the files that the records named are noted
with them (``app.blobs.unused``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app.access.idempotency import COLLECTION as KEYS
from app.blobs import store as media
from app.blobs.sweeper import own_folder
from app.blobs.unused import note, noted
from app.config import get_settings
from app.core.telemetry import CLEANED, get_logger
from app.db import client as mongo
from app.db.batches import Batch, Size, Worked, work_off
from app.db.client import database_answers, write_together
from app.db.many import chunked, delete_by_id
from app.db.page_query import OldPlace, PageQuery
from app.db.pagination import read_old
from app.db.writes import Delete, Update
from app.errors import Conflict, NotFound, Unavailable
from app.events.repository import note_session, note_short
from app.models import LIVE, short_key
from app.shares.repository import COLLECTION as SHARES
from app.shorts import repository as shorts
from app.shorts.repository import REVISIONS, SCENARIOS, ShortStatus, sessions_of
from app.shorts.service import cancel_short
from app.tasks.repository import tasks_of_short

BATCH = 20
"""Shorts, of which each takes some round trips."""
ENDED_SHORTS = (ShortStatus.COMPLETED, ShortStatus.FAILED, ShortStatus.CANCELLED)
NEEDS_ITS_TASKS = (ShortStatus.MAKING.value, ShortStatus.WAITING.value)
Document = dict[str, Any]
log = get_logger("retention")


@dataclass(frozen=True)
class Rule:
    """What is removed of one list of records when it is too old."""

    name: str
    days: int
    """So many; 0: nothing is."""
    remove: Callable[[list[Document]], int]
    """Removes what it may of some records, which are that old; returns how many."""
    collection: str = "shorts"
    status: ShortStatus | None = None
    date: str = "updated_at"


Place = tuple[int, OldPlace]
"""Which rule, and how far its records were looked at."""


def remove_old(now: datetime, seconds: float = math.inf, first: Place | None = None) -> Worked[Place]:
    """Remove what the settings say is too old, if they say so, for so many seconds, from where it had to stop.

    Raises:
        Unavailable: the database does not answer; what is left goes with the next call.
    """
    rules = _rules()
    size = Size(BATCH)

    def start(number: int) -> Place | None:
        return (number, OldPlace(now - timedelta(days=rules[number].days))) if number < len(rules) else None

    def remove(place: Place) -> Batch[Place]:
        number, old = place
        rule = rules[number]
        filters = {"status": rule.status.value} if rule.status else {}
        asked = PageQuery(rule.collection, filters, "_id", limit=size.now, projection={"words": 0}, date=rule.date)
        found, further = read_old(asked, old, size.share)
        removed = rule.remove(found)
        CLEANED.labels(rule.name).inc(removed)
        return Batch(removed, (number, further) if further is not None else start(number + 1))

    begin = first if first is not None and first[0] < len(rules) else start(0)
    return work_off(remove, begin, seconds=seconds, size=size) if begin else Worked(0, None)


def _rules() -> list[Rule]:
    settings = get_settings()
    rules = [
        Rule(name, days, remove, status=status)
        for name, days, remove in (
            ("shorts", settings.short_retention_days, _each(_remove_short)),
            (
                "videos",
                settings.video_retention_days,
                _each(partial(_take_out, {"video": None, "clips": {}, "earlier": []})),
            ),
            ("pages", settings.page_retention_days, _each(partial(_take_out, {"html_key": None}))),
        )
        for status in ENDED_SHORTS
    ]
    rules.append(
        Rule("products", settings.product_retention_days, _remove_products, collection="products", date="created_at")
    )
    return [rule for rule in rules if rule.days]


def _each(remove: Callable[[Document], bool]) -> Callable[[list[Document]], int]:
    return lambda documents: sum(map(remove, documents))


def remove_short(key: str, *, by: str | None = None) -> None:
    """Remove a short: its tasks, sessions, saved scenarios and media; what is under way for it is cancelled first.

    The record goes last, so that a call that was cut short can be made again. Its product, and what others name too,
    stay. ``by``: the user who removes it.

    Raises:
        NotFound: there is no such short.
        Conflict: somebody works on it at the same time.
        Unavailable: the database does not answer.
    """
    short = shorts.get_short(key)
    cancel_short(key, by=by)
    with database_answers():
        found = mongo.collection("shorts").find_one({"_id": key}, {"words": 0})
    if found is None:
        raise NotFound(f"there is no short {short.short_id}")
    if not _remove_short(found, by):
        raise Conflict(f"short {short.short_id} changed at the same time; try again")


def _remove_short(short: Document, by: str | None = None) -> bool:
    """Remove a short with all that is its own if it still stands as it was read."""
    key, user = short["_id"], short.get("user_id")
    tasks = tasks_of_short(key)
    if any(not task.ended for task in tasks):
        return False
    with database_answers():
        sessions = list(mongo.collection("sessions").find(sessions_of(key)))
        scripts = {
            name: [one["_id"] for one in mongo.collection(name).find({"short_id": key}, {"_id": 1})]
            for name in (SCENARIOS, REVISIONS)
        }
    for session in sessions:
        with database_answers():
            removal = Delete("sessions", {"_id": session["_id"]}, required=True)
            write_together([removal, note_session(session, "removed", "its short was removed", by)])
    folder = own_folder("shorts", short)
    keys = {folder, *media.keys_in(short)}
    for task in tasks:
        keys |= {own_folder("tasks", {"_id": task.task_id, "task_type": task.task_type}), *media.keys_in(task.metadata)}
    keys.discard("")
    # Noted before the tasks go, which name some of them.
    note(keys, user)
    for name, ids in (("tasks", [task.task_id for task in tasks]), *scripts.items()):
        for some in chunked(ids):
            with database_answers():
                delete_by_id(name, some)
    as_read = {"_id": key, "status": short["status"], "updated_at": short["updated_at"]}
    with database_answers():
        gone = note_short(key, "removed", user_id=user, by=by)
        used = [Delete(KEYS, {"_id": short["idempotency_key"]})] if "idempotency_key" in short else []
        if not write_together(
            [
                Delete("shorts", as_read, required=True),
                Delete(SHARES, {"short": key}, many=True),
                *used,
                *noted(keys, user),
                gone,
            ]
        ):
            return False
    with suppress(Unavailable):  # the sweeper finds the note
        media.delete_under(folder.rstrip("/"))
    log.info("short_removed", short_id=short["short_id"])
    return True


@database_answers()
def _take_out(empty: Mapping[str, Any], short: Document) -> bool:
    """Empty fields of a short that still stands as it was read, and note their media; False if they were empty."""
    if all(not short.get(name) for name in empty):
        return False
    as_read = {"_id": short["_id"], "status": short["status"], "updated_at": short["updated_at"]}
    keys = media.keys_in([short.get(name) for name in empty])
    return write_together([Update("shorts", as_read, {"$set": dict(empty)}), *noted(keys, short.get("user_id"))])


def _remove_products(found: list[Document]) -> int:
    """Remove those of some products that no short and no live task names."""
    kept = _named_products([product["_id"] for product in found])
    gone = [product for product in found if product["_id"] not in kept]
    for product in gone:
        note(media.keys_in(product), product.get("user_id"))
    return delete_by_id("products", [product["_id"] for product in gone]) if gone else 0


def _named_products(names: list[str]) -> set[str]:
    kept: set[str] = set()
    live = {"status": {"$in": [status.value for status in LIVE]}}
    for some in chunked(names):
        wanted = {"$in": some}
        kept.update(one["product_id"] for one in mongo.collection("shorts").find({"product_id": wanted}))
        found = mongo.collection("tasks").find({"metadata.product_id": wanted} | live, {"metadata.product_id": 1})
        kept.update(one["metadata"]["product_id"] for one in found)
    return kept


def remove_tasks(tasks: list[Document]) -> int:
    """Remove ended tasks in one transaction, but for those of shorts that go on or wait; return how many.

    ``tasks``: their documents, with at least ``TASK_FIELDS``. The files that are theirs alone are noted.
    """
    keys = {task["_id"]: _short_of(task) for task in tasks}
    needed: set[str] = set()
    for some in chunked([key for key in set(keys.values()) if key]):
        query = {"_id": {"$in": some}, "status": {"$in": list(NEEDS_ITS_TASKS)}, "automatic": True}
        needed.update(one["_id"] for one in mongo.collection("shorts").find(query, {"_id": 1}))
    gone = [task for task in tasks if keys[task["_id"]] not in needed]
    files: dict[str | None, set[str]] = {}
    for task in gone:
        of_user = files.setdefault(task.get("user_id"), set())
        of_user |= {own_folder("tasks", task), *media.keys_in(task.get("metadata"))} - {""}
    for user, named in files.items():
        note(named, user)
    return delete_by_id("tasks", [task["_id"] for task in gone])


TASK_FIELDS = {"task_type": 1, "short_id": 1, "user_id": 1, "ended_at": 1} | dict.fromkeys(
    ("metadata.id_scope", "metadata.html_key", "metadata.data_key"), 1
)


def _short_of(task: Document) -> str | None:
    short_id = task.get("short_id")
    return short_key(short_id, (task.get("metadata") or {}).get("id_scope")) if short_id else None
