"""What many products are or can, known by a page's words and told in any language: "dishwasher-safe", "handmade".

A long sentence is not cut: what it says is told by its attributes. ``app/scenario/attributes`` has a file a language,
attribute -> the page's words (a pattern), a few words for the screen, a whole sentence (empty: it is only shown);
``marks.json`` those whose names are the same everywhere, each with its type: it is certified, or built in.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from app.scenario.bank.facts import FactType

NEGATION = re.compile(
    r"(?:\bnot|n't|\bno|\bwithout|\bexcluding|\bexcept|\boptional"
    r"|\bnicht|\bkeine?[nrs]?|\bohne|\bau(?:ß|ss)er|\bausgenommen|\bpas|\bsans|\bsauf|\bhors|\bsin|\bsalvo|\bexcepto"
    r"|\bnon|\bsenza|\btranne|\beccetto|\besclus[oaie]|\bnão|\bsem|\bexceto|\bni|\bnie|\bне|\bбез)"
    r"\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
BEFORE = 30
"""Characters before a match in which it may be negated."""
DENIED = re.compile(
    r"[^.;,!?]{0,24}\b(?:excluded|excl\b|not included|sold separately|optional|not possible"
    r"|nicht (?:enthalten|im lieferumfang|möglich|geeignet)|separat erhältlich|gegen aufpreis"
    r"|non (?:inclus|incluse|incluso|inclusa|compris|adatt|compatible|compatibile)|vendue?s? séparément|en option"
    r"|no (?:incluid|incluye|apt)|se vende por separado|opcional|venduto a parte|opzionale|não (?:inclu|adequad)"
    r"|vendid[oa]s? (?:à parte|separadamente))",
    re.IGNORECASE,
)
"""What denies the words before it."""


@dataclass(frozen=True)
class Attribute:
    """An attribute as a language tells it."""

    name: str
    type: FactType
    show: str
    say: str


@cache
def _table(name: str) -> dict[str, Any]:
    path = files("app.scenario").joinpath(f"attributes/{name}.json")
    return cast("dict[str, Any]", json.loads(path.read_text("utf-8"))) if path.is_file() else {}


@cache
def _files(language: str) -> dict[str, tuple[str, str, str]]:
    own = _table(language)
    return {name: (find, show, "") for name, (_, find, show) in _table("marks").items()} | own if own else {}


@cache
def _types() -> dict[str, FactType]:
    return _table("types") | {name: kind for name, (kind, _, _) in _table("marks").items()}


@cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    # A material is a whole word; what a thing can do may be part of one.
    ends = {True: r"(?!\w)", False: ""}
    return {
        name: re.compile(rf"(?<!\w)(?:{find}){ends[_types()[name] == 'material']}", re.IGNORECASE)
        for name, (find, _, _) in _files(language).items()
    }


def attributes_in(text: str, language: str | None) -> list[str]:
    """Return the names of the attributes that a text in a language tells, in its order."""
    places = ((place_of(text, name, language), name) for name in _patterns(language or ""))
    return [name for _, name in sorted((place, name) for place, name in places if place is not None)]


def attribute(name: str, language: str) -> Attribute | None:
    """Return an attribute as a language tells it; None: the language has no words for it."""
    words = _files(language).get(name)
    return Attribute(name, _types()[name], words[1], words[2]) if words else None


def place_of(text: str, name: str, language: str | None) -> int | None:
    """Return where a text in a language tells an attribute; None: it does not, or denies it."""
    pattern = _patterns(language or "").get(name)
    match = pattern.search(text) if pattern else None
    return None if match is None or _is_denied(text, match) else match.start()


def _is_denied(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - BEFORE) : match.start()]
    return NEGATION.search(before) is not None or DENIED.match(text, match.end()) is not None


def words_of(language: str) -> dict[str, list[str]]:
    """Return the name of each attribute of a language -> what it shows and says."""
    return {name: [text for text in (show, say) if text] for name, (_, show, say) in _files(language).items()}
