"""What requests and answers hold."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from app.errors import InvalidInput
from app.models import (
    CallerId,
    Product,
    SessionInfo,
    SessionStatus,
    TaskInfo,
    TaskPriority,
    TaskStatus,
    TaskType,
    UtcDatetime,
    Wishes,
    to_utc,
)
from app.scenario.posts import Post
from app.scenario.writer import MOST_VARIANTS
from app.shorts.repository import Short, ShortStatus

Url = Annotated[str, Field(min_length=1, max_length=4000, json_schema_extra={"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"})]
IdempotencyKey = Annotated[str, Field(min_length=1, max_length=200)]
Variants = Annotated[int, Field(strict=True, ge=1, le=MOST_VARIANTS)]
KitChoice = Annotated[str | None, Field(min_length=1, max_length=64)]
ProductId = Annotated[str, Field(min_length=1, max_length=128)]


def whole_number(value: Any) -> Any:
    """Refuse what Python takes for a number and JSON does not: true, false, and text."""
    if isinstance(value, bool | str):
        raise ValueError("a whole number")
    return value


def place_in_list(name: str, cursor: str | None) -> int | None:
    """Return the number that a cursor of a numbered list stands for, which any database can hold.

    Raises:
        InvalidInput: it is none; the message says which field, ``name``, is wrong.
    """
    if cursor is None:
        return None
    if re.fullmatch(r"[0-9]{1,20}", cursor) is None or int(cursor) >= 2**63:
        raise InvalidInput(f"{name}: not one that this service gave out")
    return int(cursor)


def date_text(value: Any) -> Any:
    """Refuse a number where a date is asked for: it would be taken for seconds since 1970."""
    if isinstance(value, str) and re.fullmatch(r"[\s+-]*[\d_.eE+-]+\s*", value) and not re.match(r"\d{4}-", value):
        raise ValueError("a date and time such as 2024-01-01T12:00:00Z")
    return value


def date_in_utc(value: datetime) -> datetime:
    """Return a date in UTC; refuse one that lies outside of all dates there."""
    try:
        return to_utc(value)
    except OverflowError:
        raise ValueError("a date between the years 1 and 9999, in UTC") from None


Date = Annotated[datetime, BeforeValidator(date_text), AfterValidator(date_in_utc)]

Question = Annotated[
    str | None,
    Field(min_length=1, max_length=100, description="Words, or their beginnings: title, short id, error."),
]


class _ListQuery(BaseModel):
    """What every list can be asked for: filters, which must all match, and a page."""

    model_config = ConfigDict(extra="forbid")

    short_id: CallerId | None = None
    user_id: CallerId | None = None
    created_after: Date | None = None
    created_before: Date | None = None
    q: Question = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=400)] = None
    sort: Literal["created_at", "-created_at"] = "-created_at"
    fields: Annotated[
        str | None,
        Field(max_length=1000, description="Names of fields, commas between: each has these and those it must have."),
    ] = None

    def answer(self, page: BaseModel, name: str, unlisted: Set[str] = frozenset()) -> Response:
        """Return a page of a list, whose rows are its field ``name``, with no more of each than was asked for.

        ``unlisted``: what rows have only where ``fields`` names it; a dot leads to a field of a field.

        Raises:
            InvalidInput: there is no such field.
        """
        rows = getattr(page, name)
        row = get_args(type(page).model_fields[name].annotation)[0]
        if self.fields is None:
            left_out: dict[str, Any] = {}
            for first, _, second in (one.partition(".") for one in unlisted):
                left_out[first] = {second} if second else True
            shown = [one.model_dump_json(exclude=left_out) for one in rows]
        else:
            known = {one for one, field in row.model_fields.items() if not field.exclude}
            known |= set(row.model_computed_fields)
            if unknown := self.asked_fields - known:
                raise InvalidInput(f"fields: there is no {', '.join(sorted(unknown))}, but {', '.join(sorted(known))}")
            needed = {one for one, field in row.model_fields.items() if field.is_required()}
            kept = self.asked_fields | needed | set(row.model_computed_fields)
            shown = [one.model_dump_json(include=kept) for one in rows]
        rest = page.model_dump_json(exclude={name}).removeprefix("{")
        return Response(f'{{"{name}":[{",".join(shown)}],{rest}', media_type="application/json")

    @property
    def asked_fields(self) -> frozenset[str]:
        """The names in ``fields``."""
        return frozenset(one.strip() for one in self.fields.split(",")) if self.fields is not None else frozenset()

    @property
    def filters(self) -> dict[str, Any]:
        """The filters by name."""
        paging = {"limit", "cursor", "sort", "fields"}
        return {name: getattr(self, name) for name in type(self).model_fields if name not in paging}

    @property
    def newest_first(self) -> bool:
        """Whether the newest come first."""
        return self.sort.startswith("-")


class SessionQuery(_ListQuery):
    """Which sessions."""

    task_type: TaskType | None = None
    status: SessionStatus | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"


class TaskQuery(_ListQuery):
    """Which tasks."""

    task_type: TaskType | None = None
    status: TaskStatus | None = None
    error: Annotated[str | None, Field(max_length=200, description="Words, or their beginnings, of the error.")] = None


class ShortQuery(_ListQuery):
    """Which shorts."""

    status: ShortStatus | None = None
    batch_id: Annotated[str | None, Field(max_length=64)] = None


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TaskRequest(_Request):
    """What every request for a task may say."""

    short_id: CallerId | None = None
    user_id: CallerId | None = None
    """Whose the task is; with a user's key it can be left out, and be no other."""
    priority: Annotated[TaskPriority, BeforeValidator(whole_number)] = TaskPriority.NORMAL
    idempotency_key: IdempotencyKey | None = None
    """As the header ``Idempotency-Key``: the same key of the same user gives the same task."""
    max_retries: Annotated[int, Field(strict=True, ge=0, le=20)] | None = None


