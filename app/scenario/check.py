"""Finds what is wrong with a scenario, a person's edited one too, and says what to do about it."""

from __future__ import annotations

from collections.abc import Iterable

from app.models import Product, Scenario
from app.scenario.claims import claim_problems
from app.scenario.script.language import rate_of
from app.scenario.speech import PAUSE
from app.scenario.wording import parts_told, screen_words, spoken_words

SHORTEST_VIDEO, LONGEST_VIDEO = 10.0, 60.0
LENGTH_TOLERANCE = 0.05
HASTE = 1.2
"""How much faster than the calm rate a narration may have to be spoken."""
SCREEN_WORDS_A_SECOND = 4.0
MOST_SCREEN_WORDS = 12


def check_scenario(scenario: Scenario, product: Product, *, edited: bool = False) -> list[str]:
    """Return what is wrong, one sentence for each problem, naming scene and field; an empty list means fine.

    With ``edited`` claims are left alone: a person may write what they answer for.
    """
    return [
        *_length_problems(scenario),
        *_picture_problems(scenario, product),
        *_time_problems(scenario),
        *_repeat_problems(scenario),
        *([] if edited else claim_problems(scenario, product)),
    ]


def _length_problems(scenario: Scenario) -> Iterable[str]:
    if not SHORTEST_VIDEO - LENGTH_TOLERANCE <= scenario.seconds <= LONGEST_VIDEO + LENGTH_TOLERANCE:
        change = "Lengthen" if scenario.seconds < SHORTEST_VIDEO else "Shorten"
        yield (
            f"The scenes last {scenario.seconds:.1f} s together; a short lasts {SHORTEST_VIDEO:.0f} to "
            f"{LONGEST_VIDEO:.0f} s. {change} some scenes."
        )


def _picture_problems(scenario: Scenario, product: Product) -> Iterable[str]:
    for number, scene in enumerate(scenario.scenes, 1):
        if scene.image not in product.images:
            yield f"Scene {number}, image: {scene.image[:200]!r} is no picture of this product. Choose another."
        for point in scene.points:
            if point.image and point.image not in product.images:
                yield f"Scene {number}, points: {point.image[:200]!r} is no picture of this product. Choose another."


def _time_problems(scenario: Scenario) -> Iterable[str]:
    rate = rate_of(scenario.language)
    for number, scene in enumerate(scenario.scenes, 1):
        said = spoken_words(scene.narration)
        needed = said / (rate * HASTE)
        if needed > scene.seconds:
            fitting = max(1, int((scene.seconds - PAUSE) * rate))
            yield (
                f"Scene {number}, narration: it takes about {needed:.0f} s, the scene lasts {scene.seconds:g} s. "
                f"Shorten it to about {fitting} words, or give the scene {said / rate + PAUSE:.0f} s."
            )
        read = screen_words(scene.on_screen_text)
        most = min(MOST_SCREEN_WORDS, int(scene.seconds * SCREEN_WORDS_A_SECOND))
        if read > most:
            yield (
                f"Scene {number}, on_screen_text: {read} words are too many to read in {scene.seconds:g} s. "
                f"Shorten it to {most} words or fewer."
            )


def _repeat_problems(scenario: Scenario) -> Iterable[str]:
    for field in ("on_screen_text", "narration"):
        first: dict[str, int] = {}
        for number, scene in enumerate(scenario.scenes, 1):
            earlier = [first.setdefault(part, number) for part in parts_told(getattr(scene, field))]
            if any(place != number for place in earlier):
                yield f"Scene {number}, {field}: it says the same as scene {min(earlier)}. Change one of them."
