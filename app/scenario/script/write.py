"""Product + pictures + wishes -> scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import NoReturn

from app.analysis.words import clean
from app.errors import InvalidInput
from app.models import Audience, ImageAnalysis, Product, Scenario, Scene, Support, Wishes
from app.scenario.audience import audience_of, style_for
from app.scenario.check import check_scenario
from app.scenario.colours import colour_named
from app.scenario.locales import write_number
from app.scenario.manner import PACES
from app.scenario.pictures import choose_motions, spread_images, usable_images
from app.scenario.script.brief import Brief, brief_of
from app.scenario.script.caption import description_of, hashtags_of, title_of
from app.scenario.script.draft import Draft
from app.scenario.script.fitting import called, distinct, gathered, room_for, shortened
from app.scenario.script.hooks import Hook, hooks, plain_hook
from app.scenario.script.language import language_for, rate_of
from app.scenario.script.plan import FEWEST_SCENES, MOST_SCENES, SCENE_SECONDS, plan
from app.scenario.script.tellings import Telling
from app.scenario.wording import screen_words, spoken_words

QUIETER = (0.8, 0.6, 0.4)
"""Shares of what could be said that are tried where even the fewest scenes take too long."""
SHORTEST_SCENE, LONGEST_SCENE = 1.8, 7.0
READ_WORDS_A_SECOND = 3.4
PAUSE = 0.35
LONGEST_HOOK, SHORTEST_SHOWN, OPENING, LONGEST_CLOSING = 2.9, 1.5, 3.4, 4.0
SCREEN_WORDS_A_SECOND, ROW_SECONDS, LONGEST_TABLE = 4.0, 0.55, 4.0
HASTE = 1.1
"""How much faster than at ease the hook may have to be said."""
THIN, FEWEST_FULL = 0.8, 4
"""A script that needs less of its time, or has fewer scenes, is told in about ``LONGEST_THIN`` seconds."""
SHORTEST_VIDEO, LONGEST_THIN = 10.0, 12.0
EASE = 1.25
"""How much longer than needed a thin page's script is shown."""
WAYS = 5
"""Seeds from which the ways to tell a product begin anew."""
LEAST_HOOK = 1.3
"""What a beginning has to weigh; one with less holds nobody, and the name is a better one."""
FEWEST_WAYS = 3
TRIES = 5
"""Hooks that are tried until a script passes the checks."""
ALWAYS_TOLD, FURTHER = 3, 4
"""So many of the strongest facts every seed tells; the next seed begins so many facts further in the others."""


def write(product: Product, images: list[ImageAnalysis], wishes: Wishes, seeds: Iterable[int]) -> Iterator[Scenario]:
    """Yield the scenario of a short for each of some seeds, whatever ``wishes`` has; see ``app.scenario.writer``.

    What the scripts are written from is looked for once.
    """
    if not any(character.isalnum() for character in clean(product.title)):
        raise InvalidInput("too little to tell, because the product has no title")
    usable = usable_images(product, images)
    audience = wishes.audience or audience_of(product)
    style = wishes.style or style_for(audience)
    brief = brief_of(product, wishes)
    if not brief.shown_name:
        raise InvalidInput("too little to tell, because the product's title is no name")
    for seed in seeds:
        own = wishes.model_copy(update={"style": style, "seed": seed})
        own = own.model_copy(update={"mood": own.set_mood})
        yield _passing(replace(brief, seed=seed), product, usable, own, audience)


def _passing(
    brief: Brief, product: Product, usable: list[ImageAnalysis], wishes: Wishes, audience: Audience
) -> Scenario:
    """Return the first script that passes the checks; ``product``: as it came, ``brief`` has it without markup."""
    problems: list[str] = []
    for hook in _ways(brief, wishes)[:TRIES]:
        scenario = _written(brief, hook, usable, wishes, audience)
        problems = check_scenario(scenario, product, facts=brief.facts)
        if not problems:
            return scenario
    raise InvalidInput(f"too little to tell, because no script passes the checks: {problems[0]}")


