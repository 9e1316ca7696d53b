"""Writes one scene of a scenario anew, and leaves the others as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.errors import Conflict, InvalidInput
from app.models import ImageAnalysis, Product, Scenario, Scene
from app.scenario.check import check_scenario
from app.scenario.manner import PACES
from app.scenario.script.brief import Brief, brief_of
from app.scenario.script.draft import Draft, offer_scene, scene_of
from app.scenario.script.hooks import hooks
from app.scenario.script.language import rate_of
from app.scenario.script.write import least_of, supports

FORMS = 5
"""Ways to say an offer that are tried."""
SAME = 0.6
"""A fact that shares so many of its words with what is told is told already."""


def rewrite_scene(
    product: Product, images: list[ImageAnalysis], scenario: Scenario, number: int, seed: int
) -> Scenario:
    """Return ``scenario`` with another fact in scene ``number`` (from 0), as long as before; another seed, another one.

    A scene that speaks still speaks, and what any scene tells already is not told again.

    Raises:
        InvalidInput: there is no such scene.
        Conflict: the product's facts hold nothing else for it.
    """
    if not 0 <= number < len(scenario.scenes):
        raise InvalidInput(f"scene: the scenario has scenes 0 to {len(scenario.scenes) - 1}, not {number}")
    before = set(check_scenario(scenario, product, whole=False))
    old = scenario.scenes[number]
    found: list[Scenario] = []
    for draft in _alternatives(product, scenario, number):
        other = old.model_copy(
            update={
                "on_screen_text": draft.screen, "badge": draft.badge, "narration": draft.say, "layout": draft.layout,
                "points": draft.points, "facts": supports(draft),
            }
        )  # fmt: skip
        if _shown_and_said(other) == _shown_and_said(old):
            continue
        scenes = [other if place == number else scene for place, scene in enumerate(scenario.scenes)]
        changed = scenario.model_copy(update={"scenes": scenes})
        # A person may have edited the other scenes: only what the new one brings is looked at.
        if set(check_scenario(changed, product, whole=False)) <= before:
            found.append(changed)
    if not found:
        raise Conflict(f"scene {number}: the product's facts hold nothing else for it")
    return found[seed % len(found)]


def _shown_and_said(scene: Scene) -> tuple[object, ...]:
    """Return what a viewer sees and hears of a scene."""
    return scene.on_screen_text, scene.badge, scene.narration, scene.layout, scene.points


def _alternatives(product: Product, scenario: Scenario, number: int) -> Iterator[Draft]:
    """Yield what the scene may tell instead, the strongest first, each once and none of it told in any scene."""
    old = scenario.scenes[number]
    brief = brief_of(product, scenario.wishes.model_copy(update={"language": scenario.language}))
    told = [_words(text) for scene in scenario.scenes for text in _texts(scene)]
    drafts = {"hook": _openings, "body": _bodies, "call_to_action": _closings}[old.role](brief, old)
    rate = rate_of(scenario.language) * PACES[scenario.wishes.set_mood].speech
    seen = {old.narration + old.on_screen_text}
    for draft in drafts:
        new = draft.say + draft.screen
        if not old.narration and least_of(draft, rate) > old.seconds:
            draft = replace(draft, say="")
        if new in seen or (old.narration and not draft.say) or least_of(draft, rate) > old.seconds:
            continue
        seen.add(new)
        # The last scene says the offer again, in other words.
        offer = old.role == "call_to_action"
        lines = {draft.screen} - {old.on_screen_text} if offer else {draft.screen, draft.say}
        if not any(_told(line, told) for line in lines - {""}):
            yield draft


def _openings(brief: Brief, old: Scene) -> Iterator[Draft]:
    return (hook.draft for hook in hooks(brief))


def _bodies(brief: Brief, old: Scene) -> Iterator[Draft]:
    return (scene_of(telling) for telling in brief.tellings)


def _closings(brief: Brief, old: Scene) -> Iterator[Draft]:
    """Yield the offer beside each fact that is short enough, then in other words beside what stands there."""
    other = replace(brief, seed=brief.seed + 1)
    for telling in brief.tellings:
        if telling.short:
            yield offer_scene(other, telling.short, telling.fact.source)
    paths = next((fact.facts for fact in old.facts if fact.text == old.on_screen_text), [])
    for further in range(1, FORMS):
        yield offer_scene(replace(brief, seed=brief.seed + further), old.on_screen_text, *paths)


def _texts(scene: Scene) -> list[str]:
    points = [text for point in scene.points for text in point.texts]
    return [text for text in (scene.on_screen_text, scene.narration, scene.badge, *points) if text]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _told(text: str, told: list[set[str]]) -> bool:
    words = _words(text)
    return any(len(words & other) >= SAME * len(words) for other in told)
