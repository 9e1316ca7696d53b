"""The tables of the package, checked as they are read: what kinds of things there are, and a language's small words.

``data/concepts.json`` has each kind's category; ``data/en.json`` and its like have its noun in a language, and
``data/words.json`` the words that end a noun phrase, the colours, the sets and the like. A language is added by a file
of nouns and an entry in ``words.json``.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from app.analysis.words import stop_words
from app.scenario.naming.folding import fold

Gender = Literal["m", "f", "n", ""]
"""Masculine, feminine, neuter; empty in a language without genders."""
Number = Literal["one", "many", "mass"]
"""How a thing is normally spoken of: a lamp, headphones, coffee."""
Category = Literal[
    "food",
    "drink",
    "beauty",
    "fragrance",
    "health",
    "fashion",
    "shoes",
    "bags",
    "jewellery",
    "watch",
    "electronics",
    "audio",
    "computer",
    "phone",
    "appliance",
    "kitchen",
    "home",
    "furniture",
    "lighting",
    "textile",
    "garden",
    "tools",
    "building",
    "vehicle",
    "industrial",
    "baby",
    "toy",
    "game",
    "book",
    "music",
    "film",
    "stationery",
    "office",
    "craft",
    "sport",
    "outdoor",
    "pet",
    "instrument",
    "ticket",
    "gift",
    "party",
    "collectible",
    "other",
]
"""What a thing is sold among."""
CATEGORIES: frozenset[str] = frozenset(get_args(Category))
LANGUAGES = ("en", "de", "fr", "es", "it", "pt")
GENDERS: dict[str, frozenset[str]] = {
    "en": frozenset({""}),
    "de": frozenset("mfn"),
    "fr": frozenset("mf"),
    "es": frozenset("mf"),
    "it": frozenset("mf"),
    "pt": frozenset("mf"),
}
"""The genders that a noun of a language can have."""
WordMark = Annotated[str, Field(pattern=r"^(?:-|[mfn]?\*?)$")]
"""Of a further word: its gender, ``*`` after it where it names many; ``-`` where the noun is said in its place."""
Text = Annotated[str, Field(min_length=1, max_length=60)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Noun(_Table):
    """A noun as one country says it."""

    noun: Text
    plural: Text
    gender: Gender = ""
    number: Number = "one"


class NounEntry(Noun):
    """A kind of thing in one language: its noun, and the further words that titles call it by."""

    words: dict[Text, WordMark] = {}
    variants: dict[Literal["BR", "419"], Noun] = {}
    """Brazil's noun, or Latin America's, where it is another."""


class Words(_Table):
    """A language's small words, in small letters."""

    cuts: frozenset[str]
    """What stands before them is named; what follows tells more of it ("for", "with")."""
    stops: frozenset[str]
    """Articles, conjunctions and pronouns: with ``cuts``, the words that no name ends on."""
    articles: frozenset[str]
    of: frozenset[str]
    """What stands between a set and what it is a set of."""
    sets: frozenset[str]
    plain: frozenset[str]
    """Colours, sizes and for whom: they may follow a noun, and name nothing."""
    page_words: frozenset[str]
    """Of a page rather than of a product, where a title ends on them: "prices", "details"."""
    descriptors: frozenset[str]
    """Adjectives and materials: they describe, and are no part of a model's name."""
    shop_words: frozenset[str]
    not_compound_heads: frozenset[str] = frozenset()
    short_compound_heads: frozenset[str] = frozenset()
    not_compounds: frozenset[str] = frozenset()
    aspirated_h: frozenset[str] = frozenset()
    """French words before which an article is not elided."""
    stressed_a: frozenset[str] = frozenset()
    """Spanish feminine nouns that take "el"."""


