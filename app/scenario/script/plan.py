"""Chooses what a script tells: the hook, the order of its facts, and what of each is said and what is shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.models import Arc, ImageRole, SceneLayout, ScenePoint, SceneRole
from app.scenario.bank.facts import FactType
from app.scenario.script.brief import Brief
from app.scenario.script.tellings import LONGEST_SHORT, MOST_SHOWN_WORDS, Telling

SCENE_SECONDS = 2.25
FEWEST_SCENES, MOST_SCENES = 3, 16
PROOF, PROOF_BUYERS = 4.3, 200
TOLD_RATING, TOLD_BUYERS = 3.8, 3
DEAL_PERCENT = 10
MOST_CALLOUTS = 3
HOOK_WORDS, LONGEST_BADGE = 10, 30
SENSES: frozenset[FactType] = frozenset(("taste", "scent", "sense"))
ARC_OF: dict[FactType, Arc] = {
    "how_it_works": "how_to", "use": "how_to", "for_whom": "for_whom", "excluded": "without", "included": "unboxing",
    "contents": "unboxing", "pieces": "unboxing", "story": "story", "origin": "story", "options": "comparison",
    "size": "numbers", "weight": "numbers", "capacity": "numbers", "power": "numbers", "battery": "numbers",
    "speed": "numbers", "number": "numbers",
}  # fmt: skip
"""Type of the hook's fact -> the arc that it opens; ``feature_parade`` else."""


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


Maker = Callable[[Brief, list[Telling], set[str], int], Draft | None]
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
    draft.role, draft.layout, draft.screen, draft.say, draft.image_role = (
        "hook",
        "price",
        brief.shown_name,
        said,
        "hero",
    )
    draft.sources |= {said: ["price", "list_price", "currency"], brief.shown_name: ["title"]}
    return Hook(3.6 + brief.percent / 25, "deal", draft, tells="deal")


def price_points(brief: Brief) -> Draft:
    """Return the price beside the former one, with what they rest on."""
    point = ScenePoint(value=brief.price, before=brief.before[:30], label=f"−{brief.percent_written}")
    paths = ["price", "list_price", "currency"]
    return Draft(points=[point], sources={point.value: ["price"], point.before: ["list_price"], point.label: paths})


def _of_fact(brief: Brief, telling: Telling, place: int) -> Hook | None:
    fact = telling.fact
    if fact.type in ("price", "stock", "warranty", "delivery", "care") or telling.needs_name or not telling.screen:
        return None
    if fact.region == "title" or len(telling.screen.split()) > MOST_SHOWN_WORDS:
        return None
    if fact.strength < 2 or (fact.type == "review_quote" and len(telling.screen.split()) < 3):
        return None
    weight = 2 * fact.score + (0.5 if fact.strength == 3 else 0)
    words = len(telling.screen.split())
    if fact.type in SENSES and brief.sensual:
        weight += 0.8
    if fact.type == "review_quote":
        weight -= 0.6
    if fact.type in ("size", "weight", "origin", "edition") or telling.how in ("row", "frame") or words < 3:
        weight -= 0.9
    if telling.how == "sentence" and words <= HOOK_WORDS:
        weight += 0.5
    if words > HOOK_WORDS:
        weight -= 1.0
    say = (
        telling.say
        if telling.how in ("sentence", "item")
        else telling.screen
        if fact.type == "review_quote" and brief.language
        else ""
    )
    if fact.type in ("award", "sold_count") and brief.language:
        say = say or f"{telling.screen}."
    draft = Draft(
        "hook", "hero", telling.screen, say=say.replace("“", "").replace("”", ""), image_role="hero",
        points=[ScenePoint(label=brief.brand)] if brief.brand else [],
        sources={telling.screen: [fact.source], say: [fact.source]} | ({brief.brand: ["brand"]} if brief.brand else {}),
    )  # fmt: skip
    return Hook(weight, ARC_OF.get(fact.type, "feature_parade"), draft, (telling,))


