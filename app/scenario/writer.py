"""Writes the scenario of a product, from the product's own facts only."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from app.analysis.text import key_phrases
from app.analysis.words import clean, words
from app.errors import InvalidInput
from app.models import ImageAnalysis, Product, Scenario, Scene, Support, Wishes
from app.scenario.audience import audience_of, style_for
from app.scenario.features import quieted
from app.scenario.layouts import with_layouts
from app.scenario.locales import write_number
from app.scenario.manner import PACES
from app.scenario.material import description_points
from app.scenario.phrases import fill, turned
from app.scenario.pictures import choose_motions, spread_images, usable_images
from app.scenario.planner import FEWEST_BODY_SCENES, Plan, Story, plan_story
from app.scenario.setting import Setting, make_setting, needs_of, supported_arcs
from app.scenario.speech import Line, Narration, least_seconds, narrate, seconds_at_ease, seconds_to_say, share_seconds
from app.scenario.stuff import Stuff, gather
from app.scenario.wording import fits_screen, parts_told, shorten

MOST_BODY_SCENES = 12
LONGEST_LOOK = 7.0
"""Seconds that a scene lasts at most, where there are pictures to cut to."""
LONGEST_TITLE, LONGEST_URL, LONGEST_DESCRIPTION = 100, 500, 2000
INTRO_SENTENCES = 2
MOST_HASHTAGS, LONGEST_TAG = 8, 40
TAG_CATEGORIES = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd")


def write_scenario(product: Product, images: list[ImageAnalysis], wishes: Wishes) -> Scenario:
    """Return the scenario of a short for ``product``, offline and the same for the same input and ``wishes.seed``.

    The language is the wished one, else the page's. Where the two differ, only what needs no translation, or has a
    safe one, is told: title, brand, price, rating, stock, measures, materials, colours, and what many products can. A
    language without a file of phrases is told in the page's own words. The scenes last ``wishes.seconds`` together,
    each at least 2 s, and every statement in them rests on the facts that its scene names.

    Raises:
        InvalidInput: the product has no title, or none of its pictures is usable.
    """
    title = quieted(clean(product.title), product.language)
    if not words(title) and not any(character.isalnum() for character in title):
        raise InvalidInput("The product has no title: a scenario needs one.")
    usable = usable_images(product, images)
    audience = wishes.audience or audience_of(product)
    style = wishes.style or style_for(audience)
    setting = _with_story(make_setting(product, title, wishes, style, audience), wishes)
    story = _story_in_time(setting, len(usable))
    return Scenario(
        title=_title(story, title),
        description=_description(setting),
        hashtags=_hashtags(setting),
        language=setting.language,
        wishes=wishes.model_copy(update={"style": style}),
        arc=story.arc,
        audience=audience,
        scenes=with_layouts(_scenes(setting, story.plans, usable, wishes), setting, usable),
    )


def _with_story(setting: Setting, wishes: Wishes) -> Setting:
    """Choose the arc: the wished one if the facts support it, else by style, another one for each seed."""
    stuff = gather(setting)
    texts = [f"{point.source} {point.fuller}" for point in stuff.main]
    arcs = setting.manner.ranked(supported_arcs(setting, texts))
    told = {path for point in stuff.main for path in (*point.paths, point.fuller_path)}
    needs = [need for need in needs_of(setting) if setting.concepts[need].path in told]
    if not needs and "problem_solution" in arcs:
        arcs.remove("problem_solution")
    arc = wishes.arc if wishes.arc in arcs else turned(arcs, setting.seed)[0]
    need = turned(needs, setting.seed)[0] if arc == "problem_solution" else None
    return replace(setting, arc=arc, need=need)


def _story_in_time(setting: Setting, pictures: int) -> Story:
    """Return as many scenes as the mood's pace asks for and the time allows to be told."""
    stuff = gather(setting)
    most = min(
        MOST_BODY_SCENES, max(FEWEST_BODY_SCENES, round(setting.seconds / PACES[setting.mood].scene_seconds) - 2)
    )
    story = plan_story(setting, stuff, most)
    for wanted in range(most, FEWEST_BODY_SCENES - 1, -1):
        story = plan_story(_promising(setting, stuff, wanted), stuff, wanted)
        needs = [seconds_at_ease(plan.openings, setting.rate) for plan in story.plans]
        # Who tells in sentences wants the time for one of them at least, rather than one more scene.
        chosen = _sentence_scene(setting, story.plans)
        if chosen is not None:
            needs[chosen] = least_seconds(story.plans[chosen].openings[:1], setting.rate)
        if sum(needs) <= setting.seconds:
            break
    return replace(story, plans=_with_looks(setting, story.plans, pictures))


def _promising(setting: Setting, stuff: Stuff, wanted: int) -> Setting:
    """Let a hook promise as many points as the body will have."""
    if setting.phrases is None:
        return setting
    counted = len([plan for plan in plan_story(setting, stuff, wanted).plans[2:-1] if plan.openings])
    counts = setting.phrases.counts
    if not 2 <= counted < len(counts) + 2:
        return setting
    word = counts[counted - 2]
    seconds = write_number(round(setting.seconds), setting.language)
    return replace(setting, counting={"count": (word, ()), "seconds": (seconds, ())})


