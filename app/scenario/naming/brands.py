"""Which brand a person would say: not the shop, not a category, not "Unbranded"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.models import Product
from app.scenario.naming.data import shared_words
from app.scenario.naming.folding import fold
from app.scenario.naming.titles import Token, calm, cleaned, tokens_of

LONGEST_BRAND = 3
"""Words of a brand that are all said; of a longer one the first two."""
COMPANY = re.compile(
    r"[\s,]{1,9}(?:gmbh|ag|inc|ltd|llc|co|corp|s\.?r\.?l|s\.?p\.?a|s\.?a|kg|limited|company)\.?$", re.IGNORECASE
)


def _same(one: str, other: str) -> bool:
    return re.sub(r"[\W_]+", "", fold(one, "en")) == re.sub(r"[\W_]+", "", fold(other, "en"))


@dataclass(frozen=True)
class Brand:
    """A brand as it is said."""

    words: tuple[str, ...] = ()
    """Empty where there is none to say."""
    place: tuple[int, int] | None = None
    """Its first word in the title, and behind its last; None where the title has it not."""


def said_brand(product: Product, tokens: list[Token], language: str) -> Brand:
    """Return the brand as said."""
    written = COMPANY.sub("", cleaned(product.brand or "")).strip(" .,-")
    folded = fold(written, "en").strip(" .")
    if (
        not written
        or folded in shared_words().no_brand
        or len(re.sub(r"\W", "", written)) < 2
        or re.search(r"\d{5}", written)
    ):
        return Brand()
    place = brand_place(tokens, written, language)
    if place is not None:
        start, end = place
        words = tuple(token.text for token in tokens[start:end])
        in_capitals = all(word.isupper() for word in words) and len(words) > 1
        # The field writes it as the maker does; in the title it may stand in capitals.
        own = written.split()
        if len(own) == len(words) and not written.isupper():
            words = tuple(own)
        return Brand(tuple(calm(word, shouted=in_capitals) for word in short_brand(words)), place)
    shop = product.shop or ""
    is_shop = bool(shop) and (_same(written, shop) or fold(written, "en") in fold(shop, "en"))
    is_category = any(fold(written, "en") in fold(category, "en") for category in product.categories)
    if is_shop or is_category or folded in shared_words().marketplaces or len(written.split()) > LONGEST_BRAND:
        return Brand()
    own = written.split()
    return Brand(tuple(calm(word, shouted=written.isupper() and len(own) > 1) for word in short_brand(tuple(own))))


def short_brand(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a brand's first words as said: without "& Partners", two at most."""
    if "&" in words and words.index("&") > 1:
        words = words[: words.index("&")]
    if "&" in words:
        return words[: words.index("&") + 2]
    if "by" in words and words.index("by") > 0:
        words = words[: words.index("by")]
    return words if len(words) <= LONGEST_BRAND else words[:2]


def brand_place(tokens: list[Token], brand: str, language: str) -> tuple[int, int] | None:
    """Return where a title has the brand: its first word and behind its last."""
    wanted = [re.sub(r"[\W_]+", "", token.key) for token in tokens_of(brand, language)]
    keys = [re.sub(r"[\W_]+", "", token.key) for token in tokens]
    joined = "".join(wanted)
    for start in range(len(keys)):
        built = ""
        for end in range(start, min(len(keys), start + len(wanted) + 2)):
            built += keys[end]
            if built == joined and joined:
                return start, end + 1
            if not joined.startswith(built):
                break
    return None
