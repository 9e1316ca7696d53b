"""The ways to begin: a rating, a deal, or a fact that holds a viewer; none is from a pool."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from app.models import Arc, ScenePoint
from app.scenario.bank.attributes import attribute, attributes_in
from app.scenario.bank.facts import FactType
from app.scenario.script.brief import Brief
from app.scenario.script.draft import (
    LOVED_BUYERS,
    PROOF_BUYERS,
    Draft,
    is_proven,
    is_rated,
    price_points,
    sources_of,
    stars,
)
from app.scenario.script.offers import stated_by
from app.scenario.script.tellings import MOST_SHOWN_WORDS, Telling
from app.scenario.units import measures_in, only_measures

RATED_BY = ((PROOF_BUYERS, 4.0), (50, 2.2), (LOVED_BUYERS, 1.4))
"""Buyers from whom, and what a rating weighs as a beginning; each tenfold of them adds a half."""
GOOD, OF_GOOD = 4.0, 1.2
"""A rating that is good but no proof, and what it weighs: better than nothing else of the product's own."""
SENSES: frozenset[FactType] = frozenset(("taste", "scent", "sense"))
ARC_OF: dict[FactType, Arc] = {
    "how_it_works": "how_to", "use": "how_to", "for_whom": "for_whom", "excluded": "without", "included": "unboxing",
    "contents": "unboxing", "pieces": "unboxing", "story": "story", "origin": "story", "options": "comparison",
    "size": "numbers", "weight": "numbers", "capacity": "numbers", "power": "numbers", "battery": "numbers",
    "speed": "numbers", "number": "numbers",
}  # fmt: skip
"""Type of the hook's fact -> the arc that it opens; ``feature_parade`` else."""
NO_HOOK: frozenset[FactType] = frozenset(
    ("price", "stock", "discount", "coupon", "members", "delivery", "care", "options", "weight")
)
DULL_ROWS: frozenset[FactType] = frozenset(
    ("feature", "size", "weight", "material", "use", "pieces", "for_whom", "edition", "origin")
)
"""Types of a table's rows by which nobody is held."""
OF_HOOK: dict[FactType, float] = {
    "sold_count": 1.5, "award": 0.3, "number": 0.3, "how_it_works": 0.2, "excluded": 0.2, "edition": 0.2, "story": 0.2,
    "review_quote": -0.5, "warranty": -0.3, "size": -1.2, "origin": -0.9, "pieces": -0.3, "feature": 0.1,
}  # fmt: skip
"""How much better, or worse, a fact of a type holds a viewer than it sells."""
SCALE, HEARD = 0.08, 0.15
"""What each digit of a number adds to a beginning, and that it is said as well as shown."""
SHORTEST_HOOK, FEWEST_QUOTED = 3, 3
EXCELLENT, EXCELLENT_BUYERS, OF_EXCELLENT = 4.5, 100, 0.6
"""A rating from which, and buyers from whom, it is a better beginning, and by how much."""
MOST_COMMAS, OF_LIST = 1, -1.0
"""Commas from which a beginning is a list, which nobody reads in two seconds, and how much worse that is."""
OF_AGE = -1.2
"""How much worse a beginning is that tells from which age: it warns rather than sells."""
FEW, OF_FEW = 10, -1.2
"""A count of parts below which a beginning is no number that anybody stops for, and how much worse that is."""
DEAL_PERCENT, HOOK_WORDS = 10, 10
DEAL, DEAL_STEP = 3.6, 25
"""What a saving weighs as a beginning; each so many per cent of it add one."""


@dataclass(frozen=True)
class Hook:
    """One way to begin."""

    weight: float
    arc: Arc
    draft: Draft
    uses: tuple[Telling, ...] = ()
    tells: str = ""
    """``rating`` or ``deal``, where it tells that."""


def hooks(brief: Brief) -> list[Hook]:
    """Return the ways to begin that the facts allow, the strongest first; none is from a pool."""
    found = [hook for make in (_proof, _deal) if (hook := make(brief))]
    found += [hook for telling in brief.tellings if (hook := _of_fact(brief, telling))]
    found.sort(key=lambda hook: -hook.weight)
    return found


def _proof(brief: Brief) -> Hook | None:
    if is_proven(brief):
        weight = next(weight for buyers, weight in RATED_BY if brief.buyers >= buyers)
    elif brief.rating is not None and brief.rating >= GOOD and brief.buyers >= PROOF_BUYERS:
        weight = OF_GOOD
    else:
        return None
    draft = stars(brief, brief.frame("proof" if brief.buyers >= PROOF_BUYERS else "rating"))
    draft.role, draft.image_role = "hook", "hero"
    excellent = brief.rating is not None and brief.rating >= EXCELLENT and brief.buyers >= EXCELLENT_BUYERS
    weight += OF_EXCELLENT if excellent else 0.0
    return Hook(weight + math.log10(brief.buyers) / 2, "review_led", draft, tells="rating")


