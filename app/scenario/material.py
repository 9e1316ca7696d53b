"""Gathers what a product's own page says that is worth a scene: sentences, specifications."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from app.analysis.tables import makes_claim
from app.analysis.words import clean, sentences
from app.models import Product
from app.scenario.concepts import specs_of
from app.scenario.lexicon import items_of, lowered, translated
from app.scenario.locales import write_list
from app.scenario.phrases import Phrases, Values, fill, phrases_for, turned
from app.scenario.points import (
    LONGEST_SENTENCE,
    LONGEST_SPEC,
    MOST_LINES,
    NO_FACT,
    NO_SPEC_KEY,
    NO_SPEC_VALUE,
    Point,
    screen_line,
    worth,
)
from app.scenario.units import Measure, measures_in, only_measures, write_measure
from app.scenario.wording import as_sentence, headline, same_matter, spoken_words

LONG_SENTENCE, FEWEST_WORDS = 14, 5
"""Spoken words from which a sentence is parted, and the least of each part."""


def description_points(product: Product, language: str | None, connectors: list[str]) -> list[Point]:
    """Return a point for each sentence of the description that stands alone, in the page's order."""
    points = []
    parts = [
        (position, part)
        for position, sentence in enumerate(sentences(product.description or "")[:MOST_LINES])
        for part in parted(sentence, language)
    ]
    for position, sentence in parts:
        screen, whole = screen_line(sentence, language, connectors)
        if screen and 4 <= spoken_words(sentence) <= LONGEST_SENTENCE and worth(sentence, language):
            points.append(
                Point(
                    "description",
                    screen,
                    [as_sentence(sentence)],
                    (f"description[{position}]",),
                    position=position,
                    whole=whole,
                    claims=makes_claim(sentence, language),
                    source=sentence,
                )
            )
    return points


def parted(sentence: str, language: str | None) -> list[str]:
    """Return the statements of a long sentence, one or two: each can be said alone."""
    phrases = phrases_for(language)
    if phrases is None or spoken_words(sentence) <= LONG_SENTENCE:
        return [sentence]
    for joint in re.finditer(phrases.joint, sentence, re.IGNORECASE):
        first, second = sentence[: joint.start()], sentence[joint.end() :]
        spoken = re.search(rf"(?<!\w)(?:{phrases.verbs})(?!\w)", second, re.IGNORECASE)
        if spoken and min(spoken_words(first), spoken_words(second)) >= FEWEST_WORDS:
            return [as_sentence(first), as_sentence(second)]
    return [sentence]


def spec_points(
    product: Product, phrases: Phrases | None, language: str, colon: str, seed: int, values: Values | None = None
) -> list[Point]:
    """Return a point for each specification that a person would tell, those with a phrase of their own first.

    Where the page is in another language, only measures, materials and colours are told: those can be translated.
    """
    source = product.language or language
    ranked: list[tuple[int, Point]] = []
    for raw_key, raw_value in islice(specs_of(product), MOST_LINES):
        key, value = clean(raw_key).rstrip(": "), clean(raw_value).rstrip(". ")
        if not key or not value or NO_SPEC_KEY.search(key) or NO_SPEC_VALUE.fullmatch(value):
            continue
        path = f"specs.{raw_key}"
        known = _known_spec(key, value, source, language, phrases, seed, values or {})
        if known is not None:
            rank, screen, said, shown, said_value, ask = known
            ranked.append(
                (rank, Point("specs", screen, [as_sentence(said)], (path,), source=shown, bare=said_value, ask=ask))
            )
        elif source == language and (point := _plain_spec(key, value, colon, path, phrases, language)):
            ranked.append((MOST_LINES, point))
    return [point for _, point in sorted(ranked, key=lambda entry: entry[0])]


def _known_spec(
    key: str, value: str, source: str, language: str, phrases: Phrases | None, seed: int, values: Values
) -> tuple[int, str, str, str, str, str] | None:
    """Return rank, screen text, sentence, value as shown and as said, opening question; None for unknown ones."""
    on_page = phrases_for(source)
    if phrases is None or on_page is None:
        return None
    rank = next((n for n, phrase in enumerate(on_page.specs) if phrase.fits(key)), None)
    phrase = next((p for p in phrases.specs if rank is not None and p.id == on_page.specs[rank].id), None)
    if rank is None or phrase is None:
        return None
    written = _spec_value(phrase.measure, phrase.id, value, source, language, phrases)
    if written is None:
        return None
    shown, said = written
    if said and said[0].islower() and phrase.say[0].startswith("{value}"):
        said = said[0].upper() + said[1:]
    filling = {**values, "value": (said, ())}
    sentence = next((filled for say in turned(phrase.say, seed) if (filled := fill(say, filling))), None)
    if sentence is None or spoken_words(sentence[0]) > LONGEST_SENTENCE:
        return None
    ask = fill(phrase.ask, filling) if phrase.ask else None
    screen, whole = headline(f"{phrase.label}{phrases.colon}{shown}", None, [])
    return (rank, screen, sentence[0], shown, said, ask[0] if ask else "") if whole else None


