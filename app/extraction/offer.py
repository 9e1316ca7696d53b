"""Price, currency and stock as the visible page shows them near the title or the buy button."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from app.extraction import former, money, offer_words, visible_stock
from app.extraction.amount_words import FREE, LEFT_OVER, MISSING, PORTION
from app.extraction.candidates import Candidate
from app.extraction.layout import CLOSE, SOURCE, VARIANT_TAGS, Block, Layout, Price, Text, place_of
from app.extraction.phrases import phrases
from app.extraction.price_marks import (
    BEFORE_MARKS,
    BEHIND_AMOUNT,
    BESIDE_THE_PRICE,
    CENT_MARKS,
    CENT_TAGS,
    COVER,
    DIGIT,
    GIVEN_AWAY,
    LEI,
    MEMBER_MARKS,
    MINOR_SIGN,
    NAMED_GROSS,
    NAMED_NET,
    NAMED_TAX,
    NET,
    NET_MARKS,
    NOT_THE_PRICE,
    NOT_ZERO,
    NOW_MARKS,
    OTHER_SUM_AFTER,
    OTHER_SUM_BEFORE,
    SIGN_BEFORE,
    SIZE,
    TAX_OF_NEXT,
    UPPER,
    names_own_price,
    names_price,
    without_states,
)
from app.extraction.word_patterns import any_of, words_in

PRICE_WORDS = any_of(
    re.escape(word)
    for words in (*offer_words.FROM_BEFORE.values(), offer_words.GROSS, words_in("amounts", "price"))
    for word in words
    if len(word) > 4
)
ONLINE_PRICE = 1.5
"""What the words "Internet price" weigh in a price's favour, beside one for the holders of a card."""
MAX_PRICE_TEXT = 44
MAX_WORDS = 10
MAX_MARKED_WORDS = 20
"""Letters beside an amount and its currency, without and with a class name that calls it a price."""
MAX_LINE = 120
MAX_ROW = 60
MAX_PRICES = 400
SHARED_SIGN = 0.45
"""Confidence in a currency whose sign others share, on a page whose country is not known."""
CLEARLY = 1.2
FAR_STEP = 1200
"""Characters from the title that weigh as much as one sign in a price's favour."""


def candidates(layout: Layout) -> Iterator[Candidate]:
    """Yield price, list price, currency, availability and whether there is a buy button."""
    if layout.buttons:
        yield Candidate("can_buy", True, SOURCE, 0.6, place_of(layout.buttons[0]))
    prices = layout.prices = find_prices(layout)
    states = list(visible_stock.candidates(layout, bool(prices)))
    gone = not layout.buttons and any(one.field == "sold_out" for one in states)
    yield from _price_fields(layout, prices, gone)
    yield from _free(layout)
    yield from states


def _free(layout: Layout) -> Iterator[Candidate]:
    """Yield that the product costs nothing, as an element that is called a price says near the title."""
    for _, one, distance in layout.near_texts:
        if distance <= CLOSE and len(one.value) <= MAX_ROW and not layout.in_card(one.block):
            bare = one.value.casefold().strip(" .!:")
            zero = bare not in FREE and DIGIT.search(bare) and not NOT_ZERO.search(bare) and _letters(bare) == 0
            if (bare in FREE or zero) and any(names_own_price(near.marks) for near in one.block.around(2)):
                yield Candidate("free", True, SOURCE, 0.6, f"{place_of(one.block)} “{one.value}”")
                return


