"""The layouts that each scene of a written scenario may have, for a person who reviews it.

Each is filled from the product's facts only; what the points of a layout say rests on facts that the scene names.
"""

from __future__ import annotations

import re

from app.models import ImageAnalysis, Product, Scenario, Scene, SceneLayout, ScenePoint
from app.scenario.colours import swatch
from app.scenario.pictures import usable_images
from app.scenario.script.brief import Brief, brief_of
from app.scenario.script.draft import Draft, offer_point, price_points, rating_point
from app.scenario.script.tellings import Telling
from app.scenario.script.write import supports

FEWEST_POINTS, MOST_POINTS = 2, 4
LONGEST_OPTION = 24
ITEM_BREAK = re.compile(r" ?(?:[,;/]|\s(?:and|or|und|oder|et|ou|y|o|e)\s) ?")


def choices_of(product: Product, images: list[ImageAnalysis], scenario: Scenario) -> list[dict[SceneLayout, Scene]]:
    """Return for each scene the layouts that the product's facts can fill: layout -> the scene laid out so.

    Its own layout is among them, as it stands.
    """
    brief = brief_of(product, scenario.wishes.model_copy(update={"language": scenario.language}))
    usable = usable_images(product, images)
    return [_choices(scene, brief, usable) for scene in scenario.scenes]


def _choices(scene: Scene, brief: Brief, images: list[ImageAnalysis]) -> dict[SceneLayout, Scene]:
    filled: dict[SceneLayout, Draft | None] = {"plain": Draft()}
    if scene.role == "call_to_action":
        filled["closing"] = offer_point(brief)
    else:
        filled["hero"] = _brand(brief)
        filled["price"] = price_points(brief) if brief.percent else None
        filled["review"] = rating_point(brief) if brief.rating else None
        filled["options"] = _options(brief)
        filled["specs"] = _listed([one for one in brief.tellings if one.label and one.value], scene, rows=True)
        filled["comparison"] = _comparison(scene, images)
        filled["callouts"] = _listed([one for one in brief.tellings if one.short], scene, rows=False)
    laid = {layout: _laid_out(scene, layout, draft) for layout, draft in filled.items() if draft is not None}
    return laid | {scene.shown_layout: scene}


def _laid_out(scene: Scene, layout: SceneLayout, filled: Draft) -> Scene:
    known = {fact.text for fact in scene.facts}
    facts = [*scene.facts, *(fact for fact in supports(filled) if fact.text not in known)]
    return scene.model_copy(update={"layout": layout, "points": filled.points, "facts": facts})


def _brand(brief: Brief) -> Draft:
    if not brief.brand:
        return Draft()
    return Draft(points=[ScenePoint(label=brief.brand)], sources={brief.brand: ["brand"]})


def _listed(tellings: list[Telling], scene: Scene, *, rows: bool) -> Draft | None:
    """Return rows or callouts of facts that the scene's own words do not tell."""
    shown = {fact.text for fact in scene.facts} | {scene.on_screen_text, scene.badge}
    found = [one for one in tellings if not {one.screen, one.short, one.say} & shown][:MOST_POINTS]
    if len(found) < FEWEST_POINTS:
        return None
    points = [ScenePoint(label=one.label, value=one.value) if rows else ScenePoint(label=one.short) for one in found]
    sources = {text: [one.fact.source] for one, point in zip(found, points, strict=True) for text in point.texts}
    return Draft(points=points, sources=sources)


def _comparison(scene: Scene, images: list[ImageAnalysis]) -> Draft | None:
    others = [image for image in images if image.url != scene.image]
    best = max(others, key=lambda image: image.fit.get("hero", image.score), default=None)
    return None if best is None else Draft(points=[ScenePoint(), ScenePoint(image=best.url)])


def _options(brief: Brief) -> Draft | None:
    """Return what a buyer may choose between, where a row of the page's table says so."""
    for one in brief.tellings:
        items = [item.strip(" .") for item in ITEM_BREAK.split(one.value)] if one.fact.type == "options" else []
        if FEWEST_POINTS <= len(items) <= MOST_POINTS and all(0 < len(item) <= LONGEST_OPTION for item in items):
            points = [ScenePoint(label=item, colour=swatch(item, brief.code)) for item in items]
            return Draft(points=points, sources={item: [one.fact.source] for item in items})
    return None