def _spec_value(
    dimension: str | None, spec: str, value: str, source: str, language: str, phrases: Phrases
) -> tuple[str, str] | None:
    """Return how a value is shown and said; None when it cannot be."""
    if dimension is not None:
        found = [measure for measure in only_measures(value) if measure.unit.dimension == dimension]
        if not found:
            return None
        measure = next((m for m in found if m.unit.imperial == phrases.imperial), found[0])
        said = write_measure(measure, source, language, phrases.by, short=False)
        short = write_measure(measure, source, language, phrases.by, short=True)
        return (said if dimension == "duration" else short), said
    kind = "colours" if spec == "colours" else "materials"
    if source != language:
        items = translated(value, kind, source, language, whole=kind == "colours")
    else:
        items = items_of(value)
        if any(spoken_words(item) > 3 for item in items):
            return (value, value) if spoken_words(value) <= LONGEST_SPEC else None
        items = items if language == "de" else [lowered(item) for item in items]
    if not items or len(items) > 4:
        return None
    if language == "de" and source == language and any(item.islower() for item in items):
        return value, value
    joined = write_list(items, language, choice=spec == "colours")
    return joined, joined


def _plain_spec(key: str, value: str, colon: str, path: str, phrases: Phrases | None, language: str) -> Point | None:
    short = said = value
    if phrases and (found := only_measures(value)):
        measure = next((m for m in found if m.unit.imperial == phrases.imperial), found[0])
        short, said = (write_measure(measure, language, language, phrases.by, short=s) for s in (True, False))
    elif NO_FACT.search(f"{key}{colon}{value}") or spoken_words(value) > LONGEST_SPEC:
        return None
    pair = f"{key}{colon}{short}"
    screen, whole = headline(pair, None, [])
    if not whole or screen != pair:
        return None
    told = (
        fill(phrases.other_spec, {"rest": (key, ()), "small": (lowered(key), ()), "value": (said, ())})
        if phrases
        else None
    )
    sentence = told[0] if told else f"{key}{colon}{said}"
    return Point("specs", screen, [as_sentence(sentence)], (path,), source=key)


def distinct(points: list[Point], told: list[str], language: str | None) -> list[Point]:
    """Return the points that say something new: not what ``told`` says, nor what an earlier point says.

    A sentence of the description that repeats a feature is kept as the feature's ``fuller`` wording; a feature that
    repeats a sentence, as its text on screen.
    """
    kept: list[Point] = []
    for point in points:
        if any(same_matter(point.source, text, language) for text in told):
            continue
        same = next((n for n, other in enumerate(kept) if same_matter(point.source, other.source, language)), None)
        if same is None:
            kept.append(point)
        elif point.kind == "description" and kept[same].kind == "feature" and not (point.claims or kept[same].fuller):
            kept[same] = replace(kept[same], fuller=point.say[0], fuller_path=point.paths[0])
        elif point.kind == "feature" and kept[same].kind == "description" and point.whole and not kept[same].whole:
            # The list has the shorter words for what the sentence says.
            paths = kept[same].paths + point.paths
            kept[same] = replace(kept[same], screen=point.screen, bare=point.bare, whole=True, paths=paths)
    return kept


def paired(points: list[Point]) -> list[Point]:
    """Return points two to one, the second to be told if there is time: one alone is too short for a scene."""
    found = []
    for first, second in zip(points[::2], [*points[1::2], None], strict=False):
        found.append(first if second is None else joined(first, second))
    return found


def joined(first: Point, second: Point) -> Point:
    """Return a point that tells a second one as well, if there is time."""
    both = f"{first.source} {second.source}"
    return replace(first, more=(*first.more, (second.say[0], second.paths)), source=both)


def measured_near(text: str, start: int) -> Measure | None:
    """Return the duration that stands nearest after ``start`` in a text, else the last one before it."""
    durations = [measure for measure in measures_in(text) if measure.unit.dimension == "duration"]
    return next((measure for measure in durations if measure.start >= start), durations[-1] if durations else None)
