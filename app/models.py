"""The plain data that every package shares: tasks' words, sessions, products, analyses and scenarios.

All models forbid unknown fields where a caller fills them in, so that a typing error is told and not dropped.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from app.brand_models import BrandKit as BrandKit
from app.enums import SessionStatus as SessionStatus
from app.enums import TaskPriority as TaskPriority
from app.enums import TaskStatus as TaskStatus
from app.enums import TaskType as TaskType
from app.errors import InvalidInput, checked
from app.picture_models import ImageAnalysis as ImageAnalysis
from app.picture_models import ImageRole as ImageRole
from app.picture_models import PictureDescription as PictureDescription
from app.scene_models import LAYOUT_OF_ROLE, MOST_POINTS
from app.scene_models import Motion as Motion
from app.scene_models import SceneLayout as SceneLayout
from app.scene_models import ScenePoint as ScenePoint
from app.scene_models import SceneRole as SceneRole
from app.scene_models import Support as Support
from app.scene_models import TransitionKind as TransitionKind
from app.sound_models import CaptionStyle as CaptionStyle
from app.sound_models import MusicWish as MusicWish
from app.sound_models import SoundWishes


def check_caller_id(value: str) -> str:
    """Return ``value`` if it may name a short or a user: 1 to 128 printable characters without ``/``.

    Raises:
        ValueError: it may not.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= 128 or "/" in value or not value.isprintable():
        raise ValueError("an id is 1 to 128 printable characters without '/'")
    return value


def optional_caller_id(name: str, value: str | None) -> str | None:
    """Return ``value`` if it is None or may name a short or a user.

    Raises:
        InvalidInput: it may not; the message says which field, ``name``, is wrong.
    """
    return None if value is None else checked(name, check_caller_id, value)


def short_key(short_id: str, id_scope: str | None) -> str:
    """Return the key under which a short is kept.

    ``id_scope``: the user among whose own short ids this one was chosen; None: it was chosen among all. Ids hold no
    ``/``, so that no two shorts have one key.
    """
    return short_id if id_scope is None else f"{id_scope}/{short_id}"


def split_short_key(key: str) -> tuple[str, str | None]:
    """Return the short id and the scope that ``short_key`` made a key of."""
    id_scope, _, short_id = key.rpartition("/")
    return short_id, id_scope or None


def check_task_id(value: str) -> str:
    """Return ``value`` if it may be the id of a task.

    Raises:
        InvalidInput: it may not.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= 128:
        raise InvalidInput("task_id: 1 to 128 characters")
    return value


def to_utc(value: datetime) -> datetime:
    """Return ``value`` in UTC; a date without a zone is taken as UTC, as BSON dates come."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def iso_seconds(value: datetime) -> str:
    """Write a date as ``2024-01-01T12:00:00Z``."""
    return to_utc(value).isoformat(timespec="seconds")[:19] + "Z"


def utc_now() -> datetime:
    """Return the time in UTC, cut to the millisecond as BSON keeps it, so that what is read equals what was written."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


CallerId = Annotated[
    str,
    AfterValidator(check_caller_id),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 128, "pattern": r"^[^/\x00-\x1f\x7f-\xa0\xad]+$"}),
]
TaskId = Annotated[str, Field(min_length=1, max_length=128)]
UtcDatetime = Annotated[datetime, AfterValidator(to_utc), PlainSerializer(iso_seconds, when_used="json")]
MAX_PICTURE_PIXELS = 60_000_000
"""Larger pictures are refused from their header, before anything of them is decoded."""
Money = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class SessionInfo(BaseModel):
    """The record that a task of a short is under way (``active``) or waits for a person (scenarios only)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    short_id: CallerId
    task_type: TaskType
    task_id: TaskId
    user_id: CallerId | None = None
    status: SessionStatus = SessionStatus.ACTIVE
    created_at: UtcDatetime
    updated_at: UtcDatetime


