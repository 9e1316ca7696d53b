"""Chooses the story and what each scene tells, by the facts at hand; how long it takes is settled afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from app.models import Arc, ImageRole, SceneRole
from app.scenario.facts import LONGEST_BADGE
from app.scenario.features import lowered_in
from app.scenario.hooks import Hook, as_line, choose_hook
from app.scenario.material import paired
from app.scenario.phrases import Offer, fill, turned
from app.scenario.points import Point
from app.scenario.setting import Setting
from app.scenario.speech import Line
from app.scenario.stuff import Stuff
from app.scenario.wording import as_sentence

FEWEST_BODY_SCENES = 2
SHORT_VIDEO = 15.0
"""Seconds under which there may be no time to say a price: it is shown."""
NAMES_THE_THING = re.compile(r"\{(?:the|object|called)\}")
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


def plan_story(setting: Setting, stuff: Stuff, wanted: int) -> Story:
    """Return the scenes in order: the hook, two to ``wanted`` of the body, the call to action."""
    hook = choose_hook(setting, stuff) if setting.phrases is not None else None
    told = hook.said[0] if hook else setting.facts.values["name"][0]
    if hook is not None:
        # What the opening has answered is not told again.
        stuff = replace(stuff, specs=[point for point in stuff.specs if point.ask != told])
    points, spare = _body_points(setting, stuff, wanted - 1)
    tagline = stuff.tagline if stuff.tagline and stuff.tagline.say[0] not in told else None
    plans = [_hook_plan(setting, hook), _reveal_plan(setting, tagline)]
    leads = _leads(setting)
    for number, point in enumerate(points):
        lead = None
        if number == 0 and _in_the_box(setting, point) and setting.arc == "unboxing" and setting.phrases:
            lead = _lead_unless_said(setting.phrases.box.lead[0], point.source)
        elif point.bare and not point.carried and _is_fragment(setting, point):
            lead = leads.pop(0) if leads else None
        plans.append(_body_plan(setting, point, spare, lead))
    plans.append(_call_plan(setting, told))
    headline = hook.screen[0] if hook and hook.titles else ""
    return Story(setting.arc, _numbered(plans, points, hook), headline)


def _leads(setting: Setting) -> list[str]:
    """What leads in a line that is no sentence, each once: the style's ways, then the language's."""
    if setting.phrases is None:
        return []
    own = [lead for lead in turned(setting.phrases.styles[setting.style].lead, setting.seed) if lead != "{rest}"]
    return [*own, *turned(setting.phrases.leads, setting.seed)]


def _is_fragment(setting: Setting, point: Point) -> bool:
    """Tell whether a point of the page's list is said as it stands there, without a verb."""
    return point.kind == "feature" and len(point.say) == 1 and point.fragment and setting.phrases is not None


def _numbered(plans: list[Plan], points: list[Point], hook: Hook | None) -> list[Plan]:
    """Count the scenes of a list: the hook has promised so many."""
    if hook is None or not hook.counts:
        return plans
    first, total = 2, len(points)
    return [
        replace(plan, badge=f"{n - first + 1}/{total}", badge_paths=()) if first <= n < first + total else plan
        for n, plan in enumerate(plans)
    ]


def _hook_plan(setting: Setting, hook: Hook | None) -> Plan:
    facts = setting.facts
    if hook is None:
        name = facts.values["name"]
        badge: Badge = (facts.rating_badge, ("rating",))
        if facts.discounted:
            badge = (facts.price_badge, ("price", "currency"))
        return Plan("hook", [name], [(as_sentence(name[0]), name[1])], [], badge[0], badge[1], "hero")
    badges: dict[Arc, Badge] = {
        "deal": (facts.price_badge, ("price", "currency")),
        "review_led": (facts.rating_badge, ("rating",)),
    }
    badge = badges.get(setting.arc, NO_BADGE)
    return Plan("hook", [hook.screen], as_line(hook), [], badge[0], badge[1], "hero")


