"""Finds what is wrong with a scenario, a person's edited one too, and says what to do about it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from app.analysis.words import clean
from app.models import Product, Scenario
from app.scenario.facts import write_price, write_rating
from app.scenario.phrases import phrases_for
from app.scenario.speech import PAUSE
from app.scenario.wording import DEFAULT_RATE, RATES, numbers_in, screen_words, spoken_words

SHORTEST_VIDEO, LONGEST_VIDEO = 10.0, 60.0
LENGTH_TOLERANCE = 0.05
HASTE = 1.2
"""How much faster than the calm rate a narration may have to be spoken."""
SCREEN_WORDS_A_SECOND = 4.0
MOST_SCREEN_WORDS = 12


def supported_numbers(product: Product, language: str) -> set[Hashable]:
    """Return all readings of all numbers that the product holds, in its texts and in its price, rating and counts."""
    texts = [product.title, product.description, product.brand, product.sku, product.gtin, product.url, product.shop]
    texts += [*product.categories, *product.features, *product.specs, *product.specs.values()]
    # Cleaned as the writer cleans them: a number that a hidden character splits is one number in both.
    written = [clean(text) for text in texts if text]
    for amount in (product.price, product.list_price):
        if amount is not None:
            written += [str(amount), write_price(amount, product.currency or "XXX", language)]
    if product.rating is not None:
        written += [str(product.rating), write_rating(product.rating, language)]
    if product.review_count is not None:
        written.append(str(product.review_count))
    return {reading for text in written for readings in numbers_in(text).values() for reading in readings}


def check_scenario(scenario: Scenario, product: Product, *, edited: bool = False) -> list[str]:
    """Return what is wrong, one sentence for each problem, naming scene and field; an empty list means fine.

    With ``edited`` the numbers are left alone: a person may write what they answer for.
    """
    return [
        *_length_problems(scenario),
        *_picture_problems(scenario, product),
        *_time_problems(scenario),
        *_repeat_problems(scenario),
        *([] if edited else _number_problems(scenario, product)),
    ]


def _length_problems(scenario: Scenario) -> Iterable[str]:
    if not SHORTEST_VIDEO - LENGTH_TOLERANCE <= scenario.seconds <= LONGEST_VIDEO + LENGTH_TOLERANCE:
        change = "Lengthen" if scenario.seconds < SHORTEST_VIDEO else "Shorten"
        yield (
            f"The scenes last {scenario.seconds:.1f} s together; a short lasts {SHORTEST_VIDEO:.0f} to "
            f"{LONGEST_VIDEO:.0f} s. {change} some scenes."
        )


def _picture_problems(scenario: Scenario, product: Product) -> Iterable[str]:
    for number, scene in enumerate(scenario.scenes, 1):
        if scene.image not in product.images:
            yield f"Scene {number}, image: {scene.image[:200]!r} is no picture of this product. Choose another."


def _time_problems(scenario: Scenario) -> Iterable[str]:
    phrases = phrases_for(scenario.language)
    rate = phrases.words_per_second if phrases else RATES.get(scenario.language, DEFAULT_RATE)
    for number, scene in enumerate(scenario.scenes, 1):
        said = spoken_words(scene.narration)
        needed = said / (rate * HASTE)
        if needed > scene.seconds:
            fitting = max(1, int((scene.seconds - PAUSE) * rate))
            yield (
                f"Scene {number}, narration: it takes about {needed:.0f} s, the scene lasts {scene.seconds:g} s. "
                f"Shorten it to about {fitting} words, or give the scene {said / rate + PAUSE:.0f} s."
            )
        read = screen_words(scene.on_screen_text)
        most = min(MOST_SCREEN_WORDS, int(scene.seconds * SCREEN_WORDS_A_SECOND))
        if read > most:
            yield (
                f"Scene {number}, on_screen_text: {read} words are too many to read in {scene.seconds:g} s. "
                f"Shorten it to {most} words or fewer."
            )


def _repeat_problems(scenario: Scenario) -> Iterable[str]:
    for field in ("on_screen_text", "narration"):
        first: dict[str, int] = {}
        for number, scene in enumerate(scenario.scenes, 1):
            text = clean(getattr(scene, field)).casefold()
            if text and (earlier := first.setdefault(text, number)) != number:
                yield f"Scene {number}, {field}: it says the same as scene {earlier}. Change one of them."


def _number_problems(scenario: Scenario, product: Product) -> Iterable[str]:
    supported = supported_numbers(product, scenario.language)
    places = [("The title", scenario.title), ("The description", scenario.description)]
    for number, scene in enumerate(scenario.scenes, 1):
        for field in ("on_screen_text", "badge", "narration"):
            places.append((f"Scene {number}, {field}", getattr(scene, field)))
    for place, text in places:
        for written, readings in numbers_in(text).items():
            if not readings & supported:
                yield f"{place}: the product page does not say {written!r}. Remove the number or correct it."
