"""The word tables of each language, from ``languages/*.json``: adding a language is adding a file.

Every entry is a regular expression for whole words, without regard to case. The claim groups follow what advertising
law asks a seller to prove: health claims (Regulation (EC) 1924/2006), generic environmental claims (Directive (EU)
2024/825), superlatives and guarantees (Directive 2005/29/EC).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

BOUNDED = r"(?<!\w)(?:{})(?!\w)"


def whole_words(patterns: list[str]) -> re.Pattern[str]:
    """Return one expression that finds any of ``patterns`` as whole words, without regard to case."""
    return re.compile(BOUNDED.format("|".join(patterns)), re.IGNORECASE)


@dataclass(frozen=True)
class WordTable:
    """What one language calls a claim, a tone, a fact that buyers look for, and the shop's own talk."""

    claims: re.Pattern[str]
    tone: dict[str, re.Pattern[str]]
    buyer: dict[str, re.Pattern[str]]
    boilerplate: re.Pattern[str]


@cache
def word_tables() -> dict[str, WordTable]:
    """Return language -> its table."""
    tables = {}
    for file in files("app.analysis").joinpath("languages").iterdir():
        if file.name.endswith(".json"):
            data = json.loads(file.read_text(encoding="utf-8"))
            tables[file.name.removesuffix(".json")] = WordTable(
                claims=whole_words([pattern for group in data["claims"].values() for pattern in group]),
                tone={name: whole_words(patterns) for name, patterns in data["tone"].items()},
                buyer={name: whole_words(patterns) for name, patterns in data["buyer"].items()},
                boilerplate=whole_words(data["boilerplate"]),
            )
    return tables


def makes_claim(sentence: str, language: str | None) -> bool:
    """Tell whether a sentence says something that a seller may have to prove; False for a language without a table."""
    table = word_tables().get(language or "")
    return table is not None and table.claims.search(sentence) is not None


def is_boilerplate(sentence: str, language: str | None) -> bool:
    """Tell whether a sentence speaks of the shop (cart, delivery, returns), not of the product."""
    table = word_tables().get(language or "")
    return table is not None and table.boilerplate.search(sentence) is not None
