"""Whether a line speaks of the product, in the script's language, and by its right name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.analysis.words import detect_surely, stop_words
from app.extraction.passages import chrome_words
from app.scenario.bank.tables import gates
from app.scenario.checks.page import NAMES, Page, folded
from app.scenario.naming import kind_of
from app.scenario.script.language import languages

FEWEST_TO_TELL = 3
"""Words by which the language of a text can be told."""
ALIKE = frozenset(("es", "it", "pt"))
"""Languages that a few words do not tell apart."""
ARTICLE_NUMBER = re.compile(
    r"\b(?:B0[A-Z0-9]{8}|\d{8,14}|97[89][- ]?\d[\d -]{8,12}\d)\b|\b(?:ASIN|EAN|ISBN|SKU|GTIN|MPN|Art\.?-?Nr)\b"
)
ADDRESS = re.compile(r"www\.|https?:|@\w|\b[\w-]+\.(?:com|net|org|shop|store|co\.uk)\b|\+\d{2}[\d ()/-]{7,}", re.I)
DATE = re.compile(r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b20\d\d-\d\d-\d\d\b")
NO_BRAND = re.compile(
    r"un-?branded|no[- ]?brand|no[- ]?name|generic|does not apply|not applicable|n/?a|none|markenlos|ohne marke|"
    r"sans marque|sin marca|genérico|senza marca|sem marca|other|sonstige|autre|otro|altro|outro|unknown",
    re.IGNORECASE,
)
OTHER_LETTERS = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


def content_faults(line: str, page: Page, *, said: bool) -> Iterator[str]:
    """Yield what in one spoken sentence (``said``) or one text of the screen is foreign to the product."""
    found = page.frame_of(line, shown=not said)
    if ARTICLE_NUMBER.search(line) or _is_code(line, page):
        yield "it tells an article number. Leave it out."
    if found is not None:
        frame, match = found
        for slot, value in frame.values(match):
            if slot in NAMES:
                yield from _name_faults(value, page)
        return
    if page.names(line):
        return
    alien = next((hit for gate in (chrome_words(), gates(), ADDRESS, DATE) if (hit := gate.search(line))), None)
    if alien:
        yield f"{alien[0].strip()[:30]!r} speaks of the page or the shop, not of the product. Leave it out."
    if is_foreign(line, page.code) or (page.language is not None and len(OTHER_LETTERS.findall(line)) > 1):
        yield "it is in another language than the script. Translate it or leave it out."


def _is_code(line: str, page: Page) -> bool:
    """Tell whether the shop's own number of the article stands in a line."""
    codes = [
        code for code in (page.product.sku, page.product.gtin) if code and len(code) >= 5 and re.search(r"\d", code)
    ]
    return any(folded(code) in folded(line) and not page.in_title(code) for code in codes)


def _name_faults(name: str, page: Page) -> Iterator[str]:
    """The thing is named by its head noun, not by what it is for, with or made of."""
    product = page.product
    if not page.own_words:
        return
    kind = kind_of(product.title, product.categories, page.code, product.brand)
    bare_name = " ".join(word for word in name.split() if folded(word) not in stop_words(page.code))
    said = kind_of(bare_name, [], page.code, product.brand)
    if kind is None or said is None or not kind.certain or said.id == kind.id:
        return
    # A wider noun is right, too: a soft toy is a toy.
    if folded(said.noun) not in folded(kind.noun) and folded(kind.noun) not in folded(said.noun):
        yield f"it calls the product {said.noun!r}, which is {kind.noun!r}. Name it by what it is."


def brand_faults(label: str, page: Page) -> Iterator[str]:
    """Yield why a label is no brand."""
    product = page.product
    if NO_BRAND.fullmatch(label.strip()):
        yield f"{label[:30]!r} is no brand. Leave it out."
    elif page.in_title(label):
        return
    elif _is_category(label, page):
        yield f"{label[:30]!r} is a category, no brand. Leave it out."
    elif product.shop and folded(label) == folded(product.shop) and folded(label) != folded(product.brand or ""):
        yield f"{label[:30]!r} is the shop, no brand. Leave it out."


def _is_category(label: str, page: Page) -> bool:
    """Tell whether a label names a category; a shop of one brand may have it among its categories, too."""
    among = any(folded(label) == folded(category) for category in page.product.categories)
    own = folded(label) == folded(page.product.brand or "")
    return among and (not own or kind_of(label, [], page.source or page.code) is not None)


def is_foreign(text: str, code: str) -> bool:
    """Tell whether a text of several words is in another language than ``code``, by its small words or its letters."""
    found = set(re.findall(r"[^\W\d_]{2,}", text.casefold()))
    if len(found) < FEWEST_TO_TELL:
        return False
    own = len(found & stop_words(code))
    others = max((len(found & stop_words(other)) for other in languages() if other != code), default=0)
    if others >= 2 and others > 2 * own:
        return True
    other = detect_surely(text) if own <= others else None
    return other in languages() and other != code and not {other, code} <= ALIKE
