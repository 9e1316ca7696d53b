"""What many products are or can, known by a page's words and told in any language: "dishwasher-safe", "handmade".

A long sentence is not cut: what it says is told by its attributes. ``app/scenario/attributes`` has a file a language,
attribute -> the page's words (a pattern), a few words for the screen, a whole sentence (empty: it is only shown).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from app.scenario.bank.facts import FactType

NEGATION = re.compile(
    r"(?:\bnot|n't|\bno|\bwithout|\bnicht|\bkeine?[nrs]?|\bohne|\bpas|\bsans|\bsin|\bnon|\bsenza|\bnão|\bsem|\bni|\bnie|\bне|\bбез)"
    r"\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
BEFORE = 30
"""Characters before a match in which it may be negated."""


@dataclass(frozen=True)
class Attribute:
    """An attribute as a language tells it."""

    name: str
    type: FactType
    show: str
    say: str


@cache
def _files(language: str) -> dict[str, tuple[str, str, str]]:
    path = files("app.scenario").joinpath(f"attributes/{language}.json")
    return cast("dict[str, tuple[str, str, str]]", json.loads(path.read_text("utf-8"))) if path.is_file() else {}


@cache
def _types() -> dict[str, FactType]:
    return cast(
        "dict[str, FactType]", json.loads(files("app.scenario").joinpath("attributes/types.json").read_text("utf-8"))
    )


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    # A material is a whole word; what a thing can do may be part of one.
    ends = {True: r"(?!\w)", False: ""}
    return tuple(
        (name, re.compile(rf"(?<!\w)(?:{find}){ends[_types()[name] == 'material']}", re.IGNORECASE))
        for name, (find, _, _) in _files(language).items()
    )


def attributes_in(text: str, language: str | None) -> list[str]:
    """Return the names of the attributes that a text in a language tells, in its order."""
    found = []
    for name, pattern in _patterns(language or ""):
        match = pattern.search(text)
        if match and not NEGATION.search(text[max(0, match.start() - BEFORE) : match.start()]):
            found.append((match.start(), name))
    return [name for _, name in sorted(found)]


def attribute(name: str, language: str) -> Attribute | None:
    """Return an attribute as a language tells it; None: the language has no words for it."""
    words = _files(language).get(name)
    return Attribute(name, _types()[name], words[1], words[2]) if words else None


def tells(text: str, name: str, language: str) -> bool:
    """Tell whether a text in a language tells an attribute."""
    pattern = dict(_patterns(language)).get(name)
    match = pattern.search(text) if pattern else None
    return match is not None and not NEGATION.search(text[max(0, match.start() - BEFORE) : match.start()])


def words_of(language: str) -> dict[str, list[str]]:
    """Return the name of each attribute of a language -> what it shows and says."""
    return {name: [text for text in (show, say) if text] for name, (_, show, say) in _files(language).items()}
