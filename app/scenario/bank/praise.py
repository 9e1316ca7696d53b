"""Tells what only praises: "Premium quality", "It offers a better user experience", a maker's slogan."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from app.analysis.words import stop_words
from app.models import Product

WORDS = re.compile(r"[^\W\d_]+")
ENDINGS = {"de": ("", "e", "er", "es", "en", "em"), "fr": ("", "s"), "es": ("", "s"), "pt": ("", "s")}
"""What a language's words may have behind them."""


@cache
def _words(language: str) -> frozenset[str]:
    table: dict[str, str] = json.loads(files("app.scenario.bank").joinpath("words/praise.json").read_text("utf-8"))
    endings = ENDINGS.get(language, ("",))
    return frozenset(word + ending for word in table.get(language, "").split() for ending in endings)


def only_praises(text: str, product: Product, language: str | None) -> bool:
    """Tell whether a text says nothing of a product but that it is good, or is its brand's slogan.

    Words of the title, of the brand and of every sentence say nothing either; a number always does.
    """
    brand, text = _plain(product.brand or ""), _plain(text)
    if brand and text.startswith(f"{brand}:"):
        return True
    praise = _words(language or "en")
    said = set(WORDS.findall(text))
    if re.search(r"\d", text) or not said & praise:
        return False
    return said <= praise | {*WORDS.findall(f"{_plain(product.title)} {brand}")} | stop_words(language or "en")


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")
