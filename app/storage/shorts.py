"""The shorts and scenarios collections."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pymongo.errors import DuplicateKeyError

from app.errors import Conflict, NotFound
from app.models import Scenario, TaskType, UtcDatetime, Wishes, utc_now
from app.storage import mongo
from app.storage.mongo import Delete, Insert, Update, Write, write_together

COLLECTION = "shorts"
SCENARIOS = "scenarios"


class ShortStatus(StrEnum):
    """``making``: tasks are under way; ``waiting``: for a person to review the scenario."""

    MAKING = "making"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Short(BaseModel):
    """One video in the making."""

    model_config = ConfigDict(extra="ignore")

    short_id: str
    user_id: str | None = None
    status: ShortStatus = ShortStatus.MAKING
    automatic: bool = False
    """Whether ShopReel starts each next task by itself (``POST /shorts``) or the caller does."""
    review: bool = False
    """Stop for a person to review the scenario."""
    url: str | None = None
    html_key: str | None = None
    """The media key of a saved page to read instead of the URL."""
    allowed_hosts: list[str] = []
    """Private hosts that may be fetched for this short; only the command line sets it."""
    wishes: Wishes = Wishes()
    product_id: str | None = None
    scenario: Scenario | None = None
    """The latest generated or saved scenario."""
    scenario_version: int = 0
    """0: nothing was saved yet."""
    stills: Stills | None = None
    """Pictures of the scenario before anything is rendered."""
    clips: dict[str, Clip] = {}
    """Scene number -> its rendered clip."""
    video: Video | None = None
    error: str | None = None
    created_at: UtcDatetime = Field(default_factory=utc_now)
    updated_at: UtcDatetime = Field(default_factory=utc_now)

    def written_scenario(self) -> Scenario:
        """Return the scenario.

        Raises:
            Conflict: none was written yet.
        """
        if self.scenario is None:
            raise Conflict(f"short {self.short_id} has no scenario yet; generate one first")
        return self.scenario


class Stills(BaseModel):
    """Pictures that come with a scenario, by their media keys."""

    preview_key: str
    """The first scene as it will look."""
    thumbnail_key: str
    """A proposal for the thumbnail."""


class Clip(BaseModel):
    """A rendered scene."""

    key: str
    """Its media key; it follows from all that went into the clip, so that the same scene is rendered once."""
    seconds: float


class Video(BaseModel):
    """A finished short."""

    key: str
    thumbnail_key: str
    seconds: float
    width: int
    height: int
    size: Annotated[int, Field(ge=1)]
    """Bytes."""
    voice: str | None
    music: str
    licences: list[str]


Short.model_rebuild()


def insert_short(short: Short) -> None:
    """Store a new short.

    Raises:
        Conflict: there is one of this id.
    """
    document = _document(short)
    try:
        mongo.collection(COLLECTION).insert_one(document)
    except DuplicateKeyError:
        raise Conflict(f"there is a short {short.short_id} already") from None


def ensure_short(short_id: str, user_id: str | None) -> None:
    """Make sure that a short of this id exists, for callers who run the steps one by one."""
    document = _document(Short(short_id=short_id, user_id=user_id))
    mongo.collection(COLLECTION).update_one({"_id": short_id}, {"$setOnInsert": document}, upsert=True)


def find_short(short_id: str) -> Short | None:
    """Return a short, or None."""
    found = mongo.collection(COLLECTION).find_one({"_id": short_id})
    return _short(found) if found else None


def get_short(short_id: str) -> Short:
    """Return a short.

    Raises:
        NotFound: there is none of this id.
    """
    short = find_short(short_id)
    if short is None:
        raise NotFound(f"there is no short {short_id}")
    return short


def list_shorts(user_id: str | None = None, limit: int = 50) -> list[Short]:
    """Return the newest shorts, of one user or of all."""
    query = {} if user_id is None else {"user_id": user_id}
    return [_short(found) for found in mongo.collection(COLLECTION).find(query).sort("created_at", -1).limit(limit)]


def shorts_in_the_making(quiet_since: datetime, limit: int = 100) -> list[str]:
    """Return the ids of automatic shorts in the making that nothing has touched since a date, the longest first."""
    query = {"status": ShortStatus.MAKING.value, "updated_at": {"$lt": quiet_since}, "automatic": True}
    found = mongo.collection(COLLECTION).find(query, {"_id": 1}).sort("updated_at", 1).limit(limit)
    return [document["_id"] for document in found]


def update_short(short_id: str, **fields: Any) -> None:
    """Set fields of a short (as JSON data)."""
    change = {"$set": fields | {"updated_at": utc_now()}}
    mongo.collection(COLLECTION).update_one({"_id": short_id}, change)


def end_short(short_id: str, status: ShortStatus, **fields: Any) -> bool:
    """Move a short that is in the making to another status; False if it is not in the making."""
    change = {"$set": fields | {"status": status.value, "updated_at": utc_now()}}
    query = {"_id": short_id, "status": ShortStatus.MAKING.value}
    return mongo.collection(COLLECTION).update_one(query, change).modified_count > 0


def replace_draft(short_id: str, scenario: Scenario, version: int) -> None:
    """Replace the scenario that waits for its review; ``version`` is the short's when it was read.

    Raises:
        Conflict: the scenario was saved meanwhile.
    """
    change = {"$set": {"scenario": scenario.model_dump(mode="json"), "stills": None, "updated_at": utc_now()}}
    query = {"_id": short_id, "scenario_version": version}
    if not mongo.collection(COLLECTION).update_one(query, change).matched_count:
        raise Conflict(f"the scenario of short {short_id} was saved meanwhile; read it again")


def save_scenario(short_id: str, scenario: Scenario, saved_by_task: str) -> int:
    """Store the next version of a short's scenario; the same task again finds what it has stored.

    The scenario, the short and the end of its scenario-generation sessions are written together: what waited for the
    person waits no longer once the scenario is saved, and not before.

    Returns:
        The version, from 1.

    Raises:
        Conflict: another save of this short came between.
        NotFound: there is no such short.
    """
    scenarios = mongo.collection(SCENARIOS)
    waiting = Delete("sessions", {"short_id": short_id, "task_type": TaskType.SCENARIO_GENERATION.value}, many=True)
    stored = scenarios.find_one({"_id": saved_by_task}, {"version": 1})
    if stored is not None:
        write_together([waiting])
        return int(stored["version"])
    version = get_short(short_id).scenario_version + 1
    content = scenario.model_dump(mode="json")
    now = utc_now()
    change = {
        "scenario": content,
        "scenario_version": version,
        "clips": {},
        "video": None,
        "status": ShortStatus.MAKING.value,
        "error": None,
        "updated_at": now,
    }
    record = {"_id": saved_by_task, "short_id": short_id, "version": version, "scenario": content, "created_at": now}
    busy = Conflict(f"another scenario of short {short_id} was saved at the same time; save again")
    writes: list[Write] = [
        Update(COLLECTION, {"_id": short_id, "scenario_version": version - 1}, {"$set": change}),
        Insert(SCENARIOS, record),
        waiting,
    ]
    try:
        if not write_together(writes):
            raise busy
    except DuplicateKeyError:
        raise busy from None
    return version


def _document(short: Short) -> dict[str, Any]:
    dates = {"created_at": short.created_at, "updated_at": short.updated_at}
    return short.model_dump(mode="json", exclude={"short_id"}) | {"_id": short.short_id} | dates


def _short(document: dict[str, Any]) -> Short:
    return Short(short_id=document["_id"], **document)