class TaskInfo(BaseModel):
    """One unit of background work as it stands."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    task_id: str
    task_type: TaskType
    status: TaskStatus
    priority: TaskPriority = TaskPriority.NORMAL
    user_id: str | None = None
    short_id: str | None = None
    url: str | None = None
    progress: float = 0.0
    """Percent, 0 to 100."""
    step: str | None = None
    """What is being done, in a few words."""
    error: str | None = None
    result: dict[str, Any] | None = None
    metadata: dict[str, Any] = {}
    checkpoint: Annotated[dict[str, Any] | None, Field(exclude=True)] = None
    """Where a run that is cut short goes on: the task's own business."""
    retries: int = 0
    max_retries: int = 0
    request_id: str | None = None
    """Of the HTTP request that the task goes back to."""
    trace: Annotated[dict[str, str] | None, Field(exclude=True)] = None
    """The span that the task was recorded in: its runs go on from it."""
    lease_epoch: int = 0
    """How many times the task was claimed."""
    created_at: UtcDatetime
    updated_at: UtcDatetime
    started_at: UtcDatetime | None = None
    ended_at: UtcDatetime | None = None
    history: list[TaskEvent] = []
    """The last 50 moves."""

    @property
    def short_key(self) -> str | None:
        """The key of the task's short; see ``short_key``."""
        return None if self.short_id is None else short_key(self.short_id, self.metadata.get("id_scope"))

    @property
    def ended(self) -> bool:
        """Whether the task has come to one of its ends."""
        return self.status in ENDED


class TaskEvent(BaseModel):
    """One move of a task: when, to which state, and why."""

    at: UtcDatetime
    status: TaskStatus
    note: str | None = None


ENDED = frozenset({TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED})
LIVE = frozenset(TaskStatus) - ENDED


DOUBTFUL = 0.7
"""The confidence below which a field is shown as doubtful."""


class Evidence(BaseModel):
    """Where a field of a product came from and how sure that is."""

    source: str
    confidence: Annotated[float, Field(ge=0, le=1)]


Offer = Literal[
    "plain", "members", "instalment", "auction", "used", "refurbished", "preorder", "rental", "ticket", "ended"
]


def storable(value: Any) -> Any:
    """Return ``value`` without halves of surrogate pairs, which no UTF-8 text can hold: neither BSON, JSON nor a URL.

    Python's own JSON reader lets them through, so they come from any page that has them escaped.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [storable(one) for one in value]
    return {storable(name): storable(one) for name, one in value.items()} if isinstance(value, dict) else value


class Product(BaseModel):
    """What was extracted from a product page. A field that the page does not show is None or empty, never guessed."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = None
    title: str
    description: str | None = None
    brand: str | None = None
    sku: str | None = None
    gtin: str | None = None
    price: Money | None = None
    list_price: Money | None = None
    """The price before a discount, where the page shows one; 1.03 to 10 times the price."""
    list_price_kind: Literal["was", "rrp", "lowest_30_days", "mrp", "other"] | None = None
    """What the page calls it: what it cost before, what the maker asks for, the lowest of 30 days, India's MRP."""
    price_from: bool = False
    """Whether the price is the lowest of several (``from £20``, a range, variants)."""
    price_unit: Annotated[str, Field(max_length=40)] | None = None
    """What the price is for, where the page says so (``3 pack``, ``pair``, ``day``)."""
    offer: Offer = "plain"
    """What kind of offer it is. What only members pay, or each month, never counts as the price."""
    condition: Annotated[str, Field(max_length=60)] | None = None
    """The page's word for the state of an item that isn't new."""
    bids: Annotated[int, Field(ge=0)] | None = None
    """Bids in an auction so far."""
    bid_stage: Literal["starting", "current", "winning"] | None = None
    """Which bid an auction's price is."""
    ended: bool = False
    """Whether the auction or the listing is over."""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """ISO 3166 code of the country that the page speaks to."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    """ISO 4217 code."""
    availability: Literal["InStock", "OutOfStock"] | None = None
    rating: Annotated[float, Field(ge=0)] | None = None
    """On the page's own scale brought to 0..5."""
    review_count: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    images: list[str] = []
    """Absolute URLs, the main picture first."""
    categories: list[str] = []
    """From the widest to the narrowest."""
    features: list[str] = []
    """Selling points as the page lists them."""
    specs: dict[str, str] = {}
    reviews: list[str] = []
    """What buyers wrote who gave at least 4 of 5 stars; without their names."""
    highlights: list[str] = []
    """Short lines by themselves near the title: how many bought it, awards, what a tile says."""
    options: dict[str, list[str]] = {}
    """What a buyer may choose (``Colour``), and between what."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    """ISO 639 code of the page's text."""
    shop: str | None = None
    evidence: dict[str, Evidence] = {}
    """Field name -> where it came from."""

    @model_validator(mode="before")
    @classmethod
    def _can_be_stored(cls, data: Any) -> Any:
        return storable(data)


