"""What kind of thing a product is: the head noun of its title, else what its categories say.

The head is what the title names, not what it is for, made of or decorated with: a "wall lamp with candle design" is a
lamp, an "étui pour téléphone" a case, a "Handyhülle" a Hülle. Where the head is not known and nothing else tells it,
there is no kind: a wrong noun is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.scenario.naming.data import (
    LANGUAGES,
    Category,
    Gender,
    concepts,
    cut_keys,
    descriptor_keys,
    keys_of_words,
    nouns,
    plain_keys,
)
from app.scenario.naming.folding import fold, known_language
from app.scenario.naming.index import Index, Spelling, index_of, telling_words
from app.scenario.naming.titles import Token, cleaned, segments_of, tokens_of

SEGMENTS_READ = 5
LEVEL = re.compile(r"\s{0,9}(?:[/>»]|›)\s{0,9}")
MEDIA: frozenset[str] = frozenset({"book", "music", "film", "game", "ticket"})
"""Their titles name works, whose words say nothing of what is sold."""
SETS: frozenset[str] = frozenset({"set", "gift_set"})
HEAD_LAST = frozenset({"en", "de"})
"""Languages whose compounds end on their head."""
LONGEST_PHRASE, ROW = 10, 3
"""A longer title that names so many things is a row of words to be found by."""
LEVELS_TRUSTED = 2
"""How many of the narrowest categories name the product; wider ones are departments."""


@dataclass(frozen=True)
class Kind:
    """The kind of a product, as one language says it."""

    id: str
    category: Category
    noun: str
    """As said: in the plural where the title or the kind speaks of many."""
    gender: Gender
    many: bool
    mass: bool
    source: Literal["title", "categories"]
    certain: bool


@dataclass(frozen=True)
class Found:
    """A noun where a text has it."""

    spelling: Spelling
    segment: int
    start: int
    """Place of its first and behind its last word in its segment."""
    end: int
    text: str
    certain: bool
    category: Category
    language: str


def kind_of(title: str, categories: Sequence[str], language: str, brand: str | None = None) -> Kind | None:
    """Return the kind of what a page in ``language`` ("pt", "pt-BR") sells; None where nothing tells it for sure.

    ``categories`` go from the widest to the narrowest. ``brand`` is left out of the title as it is read.
    """
    code, variant = known_language(language)
    if code not in LANGUAGES or code is None:
        return None
    tokens = tokens_of(cleaned(title), code)
    found, source = find_kind(tokens, categories, code, brand)
    return None if found is None else said_kind(found, source, code, variant, several=several(tokens))


def several(tokens: list[Token]) -> bool:
    """Tell whether a title begins with how many there are: "4x Battery", "20 x Basket"."""
    first = tokens[0].text.casefold() if tokens else ""
    second = tokens[1].key if len(tokens) > 1 else ""
    number = re.fullmatch(r"(\d{1,3})([x×]?)", first)
    return bool(number) and int(number[1] if number else 0) > 1 and bool((number and number[2]) or second in ("x", "×"))


def find_kind(
    tokens: list[Token], categories: Sequence[str], language: str, brand: str | None
) -> tuple[Found | None, Literal["title", "categories"]]:
    """Return the noun that tells the kind, and where it was found; the title's words are those of ``language``."""
    listed = in_categories(categories, language, {token.key for token in tokens} | set(brand_keys(brand, language)))
    titled = in_title(tokens, "en" if is_english(tokens, language) else language, brand)
    if titled is None:
        return listed, "categories"
    if listed is not None:
        same = listed.spelling.concept == titled.spelling.concept or listed.category == titled.category
        if listed.category in MEDIA and titled.category not in MEDIA:
            return listed, "categories"
        if not titled.certain:
            return (replace(titled, certain=True), "title") if same else (replace(listed, certain=False), "categories")
    if not titled.certain and titled.language == "en":
        return None, "title"
    return titled, "title"


def is_english(tokens: list[Token], language: str) -> bool:
    """Tell whether a title on a page in another language is in English, as shops' titles often are."""
    if language == "en":
        return True
    own, english = telling_words(language)
    for_english = sum(token.text.isalpha() and fold(token.text, "en") in english for token in tokens)
    for_own = sum(token.text.isalpha() and token.key in own for token in tokens)
    return for_english > max(for_own, 1)


