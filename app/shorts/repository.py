"""The shorts and scenarios collections: a short, new ones, and reading. Changes are in ``app.shorts.writes``."""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Annotated, Any, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, Field, computed_field
from pymongo.errors import DuplicateKeyError

from app.access.idempotency import COLLECTION as KEYS
from app.access.idempotency import IdempotencyKey, made_by
from app.access.ownership import ownership_filter
from app.core.search_words import HIDDEN, beginnings
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.page_query import PageQuery, decode_place, encode_place
from app.db.writes import Insert, Write
from app.errors import Conflict, NotFound
from app.events.repository import note_short
from app.models import Scenario, TaskType, UtcDatetime, Wishes, short_key, split_short_key, utc_now
from app.shorts.videos import Clip, EarlierVideo, Stills, Video
from app.tasks.search import find_page

COLLECTION = "shorts"
SCENARIOS = "scenarios"
REVISIONS = "scenario_revisions"


class ShortStatus(StrEnum):
    """``making``: tasks are under way; ``waiting``: for a person to review the scenario."""

    MAKING = "making"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class History(BaseModel):
    """Where a person is among the revisions of a short's scenario."""

    revision: str
    """The short's when this was written; the short has another by now where somebody else, or a task, changed it."""
    at: str
    """The kept revision whose scenario the short has."""
    change: str
    """What was changed in it, in words."""
    changed_at: UtcDatetime
    undo: list[str] = []
    redo: list[str] = []
    """Kept revisions that undoing and redoing lead to, the next one last."""


class Short(BaseModel):
    """One video in the making."""

    model_config = ConfigDict(extra="ignore")

    short_id: str
    id_scope: str | None = None
    """The user among whose shorts ``short_id`` is unique; None: among all that have no scope."""
    user_id: str | None = None
    status: ShortStatus = ShortStatus.MAKING
    automatic: bool = False
    """Whether ShopReel starts each next task by itself (``POST /shorts``) or the caller does."""
    review: bool = False
    """Stop for a person to review the scenario."""
    batch_id: str | None = None
    """What it was asked for together with."""
    variant_count: int = 1
    """How many different scripts are written; of more than one a person chooses."""
    url: str | None = None
    html_key: str | None = None
    """The media key of a saved page to read instead of the URL."""
    allowed_hosts: list[str] = []
    """Private hosts that may be fetched for this short; only the command line sets it."""
    wishes: Wishes = Wishes()
    product_id: str | None = None
    title: str | None = None
    """The product's, once it is known: what is made for the short is found by it."""
    scenario: Scenario | None = None
    """The latest generated or saved scenario."""
    variants: list[Scenario] = []
    """The scripts to choose from, ``scenario`` at first among them, until one is saved; empty: no more than one."""
    variant_stills: list[list[str]] = []
    """The media keys of a picture of each scene of each of ``variants``, small; those that are drawn already."""
    scenario_version: int = 0
    """0: nothing was saved yet."""
    draft: int = 0
    """Which draft since the last save ``scenario`` is, from 1, while it waits to be saved; 0: it is the saved one."""
    history: Annotated[History | None, Field(exclude=True)] = None
    """None: nobody has edited the scenario yet."""
    writer: Annotated[dict[str, Any] | None, Field(exclude=True)] = None
    """Who wrote ``scenario``, as the task that had it written told; None: not known."""
    done: Annotated[list[str], Field(exclude=True)] = []
    """The names of the steps that are completed (those after a save carry its version); they outlive their tasks."""
    stills: Stills | None = None
    """Pictures of the scenario before anything is rendered."""
    clips: dict[str, Clip] = {}
    """Scene number -> its rendered clip."""
    video: Video | None = None
    earlier: list[EarlierVideo] = []
    """The videos of earlier versions of the scenario, the latest first."""
    error: str | None = None
    created_at: UtcDatetime = Field(default_factory=utc_now)
    updated_at: UtcDatetime = Field(default_factory=utc_now)

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no property that is decorated again
    @property
    def revision(self) -> str:
        """Names the state of ``scenario``: its saved version, and which draft since. It never comes again."""
        return f"{self.scenario_version}.{self.draft}"

    @property
    def key(self) -> str:
        """What names the short among all shorts."""
        return short_key(self.short_id, self.id_scope)

    def video_of(self, version: int | None = None) -> Video | None:
        """Return the video of a version of the scenario, where there is one; None: of the latest that has one.

        While a version that was saved anew is in the making, that is the one before.
        """
        made = [(self.scenario_version, self.video), *((one.version, one.video) for one in self.earlier)]
        return next((video for number, video in made if video and version in (None, number)), None)

    def written_scenario(self) -> Scenario:
        """Return the scenario.

        Raises:
            Conflict: none was written yet.
        """
        if self.scenario is None:
            raise Conflict(f"short {self.short_id} has no scenario yet; generate one first")
        return self.scenario


