"""The words of ``words/amounts.json``: what stands in the place of a price, and beside amounts that are none."""

import json
import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from app.extraction.word_patterns import any_of


@cache
def _table(name: str) -> dict[str, Any]:
    table: dict[str, dict[str, Any]] = json.loads(
        files("app.extraction").joinpath("words/amounts.json").read_text("utf-8")
    )
    return table[name]


def _words(name: str) -> list[str]:
    return list(dict.fromkeys(word for words in _table(name).values() for word in words))


HIDDEN_PRICE = any_of(_words("hidden price"))
"""Says that the price is shown after a log-in or on request."""
FREE = frozenset(_words("free"))
LEFT_OVER = re.compile(rf"^\W{{0,3}}(?:{any_of(_words('left over')).pattern})", re.IGNORECASE)
"""What stands after an amount that is missing to something else: ``$20 left to free shipping``."""
PORTION = re.compile(
    r"^\W{0,3}(?:/ ?|(?:per|pro|par|por|al|je|za|na|за|на|a|an|à la|a la) )(?:"
    + "|".join(map(re.escape, sorted(_words("portion"), key=len, reverse=True)))
    + r")s?(?!\w)",
    re.IGNORECASE,
)
"""What stands after an amount that pays a part of the package: ``$2.65 per meal``."""
SCALES = {word: Decimal(factor) for words in _table("scale").values() for word, factor in words.items()}
"""Words that multiply the number before them: ``Rp1,2 jt``."""
