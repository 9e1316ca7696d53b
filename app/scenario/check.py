"""Finds what is wrong with a scenario, a person's edited one too, and says what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.analysis.words import sentences
from app.models import Product, Scenario, Scene
from app.scenario.bank.bank import facts_of
from app.scenario.bank.facts import Fact
from app.scenario.checks.content import brand_faults
from app.scenario.checks.lines import line_faults
from app.scenario.checks.offer import offer_faults, slot_faults
from app.scenario.checks.page import Page, bare
from app.scenario.checks.script import Script
from app.scenario.checks.selling import selling_faults
from app.scenario.claims import TAG_WORDS, claims_in, claims_in_tag
from app.scenario.script.language import rate_of
from app.scenario.speech import PAUSE
from app.scenario.texts import without_markup
from app.scenario.wording import parts_told, screen_words, spoken_words

SHORTEST_VIDEO, LONGEST_VIDEO = 10.0, 60.0
LENGTH_TOLERANCE = 0.05
HASTE = 1.2
"""How much faster than the calm rate a narration may have to be spoken."""
SCREEN_WORDS_A_SECOND = 4.0
MOST_SCREEN_WORDS = 12
PARTS = re.compile(r" [·–] |: (?=\S*\d)")
"""What parts the things that a description puts on one line."""


def check_scenario(
    scenario: Scenario,
    product: Product,
    *,
    edited: bool = False,
    whole: bool = True,
    facts: Sequence[Fact] | None = None,
) -> list[str]:
    """Return what is wrong, one sentence for each problem, naming scene and field; an empty list means fine.

    With ``edited`` only lengths, pictures, times and repeats are looked at: a person may write what they answer for.
    Without ``whole`` it is left alone whether the script tells what sells most: a person chose what a scene tells.
    ``facts`` are those of the product, where they were found before.
    """
    technical = [
        *_length_problems(scenario),
        *_picture_problems(scenario, product),
        *_time_problems(scenario),
        *_repeat_problems(scenario),
    ]
    if edited:
        return technical
    product = without_markup(product)
    script = Script(scenario, Page(product, scenario.language), facts_of(product) if facts is None else facts)
    told = [
        *_blank_problems(scenario),
        *_line_problems(script),
        *_claim_problems(script),
        *offer_faults(script),
        *(selling_faults(script) if whole else ()),
    ]
    return list(dict.fromkeys([*technical, *told]))


def _line_problems(script: Script) -> Iterable[str]:
    for line in script.lines:
        yield from (f"{line.place}: {fault}" for fault in line_faults(line.text, script.page, said=line.said))
        if line.brand:
            yield from (f"{line.place}: {fault}" for fault in brand_faults(line.text, script.page))


def _claim_problems(script: Script) -> Iterable[str]:
    """What lines of nobody's claim, and what frames hold that the product does not have."""
    scenario, page, product = script.scenario, script.page, script.page.product
    for line in script.lines:
        standing = page.standing(line.text, shown=not line.said)
        if standing == "free":
            yield from (f"{line.place}: {fault}" for fault in claims_in(line.text, script.ground))
        elif standing == "frame":
            yield from (f"{line.place}: {fault}" for fault in slot_faults(line.text, page, said=line.said))
    for place, text in (("The title", scenario.title), ("The description", scenario.description)):
        for part in (part for sentence in sentences(text) for part in PARTS.split(sentence)):
            if part != product.url and page.standing(part, shown=True) == "free" and page.standing(part) == "free":
                yield from (f"{place}: {fault}" for fault in claims_in(part, script.ground))
    for tag in scenario.hashtags:
        if not page.names(" ".join(TAG_WORDS.split(tag.lstrip("#")))):
            yield from (f"The hashtags: {fault}" for fault in claims_in_tag(tag, script.ground))


def _blank_problems(scenario: Scenario) -> Iterable[str]:
    for number, scene in enumerate(scenario.scenes, 1):
        texts = [
            scene.on_screen_text,
            scene.badge,
            scene.narration,
            *(text for one in scene.points for text in one.texts),
        ]
        if not any(bare(text) for text in texts):
            yield f"Scene {number}, on_screen_text: the scene shows and says nothing. Tell a fact or remove it."


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


@dataclass(frozen=True)
class Room:
    """How many words a scene's texts have, and at most may have in its time."""

    read: int
    most_read: int
    said: float
    """Words as ``spoken_words`` counts them, as the next is."""
    most_said: float


def room_of(scene: Scene, language: str) -> Room:
    """Return how many words a scene has and has room for, on screen and spoken."""
    return Room(
        read=screen_words(scene.on_screen_text),
        most_read=min(MOST_SCREEN_WORDS, int(scene.seconds * SCREEN_WORDS_A_SECOND)),
        said=spoken_words(scene.narration),
        most_said=scene.seconds * rate_of(language) * HASTE,
    )


def _time_problems(scenario: Scenario) -> Iterable[str]:
    rate = rate_of(scenario.language)
    for number, scene in enumerate(scenario.scenes, 1):
        room = room_of(scene, scenario.language)
        said, needed = room.said, room.said / (rate * HASTE)
        if said > room.most_said:
            fitting = max(1, int((scene.seconds - PAUSE) * rate))
            yield (
                f"Scene {number}, narration: it takes about {needed:.0f} s, the scene lasts {scene.seconds:g} s. "
                f"Shorten it to about {fitting} words, or give the scene {said / rate + PAUSE:.0f} s."
            )
        if room.read > room.most_read:
            yield (
                f"Scene {number}, on_screen_text: {room.read} words are too many to read in {scene.seconds:g} s. "
                f"Shorten it to {room.most_read} words or fewer."
            )


def _repeat_problems(scenario: Scenario) -> Iterable[str]:
    for field in ("on_screen_text", "narration"):
        first: dict[str, int] = {}
        for number, scene in enumerate(scenario.scenes, 1):
            if field == "on_screen_text" and _is_heading(scene, scenario):
                continue
            earlier = [first.setdefault(part, number) for part in parts_told(getattr(scene, field))]
            if any(place != number for place in earlier):
                yield f"Scene {number}, {field}: it says the same as scene {min(earlier)}. Change one of them."


def _is_heading(scene: Scene, scenario: Scenario) -> bool:
    """Tell whether a scene's text is but the product's name, over what the scene tells."""
    return bare(scene.on_screen_text) == bare(scenario.title) and bool(scene.narration or scene.points or scene.badge)
