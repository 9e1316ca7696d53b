"""The product's name as a screen shows it: whole words, without the tail of search words."""

from __future__ import annotations

import re

from app.analysis.words import stop_words
from app.models import Product
from app.scenario.naming.brands import said_brand
from app.scenario.naming.data import LANGUAGES, bad_ends, cut_keys, keys_of_words, shared_words
from app.scenario.naming.folding import fold, known_language
from app.scenario.naming.kinds import HEAD_LAST, MEDIA, find_kind
from app.scenario.naming.names import spoken_name
from app.scenario.naming.titles import Token, calm, cleaned, is_shouted, segments_of, tokens_of

MOST_CHARACTERS, ONE_MORE = 40, 10
FEWEST_WORDS, MOST_WORDS = 2, 5
SHORTEST_END = 4
"""Letters of a small word that may be the last of a title that goes on."""
COUNT = re.compile(r"\d{1,3}(?:x|×|er)?|\d{1,3}(?:pcs?|pairs?|stk)", re.IGNORECASE)
SIZE = re.compile(r"\d[\d.,]{0,6}[ -]?(?:mm|cm|m|in|inch|inches|ft|yards?|\"|″)(?!\w)", re.IGNORECASE)
"""What is no part of a name: how many there are, and how long they are."""


def screen_name(product: Product, limit_words: int = 6, language: str | None = None) -> str:
    """Return the name as shown: the brand and the first part of the title, at most ``limit_words`` words.

    ``language`` is that of the title where the product does not know it. A number stays with its unit. The name has at
    most 40 characters where its first word allows, 50 with the title's last one; it is empty only where the title has
    nothing to show.
    """
    source, _ = known_language(product.language or language)
    reading = source if source in LANGUAGES and source is not None else "en"
    title = cleaned(product.title)
    tokens = tokens_of(title, reading)
    brand = said_brand(product, tokens, reading)
    shouted = is_shouted(title)
    parts = [part for part in segments_of(tokens) if not part[0].aside] or segments_of(tokens)
    if not parts:
        return " ".join(brand.words)
    shown = list(parts[0])
    if (len(shown) < FEWEST_WORDS or (brand.place and brand.place[1] >= len(shown))) and len(parts) > 1:
        shown += parts[1]
    units = _units(shown, shouted)
    if brand.place and brand.place[1] <= len(shown) and tokens[: len(shown)] == shown:
        start, end = brand.place
        units = [*_units(shown[:start], shouted), [*brand.words], *_units(shown[end:], shouted)]
    elif brand.words and not brand.place and _is_thing(product, tokens, reading):
        units.insert(0, [*brand.words])
    kept = _fitting(units, limit_words)
    if len(kept) < len(units) and source in HEAD_LAST:
        # Where adjectives come before the noun, it is better to leave out one of them than the noun.
        described = keys_of_words("descriptors", reading)
        units = [unit for n, unit in enumerate(units) if n == 0 or fold(unit[0], reading) not in described]
        kept = _fitting(units, limit_words)
    if len(units) == len(kept) + 1 and _is_one_more(units, limit_words):
        kept = units  # better a long line than one that breaks off before its last word
    phrase = _whole_phrase(kept, units, reading, source)
    return _said_name(product, source, phrase, units) or "".join(_joined(phrase))


def _said_name(product: Product, source: str | None, kept: list[list[str]], units: list[list[str]]) -> str | None:
    """Return the name as it is said, where the title's first words are but a list: counts, sides, choices.

    None where they are a name, or nobody knows what the thing is called.
    """
    words = [word for unit in kept for word in unit]
    listed = any("/" in word or COUNT.fullmatch(word) for word in words) or bool(SIZE.search(" ".join(words)))
    if not listed and not (len(words) > MOST_WORDS and len(kept) < len(units)):
        return None
    name = spoken_name(product, source) if source in LANGUAGES and source is not None else None
    if name is None or name.kind is None or not name.certain or name.kind.category in MEDIA:
        return None
    written = {word.casefold(): word for unit in units for word in unit}
    said = name.text.split()
    if all(word.casefold() in written for word in said):
        said = [written[word.casefold()] for word in said]
    if len(said) < FEWEST_WORDS:
        return None
    return " ".join([said[0][:1].upper() + said[0][1:], *said[1:]])


def _is_thing(product: Product, tokens: list[Token], language: str) -> bool:
    """Tell whether a product is no book, film or other work, before whose title no maker is named."""
    found, _ = find_kind(tokens, product.categories, language, product.brand)
    return found is not None and found.category not in MEDIA


def _units(tokens: list[Token], shouted: bool) -> list[list[str]]:
    """Return the words, those that must stay together in one list: "500 ml", "l'huile"."""
    shared = shared_words()
    units: list[list[str]] = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else None
        word = calm(token.text, shouted=shouted)
        # A single letter or "in" is a unit only right after a number.
        together = before is not None and (
            before.text.endswith("'") or (before.text[-1:].isdigit() and before.measured and token.key in shared.units)
        )
        if together:
            units[-1].append(word)
        else:
            units.append([word])
    return units


def _joined(units: list[list[str]]) -> list[str]:
    out: list[str] = []
    for word in (word for unit in units for word in unit):
        out.append(word if not out or out[-1].endswith("'") else f" {word}")
    return out


def _fitting(units: list[list[str]], limit: int) -> list[list[str]]:
    kept: list[list[str]] = []
    for unit in units:
        tried = [*kept, unit]
        if kept and (sum(map(len, tried)) > limit or len("".join(_joined(tried))) > MOST_CHARACTERS):
            break
        kept = tried
    return kept


def _is_one_more(units: list[list[str]], limit: int) -> bool:
    """Tell whether a title's last word may stand on a line that is full without it."""
    longest = MOST_CHARACTERS + ONE_MORE
    return sum(map(len, units)) <= limit and units[-1][0].isalpha() and len("".join(_joined(units))) <= longest


def _whole_phrase(kept: list[list[str]], units: list[list[str]], language: str, source: str | None) -> list[list[str]]:
    """Return the words up to a phrase that was cut ("for small ..."), and no word that cannot end a name."""
    shared = shared_words()
    ends, cuts = bad_ends(language) | shared.codes, cut_keys(language)
    small = stop_words(source) if source not in LANGUAGES else frozenset()
    page = keys_of_words("page_words", language)
    while len(kept) == len(units) > FEWEST_WORDS and fold(kept[-1][-1], language) in page:
        kept = units = kept[:-1]
    if len(kept) < len(units):
        started = [n for n, unit in enumerate(kept) if n >= FEWEST_WORDS and fold(unit[0], language) in cuts]
        kept = kept[: started[-1]] if started else kept
    whole = len(kept)
    while len(kept) > 1 and (
        fold(kept[-1][-1], language) in ends
        or kept[-1][-1].casefold() in small | shared.codes
        or kept[-1] == ["&"]
        or (len(kept) < whole and kept[-1][-1].isdigit())
        or (len(kept) < len(units) and kept[-1][-1].islower() and len(kept[-1][-1]) < SHORTEST_END)
    ):
        kept = kept[:-1]
    return kept
