"""Changes of shorts: each says on which version of the short it rests, and those of a task's run, which run it is.

``_write`` is the only way for a run: the task must be this run's and the short as the run believes it, in one
transaction with the change. (Where the server has no transactions the same conditions hold for each write, in order.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from app.blobs.store import keys_in
from app.blobs.unused import noted
from app.core.search_words import beginnings
from app.db import client as mongo
from app.db.client import database_answers, in_transaction, write_in, write_together
from app.db.writes import Delete, Insert, Update, Write
from app.errors import Cancelled, Conflict, NotFound
from app.events.repository import note_session, note_short
from app.models import Scenario, split_short_key, utc_now
from app.shorts.repository import COLLECTION, SCENARIOS, Edition, Short, ShortStatus, new_document, sessions_of
from app.shorts.videos import Clip, Stills, Video
from app.tasks.fences import OVER, Run, held_by
from app.tasks.registry import KEPT_TYPES

Document = dict[str, Any]
RENDERED = ("clips", "video")
"""The fields that hold what was rendered of the latest edition."""
MOST_EARLIER = 9
"""Videos of earlier versions that a short keeps; the oldest go."""


@database_answers()
def _write(run: Run, key: str, change: Callable[[Document | None, ClientSession | None], list[Write]]) -> None:
    """Do what ``change`` says of the short as it stands, for a run that holds its task. Three round trips, or four.

    Raises:
        Cancelled: the run does not hold its task any more; nothing was written.
        Conflict: somebody has stored what this was to store.
        Unavailable: the database does not answer. And what ``change`` raises.
    """

    def write(session: ClientSession | None) -> bool:
        found = mongo.collection(COLLECTION).find_one({"_id": key}, session=session)
        return write_in(session, [held_by(run), *change(found, session)])

    try:
        held = in_transaction(write, reads=True)
    except DuplicateKeyError:
        raise Conflict(f"short {split_short_key(key)[0]} was changed at the same time; try again") from None
    if not held:
        raise Cancelled(OVER)


def set_product(run: Run, key: str, product_id: str, title: str, user_id: str | None) -> None:
    """Note which product a short is of. By its title it and its tasks can be found from then on.

    Of the tasks, those that are nobody's or of the short's user: no other learns the title by searching. A short that
    is not there yet, as for callers who run the steps one by one, is made, for ``user_id``. Raises as ``_write``.
    """
    short_id, id_scope = split_short_key(key)
    words = {"$addToSet": {"words": {"$each": beginnings(title)}}}

    def change(short: Document | None, session: ClientSession | None) -> list[Write]:
        whose = {"user_id": {"$in": [None, short["user_id"] if short else user_id]}}
        query = {"short_id": short_id, "metadata.id_scope": id_scope} | whose
        tasks = [one["_id"] for one in mongo.collection("tasks").find(query, {"_id": 1}, session=session)]
        fields = {"product_id": product_id, "title": title, "updated_at": utc_now()}
        return [
            *_made(short, key, user_id),
            Update(COLLECTION, {"_id": key}, {"$set": fields, **words}),
            *(Update("tasks", {"_id": task}, words) for task in tasks),
        ]

    _write(run, key, change)


def put_draft(
    run: Run,
    key: str,
    scenarios: list[Scenario],
    product_id: str,
    writer: dict[str, Any],
    user_id: str | None,
    version: int,
) -> int:
    """Put a scenario with a short, where it waits to be saved; return which draft since the last save it is.

    ``scenarios``: the first is it; of several, a person may save another one.
    ``version``: the short's when the writing began; 0 where there was none: it is made, for ``user_id``.

    Raises:
        Conflict: another scenario was saved meanwhile: it stays.
    """
    drafts: list[int] = []
    contents = [scenario.model_dump(mode="json") for scenario in scenarios]

    def change(short: Document | None, _: ClientSession | None) -> list[Write]:
        _check_version(short or {}, version)
        draft = ((short or {}).get("draft") or 0) + 1
        drafts.append(draft)
        fields = {
            "scenario": contents[0],
            "variants": contents if len(contents) > 1 else [],
            "variant_stills": [],
            "draft": draft,
            "writer": writer,
            "product_id": product_id,
            "stills": None,
            "updated_at": utc_now(),
        }
        emptied, notes = unrendered(short) if version == 0 else ({}, [])
        query = {"_id": key, "scenario_version": {"$in": [version, None] if version == 0 else [version]}}
        return [*_made(short, key, user_id), Update(COLLECTION, query, {"$set": fields | emptied}), *notes]

    _write(run, key, change)
    return drafts[-1]


def put_variant_stills(run: Run, key: str, stills: list[list[str]], version: int, draft: int) -> None:
    """Put pictures of the scenes of a draft's variants with the short, while it is the latest.

    Raises Cancelled, Conflict or Unavailable, as ``_write`` does.
    """
    fields = {"variant_stills": stills, "updated_at": utc_now()}
    query = {"_id": key, "scenario_version": version, "draft": draft}
    _write(run, key, lambda short, _: [Update(COLLECTION, query, {"$set": fields})] if short else [])


def put_stills(run: Run, key: str, stills: Stills, version: int, draft: int) -> bool:
    """Put pictures of a draft with the short; False if it is not the latest any more.

    Raises Cancelled, Conflict or Unavailable, as ``_write`` does.
    """
    put: list[bool] = []

    def change(short: Document | None, _: ClientSession | None) -> list[Write]:
        latest = short is not None and (short.get("scenario_version") or 0, short.get("draft")) == (version, draft)
        put.append(latest)
        fields = {"stills": stills.model_dump(mode="json"), "updated_at": utc_now()}
        query = {"_id": key, "scenario_version": version, "draft": draft}
        return [Update(COLLECTION, query, {"$set": fields})] if latest else []

    _write(run, key, change)
    return put[-1]


def put_clip(run: Run, key: str, edition: Edition, number: int, clip: Clip) -> None:
    """Put the clip of scene ``number`` with the short.

    Raises:
        Conflict: the short has another edition by now, which has other clips.
        NotFound: there is no such short any more.
    """
    _put_rendered(run, key, edition, f"clips.{number}", clip.model_dump(mode="json"))


def put_video(run: Run, key: str, edition: Edition, video: Video) -> None:
    """Put the video with the short; the files of the one before are noted as unused.

    Raises Conflict or NotFound, as ``put_clip`` does.
    """
    _put_rendered(run, key, edition, "video", video.model_dump(mode="json"))


def _put_rendered(run: Run, key: str, edition: Edition, field: str, value: Document) -> None:
    def change(short: Document | None, _: ClientSession | None) -> list[Write]:
        if short is None:
            raise NotFound(f"there is no short {split_short_key(key)[0]} any more")
        _check_version(short, edition.version)
        if edition.version == 0 and short.get("draft") not in (edition.draft, None):
            raise Conflict("the scenario was changed meanwhile; this was made of the one before")
        before: Any = short
        for name in field.split("."):
            before = (before or {}).get(name)
        unused = set(keys_in(before)) - set(keys_in(value)) if before else set()
        change = {"$set": {field: value, "updated_at": utc_now()}}
        return [Update(COLLECTION, {"_id": key} | edition.of_short, change), *noted(unused, short.get("user_id"))]

    _write(run, key, change)


def save_scenario(run: Run, short: Short, scenario: Scenario, *, edited: bool = True) -> int:
    """Store the next version of a short's scenario; the same task again finds what it has stored.

    The scenario, the short and the end of its scenario-generation sessions are written together: what waited for the
    person waits no longer once the scenario is saved, and not before. ``short``: as it was read. ``edited``: the
    scenario came with the request; else it is the draft, and must still be the one that was read.

    Returns:
        The version, from 1.

    Raises:
        Cancelled: the run does not hold its task any more.
        Conflict: another save, or an edit of the draft, came between.
        NotFound: there is no such short.
    """
    key, version = short.key, short.scenario_version + 1
    stored = _stored_by(run)
    with database_answers():
        waiting = _kept_sessions(key, "scenario saved")

    def change(found: Document | None, _: ClientSession | None) -> list[Write]:
        if found is None:
            raise NotFound(f"there is no short {short.short_id}")
        latest = found.get("scenario_version") or 0
        if stored is not None and latest >= stored:
            return waiting
        if latest != version - 1:
            raise Conflict(f"another scenario of short {short.short_id} was saved at the same time; save again")
        if not edited and found.get("draft") not in (short.draft, None):
            raise Conflict(f"the scenario of short {short.short_id} was edited at the same time; save again")
        now = utc_now()
        content = scenario.model_dump(mode="json")
        emptied, notes = unrendered(found)
        earlier = list(found.get("earlier") or [])
        if found.get("video") and latest:
            # It stays to be seen, under its version.
            earlier = [{"version": latest, "video": found["video"]}, *earlier]
            notes = noted(keys_in([found.get("clips"), earlier[MOST_EARLIER:]]), found.get("user_id"))
        fields = {
            "earlier": earlier[:MOST_EARLIER],
            "scenario": content,
            "variants": [],
            "variant_stills": [],
            "scenario_version": version,
            "draft": 0,
            "status": ShortStatus.MAKING.value,
            "error": None,
            "updated_at": now,
        }
        record = {
            "_id": run.task_id,
            "short_id": key,
            "version": version,
            "scenario": content,
            "product_id": short.product_id,
            "writer": found.get("writer"),
            "created_at": now,
        }
        return [
            # Where there are no transactions this lets one of two saves go on, which may be cut short behind it.
            *([Insert(SCENARIOS, record)] if stored is None else []),
            Update(COLLECTION, {"_id": key, "scenario_version": version - 1}, {"$set": fields | emptied}),
            *waiting,
            *notes,
            note_short(key, ShortStatus.MAKING.value, note=f"scenario saved: version {version}"),
        ]

    _write(run, key, change)
    return stored or version


@database_answers()
def _stored_by(run: Run) -> int | None:
    """Return the version that a task has saved before, at an earlier try."""
    found = mongo.collection(SCENARIOS).find_one({"_id": run.task_id}, {"version": 1})
    return int(found["version"]) if found else None


@database_answers()
def end_short(key: str, status: ShortStatus, version: int | None = None, error: str | None = None) -> bool:
    """Move a short that is in the making to another status; False if it is not in the making.

    ``version``: of the scenario, which must be the latest; None: whichever is, as for a short that is cancelled.
    """
    fields = {"status": status.value, "updated_at": utc_now()} | ({"error": error} if error else {})
    change: dict[str, Any] = {"$set": fields}
    if error:
        change["$addToSet"] = {"words": {"$each": beginnings(error)}}
    query: dict[str, Any] = {"_id": key, "status": ShortStatus.MAKING.value}
    if version is not None:
        query["scenario_version"] = version
    # Nobody is asked any more for the scenario of a short that was cancelled.
    over = _kept_sessions(key, "short cancelled") if status is ShortStatus.CANCELLED else []
    return write_together([Update(COLLECTION, query, change), note_short(key, status.value, error=error), *over])


def _kept_sessions(key: str, why: str) -> list[Write]:
    """Return the writes that end the sessions of a short that wait for a person, and note it."""
    query = {"task_type": {"$in": KEPT_TYPES}} | sessions_of(key)
    over = [note_session(one, "removed", why) for one in mongo.collection("sessions").find(query)]
    return [Delete("sessions", query, many=True), *over]


@database_answers()
def touch_short(key: str) -> None:
    """Note that a short was looked at, so that the next look is at others."""
    mongo.collection(COLLECTION).update_one({"_id": key}, {"$set": {"updated_at": utc_now()}})


def step_done(key: str, step: str) -> Update:
    """Return the write that notes a step of a short as completed, to be written with the end of its task."""
    return Update(COLLECTION, {"_id": key}, {"$addToSet": {"done": step}})


def _made(short: Document | None, key: str, user_id: str | None) -> list[Write]:
    """Return the write that makes a short that is not there."""
    if short is not None:
        return []
    short_id, id_scope = split_short_key(key)
    document = new_document(Short(short_id=short_id, id_scope=id_scope, user_id=user_id))
    return [Update(COLLECTION, {"_id": key}, {"$setOnInsert": document}, upsert=True)]


def _check_version(short: Document, version: int) -> None:
    if (latest := short.get("scenario_version") or 0) != version:
        raise Conflict(f"the scenario was saved as version {latest} meanwhile; this was made for version {version}")


def unrendered(short: Document | None) -> tuple[Document, list[Insert]]:
    """Return the fields of a short without anything rendered, and the notes of the files that it had."""
    keys = keys_in([(short or {}).get(name) for name in RENDERED])
    return {"clips": {}, "video": None}, noted(keys, (short or {}).get("user_id"))