def said_kind(
    found: Found,
    source: Literal["title", "categories"],
    language: str,
    variant: str | None,
    *,
    several: bool = False,
) -> Kind:
    """Return a noun that was found as the kind that ``language`` says; its plural where there are ``several``."""
    spelling = found.spelling
    entry = nouns(language)[spelling.concept]
    own = next((noun for region, noun in entry.variants.items() if region == variant), entry)
    listed = source == "categories"
    if listed or found.language != language or not found.text:
        many = own.number == "many" if listed else spelling.many
        noun = own.plural if many else own.noun
        gender, number = own.gender, own.number
        if spelling.number == "mass" and not spelling.many and number == "many" and not listed:
            number, many, noun = "many", True, own.plural
    else:
        noun, gender, many, number = found.text, spelling.gender, spelling.many, spelling.number
    if several and not many and number != "mass" and noun in (entry.noun, own.noun):
        noun, many = (own if noun == own.noun else entry).plural, True
    return Kind(
        spelling.concept,
        found.category,
        noun,
        gender,
        many,
        number == "mass" and not many,
        source,
        found.certain,
    )


def in_title(tokens: list[Token], language: str, brand: str | None) -> Found | None:
    """Return the head noun of a title; None where it is not known."""
    named = brand_keys(brand, language)
    uncertain: Found | None = None
    for segment in [part for part in segments_of(tokens) if not part[0].aside][:SEGMENTS_READ]:
        found = _in_segment(without(segment, named), language, first=segment[0].segment == 0)
        if found and found.category not in MEDIA and _for_pets(segment, found.end, language):
            found = replace(found, category="pet")
        if found and found.certain:
            return found
        uncertain = uncertain or found
    return uncertain


def _for_pets(segment: list[Token], end: int, language: str) -> bool:
    """Tell whether a phrase such as "for dogs" follows a noun."""
    keys = [token.key for token in segment[end:]]
    after = next((place for place, key in enumerate(keys) if key in cut_keys(language)), len(keys))
    pets = keys_of_words("pets", language)
    return any(key in pets for key in keys[after : after + 4])


def brand_keys(brand: str | None, language: str) -> tuple[str, ...]:
    """Return the folded words of a brand, as a title has them."""
    return tuple(token.key for token in tokens_of(cleaned(brand), language)) if brand else ()


def without(segment: list[Token], named: tuple[str, ...]) -> list[Token]:
    """Return a segment's words with those of the brand made empty: they hold their place and name nothing."""
    size = len(named)
    keys = [token.key for token in segment]
    for start in range(len(segment) - size + 1) if size else ():
        if tuple(keys[start : start + size]) == named and size < len(segment):
            return [
                replace(token, key="") if start <= place < start + size else token
                for place, token in enumerate(segment)
            ]
    return segment


def _in_segment(segment: list[Token], language: str, *, first: bool) -> Found | None:
    hits, end = scan(segment, language)
    if not hits:
        return None
    keys = [token.key for token in segment]
    if first and keys[0] in keys_of_words("articles", language):
        # A title with an article is a work's: "The Lamp".
        return None
    if language == "en":
        hit = hits[-1]
        joined = keys[hit.start - 1] in ("and", "&") and len(hits) > 1 and hits[-2].end == hit.start - 1
        if joined and hits[-2].spelling.number != "mass" and hit.end == end:
            # Of two things the first is named: "toilet brush and holder".
            hit, end = hits[-2], hits[-2].end
        plain = plain_keys(language)
        tail = segment[hit.end : end]
        certain = all(t.measured or t.coded or not t.key or t.key in plain or t.article_number for t in tail)
        if not certain and (last := _ending_at(segment, keys, end, language)):
            hit, certain = last, True
        # A row of search words has no head.
        row = len(segment) > LONGEST_PHRASE and len({h.spelling.concept for h in hits}) >= ROW
        return replace(with_category(hit, hits), certain=certain and not row)
    if language == "de":
        hit = hits[0]
        for following in hits[1:]:
            if following.start != hit.end or keys[following.start] in descriptor_keys(language):
                break
            hit = replace(following, category=hit.category) if following.spelling.concept == "set" else following
    else:
        hit = hits[0]
    before = segment[: hit.start]
    unknown = [t for t in before if t.key and t.text.islower() and not t.measured and t.key not in plain_keys(language)]
    return replace(hit, certain=not unknown)


def _ending_at(segment: list[Token], keys: list[str], end: int, language: str) -> Found | None:
    """Return the noun that ends a phrase, where a longer one hid its first word: "table lamp shade"."""
    for start in range(max(0, end - 3), end - 1):
        hit = _at(index_of(language), segment, keys, start, language)
        if hit is not None and hit.end == end:
            return hit
    return None


def with_category(hit: Found, hits: list[Found]) -> Found:
    """Return a set with the category of what stands right before it: "pots and pans set" is for the kitchen."""
    if hit.spelling.concept == "set" and len(hits) > 1:
        return replace(hit, category=hits[-2].category)
    return hit


