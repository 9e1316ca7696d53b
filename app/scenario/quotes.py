"""What of a buyer's review may be quoted in a short."""

from __future__ import annotations

from app.analysis.tables import makes_claim
from app.analysis.words import clean, detect_language, sentences
from app.models import Product
from app.scenario.concepts import language_of

SHORTEST, LONGEST = 20, 110
"""Characters of a quote: it must say something, and be read in a scene's time."""


def quote_of(product: Product, language: str) -> tuple[str, str]:
    """Return a sentence of a review, word for word, and its path in the product; two empty texts where there is none.

    A seller answers for what they quote: sentences with superlatives, guarantees, medical or green claims are passed
    over, and so are reviews, and those of a page, in another language than the scenario's.
    """
    if language_of(product) != language:
        return "", ""
    for number, review in enumerate(product.reviews):
        if detect_language(review) not in (None, language):
            continue
        for sentence in sentences(clean(review)):
            if (
                SHORTEST <= len(sentence) <= LONGEST
                and not sentence.endswith("?")
                and not makes_claim(sentence, language)
            ):
                return sentence, f"reviews[{number}]"
    return "", ""


def quoted(text: str, product: Product) -> bool:
    """Tell whether a text is a sentence of a review, word for word."""
    return any(text in sentences(clean(review)) for review in product.reviews)
