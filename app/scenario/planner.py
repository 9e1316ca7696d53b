"""Chooses what each scene tells, by the facts at hand; how long it takes and what fits is settled afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from app.models import Product, SceneRole
from app.scenario.facts import Facts
from app.scenario.material import (
    MOST_LINES,
    Point,
    description_points,
    distinct,
    feature_point,
    pair_specs,
    spec_points,
)
from app.scenario.phrases import Phrases, filled, turned
from app.scenario.speech import Line
from app.scenario.wording import DEFAULT_RATE, RATES, as_sentence, screen_words

FEWEST_BODY_SCENES = 2
LEAD_UP_TO_WORDS = 4
"""A fragment of so few words gets a lead such as "Good to know"."""
LONGEST_HOST = 30
HookKind = Literal["discount", "rating", "plain"]


@dataclass(frozen=True)
class Setting:
    """What the whole scenario is written with."""

    product: Product
    language: str
    own_words: bool
    """The page's own sentences are in the scenario's language."""
    phrases: Phrases | None
    facts: Facts
    hook: HookKind
    seed: int

    @property
    def connectors(self) -> list[str]:
        """Words before which a long line may end."""
        return self.phrases.connectors if self.phrases else []

    @property
    def colon(self) -> str:
        """What stands between a name and its value."""
        return self.phrases.colon if self.phrases else ": "

    @property
    def rate(self) -> float:
        """Spoken words a second."""
        return self.phrases.words_per_second if self.phrases else RATES.get(self.language, DEFAULT_RATE)


@dataclass(frozen=True)
class Plan:
    """One scene before its time is known: alternatives in the order of preference."""

    role: SceneRole
    screens: list[Line]
    openings: list[Line]
    extras: list[Line]
    badge: str = ""
    badge_fields: tuple[str, ...] = ()


def _body_points(setting: Setting, wanted: int) -> tuple[list[Point], list[Point]]:
    """Return the points of the body's scenes in order, and what is left to say.

    Features lead, then sentences of the description, a specification scene, the rating last: proof stands before the
    call to action. Without enough of them come the brand and lines that fit any product.
    """
    product, language = setting.product, setting.language
    main: list[Point] = []
    specs: list[Point] = []
    if setting.own_words:
        listed = [feature_point(feature, language, setting.connectors) for feature in product.features[:MOST_LINES]]
        told = [*(point for point in listed if point), *description_points(product, language, setting.connectors)]
        # Claims that the seller may have to prove, and lines that had to be cut, come last.
        told.sort(key=lambda point: (point.claims, not point.whole, point.kind != "feature"))
        main = distinct(told, [], language)
        fresh = distinct(
            spec_points(product, setting.phrases, setting.colon, setting.seed), [p.source for p in main], language
        )
        specs = pair_specs(fresh)
    rating = _rating_points(setting)
    reserved = [*specs[:1], *rating] if wanted > FEWEST_BODY_SCENES else []
    chosen = main[: max(1, wanted - len(reserved))]
    for others in (reserved, specs, rating, main, _brand_points(setting)):
        chosen += [point for point in others if point not in chosen][: wanted - len(chosen)]
    order = {"feature": 0, "description": 0, "specs": 1, "brand": 1, "rating": 2}
    chosen.sort(key=lambda point: order[point.kind])
    if len(chosen) < FEWEST_BODY_SCENES:
        chosen = [*_look_points(setting)[: FEWEST_BODY_SCENES - len(chosen)], *chosen]
    spare = [point for point in [*main, *specs] if point not in chosen and not point.claims]
    return chosen, spare


def _rating_points(setting: Setting) -> list[Point]:
    badge = setting.facts.rating_badge
    if not badge or setting.hook == "rating":
        return []
    if setting.phrases is None:
        return [Point("rating", "", [], ("rating",), badge=badge)]
    kind: Literal["counted", "plain"] = "counted" if "reviews" in setting.facts.values else "plain"
    pair = setting.phrases.rating[kind]
    screen, fields = filled(turned(pair.screen, setting.seed), setting.facts.values)[0]
    said = filled(turned(pair.say, setting.seed), setting.facts.values)
    return [Point("rating", screen, [said[0][0]], tuple(dict.fromkeys([*fields, *said[0][1]])), badge=badge)]


def _brand_points(setting: Setting) -> list[Point]:
    brand = setting.facts.values.get("brand")
    if not brand or setting.phrases is None:
        return []
    pair = setting.phrases.brand
    screen = filled(turned(pair.screen, setting.seed), setting.facts.values)[0][0]
    said = filled(turned(pair.say, setting.seed), setting.facts.values)[0][0]
    return [Point("brand", screen, [said], ("brand",))]


def _look_points(setting: Setting) -> list[Point]:
    if setting.phrases is None:
        return [Point("silent", "", [], ())] * FEWEST_BODY_SCENES
    return [Point("look", look.screen, [look.say], ()) for look in turned(setting.phrases.looks, setting.seed)]


def _hook_plan(setting: Setting, spare: list[Point]) -> Plan:
    values, facts = setting.facts.values, setting.facts
    templates = turned(setting.phrases.hook[setting.hook], setting.seed) if setting.phrases else []
    openings: list[Line] = [*filled(templates, values), (as_sentence(values["name"]), ["title"])]
    described = (point for point in spare if point.kind == "description")
    first = min(described, key=lambda point: point.position, default=None)
    extras: list[Line] = [(first.say[0], first.fields)] if first else []
    badges: dict[HookKind, tuple[str, tuple[str, ...]]] = {
        "discount": (facts.price_badge, ("price", "currency")),
        "rating": (facts.rating_badge, ("rating",)),
        "plain": ("", ()),
    }
    return Plan("hook", [(values["name"], ["title"])], openings, extras, *badges[setting.hook])


def _host(url: str | None) -> str:
    """The shop's host name as people write it; empty when there is none."""
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _call_plan(setting: Setting) -> Plan:
    facts, values = setting.facts, setting.facts.values
    # A hook about the discount has said the price.
    price = "price" in values and setting.hook != "discount"
    badge = (facts.price_badge, ("price", "currency")) if facts.price_badge else ("", ())
    if setting.phrases is None:
        names = {"shop": values.get("shop"), "url": _host(setting.product.url), "brand": values.get("brand")}
        screens: list[Line] = [(name, [field]) for field, name in names.items() if name and len(name) <= LONGEST_HOST]
        said: list[Line] = [(as_sentence(values["price"]), ["price", "currency"])] if price else []
        return Plan("call_to_action", screens, said, [], *badge)
    kinds: dict[tuple[bool, bool], Literal["price_stock", "price", "stock", "plain"]] = {
        (True, True): "price_stock",
        (True, False): "price",
        (False, True): "stock",
        (False, False): "plain",
    }
    kind = "sold_out" if facts.stock == "OutOfStock" else kinds[price, facts.stock == "InStock"]
    pair = setting.phrases.call_to_action[kind]
    on_stock: list[str] = ["availability"] if kind in ("price_stock", "stock", "sold_out") else []

    def lines(templates: list[str]) -> list[Line]:
        return [(text, [*fields, *on_stock]) for text, fields in filled(turned(templates, setting.seed), values)]

    return Plan("call_to_action", lines(pair.screen), lines(pair.say), [], *badge)


