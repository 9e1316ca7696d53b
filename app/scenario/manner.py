"""What each style and mood means for the story: its arc, its choice of facts, its pace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.models import Arc, Mood, Style

ALL_ARCS: tuple[Arc, ...] = (
    "problem_solution",
    "feature_parade",
    "deal",
    "review_led",
    "comparison",
    "unboxing",
    "how_to",
)


@dataclass(frozen=True)
class Manner:
    """How a style tells a product."""

    arcs: tuple[Arc, ...]
    """The arcs that suit it, the most fitting first; the others follow."""
    prefers: Literal["feature", "description", "specs"]
    """What it tells first where there is a choice."""
    terse: bool = False
    """Headlines are said, not whole sentences."""
    tagline: bool = True
    """The page's own opening line may open the film."""

    def ranked(self, supported: list[Arc]) -> list[Arc]:
        """Return the supported arcs, the most fitting first."""
        return [arc for arc in dict.fromkeys((*self.arcs, *ALL_ARCS)) if arc in supported]


MANNERS: dict[Style, Manner] = {
    "clean": Manner(("problem_solution", "feature_parade"), "feature"),
    "bold": Manner(("deal", "review_led", "feature_parade"), "feature", terse=True, tagline=False),
    "warm": Manner(("feature_parade", "problem_solution"), "description"),
    "playful": Manner(("comparison", "unboxing", "problem_solution"), "feature", tagline=False),
    "elegant": Manner(("feature_parade", "comparison", "review_led"), "description", tagline=False),
    "minimal": Manner(("feature_parade", "comparison"), "feature", terse=True, tagline=False),
    "technical": Manner(("feature_parade", "how_to", "comparison"), "specs", tagline=False),
    "natural": Manner(("how_to", "problem_solution", "feature_parade"), "description"),
    "retro": Manner(("unboxing", "review_led", "feature_parade"), "description", tagline=False),
    "street": Manner(("review_led", "deal", "problem_solution"), "feature", terse=True, tagline=False),
}


@dataclass(frozen=True)
class Pace:
    """How fast a mood is told."""

    scene_seconds: float
    """About how long a scene lasts, where the facts suffice."""
    speech: float
    """Share of the language's rate of speech."""


PACES: dict[Mood, Pace] = {
    "calm": Pace(4.4, 0.9),
    "energetic": Pace(2.9, 1.05),
    "happy": Pace(3.5, 1.0),
    "nostalgic": Pace(4.2, 0.92),
    "tender": Pace(4.2, 0.92),
    "confident": Pace(3.2, 1.0),
}