class ContentAnalysis(BaseModel):
    """What was read from a product's text."""

    language: str | None
    words: int
    reading_ease: float | None
    """Flesch reading ease, 0 (hard) to 100 (easy); None under 20 words."""
    tone: Literal["neutral", "warm", "excited", "technical"]
    key_phrases: list[str]
    selling_points: list[str]
    claims_to_check: list[str]
    """Sentences with superlatives, guarantees, medical or green claims."""
    missing_facts: list[str]
    """Names of the product's fields that a buyer expects and the page does not give."""


Style = Literal["clean", "bold", "warm", "playful", "elegant", "minimal", "technical", "natural", "retro", "street"]
Mood = Literal["calm", "energetic", "happy", "nostalgic", "tender", "confident"]
WishedMood = Literal["auto", "calm", "energetic", "happy", "nostalgic", "tender", "confident"]
MOOD_OF_STYLE: dict[Style, Mood] = {
    "clean": "happy",
    "bold": "energetic",
    "warm": "tender",
    "playful": "happy",
    "elegant": "calm",
    "minimal": "calm",
    "technical": "confident",
    "natural": "calm",
    "retro": "nostalgic",
    "street": "energetic",
}
"""What ``auto`` is for a short of each style."""
Arc = Literal[
    "problem_solution",
    "feature_parade",
    "unboxing",
    "comparison",
    "deal",
    "review_led",
    "how_to",
    "numbers",
    "for_whom",
    "without",
    "story",
]
"""How a short tells its story."""
Aspect = Literal["9:16", "4:5", "1:1", "16:9"]
FRAMES: dict[Aspect, tuple[int, int]] = {"9:16": (720, 1280), "4:5": (720, 900), "1:1": (720, 720), "16:9": (1280, 720)}
"""Aspect -> width and height at quality 720; the other qualities are as many times as wide and high."""
ClipWish = Literal["built_in", "model"]
Quality = Literal[360, 480, 720, 1080, 1440, 2160]
"""Pixels of the shorter side; short-video services take 1080."""
QUALITIES: tuple[Quality, ...] = get_args(Quality)


class Audience(BaseModel):
    """Whom a short speaks to, and what in the product says so."""

    model_config = ConfigDict(extra="forbid")

    who: Annotated[str, Field(max_length=60)] = "everyone"
    """Such as ``parents`` or ``hikers``."""
    age_group: Literal["any", "babies", "children", "teenagers", "adults", "seniors"] = "any"
    context: Annotated[str, Field(max_length=60)] = "everyday"
    """Where it is used, such as ``kitchen`` or ``office``."""
    evidence: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=10)] = []
    """The product's words that it rests on."""


