"""The sentences of each language, from ``phrases/*.json``: adding a language is adding a file.

A template names product facts in braces. None states a fact of its own. ``{the}`` and ``{it}`` stand for the product
with the gender of its kind; a product of an unknown kind takes the templates, and the pronoun, that need none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from string import Formatter
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.models import Arc, Mood, Style

KNOWN_NAMES = (
    *("name", "price", "list_price", "saving", "percent", "unit_price", "unit", "rating", "reviews", "brand", "shop"),
    *("options", "count", "seconds", "value", "amount", "rest", "small", "base", "the", "object", "it", "called"),
)
"""What a template may name."""
NAMED = ("{the}", "{it}", "{object}", "{called}", "{small}")
"""A sentence that begins with one of these takes a large letter."""
Gender = Literal["m", "f", "n", "p", "q", ""]
"""Of one: masculine, feminine, neuter; of many: p, feminine q; not known."""
Offer = Literal["deal", "saving", "price_stock", "price", "stock", "shop", "plain", "sold_out"]
"""What the end of a film can say."""
Option = TypeVar("Option")


def names_in(template: str) -> list[str]:
    """Return the names in braces, in order."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def _known(template: str) -> str:
    for name in names_in(template):
        if name not in KNOWN_NAMES:
            raise ValueError(f"{template!r} names {{{name}}}; known are {', '.join(sorted(KNOWN_NAMES))}")
    return template


