"""The orders that a renderer takes and the answers that it gives. Paths are local files, lengths are seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.models import LAYOUT_OF_ROLE, MOST_POINTS, Mood, Motion, SceneLayout, ScenePoint, SceneRole, Style

Report = Callable[[float, str], None]
"""Called with the share of the work that is done (0..1) and the name of the step under way."""

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Palette = Annotated[list[Colour], Field(max_length=16)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Width = Annotated[int, Field(ge=180, le=2160, multiple_of=2)]
Height = Annotated[int, Field(ge=180, le=3840, multiple_of=2)]
Share = Annotated[float, Field(ge=0, le=1)]
Fps = Annotated[int, Field(ge=10, le=60)]


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClipJob(_Plain):
    """One scene to draw."""

    image: str
    motion: Motion
    role: SceneRole = "body"
    on_screen_text: Annotated[str, Field(max_length=120)] = ""
    badge: Annotated[str, Field(max_length=30)] = ""
    style: Style = "clean"
    palette: Palette = []
    """The product's colours, the most frequent first."""
    seconds: Annotated[float, Field(ge=0.2, le=60)]
    width: Width = 720
    height: Height = 1280
    fps: Fps = 30
    language: Language = "en"
    layout: SceneLayout | None = None
    """None: as suits the role."""
    points: Annotated[list[ScenePoint], Field(max_length=MOST_POINTS)] = []
    subject: tuple[Share, Share, Share, Share] | None = None
    """The box of the picture that is never cropped: left, top, right, bottom as shares; None: not known."""
    plain_ground: bool = False
    """The picture's ground has one colour: it can be drawn on beyond the picture's edge."""
    cutout: str = ""
    """A PNG of the whole picture, opaque where its subject is; empty: none."""
    other: str = ""
    """The second picture of a comparison; empty: none."""
    other_subject: tuple[Share, Share, Share, Share] | None = None
    other_plain_ground: bool = False
    output: str

    @property
    def shown_layout(self) -> SceneLayout:
        """The layout to draw in."""
        return self.layout or LAYOUT_OF_ROLE[self.role]


class ClipResult(_Plain):
    """A clip that was drawn: video only."""

    path: str
    seconds: float
    frames: int


class StillsJob(_Plain):
    """Single pictures of scenes, as JPEG files in their ``output``: what a person sees before anything is rendered."""

    scenes: Annotated[list[ClipJob], Field(min_length=1, max_length=20)]
    at: Annotated[float, Field(ge=0)] = 1.2
    """Seconds into each scene; words stand still by then."""


class StillsResult(_Plain):
    """The files that were drawn."""

    paths: list[str]


class FilmClip(_Plain):
    """A clip in a film, with what is said over it."""

    path: str
    seconds: Annotated[float, Field(ge=0.2, le=60)]
    narration: Annotated[str, Field(max_length=400)] = ""
    role: SceneRole = "body"


class FilmJob(_Plain):
    """Clips to join, in order. Two neighbours overlap: see ``app.rendering.timeline``."""

    clips: Annotated[list[FilmClip], Field(min_length=1, max_length=20)]
    language: Language = "en"
    mood: Mood = "happy"
    style: Style = "clean"
    palette: Palette = []
    width: Width = 720
    height: Height = 1280
    fps: Fps = 30
    watermark: Annotated[str, Field(max_length=40)] | None = None
    title: Annotated[str, Field(min_length=1, max_length=150)]
    seed: Annotated[int, Field(ge=0)] = 0
    """Chooses among the tracks of a mood."""
    output: str
    thumbnail: str


class Caption(_Plain):
    """Words that are spoken from ``start`` to ``end``, in seconds from the film's beginning."""

    start: float
    end: float
    text: str


class FilmResult(_Plain):
    """A film that was made."""

    path: str
    thumbnail: str
    seconds: float
    frames: int
    voice: str | None
    """The engine that spoke; None: no voice for the language, or nothing to say."""
    music: str
    captions: list[Caption]
    licences: list[str]
    """What the film is made with, each with its licence."""