class ShortTaskRequest(TaskRequest):
    """What a request for a task of a short must say."""

    short_id: CallerId


class SceneRegenerateRequest(_Request):
    """Another seed gives another scene."""

    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0


class ShortRequest(_Request):
    """A product page to make a short of, the whole way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"url": "https://example.com/products/cup", "wishes": {"style": "warm", "seconds": 15}},
                {"url": "https://example.com/products/cup", "review": True, "variants": 3},
            ]
        }
    )

    url: Url | None = None
    html: str | None = None
    short_id: CallerId | None = None
    user_id: CallerId | None = None
    idempotency_key: IdempotencyKey | None = None
    """As the header ``Idempotency-Key``: the same key of the same user gives the same short."""
    review: StrictBool = False
    """Stop when the scenario is written, for a person to edit and save it."""
    variants: Variants = 1
    """So many different scripts are written; more than one wait, as with ``review``, until one of them is saved."""
    brand_kit: KitChoice = None
    """A saved brand kit's id; ``none``: no kit; left out: the default one, if there is one. What ``wishes`` say goes
    before it."""
    wishes: Wishes = Wishes()


class BatchRequest(_Request):
    """Product pages to make a short of each, all with the same wishes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"urls": ["https://example.com/products/cup", "https://example.com/jar"]}]}
    )

    urls: Annotated[list[Url], Field(min_length=1, max_length=200)]
    """An address that comes twice counts once."""
    user_id: CallerId | None = None
    idempotency_key: IdempotencyKey | None = None
    """As the header ``Idempotency-Key``: the same key of the same user is the same batch."""
    review: StrictBool = False
    variants: Variants = 1
    brand_kit: KitChoice = None
    """As of ``POST /shorts``."""
    wishes: Wishes = Wishes()


class BatchRow(BaseModel):
    """What became of an address of a batch."""

    url: str
    short_id: str | None = None
    """Null: it could not be started."""
    reason: str | None = None
    """Why not."""