Template = Annotated[str, AfterValidator(_known)]
Templates = Annotated[list[Template], Field(min_length=1)]
Pair = tuple[Template, Template]
"""What stands on screen, and what is said."""
Pairs = Annotated[list[Pair], Field(min_length=1)]
Pattern = Annotated[str, AfterValidator(lambda text: re.compile(text).pattern)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Box(_Table):
    """Words that tell what comes in the box, and how that is introduced."""

    find: Pattern
    lead: Templates


class StyleWords(_Table):
    """How a style speaks: what opens when the product gives no opening, what leads in a detail, what the end shows."""

    hook: Annotated[list[Pair], Field(min_length=2)]
    lead: Templates
    call: Annotated[list[str], Field(min_length=2)]


class SpecPhrase(_Table):
    """How a person says a specification whose name matches ``keys``."""

    id: str
    label: str
    """Its name on screen."""
    keys: Pattern
    measure: str | None = None
    """The dimension that its value must have (``mass``); None: words."""
    say: Templates
    ask: Template | None = None
    """A question with its answer, to open a film."""

    def fits(self, key: str) -> bool:
        """Tell whether this is the phrase for a specification of this name."""
        return re.fullmatch(self.keys, key, re.IGNORECASE) is not None


class Concept(_Table):
    """Something that many products can: how pages tell it, the need behind it, how it is told of another language's."""

    find: Pattern
    ask: list[str] = []
    show: Template = ""
    say: list[Template] = []
    """Whole sentences."""
    covers: list[str] = []
    """Concepts that it says as well, where one line of the page tells both."""


class Check(_Table):
    """What the claims checker knows of a language."""

    stock: Pattern
    """Words that say that a product can be had now."""
    stars: Pattern
    reviews: Pattern
    one: list[str]
    """Articles that count before a unit: "a litre"."""
    numbers: dict[str, float]
    halves: dict[str, str]
    claims: list[Pattern]
    negations: list[str]
    neutral: list[str]


class Phrases(_Table):
    """All that one language needs."""

    words_per_second: Annotated[float, Field(gt=0)]
    colon: str
    """What stands between a name and its value."""
    imperial: bool = False
    """Pounds and inches are preferred where a page gives them."""
    by: str
    """The word between the sides of a box: 3 by 4 cm."""
    connectors: list[str]
    """Words before which a long line may end and still make sense."""
    clauses: list[str]
    """Words that begin a clause: a line that holds one must not end before the clause does."""
    joint: Pattern
    """Where a second statement begins in a long sentence."""
    counts: Annotated[list[str], Field(min_length=8, max_length=8)]
    """Two to nine, as they count what ``feature_parade`` counts."""
    present: dict[Literal["brand", "plain"], Templates]
    hooks: dict[Arc, list[Pair]]
    """``problem_solution`` asks what its concept asks."""
    box: Box
    how: Pattern
    """Words that tell how a thing is used."""
    styles: dict[Style, StyleWords]
    moods: dict[Mood, Annotated[list[str], Field(min_length=2)]]
    rating: dict[Literal["counted", "plain"], Pairs]
    offer: dict[Offer, Templates]
    sold_out: list[str]
    unit_price: Templates
    specs: list[SpecPhrase]
    other_spec: Template
    """How a specification without a phrase of its own is said."""
    carriers: list[tuple[Pattern, Templates]]
    """What makes a sentence of a line of the page's list: the first whose pattern the line matches."""
    leads: Templates
    """What leads in a line that no carrier is for."""
    verbs: Pattern
    """Words by which a line is known to be a sentence."""
    many: list[tuple[str, str]]
    """How a template changes for a product that is spoken of as many."""
    pronouns: dict[Gender, str]
    """Gender -> what stands for the product; without one, for a product whose gender is not known."""
    looks: list[str]
    concepts: dict[str, Concept]
    check: Check

    @cached_property
    def questions(self) -> frozenset[str]:
        """All that concepts ask, as the checker reads it: no-break spaces are spaces."""
        return frozenset(" ".join(ask.split()) for concept in self.concepts.values() for ask in concept.ask)


@cache
def phrases_for(language: str | None) -> Phrases | None:
    """Return the sentences of a language; None when it has no file."""
    if not language or not re.fullmatch(r"[a-z]{2,3}", language):
        return None
    file = files("app.scenario").joinpath("phrases", f"{language}.json")
    return Phrases.model_validate_json(file.read_text(encoding="utf-8")) if file.is_file() else None


def languages() -> list[str]:
    """Return the languages that have a file."""
    folder = files("app.scenario").joinpath("phrases")
    return sorted(file.name.removesuffix(".json") for file in folder.iterdir() if file.name.endswith(".json"))


@cache
def of_many(language: str) -> Phrases | None:
    """Return the sentences of a language for a product that is spoken of as many ("They weigh …")."""
    phrases = phrases_for(language)
    if phrases is None:
        return None
    turns = sorted(phrases.many, key=lambda turn: -len(turn[0]))
    data = phrases.model_dump()

    def turn(value: Any) -> Any:
        if isinstance(value, str):
            for one, many in turns:
                if one in value:
                    return value.replace(one, many)
            return value
        if isinstance(value, dict):
            return {key: turn(part) for key, part in value.items()}
        return [turn(part) for part in value] if isinstance(value, list | tuple) else value

    for name in ("present", "offer", "rating"):
        data[name] = turn(data[name])
    data["carriers"] = [(find, turn(say)) for find, say in data["carriers"]]
    for spec in data["specs"]:
        spec |= {"say": turn(spec["say"]), "ask": turn(spec["ask"])}
    for concept in data["concepts"].values():
        concept["say"] = turn(concept["say"])
    return Phrases.model_validate(data)


Values = Mapping[str, tuple[str, tuple[str, ...]]]
"""What a template may name -> how it is written, and the paths of the facts that it rests on."""


def fill(template: str, values: Values) -> tuple[str, tuple[str, ...]] | None:
    """Return a template with its facts filled in and their paths; None when one is not known."""
    names = names_in(template)
    if any(name not in values for name in names):
        return None
    text = template.format_map({name: values[name][0] for name in names})
    if template.startswith(NAMED):
        text = text[0].upper() + text[1:]
    return text, tuple(dict.fromkeys(path for name in names for path in values[name][1]))


def turned(options: list[Option], seed: int) -> list[Option]:
    """Return ``options`` beginning at another one for each seed: neighbouring seeds differ where there is a choice."""
    start = seed % len(options) if options else 0
    return options[start:] + options[:start]