def _reveal_plan(setting: Setting, tagline: Point | None) -> Plan:
    """The scene that names the product."""
    values, phrases = setting.facts.values, setting.phrases
    name = values["name"]
    own: list[Line] = []
    if phrases is not None:
        brand = values.get("brand")
        shown_brand = brand and brand[0].casefold() not in setting.product.title.casefold()
        kinds: tuple[Literal["brand", "plain"], ...] = ("brand", "plain") if shown_brand else ("plain",)
        for kind in kinds:
            own += _filled(phrases.present[kind], setting)[:1]
        own.append((as_sentence(name[0]), name[1]))
    screens: list[Line] = [name] if phrases is not None else []
    if phrases is None and "brand" in values:
        screens = [values["brand"]]
    extras: list[Line] = [(tagline.say[0], tagline.paths)] if tagline and not setting.manner.terse else []
    return Plan("body", screens, own, extras, image_role="use" if setting.arc == "problem_solution" else "hero")


def _filled(templates: list[str], setting: Setting) -> list[Line]:
    """Return the templates whose facts are known, those that name the thing first, another one for each seed."""
    found = [(t, line) for t in turned(templates, setting.seed) if (line := fill(t, setting.facts.values))]
    named = [line for template, line in found if NAMES_THE_THING.search(template)]
    return [*named, *(line for _, line in found if line not in named)]


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
        rest = as_sentence(point.say[0])
        small = lowered_in(rest, setting.page, setting.language)
        openings = [(lead.format(rest=small, small=small), point.paths), *openings[:-1]]
    # When a sentence is too long for its scene, the words on screen are said.
    if point.screen and point.whole and point.kind not in ("specs", "rating"):
        openings.append((as_sentence(point.bare or point.screen), point.paths))
    own: list[Line] = [*((sentence, point.paths) for sentence in point.say[1:]), *point.more]
    tells = point.kind in ("feature", "description", "concept") and not setting.manner.terse
    further: list[Line] = [
        (other.say[0], other.paths)
        for other in spare
        if tells and other.say and other.kind != "specs" and not (other.fragment and not other.carried)
    ]
    paths = point.paths if point.badge else ()
    screens: list[Line] = [(point.screen, point.paths)]
    return Plan("body", screens, openings, [*own, *further], point.badge, paths)


def _call_plan(setting: Setting, told: str) -> Plan:
    facts, values, phrases = setting.facts, setting.facts.values, setting.phrases
    badge: Badge = (facts.price_badge, ("price", "currency")) if facts.price_badge else NO_BADGE
    if phrases and (per := fill(phrases.unit_price[0], values)) and len(badge[0]) + len(per[0]) < LONGEST_BADGE:
        badge = (f"{badge[0]} · {per[0]}", (*badge[1], *per[1]))
    price_told = facts.price_badge != "" and facts.price_badge in told
    if phrases is None:
        said: list[Line] = [(as_sentence(values["price"][0]), values["price"][1])] if "price" in values else []
        return Plan("call_to_action", setting.names(), said, [], badge[0], badge[1], "hero")
    in_stock = facts.stock == "InStock"
    stocked: list[Offer] = ["stock"] if in_stock else []
    order: list[Offer] = ["shop", "plain"] if setting.seconds < SHORT_VIDEO or not facts.price_badge else []
    if facts.stock == "OutOfStock":
        order = ["sold_out"]
    elif facts.discounted and not price_told:
        order = ["deal", "price_stock" if in_stock else "price", *order]
    elif facts.discounted and price_told:
        order = ["saving", *stocked, *order]
    elif facts.price_badge:
        order = ["price_stock" if in_stock else "price", *order]
    elif in_stock:
        order = ["stock", *order]
    lines: list[Line] = []
    for kind in order:
        stock: tuple[str, ...] = ("availability",) if kind in ("price_stock", "stock", "sold_out") else ()
        lines += [(text, (*paths, *stock)) for text, paths in _filled(phrases.offer[kind], setting)]
    extras: list[Line] = []
    if facts.stock == "InStock" and order[0] in ("deal", "saving"):
        extras += [(text, (*paths, "availability")) for text, paths in _filled(phrases.offer["stock"][-1:], setting)]
    if facts.stock != "OutOfStock":
        extras += [(line, ()) for line in turned(phrases.moods[setting.mood], setting.seed)[:1]]
    calls = phrases.sold_out if facts.stock == "OutOfStock" else phrases.styles[setting.style].call
    on_stock: tuple[str, ...] = ("availability",) if facts.stock == "OutOfStock" else ()
    screens: list[Line] = [(text, on_stock) for text in turned(calls, setting.seed)]
    return Plan("call_to_action", screens, lines, extras, badge[0], badge[1], "hero")
