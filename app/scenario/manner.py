"""The pace of each mood."""

from __future__ import annotations

from dataclasses import dataclass

from app.models import Mood


@dataclass(frozen=True)
class Pace:
    """How fast a mood is told."""

    scene: float
    """How long a scene lasts, as a share of the usual."""
    speech: float
    """Share of the language's rate of speech."""


PACES: dict[Mood, Pace] = {
    "calm": Pace(1.25, 0.9),
    "energetic": Pace(0.85, 1.05),
    "happy": Pace(1.0, 1.0),
    "nostalgic": Pace(1.2, 0.92),
    "tender": Pace(1.2, 0.92),
    "confident": Pace(0.95, 1.0),
}
