"""The orders that a renderer takes and the answers that it gives. Paths are local files, lengths are seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.models import CaptionStyle, Mood, Motion, MusicWish, SceneLayout, ScenePoint, SceneRole, Style, TransitionKind
from app.scene_models import LAYOUT_OF_ROLE, MOST_POINTS

Report = Callable[[float, str], None]
"""Called with the share of the work that is done (0..1) and the name of the step under way."""

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Palette = Annotated[list[Colour], Field(max_length=16)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Width = Annotated[int, Field(ge=180, le=3840, multiple_of=2)]
Height = Annotated[int, Field(ge=180, le=3840, multiple_of=2)]
Share = Annotated[float, Field(ge=0, le=1)]
Fps = Annotated[int, Field(ge=10, le=60)]


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CaptionWord(_Plain):
    """A word, with the space that follows it, and when it is said; times as those of ``Caption``."""

    start: float
    end: float
    text: str


class Caption(_Plain):
    """Words that are shown from ``start`` to ``end``, in seconds from the scene's (or the film's) beginning."""

    start: float
    end: float
    text: str
    words: list[CaptionWord] = []


class ClipJob(_Plain):
    """One scene to draw."""

    image: str
    motion: Motion
    role: SceneRole = "body"
    number: Annotated[int, Field(ge=0)] = 0
    """The scene's place in its film: how near its shots come, and on which ground, goes by turns."""
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
    details: list[tuple[Share, Share, Share, Share]] = []
    """Boxes of the picture that are worth a close look, the best first."""
    faces: list[tuple[Share, Share, Share, Share]] = []
    """Boxes of the picture that no words may stand over."""
    plain_ground: bool = False
    """The picture's ground has one colour: it can be drawn on beyond the picture's edge."""
    cutout: str = ""
    """A PNG of the whole picture, opaque where its subject is; empty: none."""
    footage: str = ""
    """A film of the scene that is shown instead of ``image``; empty: none."""
    other: str = ""
    """The second picture of a comparison; empty: none."""
    other_subject: tuple[Share, Share, Share, Share] | None = None
    other_plain_ground: bool = False
    captions: list[Caption] = []
    """In seconds from the scene's beginning."""
    beat: tuple[float, float] | None = None
    """Where the music's beats are: seconds from the scene's beginning to one, and from one to the next; None: none."""
    caption_style: CaptionStyle = "karaoke"
    watermark: Annotated[str, Field(max_length=40)] | None = None
    logo: str = ""
    """A picture file that stands small over the scene; empty: none."""
    font: str = ""
    """A family in place of the style's; empty: the style's."""
    head: Annotated[int, Field(ge=0)] = 0
    tail: Annotated[int, Field(ge=0)] = 0
    """Frames at the scene's beginning and end that are not in the clip: the transitions to its neighbours show them."""
    output: str

    @property
    def frames(self) -> int:
        """The scene's frames, those of its transitions included."""
        return max(1, round(self.seconds * self.fps))

    @property
    def shown_layout(self) -> SceneLayout:
        """The layout to draw in."""
        return self.layout or LAYOUT_OF_ROLE[self.role]

    @model_validator(mode="after")
    def _some_left(self) -> Self:
        if self.head + self.tail >= self.frames:
            raise ValueError("head and tail leave nothing of the scene")
        return self


class ClipResult(_Plain):
    """A clip that was drawn: video only."""

    path: str
    seconds: float
    """Of the whole scene."""
    frames: int
    """In the clip."""


class StillsJob(_Plain):
    """Single pictures of scenes, as JPEG files in their ``output``: what a person sees before anything is rendered."""

    scenes: Annotated[list[ClipJob], Field(min_length=1, max_length=20)]
    at: Annotated[float, Field(ge=0)] = 1.2
    """Seconds into each scene; words stand still by then."""


class StillsResult(_Plain):
    """The files that were drawn."""

    paths: list[str]


class SpeechJob(_Plain):
    """Texts to speak, each into a file of its own."""

    texts: Annotated[list[Annotated[str, Field(max_length=400)]], Field(max_length=20)]
    language: Language
    voice: str = "auto"
    """As ``wishes.voice``."""
    output: str
    """The files' names begin with it."""


class SpeechResult(_Plain):
    """The files (``Speech.to_bytes``), one a text; None where there was nothing to say."""

    paths: list[str | None]


class FilmScene(_Plain):
    """A scene in a film, whose clip is rendered (``scene.output``), with what is said over it."""

    scene: ClipJob
    narration: Annotated[str, Field(max_length=400)] = ""
    speech: str | None = None
    """A file of the narration spoken (``Speech.to_bytes``); None: as ``FilmJob.silent`` says."""


class Rendition(_Plain):
    """A smaller copy of a film."""

    width: Width
    height: Height
    output: str


class FilmJob(_Plain):
    """Scenes to join, in order. They have one size and rate; see ``app.rendering.timeline`` for how they lie."""

    scenes: Annotated[list[FilmScene], Field(min_length=1, max_length=20)]
    transitions: list[TransitionKind] = []
    """Between the scenes, one fewer than they are."""
    language: Language = "en"
    mood: Mood = "happy"
    title: Annotated[str, Field(min_length=1, max_length=150)]
    seed: Annotated[int, Field(ge=0)] = 0
    """Chooses among the tracks of a mood."""
    silent: bool = False
    """Whether nobody speaks what has no ``speech``; else this machine's voice does, if it knows the language."""
    voice_over: str | None = None
    """A sound file that is heard instead of the scenes' narrations."""
    music: MusicWish = "auto"
    music_file: str | None = None
    """A sound file that is played instead of a track of the mood."""
    sound_effects: bool = True
    output: str
    thumbnails: Annotated[list[str], Field(min_length=1, max_length=3)]
    """Files to write, the best first."""
    preview: str = ""
    """A file for an animated WebP of the film; empty: none."""
    renditions: list[Rendition] = []
    provenance: dict[str, Any] = {}
    """What the film was made from, to be put into the file with what it was made with."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        jobs = [one.scene for one in self.scenes]
        if len({(job.width, job.height, job.fps) for job in jobs}) > 1:
            raise ValueError("the scenes differ in size or rate")
        if len(self.transitions) != len(jobs) - 1:
            raise ValueError("there must be one transition fewer than scenes")
        ends = [0, *(job.tail for job in jobs)], [*(job.head for job in jobs), 0]
        if ends[0] != ends[1]:
            raise ValueError("the tail of a scene and the head of the next are not the same transition")
        return self


class Thumbnail(_Plain):
    """A picture of the film that may stand for it."""

    path: str
    scene: int
    seconds: float
    """From the scene's beginning."""
    score: float
    """0..1, see ``app.rendering.thumbnails``."""


class FilmResult(_Plain):
    """A film that was made."""

    path: str
    thumbnails: list[Thumbnail]
    """The best first; fewer than asked for where the film has fewer scenes."""
    seconds: float
    frames: int
    voice: str | None
    """The engine that spoke; None: no voice for the language, or nothing to say."""
    music: str | None
    captions: list[Caption]
    licences: list[str]
    """What the film is made with, each with its licence."""
    provenance: dict[str, Any]
    """What stands in the file: the order's, with voice, music and licences."""