def _price_fields(layout: Layout, prices: list[Price], gone: bool) -> Iterator[Candidate]:
    groups = ([one for one in prices if not one.net and not one.before], [one for one in prices if not one.net], prices)
    now = next((group for group in groups if group), None)
    if not now:
        return
    if all(price.kind and not price.weight for price in now):
        # A sentence names what it cost, and nothing here what it costs.
        yield Candidate("list_price", now[0].value, SOURCE, 0.5, f"{place_of(now[0].block)} “{now[0].written}”")
        return
    ranked = sorted(now, key=lambda price: (-price.weight, price.distance))
    best = ranked[0]
    # "Regular price" is what it costs where no lower price stands beside it.
    regular = [
        one for one in prices if one.before and not one.struck and not one.net and one.weight - best.weight >= CLEARLY
    ]
    if regular and not best.before:
        ranked.insert(0, max(regular, key=lambda price: price.weight))
        best = ranked[0]
    for price in {one.value: one for one in reversed(ranked[:8])}.values():
        chosen = price.value == best.value
        confidence = (0.6 if price.distance <= CLOSE else 0.45) + (0.15 if layout.buttons else 0.0) if chosen else 0.2
        if chosen and (price.net or (gone and price.distance > CLOSE / 2)):
            # Where the product is sold out, an amount farther away is rather a neighbour's.
            confidence -= 0.25
        place = f"{place_of(price.block)} “{price.written}”"
        yield Candidate("price", price.value, SOURCE, confidence, place)
        if chosen and price.currency:
            shared = layout.document.territory is None and money.is_shared(price.written)
            yield Candidate("currency", price.currency, SOURCE, SHARED_SIGN if shared else confidence, place)
    for price in {one.value: one for one in reversed(ranked[:8])}.values():
        usual = None if price.before else former.choose(layout, prices, price)
        layout.formers[price.value] = usual.value if usual else None
        if usual is not None:
            sure = 0.8 if usual.confirmed else 0.6 if price.value == best.value else 0.4
            yield Candidate("list_price", usual.value, SOURCE, sure, f"{place_of(usual.block)} “{usual.written}”")


def find_prices(layout: Layout) -> list[Price]:
    """Return the amounts that may be the product's, without those of neighbours, shipping and instalments."""
    territory, decimal = layout.document.territory, money.decimal_sign(layout.document.language)
    found: list[_Found] = []
    done = -1
    for index, one, distance in layout.near_numbers:
        if index < done or len(one.value) > MAX_LINE:
            continue
        if len(found) >= MAX_PRICES or not _may_be_price(layout, index):
            continue
        block, written = _widest(layout, one)
        if not written or "=" in written:
            continue
        sums, spans = _signed_sums(written, territory, decimal)
        if not sums or len(sums) > 2:
            continue
        marked = any(names_price(near.marks) for near in block.around(2) if near.marks)
        signed = sums[0].currency or money.SIGN.search(written) or _sign_follows(layout, index, block)
        if _letters(written) <= (MAX_MARKED_WORDS if marked and signed else MAX_WORDS) and (signed or marked):
            found.append(_Found(block, sums, spans, distance, index, written))
            done = index + 1 if written == one.value else block.last
    grid = layout.repeated([one.block for one in found])
    several = len({one.sums[0].value for one in found if id(one.block) in grid}) > 2
    codes = {sum_.value: sum_.currency for one in found for sum_ in one.sums if sum_.currency}
    prices: list[Price] = []
    for entry in found:
        if not ((id(entry.block) in grid and several) or layout.in_card(layout.texts[entry.place].block)):
            prices += _read(layout, entry, codes)
    prices = _with_named(layout, former.with_pairs(layout, prices))
    if any(not price.portion and not price.before for price in prices):
        prices = [price for price in prices if not price.portion]
    prices = [price for price in prices if not _said_in_full(price, prices)]
    signed_prices = [price for price in prices if price.currency]
    return signed_prices if any(not price.before for price in signed_prices) else prices


def _said_in_full(price: Price, prices: list[Price]) -> bool:
    """Whether a price without cents stands beside itself with them, as screen readers are told it."""
    return price.value == price.value.to_integral_value() and any(
        price.value < other.value < price.value + 1
        and other.before == price.before
        and abs(other.block.start - price.block.start) <= MAX_PRICE_TEXT
        for other in prices
    )


class _Found(NamedTuple):
    """A text with one amount or two."""

    block: Block
    sums: list[money.Amount]
    spans: list[tuple[int, int]]
    """Where the amounts stand in ``written``; empty where that isn't known."""
    distance: int
    place: int
    written: str


def _signed_sums(written: str, territory: str | None, decimal: str) -> tuple[list[money.Amount], list[tuple[int, int]]]:
    """Return the amounts in a text and where they stand; where some stand beside a currency, without the others.

    ``Pack of 6: $14.85`` holds one amount; the two ends of a range are both some.
    """
    sums = money.amounts(written, territory=territory, decimal=decimal)
    spans = [match.span() for match in money.AMOUNT.finditer(written)]
    if len(spans) != len(sums):
        return [sum_ for sum_ in sums if sum_.value], []
    both = [pair for pair in zip(sums, spans, strict=True) if pair[0].value]
    signed = [pair for pair in both if _has_sign(written, pair[1])]
    if signed and len(both) > 1 and len(signed) < len(both):
        between = written[both[0][1][1] : both[1][1][0]].casefold().strip()
        ranges = len(both) == 2 and money.SIGN.sub("", between).strip() in offer_words.RANGE_SIGNS
        if not ranges or _letters(written[: both[0][1][0]]):
            both = signed
    return [sum_ for sum_, _ in both], [span for _, span in both]


