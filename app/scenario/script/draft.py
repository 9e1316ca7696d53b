"""Scenes before they have their time and their pictures, and what those of the rating and the offer show."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.models import ImageRole, SceneLayout, ScenePoint, SceneRole
from app.scenario.script.brief import Brief
from app.scenario.script.tellings import Telling

PROOF, PROOF_BUYERS, LOVED_BUYERS = 4.3, 200, 20
TOLD_RATING, TOLD_BUYERS = 3.8, 3


@dataclass
class Draft:
    """A scene before it has its time and its picture."""

    role: SceneRole = "body"
    layout: SceneLayout = "plain"
    screen: str = ""
    badge: str = ""
    points: list[ScenePoint] = field(default_factory=list)
    say: str = ""
    needed: bool = False
    """What it says is said whatever else falls silent."""
    sources: dict[str, list[str]] = field(default_factory=dict)
    """Text -> the paths that it rests on."""
    image_role: ImageRole = "detail"


def stars(brief: Brief, said: str) -> Draft:
    """Return the scene that shows the rating."""
    shown = brief.frame("rating" if brief.buyers else "rating_alone", screen=True) or brief.rating_written
    draft = rating_point(brief)
    draft.layout, draft.screen, draft.say = "review", shown, said
    draft.sources |= {shown: ["review_count" if brief.buyers else "rating"], said: ["rating", "review_count"]}
    return draft


def rating_point(brief: Brief) -> Draft:
    """Return the stars with what they rest on."""
    point = ScenePoint(
        share=min(1.0, (brief.rating or 0.0) / 5),
        value=brief.rating_written,
        label=f"({brief.count_written})" if brief.buyers else "",
    )
    return Draft(points=[point], sources={point.value: ["rating"], point.label: ["review_count"]})


def price_points(brief: Brief) -> Draft:
    """Return the price beside the former one, with what they rest on."""
    point = ScenePoint(value=brief.price, before=brief.before[:30], label=f"−{brief.percent_written}")
    paths = ["price", "list_price", "currency"]
    return Draft(points=[point], sources={point.value: ["price"], point.before: ["list_price"], point.label: paths})


def is_proven(brief: Brief) -> bool:
    """Tell whether the rating sells, though too few gave it to open with."""
    return brief.rating is not None and brief.rating >= PROOF and brief.buyers >= LOVED_BUYERS


def is_rated(brief: Brief) -> bool:
    """Whether the rating is good enough, and of enough buyers, to be told."""
    return brief.rating is not None and brief.rating >= TOLD_RATING and brief.buyers >= TOLD_BUYERS


def offer_scene(brief: Brief, screen: str, *paths: str, told_deal: bool = False, told_name: bool = False) -> Draft:
    """Return the last scene with what stands on its screen, and the paths that this rests on."""
    said = brief.offer_said(told_deal=told_deal, told_name=told_name)
    draft = offer_point(brief)
    draft.sources |= {brief.badge: ["price", "currency"], said: ["price", "list_price", "availability"]}
    draft.sources[screen] = list(paths)
    draft.screen, draft.badge, draft.say, draft.needed = screen, brief.badge, said, True
    return draft


def scene_of(telling: Telling) -> Draft:
    """Return a scene that tells one fact."""
    return Draft(screen=telling.screen or telling.say.rstrip("."), say=telling.say, sources=sources_of(telling))


def offer_point(brief: Brief) -> Draft:
    """Return the last scene's name and former price, with what they rest on."""
    point = ScenePoint(label=brief.shown_name[:80], before=brief.before_label[:30])
    sources = {point.label: ["title"], point.before: ["list_price"]}
    return Draft("call_to_action", "closing", points=[point], sources=sources, image_role="hero")


def sources_of(*tellings: Telling | None) -> dict[str, list[str]]:
    """Return each text of the tellings with the paths of the facts that it rests on."""
    found: dict[str, list[str]] = {}
    for one in tellings:
        if one is not None:
            for text in (one.screen, one.short, one.label, one.value, one.say):
                if text:
                    found.setdefault(text, [one.fact.source])
    return found
