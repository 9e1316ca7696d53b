"""Former prices: which amounts are some, what the page calls them, and which one belongs to the price."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from app.extraction import money, offer_words
from app.extraction.layout import Block, Layout, Price, Text
from app.extraction.phrases import phrases

LEAST, MOST = Decimal("1.03"), Decimal(10)
"""How many times the price a former price is: less is a rounding, more another thing's."""
NEAR = 80
"""Characters between two amounts of which one may be the other's former price, without a word that says so."""
TOGETHER = 40
"""Characters between a price and its former price within which others (for card holders) may stand."""
AROUND = 4
"""Texts around a pair of amounts in which a saving may be stated."""
BESIDE = 3
MAX_LINE = 240
MAX_SAVING = 60
MAX_PHRASE = 90
"""Characters before an amount in which its phrase stands."""
SHORTEST = 4
"""Characters of a text that may name a former price at least."""
WIDE = 0x2E80
"""The first of the characters that words are written in without spaces."""
PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d)?) ?[%٪％]|[%٪％] ?(\d{1,2})(?!\d)")
STATED = re.compile(r"^\W*\d{1,2}(?:[.,]\d)? ?[%٪％]\W*$|^\W*[%٪％] ?\d{1,2}\W*$|[-−–] ?\d{1,2}(?:[.,]\d)? ?%")
"""A percentage that stands alone, or with a minus; another one states a saving only beside a word that says so."""
GIVEN = re.compile(r"(?:[送贈赠]|(?<!\w)(?:gift|worth))\W?\w{0,6}\W{0,2}\w{0,6}\W{0,2}$")
"""Speaks of what is given with the product: the amount behind it is what that costs."""
TENTHS = re.compile(r"(?<![\d.,])(\d(?:\.\d)?|[1-9]\d) ?折")
"""What is left to pay, in tenths (8折) or hundredths (85折)."""
MARKS = {
    "lowest_30_days": re.compile(r"omnibus|30-?days?|last-?30|(?:recent|prior)-?lowest"),
    "mrp": re.compile(r"\bmrp\b|-mrp|mrp-"),
    "rrp": re.compile(r"\bm?s?rrp\b|\bmsrp|[-_]rrp|\buvp\b|[-_]uvp|list-?price|suggested|recommended-?price|\bpvpr?\b"),
}
"""What class names call a former price."""
SAVINGS = re.compile(
    r"(?<!\w)(?:" + "|".join(map(re.escape, sorted((one for one in offer_words.SAVINGS if one.isascii()), key=len)))
    + r")(?!\w)|" + "|".join(map(re.escape, (one for one in offer_words.SAVINGS if not one.isascii())))
)  # fmt: skip


DIGIT = re.compile(r"\d")


class Named(NamedTuple):
    """A former price that a sentence names."""

    text: Text
    distance: int
    value: Decimal
    currency: str | None
    kind: str


def kind_of(before: str, after: str, marks: str, language: str | None) -> str | None:
    """Return what the words beside an amount, else its class names, call a former price; None: nothing."""
    table = phrases("former", language)
    if kind := table.before(before):
        # "A partir de" ends with a word for "was".
        return None if kind == "was" and phrases("from", language).before(before) else kind
    following = table.after(after)
    if following in ("rrp", "mrp", "lowest_30_days") and not re.search(r"\d", after[:40]):
        return following
    return next((kind for kind, pattern in MARKS.items() if pattern.search(marks)), None)


def with_pairs(layout: Layout, prices: list[Price]) -> list[Price]:
    """Return the prices; of two beside each other whose difference the page states, the higher is the former one."""
    current = sorted((one for one in prices if not one.before), key=lambda one: one.block.start)
    former: set[int] = set()
    for place, one in enumerate(current):
        for other in current[place + 1 : place + 4]:
            if other.block.start - one.block.end > NEAR:
                break
            lower, higher = sorted((one, other), key=lambda price: price.value)
            if (
                fits(higher.value, lower.value)
                and lower.net == higher.net
                and saving_stated(layout, lower, higher)
            ):  # fmt: skip
                former.add(id(higher))
    return [replace(one, before=True, confirmed=True) if id(one) in former else one for one in prices]


