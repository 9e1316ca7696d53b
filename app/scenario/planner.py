"""Chooses the story and what each scene tells, by the facts at hand; how long it takes is settled afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.models import Arc, ImageRole, SceneRole
from app.scenario.material import (
    MOST_LINES,
    Point,
    after_lead,
    description_points,
    distinct,
    feature_point,
    measured_near,
    paired,
    spec_points,
)
from app.scenario.phrases import fill, turned
from app.scenario.setting import Setting
from app.scenario.speech import HOOK_SHARE, Line, seconds_to_say
from app.scenario.units import measures_in, write_measure
from app.scenario.wording import as_sentence, fits_screen, numbers_in, screen_words, spoken_words

FEWEST_BODY_SCENES = 2
LEAD_UP_TO_WORDS = 6
"""A fragment of so few words may get a lead such as "Good to know"."""
LONGEST_TAGLINE = 11
SHORT_VIDEO = 15.0
"""Seconds under which there may be no time to say a price: it is shown."""
LEADS = 2
SHORTEST_HOOK = 3.5
SHORT_FRAGMENT = 4
Badge = tuple[str, tuple[str, ...]]
NO_BADGE: Badge = ("", ())


@dataclass(frozen=True)
class Plan:
    """One scene before its time is known: alternatives in the order of preference."""

    role: SceneRole
    screens: list[Line]
    openings: list[Line]
    extras: list[Line]
    badge: str = ""
    badge_paths: tuple[str, ...] = ()
    image_role: ImageRole = "detail"
    """What its picture should show."""


@dataclass(frozen=True)
class Story:
    """A scenario before its time is known."""

    arc: Arc
    plans: list[Plan]
    headline: str
    """What its title may begin with; empty when the opening says nothing of the product."""


@dataclass(frozen=True)
class Stuff:
    """What there is to tell."""

    main: list[Point]
    specs: list[Point]
    rating: Point | None
    tagline: Point | None


def gather(setting: Setting) -> Stuff:
    """Collect what the page says, without repeats: the most fitting for the style first."""
    product, language = setting.product, setting.language
    main: list[Point] = []
    tagline = None
    if setting.own_words:
        listed = [
            feature_point(feature, language, setting.connectors, f"features[{number}]")
            for number, feature in enumerate(product.features[:MOST_LINES])
        ]
        described = description_points(product, language, setting.connectors)
        tagline = next((point for point in described[:1] if _is_tagline(point, setting)), None)
        told = [*(point for point in listed if point), *(point for point in described if point is not tagline)]
        # Claims that the seller may have to prove, and lines that had to be cut, come last.
        prefers = "description" if setting.manner.prefers == "description" else "feature"
        main = distinct(sorted(told, key=lambda p: (p.claims, p.kind != prefers)), [], language)
        # What the seller may have to prove is told only where there is nothing else.
        main = [point for point in main if not point.claims] or main
        main.sort(key=lambda point: (point.claims, not point.whole, point.kind != prefers and not point.fuller))
    else:
        main = _concept_points(setting)
    known = [point.source for point in main]
    if setting.arc == "comparison" or "options" in setting.facts.values:
        known += [setting.facts.values["options"][0]] if setting.arc == "comparison" else []
    specs = distinct(spec_points(product, setting.phrases, language, setting.colon, setting.seed), known, language)
    return Stuff(main, specs, _rating_point(setting), tagline)


def _is_tagline(point: Point, setting: Setting) -> bool:
    """Tell whether a page's first sentence can open a film: short, without figures, claims or the product's name."""
    sentence = point.say[0]
    name = setting.facts.values["name"][0].casefold()
    short = spoken_words(sentence) <= LONGEST_TAGLINE and not numbers_in(sentence)
    return short and not point.claims and name not in sentence.casefold()


def _concept_points(setting: Setting) -> list[Point]:
    """What the page tells in another language, as far as it can be said in this one."""
    points = []
    for name, found in setting.concepts.items():
        concept = setting.phrases.concepts.get(name) if setting.phrases else None
        if concept is None or not concept.say or found.path == "title":
            continue
        values: dict[str, tuple[str, tuple[str, ...]]] = {}
        if (measure := measured_near(found.text, found.start)) and setting.phrases:
            source = setting.product.language
            amount = write_measure(measure, source, setting.language, setting.phrases.by, short=False)
            values["amount"] = (amount, (found.path,))
        said = fill(concept.say[0], values)
        if said and fits_screen(said[0]):
            points.append(Point("concept", said[0].rstrip("."), [said[0]], (found.path,), source=said[0]))
    fresh = distinct(points, [], setting.language)
    # Fragments of a few words: two of them make a scene, the one that the story is about stays alone.
    short = [point for point in fresh if spoken_words(point.say[0]) <= SHORT_FRAGMENT and not _is_about(setting, point)]
    return [*(point for point in fresh if point not in short), *paired(short)]


def _rating_point(setting: Setting) -> Point | None:
    badge, phrases = setting.facts.rating_badge, setting.phrases
    if not badge or setting.arc == "review_led":
        return None
    if phrases is None:
        return Point("rating", "", [], ("rating",), badge=badge)
    pairs = phrases.rating["counted" if "reviews" in setting.facts.values else "plain"]
    for shown, said in turned(pairs, setting.seed):
        screen, sentence = fill(shown, setting.facts.values), fill(said, setting.facts.values)
        if screen and sentence:
            return Point("rating", screen[0], [sentence[0]], sentence[1], badge=badge)
    return None


def plan_story(setting: Setting, stuff: Stuff, wanted: int) -> Story:
    """Return the scenes in order: the hook, two to ``wanted`` of the body, the call to action."""
    hook, headline, told = _hook_plan(setting, stuff)
    points, spare = _body_points(setting, stuff, wanted - 1)
    tagline = stuff.tagline if stuff.tagline and stuff.tagline.say[0] not in told else None
    plans = [hook, _reveal_plan(setting, tagline)]
    leads = turned(setting.phrases.styles[setting.style].lead, setting.seed) if setting.phrases else []
    used = 0
    for number, point in enumerate(points):
        bare = point.kind == "feature" and (not point.fuller or setting.manner.terse) and len(point.say) == 1
        lead = None
        if _in_the_box(setting, point) and setting.arc == "unboxing" and setting.phrases and number == 0:
            lead = _lead_unless_said(setting.phrases.box.lead[0], point.source)
        elif (
            bare
            and number % 2
            and leads[used:]
            and leads[used] != "{rest}"
            and used < min(LEADS, len(leads))
            and screen_words(point.say[0]) <= LEAD_UP_TO_WORDS
        ):
            lead = leads[used]
            used += 1
        plans.append(_body_plan(setting, point, spare, lead))
    plans.append(_call_plan(setting, told))
    return Story(setting.arc, _numbered(setting, plans, points), headline)


def _numbered(setting: Setting, plans: list[Plan], points: list[Point]) -> list[Plan]:
    """Count the scenes of a list: the hook has promised so many."""
    if not _counts(setting, plans[0]):
        return plans
    first, total = 2, len(points)
    return [
        replace(plan, badge=f"{n - first + 1}/{total}", badge_paths=()) if first <= n < first + total else plan
        for n, plan in enumerate(plans)
    ]


def _counts(setting: Setting, hook: Plan) -> bool:
    return (
        bool(hook.screens)
        and setting.phrases is not None
        and any(
            hook.screens[0][0] == _filled_count(setting, shown) for shown, _ in setting.phrases.hooks["feature_parade"]
        )
    )


def _filled_count(setting: Setting, template: str) -> str | None:
    filled = fill(template, setting.counting)
    return as_sentence(filled[0]).rstrip(".") if filled else None


def _hook_plan(setting: Setting, stuff: Stuff) -> tuple[Plan, str, str]:
    """Return the first scene, what the title may begin with, and all that its narration says."""
    facts, phrases = setting.facts, setting.phrases
    if phrases is None:
        name = facts.values["name"]
        badge: Badge = (facts.rating_badge, ("rating",))
        if facts.discounted:
            badge = (facts.price_badge, ("price", "currency"))
        plan = Plan("hook", [name], [(as_sentence(name[0]), name[1])], [], badge[0], badge[1], "hero")
        return plan, "", name[0]
    style = phrases.styles[setting.style]
    pairs = phrases.hooks.get(setting.arc, [])
    lines: list[tuple[Line, Line]] = []
    title = True
    if setting.arc == "problem_solution" and setting.need:
        asks = phrases.concepts[setting.need].ask
        lines = [((ask, ()), (ask, ())) for ask in turned(asks, setting.seed)]
    elif setting.arc == "feature_parade":
        if stuff.tagline and stuff.tagline.whole and setting.manner.tagline and setting.seed % 3 != 2:
            line: Line = (stuff.tagline.say[0], stuff.tagline.paths)
            shown = stuff.tagline.say[0].rstrip(".") if fits_screen(stuff.tagline.say[0]) else stuff.tagline.screen
            lines = [((shown, stuff.tagline.paths), line)]
        else:
            title = False
            counted = _filled(setting, turned(pairs, setting.seed)) if setting.counting else []
            styled = _filled(setting, turned(style.hook, setting.seed))
            lines = [*styled, *counted] if setting.seed % 2 == 0 or not setting.counting else [*counted, *styled]
    else:
        lines = _filled(setting, turned(pairs, setting.seed))
    lines = [(screen, said) for screen, said in lines if fits_screen(screen[0])] or _filled(setting, style.hook)
    badges: dict[Arc, Badge] = {
        "deal": (facts.price_badge, ("price", "currency")),
        "review_led": (facts.rating_badge, ("rating",)),
    }
    badge = badges.get(setting.arc, NO_BADGE)
    most = max(SHORTEST_HOOK, HOOK_SHARE * setting.seconds)
    quick = [line for line in lines if seconds_to_say(line[1][0], setting.rate) <= most]
    first = quick[0] if quick else min(lines, key=lambda line: spoken_words(line[1][0]))
    # The words on screen and the words said belong together: no other line is tried.
    plan = Plan("hook", [first[0]], [first[1], (as_sentence(first[0][0]), first[0][1])], [], badge[0], badge[1], "hero")
    return plan, first[0][0] if title else "", first[1][0]


def _filled(setting: Setting, pairs: list[tuple[str, str]]) -> list[tuple[Line, Line]]:
    values = {**setting.facts.values, **setting.counting}
    found: list[tuple[Line, Line]] = []
    for shown, said in pairs:
        screen, sentence = fill(shown, values), fill(said, values)
        if screen and sentence:
            found.append(((_capital(screen[0]), screen[1]), (_capital(sentence[0]), sentence[1])))
    return found


def _capital(text: str) -> str:
    """Return ``text`` with its first letter large, after an opening question mark too."""
    start = 1 if text[:1] in "¿¡" else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def _reveal_plan(setting: Setting, tagline: Point | None) -> Plan:
    """The scene that names the product."""
    values, phrases = setting.facts.values, setting.phrases
    name = values["name"]
    own: list[Line] = [(as_sentence(name[0]), name[1])]
    if phrases is not None:
        brand = values.get("brand")
        shown_brand = brand and brand[0].casefold() not in setting.product.title.casefold()
        templates = phrases.present["brand"] if shown_brand else phrases.present["plain"]
        filled = fill(turned(templates, setting.seed)[0], values)
        own = [filled, *own] if filled else own
    else:
        own = []
    screens: list[Line] = [name] if phrases is not None else []
    if phrases is None and "brand" in values:
        screens = [values["brand"]]
    extras: list[Line] = [(tagline.say[0], tagline.paths)] if tagline and not setting.manner.terse else []
    return Plan("body", screens, own, extras, image_role="use" if setting.arc == "problem_solution" else "hero")


def _in_the_box(setting: Setting, point: Point) -> bool:
    pattern = setting.phrases.box.find if setting.phrases else "$^"
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", point.source, re.IGNORECASE) is not None


def _body_points(setting: Setting, stuff: Stuff, wanted: int) -> tuple[list[Point], list[Point]]:
    """Return the points of the body's scenes in order, and what is left to say.

    What the arc is about leads; a scene of specifications and the rating stand before the call to action.
    """
    about = [point for point in stuff.main if _is_about(setting, point)]
    main = [*about, *(point for point in stuff.main if point not in about)]
    specs = paired(stuff.specs)
    rating = [stuff.rating] if stuff.rating else []
    if setting.manner.prefers == "specs":
        main, specs = [*about, *specs, *(point for point in main if point not in about)], []
    # Features sell better than figures: a specification takes a scene where there are not enough of them.
    enough = len(main) + len(rating) >= wanted
    reserved = [*([] if enough else specs[:1]), *rating][: max(0, wanted - 1)]
    chosen = main[: max(1, wanted - len(reserved))]
    for others in (reserved, main, specs, rating):
        chosen += [point for point in others if point not in chosen][: max(0, wanted - len(chosen))]
    proof = [point for point in chosen if point.kind == "rating" or (point in specs and point not in about)]
    body = [*(point for point in chosen if point not in proof), *proof]
    if not body:
        body = [Point("look", "", [], ())]
    spare = [point for point in [*stuff.main, *specs] if point not in body and not point.claims]
    return body, spare


def _lead_unless_said(lead: str, text: str) -> str | None:
    """Return a lead, unless the text has its words ("In the box: … in one box")."""
    return (
        None
        if set(re.findall(r"\w{3,}", lead.casefold())) & set(re.findall(r"\w{3,}", text.casefold())) - {"rest", "the"}
        else lead
    )


def _is_about(setting: Setting, point: Point) -> bool:
    if setting.arc == "problem_solution" and setting.need:
        return setting.concepts[setting.need].path in point.paths or (
            setting.concepts[setting.need].path == point.fuller_path
        )
    if setting.arc == "unboxing":
        return _in_the_box(setting, point)
    if setting.arc == "how_to" and setting.phrases:
        return re.search(rf"(?<!\w)(?:{setting.phrases.how})(?!\w)", point.source, re.IGNORECASE) is not None
    return False


def _body_plan(setting: Setting, point: Point, spare: list[Point], lead: str | None) -> Plan:
    if point.kind == "look":
        looks = turned(setting.phrases.looks, setting.seed) if setting.phrases else []
        return Plan("body", [(look, ()) for look in looks], [], [])
    openings: list[Line] = [(sentence, point.paths) for sentence in point.say[:1]]
    if point.fuller and not setting.manner.terse:
        openings.insert(0, (point.fuller, (point.fuller_path,)))
    if lead and point.say:
        rest = after_lead(point.say[0], setting.page, setting.language)
        # A large letter after a colon is right in German alone: elsewhere a new sentence begins.
        stop = (
            lead.replace("\u00a0:", ".").replace(":", ".") if rest[0].isupper() and setting.language != "de" else lead
        )
        openings.insert(0, (stop.format(rest=rest), point.paths))
    # When a sentence is too long for its scene, the words on screen are said.
    if point.screen and point.whole and point.kind != "specs":
        openings.append((as_sentence(point.screen), point.paths))
    own: list[Line] = [*((sentence, point.paths) for sentence in point.say[1:]), *point.more]
    tells = point.kind in ("feature", "description", "concept") and not setting.manner.terse
    further: list[Line] = [
        (other.say[0], other.paths) for other in spare if tells and other.say and other.kind != "specs"
    ]
    paths = point.paths if point.badge else ()
    screens: list[Line] = [(point.screen, point.paths)]
    if point.kind != "rating" and point.say and point.say[0].rstrip(".") == point.screen:
        # What is said need not be read as well: a length of time says it at a glance.
        times = [measure for measure in measures_in(point.screen) if measure.unit.dimension == "duration"]
        screens = [*((point.screen[m.start : m.end], point.paths) for m in times[:1] if len(times) == 1), *screens]
    return Plan("body", screens, openings, [*own, *further], point.badge, paths)


def _call_plan(setting: Setting, told: str) -> Plan:
    facts, values, phrases = setting.facts, setting.facts.values, setting.phrases
    badge: Badge = (facts.price_badge, ("price", "currency")) if facts.price_badge else NO_BADGE
    price_told = facts.price_badge != "" and facts.price_badge in told
    if phrases is None:
        said: list[Line] = [(as_sentence(values["price"][0]), values["price"][1])] if "price" in values else []
        return Plan("call_to_action", setting.names(), said, [], badge[0], badge[1], "hero")
    in_stock = facts.stock == "InStock"
    order = ["shop", "plain"] if setting.seconds < SHORT_VIDEO or not facts.price_badge else []
    if facts.stock == "OutOfStock":
        order = ["sold_out"]
    elif facts.discounted and not price_told:
        order = ["deal", "price_stock" if in_stock else "price", *order]
    elif facts.discounted and price_told:
        order = ["saving", *(["stock"] if in_stock else []), *order]
    elif facts.price_badge:
        order = ["price_stock" if in_stock else "price", *order]
    elif in_stock:
        order = ["stock", *order]
    lines: list[Line] = []
    for kind in order:
        stock: tuple[str, ...] = ("availability",) if kind in ("price_stock", "stock", "sold_out") else ()
        filled = [line for text in turned(phrases.offer[kind], setting.seed) if (line := fill(text, values))]  # type: ignore[index]
        lines += [(text, (*paths, *stock)) for text, paths in filled]
    extras: list[Line] = []
    if facts.stock == "InStock" and order[0] == "deal":
        extras.append((turned(phrases.offer["stock"], setting.seed)[0], ("availability",)))
    if per := fill(phrases.unit_price[0], values):
        extras.append((as_sentence(per[0]), per[1]))
    if facts.stock != "OutOfStock":
        extras += [(line, ()) for line in turned(phrases.moods[setting.mood], setting.seed)[:1]]
    calls = phrases.sold_out if facts.stock == "OutOfStock" else phrases.styles[setting.style].call
    on_stock: tuple[str, ...] = ("availability",) if facts.stock == "OutOfStock" else ()
    screens: list[Line] = [(text, on_stock) for text in turned(calls, setting.seed)]
    return Plan("call_to_action", screens, lines, extras, badge[0], badge[1], "hero")
