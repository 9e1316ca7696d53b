"""What is known of a product picture; ``app.models`` hands these on with all other models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ImageRole = Literal["hero", "detail", "use"]
"""What a picture can show: the whole product, a part of it, or the product where it is used."""


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
    subject_box: tuple[float, float, float, float] | None = None
    """Left, top, right, bottom as shares (0..1) of width and height."""
    crops: dict[str, tuple[float, float, float, float]] = {}
    """``9:16``, ``1:1``, ``16:9`` -> the box of that shape round the subject, as shares."""
    cutout_key: str | None = None
    """Where the subject on a transparent ground (PNG) lies in the media store."""
    cutout_confidence: float = 0.0
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
