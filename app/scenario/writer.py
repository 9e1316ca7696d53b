"""Writes the scenario of a product, from the product's own facts only."""

from __future__ import annotations

import unicodedata

from app.analysis.text import key_phrases
from app.analysis.words import clean, detect_language, words
from app.errors import InvalidInput
from app.models import ContentAnalysis, ImageAnalysis, Product, Scenario, Scene, Wishes
from app.scenario.facts import facts_of
from app.scenario.material import description_points
from app.scenario.phrases import phrases_for
from app.scenario.pictures import choose_motions, spread_images, usable_images
from app.scenario.planner import FEWEST_BODY_SCENES, HookKind, Plan, Setting, plan_scenes
from app.scenario.speech import Line, Narration, least_seconds, narrate, seconds_to_say, share_seconds
from app.scenario.wording import fits_screen, short_name, shorten

BODY_SCENES = ((12.0, 2), (20.0, 3), (60.0, 4))
"""Videos up to so many seconds -> the most body scenes."""
LONGEST_TITLE, LONGEST_URL, LONGEST_DESCRIPTION = 150, 500, 2000
INTRO_SENTENCES = 2
MOST_HASHTAGS, LONGEST_TAG = 8, 60
TAG_CATEGORIES = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd")


def write_scenario(
    product: Product, images: list[ImageAnalysis], wishes: Wishes, analysis: ContentAnalysis | None = None
) -> Scenario:
    """Return the scenario of a short for ``product``, offline and the same for the same input and ``wishes.seed``.

    The language is the wished one, else the page's. Where the two differ, only facts that need no translation are told:
    title, brand, price, rating, stock. A language without a file of phrases is told in the page's own words. The scenes
    last ``wishes.seconds`` together, each at least 2 s, and every number in them stands in the product.

    Raises:
        InvalidInput: the product has no title, or none of its pictures is usable.
    """
    title = clean(product.title)
    if not words(title) and not any(character.isalnum() for character in title):
        raise InvalidInput("The product has no title: a scenario needs one.")
    usable = usable_images(product, images)
    setting = _setting(product, title, wishes, analysis)
    plans = _plans_in_time(setting, wishes.seconds)
    return Scenario(
        title=shorten(title, LONGEST_TITLE) or "…",
        description=_description(setting),
        hashtags=_hashtags(setting),
        language=setting.language,
        wishes=wishes,
        scenes=_scenes(setting, plans, usable, wishes),
    )


def _setting(product: Product, title: str, wishes: Wishes, analysis: ContentAnalysis | None) -> Setting:
    source = product.language or (analysis.language if analysis else None)
    if source is None:
        source = detect_language("\n".join([product.title, product.description or "", *product.features]))
    language = wishes.language or source or "en"
    phrases = phrases_for(language)
    name = short_name(title, product.brand, source, phrases.connectors if phrases else [])
    facts = facts_of(product, name, language)
    hook: HookKind = "discount" if facts.discounted else "rating" if facts.rating_hooks else "plain"
    own_words = source is None or source == language
    return Setting(product, language, own_words, phrases, facts, hook, wishes.seed)


def _plans_in_time(setting: Setting, seconds: float) -> list[Plan]:
    """Return as many scenes as the time allows to be told, two of them in the body at least."""
    most = next(count for limit, count in BODY_SCENES if seconds <= limit)
    for wanted in range(most, FEWEST_BODY_SCENES, -1):
        plans = plan_scenes(setting, wanted)
        if sum(least_seconds(plan.openings, setting.rate) for plan in plans) <= seconds:
            return plans
    return plan_scenes(setting, FEWEST_BODY_SCENES)


def _scenes(setting: Setting, plans: list[Plan], images: list[ImageAnalysis], wishes: Wishes) -> list[Scene]:
    narrations = [Narration(plan.openings, plan.extras) for plan in plans]
    narrate(narrations, wishes.seconds, setting.rate)
    lengths = share_seconds([seconds_to_say(narration.text, setting.rate) for narration in narrations], wishes.seconds)
    pictures = spread_images(images, len(plans))
    motions = choose_motions(pictures, wishes.width, wishes.height, wishes.seed)
    shown: set[str] = set()
    scenes = []
    for plan, narration, seconds, picture, motion in zip(plans, narrations, lengths, pictures, motions, strict=True):
        screen, screen_fields = _first_new(plan.screens, shown)
        scenes.append(
            Scene(
                role=plan.role,
                image=picture.url,
                motion=motion,
                on_screen_text=screen,
                badge=plan.badge,
                narration=narration.text,
                seconds=seconds,
                facts=list(dict.fromkeys([*screen_fields, *narration.fields, *plan.badge_fields])),
            )
        )
    return scenes


def _first_new(lines: list[Line], shown: set[str]) -> Line:
    """Return the first line that fits the screen and is not shown yet, and note it; an empty one when none is left."""
    for text, fields in lines:
        if text.casefold() not in shown and fits_screen(text):
            shown.add(text.casefold())
            return text, fields
    return "", ()


def _description(setting: Setting) -> str:
    """What stands under the video: the first sentences of the page's description, the price, the address."""
    product, values = setting.product, setting.facts.values
    lines = []
    if setting.own_words:
        told = [point.source for point in description_points(product, setting.language, setting.connectors)]
        lines.append(" ".join(told[:INTRO_SENTENCES]))
    lines.append(setting.colon.join(value for key in ("name", "price") if (value := values.get(key))))
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
