"""The layouts that each scene of a written scenario may have, for a person who reviews it."""

from __future__ import annotations

from dataclasses import replace

from app.analysis.words import clean
from app.models import ImageAnalysis, Product, Scenario, Scene, SceneLayout
from app.scenario.audience import audience_of, style_for
from app.scenario.features import quieted
from app.scenario.layouts import layout_choices
from app.scenario.pictures import usable_images
from app.scenario.setting import make_setting


def choices_of(product: Product, images: list[ImageAnalysis], scenario: Scenario) -> list[dict[SceneLayout, Scene]]:
    """Return for each scene the layouts that the product's facts can fill: layout -> the scene laid out so.

    Its own layout is among them, as it stands. What the points of a layout say rests on facts that the scene names.
    """
    audience = scenario.audience or audience_of(product)
    style = scenario.wishes.style or style_for(audience)
    wishes = scenario.wishes.model_copy(update={"language": scenario.language})
    title = quieted(clean(product.title), product.language)
    setting = make_setting(product, title, wishes, style, audience)
    if scenario.arc is not None:
        setting = replace(setting, arc=scenario.arc)
    usable = usable_images(product, images)
    return [layout_choices(scene, setting, usable) for scene in scenario.scenes]