@dataclass(frozen=True)
class Edition:
    """What is rendered: a saved version of a scenario with what it was checked against, or a draft that nobody saved.

    What happens to the short meanwhile, a new draft or product, changes nothing of it.
    """

    version: int
    """0: a draft of a short of which nothing was saved."""
    draft: int
    """Which draft, where ``version`` is 0; else 0."""
    scenario: Scenario
    product_id: str | None
    writer: dict[str, Any] | None

    @property
    def of_short(self) -> dict[str, Any]:
        """The condition on a short that this is still its latest."""
        return {"scenario_version": self.version} | ({} if self.version else {"draft": {"$in": [self.draft, None]}})


@database_answers()
def edition_of(short: Short) -> Edition:
    """Return what is to be rendered of a short: one more query where a version was saved.

    Raises:
        Conflict: no scenario was written yet.
    """
    found = None
    if short.scenario_version:
        query = {"short_id": short.key, "version": short.scenario_version}
        found = mongo.collection(SCENARIOS).find_one(query)
    if found is None:
        draft = 0 if short.scenario_version else short.draft
        return Edition(short.scenario_version, draft, short.written_scenario(), short.product_id, short.writer)
    return Edition(
        short.scenario_version,
        0,
        Scenario.model_validate(found["scenario"]),
        found.get("product_id") or short.product_id,
        found.get("writer") or short.writer,
    )


def insertion(short: Short, once: IdempotencyKey | None = None) -> list[Write]:
    """Return the writes that store a new short."""
    document = new_document(short) | ({"idempotency_key": once.key} if once else {})
    claim: list[Write] = [once.claim(short.key)] if once else []
    return [*claim, Insert(COLLECTION, document), note_short(short.key, short.status.value, note="started")]


@database_answers()
def insert_short(short: Short, once: IdempotencyKey | None = None) -> Short:
    """Store a new short, or return the one that the same request has stored before (``once``).

    Raises:
        Conflict: there is one of this id.
        InvalidInput: another request has used the idempotency key.
    """
    taken = Conflict(f"there is a short {short.short_id} already")
    try:
        write_together(insertion(short, once))
    except DuplicateKeyError:
        made = made_by(once) if once else None
        if once is None or made is None:
            raise taken from None
        if (found := mongo.collection(COLLECTION).find_one({"_id": made})) is None:
            return _made_whole(short, made, once)
        if found.get("idempotency_key") != once.key:  # without transactions the key of this request was left there
            mongo.collection(KEYS).delete_one({"_id": once.key, "made": made})
            raise taken from None
        return _short(found)
    return short


def _made_whole(short: Short, key: str, once: IdempotencyKey) -> Short:
    """Make the short of a request whose first attempt was cut short after its idempotency key was written."""
    short_id, id_scope = split_short_key(key)
    short = short.model_copy(update={"short_id": short_id, "id_scope": id_scope})
    with suppress(DuplicateKeyError):  # of two that do so at once
        write_together(insertion(short, once)[1:])
    return short


@database_answers()
def find_short_made_by(once: IdempotencyKey) -> Short | None:
    """Return the short that a request has made before, or None.

    Raises Conflict or InvalidInput, as ``insert_short`` does.
    """
    made = made_by(once)
    return None if made is None else find_short(made)


@database_answers()
def find_short(key: str) -> Short | None:
    """Return a short, or None."""
    found = mongo.collection(COLLECTION).find_one({"_id": key})
    return _short(found) if found else None


def get_short(key: str) -> Short:
    """Return a short.

    Raises:
        NotFound: there is none of this key.
    """
    short = find_short(key)
    if short is None:
        raise NotFound(f"there is no short {split_short_key(key)[0]}")
    return short


