"""Flesch reading ease with the constants published for each language.

All have the form ``base - a * (words per sentence) - b * (syllables per word)``; 0 is hard, 100 is easy.
"""

from __future__ import annotations

from app.analysis.words import sentences, syllables, words

CONSTANTS: dict[str, tuple[float, float, float]] = {
    "en": (206.835, 1.015, 84.6),
    "de": (180.0, 1.0, 58.5),
    "fr": (207.0, 1.015, 73.6),
    "es": (206.84, 1.02, 60.0),
    "it": (217.0, 1.3, 60.0),
    "pt": (248.835, 1.015, 84.6),
    "nl": (206.84, 0.93, 77.0),
}
"""Sources: en R. Flesch, "A new readability yardstick", 1948. de T. Amstad, "Wie verständlich sind unsere Zeitungen?",
1978. fr L. Kandel and A. Moles, 1958. es J. Fernández Huerta, 1959 (60 per syllable and word: his 0.60 counts syllables
in 100 words). it V. Franchina and R. Vacca, 1986 (likewise). pt T. Martins, C. Ghiraldelo, M. Nunes and O. Oliveira,
"Readability formulas applied to textbooks in Brazilian Portuguese", 1996. nl W. Douma, "De leesbaarheid van
landbouwbladen", 1960."""
FEWEST_WORDS = 20


def reading_ease(text: str, language: str | None) -> float | None:
    """Return the ease of ``text``, 0..100 with one decimal; None under 20 words or without a formula."""
    found = words(text)
    if language not in CONSTANTS or len(found) < FEWEST_WORDS:
        return None
    base, per_sentence, per_syllable = CONSTANTS[language]
    spoken = sum(syllables(word, language) for word in found)
    count = sum(1 for sentence in sentences(text) if words(sentence))
    ease = base - per_sentence * len(found) / count - per_syllable * spoken / len(found)
    return round(min(100.0, max(0.0, ease)), 1)