def plain_hook(brief: Brief) -> Hook | None:
    """Return the beginning of a product with little to tell: its name, and the rest follows; None: there is no rest."""
    rated = brief.rating is not None and brief.rating >= TOLD_RATING and brief.buyers >= TOLD_BUYERS
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


def plan(brief: Brief, hook: Hook, wanted: int) -> list[Draft]:
    """Return the scenes: the hook, as many of the body as there are facts for (``wanted`` in all), and the offer."""
    left = [one for one in brief.tellings if one not in hook.uses]
    told = {hook.tells} if hook.tells else set()
    if not hook.draft.badge and hook.draft.layout == "hero" and (more := _take(left, _pill)) is not None:
        hook.draft.badge = more.short
        hook.draft.sources[more.short] = [more.fact.source]
    body: list[Draft] = []
    makers: list[Maker] = _order(brief, hook)
    number = 0
    while len(body) < wanted - 2 and number < 4 * MOST_SCENES:
        make = makers[number % len(makers)] if number else _named
        draft = make(brief, left, told, number)
        number += 1
        if draft is not None:
            body.append(draft)
    return [hook.draft, *body, _closing(brief, left, told)]


def _order(brief: Brief, hook: Hook) -> list[Maker]:
    start = brief.seed % 2
    makers: list[Maker] = [_voiced, _rows, _voiced, _rating, _listed, _voiced, _quoted]
    return makers[start:] + makers[:start]


def _take(left: list[Telling], fits: Callable[[Telling], bool]) -> Telling | None:
    found = next((one for one in left if fits(one)), None)
    if found is not None:
        left.remove(found)
    return found


def _short(telling: Telling) -> bool:
    return bool(telling.short) and telling.fact.type != "review_quote"


def _pill(telling: Telling) -> bool:
    return _short(telling) and len(telling.short) <= 30 and telling.fact.type not in ("size", "weight", "origin")