def _written(brief: Brief, hook: Hook, usable: list[ImageAnalysis], wishes: Wishes, audience: Audience) -> Scenario:
    product = brief.product
    brief = replace(brief, tellings=_in_order(brief, hook, wishes.seed))
    rate = rate_of(brief.code) * PACES[wishes.set_mood].speech
    drafts = _drafts(brief, hook, wishes, rate)
    seconds = _seconds(drafts, wishes.seconds, rate)
    lengths = _lengths(drafts, seconds, rate)
    named = [colour_named(" ".join([draft.say, *_read(draft)]), brief.code) for draft in drafts]
    pictures = spread_images(usable, [one.image_role for one in drafts], wishes.seed, product.images[0], named)
    motions = choose_motions(pictures, wishes.width, wishes.height, wishes.seed)
    scenes = [
        Scene(
            role=draft.role, image=picture.url, motion=motion, on_screen_text=draft.screen, badge=draft.badge,
            narration=draft.say, seconds=length, layout=draft.layout, points=draft.points, facts=supports(draft),
        )
        for draft, picture, motion, length in zip(drafts, pictures, motions, lengths, strict=True)
    ]  # fmt: skip
    return Scenario(
        title=title_of(brief, drafts[0]),
        description=description_of(brief),
        hashtags=hashtags_of(brief),
        language=brief.code,
        wishes=wishes,
        arc=hook.arc,
        audience=audience,
        scenes=scenes,
        notes=_notes(brief, wishes.seconds, seconds),
    )


def supports(draft: Draft) -> list[Support]:
    """Return what each text that a scene shows or says rests on."""
    told = {draft.say, *_read(draft)}
    return [Support(text=text, facts=paths) for text, paths in draft.sources.items() if text in told and text]


def _read(draft: Draft) -> list[str]:
    """Return what a scene has to be read."""
    return [draft.screen, draft.badge, *(text for point in draft.points for text in point.texts)]


def told_in(draft: Draft, rate: float) -> float:
    """Return the seconds that a scene needs to be read and heard at ease, at ``rate`` words a second."""
    read = len(" ".join(_read(draft)).split())
    said = spoken_words(draft.say) / rate + PAUSE if draft.say else 0.0
    seconds = read / READ_WORDS_A_SECOND
    if draft.layout == "specs":
        seconds = min(seconds, LONGEST_TABLE)  # a table is looked over, not read
    return min(LONGEST_SCENE, max(SHORTEST_SCENE, said, seconds))


def least_of(draft: Draft, rate: float) -> float:
    """Return the seconds in which a scene can just be read and heard."""
    said = spoken_words(draft.say) / (HASTE * rate)
    table = ROW_SECONDS * (1 + len(draft.points)) if draft.layout == "specs" else 0.0
    return max(SHORTEST_SHOWN, said, table, (screen_words(draft.screen) + 1) / SCREEN_WORDS_A_SECOND)


def _drafts(brief: Brief, hook: Hook, wishes: Wishes, rate: float) -> list[Draft]:
    """Return as many scenes as the mood's pace asks for and the time allows."""
    wanted = round(wishes.seconds / (SCENE_SECONDS * PACES[wishes.set_mood].scene))
    most = max(FEWEST_SCENES, min(MOST_SCENES, wanted))
    drafts: list[Draft] = []
    tries = [(number, 1.0) for number in range(most, FEWEST_SCENES - 1, -1)]
    for number, share in [*tries, *((FEWEST_SCENES, share) for share in QUIETER)]:
        room = share * room_for(wishes.seconds, rate, number)
        planned = plan(brief, replace(hook, draft=deepcopy(hook.draft)), number, room, OPENING * HASTE * rate)
        drafts = shortened(planned, room)
        drafts = distinct(gathered(drafts), brief.language.colon if brief.language else ": ")
        drafts = called(drafts, brief, room)
        if sum(least_of(draft, rate) for draft in drafts) <= wishes.seconds:
            break
    return drafts


