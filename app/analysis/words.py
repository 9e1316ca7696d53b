"""Sentences, words and syllables: the small tools for text that analysis and scenario share."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

import stopwordsiso
from py3langid.langid import MODEL_FILE, LanguageIdentifier

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”»)]*\s+(?=[\"'“„«(¿¡]*[^\W_a-zß-öø-ÿ])|(?<=[。！？])|[\r\n]+")
"""After a full stop only where no lower-case letter follows: "z. b. hier" is no end."""
ABBREVIATION = re.compile(
    r"(?:\b(?:ca|approx|max|min|incl|inkl|excl|exkl|bzw|zzgl|nr|env|dim|dia|vs|usw)|(?<!\d)(?<!\d\s)\b[^\W\d_])\.$",
    re.IGNORECASE,
)
"""A single letter is one ("z. B.", "J. Smith") unless a number stands before it ("300 g.")."""
WORD = re.compile(r"[^\W\d_](?:[^\W_]|[-'’](?=[^\W_]))*")
"""Starts with a letter; may hold digits, hyphens and apostrophes within."""
DETECTION_FLOOR = 0.3
"""Below this probability of the detector a text is too short or too mixed to name its language."""
DETECTION_SURE = 0.8
"""From this probability on the language of a line by itself is known."""
DETECTION_CHARACTERS = 5000
KEPT_SYMBOLS = frozenset("°")
KEPT_CONTROLS = frozenset("\u200c\u200d")
"""The joiners of Persian and Indic spelling."""
DROPPED_MARKS = frozenset("\ufe0e\ufe0f\u20e3")


def clean(text: str) -> str:
    """Return ``text`` in NFC on one line: no emoji, no trade-mark signs, no control characters, single spaces."""
    kept: list[str] = []
    after_symbol = False
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        joins_emoji = after_symbol and character in KEPT_CONTROLS
        drawn = category in ("So", "Sk") and character not in KEPT_SYMBOLS
        if character.isspace():
            kept.append(" ")
        elif (category[0] != "C" or character in KEPT_CONTROLS) and not (
            drawn or joins_emoji or character in DROPPED_MARKS
        ):
            kept.append(character)
        after_symbol = drawn or joins_emoji
    return " ".join("".join(kept).split())


def sentences(text: str) -> list[str]:
    """Split ``text`` into cleaned sentences; a line break ends one too."""
    parts: list[str] = []
    for raw in SENTENCE_END.split(text):
        part = clean(raw)
        if parts and part and ABBREVIATION.search(parts[-1]):
            parts[-1] = f"{parts[-1]} {part}"
        elif part:
            parts.append(part)
    return parts


def words(text: str) -> list[str]:
    """Return the words of ``text`` in order, as written; numbers alone are not words."""
    return WORD.findall(text)


@lru_cache(maxsize=1)
def _detector() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> str | None:
    """Return the ISO 639 code of the language that ``text`` is most likely in; None when that is not clear.

    The first call loads the model (0.5 s, 75 MB); later calls take under 1 ms.
    """
    return _detected(clean(text)[:DETECTION_CHARACTERS], DETECTION_FLOOR)


@lru_cache(maxsize=1024)
def detect_surely(text: str) -> str | None:
    """Return the language of a line of a few words; None where the detector is not nearly sure of it."""
    return _detected(clean(text)[:DETECTION_CHARACTERS], DETECTION_SURE)


def _detected(sample: str, least: float) -> str | None:
    if not words(sample):
        return None
    language, probability = _detector().classify(sample)
    return str(language) if probability >= least and language != "zxx" else None


@lru_cache(maxsize=64)
def stop_words(language: str | None) -> frozenset[str]:
    """Return the function words of a language in lower case; empty for an unknown one.

    ``stop_words.json`` goes before the library's lists: its English one has over a thousand words, "mug" among them.
    """
    own: dict[str, list[str]] = json.loads(
        files("app.analysis").joinpath("stop_words.json").read_text(encoding="utf-8")
    )
    if language in own:
        return frozenset(own[language])
    if language is None or not stopwordsiso.has_lang(language):
        return frozenset()
    return frozenset(stopwordsiso.stopwords(language))


def _vowel_groups(pattern: str) -> Callable[[str], int]:
    compiled = re.compile(pattern)
    return lambda word: len(compiled.findall(word))


_ENGLISH_GROUPS = re.compile(r"[aeiouy]+")
_ENGLISH_SILENT = re.compile(r"(?:[^laeiouy]e|[^dtaeiouy]ed|[^aeiouycsxzgh]es)$")
_FRENCH_GROUPS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+")
_FRENCH_SILENT = re.compile(r"[^aeiouyàâäéèêëîïôöùûü](?:e|es)$")


def _english(word: str) -> int:
    return len(_ENGLISH_GROUPS.findall(word)) - bool(_ENGLISH_SILENT.search(word))


def _french(word: str) -> int:
    return len(_FRENCH_GROUPS.findall(word)) - bool(_FRENCH_SILENT.search(word))


SYLLABLES: dict[str, Callable[[str], int]] = {
    "en": _english,
    "de": _vowel_groups(r"aa|ee|oo|ie|ei|ai|au|äu|eu|ey|ay|[aeiouyäöüé]"),
    "fr": _french,
    "es": _vowel_groups(r"[iuü]?[aeoáéó](?:[iuy](?![aeoáéó]))?|[íú]|[iuü]{1,2}|(?<=[^aeou])y$"),
    "it": _vowel_groups(r"[iu]?[aeoàèéòó](?:[iu](?![aeoàèéòó]))?|[ìù]|[iu]{1,2}"),
    "pt": _vowel_groups(r"[iu]?[ãõ][eo]?|[iu]?[aeoáéóâêôà](?:[iu](?![aeoáéóâêô]))?|[íú]|[iu]{1,2}"),
    "nl": _vowel_groups(r"eau|aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|au|ou|[aeiouyäëïöüé]"),
}
"""Language -> syllables of a lower-case word, counted by its groups of vowels. Within about 10 % over a text."""


def syllables(word: str, language: str) -> int:
    """Return how many syllables ``word`` has, at least 1.

    Raises:
        KeyError: ``language`` is not in ``SYLLABLES``.
    """
    return max(1, SYLLABLES[language](word.lower()))
