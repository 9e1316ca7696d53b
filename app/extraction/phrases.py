"""Looking up which word of a table stands right before an amount, right after it, or alone."""

import re
from collections.abc import Mapping
from functools import lru_cache

from app.extraction import offer_words

TABLES: dict[str, Mapping[str, offer_words.Words]] = {
    "former": offer_words.FORMER_KINDS,
    "from": {"from": offer_words.FROM_BEFORE},
    "from after": {"from": offer_words.FROM_AFTER},
    "members": {"members": offer_words.MEMBERS},
    "instalment": {"instalment": offer_words.INSTALMENT_BEFORE},
    "instalment after": {"instalment": offer_words.INSTALMENT_AFTER},
    "offer": offer_words.OFFERS,
    "condition": offer_words.CONDITIONS,
}
SHORT = 4
"""Words of fewer letters count on pages in their own language alone: ``de``, ``van`` and ``era`` are common ones."""
ABBREVIATIONS = frozenset(("rrp", "srp", "mrp", "uvp", "evp", "pvp", "ppc", "pvc", "prp", "was", "now", "ab", "dès"))
TRAILING = re.compile(r"(?<![\s:：;,.·•*†'\"“”„«»(（\[【|/=–—-])[\s:：;,.·•*†'\"“”„«»(（\[【|/=–—-]+$")
LEADING = re.compile(r"^[\s:：;,.·•*†'\"“”„«»)）\]】|=–—-]+")
FILLERS = 3
"""How many fillers (``RRP incl. VAT``) are looked past."""


class Phrases:
    """The phrases of one table that count on pages in one language."""

    def __init__(self, kinds: Mapping[str, offer_words.Words], language: str | None) -> None:
        self._kinds: dict[str, str] = {}
        for kind, words in kinds.items():
            for spoken, phrases in words.items():
                for phrase in phrases:
                    short = len(phrase) < SHORT and phrase.isascii() and phrase not in ABBREVIATIONS
                    if not short or spoken == language:
                        self._kinds.setdefault(phrase, kind)
        self._all = tuple(sorted(self._kinds, key=len, reverse=True))
        self._fillers = tuple(f" {one}" for one in offer_words.BETWEEN)

    def before(self, text: str) -> str | None:
        """Return the kind of the phrase that ``text``, in lower case, ends with."""
        bare = TRAILING.sub("", text)
        for _ in range(FILLERS):
            if bare.endswith(self._all):
                for phrase in self._all:
                    if bare.endswith(phrase) and _starts_word(bare, len(bare) - len(phrase)):
                        return self._kinds[phrase]
            if not bare.endswith(self._fillers):
                return None
            filler = next(one for one in self._fillers if bare.endswith(one))
            bare = TRAILING.sub("", bare[: 1 - len(filler)])
        return None

    def after(self, text: str) -> str | None:
        """Return the kind of the phrase that ``text``, in lower case, begins with."""
        for bare in (text.lstrip(), LEADING.sub("", text)):
            if bare.startswith(self._all):
                for phrase in self._all:
                    end = len(phrase)
                    if bare.startswith(phrase) and (end == len(bare) or _starts_word(bare, end, ends=True)):
                        return self._kinds[phrase]
        return None

    def alone(self, text: str) -> str | None:
        """Return the kind of the phrase that ``text``, in lower case, is."""
        return self._kinds.get(LEADING.sub("", TRAILING.sub("", text)).rstrip("!"))


def _starts_word(text: str, place: int, *, ends: bool = False) -> bool:
    """Whether a word may begin (or end) at ``place``: beside a letter of a script without spaces, anywhere."""
    inside, outside = (text[place - 1], text[place]) if ends else (text[place : place + 1], text[place - 1 : place])
    if not outside or not outside.isalpha() or not inside.isalnum():
        return True
    return ord(inside) >= 0x0E00 or ord(outside) >= 0x0E00


@lru_cache(maxsize=1024)
def phrases(table: str, language: str | None) -> Phrases:
    """Return the phrases of a table of ``TABLES`` for pages in ``language`` (ISO 639; None: not known)."""
    return Phrases(TABLES[table], language)
