"""Chooses what a script tells: the hook, the order of its facts, and what of each is said and what is shown."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.models import Arc, ImageRole, SceneLayout, ScenePoint, SceneRole
from app.scenario.bank.attributes import attribute, attributes_in
from app.scenario.bank.facts import FactType
from app.scenario.script.brief import Brief
from app.scenario.script.tellings import MOST_SHOWN_WORDS, Telling
from app.scenario.units import only_measures
from app.scenario.wording import spoken_words

SCENE_SECONDS = 2.25
FEWEST_SCENES, MOST_SCENES = 3, 16
PROOF, PROOF_BUYERS, LOVED_BUYERS = 4.3, 200, 20
TOLD_RATING, TOLD_BUYERS = 3.8, 3
DEAL_PERCENT, LEAST_DEAL = 10, 3
MOST_CALLOUTS = 3
HOOK_WORDS, LONGEST_BADGE = 10, 30
ENOUGH_SCENES = 5
"""Scenes after which nothing is told that is worth none of its own."""
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
NO_PILL = NO_HOOK | {"size", "origin"}
DULL_ROWS: frozenset[FactType] = frozenset(
    ("feature", "size", "weight", "material", "use", "pieces", "for_whom", "edition", "origin")
)
"""Types of a table's rows by which nobody is held."""
OF_HOOK: dict[FactType, float] = {
    "sold_count": 1.5, "award": 0.3, "number": 0.3, "how_it_works": 0.2, "excluded": 0.2, "edition": 0.2, "story": 0.2,
    "review_quote": -0.5, "warranty": -0.3, "size": -0.9, "origin": -0.9, "pieces": -0.3, "feature": 0.1,
}  # fmt: skip
"""How much better, or worse, a fact of a type holds a viewer than it sells."""
SCALE = 0.08
"""What each digit of a number adds to a beginning."""
SHORTEST_HOOK, FEWEST_QUOTED = 3, 3
LEFT_FOR_LAST: frozenset[FactType] = frozenset(
    ("warranty", "included", "certification", "excluded", "edition", "origin", "compatibility", "battery", "award")
)
"""Types of facts that may stand beside the price."""


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


@dataclass(frozen=True)
class Hook:
    """One way to begin."""

    weight: float
    arc: Arc
    draft: Draft
    uses: tuple[Telling, ...] = ()
    tells: str = ""
    """``rating`` or ``deal``, where it tells that."""


class Left(list[Telling]):
    """What is still to tell, and how much can still be said."""

    room: float = 0.0
    """Words of speech."""

    def take(self, fits: Callable[[Telling], bool]) -> Telling | None:
        """Take the first that fits."""
        found = next((one for one in self if fits(one)), None)
        if found is not None:
            self.remove(found)
        return found

    def take_voice(self, fits: Callable[[Telling], bool]) -> Telling | None:
        """Take the first that fits and that there is room to say."""
        found = self.take(lambda one: bool(one.say) and spoken_words(one.say) <= self.room and fits(one))
        self.say(found.say if found else "")
        return found

    def say(self, text: str) -> bool:
        """Tell whether there is room to say a text; it is taken where there is."""
        cost = spoken_words(text)
        if cost > self.room:
            return False
        self.room -= cost
        return True


Maker = Callable[[Brief, Left, set[str], int], Draft | None]
"""Makes a scene of what is left to tell, and takes it from there; None: there is nothing for it."""


def hooks(brief: Brief) -> list[Hook]:
    """Return the ways to begin that the facts allow, the strongest first; none is from a pool."""
    found = [hook for make in (_proof, _deal) if (hook := make(brief))]
    for place, telling in enumerate(brief.tellings):
        if (hook := _of_fact(brief, telling, place)) is not None:
            found.append(hook)
    found.sort(key=lambda hook: -hook.weight)
    return found


def _proof(brief: Brief) -> Hook | None:
    if brief.rating is None or brief.rating < PROOF or brief.buyers < PROOF_BUYERS:
        return None
    draft = _stars(brief, brief.frame("proof"))
    draft.role, draft.image_role = "hook", "hero"
    return Hook(4.0 + math.log10(brief.buyers) / 2, "review_led", draft, tells="rating")


def _stars(brief: Brief, said: str) -> Draft:
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


def _deal(brief: Brief) -> Hook | None:
    if brief.percent < DEAL_PERCENT:
        return None
    said = brief.frame("deal") or brief.frame("deal_bare")
    draft = price_points(brief)
    draft.role, draft.layout, draft.image_role = "hook", "price", "hero"
    draft.screen, draft.say = brief.shown_name, said
    draft.sources |= {said: ["price", "list_price", "currency"], brief.shown_name: ["title"]}
    return Hook(3.6 + brief.percent / 25, "deal", draft, tells="deal")


