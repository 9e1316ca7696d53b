"""Forgetting a user: everything of theirs goes, and what is left says nothing of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.errors import checked
from app.models import LIVE, check_caller_id
from app.storage import figures, media, mongo
from app.storage.keys import remember_revoked
from app.storage.many import delete_by_id
from app.storage.mongo import database_answers, write_together
from app.storage.spool import get_spool
from app.storage.writes import Delete, Update
from app.telemetry import get_logger
from app.utils.event_log import number_events
from app.utils.outage import replay_spool
from app.utils.task_management import cancel_task

OF_A_USER = ("sessions", "tasks", "history", "events", "products", "shorts", "api_keys", "model_usage", "dead_letters")
"""Collections whose documents say whose they are in ``user_id``."""
SHARED_FILE = re.compile(r"(images|cutouts|pages|inputs|stills)/[0-9a-f]{40}[.a-z0-9]*")
BATCH = 200
log = get_logger("forget")


def forget_user(user_id: str) -> dict[str, int]:
    """Remove all of a user's data, live tasks included; return how much of what.

    Their share is taken out of the figures of all users too. What runs at the same time for the user finds its task
    cancelled. A second call finds what came in between.

    Raises:
        InvalidInput: it is no user's id.
        Unavailable: the database or the media store does not answer; what is left goes with the next call.
    """
    checked("user_id", check_caller_id, user_id)
    replay_spool()  # what waits on this machine would come back otherwise
    live = [status.value for status in LIVE]
    with database_answers():
        for task in list(mongo.collection("tasks").find({"user_id": user_id, "status": {"$in": live}}, {"_id": 1})):
            cancel_task(task["_id"])
    number_events()
    removed = {"files": _remove_files(user_id), "figures": _take_out_of_figures(user_id)}
    with database_answers():
        keys = [short["_id"] for short in mongo.collection("shorts").find({"user_id": user_id}, {"_id": 1})]
    removed["scenarios"] = _remove("scenarios", {"short_id": {"$in": keys}})
    with database_answers():  # a back-up of before has them
        remember_revoked(mongo.connect().database, {"user_id": user_id})
    for name in OF_A_USER:
        removed[name] = _remove(name, {"user_id": user_id})
    removed["refused"] = get_spool().remove_kept(lambda entry: _is_of(entry, user_id))
    log.info("user_forgotten", removed=sum(removed.values()))  # not whose
    return {name: count for name, count in removed.items() if count}


def _remove(collection: str, query: dict[str, Any]) -> int:
    with database_answers():
        names = [found["_id"] for found in mongo.collection(collection).find(query, {"_id": 1})]
    removed = 0
    for start in range(0, len(names), BATCH):
        with database_answers():
            removed += delete_by_id(collection, names[start : start + BATCH])
    return removed


def _is_of(entry: dict[str, Any], user_id: str) -> bool:
    return any((write.get("document") or {}).get("user_id") == user_id for write in entry.get("writes", []))


def _remove_files(user_id: str) -> int:
    """Remove the files of the user's shorts and tasks, and the pages and pictures that nobody else's records name."""
    with database_answers():
        shorts = [short["_id"] for short in mongo.collection("shorts").find({"user_id": user_id}, {"_id": 1})]
        tasks = [task["_id"] for task in mongo.collection("tasks").find({"user_id": user_id}, {"_id": 1})]
    for short in shorts:
        media.delete_under(media.short_key(short, "").rstrip("/"))
    for task in tasks:
        media.delete_under(f"extractions/{task}")
    mine: set[str] = set()
    for document in _documents({"user_id": user_id}):
        mine |= _shared_keys(document)
    if mine:
        for document in _documents({"user_id": {"$ne": user_id}}):
            mine -= _shared_keys(document)
    media.delete(mine)
    return len(mine)


def _documents(query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the documents that may name files."""
    for name in ("shorts", "tasks", "products"):
        with database_answers():
            names = [found["_id"] for found in mongo.collection(name).find(query, {"_id": 1})]
        for start in range(0, len(names), BATCH):
            with database_answers():
                yield from list(mongo.collection(name).find({"_id": {"$in": names[start : start + BATCH]}}))


def _shared_keys(value: Any) -> set[str]:
    """Return the keys, anywhere in a document, of files that are stored once for all who have the same content."""
    if isinstance(value, dict):
        return set().union(*map(_shared_keys, value.values()))
    if isinstance(value, list):
        return set().union(*map(_shared_keys, value))
    return {value} if isinstance(value, str) and SHARED_FILE.fullmatch(value) else set()


@database_answers()
def _take_out_of_figures(user_id: str) -> int:
    """Subtract what the user's days hold from those of all, and remove them."""
    own = list(mongo.collection(figures.COLLECTION).find({"user": f"={user_id}"}))
    for day in own:
        everyone = {"_id": f"{day['day']:%Y-%m-%d} {figures.EVERYONE}"}
        minus = figures.less(day, mongo.collection(figures.COLLECTION).find_one(everyone) or {})
        write_together(
            [
                Delete(figures.COLLECTION, {"_id": day["_id"]}, required=True),
                Update(figures.COLLECTION, everyone, {"$inc": minus}),
            ]
        )
    return len(own)
