"""What kind of thing a product is, so that it can be named ("the backpack"), with its gender and number.

``kinds.json`` has each kind's noun in every language, after a letter: m, f, n (one of it), p, q (many: masculine and
feminine where that matters). A product of an unknown kind is spoken of without gender.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from app.analysis.words import clean
from app.models import Product
from app.scenario.lexicon import lowered
from app.scenario.phrases import Gender

ARTICLES: dict[str, dict[str, str]] = {
    "en": dict.fromkeys("mfnpq", "the"),
    "de": {"m": "der", "f": "die", "n": "das", "p": "die", "q": "die"},
    "fr": {"m": "le", "f": "la", "p": "les", "q": "les"},
    "es": {"m": "el", "f": "la", "p": "los", "q": "las"},
    "it": {"m": "il", "f": "la", "p": "i", "q": "le"},
    "pt": {"m": "o", "f": "a", "p": "os", "q": "as"},
}
OBJECT_ARTICLES = {"der": "den"}
"""German alone changes an article that stands for an object."""
ELIDED = re.compile(r"[aeiouhàâéèêëîïôöù]", re.IGNORECASE)
ITALIAN_LO = re.compile(r"(?:s[^aeiou]|z|gn|ps|x|y)", re.IGNORECASE)
PLURAL = re.compile(r"(?:[^suix']s|[^s]es)$", re.IGNORECASE)
"""How an English word ends that names many, as a rule."""


@dataclass(frozen=True)
class Kind:
    """The kind of a product in one language."""

    noun: str
    gender: Gender
    """m, f, n, p or q; see the module."""
    path: str
    """Where the product says it."""

    @property
    def many(self) -> bool:
        """Whether it is spoken of as many."""
        return self.gender in ("p", "q")


def with_article(noun: str, gender: str, language: str) -> str:
    """Return a noun after the definite article: ``l'enceinte``, ``lo zaino``, ``der Rucksack``."""
    article = ARTICLES[language][gender]
    if language == "fr" and article in ("le", "la") and ELIDED.match(noun):
        return f"l'{noun}"
    if language == "it" and article in ("il", "la") and re.match("[aeiou]", noun, re.IGNORECASE):
        return f"l'{noun}"
    if language == "it" and article in ("il", "i") and re.match(r"[aeiou]", noun, re.IGNORECASE):
        return f"gli {noun}"
    if language == "it" and ITALIAN_LO.match(noun):
        article = {"il": "lo", "i": "gli"}.get(article, article)
    return f"{article} {noun}"


@cache
def _kinds() -> list[dict[str, tuple[Gender, str]]]:
    """Language -> gender and noun, for each kind; the longest nouns first."""
    file = files("app.scenario").joinpath("kinds.json").read_text(encoding="utf-8")
    parts = TypeAdapter(list[dict[str, tuple[Gender, str]]]).validate_python(
        [{language: word.split(" ", 1) for language, word in entry.items()} for entry in json.loads(file)]
    )
    return sorted(parts, key=lambda entry: -len(entry["en"][1]))


def kind_of(product: Product, source: str | None, language: str) -> Kind | None:
    """Return the kind that a page in ``source`` tells, as ``language`` calls it: by the title, else the categories."""
    if source not in ARTICLES or language not in ARTICLES:
        return None
    places = [("title", clean(product.title)), *(("categories", clean(text)) for text in reversed(product.categories))]
    for path, text in places:
        found = [(match, entry) for entry in _kinds() if (match := _find(text, entry[source][1], source))]
        # The head of an English name stands at its end, of a name in the other languages at its beginning.
        order = max if source == "en" else min
        if found:
            _, entry = order(found, key=lambda pair: pair[0].end() if source == "en" else pair[0].start())
            gender, noun = entry[language]
            return Kind(noun, gender, path)
    return None


def _find(text: str, noun: str, source: str) -> re.Match[str] | None:
    before = r"[^\W\d_]*" if source == "de" else r"(?<![\w-])"
    return re.search(rf"{before}{re.escape(noun)}(?![\w-])", text, re.IGNORECASE)


def is_many(product: Product, kind: Kind | None, source: str | None, language: str, name: str) -> bool:
    """Tell whether a product is spoken of as many: by its kind, else by its English name."""
    if kind is not None and kind.path == "title":
        return kind.many
    head = re.split(r"\s(?:for|with|in|of|and)\s", name)[0]
    return language == "en" and source == "en" and PLURAL.search(head) is not None


def called(name: str, kind: Kind, language: str) -> str | None:
    """Return a name of the page's language after its article ("la lampe Petite Ourse"); None where it takes none.

    The article is that of the noun: it must be the name's first word, else an adjective may come between.
    """
    first = name.split()[0] if name else ""
    head = first.casefold().endswith(kind.noun.casefold()) if language == "de" else False
    if head or name.casefold().startswith(kind.noun.casefold()):
        return with_article(name if language == "de" else lowered(name), kind.gender, language)
    return None
