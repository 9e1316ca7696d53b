"""Tells what only praises: "Premium quality", "It offers a better user experience", a maker's slogan."""

from __future__ import annotations

import re

from app.analysis.words import stop_words
from app.models import Product
from app.scenario.bank.tables import praise

WORDS = re.compile(r"[^\W\d_]+")


def only_praises(text: str, product: Product, language: str | None) -> bool:
    """Tell whether a text says nothing of a product but that it is good, or is its brand's slogan.

    Words of the title, of the brand and of every sentence say nothing either; a number always does.
    """
    brand, text = _plain(product.brand or ""), _plain(text)
    if brand and text.startswith(f"{brand}:"):
        return True
    praising = praise(language or "en")
    said = set(WORDS.findall(text))
    if re.search(r"\d", text) or not said & praising:
        return False
    return said <= praising | {*WORDS.findall(f"{_plain(product.title)} {brand}")} | stop_words(language or "en")


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")
