"""All spellings of all nouns of a language, by their words: what a title is searched with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from app.scenario.naming.data import Gender, NounEntry, Number, nouns, words_of
from app.scenario.naming.folding import fold

SHORTEST_HEAD = 4
"""Letters of the last part of a German compound; a few shorter ones are listed."""
SHORTEST_REST = 3
GERMAN_ENDS = ("n", "en", "e", "s", "er", "nen")
WORD_END = re.compile(r"[\s]+")


@dataclass(frozen=True)
class Spelling:
    """One way to write a kind, and how it is said then."""

    concept: str
    text: str
    """As said; empty where the kind's own noun is said in its place."""
    gender: Gender
    many: bool
    """Whether this spelling names many."""
    number: Number
    keys: tuple[str, ...]
    """The folded words."""


@dataclass(frozen=True)
class Index:
    """The spellings of a language."""

    by_first: dict[str, tuple[Spelling, ...]]
    """First folded word -> the spellings that begin with it, longest first."""
    language: str

    def at(self, keys: list[str], start: int) -> Spelling | None:
        """Return the longest spelling that stands at ``start``; None where none does."""
        for spelling in self.by_first.get(keys[start], ()):
            size = len(spelling.keys)
            if size == 1 or tuple(keys[start : start + size]) == spelling.keys:
                return spelling
        return None

    def single(self, key: str) -> Spelling | None:
        """Return the spelling that is the one word ``key``."""
        found = self.by_first.get(key, ())
        return found[-1] if found and len(found[-1].keys) == 1 else None

    def compound(self, key: str) -> Spelling | None:
        """Return the last part of a German compound ("schreibtischlampe" -> Lampe); None where no noun is known."""
        words = words_of(self.language)
        if self.language != "de" or key in words.not_compounds:
            return None
        for cut in range(SHORTEST_REST, len(key) - 2):
            head = key[cut:]
            allowed = len(head) >= SHORTEST_HEAD or head in words.short_compound_heads
            if allowed and head not in words.not_compound_heads and (found := self.single(head)):
                return found
        return None


@cache
def index_of(language: str) -> Index:
    """Return the spellings of a language of ``LANGUAGES``.

    Nouns and listed plurals win over further words, and those over plurals that a rule makes.
    """
    known: dict[tuple[str, ...], Spelling] = {}
    entries = nouns(language)
    for concept, entry in entries.items():
        for noun in (entry, *entry.variants.values()):
            always = noun.number == "many"
            for text, many in ((noun.noun, always), (noun.plural, always or noun.plural != noun.noun)):
                _add(known, concept, text, noun.gender, many, noun.number, language)
    for concept, entry in entries.items():
        for word, mark in entry.words.items():
            _add_word(known, concept, entry, word, mark, language)
    for concept, entry in entries.items():
        for word, mark in entry.words.items():
            if not mark.endswith("*"):
                gender, said = _gender(entry, mark), mark != "-"
                for text in plurals(word, language):
                    _add(known, concept, text, gender, True, entry.number, language, said=said)
    by_first: dict[str, list[Spelling]] = {}
    for keys, spelling in known.items():
        by_first.setdefault(keys[0], []).append(spelling)
    ordered = {first: tuple(sorted(found, key=lambda s: -len(s.keys))) for first, found in by_first.items()}
    return Index(ordered, language)


@cache
def vocabulary(language: str) -> frozenset[str]:
    """Return the folded words that show that a title is in a language: of its nouns, and its small words."""
    words = words_of(language)
    small = words.cuts | words.stops | words.plain | words.descriptors
    spelled = {key for found in index_of(language).by_first.values() for s in found for key in s.keys}
    return frozenset(spelled | {fold(word, language) for word in small})


@cache
def telling_words(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that only a language has and English has not, and those that only English has."""
    own, english = vocabulary(language), vocabulary("en")
    return own - english, english - own


def _gender(entry: NounEntry, mark: str) -> Gender:
    genders: dict[str, Gender] = {"m": "m", "f": "f", "n": "n"}
    return entry.gender if mark == "-" else genders.get(mark.rstrip("*"), "")


def _add_word(
    known: dict[tuple[str, ...], Spelling], concept: str, entry: NounEntry, word: str, mark: str, language: str
) -> None:
    many = mark.endswith("*")
    number: Number = "many" if many else entry.number if entry.number == "mass" else "one"
    _add(known, concept, word, _gender(entry, mark), many, number, language, said=mark != "-")


def _add(
    known: dict[tuple[str, ...], Spelling],
    concept: str,
    text: str,
    gender: Gender,
    many: bool,
    number: Number,
    language: str,
    *,
    said: bool = True,
) -> None:
    keys = keys_of(text, language)
    known.setdefault(keys, Spelling(concept, text if said else "", gender, many, number, keys))
    if language != "de" and "-" in text:
        apart = keys_of(text.replace("-", " "), language)
        known.setdefault(apart, Spelling(concept, text if said else "", gender, many, number, apart))


def keys_of(text: str, language: str) -> tuple[str, ...]:
    """Return the folded words of a spelling, cut as titles are: "huile d'olive" is three."""
    spaced = re.sub(r"\b([dl]|qu|dell|all|nell|un)['’]", r"\1' ", text, flags=re.IGNORECASE)
    return tuple(fold(word, language) for word in WORD_END.split(spaced) if word)


def plurals(word: str, language: str) -> tuple[str, ...]:
    """Return what may be a word's plural, for recognising it in a title."""
    head, space, rest = word.partition(" ") if language not in ("en", "de") else ("", "", word)
    if language == "en":
        first, gap, last = word.rpartition(" ")
        return (f"{first}{gap}{_english_plural(last)}",)
    if language == "de":
        return tuple(f"{word}{end}" for end in GERMAN_ENDS)
    return tuple(f"{form}{space}{rest}" for form in _romance_plurals(head, language))


def _english_plural(word: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"


def _romance_plurals(word: str, language: str) -> tuple[str, ...]:
    if language == "fr":
        return (f"{word[:-2]}aux" if word.endswith("al") else f"{word}x", f"{word}s")
    if language == "es":
        return (f"{word}s",) if word[-1] in "aeioué" else (f"{word}es", f"{word[:-2]}ones", f"{word}s")
    if language == "pt":
        if word.endswith("ão"):
            return (f"{word[:-2]}ões", f"{word[:-2]}ães")
        ends = {"l": f"{word[:-1]}is", "m": f"{word[:-1]}ns", "r": f"{word}es", "z": f"{word}es"}
        return (ends.get(word[-1], f"{word}s"),)
    if word.endswith(("ca", "ga")):
        return (f"{word[:-1]}he",)
    ends = {"a": "e", "o": "i", "e": "i"}
    plural = word[:-1] + ends.get(word[-1], word[-1])
    return (plural[:-1] if word.endswith("io") else plural, f"{word[:-1]}hi" if word.endswith(("co", "go")) else plural)