def scan(segment: list[Token], language: str) -> tuple[list[Found], int]:
    """Return the nouns of a segment's head, in order, and where the head ends.

    It ends before the first word such as "for" or "with". A set of something is that something: "set of 6 glasses".
    """
    index, cuts = index_of(language), cut_keys(language)
    of, sets = keys_of_words("of", language), keys_of_words("sets", language)
    keys = [token.key for token in segment]
    hits: list[Found] = []
    place = 0
    while place < len(segment):
        token = segment[place]
        hit = _at(index, segment, keys, place, language)
        if hit is not None:
            hits.append(hit)
            place = hit.end
            continue
        if token.key in cuts and place > 0:
            before = keys[place - 1]
            held = token.key in of and (before in sets or before.rstrip("s") in sets) and place > 0
            inner = _of_set(index, segment, keys, place + 1, language) if held else None
            if inner is None or not _holds(hits, inner, segment[place + 1]):
                return hits, place
            return ([inner], len(segment)) if language not in HEAD_LAST else _rest(segment, language, place + 1)
        if token.key in cuts:
            return hits, place
        place += 1
    return hits, len(segment)


def _holds(hits: list[Found], inner: Found, following: Token) -> bool:
    """Tell whether a "bottle of ..." is named by what is in it: a bottle of wine, not a bottle of water."""
    container = hits[-1] if hits else None
    if container is None or container.spelling.concept in SETS or following.measured:
        return True
    return inner.category in ("food", "drink", "beauty") and inner.spelling.concept != "water"


def _rest(segment: list[Token], language: str, start: int) -> tuple[list[Found], int]:
    hits, end = scan(segment[start:], language)
    return [replace(hit, start=hit.start + start, end=hit.end + start) for hit in hits], end + start


def _of_set(index: Index, segment: list[Token], keys: list[str], place: int, language: str) -> Found | None:
    """Return what a set is of: a noun after its number, or after a few words in English."""
    if language in HEAD_LAST:
        hits, _ = scan(segment[place:], language)
        return hits[-1] if hits else None
    while place < len(segment) and segment[place].measured:
        place += 1
    return _at(index, segment, keys, place, language) if place < len(segment) else None


def _at(index: Index, segment: list[Token], keys: list[str], place: int, language: str) -> Found | None:
    key = keys[place]
    if not key:
        return None
    spelling = index.at(keys, place)
    text = spelling.text if spelling else ""
    size = len(spelling.keys) if spelling else 1
    if spelling is None:
        spelling = index.compound(key)
        if spelling is None and language in HEAD_LAST and ("-" in key or "/" in key):
            last = re.split(r"[-/]", key)[-1]
            spelling = index.single(last) or index.compound(last)
        if spelling is None:
            return None
        text = compound_text(segment[place].text) if language == "de" and "/" not in key else spelling.text
    category = concepts()[spelling.concept]
    return Found(spelling, segment[place].segment, place, place + size, text, True, category, language)


def compound_text(word: str) -> str:
    """Return a German compound as it is written: each part with a large first letter, no capitals throughout."""
    parts = re.split(r"(-)", word)
    return "".join(
        part if (len(part) <= 3 if part.isupper() else part[:1].isupper()) else part.capitalize() for part in parts
    )


def in_categories(categories: Iterable[str], language: str, known: frozenset[str] | set[str]) -> Found | None:
    """Return the kind that the narrowest category tells; None where it names several, or none.

    The widest ones are departments, unless they are those of books, music, films, games and tickets. A level that has
    only ``known`` words, those of the title and the brand, is the product or its maker.
    """
    levels = [
        level
        for text in categories
        for level in LEVEL.split(cleaned(text))
        if not {token.key for token in tokens_of(level, language)} <= known
    ]
    blocked = False
    for depth, level in enumerate(reversed(levels)):
        found = _in_category(level, language)
        if blocked or found is None:
            blocked = blocked or _for_others(level, language)
            continue
        if depth < LEVELS_TRUSTED or found.category in MEDIA:
            return found
        return None
    return None


def _for_others(level: str, language: str) -> bool:
    return any(token.key in keys_of_words("accessories", language) for token in tokens_of(level, language))


def _in_category(level: str, language: str) -> Found | None:
    if _for_others(level, language):
        return None
    for code in dict.fromkeys((language, "en")):
        tokens = tokens_of(level, code)
        joined = [token.key in ("&", "+", "y", "e", "et", "und", "and", "o", "ou", "oder", "or") for token in tokens]
        named: dict[str, Found] = {}
        for segment in segments_of(tokens):
            hits, end = scan(segment, code)
            for hit in hits if any(joined) else hits[-1:] if code in HEAD_LAST else hits[:1]:
                named.setdefault(hit.spelling.concept, hit)
            if hits and code == "en" and hits[-1].end != end and not any(joined):
                return None
        if len(named) == 1:
            return next(iter(named.values()))
        if named:
            return None
    return None
