"""Chooses what a script tells: the hook, the order of its facts, and what of each is said and what is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from app.models import ScenePoint
from app.scenario.bank.facts import FactType
from app.scenario.script.brief import Brief
from app.scenario.script.draft import (
    TOLD_BUYERS,
    TOLD_RATING,
    Draft,
    is_proven,
    is_rated,
    offer_scene,
    sources_of,
    stars,
)
from app.scenario.script.hooks import DULL_ROWS, NO_HOOK, Hook
from app.scenario.script.tellings import MOST_SHOWN_WORDS, Telling
from app.scenario.wording import spoken_words

SCENE_SECONDS = 2.25
FEWEST_SCENES, MOST_SCENES = 3, 16
LEAST_DEAL = 3
MOST_CALLOUTS, FEWEST_ROWS, MOST_ROWS = 3, 3, 4
ENOUGH_LOOSE = 4
"""Things to show beside which no row of a table stands by itself."""
LONGEST_BADGE = 30
ENOUGH_SCENES = 5
"""Scenes after which nothing is told that is worth none of its own."""

NO_PILL = NO_HOOK | {"size", "origin"}
LEFT_FOR_LAST: frozenset[FactType] = frozenset(
    ("warranty", "included", "certification", "excluded", "edition", "origin", "compatibility", "battery", "award")
)
"""Types of facts that may stand beside the price."""


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


Maker = Callable[[Brief, Left, set[str]], Draft | None]
"""Makes a scene of what is left to tell, and takes it from there; None: there is nothing for it."""


def plan(brief: Brief, hook: Hook, wanted: int, room: float, opening: float) -> list[Draft]:
    """Return the scenes: the hook, as many of the body as there are facts for (``wanted`` in all), and the offer.

    ``room`` is how many words of speech there is time for, ``opening`` how many in the first scene.
    """
    left = Left(_apart(one for one in brief.tellings if one not in hook.uses))
    told = {hook.tells} if hook.tells else set()
    left.room = room - spoken_words(hook.draft.say) - spoken_words(brief.offer_said(told_deal="deal" in told))
    if "rating" not in told and is_rated(brief):
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
            hook.draft.sources |= sources_of(more)
    named = hook.draft.screen == brief.shown_name and spoken_words(brief.introduced) <= opening
    if hero and named and not hook.draft.say and brief.introduced and left.say(brief.introduced):
        hook.draft.say = brief.introduced
        hook.draft.sources[hook.draft.say] = ["title"]
        told.add("named")
    body: list[Draft] = []
    if hero and is_proven(brief) and (stars := _rating(brief, left, told)) is not None:
        body.append(stars)  # it stands within the first seconds
    makers: list[Maker] = _order(brief)
    number = 0
    while len(body) < wanted - 2 and number < 4 * MOST_SCENES:
        if len(body) + 2 >= ENOUGH_SCENES and all(_is_dull(one) for one in left):
            break
        make = makers[number % len(makers)] if number else _named
        draft = make(brief, left, told)
        number += 1
        if draft is not None:
            body.append(draft)
    return [hook.draft, *body, _closing(brief, left, told)]


def _apart(tellings: Iterable[Telling]) -> list[Telling]:
    """Keep rows of tables from standing by themselves, where there is enough else: they stand together, as a table."""
    found = list(tellings)
    if sum(bool(one.screen) and not one.label for one in found) < ENOUGH_LOOSE:
        return found
    rows = [one for one in found if one.label]
    best = next((one for one in rows if one.fact.type not in DULL_ROWS and re.search(r"\d", one.value)), None)
    return [replace(one, short="") if one.label and one is not best else one for one in found]


def _is_dull(telling: Telling) -> bool:
    """Tell whether a fact is worth no scene of its own: a side, a weight, a kind."""
    fact = telling.fact
    return fact.type in ("size", "weight") or (fact.region == "table" and fact.type == "feature")


def _can_voice(telling: Telling) -> bool:
    """Tell whether a fact is worth being said: sides and weight are only shown, and a buyer is quoted elsewhere."""
    fact = telling.fact
    side = fact.type == "weight" or (fact.type == "size" and fact.region == "table")
    return not side and fact.type != "review_quote" and not (fact.region == "table" and fact.type == "feature")


def _rating_said(brief: Brief) -> str:
    return brief.frame("rating" if brief.buyers else "rating_alone")


def _order(brief: Brief) -> list[Maker]:
    start = brief.seed % 2
    makers: list[Maker] = [_voiced, _rows, _voiced, _rating, _listed, _voiced, _quoted]
    return makers[start:] + makers[:start]


def _short(telling: Telling) -> bool:
    return bool(telling.short) and telling.fact.type != "review_quote"


def _pill(telling: Telling) -> bool:
    return _short(telling) and len(telling.short) <= 30 and telling.fact.type not in NO_PILL and not telling.label


def _callouts(left: Left, most: int) -> list[Telling]:
    return [one for _ in range(most) if (one := left.take(_short)) is not None]


def _named(brief: Brief, left: Left, told: set[str]) -> Draft | None:
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
        sources={brief.shown_name: ["title"], said: ["title"]} | sources_of(voice, *listed), image_role="hero",
    )  # fmt: skip


def _voiced(brief: Brief, left: Left, told: set[str]) -> Draft | None:
    """A sentence that is said, with something short beside it that adds to it."""
    voice = left.take_voice(lambda one: one.how == "sentence" and one.fact.type != "review_quote")
    voice = voice or left.take_voice(_can_voice)
    if voice is None:
        return _listed(brief, left, told) or _alone(left)
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
        screen=screen, badge=badge, say=voice.say, sources={screen: [voice.fact.source]} | sources_of(voice, beside)
    )


def _alone(left: Left) -> Draft | None:
    """A fact that nobody can say and that is too long to stand among others."""
    one = left.take(lambda one: bool(one.screen) and not (one.short or one.label) and one.fact.type != "review_quote")
    return Draft(screen=one.screen, sources=sources_of(one)) if one else None


def _rows(brief: Brief, left: Left, told: set[str]) -> Draft | None:
    """Rows of the page's table."""
    rows = [one for one in left if one.label and one.value][:MOST_ROWS]
    if len(rows) < 2 or (len(rows) < FEWEST_ROWS and any(_short(one) for one in left)):
        return None
    for one in rows:
        left.remove(one)
    said = next((one for one in rows if one.say and _can_voice(one) and left.say(one.say)), None)
    said = said or left.take_voice(lambda one: one.how == "sentence" and _can_voice(one))
    points = [ScenePoint(label=one.label, value=one.value) for one in rows]
    screen = "" if "details" in told or brief.language is None else brief.language.labels["details"]
    told.add("details")
    first = left.take(_short) if not screen else None
    screen = screen or (first.short if first else brief.shown_name)
    return Draft(
        layout="specs", screen=screen, points=points, say=said.say if said else "",
        sources={screen: [rows[0].fact.source] if screen != brief.shown_name else ["title"]}
        | sources_of(*rows, said, first),
    )  # fmt: skip


