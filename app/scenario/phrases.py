"""The sentences of each language, from ``phrases/*.json``: adding a language is adding a file.

A template names product facts in braces. None states a fact of its own, and none needs a word's gender or case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

FACTS_OF: dict[str, tuple[str, ...]] = {
    "name": ("title",),
    "price": ("price", "currency"),
    "list_price": ("list_price", "currency"),
    "rating": ("rating",),
    "reviews": ("review_count",),
    "brand": ("brand",),
    "shop": ("shop",),
    "value": ("specs",),
    "rest": (),
}
"""What a template may name -> the product fields that it rests on."""
Option = TypeVar("Option")


def names_in(template: str) -> list[str]:
    """Return the names in braces, in order."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def _known(template: str) -> str:
    for name in names_in(template):
        if name not in FACTS_OF:
            raise ValueError(f"{template!r} names {{{name}}}; known are {', '.join(FACTS_OF)}")
    return template


Template = Annotated[str, AfterValidator(_known)]
Templates = Annotated[list[Template], Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pair(_Table):
    """What stands on screen and what is said."""

    screen: Templates
    say: Templates


class Look(_Table):
    """A line that fits any product, for scenes without a fact."""

    screen: str
    say: str


class SpecPhrase(_Table):
    """How a person says a specification: for names that match ``keys`` and values that match ``value``."""

    keys: str
    value: str = ".+"
    say: Templates

    def fits(self, key: str, value: str) -> bool:
        """Tell whether this is the phrase for a specification."""
        return bool(re.fullmatch(self.keys, key, re.IGNORECASE) and re.fullmatch(self.value, value, re.IGNORECASE))


class Phrases(_Table):
    """All that one language needs."""

    words_per_second: Annotated[float, Field(gt=0)]
    colon: str
    """What stands between a name and its value."""
    connectors: list[str]
    """Words before which a long line may end and still make sense."""
    hook: dict[Literal["discount", "rating", "plain"], Templates]
    rating: dict[Literal["counted", "plain"], Pair]
    brand: Pair
    looks: Annotated[list[Look], Field(min_length=4)]
    leads: Templates
    specs: list[SpecPhrase]
    call_to_action: dict[Literal["price_stock", "price", "stock", "plain", "sold_out"], Pair]


@cache
def phrases_for(language: str) -> Phrases | None:
    """Return the sentences of a language; None when it has no file."""
    file = files("app.scenario").joinpath("phrases", f"{language}.json")
    return Phrases.model_validate_json(file.read_text(encoding="utf-8")) if file.is_file() else None


def filled(templates: list[str], facts: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Return the templates whose facts are all known, filled in, each with the product fields that it rests on."""
    usable = ((template, names_in(template)) for template in templates)
    return [
        (template.format_map(facts), [field for name in names for field in FACTS_OF[name]])
        for template, names in usable
        if all(name in facts for name in names)
    ]


def turned(options: list[Option], seed: int) -> list[Option]:
    """Return ``options`` beginning at another one for each seed: neighbouring seeds differ where there is a choice."""
    start = seed % len(options) if options else 0
    return options[start:] + options[:start]