def price_points(brief: Brief) -> Draft:
    """Return the price beside the former one, with what they rest on."""
    point = ScenePoint(value=brief.price, before=brief.before[:30], label=f"−{brief.percent_written}")
    paths = ["price", "list_price", "currency"]
    return Draft(points=[point], sources={point.value: ["price"], point.before: ["list_price"], point.label: paths})


def _of_fact(brief: Brief, telling: Telling, place: int) -> Hook | None:
    fact, words = telling.fact, len(telling.screen.split())
    if fact.type in NO_HOOK or telling.needs_name or not telling.screen or words > MOST_SHOWN_WORDS:
        return None
    row = fact.region == "table" or (bool(fact.label) and telling.screen.startswith(fact.label))
    if fact.strength < 2 or (row and fact.type in DULL_ROWS) or telling.screen.count("%") > 1:
        return None
    if only_measures(telling.screen) or _is_care(telling.screen, brief.code):
        return None
    counted = bool(re.search(r"\d", telling.screen)) and words > 1
    if fact.type == "sold_count" and not telling.say:
        return None
    if (fact.region == "title" and not counted and telling.how != "frame") or (
        fact.type == "review_quote" and words < FEWEST_QUOTED
    ):
        return None
    worth = OF_HOOK.get(fact.type, 0.0)
    weight = 2 * fact.score + (0.5 if fact.strength == 3 else 0) + (max(worth, 0.0) if counted else worth)
    if brief.sensual and fact.type in SENSES:
        weight += 0.8
    if counted and fact.region in ("bullet", "prose", "buy_box"):
        weight += 0.5 + SCALE * _scale(telling.screen)
    if words == 1:
        weight -= 1.5
    if telling.screen.casefold() not in fact.text.casefold() and not row:
        weight -= 0.8  # what many products are holds nobody
    if row or telling.how == "frame" or (words < SHORTEST_HOOK and not counted):
        weight -= 0.9
    if telling.how == "sentence" and words <= HOOK_WORDS and len(telling.say) <= len(telling.screen) + 2:
        weight += 0.4
    said = telling.say if telling.how in ("sentence", "item") else brief.call_of(telling.screen)
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


def _scale(text: str) -> int:
    """Return the digits of the largest number in a text, its decimals left out."""
    numbers = re.findall(r"\d+(?:[.,]\d{3})*", text)
    return max((len(re.sub(r"\D", "", number)) for number in numbers), default=0)


def plain_hook(brief: Brief) -> Hook | None:
    """Return the beginning of a product with little to tell: its name, and the rest follows; None: there is no rest."""
    rated = _is_rated(brief)
    if not brief.tellings and not rated and not brief.percent:
        return None
    if rated:
        draft = _stars(brief, brief.frame("rating"))
        draft.role, draft.image_role = "hook", "hero"
        return Hook(0.0, "review_led", draft, tells="rating")
    shown = brief.shown_name
    points, sources = [], {shown: ["title"]}
    if brief.brand and brief.brand.casefold() not in shown.casefold():
        points, sources = [ScenePoint(label=brief.brand)], sources | {brief.brand: ["brand"]}
    draft = Draft("hook", "hero", shown, points=points, sources=sources, image_role="hero")
    return Hook(0.0, "feature_parade", draft)


def plan(brief: Brief, hook: Hook, wanted: int, room: float, opening: float) -> list[Draft]:
    """Return the scenes: the hook, as many of the body as there are facts for (``wanted`` in all), and the offer.

    ``room`` is how many words of speech there is time for, ``opening`` how many in the first scene.
    """
    left = Left(one for one in brief.tellings if one not in hook.uses)
    told = {hook.tells} if hook.tells else set()
    left.room = room - spoken_words(hook.draft.say) - spoken_words(brief.offer_said(told_deal="deal" in told))
    if "rating" not in told and _is_rated(brief):
        left.room -= spoken_words(_rating_said(brief))
    hero = hook.draft.layout == "hero"
    if hero and hook.uses and spoken_words(hook.draft.say) > opening:
        # What takes longer than the opening is said in the next scene.
        left.insert(0, replace(hook.uses[0], screen="", short=""))
        left.room += spoken_words(hook.draft.say)
        hook.draft.say = ""
    more = left.take(_pill) if hero and not hook.draft.badge else None
    if more is None and hero and not hook.draft.badge and not hook.uses:
        more = left.take(lambda one: _short(one) and len(one.short) <= LONGEST_BADGE)
    if more is not None:
        hook.draft.badge = more.short
        hook.draft.sources[more.short] = [more.fact.source]
        if (
            not hook.draft.say
            and more.how in ("sentence", "item")
            and not more.needs_name
            and spoken_words(more.say) <= opening
            and left.say(more.say)
        ):
            hook.draft.say = more.say
            hook.draft.sources |= _sources(more)
    fits = spoken_words(brief.introduced) <= opening
    if hero and fits and not hook.draft.say and brief.introduced and left.say(brief.introduced):
        hook.draft.say = brief.introduced
        hook.draft.sources[hook.draft.say] = ["title"]
        told.add("named")
    body: list[Draft] = []
    if hero and _is_proven(brief) and (stars := _rating(brief, left, told, 0)) is not None:
        body.append(stars)  # it stands within the first seconds
    makers: list[Maker] = _order(brief, hook)
    number = 0
    while len(body) < wanted - 2 and number < 4 * MOST_SCENES:
        if len(body) + 2 >= ENOUGH_SCENES and all(_is_dull(one) for one in left):
            break
        make = makers[number % len(makers)] if number else _named
        draft = make(brief, left, told, number)
        number += 1
        if draft is not None:
            body.append(draft)
    return [hook.draft, *body, _closing(brief, left, told)]