def _listed(brief: Brief, left: Left, told: set[str]) -> Draft | None:
    """Items of the page's lists."""
    found = _callouts(left, MOST_CALLOUTS + 1)
    if not found:
        return None
    said = next((one for one in found if one.say and _can_voice(one) and left.say(one.say)), None)
    # What the voice says is not read out from beside it.
    found = [one for one in found if said is None or one is said or one.short.casefold() not in said.say.casefold()]
    first, others = found[0], found[1:]
    points = [ScenePoint(label=one.short) for one in others]
    badge = points[0].label if len(points) == 1 and len(points[0].label) <= 30 else ""
    return Draft(
        layout="callouts" if len(points) >= 2 else "plain", screen=first.screen, badge=badge,
        points=points if len(points) >= 2 else [], say=said.say if said else "", sources=sources_of(*found),
    )  # fmt: skip


def _rating(brief: Brief, left: Left, told: set[str]) -> Draft | None:
    """The stars, with a buyer's sentence."""
    if "rating" in told or not is_rated(brief):
        return None
    told.add("rating")
    draft = stars(brief, _rating_said(brief))
    draft.needed = True
    quote = left.take(lambda one: one.fact.type == "review_quote" and bool(one.screen))
    if quote is not None:
        draft.points.append(ScenePoint(value=quote.screen))
        draft.sources |= sources_of(quote)
    return draft


def _quoted(brief: Brief, left: Left, told: set[str]) -> Draft | None:
    """What a buyer says; one scene of it is enough beside the stars."""
    if "quote" in told:
        return None
    quote = left.take(lambda one: one.fact.type == "review_quote" and bool(one.screen))
    if quote is None:
        return None
    told.add("quote")
    said = quote.say if left.say(quote.say) else ""
    return Draft(screen=quote.screen, say=said, sources=sources_of(quote), image_role="use")


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
