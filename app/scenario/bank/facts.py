"""What a fact is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, get_args

FactType = Literal[
    "rating", "recommended", "sold_count", "award", "discount", "coupon", "members", "price", "number", "pieces",
    "size", "weight", "capacity", "power", "battery", "speed", "material", "contents", "included", "excluded",
    "compatibility", "care", "certification", "origin", "edition", "taste", "scent", "sense", "for_whom", "use",
    "options", "how_it_works", "durability", "warranty", "delivery", "review_quote", "story", "stock", "feature",
]  # fmt: skip
FACT_TYPES: tuple[FactType, ...] = get_args(FactType)
Region = Literal["title", "buy_box", "bullet", "table", "prose", "review", "markup"]
"""Where on the page a fact stands; ``markup``: in the page's data alone."""


@dataclass(frozen=True)
class Fact:
    """One thing about the product that a buyer would like to know, as the page has it."""

    type: FactType
    text: str
    """The page's words, whole: a sentence, an item of a list, ``label: value`` of a table, a buyer's sentence."""
    source: str
    """Its path into the product: ``features[2]``, ``specs.Weight``, ``description[0]`` (a sentence)."""
    region: Region
    confidence: float
    """0..1."""
    strength: int
    """1 (nice to know) to 3 (sells by itself)."""
    score: float = 0.0
    """Its rank among the product's facts, within a strength."""
    label: str = ""
    """What the page calls it, where it stands in a table or behind a label."""
    value: str = ""
    """The rest of the text behind that label."""
    number: Decimal | None = None
    unit: str | None = None
    """CLDR name of the number's unit (``mass-kilogram``); None: it counts something, or is no measure."""

    def ranked(self, strength: int, score: float) -> Fact:
        """Return the fact with another rank."""
        return replace(self, strength=strength, score=score)