class SharedWords(_Table):
    """What holds in every language, in small letters."""

    no_brand: frozenset[str]
    marketplaces: frozenset[str]
    model_words: frozenset[str]
    """Plain words that belong to a model where they follow its name: "Nest Mini"."""
    units: frozenset[str]
    codes: frozenset[str]
    accessories: frozenset[str]
    """A category named by one of these holds things for what the wider category holds."""
    pets: frozenset[str]
    """For whom a thing is that then is a pet's."""


class Nouns(_Table):
    """All kinds in one language."""

    language: Literal["en", "de", "fr", "es", "it", "pt"]
    entries: dict[str, NounEntry]

    @model_validator(mode="after")
    def _right(self) -> Self:
        allowed = GENDERS[self.language]
        for concept, entry in self.entries.items():
            for noun in (entry, *entry.variants.values()):
                if noun.gender not in allowed:
                    raise ValueError(f"{concept}: {self.language} has no gender {noun.gender!r}")
            for word, mark in entry.words.items():
                if mark != "-" and mark.rstrip("*") not in allowed:
                    raise ValueError(f"{concept}: {word!r} has gender {mark!r}")
        if missing := concepts().keys() ^ self.entries.keys():
            raise ValueError(f"{self.language}: not the same kinds as concepts.json: {sorted(missing)}")
        return self


def _read(name: str) -> Any:
    return json.loads(files("app.scenario.naming").joinpath("data", f"{name}.json").read_text(encoding="utf-8"))


@cache
def concepts() -> dict[str, Category]:
    """Return every kind's id -> its category."""
    return TypeAdapter(dict[str, Category]).validate_python(_read("concepts"))


@cache
def nouns(language: str) -> dict[str, NounEntry]:
    """Return every kind's id -> its noun in a language of ``LANGUAGES``.

    Raises:
        ValueError: the file is not right.
    """
    return Nouns.model_validate({"language": language, "entries": _read(language)}).entries


@cache
def _all_words() -> dict[str, Any]:
    data: dict[str, Any] = _read("words")
    return data


@cache
def words_of(language: str) -> Words:
    """Return the small words of a language of ``LANGUAGES``."""
    return Words.model_validate(_all_words()[language])


@cache
def shared_words() -> SharedWords:
    """Return the small words that hold in every language."""
    return SharedWords.model_validate(_all_words()["shared"])


@cache
def keys_of_words(which: str, language: str) -> frozenset[str]:
    """Return the folded words of one of the lists of ``Words``, or of ``SharedWords``."""
    table = shared_words() if which in SharedWords.model_fields else words_of(language)
    return frozenset(fold(word, language) for word in getattr(table, which))


@cache
def cut_keys(language: str) -> frozenset[str]:
    """Return the folded words that end a noun phrase."""
    return frozenset(fold(word, language) for word in words_of(language).cuts)


@cache
def bad_ends(language: str) -> frozenset[str]:
    """Return the folded words that no name may end on."""
    words = words_of(language)
    return cut_keys(language) | {fold(word, language) for word in words.stops | words.articles}


@cache
def no_end(source: str, language: str) -> frozenset[str]:
    """Return the folded words on which no name ends that is read in one language and said in another."""
    other = bad_ends(language) if language in LANGUAGES else stop_words(language)
    return bad_ends(source) | other


@cache
def no_names(language: str) -> frozenset[str]:
    """Return the folded words that are no part of a model's name."""
    shared = shared_words()
    return descriptor_keys(language) | descriptor_keys("en") | shared.marketplaces | bad_ends(language)


@cache
def plain_keys(language: str) -> frozenset[str]:
    """Return the folded colours, sizes and the like."""
    shared = shared_words()
    own = words_of(language).plain | words_of(language).shop_words if language in LANGUAGES else frozenset()
    return frozenset(fold(word, language) for word in own | shared.units | shared.codes)


@cache
def descriptor_keys(language: str) -> frozenset[str]:
    """Return the folded adjectives and materials, colours among them."""
    own = words_of(language).descriptors if language in LANGUAGES else frozenset()
    return frozenset(fold(word, language) for word in own) | plain_keys(language)
