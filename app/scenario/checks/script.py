"""A script as the checks read it: its lines, each with its place, and what each scene tells as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.analysis.words import sentences
from app.models import Scenario, Scene
from app.scenario.bank.facts import Fact
from app.scenario.checks.page import Page, bare, folded
from app.scenario.supported import Supported

STARS = re.compile(r"[★☆✓✔●■►]")
"""Signs that are lost where a text is split into its sentences."""
BETWEEN = " · "
"""What parts two things that stand on one line of the screen."""


@dataclass(frozen=True)
class Line:
    """One spoken sentence, or one text of the screen."""

    text: str
    scene: int
    """From 0."""
    field: str
    said: bool
    brand: bool = False
    """It stands where the brand stands."""

    @property
    def place(self) -> str:
        """Where it stands, as problems name it."""
        return f"Scene {self.scene + 1}, {self.field}"


class Script:
    """A scenario beside its product's page. Read-only."""

    def __init__(self, scenario: Scenario, page: Page, facts: Sequence[Fact]) -> None:
        self.scenario = scenario
        self.page = page
        self.facts = facts
        self.lines = [line for number, scene in enumerate(scenario.scenes) for line in _lines(scene, number)]

    @cached_property
    def ground(self) -> Supported:
        """What the page supports; read only where a line needs it."""
        return Supported(self.page.product, self.page.code, self.facts)

    @cached_property
    def told(self) -> list[str]:
        """All that is shown and said in each scene, folded."""
        texts: list[list[str]] = [[] for _ in self.scenario.scenes]
        for line in self.lines:
            texts[line.scene].append(line.text)
        return [folded("\n".join(one)) for one in texts]

    @cached_property
    def whole(self) -> str:
        """All of it, folded."""
        return "\n".join(self.told)

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """The words of each scene."""
        return [frozenset(bare(text).split()) for text in self.told]


def _lines(scene: Scene, number: int) -> Iterator[Line]:
    for text in sentences(STARS.sub("*", scene.narration)):
        yield Line(text, number, "narration", said=True)
    for field in ("on_screen_text", "badge"):
        for text in getattr(scene, field).split(BETWEEN):
            if text.strip():
                yield Line(text.strip(), number, field, said=False)
    for point in scene.points:
        hero = scene.shown_layout == "hero"
        for text in point.texts:
            yield Line(text, number, "points", said=False, brand=hero and text == point.label)
