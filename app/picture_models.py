"""What is known of a product picture; ``app.models`` hands these on with all other models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ImageRole = Literal["hero", "detail", "use"]
"""What a picture can show: the whole product, a part of it, or the product where it is used."""
PictureKind = Literal["packshot", "upright_scene", "wide_scene", "detail", "transparent", "graphic"]
"""What a picture is, which decides how it may be shown: a product (and who wears it) on a plain ground; a place,
upright or wide; a part that fills the frame; a subject without ground; lettering, a chart, a logo or a collage."""
PictureView = Literal["whole", "back", "detail", "use", "colour"]
"""What of the product it shows: all of it, its back, a part, its use, or all of it in another colour than the first
picture's."""
Cut = Literal["safe", "keep_ground", "no"]
"""``safe``: the subject parts from its ground. ``keep_ground``: the ground is plain, but the subject is partly of its
colour: it stands on a ground of that colour (``ground``) or nowhere. ``no``: the ground is a place."""
Side = Literal["left", "top", "right", "bottom"]
PictureBox = tuple[float, float, float, float]
"""Left, top, right, bottom as shares (0..1) of width and height."""
SMALL = 700
"""Pixels on the long side below which a picture is small: it is never shown at over 1.5 times its size."""

WIDE = 1.15
"""Width / height from which a scene is wide."""


def scene_kind(width: int, height: int) -> PictureKind:
    """Return the kind of a scene of that many pixels."""
    return "wide_scene" if width >= WIDE * height else "upright_scene"


Words = Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=12)]


class PictureDescription(BaseModel):
    """What a vision model saw in a product picture."""

    model_config = ConfigDict(extra="forbid")

    description: Annotated[str, Field(max_length=500)]
    objects: Words = []
    style: Annotated[str, Field(max_length=80)] = ""
    mood: Annotated[str, Field(max_length=80)] = ""
    visible_text: Words = []
    audience: Words = []
    use_cases: Words = []
    people: bool = False
    """A face or a person is what it mainly shows."""
    role: ImageRole | None = None


class ImageAnalysis(BaseModel):
    """What was measured of one product picture; ``error`` is set, and all else empty, when it could not be read."""

    url: str
    media_key: str | None = None
    """Where the picture's bytes lie in the media store."""
    look_key: str | None = None
    """Where what was found of the picture lies, for whoever comes upon the same one."""
    width: int = 0
    height: int = 0
    sharpness: float = 0.0
    """Variance of the Laplacian at 512 px on the long side; below about 50 looks soft."""
    exposure: float = 0.0
    """Median lightness, 0..1, of the subject on a plain ground, else of the whole."""
    palette: list[str] = []
    """Up to five colours ``#rrggbb``, the most frequent first."""
    colours: list[str] = []
    """Their names in English, each once."""
    plain_background: bool = False
    kind: PictureKind | None = None
    view: PictureView | None = None
    """Set when it is seen beside the product's other pictures."""
    colour_of: str | None = None
    """URL of the product's first picture that shows the same in another colour; both are of one group."""
    subject_colour: str | None = None
    """``#rrggbb``: the commonest colour of the subject, its skin and shadows left out."""
    ground: str | None = None
    """``#rrggbb`` of a plain ground; None: there is none."""
    cut: Cut = "no"
    subject_box: PictureBox | None = None
    outline: list[list[tuple[float, float]]] = []
    """Polygons round the subject, the largest first, as shares; its holes are not among them. Empty: not known."""
    edges: list[Side] = []
    """Where the frame cuts the subject off: there it has to stand at the edge of whatever it is shown in."""
    people: bool = False
    """Skin is seen, as of whoever wears or holds the product."""
    faces: list[PictureBox] = []
    """Where no words may stand."""
    details: list[PictureBox] = []
    """Parts worth a close-up, the best first; they hardly overlap. In a scene, of the salient part."""
    crops: dict[str, PictureBox] = {}
    """``9:16``, ``1:1``, ``16:9`` -> the box of that shape round the subject, as shares."""
    cutout_key: str | None = None
    """Where the subject on a transparent ground (PNG) lies in the media store."""
    cutout_confidence: float = 0.0
    shadow_key: str | None = None
    """Where the shadow that it throws on its ground lies (grey PNG of the whole picture, perhaps smaller): a light
    ground is multiplied with it; on a dark one it is left out."""
    text_share: float = 0.0
    """Share of the picture that lines of text seem to take."""
    visible_text: list[str] | None = None
    """What is written in it; None: nobody has read it."""
    shows: PictureDescription | None = None
    """What a vision model saw."""
    fingerprint: str | None = None
    """64-bit difference hash, 16 hex digits."""
    duplicate_of: str | None = None
    """URL of the better picture that this one repeats."""
    score: float = 0.0
    """Fitness for a video, 0..1; pictures are ranked by it."""
    fit: dict[ImageRole, float] = {}
    """Role -> fitness for it, 0..1."""
    unfit: list[str] = []
    """What makes it unfit to open a film: text, a logo, a face alone."""
    reasons: list[str] = []
    error: str | None = None

    @property
    def small(self) -> bool:
        """Whether it has too few pixels to fill a frame."""
        return max(self.width, self.height) < SMALL