def _sources(*tellings: Telling | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in tellings:
        if one is not None:
            for text in (one.screen, one.short, one.label, one.value, one.say):
                if text:
                    found.setdefault(text, [one.fact.source])
    return found


def _callouts(left: list[Telling], most: int) -> list[Telling]:
    return [one for _ in range(most) if (one := _take(left, _short)) is not None]


def _named(brief: Brief, left: list[Telling], told: set[str], number: int) -> Draft | None:
    """The scene that names the product, with the best of what it has."""
    voice = _take(left, lambda one: one.how == "sentence" and one.fact.type != "review_quote")
    voice = voice or _take(left, lambda one: one.how == "item")
    listed = _callouts(left, 2)
    if voice is None and not listed and not brief.shown_name:
        return None
    shown = [ScenePoint(label=one.short) for one in listed]
    if len(shown) < 2 and voice is not None and voice.how == "item" and voice.screen:
        shown.append(ScenePoint(label=voice.screen))
    if len(shown) == 1 and len(shown[0].label) > LONGEST_BADGE:
        left[:0] = listed
        listed, shown = [], []
    return Draft(
        layout="callouts" if len(shown) >= 2 else "plain", screen=brief.shown_name, say=voice.say if voice else "",
        badge=shown[0].label[:30] if len(shown) == 1 and len(shown[0].label) <= 30 else "",
        points=shown if len(shown) >= 2 else [],
        sources={brief.shown_name: ["title"]} | _sources(voice, *listed), image_role="hero",
    )  # fmt: skip


def _voiced(brief: Brief, left: list[Telling], told: set[str], number: int) -> Draft | None:
    """A sentence that is said, with something short beside it that adds to it."""
    voice = _take(left, lambda one: one.how == "sentence" and one.fact.type != "review_quote")
    voice = voice or _take(left, lambda one: one.how in ("item", "frame") and bool(one.say))
    if voice is None:
        return (_listed(brief, left, told, number) if brief.language is None else None) or _alone(left)
    beside = _take(left, lambda one: _short(one) and one.fact.type == voice.fact.type)
    if beside is None and (voice.how == "sentence" or not voice.screen):
        beside = _take(left, _short)
    screen = beside.short if beside else voice.screen
    if not screen:
        shown = voice.say.rstrip(".")
        return Draft(
            screen=shown if len(shown.split()) <= MOST_SHOWN_WORDS else "", say=voice.say,
            sources=_sources(voice) | {shown: [voice.fact.source]},
        )  # fmt: skip
    return Draft(screen=screen, say=voice.say, sources=_sources(voice, beside))


def _alone(left: list[Telling]) -> Draft | None:
    """A fact that nobody can say and that is too long to stand among others."""
    one = _take(left, lambda one: bool(one.screen) and not one.short and one.fact.type != "review_quote")
    return Draft(screen=one.screen, sources=_sources(one)) if one else None


def _rows(brief: Brief, left: list[Telling], told: set[str], number: int) -> Draft | None:
    """Rows of the page's table."""
    rows = [one for one in left if one.label and one.value][:3]
    if len(rows) < 2:
        return None
    for one in rows:
        left.remove(one)
    said = next((one for one in rows if one.say), None) or _take(left, lambda one: one.how == "sentence")
    points = [ScenePoint(label=one.label, value=one.value) for one in rows]
    first = _take(left, _short)
    draft = Draft(
        layout="specs",
        screen=first.short if first else brief.shown_name,
        points=points,
        say=said.say if said else "",
        sources=_sources(*rows, said, first),
    )
    draft.sources.setdefault(draft.screen, ["title"])
    return draft


def _listed(brief: Brief, left: list[Telling], told: set[str], number: int) -> Draft | None:
    """Items of the page's lists."""
    found = _callouts(left, MOST_CALLOUTS + 1)
    if not found:
        return None
    said = next((one for one in found if one.say), None)
    first, others = found[0], found[1:]
    points = [ScenePoint(label=one.short) for one in others]
    badge = points[0].label if len(points) == 1 and len(points[0].label) <= 30 else ""
    return Draft(
        layout="callouts" if len(points) >= 2 else "plain", screen=first.screen, badge=badge,
        points=points if len(points) >= 2 else [], say=said.say if said else "", sources=_sources(*found),
    )  # fmt: skip


def _rating(brief: Brief, left: list[Telling], told: set[str], number: int) -> Draft | None:
    """The stars, with a buyer's sentence."""
    if "rating" in told or brief.rating is None or brief.rating < TOLD_RATING or brief.buyers < TOLD_BUYERS:
        return None
    told.add("rating")
    draft = _stars(brief, brief.frame("rating" if brief.buyers else "rating_alone"))
    draft.needed = True
    quote = _take(left, lambda one: one.fact.type == "review_quote" and bool(one.screen))
    if quote is not None:
        draft.points.append(ScenePoint(value=quote.screen))
        draft.sources |= _sources(quote)
    return draft


def _quoted(brief: Brief, left: list[Telling], told: set[str], number: int) -> Draft | None:
    """What a buyer says."""
    quote = _take(left, lambda one: one.fact.type == "review_quote" and bool(one.screen))
    if quote is None:
        return None
    return Draft(screen=quote.screen, sources=_sources(quote), image_role="use")


def _closing(brief: Brief, left: list[Telling], told: set[str]) -> Draft:
    """The offer: the name, the price as what it is, and what is still worth knowing."""
    screen, source = "", ""
    if "rating" not in told and brief.rating and brief.rating >= TOLD_RATING and not 0 < brief.buyers < TOLD_BUYERS:
        screen = brief.stars_line
        source = "rating"
    elif (last := _take(left, _short)) is not None:
        screen, source = last.short, last.fact.source
    else:
        screen, source = brief.brand or brief.shown_name, "brand" if brief.brand else "title"
    return offer_scene(brief, screen, source, told_deal="deal" in told)


def offer_scene(brief: Brief, screen: str, *paths: str, told_deal: bool = False) -> Draft:
    """Return the last scene with what stands on its screen, and the paths that this rests on."""
    said = brief.offer_said(told_deal=told_deal)
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


def gathered(drafts: list[Draft]) -> list[Draft]:
    """Put scenes that only show one or two things each together as callouts: alone they say too little."""
    kept: list[Draft] = []
    for draft in drafts:
        last = kept[-1] if kept else None
        if last is not None and _sparse(draft) and _sparse(last):
            texts = [*_shown(last), *_shown(draft)]
            together = len(texts) > 2 or len(texts[-1]) <= LONGEST_BADGE
            if together and len(texts) <= MOST_CALLOUTS + 1 and all(len(text) <= LONGEST_SHORT for text in texts):
                kept[-1] = _as_callouts(last, texts, draft)
                continue
        kept.append(draft)
    return kept


def _sparse(draft: Draft) -> bool:
    quoted = draft.screen.startswith("“")
    return draft.role == "body" and not draft.say and draft.layout in ("plain", "callouts") and not quoted


def _shown(draft: Draft) -> list[str]:
    return [text for text in (draft.screen, draft.badge, *(point.label for point in draft.points)) if text]


def _as_callouts(first: Draft, texts: list[str], second: Draft) -> Draft:
    points = [ScenePoint(label=text) for text in texts[1:]]
    badge = texts[1] if len(points) == 1 and len(texts[1]) <= LONGEST_BADGE else ""
    return replace(
        first, layout="callouts" if len(points) >= 2 else "plain", screen=texts[0], badge=badge,
        points=points if len(points) >= 2 else [], sources=first.sources | second.sources,
    )  # fmt: skip


def distinct(drafts: list[Draft], colon: str) -> list[Draft]:
    """Return the scenes without words on the screen that an earlier one shows: the first of their points moves up."""
    kept: list[Draft] = []
    shown: set[str] = set()
    for draft in drafts:
        if draft.screen.casefold() in shown:
            texts = [colon.join(point.texts) for point in draft.points]
            if draft.layout in ("callouts", "specs") and texts and draft.badge not in texts:
                draft = _moved_up(draft, texts)
            elif draft.role != "body":
                draft = replace(draft, screen="")
            elif draft.say or draft.badge:
                draft = replace(draft, screen=draft.badge, badge="")
            else:
                continue
        shown |= {draft.screen.casefold()} - {""}
        kept.append(draft)
    return kept


def _moved_up(draft: Draft, texts: list[str]) -> Draft:
    paths = [path for text in draft.points[0].texts for path in draft.sources.get(text, [])]
    sources = draft.sources | {texts[0]: list(dict.fromkeys(paths))}
    draft = replace(draft, screen=texts[0], points=draft.points[1:], sources=sources)
    if len(draft.points) >= 2:
        return draft
    sources |= {texts[1]: sources.get(draft.points[0].texts[0], [])} if len(texts) > 1 else {}
    badge = texts[1] if len(texts) > 1 and len(texts[1]) <= LONGEST_BADGE else ""
    return replace(draft, layout="plain", badge=badge, points=[], sources=sources)


def shortened(drafts: list[Draft], rate: float, seconds: float, words_of: Callable[[str], float]) -> list[Draft]:
    """Return the scenes with so much said as can be said in the time; what is needed goes first, the rest in order."""
    budget = seconds * rate - 0.4 * rate * len(drafts)
    order = sorted(range(len(drafts)), key=lambda n: (n != 0, not drafts[n].needed, n))
    kept: set[int] = set()
    for number in order:
        cost = words_of(drafts[number].say)
        if cost <= budget:
            budget -= cost
            kept.add(number)
    return [one if number in kept else replace(one, say="") for number, one in enumerate(drafts)]
