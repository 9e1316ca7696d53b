"""Free text: what is written, as words in one form, and their beginnings, so that a plain index finds them.

No text index: the embedded database has none, and a search box wants what begins with what was typed so far.
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
LONGEST = 12
"""Of a word; what is longer is found by its beginning."""
MAX_WORDS = 30
"""Of a text; what comes behind is not found."""
HIDDEN = {"words": 0}
"""The projection without the words: they are for finding and nobody's to see."""
OF_ERROR = "!"
"""Stands before a word of an error that is asked for as such. No word holds it."""


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters without accents, in order: ``Café-Tasse`` -> ``cafe``, ``tasse``."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word[:LONGEST] for word in WORD.findall(letters)]


def beginnings(*texts: str | None) -> list[str]:
    """Return all beginnings of the words of texts, for the field ``words`` of a document."""
    words = [word for text in texts if text for word in words_of(text)[:MAX_WORDS]]
    return sorted({word[:end] for word in words for end in range(1, len(word) + 1)})


def error_beginnings(error: str) -> list[str]:
    """Return what ``beginnings`` does of an error, and each once more as a word of an error alone."""
    words = beginnings(error)
    return words + [OF_ERROR + word for word in words]