def _has_sign(written: str, span: tuple[int, int]) -> bool:
    """Whether a currency's sign or code stands right beside an amount."""
    before, after = written[max(0, span[0] - 5) : span[0]].rstrip(), written[span[1] : span[1] + 6].lstrip(" ,.-–—")
    sign = SIGN_BEFORE.search(before)
    named = sign is not None and (sign[1] is None or sign[1] in money.CODES)
    return bool(named or money.SIGN.match(after) or after[:3] in money.CODES)


def _read(layout: Layout, found: _Found, codes: Mapping[Decimal, str]) -> Iterator[Price]:
    """Yield the prices in a text: one amount, the two ends of a range, or a price and what it was."""
    language, written = layout.document.language, found.written
    spans = found.spans
    first, second = found.sums[0], found.sums[-1]
    if len(spans) != 2:
        price = _judged(layout, found, first, codes.get(first.value), spans[0] if spans else None)
        if price is not None:
            yield price
        return
    between = _without_currency(written[spans[0][1] : spans[1][0]]).casefold().strip()
    if between.rstrip(" :") in offer_words.RANGE_SIGNS:
        price = _judged(layout, found, first, codes.get(first.value), spans[0])
        if price is not None:
            yield replace(price, range_end=second.value) if first.value < second.value else price
        return
    words = phrases("former", language)
    was_first = words.before(_without_currency(written[: spans[0][0]]).casefold()) is not None
    was_second = not was_first and words.before(between) is not None
    both = [
        _judged(layout, found, sum_, codes.get(sum_.value), span) for sum_, span in zip(found.sums, spans, strict=True)
    ]
    lower, higher = (
        sorted((one for one in both if one is not None), key=lambda one: one.value) if all(both) else (None, None)
    )
    if lower and higher and not was_first and not was_second and former.saving_stated(layout, lower, higher):
        yield lower
        yield replace(higher, before=True, confirmed=True)
        return
    # "Was £20 now £15": the first of the two is the former price.
    for price, sum_, before in zip(both, found.sums, (was_first, was_second), strict=True):
        if price is not None and (price.before or before or was_first or sum_ is first):
            yield replace(price, before=price.before or before)


def _with_named(layout: Layout, prices: list[Price]) -> list[Price]:
    """Return the prices, with the former ones that a sentence near them names."""
    document = layout.document
    known = {price.value for price in prices if price.before}
    decimal = money.decimal_sign(document.language)
    for one, distance, value, currency, kind in former.named(layout, document.territory, decimal):
        if value not in known and not any(price.value == value for price in prices):
            known.add(value)
            prices.append(Price(value, currency or next((price.currency for price in prices), None), distance, 0.0,
                                True, False, False, one.block, one.value[:80], kind=kind))  # fmt: skip
    return prices


def _sign_follows(layout: Layout, index: int, block: Block) -> bool:
    """Whether a number that is struck out has its currency behind the line's end: ``<s>45</s> kr``."""
    struck = any(one.struck for one in block.around(1))
    return struck and index + 1 < len(layout.texts) and bool(money.SIGN.match(layout.texts[index + 1].value))


def _may_be_price(layout: Layout, index: int) -> bool:
    """Whether the text, one beside it, or a class name around it speaks of money."""
    one = layout.texts[index]
    if any(names_price(near.marks) for near in one.block.around(4) if near.marks):
        return True
    beside = (layout.texts[place].value for place in (index, index - 1, index + 1) if 0 <= place < len(layout.texts))
    return any(names_currency(value) for value in beside if len(value) <= MAX_LINE)


@lru_cache(maxsize=4096)
def names_currency(value: str) -> bool:
    """Whether a text holds a currency's sign or code."""
    return bool(money.SIGN.search(value) or money.CODE.search(value))


