"""Cuts and measures text for a scene: what fits on screen, how long a sentence takes to say, which numbers it holds."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from decimal import Decimal

from app.analysis.words import clean, sentences, stop_words, words
from app.scenario.phrases import phrases_for

SCREEN_WORDS = 7
SCREEN_CHARACTERS = 80
CLAUSE_WORDS = 3
"""A shorter clause says too little to stand for its sentence."""
LONG_WORD = 12
"""A word of more letters takes the time of two."""
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that set no spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
UNSPACED_CHARACTERS = 24
NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
CLAUSE_END = re.compile(r"(?:[,;:–—]|\s-)\s|\s\(")
TITLE_BREAK = re.compile(r"\s[|–—·/-]\s|,\s|\s?[(\[【]|[)\]】]|:\s")
ADDRESS = (
    r"(?:https?://|www\.)[^\s,;]+|"
    r"\b(?:[a-z\d-]{1,63}\.){1,6}(?:com|net|org|info|io|shop|store|app|example|[a-df-z][a-z])\b(?:/[^\s,;]*)?"
)
"""An address on the web, with or without its scheme."""
TOLD_TRIM = " .…!"
TRIM = " \t,;:.–—-|/·•*([{【'\"“”„«»"
STEM = 7
"""Letters by which words are compared: their ends bend."""
SAME_SHARE = 0.6
"""Two texts that share so much of the shorter one's words say the same."""
DEFAULT_RATE = 2.3
RATES = {"es": 2.6, "it": 2.5, "pt": 2.5, "nl": 2.4, "pl": 2.0, "ru": 2.0, "tr": 1.9, "fi": 1.7, "ja": 2.4, "zh": 2.3}
"""Spoken words a second at a calm pace, for languages without a file of phrases."""


def spoken_words(text: str) -> float:
    """Return how many words of speech ``text`` is: long words, digits and currency signs count by their time."""
    total = 0.0
    for token in text.split():
        letters = sum(character.isalpha() for character in token)
        unspaced = len(UNSPACED.findall(token))
        digits = sum(character.isdigit() for character in token)
        total += unspaced / 2 + math.ceil((letters - unspaced) / LONG_WORD)
        total += (1.0, 1.0, 1.5)[digits] if digits <= 2 and digits else digits
        total += sum(character in "$€£¥%" for character in token)
    return total


def screen_words(text: str) -> int:
    """Return how many words a viewer reads; signs alone are none."""
    return sum(any(character.isalnum() for character in token) for token in text.split())


def fits_screen(text: str) -> bool:
    """Tell whether a text is short enough to be read over a moving picture."""
    unspaced = len(UNSPACED.findall(text))
    return screen_words(text) <= SCREEN_WORDS and len(text) <= SCREEN_CHARACTERS and unspaced <= UNSPACED_CHARACTERS


def shorten(text: str, characters: int) -> str:
    """Return the start of ``text`` that ends at a word's end and has at most ``characters``; never part of a number.

    A single word that is longer is cut within, a number that is longer is left out.
    """
    if len(text) <= characters:
        return text
    head, space, _ = text[: characters + 1].rpartition(" ")
    if space and head:
        return head.rstrip(TRIM)
    for number in NUMBER.finditer(text):
        if number.start() < characters < number.end():
            characters = number.start()
    return text[:characters].rstrip(TRIM)


def _clause_words(language: str | None) -> frozenset[str]:
    phrases = phrases_for(language)
    return frozenset(phrases.clauses) if phrases else frozenset()


def headline(text: str, language: str | None, connectors: list[str]) -> tuple[str, bool]:
    """Return at most seven words that stand for ``text``, and whether they are whole: a full clause, not a cut.

    Taken in this order: all of it, the part before a comma or a dash, the part before a connecting word, seven words.
    """
    whole = text.strip(TRIM)
    if fits_screen(whole):
        return whole, True
    clause = CLAUSE_END.split(whole, maxsplit=1)[0].strip(TRIM)
    if fits_screen(clause) and screen_words(clause) >= CLAUSE_WORDS:
        return clause, True
    tokens = whole.split()
    clauses = _clause_words(language)
    for end in range(min(SCREEN_WORDS, len(tokens) - 1), 2, -1):
        part = " ".join(tokens[:end]).strip(TRIM)
        # A comma before the cut means a list, whose end is not its last item.
        cut_within_clause = any(token.lower() in clauses for token in tokens[1:end])
        if tokens[end].lower() in connectors and "," not in part and not cut_within_clause and fits_screen(part):
            return part, True
    kept = tokens[:SCREEN_WORDS]
    stops = stop_words(language)
    while len(kept) > 2 and kept[-1].lower() in stops:
        kept.pop()
    limit = UNSPACED_CHARACTERS if UNSPACED.search(whole) else SCREEN_CHARACTERS - 1
    return shorten(" ".join(kept), limit).strip(TRIM), False


def short_name(title: str, brand: str | None, language: str | None, connectors: list[str]) -> str:
    """Return what a person would call the product: the head of its title, without sizes, colours and shop names."""
    parts = [part.strip(TRIM) for part in TITLE_BREAK.split(title)]
    parts = [part for part in parts if part]
    name = parts[0] if parts else title
    if len(parts) > 1 and name.casefold() == clean(brand or "").casefold():
        name = f"{name} {parts[1]}"
    return headline(name, language, connectors)[0] or headline(title, language, connectors)[0]


def parts_told(text: str) -> set[str]:
    """Return the sentences of a text as they are compared: two texts that share one say the same."""
    return {sentence.casefold().strip(TOLD_TRIM) for sentence in sentences(text)} - {""}


def as_sentence(text: str) -> str:
    """Return ``text`` with a capital first letter and a full stop; empty text stays empty."""
    text = text.strip().rstrip(",;:–—-|/·• ").lstrip(",;:.–—-|/·•* ")
    if not text:
        return ""
    # A word such as "iPhone" or "USB-C" keeps its letters.
    if text[0].islower() and text.split()[0].islower():
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…。！？؟۔" else f"{text}."


def same_matter(one: str, other: str, language: str | None) -> bool:
    """Tell whether two texts say much the same: they share most words, or a word and all numbers of one of them."""
    stops = stop_words(language)
    first, second = (
        {part.casefold()[:STEM] for word in words(text) for part in word.split("-") if part.casefold() not in stops}
        for text in (one, other)
    )
    figures, others = (set(NUMBER.findall(text)) for text in (one, other))
    shared, smaller = len(first & second), min(len(first), len(second))
    same_figures = bool(figures and others) and (figures <= others or others <= figures)
    if one.casefold() == other.casefold() or (same_figures and not smaller):
        return True
    return shared > 0 and (shared / smaller >= SAME_SHARE or same_figures)


def _readings(number: str) -> set[Hashable]:
    """All that a written number can mean: "1.299" is 1.299 in English and 1299 in German."""
    pieces = re.split(r"[^\d]", number)
    readings: set[Hashable] = {number}
    if len(pieces) == 1 or all(len(piece) == 3 for piece in pieces[1:]):
        readings.add(Decimal("".join(pieces)))
    if len(pieces) > 1 and (len(pieces) == 2 or all(len(piece) == 3 for piece in pieces[1:-1])):
        readings.add(Decimal(f"{''.join(pieces[:-1])}.{pieces[-1]}"))
    return readings


def numbers_in(text: str) -> dict[str, set[Hashable]]:
    """Return the numbers in ``text`` as written -> their possible readings."""
    return {number: _readings(number) for number in NUMBER.findall(text)}
