"""What the checks know of each language, from ``words/*.json``; a language without a file is checked without them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Pattern = re.Pattern[str]
Former = Literal["rrp", "was", "lowest"]
OfferKind = Literal["used", "auction", "preorder", "rental", "sold_out", "ended"]


@dataclass(frozen=True)
class Words:
    """A language's tables."""

    particles: frozenset[str]
    """Words that may end a sentence as the other half of its verb: "it folds up", "zieht schnell ein"."""
    promise: Pattern
    """What a line may count and announce: "three reasons"."""
    former: dict[Former, Pattern]
    """How the former price is named, by its kind."""
    offers: dict[OfferKind, Pattern]
    """The words by which an offer of a kind is known."""


def _whole(pattern: str) -> Pattern:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


@cache
def words_for(language: str | None) -> Words | None:
    """Return a language's tables; None: it has no file."""
    file = files("app.scenario").joinpath(f"checks/words/{language}.json")
    if language is None or not language.isalpha() or not file.is_file():
        return None
    data = json.loads(file.read_text("utf-8"))
    return Words(
        particles=frozenset(data["particles"]),
        promise=_whole(data["promise"]),
        former={kind: _whole(pattern) for kind, pattern in data["former"].items()},
        offers={kind: _whole(pattern) for kind, pattern in data["offers"].items()},
    )