def _is_dull(telling: Telling) -> bool:
    """Tell whether a fact is worth no scene of its own: a side, a weight, a kind."""
    fact = telling.fact
    return fact.type in ("size", "weight") or (fact.region == "table" and fact.type == "feature")


def _is_proven(brief: Brief) -> bool:
    """Tell whether the rating sells, though too few gave it to open with."""
    return brief.rating is not None and brief.rating >= PROOF and brief.buyers >= LOVED_BUYERS


def _can_voice(telling: Telling) -> bool:
    """Tell whether a fact is worth being said: sides and weight are only shown, and a buyer is quoted elsewhere."""
    fact = telling.fact
    side = fact.type == "weight" or (fact.type == "size" and fact.region == "table")
    return not side and fact.type != "review_quote" and not (fact.region == "table" and fact.type == "feature")


def _is_rated(brief: Brief) -> bool:
    return brief.rating is not None and brief.rating >= TOLD_RATING and brief.buyers >= TOLD_BUYERS


def _rating_said(brief: Brief) -> str:
    return brief.frame("rating" if brief.buyers else "rating_alone")


def _order(brief: Brief, hook: Hook) -> list[Maker]:
    start = brief.seed % 2
    makers: list[Maker] = [_voiced, _rows, _voiced, _rating, _listed, _voiced, _quoted]
    return makers[start:] + makers[:start]


def _short(telling: Telling) -> bool:
    return bool(telling.short) and telling.fact.type != "review_quote"


def _pill(telling: Telling) -> bool:
    return _short(telling) and len(telling.short) <= 30 and telling.fact.type not in NO_PILL and not telling.label