def _judged(
    layout: Layout, found: _Found, amount: money.Amount, code: str | None, span: tuple[int, int] | None
) -> Price | None:
    """Return the amount with its weight, or None if it is another sum than the product's price."""
    block, language = found.block, layout.document.language
    near = [one for one in block.around(3) if one.tag not in ("body", "html", "main", "form")]
    near = [one for one in near if one.key not in layout.above_title or one is block]
    marks = " ".join(one.marks for one in near[:3])
    before_text, after_text = _line(layout, found, span)
    own = " ".join(one.marks for one in (layout.texts[found.place].block, *near[:2]))
    kind = former.kind_of(before_text, after_text, own, language) or _kind_spoken(layout, found, language)
    struck = any(one.struck for one in layout.texts[found.place].block.around(4))
    if kind != "lowest_30_days":
        part = _part(before_text, after_text, found.written[span[1] :] if span else "", own, language)
        if part is not None:
            layout.parts[part].add(amount.value)
            return None
        if (
            NOT_THE_PRICE.search(without_states(marks))
            or (kind is None and not struck and _sets_apart([*layout.texts[found.place].block.around(2), *near[:3]]))
            or OTHER_SUM_BEFORE.search(before_text)
            or COVER.search(_same_text(layout, found))
            or MISSING.search(before_text)
            or LEFT_OVER.search(after_text)
            or _goes_on_free(found.written[span[1] :].casefold() if span else "")
            or _goes_on_free(after_text)
        ):
            return None
    # "40 € without tax: 36 €", "without tax 36 € with tax 40 €": what stands between two amounts speaks of the second.
    named_before = NAMED_TAX.search(before_text[-40:])
    tail = "" if TAX_OF_NEXT.search(after_text) or (named_before and DIGIT.search(after_text)) else after_text
    gross = bool((named_before and NAMED_GROSS.search(named_before[0])) or NAMED_GROSS.search(tail))
    net = not gross and (
        bool(NET_MARKS.search(near[0].marks if near else ""))
        or bool(NAMED_NET.search(tail))
        or bool(NET.search(before_text[-24:]))
    )
    if not net and OTHER_SUM_AFTER.search(tail) and not (LEI.match(tail) and _in_lei(layout, found)):
        return None
    before = struck or kind is not None or bool(BEFORE_MARKS.search(own))
    weight = 0.0
    if any(names_price(one.marks) for one in near[:3]):
        weight += 1.5
    if amount.currency or code:
        weight += 1.5
    if NOW_MARKS.search(own):
        weight += 0.7
    if before_text.rstrip(" :").endswith(offer_words.ONLINE):
        weight += ONLINE_PRICE
    if any(one.tag in VARIANT_TAGS for one in block.around(3)):
        weight -= 1.5
    return Price(
        amount.value, amount.currency or code, found.distance, weight - found.distance / FAR_STEP, before, struck, net,
        block, found.written, before_text, after_text, kind,
        portion=bool(PORTION.search(MINOR_SIGN.sub("", after_text))),
    )  # fmt: skip


def _same_text(layout: Layout, found: _Found) -> str:
    """Return what stands before the last amount in its own text, in lower case."""
    value = layout.texts[found.place].value
    ends = [match.start() for match in money.AMOUNT.finditer(value)]
    return value[: ends[-1]].casefold() if ends else ""


def _kind_spoken(layout: Layout, found: _Found, language: str | None) -> str | None:
    """Return what the label for screen readers calls the amount (``aria-label="Original price $199"``)."""
    for block in layout.texts[found.place].block.around(1):
        label = (block.node.attributes.get("aria-label") or "")[:MAX_LINE]
        if len(amounts := list(money.AMOUNT.finditer(label))) == 1:
            return former.kind_of(_without_currency(label[: amounts[0].start()]).casefold(), "", "", language)
    return None


def _sets_apart(near: list[Block]) -> bool:
    """Whether a class name says that the amount is what is saved, paid monthly or collected.

    It does not where it names the price as well (``price--discount``), or stands around a price (``discount-block``).
    """
    for block in near:
        if block.marks and (match := BESIDE_THE_PRICE.search(without_states(block.marks))):
            priced = names_own_price(block.marks)
            if not priced and (match[0].startswith("sav") or not any(names_own_price(one.marks) for one in near)):
                return True
    return False


def _goes_on_free(after: str) -> bool:
    """Whether what stands after an amount gives it away (``$15 FREE``, ``$15 free gift``)."""
    match = GIVEN_AWAY.match(after)
    return match is not None and match[1] in FREE


def _in_lei(layout: Layout, found: "_Found") -> bool:
    """Whether an ``L`` behind the amount is the leu's: in its countries, in an element that is called a price."""
    near = layout.texts[found.place].block.around(2)
    return layout.document.territory in ("RO", "MD") and any(names_own_price(one.marks) for one in near)


