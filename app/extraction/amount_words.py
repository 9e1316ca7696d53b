"""The words of ``words/amounts.json``: what stands in the place of a price, and beside amounts that are none."""

import re
from decimal import Decimal

from app.extraction.word_patterns import any_of, word_table, words_in

HIDDEN_PRICE = any_of(words_in("amounts", "hidden price"))
"""Says that the price is shown after a log-in or on request."""
FREE = frozenset(words_in("amounts", "free"))
LEFT_OVER = re.compile(rf"^\W{{0,3}}(?:{any_of(words_in('amounts', 'left over')).pattern})", re.IGNORECASE)
"""What stands after an amount that is missing to something else: ``$20 left to free shipping``."""
MISSING = re.compile(rf"(?:{any_of(words_in('amounts', 'missing')).pattern})\W{{0,4}}$", re.IGNORECASE)
"""What stands before such an amount: ``nur noch 20 € bis …``, ``Te faltan 20 €``."""
PORTION = re.compile(
    r"^\W{0,3}(?:/ ?|(?:per|pro|par|por|al|je|za|na|за|на|a|an|à la|a la) )(?:"
    + "|".join(map(re.escape, sorted(words_in("amounts", "portion"), key=len, reverse=True)))
    + r")s?(?!\w)",
    re.IGNORECASE,
)
"""What stands after an amount that pays a part of the package: ``$2.65 per meal``."""
SCALES = {word: Decimal(factor) for words in word_table("amounts")["scale"].values() for word, factor in words.items()}
"""Words that multiply the number before them: ``Rp1,2 jt``."""
