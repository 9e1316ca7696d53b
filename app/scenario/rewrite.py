"""Writes one scene of a scenario anew, and leaves the others as they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as product_of

from app.errors import Conflict, InvalidInput
from app.models import ImageAnalysis, Product, Scenario, Scene
from app.scenario.check import LONGEST_VIDEO, check_scenario
from app.scenario.claims import COUNTER
from app.scenario.writer import write_scenario

TRIES = 12
"""Scenarios of other seeds that are looked through for a scene that fits."""


def rewrite_scene(
    product: Product, images: list[ImageAnalysis], scenario: Scenario, number: int, seed: int
) -> Scenario:
    """Return ``scenario`` with scene ``number`` (from 0) told otherwise, as long as before; another seed, another one.

    Raises:
        InvalidInput: there is no such scene.
        Conflict: the product's facts hold nothing else for it.
    """
    if not 0 <= number < len(scenario.scenes):
        raise InvalidInput(f"scene: the scenario has scenes 0 to {len(scenario.scenes) - 1}, not {number}")
    before = set(check_scenario(scenario, product))
    found: dict[str, Scenario] = {}
    for other in _alternatives(product, images, scenario, number):
        scenes = [other if place == number else scene for place, scene in enumerate(scenario.scenes)]
        changed = scenario.model_copy(update={"scenes": scenes})
        # A person may have edited the other scenes: only what the new one brings is looked at.
        if set(check_scenario(changed, product)) <= before:
            found.setdefault(other.narration or other.on_screen_text, changed)
    if not found:
        raise Conflict(f"scene {number}: the product's facts hold nothing else for it")
    return list(found.values())[seed % len(found)]


def _alternatives(product: Product, images: list[ImageAnalysis], scenario: Scenario, number: int) -> Iterator[Scene]:
    old = scenario.scenes[number]
    told = {text for scene in scenario.scenes for text in (scene.narration, scene.on_screen_text) if text}
    # A longer film of the same product tells what this one has no time for.
    for seconds, further in product_of((scenario.wishes.seconds, LONGEST_VIDEO), range(1, TRIES + 1)):
        changes = {"seed": scenario.wishes.seed + further, "language": scenario.language, "seconds": seconds}
        wishes = scenario.wishes.model_copy(update=changes)
        for scene in write_scenario(product, images, wishes).scenes:
            counted = COUNTER.fullmatch(scene.badge) is not None
            if scene.role == old.role and not counted and not {scene.narration, scene.on_screen_text} & told:
                yield scene.model_copy(update={"seconds": old.seconds, "motion": old.motion, "image": old.image})