def _with_looks(setting: Setting, plans: list[Plan], pictures: int) -> list[Plan]:
    """Add scenes that only show, where the facts are few for the time."""
    lacking = int(setting.seconds / LONGEST_LOOK + 0.999) - len(plans)
    extra = max(0, min(lacking, pictures - 1))
    if not extra or setting.phrases is None:
        return plans
    looks: list[Line] = [(look, ()) for look in turned(setting.phrases.looks, setting.seed)]
    more = [Plan("body", looks[n:] + looks[:n], [], []) for n in range(extra)]
    return [*plans[:2], *more, *plans[2:]]


def _scenes(setting: Setting, plans: list[Plan], images: list[ImageAnalysis], wishes: Wishes) -> list[Scene]:
    narrations = [Narration(list(plan.openings), plan.extras) for plan in plans]
    narrate(narrations, wishes.seconds, setting.rate, _sentence_scene(setting, plans))
    lengths = share_seconds([seconds_to_say(narration.text, setting.rate) for narration in narrations], wishes.seconds)
    main = setting.product.images[0]
    pictures = spread_images(images, [plan.image_role for plan in plans], setting.seed, main)
    motions = choose_motions(pictures, wishes.width, wishes.height, wishes.seed + list(PACES).index(setting.mood))
    shown: set[str] = set()
    scenes = []
    for plan, narration, seconds, picture, motion in zip(plans, narrations, lengths, pictures, motions, strict=True):
        screen, screen_paths = _first_new(plan.screens, shown)
        facts = [Support(text=text, facts=list(paths)) for text, paths in narration.said]
        for text, paths in ((screen, screen_paths), (plan.badge, plan.badge_paths)):
            if text and all(fact.text != text for fact in facts):
                facts.append(Support(text=text, facts=list(paths)))
        scenes.append(
            Scene(
                role=plan.role,
                image=picture.url,
                motion=motion,
                on_screen_text=screen,
                badge=plan.badge,
                narration=narration.text,
                seconds=seconds,
                facts=facts,
            )
        )
    return scenes


def _sentence_scene(setting: Setting, plans: list[Plan]) -> int | None:
    """Return the scene whose whole sentence a style that tells in sentences makes room for."""
    if setting.manner.prefers != "description":
        return None
    longer = [
        least_seconds(plan.openings[:1], setting.rate) - least_seconds(plan.openings, setting.rate)
        for plan in plans[:-1]
    ]
    return longer.index(max(longer))


def _first_new(lines: list[Line], shown: set[str]) -> Line:
    """Return the first line that fits the screen and is not shown yet, and note it; an empty one when none is left."""
    for text, paths in lines:
        if text and shown.isdisjoint(parts_told(text)) and fits_screen(text):
            shown |= parts_told(text)
            return text, paths
    return "", ()


def _title(story: Story, title: str) -> str:
    """The opening and the product; the product alone where the opening says nothing of it, or both are too long."""
    opening = story.headline.rstrip(".…")
    joint = " " if opening.endswith(("?", "!", "\u061f")) else " – "
    both = f"{opening}{joint}{title}"
    if opening and len(both) <= LONGEST_TITLE and opening.casefold() not in title.casefold():
        return both
    return shorten(title, LONGEST_TITLE) or "…"


def _description(setting: Setting) -> str:
    """What stands under the video: the first sentences of the page's description, the price, the address."""
    product, values = setting.product, setting.facts.values
    lines = []
    if setting.own_words:
        points = description_points(product, setting.language, setting.connectors)
        lines.append(" ".join([point.say[0] for point in points if not point.claims][:INTRO_SENTENCES]))
    lines.append(setting.colon.join(values[key][0] for key in ("name", "price") if key in values))
    if setting.phrases and "rating" in values:
        pair = setting.phrases.rating["counted" if "reviews" in values else "plain"][0]
        lines += [filled[0] for filled in [fill(pair[0], values)] if filled]
    if product.url and product.url.startswith(("https://", "http://")) and len(product.url) <= LONGEST_URL:
        lines.append(product.url)
    return shorten("\n".join(line for line in lines if line), LONGEST_DESCRIPTION)


def _hashtags(setting: Setting) -> list[str]:
    """Tags from the brand, and in the page's language from its categories (the narrowest first) and title."""
    product = setting.product
    sources = [product.brand or ""]
    if setting.own_words:
        # A single word of the title ("mug", "ml") is too common for a tag.
        found = [phrase for phrase in key_phrases(product.title, setting.language) if " " in phrase]
        sources += [*reversed(product.categories), *found]
    tags: dict[str, str] = {}
    for source in sources:
        parts = "".join(c if unicodedata.category(c) in TAG_CATEGORIES else " " for c in clean(source)).split()
        tag = "".join(part[0].upper() + part[1:] for part in parts)
        if tag and len(tag) <= LONGEST_TAG and not tag[0].isdigit():
            tags.setdefault(tag.casefold(), f"#{tag}")
    return list(tags.values())[:MOST_HASHTAGS]