def _deal(brief: Brief) -> Hook | None:
    if brief.percent < DEAL_PERCENT:
        return _stated_deal(brief)
    said = brief.frame("deal") or brief.frame("deal_bare")
    draft = price_points(brief)
    draft.role, draft.layout, draft.image_role = "hook", "price", "hero"
    draft.screen, draft.say = brief.shown_name, said
    draft.sources |= {said: ["price", "list_price", "currency"], brief.shown_name: ["title"]}
    return Hook(DEAL + brief.percent / DEAL_STEP, "deal", draft, tells="deal")


def _stated_deal(brief: Brief) -> Hook | None:
    """Return a beginning with a share of the price that the page says is saved, without saying from which price."""
    for telling in brief.tellings:
        stated = stated_by(telling.fact)
        if stated is None or stated.kind != "saving" or stated.share is None or not telling.say:
            continue
        if stated.share >= DEAL_PERCENT:
            sources = sources_of(telling)
            draft = Draft("hook", "hero", telling.screen, say=telling.say, image_role="hero", sources=sources)
            return Hook(DEAL + stated.share / DEAL_STEP, "deal", draft, (telling,))
    return None


def _of_fact(brief: Brief, telling: Telling) -> Hook | None:
    fact, words = telling.fact, len(telling.screen.split())
    if fact.type in NO_HOOK or telling.needs_name or not telling.screen or words > MOST_SHOWN_WORDS:
        return None
    row = fact.region == "table" or (bool(fact.label) and telling.screen.startswith(fact.label))
    if fact.strength < 2 or (row and fact.type in DULL_ROWS) or telling.screen.count("%") > 1:
        return None
    if only_measures(telling.screen) or only_measures(telling.value) or _is_care(telling.screen, brief.code):
        return None
    counted = bool(re.search(r"\d", telling.screen)) and words > 1
    if fact.type == "sold_count" and not telling.say:
        return None
    if (fact.region == "title" and not counted and telling.how != "frame") or (
        fact.type == "review_quote" and words < FEWEST_QUOTED
    ):
        return None
    worth = OF_HOOK.get(fact.type, 0.0)
    weight = (
        2 * fact.score
        + (0.5 if fact.strength == 3 else 0)
        + (max(worth, 0.0) if counted and fact.type != "size" else worth)
    )
    if brief.sensual and fact.type in SENSES:
        weight += 0.8
    if counted and fact.region in ("bullet", "prose", "buy_box"):
        weight += 0.5 + SCALE * _scale(telling.screen)
    if fact.type == "for_whom" and re.search(r"\d", telling.screen):
        weight += OF_AGE
    if counted and _is_few(telling.screen):
        weight += OF_FEW
    if telling.screen.count(",") > MOST_COMMAS and telling.how != "sentence":
        weight += OF_LIST
    if words == 1:
        weight -= 1.5
    if telling.screen.casefold() not in fact.text.casefold() and not row:
        weight -= 0.8  # what many products are holds nobody
    if row or telling.how == "frame" or (words < SHORTEST_HOOK and not counted):
        weight -= 0.9
    if telling.how == "sentence" and words <= HOOK_WORDS and len(telling.say) <= len(telling.screen) + 2:
        weight += 0.4
    said = telling.say if telling.how in ("sentence", "item") else brief.call_of(telling.screen)
    weight += HEARD if said else 0.0
    sources = {telling.screen: [fact.source], said: [fact.source]}
    draft = Draft(
        "hook", "hero", telling.screen, say=said, image_role="hero",
        points=[ScenePoint(label=brief.brand)] if brief.brand else [],
        sources=sources | ({brief.brand: ["brand"]} if brief.brand else {}),
    )  # fmt: skip
    return Hook(weight, ARC_OF.get(fact.type, "feature_parade"), draft, (telling,))


def _is_care(text: str, code: str) -> bool:
    """Tell whether a text tells how a thing is cleaned."""
    return any(one.type == "care" for name in attributes_in(text, code) if (one := attribute(name, code)))


def _is_few(text: str) -> bool:
    """Tell whether a text counts but a few things: "3 wheels", not "3 kg", "2.4 GHz" or "5 in 1"."""
    numbers = re.findall(r"\d+(?:[.,]\d+)?", text)
    return len(numbers) == 1 and numbers[0].isdigit() and int(numbers[0]) < FEW and not measures_in(text)


def _scale(text: str) -> int:
    """Return the digits of the largest number in a text, its decimals left out."""
    numbers = re.findall(r"\d+(?:[.,]\d{3})*", text)
    return max((len(re.sub(r"\D", "", number)) for number in numbers), default=0)


def plain_hook(brief: Brief) -> Hook | None:
    """Return the beginning of a product with little to tell: its name, and the rest follows; None: there is no rest."""
    rated = is_rated(brief)
    if not brief.tellings and not rated and not brief.percent:
        return None
    if rated:
        draft = stars(brief, brief.frame("rating"))
        draft.role, draft.image_role = "hook", "hero"
        return Hook(0.0, "review_led", draft, tells="rating")
    shown = brief.shown_name
    points, sources = [], {shown: ["title"]}
    if brief.brand and brief.brand.casefold() not in shown.casefold():
        points, sources = [ScenePoint(label=brief.brand)], sources | {brief.brand: ["brand"]}
    draft = Draft("hook", "hero", shown, points=points, sources=sources, image_role="hero")
    return Hook(0.0, "feature_parade", draft)
