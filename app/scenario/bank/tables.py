"""The tables by which facts are told apart, one pattern a type over all languages: a page may mix them."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, cast

from app.extraction.word_patterns import any_of
from app.scenario.bank.facts import FactType

Pattern = re.Pattern[str]
ENGLISH, OTHER = "en", "other"
WEAK = ("labels", "prohibitions")
ENDINGS = {"de": ("", "e", "er", "es", "en", "em"), "fr": ("", "s"), "es": ("", "s"), "pt": ("", "s")}
"""What a language's words of praise may have behind them."""


def _table(name: str) -> Any:
    return json.loads(files("app.scenario.bank").joinpath(f"words/{name}.json").read_text("utf-8"))


def _any(words: list[str]) -> Pattern:
    return any_of(words)


@cache
def cues(language: str | None = None) -> dict[FactType, Pattern]:
    """Return for each type the words that mark it in a text of a page in a language; None: in any.

    Shops everywhere use English words too. A word of one language is often a common one of another, with another sense.
    """
    return {
        cast(FactType, kind): _any([word for name in _spoken(languages, language) for word in languages.get(name, ())])
        for kind, languages in _table("cues").items()
    }


def _spoken(languages: dict[str, list[str]], language: str | None) -> list[str]:
    """Return the names of the lists of words that count on a page in a language."""
    if language is None:
        return list(languages)
    return [language if language in languages else OTHER, *([ENGLISH] if language != ENGLISH else [])]


@cache
def counters() -> dict[str, list[Pattern]]:
    """Return the forms in which pages tell how many bought it, awards and how few are left."""
    return {kind: [re.compile(form, re.IGNORECASE) for form in forms] for kind, forms in _table("counters").items()}


@cache
def keys() -> dict[str, FactType]:
    """Return the type of each known label of a specification, in lower case."""
    return {label: cast(FactType, kind) for kind, labels in _table("keys").items() for label in labels}


@cache
def never() -> frozenset[str]:
    """Return the labels whose values are no facts: numbers of articles, prices, the shop's own matters."""
    return frozenset(_table("never"))


@cache
def feelings() -> tuple[Pattern, Pattern]:
    """Return the words of a pleased buyer, and those of one who has something to complain of, or addresses a reader."""
    table = _table("feelings")
    good, bad = ([word for words in table[name].values() for word in words] for name in ("good", "bad"))
    return _any(good), _any(bad)


@cache
def gates() -> Pattern:
    """Return the words of promotions, warnings and advertisements, of one who speaks of himself, of what isn't here."""
    return _any([word for name, words in _table("gates").items() if name != "summary" for word in words])


@cache
def offers() -> Pattern:
    """Return those of ``gates`` that a buyer would not say of what he bought either."""
    table = _table("gates")
    return _any(
        [word for name, words in table.items() if name not in ("speaker", "summary", "elsewhere") for word in words]
    )


@cache
def yes() -> frozenset[str]:
    """Return the values by which rows say that the product has what their label names, in lower case."""
    return frozenset(_table("yes"))


@cache
def empty() -> frozenset[str]:
    """Return the values by which rows say that there is nothing, in lower case."""
    return frozenset(_table("empty"))


@cache
def summaries() -> Pattern:
    """Return the words of lines among the reviews that no buyer wrote: averages, headings, dates."""
    return _any(_table("gates")["summary"])


@cache
def buyers(language: str | None) -> Pattern:
    """Return the words by which a buyer speaks of himself in a language: no seller describes the product by them."""
    return _any(_table("buyers").get(language or ENGLISH, []))


@cache
def weak() -> tuple[Pattern, Pattern]:
    """Return the labels of rows that hardly sell (parcel, model), and the words of what is forbidden or needed."""
    table = _table("weak")
    labels, prohibitions = ([word for words in table[name].values() for word in words] for name in WEAK)
    return _any(labels), _any(prohibitions)


@cache
def praise(language: str) -> frozenset[str]:
    """Return the words of a language that say nothing of a thing but that it is good, with their endings."""
    endings = ENDINGS.get(language, ("",))
    return frozenset(word + ending for word in _table("praise").get(language, "").split() for ending in endings)


@cache
def conditions() -> tuple[Pattern, Pattern, Pattern]:
    """Return the labels of rows that say in what condition a thing is, how a new one's value begins, a used one's."""
    table = _table("weak")["conditions"]
    return _any(table["labels"]), _any(table["new"]), _any(table["used"])


@cache
def makers(language: str | None) -> Pattern:
    """Return the words with which a maker begins to speak of himself on a page in a language; None: in any."""
    table = _table("weak")["makers"]
    return _any([word for name in ([language] if language else table) for word in table.get(name, ())])
