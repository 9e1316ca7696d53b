"""Articles and the words that stand like them, by gender, number and sound: "l'enceinte", "lo zaino", "el agua"."""

from __future__ import annotations

import re
from typing import Literal

from app.scenario.naming.data import Gender, keys_of_words
from app.scenario.naming.folding import fold

Case = Literal["nominative", "accusative", "dative"]
ITALIAN_LO = re.compile(r"(?:s[^aeiou\W\d]|z|gn|ps|pn|x|y|i[aeou])", re.IGNORECASE)
VOWEL = re.compile(r"[aeiou]")
FRENCH_VOWEL = re.compile(r"[aeiouh]")
GERMAN: dict[Case, dict[str, str]] = {
    "nominative": {"m": "der", "f": "die", "n": "das", "many": "die"},
    "accusative": {"m": "den", "f": "die", "n": "das", "many": "die"},
    "dative": {"m": "dem", "f": "der", "n": "dem", "many": "den"},
}
GERMAN_THIS = {"m": "dieser", "f": "diese", "n": "dieses", "many": "diese"}
SPANISH_THIS = {"m": "este", "f": "esta", "m many": "estos", "f many": "estas"}
PORTUGUESE_THIS = {"m": "este", "f": "esta", "m many": "estes", "f many": "estas"}
IS = {"en": "is", "de": "ist", "fr": "est", "es": "es", "it": "è", "pt": "é"}
ARE = {"en": "are", "de": "sind", "fr": "sont", "es": "son", "it": "sono", "pt": "são"}
OF_PLURAL = {("fr", "les"): "des", ("fr", "le"): "du"}
ITALIAN_OF = {"il": "del", "lo": "dello", "la": "della", "l'": "dell'", "i": "dei", "gli": "degli", "le": "delle"}


def elides(text: str, language: str) -> bool:
    """Tell whether an article loses its vowel before ``text``."""
    first = re.split(r"[\s-]", fold(text, language))[0]
    if language == "fr":
        aspirated = keys_of_words("aspirated_h", language)
        heads = {first, first.removesuffix("s"), fold(text, language).split(" ")[0]}
        return bool(FRENCH_VOWEL.match(first)) and not heads & aspirated
    return language == "it" and bool(VOWEL.match(first)) and not re.match(r"i[aeou]", first)


def article(text: str, gender: Gender, *, many: bool, language: str, case: Case = "nominative") -> str:
    """Return the definite article before ``text``, with its apostrophe where it is elided."""
    if language == "de":
        return GERMAN[case]["many" if many else gender or "n"]
    if language == "fr":
        return "les" if many else "l'" if elides(text, language) else "la" if gender == "f" else "le"
    if language == "es":
        if many:
            return "las" if gender == "f" else "los"
        stressed = fold(text, language).split(" ")[0] in keys_of_words("stressed_a", language)
        return "la" if gender == "f" and not stressed else "el"
    if language == "it":
        return _italian(text, gender, many)
    if language == "pt":
        return ("as" if many else "a") if gender == "f" else ("os" if many else "o")
    return "the"


def _italian(text: str, gender: Gender, many: bool) -> str:
    vowel, lo = elides(text, "it"), bool(ITALIAN_LO.match(text))
    if many:
        return "le" if gender == "f" else "gli" if vowel or lo else "i"
    if vowel:
        return "l'"
    return "la" if gender == "f" else "lo" if lo else "il"


def joined(word: str, text: str) -> str:
    """Return an article before its noun, without a space after an apostrophe."""
    return f"{word}{text}" if word.endswith("'") else f"{word} {text}"


def this(text: str, gender: Gender, *, many: bool, language: str) -> str:
    """Return ``text`` after the word that points at it: "dieser Rucksack", "cet écran", "quest'auto"."""
    number = f"{gender or 'm'} many" if many else gender or "m"
    if language == "de":
        return f"{GERMAN_THIS['many' if many else gender or 'n']} {text}"
    if language == "fr":
        one = "cette" if gender == "f" else "cet" if elides(text, language) else "ce"
        return f"{'ces' if many else one} {text}"
    if language == "es":
        return f"{SPANISH_THIS[number]} {text}"
    if language == "pt":
        return f"{PORTUGUESE_THIS[number]} {text}"
    if language == "it":
        if many:
            return f"{'queste' if gender == 'f' else 'questi'} {text}"
        return joined("quest'" if elides(text, language) else "questa" if gender == "f" else "questo", text)
    return f"{'these' if many else 'this'} {text}"


def of(text: str, gender: Gender, *, many: bool, language: str) -> str:
    """Return ``text`` after "of the", drawn together where it is: "du casque", "della lampada"."""
    the = article(text, gender, many=many, language=language, case="dative")
    if language == "it":
        return joined(ITALIAN_OF[the], text)
    if language == "pt":
        return f"d{the} {text}"
    if language == "es":
        return f"{'del' if the == 'el' else f'de {the}'} {text}"
    if language == "fr":
        return joined(OF_PLURAL.get((language, the), f"de {the}"), text)
    return f"{'of' if language == 'en' else 'von'} {the} {text}"