def _part(before: str, after: str, inside: str, marks: str, language: str | None) -> str | None:
    """Return what the words beside an amount make of it that a plain visitor does not pay at once."""
    members = phrases("members", language)
    # What stands in another text, and before another amount, may speak of that one.
    behind = inside.casefold() if DIGIT.search(after) else after
    if (
        (members.before(before) and not BEHIND_AMOUNT.search(before))
        or members.after(behind)
        or MEMBER_MARKS.search(marks)
    ):
        return "members"
    if phrases("instalment", language).before(before) or phrases("instalment after", language).after(after):
        return "instalment"
    return None


def _widest(layout: Layout, one: Text) -> tuple[Block, str]:
    """Return the widest block around a text that still reads as one amount and little else, and what it reads."""
    block, written = one.block, one.value if len(one.value) <= MAX_PRICE_TEXT else ""
    for around in one.block.around(5):
        if around.end - around.start > MAX_PRICE_TEXT or around.key in layout.above_title:
            break
        longer = price_text(layout, around)
        if written and (
            len(money.AMOUNT.findall(longer)) > len(money.AMOUNT.findall(written)) or _letters(longer) > MAX_WORDS
        ):
            break
        block, written = around, longer
    return block, written


@lru_cache(maxsize=4096)
def _letters(written: str) -> int:
    """Return how many letters an amount has beside its currency and what says that it is a price, or from where."""
    return sum(map(str.isalpha, _without_currency(PRICE_WORDS.sub(" ", written))))


def price_text(layout: Layout, block: Block) -> str:
    """Return the block's text as one amount."""
    texts = layout.texts[block.first : block.last]
    return join_amount(
        [
            (
                one.value,
                any(part.tag in CENT_TAGS or CENT_MARKS.search(part.marks) for part in one.block.around(1))
                or _ends_amount(texts, place),
            )
            for place, one in enumerate(texts)
        ]
    )


def _ends_amount(texts: Sequence[Text], place: int) -> bool:
    """Tell whether a text is the last, in an element of its own right behind an amount with its sign: "$24<i>99"."""
    own, before = texts[place], texts[place - 1]
    return (
        0 < place == len(texts) - 1 and own.block.parent is before.block and money.SIGN.search(before.value) is not None
    )


def join_amount(pieces: list[tuple[str, bool]]) -> str:
    """Return runs of text as one amount: cents in an element of their own get a decimal sign (``63<sup>07</sup>``).

    Each piece comes with whether its element may hold cents.
    """
    written = ""
    for value, may_be_cents in pieces:
        if written and written[-1].isdecimal() and value[:1] in ".,":
            written += value
        elif written and value[:1].isdecimal() and re.search(r"\d ?[.,]$", written):
            written = (written[:-2] + written[-1] if written[-2:-1] == " " else written) + value
        elif (
            may_be_cents
            and re.fullmatch(r"[€£$]?\d{2}(?:\s?\D{0,3})?", value)
            and re.search(r"\d\s?[€£$]?$", written)
            and not re.search(r"[.,]\d{1,2}\s?[€£$]?$", written)
        ):
            sign = written[-1] if written[-1] in "€£$" else value[0] if value[0] in "€£$" else ""
            value = value.lstrip("€£$")
            written = written.rstrip("€£$ ") + ("," if "." in written else ".") + value + sign
        elif written and written[-1].isdecimal() and value[:1].isdecimal():
            written += " | " + value
        else:
            written += (" " if written else "") + value
    return written


def _line(layout: Layout, found: _Found, span: tuple[int, int] | None) -> tuple[str, str]:
    """Return what stands right before and right after the amount on its line."""
    block, written = found.block, found.written
    start, end = span or (0, len(written))
    inside_before, inside_after = written[:start], written[end:]
    parent = block.parent
    before = after = ""
    if parent is not None:
        if parent.end - parent.start <= MAX_LINE:
            before = " ".join(one.value for one in layout.texts[max(parent.first, block.first - 3) : block.first])[-60:]
        if not before and parent.parent is not None and block.first - 1 >= parent.parent.first:
            before = layout.texts[block.first - 1].value[-60:]
        if parent.end - parent.start <= MAX_ROW:
            after = " ".join(one.value for one in layout.texts[block.last : min(parent.last, block.last + 2)])[:40]
    before = _without_currency(f"{before} {inside_before}").casefold().rstrip()
    after = _without_currency(f"{inside_after} {after}").lstrip()
    if span and _has_sign(written, span):
        after = SIZE.sub("", after)
    return before, after.casefold()


def _without_currency(written: str) -> str:
    bare = money.SIGN.sub("", written)
    return UPPER.sub(lambda match: "" if match[0] in money.CODES else match[0], bare)
