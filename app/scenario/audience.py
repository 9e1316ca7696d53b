"""Whom a product is for: who, which age, where it is used, and the words of the page that say so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from app.analysis.words import clean
from app.models import Audience, Product, Style
from app.scenario.texts import texts_of

WEIGHTS = {"categories": 3, "title": 3, "features": 1, "description": 1, "highlights": 1, "specs": 1}
"""Part of the product -> what a match in it counts: shops sort by audience, descriptions mention everything."""
FEWEST = 3
"""Fewer points are no evidence."""
MOST_EVIDENCE = 3
EVERYDAY_STYLE: Style = "clean"


@dataclass(frozen=True)
class _Kind:
    audience: Audience
    style: Style
    find: re.Pattern[str]


@cache
def _kinds() -> list[_Kind]:
    data = json.loads(files("app.scenario").joinpath("audience.json").read_text(encoding="utf-8"))
    return [
        _Kind(
            Audience(who=kind["who"], age_group=kind["age_group"], context=kind["context"]),
            kind["style"],
            re.compile(rf"(?<!\w)(?:{kind['find']})(?!\w)", re.IGNORECASE),
        )
        for kind in data
    ]


def audience_of(product: Product) -> Audience:
    """Return whom a product is for, with the words that say so; everyone where nothing does."""
    places = [(f"categories[{n}]", clean(text)) for n, text in enumerate(product.categories)]
    places += [(path, text) for path, text in texts_of(product) if text]
    best, most, evidence = None, FEWEST - 1, list[str]()
    for kind in _kinds():
        found = [(path, match[0]) for path, text in places if (match := kind.find.search(text))]
        points = sum(WEIGHTS[re.split(r"[.\[]", path, maxsplit=1)[0]] for path, _ in found)
        if points > most:
            best, most = kind, points
            evidence = [f"{path}: {word}"[:200] for path, word in found[:MOST_EVIDENCE]]
    return best.audience.model_copy(update={"evidence": evidence}) if best else Audience()


def style_for(audience: Audience) -> Style:
    """Return the style that suits an audience."""
    kinds = [kind for kind in _kinds() if kind.audience.context == audience.context]
    return next((kind.style for kind in kinds if kind.audience.who == audience.who), EVERYDAY_STYLE)
