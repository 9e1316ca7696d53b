"""Gathers what a product's own page says that is worth a scene: features, sentences, specifications."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from app.analysis.tables import is_boilerplate, makes_claim
from app.analysis.words import clean, sentences, stop_words
from app.models import Product
from app.scenario.concepts import MACHINE
from app.scenario.lexicon import items_of, lowered, translated
from app.scenario.locales import write_list
from app.scenario.phrases import Phrases, fill, languages, phrases_for, turned
from app.scenario.units import Measure, measures_in, only_measures, write_measure
from app.scenario.wording import ADDRESS, as_sentence, headline, same_matter, spoken_words

Kind = Literal["feature", "description", "specs", "rating", "concept", "look"]
HEADING = re.compile(r"^[\[【(]?([^:：】\]]{2,60}?)\s*(?:[】\]]\s*[:：-]?|[:：]\s|\s[–—-]\s)\s*(\S.*)$")
SPEC_LIKE_WORDS = 6
"""After a colon so few words are a value ("Material: wool"), more are a text under its heading."""
LONGEST_SENTENCE = 30
LONGEST_SPEC = 8
MOST_LINES = 40
"""So many features, sentences and specifications are looked at; what matters stands first on a page."""
NO_FACT = re.compile(rf"https?:|{ADDRESS}|@\w|^\W*$|{MACHINE.pattern}", re.IGNORECASE)
NO_SPEC_KEY = re.compile(
    r"\b(?:sku|ean|gtin|upc|asin|mpn|isbn|id|models?|modell?o?|modèle|modellnummer|artikel\w*|item|ref\w*|réf\w*|date|datum|"
    r"rank|code|part|nummer|number|número|numéro|manufacturer|hersteller|brand|marke|marque|marca)\b",
    re.IGNORECASE,
)
NO_SPEC_VALUE = re.compile(r"(?:yes|no|ja|nein|oui|non|sí|si|n/?a|none|-|true|false)", re.IGNORECASE)
DANGLING = re.compile(
    r"^(?:however|also|but|and|or|therefore|additionally|moreover|besides|furthermore|this|these|außerdem|aber|und|oder|"
    r"daher|zudem|jedoch|dabei|dazu|cependant|mais|et|ou|donc|aussi|toutefois|de plus|pero|y|además|por eso|anche|ma|"
    r"inoltre|quindi|mas|também|além disso|portanto)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Point:
    """One thing to tell: a line for the screen and what may be said with it, the most fitting first."""

    kind: Kind
    screen: str
    say: list[str]
    """Sentences; each can stand alone, later ones add to the first."""
    paths: tuple[str, ...]
    fuller: str = ""
    """A sentence of the description that says the same as ``say``, and more."""
    fuller_path: str = ""
    more: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Further sentences with their own paths."""
    position: int = 0
    """Place among the sentences of the description."""
    whole: bool = True
    """False when ``screen`` had to be cut within a clause."""
    claims: bool = False
    """It says something that the seller may have to prove."""
    badge: str = ""
    source: str = ""
    """The page's words, to tell whether two points say the same."""


def _worth(text: str, language: str | None) -> bool:
    """Tell whether a text speaks of the product, and stands alone."""
    return not (NO_FACT.search(text) or is_boilerplate(text, language) or DANGLING.match(text))


def _screen_line(text: str, language: str | None, connectors: list[str]) -> tuple[str, bool]:
    """The headline of a text, with an ellipsis where it is cut, and whether it is whole."""
    line, whole = headline(text, language, connectors)
    return (line if whole or not line else f"{line}…"), whole


def feature_point(feature: str, language: str | None, connectors: list[str], path: str) -> Point | None:
    """Return the point that a line of the page's feature list makes; None when it makes none."""
    text = clean(feature)
    if not text or not _worth(text, language):
        return None
    heading, body = "", text
    if (match := HEADING.match(text)) and spoken_words(match[2]) > SPEC_LIKE_WORDS:
        heading, body = match[1], match[2]
    said = [as_sentence(s) for s in sentences(body) if spoken_words(s) <= LONGEST_SENTENCE and _worth(s, language)]
    screen, whole = _screen_line(heading or (sentences(body) or [body])[0], language, connectors)
    if not screen:
        return None
    if whole:
        said = said or [as_sentence(screen)]
    return Point("feature", screen, said, (path,), whole=whole, claims=makes_claim(text, language), source=text)


