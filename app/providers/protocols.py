"""What ShopReel asks of a model, whoever makes it. All calls block, and end within the provider's time limit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

Output = TypeVar("Output", bound=BaseModel)


@dataclass(frozen=True)
class Usage:
    """What a call took."""

    model: str
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    dollars: Decimal | None = None
    """None: the model's price is not known."""
    seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        """Return both together."""
        known = [part for part in (self.dollars, other.dollars) if part is not None]
        return Usage(
            model=self.model or other.model,
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            dollars=sum(known, Decimal(0)) if known else None,
            seconds=round(self.seconds + other.seconds, 3),
        )

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON data."""
        return {
            "model": self.model,
            "requests": self.requests,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "dollars": None if self.dollars is None else float(self.dollars),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Answer(Generic[Output]):
    """What a model said, in the shape that was asked for."""

    output: Output
    usage: Usage


@dataclass(frozen=True)
class Media:
    """A sound, a picture or a film that a model made."""

    data: bytes
    media_type: str
    """Such as ``audio/mpeg``, ``image/png``, ``video/mp4``."""


class LanguageModel(Protocol):
    """Writes text in a given shape."""

    @property
    def name(self) -> str:
        """Maker and model."""

    def write(self, instructions: str, text: str, shape: type[Output]) -> Answer[Output]:
        """Return an answer of ``shape`` to ``text``.

        Raises:
            Unavailable: the model does not answer, or not in time; another try may succeed.
            WorkFailed: it refuses (a wrong key), or its answer has not the shape.
        """


class VisionModel(Protocol):
    """Looks at a picture and answers in a given shape."""

    @property
    def name(self) -> str:
        """Maker and model."""

    def look(self, instructions: str, picture: bytes, media_type: str, shape: type[Output]) -> Answer[Output]:
        """As ``LanguageModel.write``, about a picture."""


class SpeechModel(Protocol):
    """Speaks."""

    @property
    def name(self) -> str:
        """Maker and model."""

    def speak(self, text: str, language: str) -> Media:
        """Return ``text`` spoken. Raises Unavailable or WorkFailed, as ``LanguageModel.write`` does."""


class ImageModel(Protocol):
    """Draws."""

    @property
    def name(self) -> str:
        """Maker and model."""

    def draw(self, prompt: str, width: int, height: int) -> Media:
        """Return a picture of about this shape. Raises Unavailable or WorkFailed, as ``LanguageModel.write`` does."""


class VideoModel(Protocol):
    """Films."""

    @property
    def name(self) -> str:
        """Maker and model."""

    def film(self, prompt: str, picture: Media | None, seconds: int, width: int, height: int) -> Media:
        """Return a film that begins with ``picture``.

        Raises Unavailable or WorkFailed, as ``LanguageModel.write`` does.
        """
