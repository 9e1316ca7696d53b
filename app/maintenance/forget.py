"""Forgetting a user: everything of theirs goes, and what is left says nothing of them."""

from __future__ import annotations

from typing import Any

from app.access.keys import remember_revoked
from app.analytics import figures
from app.blobs import store as media
from app.blobs.sweeper import NAMING, own_folder, remove_unused
from app.blobs.unused import noted, notes_of
from app.core.telemetry import get_logger
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.many import delete_by_id
from app.db.writes import Delete, Update
from app.errors import checked
from app.events.log import number_events
from app.models import LIVE, check_caller_id
from app.tasks.outage import replay_spool
from app.tasks.service import cancel_task
from app.tasks.spool import get_spool

OF_A_USER = (
    *("sessions", "tasks", "event_buckets", "products", "shorts", "api_keys", "model_usage"),
    *("dead_letters", "unused_media", "webhooks", "webhook_deliveries", "shares", "brand_kits"),
)
"""Collections whose documents say whose they are in ``user_id``."""
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
    removed = {"figures": _take_out_of_figures(user_id)}
    files = _files_of(user_id)
    with database_answers():
        # Should this be cut short, or a run that is just being cancelled store one more, it goes a day later. Names of
        # files say nothing of anybody.
        if notes := noted(files, None):
            write_together(notes)
    with database_answers():
        keys = [short["_id"] for short in mongo.collection("shorts").find({"user_id": user_id}, {"_id": 1})]
    for name in ("scenarios", "scenario_revisions"):
        removed[name] = _remove(name, {"short_id": {"$in": keys}})
    with database_answers():  # a back-up of before has them
        remember_revoked(mongo.connect().database, {"user_id": user_id})
    for name in OF_A_USER:
        removed[name] = _remove(name, {"user_id": user_id})
    removed["files"] = remove_unused(files)
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


def _files_of(user_id: str) -> set[str]:
    """Return the keys, and the folders, of all files that records say are a user's: what is theirs, and what is noted.

    Tasks that the clean-up has removed have noted what they named.
    """
    files: set[str] = set()
    for name, fields in NAMING.items():
        with database_answers():
            found = list(mongo.collection(name).find({"user_id": user_id}, fields))
        for document in found:
            files |= {own_folder(name, document), *media.keys_in(document)} - {""}
    return files.union(*(note["keys"] for note in notes_of(user_id)))


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