def description_points(product: Product, language: str | None, connectors: list[str]) -> list[Point]:
    """Return a point for each sentence of the description that stands alone, in the page's order."""
    points = []
    for position, sentence in enumerate(sentences(product.description or "")[:MOST_LINES]):
        screen, whole = _screen_line(sentence, language, connectors)
        if screen and 4 <= spoken_words(sentence) <= LONGEST_SENTENCE and _worth(sentence, language):
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


def spec_points(product: Product, phrases: Phrases | None, language: str, colon: str, seed: int) -> list[Point]:
    """Return a point for each specification that a person would tell, those with a phrase of their own first.

    Where the page is in another language, only measures, materials and colours are told: those can be translated.
    """
    source = product.language or language
    ranked: list[tuple[int, Point]] = []
    for raw_key, raw_value in islice(product.specs.items(), MOST_LINES):
        key, value = clean(raw_key).rstrip(": "), clean(raw_value).rstrip(". ")
        if not key or not value or NO_SPEC_KEY.search(key) or NO_SPEC_VALUE.fullmatch(value):
            continue
        path = f"specs.{raw_key}"
        known = _known_spec(key, value, source, language, phrases, seed)
        if known is not None:
            rank, screen, said, shown = known
            ranked.append((rank, Point("specs", screen, [as_sentence(said)], (path,), source=shown)))
        elif source == language and (point := _plain_spec(key, value, colon, path, phrases)):
            ranked.append((MOST_LINES, point))
    return [point for _, point in sorted(ranked, key=lambda entry: entry[0])]


def _known_spec(
    key: str, value: str, source: str, language: str, phrases: Phrases | None, seed: int
) -> tuple[int, str, str, str] | None:
    """Return rank, screen text, sentence and value of a specification that the languages know; None for others."""
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
    sentence = fill(turned(phrase.say, seed)[0], {"value": (said, ())})
    if sentence is None or spoken_words(sentence[0]) > LONGEST_SENTENCE:
        return None
    screen, whole = headline(f"{phrase.label}{phrases.colon}{shown}", None, [])
    return (rank, screen, sentence[0], shown) if whole else None


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


def _plain_spec(key: str, value: str, colon: str, path: str, phrases: Phrases | None) -> Point | None:
    if phrases and (found := only_measures(value)):
        language = next(code for code in languages() if phrases_for(code) is phrases)
        measure = next((m for m in found if m.unit.imperial == phrases.imperial), found[0])
        short, said = (write_measure(measure, language, language, phrases.by, short=s) for s in (True, False))
        screen, whole = headline(f"{key}{colon}{short}", None, [])
        return Point("specs", screen, [as_sentence(f"{key}{colon}{said}")], (path,), source=key) if whole else None
    pair = f"{key}{colon}{value}"
    screen, whole = headline(pair, None, [])
    if NO_FACT.search(pair) or not whole or screen != pair or spoken_words(value) > LONGEST_SPEC:
        return None
    return Point("specs", screen, [as_sentence(pair)], (path,), source=pair)


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
            kept[same] = replace(kept[same], screen=point.screen, whole=True, paths=kept[same].paths + point.paths)
    return kept


def paired(points: list[Point]) -> list[Point]:
    """Return points two to one, the second to be told if there is time: one alone is too short for a scene."""
    found = []
    for first, second in zip(points[::2], [*points[1::2], None], strict=False):
        if second is None:
            found.append(first)
        else:
            both = f"{first.source} {second.source}"
            found.append(replace(first, more=((second.say[0], second.paths),), source=both))
    return found


def after_lead(sentence: str, page: str, language: str) -> str:
    """Return a sentence as it goes on after a colon: its first letter small where the word is written small elsewhere.

    German keeps its capitals: a noun would lose them.
    """
    first = sentence.split()[0] if sentence.split() else ""
    small = first[:1].lower() + first[1:]
    if language == "de" or small == first or not first[1:].replace("-", "").replace("'", "").islower():
        return sentence
    known = small in stop_words(language) or re.search(rf"(?<![\w.]){re.escape(small)}\b", page) is not None
    return small + sentence[len(first) :] if known else sentence


def measured_near(text: str, start: int) -> Measure | None:
    """Return the duration that stands nearest after ``start`` in a text, else the last one before it."""
    durations = [measure for measure in measures_in(text) if measure.unit.dimension == "duration"]
    return next((measure for measure in durations if measure.start >= start), durations[-1] if durations else None)
