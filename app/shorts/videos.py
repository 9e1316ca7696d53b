"""What a short holds of pictures, clips and the finished video: their media keys and what is known of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field


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
    """Of the whole scene; the clip lacks what the transitions to its neighbours show."""
    picture_keys: dict[str, str] = {}
    """The media keys of the pictures that it shows, each under the name that a ``ClipJob`` has for it."""
    filmed_by: str | None = None
    """The video model whose footage it shows; None: it was drawn from the product's pictures."""
    scene: dict[str, Any] = {}
    """What was drawn: a ``ClipJob`` of ``app.rendering.jobs`` without the names of files; empty for a clip of a version
    that did not keep it, which must be rendered again."""


class Thumbnail(BaseModel):
    """A picture that may stand for the video."""

    key: str
    scene: int
    seconds: float
    """From the scene's beginning."""
    score: float
    """0..1: how sharp it is, how rich in contrast, how free of the apps' buttons its subject."""


class Rendition(BaseModel):
    """A smaller copy of the video."""

    quality: int
    """Pixels of the shorter side."""
    key: str
    width: int
    height: int
    size: int


class Video(BaseModel):
    """A finished short."""

    key: str
    thumbnails: list[Thumbnail] = []
    """The best first."""
    seconds: float
    width: int
    height: int
    size: Annotated[int, Field(ge=1)]
    """Bytes."""
    voice: str | None
    music: str | None
    captions: dict[Literal["srt", "vtt", "ass"], str] = {}
    """Subtitle format -> its media key."""
    licences: list[str]
    """Of all that the video was made with."""
    preview_key: str | None = None
    """An animated WebP."""
    renditions: list[Rendition] = []
    provenance: dict[str, Any] = {}
    """From what, and with what, the video was made; the same stands in the file."""


class EarlierVideo(BaseModel):
    """The video of a version of the script that was saved anew since."""

    version: int
    video: Video
