"""Finds in a product's text what many products can ("dishwasher safe"), so that it can be asked for and translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.analysis.words import clean, detect_language, sentences
from app.models import Product
from app.scenario.phrases import Phrases

MOST_LINES = 40
MACHINE = re.compile(
    r"</?\w+>|\{\W{0,20}\w{1,60}\W{0,20}:|\bsystem prompt\b|\byou are now\b|\bignore (?:all|any|the|previous)\b|"
    r"\b(?:previous|new) (?:instructions?|rules?)\b|^(?:system|assistant|user) ?:",
    re.IGNORECASE,
)
"""What speaks to machines, not of a product: no fact rests on it."""
LONGEST_KEY = 150
"""Characters from which a specification's key is no name; a fact's path, which holds it, has room for 200."""
WORDS_BEFORE = 3
"""A negation so many words before a match turns it round."""


@dataclass(frozen=True)
class Found:
    """A concept where the page tells it."""

    concept: str
    path: str
    text: str
    start: int


def texts_of(product: Product) -> Iterator[tuple[str, str]]:
    """Yield what the page says in words, each with its path: features, sentences, specifications, title."""
    for path, text in _all_texts(product):
        if path == "title" or not MACHINE.search(text):
            yield path, text


def _all_texts(product: Product) -> Iterator[tuple[str, str]]:
    for number, feature in enumerate(product.features[:MOST_LINES]):
        yield f"features[{number}]", clean(feature)
    for number, sentence in enumerate(sentences(product.description or "")[:MOST_LINES]):
        yield f"description[{number}]", sentence
    for key, value in islice(specs_of(product), MOST_LINES):
        yield f"specs.{key}", f"{clean(key)}: {clean(value)}"
    yield "title", clean(product.title)


def specs_of(product: Product) -> Iterator[tuple[str, str]]:
    """Yield name and value of each specification that a fact can name by its path."""
    return ((key, value) for key, value in product.specs.items() if len(key) <= LONGEST_KEY)


def language_of(product: Product) -> str | None:
    """Return the language of a product's text: as the page says, else as it reads."""
    return product.language or detect_language("\n".join([product.title, product.description or "", *product.features]))


def negated(text: str, start: int, negations: list[str]) -> bool:
    """Tell whether a negation stands within three words before a place of a text."""
    before = text[:start].casefold()
    tail = " ".join(re.findall(r"[\w'’]+", before)[-WORDS_BEFORE:])
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", tail) for word in negations)


def concepts_in(product: Product, phrases: Phrases | None) -> dict[str, Found]:
    """Return the concepts that a page tells, by name, each where it is told first; ``phrases``: the page's language."""
    found: dict[str, Found] = {}
    if phrases is None:
        return found
    for path, text in texts_of(product):
        for name, concept in phrases.concepts.items():
            match = re.search(rf"(?<!\w)(?:{concept.find})", text, re.IGNORECASE)
            if match and name not in found and not negated(text, match.start(), phrases.check.negations):
                found[name] = Found(name, path, text, match.start())
    return found