def _sources(*tellings: Telling | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in tellings:
        if one is not None:
            for text in (one.screen, one.short, one.label, one.value, one.say):
                if text:
                    found.setdefault(text, [one.fact.source])
    return found


def _callouts(left: Left, most: int) -> list[Telling]:
    return [one for _ in range(most) if (one := left.take(_short)) is not None]


def _named(brief: Brief, left: Left, told: set[str], number: int) -> Draft | None:
    """The scene that names the product, with the best of what it has."""
    voice = left.take_voice(lambda one: one.how in ("sentence", "item") and one.fact.type != "review_quote")
    voice = voice or left.take_voice(_can_voice)
    listed = _callouts(left, 2)
    if voice is None and not listed and not brief.shown_name:
        return None
    said = voice.say if voice else ""
    if not said and "named" not in told and brief.introduced and left.say(brief.introduced):
        said = brief.introduced
        told.add("named")
    shown = [ScenePoint(label=one.short) for one in listed]
    if len(shown) < 2 and voice is not None and voice.how != "sentence" and voice.screen:
        shown.append(ScenePoint(label=voice.screen))
    if len(shown) == 1 and len(shown[0].label) > LONGEST_BADGE:
        left[:0] = listed
        listed, shown = [], []
    return Draft(
        layout="callouts" if len(shown) >= 2 else "plain", screen=brief.shown_name, say=said,
        badge=shown[0].label[:30] if len(shown) == 1 and len(shown[0].label) <= 30 else "",
        points=shown if len(shown) >= 2 else [],
        sources={brief.shown_name: ["title"], said: ["title"]} | _sources(voice, *listed), image_role="hero",
    )  # fmt: skip


def _voiced(brief: Brief, left: Left, told: set[str], number: int) -> Draft | None:
    """A sentence that is said, with something short beside it that adds to it."""
    voice = left.take_voice(lambda one: one.how == "sentence" and one.fact.type != "review_quote")
    voice = voice or left.take_voice(_can_voice)
    if voice is None:
        return _listed(brief, left, told, number) or _alone(left)
    beside = left.take(lambda one: _short(one) and one.fact.type == voice.fact.type and not one.say)
    beside = beside or left.take(lambda one: _short(one) and not one.say)
    if beside is None and (voice.how == "sentence" or not voice.screen):
        beside = left.take(_short)
    screen, badge = (beside.short if beside else voice.screen), ""
    if beside and voice.short and voice.short != beside.short and len(beside.short) <= LONGEST_BADGE:
        screen, badge = voice.short, beside.short
    if not screen:
        screen = voice.fact.value if voice.how == "frame" else voice.say.rstrip(".")
        screen = screen if len(screen.split()) <= MOST_SHOWN_WORDS else ""
    return Draft(
        screen=screen, badge=badge, say=voice.say, sources={screen: [voice.fact.source]} | _sources(voice, beside)
    )


def _alone(left: Left) -> Draft | None:
    """A fact that nobody can say and that is too long to stand among others."""
    one = left.take(lambda one: bool(one.screen) and not one.short and one.fact.type != "review_quote")
    return Draft(screen=one.screen, sources=_sources(one)) if one else None


def _rows(brief: Brief, left: Left, told: set[str], number: int) -> Draft | None:
    """Rows of the page's table."""
    rows = [one for one in left if one.label and one.value][:3]
    if len(rows) < 2:
        return None
    for one in rows:
        left.remove(one)
    said = next((one for one in rows if one.say and _can_voice(one) and left.say(one.say)), None)
    said = said or left.take_voice(lambda one: one.how == "sentence")
    points = [ScenePoint(label=one.label, value=one.value) for one in rows]
    first = left.take(_short)
    draft = Draft(
        layout="specs",
        screen=first.short if first else brief.shown_name,
        points=points,
        say=said.say if said else "",
        sources=_sources(*rows, said, first),
    )
    draft.sources.setdefault(draft.screen, ["title"])
    return draft


def _listed(brief: Brief, left: Left, told: set[str], number: int) -> Draft | None:
    """Items of the page's lists."""
    found = _callouts(left, MOST_CALLOUTS + 1)
    if not found:
        return None
    said = next((one for one in found if one.say and _can_voice(one) and left.say(one.say)), None)
    first, others = found[0], found[1:]
    points = [ScenePoint(label=one.short) for one in others]
    badge = points[0].label if len(points) == 1 and len(points[0].label) <= 30 else ""
    return Draft(
        layout="callouts" if len(points) >= 2 else "plain", screen=first.screen, badge=badge,
        points=points if len(points) >= 2 else [], say=said.say if said else "", sources=_sources(*found),
    )  # fmt: skip


def _rating(brief: Brief, left: Left, told: set[str], number: int) -> Draft | None:
    """The stars, with a buyer's sentence."""
    if "rating" in told or not _is_rated(brief):
        return None
    told.add("rating")
    draft = _stars(brief, _rating_said(brief))
    draft.needed = True
    quote = left.take(lambda one: one.fact.type == "review_quote" and bool(one.screen))
    if quote is not None:
        draft.points.append(ScenePoint(value=quote.screen))
        draft.sources |= _sources(quote)
    return draft


def _quoted(brief: Brief, left: Left, told: set[str], number: int) -> Draft | None:
    """What a buyer says; one scene of it is enough beside the stars."""
    if "quote" in told:
        return None
    quote = left.take(lambda one: one.fact.type == "review_quote" and bool(one.screen))
    if quote is None:
        return None
    told.add("quote")
    said = quote.say if left.say(quote.say) else ""
    return Draft(screen=quote.screen, say=said, sources=_sources(quote), image_role="use")


def _closing(brief: Brief, left: Left, told: set[str]) -> Draft:
    """The offer: the name, the price as what it is, and the brand, the stars or what comes with it."""
    last = left.take(lambda one: _short(one) and one.fact.type in LEFT_FOR_LAST and not one.label)
    if "deal" not in told and brief.percent >= LEAST_DEAL and brief.before:
        screen, source = f"−{brief.percent_written}", "list_price"
    elif "rating" not in told and brief.rating and brief.rating >= TOLD_RATING and not 0 < brief.buyers < TOLD_BUYERS:
        screen, source = brief.stars_line, "rating"
    elif last is not None:
        screen, source = last.short, last.fact.source
    else:
        screen, source = brief.brand or brief.shown_name, "brand" if brief.brand else "title"
    return offer_scene(brief, screen, source, told_deal="deal" in told, told_name="named" in told)


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
    return Draft(screen=telling.screen or telling.say.rstrip("."), say=telling.say, sources=_sources(telling))


def offer_point(brief: Brief) -> Draft:
    """Return the last scene's name and former price, with what they rest on."""
    point = ScenePoint(label=brief.shown_name[:80], before=brief.before_label[:30])
    sources = {point.label: ["title"], point.before: ["list_price"]}
    return Draft("call_to_action", "closing", points=[point], sources=sources, image_role="hero")
