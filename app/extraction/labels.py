"""The words that label a brand, an article number or a code on product pages, and brands without words around."""

import re

from app.extraction import text
from app.extraction.word_patterns import words_in

BRAND_LABELS = frozenset(words_in("labels", "brand"))
SKU_LABELS = dict.fromkeys(words_in("labels", "number"), 0.62) | dict.fromkeys(words_in("labels", "model"), 0.5)
"""Label -> how surely it names the shop's own article number (a model is the maker's, and ranks lower)."""
GTIN_LABELS = frozenset(words_in("labels", "gtin"))
# Data attributes by which shops hand the product to their own scripts.
ATTRIBUTES = {
    "brand": (
        "data-brand",
        "data-product-brand",
        "data-brand-name",
        "data-manufacturer",
        "data-vendor",
        "data-item-brand",
    ),
    "sku": (
        "data-sku",
        "data-product-sku",
        "data-product-code",
        "data-item-sku",
        "data-article-number",
        "data-product-number",
    ),
}
LABELLED = re.compile(r"^([^:#：]{2,40}?)\s*(?:[:#：]|\s[-–]\s)\s*(\S.{0,160})$")
LABEL_END, LABEL_SIGNS = re.compile(r"[:#：]\s*$|\s[-–]\s*$"), ":#：-–"
AROUND_BRAND = tuple(re.compile(f"^{pattern}$", re.IGNORECASE) for pattern in words_in("brands", "around"))
"""What shops write around a brand, which is the first group."""
BRAND_PREFIX = frozenset(words_in("brands", "prefix"))
ROLE = re.compile(
    r"\s{0,9}\((?:author|autor|auteur|autore|verlag|editor|artist|director|format|visit|marke|brand)\)\s{0,9}$", re.I
)
MAX_BRAND = 60
HOME = frozenset(words_in("brands", "home"))
"""What links to the shop's front page are called."""
NO_BRAND = HOME | frozenset(words_in("brands", "none"))
"""Links and headings of the shop's own, and what stands where there is no brand."""


def label_key(label: str) -> str:
    """Return a label as the tables here write it."""
    plain = " ".join(label.casefold().split())
    return plain if plain.replace(" ", "").isalnum() else " ".join(re.findall(r"\w+", plain))


def clean_brand(written: str) -> str | None:
    """Return the brand in ``written`` (``Visit the Alder Store``, ``Brand: Alder``) alone, None if it is none."""
    name = text.clean(written)
    for _ in range(2):
        label, sign, rest = name.partition(":" if ":" in name else "：")
        if sign and rest.strip() and (label_key(label) in BRAND_LABELS or (label_key(label).split(" ")[-1:][0:1] and
                                      label_key(label).split(" ")[-1] in BRAND_LABELS)):  # fmt: skip
            name = rest.strip()
        for pattern in AROUND_BRAND:
            if match := pattern.match(name):
                name = match[1].strip()
                break
        first, _, rest = name.partition(" ")
        if rest and label_key(first) in BRAND_PREFIX:
            name = rest.strip()
    name = ROLE.sub("", name).strip(" ,;:|·•-–\u200e®™")
    if not 1 < len(name) <= MAX_BRAND or name.casefold() in NO_BRAND or name.replace(" ", "").isdecimal():
        return None
    return None if name.startswith(("http", "$", "{", "[", "<", "%")) or name.count(" ") > 6 else name
