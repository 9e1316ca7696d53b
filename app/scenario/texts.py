"""What a product's page says in words, each text with its path, and what of it is no fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from app.analysis.words import clean, detect_language
from app.models import Product
from app.scenario.bank.sentences import pieces

MOST_LINES = 40
BLOCK = re.compile(r"</?(?:p|br|li|ul|ol|div|h[1-6]|tr|td|th|table|tbody)\b[^<>]{0,200}>", re.IGNORECASE)
INLINE = re.compile(r"</?(?:b|i|em|strong|span|a|u|small|sup|sub|font)\b[^<>]{0,200}>", re.IGNORECASE)
MARKUP = re.compile(rf"{BLOCK.pattern}|{INLINE.pattern}|&(?:#?\w{{2,8}});", re.IGNORECASE)
MACHINE = re.compile(
    r"</?\w+>|\{\W{0,20}\w{1,60}\W{0,20}:|\bsystem prompt\b|\byou are now\b|\bignore (?:all|any|the|previous)\b|"
    r"\b(?:previous|new) (?:instructions?|rules?)\b|^(?:system|assistant|user) ?:",
    re.IGNORECASE,
)
"""What speaks to machines, not of a product: no fact rests on it."""
UNSPACED = re.compile(r"(?<=[^\W\d_]{2}),(?=[^\W\d_]{2})")
LONGEST_KEY = 150
"""Characters from which a specification's key is no name; a fact's path, which holds it, has room for 200."""
WORDS_BEFORE, FARTHEST = 3, 80
"""A negation so many words before a match turns it round."""


def without_markup(product: Product) -> Product:
    """Return a product whose texts hold no HTML: feeds have some."""
    texts = {"title": product.title, "description": product.description or ""}
    lists = {name: getattr(product, name) for name in ("features", "highlights", "reviews")}
    if not any(MARKUP.search(text) for text in (*texts.values(), *(one for many in lists.values() for one in many))):
        return product
    changed: dict[str, Any] = {name: _plain(text) for name, text in texts.items()}
    changed |= {name: [_plain(text) for text in many] for name, many in lists.items()}
    return product.model_copy(update=changed)


def _plain(text: str) -> str:
    return unescape(INLINE.sub("", BLOCK.sub("\n", text))).strip()


def texts_of(product: Product) -> Iterator[tuple[str, str]]:
    """Yield what the page says in words, each text with its path, the title last."""
    for path, text in _all_texts(product):
        if path == "title" or not MACHINE.search(text):
            yield path, text


def to_machines(product: Product) -> frozenset[str]:
    """Return the paths of the texts that speak to machines somewhere: none of their sentences is a fact."""
    return frozenset(path for path, text in _all_texts(product) if path != "title" and MACHINE.search(text))


def _all_texts(product: Product) -> Iterator[tuple[str, str]]:
    product = without_markup(product)
    for number, feature in enumerate(product.features[:MOST_LINES]):
        yield f"features[{number}]", clean(feature)
    for number, sentence in enumerate(islice(described(product), MOST_LINES)):
        yield f"description[{number}]", clean(sentence)
    for number, line in enumerate(product.highlights[:MOST_LINES]):
        yield f"highlights[{number}]", clean(line)
    for key, value in islice(specs_of(product), MOST_LINES):
        yield f"specs.{key}", f"{clean(key)}: {clean(value)}"
    for key, values in islice(product.options.items(), MOST_LINES):
        yield f"options.{key}", f"{clean(key)}: {clean(', '.join(values))}"
    yield "title", clean(product.title)


def described(product: Product) -> Iterator[str]:
    """Yield the sentences and list items of the description, as ``description[0]`` and so on count them."""
    for line in (product.description or "").split("\n"):
        yield from pieces(line)


def specs_of(product: Product) -> Iterator[tuple[str, str]]:
    """Yield name and value of each specification that a fact can name by its path."""
    return ((key, value) for key, value in product.specs.items() if len(key) <= LONGEST_KEY)


def spaced(text: str) -> str:
    """Return a text with a space behind the commas that stand between its words: "Black,Red" is a list."""
    return UNSPACED.sub(", ", text)


def language_of(product: Product) -> str | None:
    """Return the language of a product's text: as the page says, else as it reads."""
    return product.language or detect_language("\n".join([product.title, product.description or "", *product.features]))


def host_of(url: str | None) -> str:
    """Return the shop's host name as people write it; empty when there is none."""
    try:
        return clean((urlsplit(url or "").hostname or "").removeprefix("www."))
    except ValueError:
        return ""


def negated(text: str, start: int, negations: list[str]) -> bool:
    """Tell whether a negation stands within three words before a place of a text."""
    before = text[max(0, start - FARTHEST) : start].casefold()
    tail = " ".join(["", *re.findall(r"[\w'’]+", before)[-WORDS_BEFORE:], ""])
    return any(f" {word} " in tail for word in negations)


def strings_in(data: Any) -> Iterator[str]:
    """Yield every string that a value of JSON holds, at any depth; keys are none."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from strings_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from strings_in(value)