def _body_plan(point: Point, spare: list[Point], lead: str | None) -> Plan:
    openings: list[Line] = [(sentence, point.fields) for sentence in point.say[:1]]
    if lead:
        openings.insert(0, (lead.format(rest=point.say[0]), point.fields))
    if point.fuller:
        openings.insert(0, (point.fuller, ("description",)))
    # When a sentence is too long for its scene, the words on screen are said.
    if point.screen and point.whole:
        openings.append((as_sentence(point.screen), point.fields))
    own: list[Line] = [(sentence, point.fields) for sentence in point.say[1:]]
    tells = point.kind in ("feature", "description")
    further: list[Line] = [
        (other.say[0], other.fields) for other in spare if tells and other.say and other.kind != "specs"
    ]
    fields = point.fields if point.badge else ()
    return Plan("body", [(point.screen, point.fields)], openings, [*own, *further], point.badge, fields)


def plan_scenes(setting: Setting, wanted: int) -> list[Plan]:
    """Return the scenes in order: the hook, two to ``wanted`` of the body, the call to action."""
    points, spare = _body_points(setting, wanted)
    leads = iter(turned(setting.phrases.leads, setting.seed)[:1] if setting.phrases else [])
    plans = [_hook_plan(setting, spare)]
    for point in points:
        bare = point.kind == "feature" and not point.fuller and len(point.say) == 1
        fragment = bare and screen_words(point.say[0]) <= LEAD_UP_TO_WORDS
        plans.append(_body_plan(point, spare, next(leads, None) if fragment else None))
    return [*plans, _call_plan(setting)]
