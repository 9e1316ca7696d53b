"""Reads a product's text: language, ease, tone, key phrases, selling points, claims to check, missing facts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Literal

from app.analysis.reading import reading_ease
from app.analysis.tables import is_boilerplate, makes_claim, word_tables
from app.analysis.words import clean, detect_language, sentences, stop_words, words
from app.models import ContentAnalysis, Product

KEY_PHRASES = 8
SELLING_POINTS = 6
LONGEST_KEY_PHRASE = 3
FEWEST_IMAGES = 3
Tone = Literal["neutral", "warm", "excited", "technical"]
TONE_SHARES: dict[Tone, float] = {"excited": 0.02, "technical": 0.03, "warm": 0.02}
"""Tone -> the share of its words in a text from which it is heard; the one furthest over its share wins."""
UNITS = "mm|cm|m|km|g|kg|ml|l|w|kw|v|mah|ah|hz|khz|mhz|ghz|db|gb|tb|mb|px|mp|ms|h|nm|°c|bar|lm"
MEASURE = re.compile(rf"\d\s?(?:{UNITS})\b", re.IGNORECASE)
FRAGMENT_END = re.compile(r"[,;:()\[\]{}\"“”„«»|/•–—.!?…\d]+|\s-\s")
EXPECTED_FIELDS = (
    "description",
    "brand",
    "price",
    "currency",
    "availability",
    "rating",
    "gtin",
    "categories",
    "features",
)


def key_phrases(text: str, language: str | None, limit: int = KEY_PHRASES) -> list[str]:
    """Return the phrases that carry a text, best first, in lower case.

    RAKE (Rose, Engel, Cramer and Cowley, "Automatic keyword extraction from individual documents", 2010): stop words
    and punctuation cut the text into candidates; a word scores degree / frequency, a phrase the sum of its words.
    Phrases of more than three words are left out, and a phrase that occurs often counts more.
    """
    stops = stop_words(language)
    candidates: list[tuple[str, ...]] = []
    for sentence in sentences(text):
        for fragment in FRAGMENT_END.split(sentence):
            run: list[str] = []
            for word in [*words(fragment.lower()), ""]:
                if word and word not in stops and len(word) > 1:
                    run.append(word)
                elif run:
                    candidates.append(tuple(run))
                    run = []
    frequency: Counter[str] = Counter()
    degree: defaultdict[str, int] = defaultdict(int)
    for candidate in candidates:
        for word in candidate:
            frequency[word] += 1
            degree[word] += len(candidate)
    counts = Counter(candidate for candidate in candidates if len(candidate) <= LONGEST_KEY_PHRASE)
    scores = {c: sum(degree[word] / frequency[word] for word in c) * times for c, times in counts.items()}
    return [" ".join(c) for c in sorted(scores, key=lambda c: (-scores[c], candidates.index(c)))[:limit]]


def tone_of(text: str, language: str | None) -> Tone:
    """Return the tone that a text is mostly in; neutral for a language without a table."""
    table = word_tables().get(language or "")
    count = len(words(text))
    if table is None or not count:
        return "neutral"
    heard = {tone: len(pattern.findall(text)) for tone, pattern in table.tone.items()}
    heard["excited"] += text.count("!")
    heard["technical"] += len(MEASURE.findall(text))
    strength = {tone: heard[tone] / count / share for tone, share in TONE_SHARES.items()}
    loudest = max(strength, key=lambda tone: strength[tone])
    return loudest if strength[loudest] >= 1 else "neutral"


def claims_to_check(lines: list[str], language: str | None) -> list[str]:
    """Return the sentences of ``lines`` that a seller may have to prove, each once."""
    found = (sentence for line in lines for sentence in sentences(line) if makes_claim(sentence, language))
    return list(dict.fromkeys(found))


def _selling_points(features: list[str], prose: str, phrases: list[str], language: str | None) -> list[str]:
    """The page's own list; without one, the sentences of its prose that hold most key phrases and measures."""
    listed = [point for feature in features if (point := clean(feature)) and not is_boilerplate(point, language)]
    if listed:
        return list(dict.fromkeys(listed))[:SELLING_POINTS]
    told = [s for s in dict.fromkeys(sentences(prose)) if len(words(s)) >= 4 and not is_boilerplate(s, language)]
    weight = {s: sum(phrase in s.lower() for phrase in phrases) + len(MEASURE.findall(s)) for s in told}
    return sorted((s for s in told if weight[s]), key=lambda s: -weight[s])[:SELLING_POINTS]


def _missing_facts(product: Product, everything: str, language: str | None) -> list[str]:
    missing = [name for name in EXPECTED_FIELDS if getattr(product, name) in (None, "", [])]
    if len(product.images) < FEWEST_IMAGES:
        missing.append("images")
    tables = [table] if (table := word_tables().get(language or "")) else list(word_tables().values())
    for fact in ("dimensions", "material", "weight"):
        if not any(table.buyer[fact].search(everything) for table in tables):
            missing.append(fact)
    return missing


def analyze_text(product: Product) -> ContentAnalysis:
    """Return what a product's text says and leaves out.

    The page's own language is trusted when it is given, else it is detected. ``missing_facts`` names fields of
    ``Product``, and the buyer's questions ``dimensions``, ``material`` and ``weight``; ``images`` means
    fewer than three.
    """
    description = product.description or ""
    specs = [f"{name}: {value}" for name, value in product.specs.items()]
    lines = [product.title, description, *product.features, *specs]
    everything = "\n".join(lines)
    language = product.language or detect_language(everything)
    prose = "\n".join([description, *product.features])
    phrases = key_phrases(f"{product.title}\n{prose}", language)
    return ContentAnalysis(
        language=language,
        words=len(words(f"{product.title}\n{prose}")),
        reading_ease=reading_ease(prose, language),
        tone=tone_of(prose, language),
        key_phrases=phrases,
        selling_points=_selling_points(product.features, description, phrases, language),
        claims_to_check=claims_to_check(lines, language),
        missing_facts=_missing_facts(product, everything, language),
    )


def analyze_plain_text(text: str, language: str | None = None) -> ContentAnalysis:
    """Return what any text says; ``language`` is detected unless given. No fact is missing from a mere text."""
    language = language or detect_language(text)
    phrases = key_phrases(text, language)
    return ContentAnalysis(
        language=language,
        words=len(words(text)),
        reading_ease=reading_ease(text, language),
        tone=tone_of(text, language),
        key_phrases=phrases,
        selling_points=_selling_points([], text, phrases, language),
        claims_to_check=claims_to_check([text], language),
        missing_facts=[],
    )
