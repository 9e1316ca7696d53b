"""Whether a product can be bought, from schema.org's words and from those of a page."""

import re
from functools import lru_cache
from typing import Literal

from app.extraction.stock_words import (
    BE_BOUGHT,
    BRANCHES,
    BUY,
    BUY_ALONE,
    CAN_NOT,
    IN_STOCK,
    NEGATIONS,
    NOTIFY,
    OTHER_SUBJECTS,
    OUT_OF_STOCK,
    SCARCE,
    SUBJECTLESS,
    SUBJECTS,
)
from app.extraction.word_patterns import quick

Availability = Literal["InStock", "OutOfStock"]

# https://schema.org/ItemAvailability, and what shops write in its place. What can be ordered today counts as in stock.
SCHEMA: dict[str, Availability] = {
    "instock": "InStock", "limitedavailability": "InStock", "instoreonly": "InStock", "onlineonly": "InStock",
    "presale": "InStock", "preorder": "InStock", "backorder": "InStock", "madetoorder": "InStock",
    "available": "InStock", "availablefororder": "InStock", "lowstock": "InStock", "true": "InStock", "yes": "InStock",
    "outofstock": "OutOfStock", "soldout": "OutOfStock", "discontinued": "OutOfStock", "reserved": "OutOfStock",
    "unavailable": "OutOfStock", "notavailable": "OutOfStock", "oos": "OutOfStock", "false": "OutOfStock",
    "no": "OutOfStock", "notinstock": "OutOfStock", "comingsoon": "OutOfStock",
}  # fmt: skip
# Class names that say it in every language.
OUT_MARKS = re.compile(
    r"(?<![\w-])(?:(?:is-|product--?)?out[-_]?of[-_]?stock|(?:is-)?sold[-_]?out|stock-unavailable|unavailable)(?![\w-])"
)
IN_MARKS = re.compile(r"(?<![\w-])(?:(?:is-|product--?)?in[-_]?stock|stock-available|available)(?![\w-])")
BUY_MARKS = quick(
    r"add[-_]?(?:item[-_]?)?to[-_]?(?:shopping[-_]?)?(?:cart|bag|basket|trolley)|button[-_]?cart|buy[-_]?now|"
    r"buy[-_]?it|"
    r"btn[-_]?(?:buy|cart|addtocart)|(?:buy|cart)[-_]?(?:btn|button)|buybox__(?:btn|button)|\bsingle_add_to_cart|"
    r"product-form__(?:submit|cart-submit)"
)
NO_BUY_MARKS = re.compile(
    r"mini|checkout|icon|header|wish|notify|view[-_]?cart|open[-_]?cart|close|continue|related|cart[-_]?(?:link|count|"
    r"total)"
)
# Beside a negation ("not yet available") a text says nothing for sure.
NEGATION = re.compile(rf"(?<!\w)(?:{'|'.join(NEGATIONS)})(?!\w)")
CANNOT_BUY = re.compile(rf"(?:{'|'.join(CAN_NOT)})\s+(?:\w+\s+){{0,3}}(?:{'|'.join(BE_BOUGHT)})")
OTHER_SUBJECT = re.compile("|".join(OTHER_SUBJECTS))
BRANCH = re.compile("|".join(BRANCHES))
NONE_LEFT = re.compile(r"^\W{0,3}0\s(?!\d)|[:：]\s?0(?!\S)")
"""A count of pieces: ``0 in stock``, ``Auf Lager: 0``."""
MAX_LABEL = 60
WORDS = re.compile(r"\w+")


