"""What a page states in a line of its own: a saving, a coupon or what members save beside its price, who recommends it.

A line counts as a whole or not at all: "Save 20% when you buy two" and "20% off your first order" are other offers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from app.extraction import money
from app.extraction.candidates import Candidate
from app.extraction.former import TENTHS
from app.extraction.layout import SOURCE, Block, Layout
from app.extraction.word_patterns import word_table, words_in
from app.models import Product

Kind = Literal["saving", "coupon", "members", "recommended"]
KINDS: tuple[Kind, ...] = ("recommended", "members", "coupon", "saving")
"""A members' saving is no saving for all, nor is a coupon."""
LONGEST_LINE = 80
NEAR_PRICE = 120
"""Characters between the price and a line that speaks of it."""
LEAST_SHARE, MOST_SHARE = 3, 90
LEAST_RECOMMENDED = 75
"""Per cent of the buyers; fewer are no reason to buy."""
NUMBER = (
    r"(?:[-−–]? ?(?:\d{1,3}(?:[.,]\d)? ?[%٪％]|[%٪％] ?\d{1,3}|(?:[^\W\d_]{0,3}[$€£₹₽] ?)?\d[\d.,]{0,9}"
    r"(?: ?(?:[€$£₽]|zł|kč|kr|руб\.?|eur|元|円|원))?))"
)
LEFT = r"(?:\d(?:\.\d)?|[1-9]\d) ?折"
SHARE = re.compile(r"(\d{1,3}(?:[.,]\d)?) ?[%٪％]|[%٪％] ?(\d{1,3})")
BRACKETS = re.compile(r"[(\[]([^()\[\]]{0,60})[)\]]$")
AROUND = " \t|·•*!.✓✔–-"
LETTER, BARS = re.compile(r"[^\W\d_]"), re.compile(r"[|·•]")
DIGIT = re.compile(r"\d")


class Stated(NamedTuple):
    """What a line states: per cent or an amount of money."""

    kind: Kind
    share: int | None
    amount: Decimal | None


@cache
def _forms(kind: Kind) -> re.Pattern[str]:
    forms = words_in("stated", kind)
    # Most begin with the number, which is read once for all of them.
    rests = "|".join(form.removeprefix("{n}") for form in forms if form.startswith("{n}"))
    others = [form for form in forms if not form.startswith("{n}")]
    return re.compile("|".join([f"{{n}}(?:{rests})", *others]).replace("{tenths}", LEFT).replace("{n}", NUMBER))


@cache
def _counted_in() -> re.Pattern[str]:
    return re.compile("|".join(word_table("stated")["counted_in"]))


@lru_cache(maxsize=8192)
def stated_in(line: str) -> Stated | None:
    """Return what a line states, and nothing else than that; None: it does not."""
    if len(line) > LONGEST_LINE or not DIGIT.search(line):
        return None
    # "4.6 | 91 % recommend it": numbers alone may stand beside it.
    parts = [part for part in BARS.split(line.casefold()) if LETTER.search(part)]
    if len(parts) != 1:
        return None
    plain = " ".join(parts[0].split()).replace(" :", ":").replace("：", ":").strip(AROUND)
    if (bracket := BRACKETS.search(plain)) is not None:
        if not _counted_in().search(bracket[1]):
            return None  # what stands in brackets may be a condition
        plain = plain[: bracket.start()].strip(AROUND)
    for kind in KINDS:
        if _forms(kind).fullmatch(plain):
            return _valued(kind, plain)
    return None


def _valued(kind: Kind, plain: str) -> Stated | None:
    if tenths := TENTHS.search(plain):
        left = Decimal(tenths[1])
        share = round(100 - left * (10 if left < 10 else 1))
    elif match := SHARE.search(plain):
        share = round(Decimal((match[1] or match[2]).replace(",", ".")))
    else:
        sums = money.amounts(plain)
        return Stated(kind, None, sums[0].value) if len(sums) == 1 and kind != "recommended" else None
    least, most = (LEAST_RECOMMENDED, 100) if kind == "recommended" else (LEAST_SHARE, MOST_SHARE)
    return Stated(kind, share, None) if least <= share <= most else None


def statements(product: Product) -> Iterator[tuple[int, Stated]]:
    """Yield what the short lines of a product's page state of it, of each kind the first, each with its line's number.

    A former price that is known tells what is saved by itself; an amount that is saved is at most nine times the price.
    """
    told: set[Kind] = set()
    for number, line in enumerate(product.highlights):
        one = stated_in(line)
        if one is None or one.kind in told or (one.kind == "saving" and product.list_price is not None):
            continue
        if one.amount is not None:
            share = 100 * one.amount / (product.price + one.amount) if product.price else Decimal(0)
            if not LEAST_SHARE <= share <= MOST_SHARE:
                continue
        told.add(one.kind)
        yield number, one


def candidates(layout: Layout) -> Iterator[Candidate]:
    """Yield the lines that state something beside the product's price, and how many buyers recommend it."""
    prices = [one.block for one in layout.prices if not one.before]
    found: dict[Stated, str] = {}
    for block, line in _lines(layout):
        stated = stated_in(line)
        if stated is None or layout.in_card(block):
            continue
        beside = any(max(block.start - price.end, price.start - block.end) <= NEAR_PRICE for price in prices)
        if beside or stated.kind == "recommended":
            found.setdefault(stated, line.strip(AROUND))
    if found:
        yield Candidate("highlights", list(found.values()), SOURCE, 0.7, "beside the price")


def _lines(layout: Layout) -> Iterator[tuple[Block, str]]:
    """Yield the short texts of the page, those of several elements ("-", "20", "%") together too."""
    numbers = [0]
    """How many of the texts up to each hold a digit: without one, nothing is stated."""
    for one in layout.texts:
        holds = DIGIT.search(one.value) is not None
        numbers.append(numbers[-1] + holds)
        if holds:
            yield one.block, one.value
    for block in layout.blocks:
        if (
            block.last - block.first > 1
            and block.end - block.start <= LONGEST_LINE
            and numbers[block.last] > numbers[block.first]
        ):
            yield block, layout.text_of(block)