class BatchAccepted(BaseModel):
    """A batch that is in the making."""

    batch_id: str
    rows: list[BatchRow]


class BatchShort(BaseModel):
    """A short of a batch, in few words."""

    short_id: str
    id_scope: str | None
    url: str | None
    title: str | None
    status: ShortStatus
    percent: float
    error: str | None


class BatchDetail(BaseModel):
    """How far a batch is."""

    batch_id: str
    percent: float
    """Of all of it; what has failed is done too."""
    counts: dict[str, int]
    """Status -> shorts."""
    shorts: list[BatchShort]
    """In the order in which they were asked for."""


class TaskAccepted(BaseModel):
    """A task that was recorded and will run."""

    task_id: str
    status: TaskStatus
    short_id: str | None = None
    degraded: bool = False
    """The database is away: the task is kept on the local disk and begins when it is back."""


class TaskList(BaseModel):
    """A page of tasks, the newest first."""

    tasks: list[TaskInfo]
    next_cursor: str | None


class TaskResult(BaseModel):
    """What a completed task made."""

    task_id: str
    result: dict[str, Any] | None


class SessionWithTask(SessionInfo):
    """A session and how far its task is."""

    task: TaskInfo | None = None


class SessionList(BaseModel):
    """The sessions of a short, in order of creation."""

    short_id: str
    sessions: list[SessionInfo | SessionWithTask]
    total_sessions: int
    timestamp: UtcDatetime


class UserSessionList(BaseModel):
    """The sessions of a user, in order of creation."""

    user_id: str
    sessions: list[SessionInfo]
    total_sessions: int
    timestamp: UtcDatetime


class SessionPage(BaseModel):
    """A page of sessions."""

    sessions: list[SessionInfo]
    next_cursor: str | None


class SessionRemoved(BaseModel):
    """The session was removed; its task, if it is live, goes on."""

    task_id: str
    removed: Literal[True] = True


class ShortRemoved(BaseModel):
    """A short that is there no more."""

    short_id: str
    removed: bool = True


class ShortAccepted(BaseModel):
    """A short that is in the making."""

    short_id: str
    status: str
    degraded: bool = False
    """The database is away: the short is kept on the local disk and begins when it is back."""


class ShortProgress(BaseModel):
    """How far a short is."""

    percent: float
    """0 to 100, of the whole way."""
    seconds_left: float | None = None
    """For how long it goes on still, if it goes on as it has; null: nobody can say, or it does not go on."""
    queue_place: int | None = None
    """How many tasks, its own included, are begun before it goes on; null: it is not waiting for a worker."""


class ShortDetail(BaseModel):
    """A short, its product and its tasks."""

    short: Short
    progress: ShortProgress
    product: Product | None
    tasks: list[TaskInfo]
    video_url: str | None
    thumbnail_url: str | None
    preview_url: str | None


class VariantsAccepted(BaseModel):
    """The shorts that all scripts of one are made into, its own first."""

    short_ids: list[str]


class PostList(BaseModel):
    """What may be posted with a short's video, for each network."""

    short_id: str
    posts: list[Post]


class ShortList(BaseModel):
    """A page of shorts."""

    shorts: list[Short]
    next_cursor: str | None


class StoredProductOut(BaseModel):
    """A product with what was learnt of it."""

    product_id: str
    product: Product
    images: list[dict[str, Any]]
    analysis: dict[str, Any] | None


class SchedulerStatus(BaseModel):
    """Who runs the clean-up and the sweeper, and when the clean-up runs."""

    running: bool
    leader: str | None
    cleanup_interval_hours: float
    cleanup_days_threshold: int
    session_retention_days: int
    last_cleanup: dict[str, Any] | None
    next_cleanup: str | None
    refused_notes: int
    """Changes of the last 90 days that could not be numbered, and are in no timeline (counted up to 1,000)."""


class CleanupDone(BaseModel):
    """What a clean-up removed."""

    tasks: int
    sessions: int
    at: UtcDatetime
    finished: bool