def _phrases(table: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


def _spaced(phrase: str) -> bool:
    """Whether the phrase is of a script that sets spaces between words."""
    return all(ord(one) < 0x0E00 or one == " " for one in phrase)


def _first_words(*tables: tuple[str, ...]) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", phrase)[0] for table in tables for phrase in table if _spaced(phrase))


_OUT, _IN, _BUY, _NOTIFY = (_phrases(tuple(filter(_spaced, table))) for table in (OUT_OF_STOCK, IN_STOCK, BUY, NOTIFY))
_OUT_DENSE, _IN_DENSE, _BUY_DENSE = (
    re.compile("|".join(re.escape(phrase) for phrase in table if not _spaced(phrase)))
    for table in (OUT_OF_STOCK, IN_STOCK, (*BUY, *BUY_ALONE))
)
_SCARCE = _phrases(SCARCE)
_SUBJECTLESS = _phrases(SUBJECTLESS)
# "Available in 3 sizes".
KINDS = re.compile(
    r"\s{1,3}(?:in|en|em|i|w|v|u)\s(?:\d|more|other|several|different|mehreren|verschiedenen|plusieurs|varios|diversos|diverse)"
)
_STATE_STARTS = _first_words(OUT_OF_STOCK, IN_STOCK)
_BUY_STARTS = _first_words(BUY)
_NOTIFY_STARTS = _first_words(NOTIFY)
_BUY_ALONE = frozenset(BUY_ALONE)


def from_schema(value: str) -> Availability | None:
    """Read ``https://schema.org/InStock``, ``in_stock``, ``Sold out`` and their like."""
    key = re.sub(r"[\s_-]", "", value.strip().rstrip("/").rpartition("/")[2].rpartition("#")[2].casefold())
    return SCHEMA.get(key) or from_text(value)


@lru_cache(maxsize=4096)
def from_text(text: str) -> Availability | None:
    """Read a short visible text; None where it says neither or both."""
    lowered = text.casefold()
    if lowered.strip(" .!") in ("unavailable", "not available"):
        return "OutOfStock"
    dense = not lowered.isascii()
    out = dense and _OUT_DENSE.search(lowered) is not None
    has = dense and not out and _IN_DENSE.search(lowered) is not None
    if not out and not _STATE_STARTS.isdisjoint(WORDS.findall(lowered)):
        out = bool(_OUT.search(lowered))
        has = has or bool(_IN.search(_OUT.sub(" ", lowered)))
    if out:
        return None if has and not _of_something_else(_OUT.sub(" ", lowered)) else "OutOfStock"
    if has and NONE_LEFT.search(lowered):
        return "OutOfStock"
    if has and _of_something_else(lowered):
        return None
    if has:
        return None if NEGATION.search(lowered) and not _SCARCE.search(lowered) else "InStock"
    return "OutOfStock" if CANNOT_BUY.search(lowered) else None


def _of_something_else(lowered: str) -> bool:
    """Whether a text calls available what it names before: versions, colours, a coupon."""
    match = _SUBJECTLESS.search(lowered)
    if match is None or _IN.search(_SUBJECTLESS.sub(" ", lowered)):
        return False
    before = re.split(r"[:：.!?|]", lowered[: match.start()])[-1]
    named = [word for word in WORDS.findall(before) if not word.isdecimal()]
    return any(word not in SUBJECTS for word in named) if named else bool(KINDS.match(lowered, match.end()))


def from_marks(marks: str) -> Availability | None:
    """Read an element's class names (``stock out-of-stock``); None where they say neither or both."""
    if "stock" not in marks and "sold" not in marks and "available" not in marks:
        return None
    out, has = OUT_MARKS.search(marks), IN_MARKS.search(marks)
    return None if bool(out) == bool(has) else "OutOfStock" if out else "InStock"


@lru_cache(maxsize=4096)
def is_buy_label(text: str) -> bool:
    """Whether a button with this label puts the product into a cart."""
    lowered = " ".join(text.casefold().split()).strip(" !.>»›+")
    if len(lowered) > MAX_LABEL:
        return False
    if lowered in _BUY_ALONE or (not lowered.isascii() and _BUY_DENSE.search(lowered)):
        return True
    return not _BUY_STARTS.isdisjoint(WORDS.findall(lowered)) and bool(_BUY.search(lowered))


def is_buy_mark(marks: str) -> bool:
    """Whether a button's class or id says that it puts the product into a cart."""
    return bool(BUY_MARKS.search(marks)) and not NO_BUY_MARKS.search(marks)


@lru_cache(maxsize=4096)
def is_notify_label(text: str) -> bool:
    """Whether a button offers word when the product is back, as shops put in the place of the buy button."""
    lowered = text.casefold()
    starts = not _NOTIFY_STARTS.isdisjoint(WORDS.findall(lowered))
    return len(lowered) <= 2 * MAX_LABEL and starts and bool(_NOTIFY.search(lowered))
