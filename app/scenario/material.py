"""Gathers what a product's own page says that is worth a scene: features, sentences, specifications."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from app.analysis.tables import is_boilerplate, makes_claim
from app.analysis.words import clean, sentences
from app.models import Product
from app.scenario.phrases import Phrases, filled, turned
from app.scenario.wording import as_sentence, headline, same_matter, spoken_words

Kind = Literal["feature", "description", "specs", "rating", "brand", "look", "silent"]
HEADING = re.compile(r"^[\[【(]?([^:：】\]]{2,60}?)\s*(?:[】\]]\s*[:：-]?|[:：]\s|\s[–—-]\s)\s*(\S.*)$")
SPEC_LIKE_WORDS = 6
"""After a colon so few words are a value ("Material: wool"), more are a text under its heading."""
LONGEST_SENTENCE = 30
LONGEST_SPEC = 8
MOST_LINES = 40
"""So many features, sentences and specifications are looked at; what matters stands first on a page."""
NO_FACT = re.compile(r"https?:|www\.|@\w|^\W*$")
NO_SPEC_KEY = re.compile(
    r"\b(?:sku|ean|gtin|upc|asin|mpn|isbn|id|models?|modell?o?|modèle|modellnummer|artikel\w*|item|ref\w*|réf\w*|date|datum|"
    r"rank|code|part|nummer|number|número|numéro|manufacturer|hersteller|brand|marke|marque|marca)\b",
    re.IGNORECASE,
)
NO_SPEC_VALUE = re.compile(r"(?:yes|no|ja|nein|oui|non|sí|si|n/?a|none|-|true|false)", re.IGNORECASE)
DANGLING = re.compile(
    r"^(?:however|also|but|and|or|therefore|additionally|moreover|besides|furthermore|außerdem|aber|und|oder|daher|zudem|"
    r"jedoch|dabei|dazu|cependant|mais|et|ou|donc|aussi|toutefois|de plus|pero|y|además)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Point:
    """One thing to tell: a line for the screen and what may be said with it, the most fitting first."""

    kind: Kind
    screen: str
    say: list[str]
    """Sentences; each can stand alone, later ones add to the first."""
    fields: tuple[str, ...]
    fuller: str = ""
    """A sentence of the description that says the same as ``say``, and more."""
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


def feature_point(feature: str, language: str | None, connectors: list[str]) -> Point | None:
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
    claims = makes_claim(text, language)
    return Point("feature", screen, said, ("features",), whole=whole, claims=claims, source=text)


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
                    ("description",),
                    position=position,
                    whole=whole,
                    claims=makes_claim(sentence, language),
                    source=sentence,
                )
            )
    return points


def spec_points(product: Product, phrases: Phrases | None, colon: str, seed: int) -> list[Point]:
    """Return a point for each specification that a person would tell, those with a phrase of their own first."""
    ranked: list[tuple[int, Point]] = []
    for raw_key, raw_value in islice(product.specs.items(), MOST_LINES):
        key, value = clean(raw_key).rstrip(": "), clean(raw_value).rstrip(". ")
        pair = f"{key}{colon}{value}"
        odd = not key or not value or NO_SPEC_KEY.search(key) or NO_SPEC_VALUE.fullmatch(value) or NO_FACT.search(pair)
        screen, whole = headline(pair, None, [])
        if odd or not whole or screen != pair or spoken_words(value) > LONGEST_SPEC:
            continue
        known = phrases.specs if phrases else []
        rank = next((n for n, phrase in enumerate(known) if phrase.fits(key, value)), len(known))
        say = [f"{pair}."]
        if rank < len(known):
            say = [text for text, _ in filled(turned(known[rank].say, seed), {"value": value})][:1]
        ranked.append((rank, Point("specs", screen, [as_sentence(say[0])], ("specs",), source=pair)))
    return [point for _, point in sorted(ranked, key=lambda entry: entry[0])]


def distinct(points: list[Point], told: list[str], language: str | None) -> list[Point]:
    """Return the points that say something new: not what ``told`` says, nor what an earlier point says.

    A sentence of the description that repeats a feature is kept as the feature's ``fuller`` wording.
    """
    kept: list[Point] = []
    for point in points:
        if any(same_matter(point.source, text, language) for text in told):
            continue
        same = next((n for n, other in enumerate(kept) if same_matter(point.source, other.source, language)), None)
        if same is None:
            kept.append(point)
        elif point.kind == "description" and kept[same].kind == "feature" and not point.claims:
            kept[same] = replace(kept[same], fuller=kept[same].fuller or point.say[0])
    return kept


def pair_specs(points: list[Point]) -> list[Point]:
    """Return specifications two to a point: one alone is too short for a scene."""
    paired = []
    for first, second in zip(points[::2], [*points[1::2], None], strict=False):
        if second is None:
            paired.append(first)
        else:
            paired.append(replace(first, say=[*first.say, *second.say], source=f"{first.source} {second.source}"))
    return paired
