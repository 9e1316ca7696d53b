"""Cuts and measures text for a scene: what fits on screen, how long a sentence takes to say, which numbers it holds."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from decimal import Decimal

from app.analysis.words import sentences

SCREEN_WORDS = 7
LONG_WORD = 12
"""A word of more letters takes the time of two."""
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that set no spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
ADDRESS = (
    r"(?:https?://|www\.)[^\s,;]+|"
    r"\b(?:[a-z\d-]{1,63}\.){1,6}(?:com|net|org|info|io|shop|store|app|example|[a-df-z][a-z])\b(?:/[^\s,;]*)?"
)
"""An address on the web, with or without its scheme."""
TOLD_TRIM = " .…!"
TRIM = " \t,;:.–—-|/·•*([{【'\"“”„«»"
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


def parts_told(text: str) -> set[str]:
    """Return the sentences of a text as they are compared: two texts that share one say the same."""
    return {sentence.casefold().strip(TOLD_TRIM) for sentence in sentences(text)} - {""}


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