def _lengths(drafts: list[Draft], seconds: float, rate: float) -> list[float]:
    """Return each scene's length: the least that it can do with, and of the rest a share by what it needs.

    The hook is soon over, and the offer is no place to wait.
    """
    least = [least_of(draft, rate) for draft in drafts]
    needs = [told_in(draft, rate) for draft in drafts]
    needs[0] = min(needs[0], max(least[0], LONGEST_HOOK))
    needs[-1] = min(needs[-1], max(least[-1], LONGEST_CLOSING))
    wanting = [max(0.0, need - low) for need, low in zip(needs, least, strict=True)]
    rest = seconds - sum(least)
    share = min(1.0, rest / sum(wanting)) if sum(wanting) else 0.0
    lengths = [low + share * more for low, more in zip(least, wanting, strict=True)]
    scale = (seconds - lengths[0]) / sum(lengths[1:])
    lengths = [round(lengths[0], 2), *(round(scale * length, 2) for length in lengths[1:])]
    longest = lengths.index(max(lengths[1:-1] or lengths[1:]), 1)
    lengths[longest] = round(lengths[longest] + seconds - sum(lengths), 2)
    return lengths


def _seconds(drafts: list[Draft], wished: float, rate: float) -> float:
    """Return how long the video is: shorter than wished where there is too little to tell."""
    needed = sum(told_in(draft, rate) for draft in drafts)
    if needed >= THIN * wished and len(drafts) >= FEWEST_FULL:
        return wished
    return max(SHORTEST_VIDEO, min(wished, max(LONGEST_THIN, round(needed, 1)), round(EASE * needed, 1)))


def _ways(brief: Brief, wishes: Wishes) -> list[Hook]:
    """Return the hooks in the order of a seed: the best of each arc by turns, then what else begins well."""
    found = hooks(brief)
    ways = [hook for hook in found if hook.weight >= LEAST_HOOK]
    if not ways:
        return [plain_hook(brief) or _too_little(brief), *found]
    ways = found[: max(len(ways), FEWEST_WAYS)]  # other seeds are other scripts
    fitting = [way for way in ways if way.arc == wishes.arc]
    best: list[Hook] = []
    for way in ways:
        if all(way.arc != other.arc for other in best):
            best.append(way)
    order = [*best, *(way for way in ways if way not in best)]
    if wishes.arc is not None and fitting:
        return [*_turned(fitting, wishes.seed), *(way for way in order if way not in fitting)]
    return [*_turned(order[:WAYS], wishes.seed), *order[WAYS:]]


def _turned(ways: list[Hook], seed: int) -> list[Hook]:
    start = seed % len(ways)
    return ways[start:] + ways[:start]


def _in_order(brief: Brief, hook: Hook, seed: int) -> tuple[Telling, ...]:
    """Return what is told, the strongest first; behind these another seed begins elsewhere."""
    left = [one for one in brief.tellings if one not in hook.uses]
    strongest, others = left[:ALWAYS_TOLD], left[ALWAYS_TOLD:]
    start = FURTHER * (seed % WAYS) % len(others) if others else 0
    return (*hook.uses, *strongest, *others[start:], *others[:start])


def _too_little(brief: Brief) -> NoReturn:
    title = clean(brief.product.title)[:80]
    if not brief.own_words and brief.facts:
        raise InvalidInput(
            f"too little to tell, because nothing of {title!r} can be told in another language: {brief.code}"
        )
    known = " and ".join(["name", *(["price"] if brief.price else [])])
    raise InvalidInput(f"too little to tell, because the page of {title!r} has no facts but its {known}")


def _notes(brief: Brief, wished: float, seconds: float) -> list[str]:
    language = brief.language or language_for("en")
    if seconds >= wished or language is None:
        return []
    told = {"seconds": wished, "shorter": seconds}
    written = {
        name: write_number(Decimal(str(round(value, 1))).normalize(), brief.code) for name, value in told.items()
    }
    return [language.thin.format(**written)]