class Wishes(SoundWishes):
    """What the user asks of a short. Every field has a default that suits most products."""

    model_config = ConfigDict(extra="forbid")

    style: Style | None = None
    """None: what suits the audience."""
    mood: WishedMood = "happy"
    """``auto``: as suits the style."""
    arc: Arc | None = None
    """None, or an arc that the product's facts do not support: the one that suits them best."""
    seconds: Annotated[float, Field(strict=True, ge=10, le=60)] = 15
    aspect: Aspect | None = None
    """Sets ``width`` and ``height``, at ``quality``."""
    quality: Quality = 720
    """Pixels of the shorter side of ``aspect``; of 9:16, where neither that nor a width and height are given."""
    width: Annotated[int, Field(strict=True, ge=180, le=3840, multiple_of=2)] = 720
    height: Annotated[int, Field(strict=True, ge=180, le=3840, multiple_of=2)] = 1280
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    """None: the product's own."""
    watermark: Annotated[str, Field(max_length=40)] | None = None
    brand: BrandKit | None = None
    renditions: list[Quality] = Field(default_factory=list, max_length=5)
    """Smaller copies of the video."""
    clips: ClipWish = "built_in"
    """Who films the scenes: the renderer, from the product's pictures, or the video model that is set up."""
    audience: Audience | None = None
    """Whom to speak to; None: as detected from the product."""
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] = 0

    @property
    def set_mood(self) -> Mood:
        """The mood that the short has: the wished one, or what suits its style."""
        return MOOD_OF_STYLE[self.style or "clean"] if self.mood == "auto" else self.mood

    @model_validator(mode="before")
    @classmethod
    def _frame_of_aspect(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if "quality" in data and data.get("aspect") is None and not data.keys() & {"width", "height"}:
            data = {**data, "aspect": "9:16"}
        # What is no aspect at all (an object, say) is told by the field itself.
        if data.get("aspect") not in tuple(FRAMES):
            return data
        quality = next((one for one in QUALITIES if str(one) == str(data.get("quality"))), 720)
        width, height = (2 * round(side * quality / 1440) for side in FRAMES[data["aspect"]])
        if data.get("width", width) != width or data.get("height", height) != height:
            raise ValueError(f"aspect {data['aspect']} means {width} x {height} pixels: leave out width and height")
        return {**data, "width": width, "height": height}


class Scene(BaseModel):
    """One part of a scenario: a picture that moves, a few words on screen, a spoken sentence."""

    model_config = ConfigDict(extra="forbid")

    role: SceneRole
    image: str
    """One of the product's image URLs."""
    motion: Motion
    on_screen_text: Annotated[str, Field(max_length=120)] = ""
    badge: Annotated[str, Field(max_length=30)] = ""
    """A short extra such as the price or the rating, shown as a pill; empty: none."""
    narration: Annotated[str, Field(max_length=400)] = ""
    seconds: Annotated[float, Field(strict=True, ge=1, le=20)]
    facts: list[Support] = []
    """What each sentence, and the text on screen, rests on."""
    layout: SceneLayout | None = None
    """How it is laid out; None: as suits the role."""
    points: Annotated[list[ScenePoint], Field(max_length=MOST_POINTS)] = []
    """What the layout shows beside the words."""

    @property
    def shown_layout(self) -> SceneLayout:
        """The layout that it is drawn in."""
        return self.layout or LAYOUT_OF_ROLE[self.role]


class Scenario(BaseModel):
    """The script of a short, for a person to review and edit."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=150)]
    description: Annotated[str, Field(max_length=2000)] = ""
    hashtags: Annotated[list[Annotated[str, Field(pattern=r"^#\w{1,60}$")]], Field(max_length=10)] = []
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    wishes: Wishes
    arc: Arc | None = None
    audience: Audience | None = None
    scenes: Annotated[list[Scene], Field(min_length=1, max_length=20)]
    notes: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=10)] = []
    """What whoever reviews it should know, such as that the page tells too little for the time; never shown."""

    @property
    def seconds(self) -> float:
        """The planned length of the video."""
        return sum(scene.seconds for scene in self.scenes)