def choose(layout: Layout, prices: list[Price], best: Price) -> Price | None:
    """Return the former price that belongs to ``best``: the one beside it, not that of another variant or a bundle."""
    found = []
    others = [one for one in prices if not one.before]
    for one in prices:
        if not one.before or not fits(one.value, best.value) or one.net != best.net:
            continue
        if one.currency and best.currency and one.currency != best.currency:
            continue
        if _belongs_elsewhere(one, best, others):
            continue
        stated = one.confirmed or saving_stated(layout, best, one)
        found.append((not stated, one.kind == "lowest_30_days", abs(one.distance - best.distance), one))
    return min(found, key=lambda entry: entry[:3])[3] if found else None


def fits(former: Decimal, price: Decimal) -> bool:
    """Whether ``former`` may be what ``price`` was before."""
    return price > 0 and LEAST <= former / price <= MOST


def named(layout: Layout, territory: str | None, decimal: str) -> Iterator[Named]:
    """Yield the former prices that sentences near the title name."""
    table = phrases("former", layout.document.language)
    for _, one, distance in layout.near_numbers:
        value = one.value
        if not SHORTEST < len(value) <= MAX_LINE or layout.in_card(one.block):
            continue
        for match in money.AMOUNT.finditer(value):
            before = value[max(0, match.start() - MAX_PHRASE) : match.start()].casefold()
            unsigned = before[:-24] + money.SIGN.sub("", before[-24:])
            kind = table.before(unsigned)
            if kind is None or GIVEN.search(unsigned):
                continue
            written = value[max(0, match.start() - 6) : match.end() + 6]
            currency = money.currency_in(written, territory)
            # Han, kana and hangul phrases stand by themselves; "was 12" needs a sign to be money.
            alone = ord(unsigned.rstrip(" :：")[-1:] or " ") >= WIDE
            if currency is None and not money.SIGN.search(written) and not alone:
                continue
            for sum_ in money.amounts(match[0], territory=territory, decimal=decimal, currency=currency)[:1]:
                yield Named(one, distance, sum_.value, currency, kind)


def beside(layout: Layout, price: Decimal, territory: str | None, decimal: str) -> tuple[Text, money.Amount] | None:
    """Return the struck amount that stands beside ``price``, wherever on the page that is, or None."""
    for index, one in enumerate(layout.texts):
        if len(one.value) > MAX_SAVING or not _has_digit(one.value) or not any(b.struck for b in one.block.around(2)):
            continue
        struck = money.amounts(one.value, territory=territory, decimal=decimal)
        if len(struck) != 1 or not fits(struck[0].value, price) or layout.in_card(one.block):
            continue
        for other in layout.texts[max(0, index - BESIDE) : index + BESIDE + 1]:
            if other is not one and any(
                sum_.value == price
                for sum_ in money.amounts(other.value[:MAX_SAVING], territory=territory, decimal=decimal)
            ):
                return one, struck[0]
    return None


def _has_digit(value: str) -> bool:
    return DIGIT.search(value) is not None


def _belongs_elsewhere(one: Price, best: Price, others: Iterable[Price]) -> bool:
    """Whether another amount than ``best``'s, and no saving, stands nearer to the former price ``one``."""
    gap = min((_gap(one.block, other.block) for other in others if other.value == best.value), default=0)
    if gap <= TOGETHER:
        return False
    for other in others:
        saving = one.value - best.value
        if other.value not in (best.value, saving) and other.value < one.value and _gap(one.block, other.block) < gap:
            return True
    return False


def _gap(one: Block, other: Block) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def saving_stated(layout: Layout, lower: Price, higher: Price) -> bool:
    """Whether the texts around two amounts state their difference, in percent or in money."""
    first = max(min(lower.block.first, higher.block.first) - AROUND, 0)
    last = max(lower.block.last, higher.block.last) + AROUND
    share = 100 * (1 - lower.value / higher.value)
    for one in layout.texts[first:last]:
        if len(one.value) > MAX_SAVING or not _has_digit(one.value):
            continue
        told = SAVINGS.search(one.value.casefold()) is not None
        for match in PERCENT.finditer(one.value):
            if (told or STATED.search(one.value)) and abs(
                Decimal((match[1] or match[2]).replace(",", ".")) - share
            ) <= 1:
                return True
        for match in TENTHS.finditer(one.value):
            left = Decimal(match[1])
            if abs(100 - left * (10 if left < 10 else 1) - share) <= 2:
                return True
        if told:
            for sum_ in money.amounts(one.value):
                if sum_.value == higher.value - lower.value:
                    return True
    return False