@database_answers()
def find_named_short(short_id: str, *, owner: str | None, user_id: str | None = None) -> Short | None:
    """Return the short that a caller means by ``short_id``, or None.

    ``owner``, ``user_id``: as in ``ownership_filter``. An id of the user's own scope goes before the same
    id without a scope.

    Raises:
        Conflict: nobody is named, and several users have a short of this id.
    """
    whose = ownership_filter(owner, user_id)
    user = whose.get("user_id")
    collection = mongo.collection(COLLECTION)
    if isinstance(user, str):
        own = short_key(short_id, user)
        theirs = {one["_id"]: one for one in collection.find({"_id": {"$in": [own, short_id]}} | whose)}
        found = theirs.get(own) or theirs.get(short_id)
        return _short(found) if found else None
    found = collection.find_one({"_id": short_id} | whose)
    if found is None:
        several = list(collection.find({"short_id": short_id} | whose).limit(2))
        if len(several) > 1:
            raise Conflict(f"several users have a short {short_id}; say whose with user_id")
        found = several[0] if several else None
    return _short(found) if found else None


def get_named_short(short_id: str, *, owner: str | None, user_id: str | None = None) -> Short:
    """Return what ``find_named_short`` returns.

    Raises:
        NotFound: the caller knows no such short.
        Conflict: as ``find_named_short``.
    """
    short = find_named_short(short_id, owner=owner, user_id=user_id)
    if short is None:
        raise NotFound(f"there is no short {short_id}")
    return short


class ShortFilters(TypedDict, total=False):
    """Which page of which shorts.

    ``user_id``: as in ``ownership_filter``. ``after``: the cursor (``short_cursor``) of the last one shown. ``q``:
    words, or their beginnings, of the product's title, the short's id or its error.
    """

    user_id: str | None
    short_id: str | None
    status: ShortStatus | None
    batch_id: str | None
    created_after: datetime | None
    created_before: datetime | None
    q: str | None
    newest_first: bool
    limit: int
    after: str | None


@database_answers()
def list_shorts(*, owner: str | None, without: Set[str] = frozenset(), **filters: Unpack[ShortFilters]) -> list[Short]:
    """Return a page of the shorts that match all that is given (50, the newest first, unless it is said otherwise).

    ``owner``: as in ``ownership_filter``. ``without``: fields that are not read, and have their usual values then.

    Raises:
        InvalidInput: ``after`` is no cursor.
    """
    return [_short(document) for document in _page(owner, HIDDEN | dict.fromkeys(without, 0), filters)]


def _page(owner: str | None, hidden: dict[str, int], filters: ShortFilters) -> list[dict[str, Any]]:
    """Return a page of documents, without the fields that are ``hidden``."""
    equal = {name: filters.get(name) for name in ("status", "short_id", "batch_id")}
    asked = PageQuery(
        COLLECTION,
        equal | ownership_filter(owner, filters.get("user_id")),
        "_id",
        filters.get("newest_first", True),
        filters.get("limit", 50),
        decode_place(after) if (after := filters.get("after")) else None,
        filters.get("created_after"),
        filters.get("created_before"),
        hidden,
    )
    return find_page(asked, filters.get("q"))


UNSEEN = {
    "clips": 0,
    "earlier": 0,
    "variants": 0,
    "variant_stills": 0,
    "scenario.scenes": 0,
    "video.provenance": 0,
} | HIDDEN
"""What a list shows nothing of: most of a short."""


class Tile(BaseModel):
    """What a list shows of a short."""

    short_id: str
    id_scope: str | None
    user_id: str | None
    status: ShortStatus
    title: str | None
    url: str | None
    error: str | None
    width: int
    height: int
    seconds: float | None
    """Of the video; None: there is none."""
    preview: bool
    """Whether the video has a moving preview."""
    stills: bool
    """Whether there is a picture of the script."""
    created_at: UtcDatetime
    updated_at: UtcDatetime

    @property
    def key(self) -> str:
        """What names the short among all shorts."""
        return short_key(self.short_id, self.id_scope)


@database_answers()
def list_tiles(*, owner: str | None, **filters: Unpack[ShortFilters]) -> list[Tile]:
    """Return what ``list_shorts`` returns, as a list shows it: no more is read."""
    return [_tile(document) for document in _page(owner, UNSEEN, filters)]


@database_answers()
def count_by_status(owner: str | None) -> dict[ShortStatus, int]:
    """Return how many shorts of each status a caller sees."""
    collection = mongo.collection(COLLECTION)
    return {one: collection.count_documents({"status": one.value} | ownership_filter(owner)) for one in ShortStatus}


@database_answers()
def median_seconds(first: datetime, last: datetime, user_id: str | None, newest: int = 100) -> float | None:
    """Return half-way how long the newest shorts of a span took from the request to the video; None: there are none.

    Those that waited for a person do not count, nor those whose tasks are removed.
    """
    query: dict[str, Any] = {"task_type": TaskType.FINALIZE_SHORT.value} | ownership_filter(None, user_id)
    needed = dict.fromkeys((*query, "short_id", "metadata.id_scope", "status", "created_at", "ended_at"), 1)
    asked = PageQuery("tasks", query, "_id", True, newest, None, first, last, needed)
    at = {
        short_key(one["short_id"], one.get("metadata", {}).get("id_scope")): one["ended_at"]
        for one in find_page(asked, None)
        if one["status"] == "completed"
    }
    wanted = {"_id": {"$in": list(at)}, "automatic": True, "review": False}
    begun = mongo.collection(COLLECTION).find(wanted, {"created_at": 1})
    times = [(at[one["_id"]] - one["created_at"]).total_seconds() for one in begun]
    return median(times) if times else None


def _tile(document: dict[str, Any]) -> Tile:
    video, wishes = document.get("video") or {}, document.get("wishes") or {}
    frame = video or wishes
    return Tile(
        short_id=document["short_id"],
        id_scope=document.get("id_scope"),
        user_id=document.get("user_id"),
        status=document["status"],
        title=(document.get("scenario") or {}).get("title") or document.get("title"),
        url=document.get("url"),
        error=document.get("error"),
        width=frame.get("width", 720),
        height=frame.get("height", 1280),
        seconds=video.get("seconds"),
        preview=bool(video.get("preview_key")),
        stills=bool(document.get("stills")),
        created_at=document["created_at"],
        updated_at=document["updated_at"],
    )


def short_cursor(short: Short | Tile) -> str:
    """Return the place of a short in a list."""
    return encode_place(short.created_at, short.key)


@database_answers()
def shorts_in_the_making(quiet_since: datetime, limit: int = 100) -> list[str]:
    """Return the keys of automatic shorts in the making that nothing has touched since a date, the longest first."""
    query = {"status": ShortStatus.MAKING.value, "updated_at": {"$lt": quiet_since}, "automatic": True}
    found = mongo.collection(COLLECTION).find(query, {"_id": 1}).sort("updated_at", 1).limit(limit)
    return [document["_id"] for document in found]


@database_answers()
def is_in_the_making(key: str) -> bool:
    """Tell whether a short has neither ended nor waits."""
    query = {"_id": key, "status": ShortStatus.MAKING.value}
    return mongo.collection(COLLECTION).find_one(query, {"_id": 1}) is not None


def sessions_of(key: str) -> dict[str, Any]:
    """Return the condition on sessions that leaves those of the short of this key, and of no other of its id."""
    short_id, id_scope = split_short_key(key)
    return {"short_id": short_id} | ({"user_id": id_scope} if id_scope else _not_of_scopes(short_id))


@database_answers()
def _not_of_scopes(short_id: str) -> dict[str, Any]:
    """Return the condition on sessions that leaves out those of users who have a short of this id in their scope."""
    scoped = mongo.collection(COLLECTION).find({"short_id": short_id}, {"id_scope": 1})
    users = [found["id_scope"] for found in scoped if found["id_scope"] is not None]
    return {"user_id": {"$nin": users}} if users else {}


def new_document(short: Short) -> dict[str, Any]:
    """Return the document that a new short is stored as."""
    dates = {"created_at": short.created_at, "updated_at": short.updated_at}
    found_by = {"words": list({*beginnings(short.short_id), *beginnings(short.title or "")})}
    hidden = {name: value for name in ("writer", "done") if (value := getattr(short, name))}
    return short.model_dump(mode="json", exclude={"revision"}) | {"_id": short.key} | dates | found_by | hidden


def _short(document: dict[str, Any]) -> Short:
    if "draft" not in document:  # written by a ShopReel that did not keep it
        waits = document.get("status") == ShortStatus.WAITING or not (
            document.get("automatic") or document.get("scenario_version")
        )
        document = document | {"draft": int(waits and document.get("scenario") is not None)}
    return Short(**document)
