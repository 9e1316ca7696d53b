"""Whether the offer is told as what it is: the price in its form, the former price by its name, the thing's state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from app.extraction.stated import statements
from app.models import Product
from app.scenario.checks.page import Page, folded
from app.scenario.checks.script import Line, Script
from app.scenario.checks.tables import Former, OfferKind, Words, words_for
from app.scenario.claim_words import claim_words
from app.scenario.locales import NO_CURRENCY, write_price, write_rating
from app.scenario.supported import discount_of
from app.scenario.wording import numbers_in

SPACES = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
LEAST_FORMER, MOST_FORMER = Decimal("1.03"), Decimal(10)
"""How many times the price a former price may be."""
SIGN = re.compile(
    r"[$€£¥₹₽₩₪฿₺₴₫]|\b(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|BRL|CLP|ARS|MXN|INR|R\$|kr|zł|kn|lei|Kč)(?!\w)"
)
MONEY = re.compile(
    rf"(?:(?:{SIGN.pattern})[\s\u00a0\u202f]?(?P<after>\d[\d.,'’\u00a0\u202f]{{0,20}}(?: \d{{3}}(?!\d)){{0,4}})|"
    rf"(?P<before>\d[\d.,'’\u00a0\u202f]{{0,20}}(?: \d{{3}}(?!\d)){{0,4}})[\s\u00a0\u202f]?(?:{SIGN.pattern}))"
)
NAMED_AS: dict[str | None, Former] = {"rrp": "rrp", "mrp": "rrp", "lowest_30_days": "lowest", "was": "was"}
OFFERS: dict[str, OfferKind] = {
    "used": "used", "refurbished": "used", "auction": "auction", "preorder": "preorder", "rental": "rental",
}  # fmt: skip


def offer_faults(script: Script) -> Iterator[str]:
    """Yield what a script says wrongly of the offer."""
    known = words_for(script.page.code)
    product = script.page.product
    yield from _amounts(script)
    if product.list_price is not None and _former_lines(script) and not former_holds(product):
        yield (f"{_former_lines(script)[0].place}: the former price is not 1.03 to 10 times the price. Leave it out.")
    if known is not None:
        yield from _former(script, known)
        yield from _state(script, known)


def _written(amount: Decimal, script: Script) -> str:
    product = script.page.product
    return write_price(amount, product.currency or NO_CURRENCY, script.page.code, product.country)


def slot_faults(line: str, page: Page, *, said: bool) -> Iterator[str]:
    """Yield which slots of a frame hold what the product does not have."""
    if page.lacks_attribute(line):
        yield f"the product page does not say {line.strip(' .')[:60]!r}. Leave it out."
    found = page.frame_of(line, shown=not said)
    if found is None:
        return
    frame, match = found
    for slot, value in frame.values(match):
        if not _fits_slot(slot, value, page):
            yield f"the product page does not say {value.strip()[:40]!r}. Correct it or leave it out."


def _fits_slot(slot: str, value: str, page: Page) -> bool:
    product = page.product
    written = (value, SPACES.sub("", value))
    readings = {
        one for text in written for found in numbers_in(text).values() for one in found if isinstance(one, Decimal)
    }
    count = Decimal(product.review_count or 0)
    if slot == "rating":
        return product.rating is not None and Decimal(write_rating(product.rating, "en")) in readings
    if slot in ("over", "Over"):
        return not readings or any(one <= count <= 2 * one for one in readings)
    if slot in ("sold", "Sold"):
        told = {one for found in page.numbers.values() for one in found if isinstance(one, Decimal)}
        return any(one <= known <= 2 * one for one in readings for known in told)
    if slot in ("percent", "share", "amount"):
        return bool(readings & _savings(product, recommended=slot == "share"))
    if slot in ("price", "before"):
        amount = product.price if slot == "price" else product.list_price
        return amount is not None and (amount in readings or not readings)
    if slot in ("count", "measure", "years"):
        known = {one for found in page.numbers.values() for one in found} | {count}
        return bool(readings & known)
    return True


def _savings(product: Product, *, recommended: bool) -> set[Decimal]:
    """Return what is saved, in per cent and in money; ``recommended``: how many per cent of the buyers recommend it."""
    saving = discount_of(product)
    found = {Decimal(percent) for percent in saving[1]} if saving and not recommended else set()
    for _, one in statements(product):
        value = one.amount if one.share is None else Decimal(one.share)
        if (one.kind == "recommended") == recommended and value is not None:
            found.add(value)
    return found


def former_holds(product: Product) -> bool:
    """Tell whether a former price may be told."""
    if not product.price or product.list_price is None:
        return False
    return LEAST_FORMER <= product.list_price / product.price <= MOST_FORMER


def _amounts(script: Script) -> Iterator[str]:
    """Money is written as the language writes it."""
    product = script.page.product
    known = [amount for amount in (product.price, product.list_price) if amount is not None]
    if product.currency is None or script.page.language is None:
        return
    forms = {folded(_written(amount, script)): amount for amount in known}
    for line in script.lines:
        for match in MONEY.finditer(line.text):
            written = (match["after"] or match["before"]).rstrip(".,'’ \u00a0\u202f")
            readings = numbers_in(written).get(written, set()) | numbers_in(re.sub(r"\s", "", written)).get(
                re.sub(r"\s", "", written), set()
            )
            meant = next((amount for amount in known if amount in readings), None)
            if meant is None:
                continue  # an amount of its own is looked at among the numbers
            right = next(form for form, amount in forms.items() if amount == meant)
            if right not in folded(line.text):
                yield f"{line.place}: the price is written {match[0].strip()!r}. Write {_written(meant, script)}."


def _former_lines(script: Script) -> list[Line]:
    """Return the lines that tell the former price, or how far the price is below it."""
    product = script.page.product
    if product.list_price is None or not product.price or product.currency is None:
        return []
    form = folded(_written(product.list_price, script))
    percent = round(100 * (1 - product.price / product.list_price))
    share = re.compile(rf"(?<![\d.,]){percent}[\s\u00a0\u202f]?%") if percent > 0 else None
    return [line for line in script.lines if form in folded(line.text) or (share and share.search(line.text))]


def _former(script: Script, known: Words) -> Iterator[str]:
    """The former price is called what the page calls it."""
    product = script.page.product
    kind = NAMED_AS.get(product.list_price_kind, "was")
    for line in _former_lines(script):
        called = [name for name, pattern in known.former.items() if pattern.search(line.text)]
        if called and kind not in called and not (kind == "rrp" and called == ["was"] and not line.said):
            yield f"{line.place}: the former price is not named as the page names it ({kind}). Call it that."


def _state(script: Script, known: Words) -> Iterator[str]:
    """What is used, sold in an auction, over or not yet there is told so, and nothing else is."""
    product = script.page.product
    kind: OfferKind | None = (
        "ended" if product.ended else "sold_out" if product.availability == "OutOfStock" else OFFERS.get(product.offer)
    )
    last = len(script.scenario.scenes)
    claims = claim_words(script.page.code)
    has = claims.stock if claims else "(?!)"
    if kind is not None and not any(known.offers[kind].search(line.text) for line in script.lines):
        yield f"Scene {last}, narration: nothing says that the offer is {kind.replace('_', ' ')}. Say so."
    for line in script.lines:
        stock = re.search(rf"(?<!\w)(?:{has})(?!\w)", line.text, re.IGNORECASE)
        if (
            stock
            and (product.availability != "InStock" or kind is not None)
            and not known.offers["sold_out"].search(line.text)
        ):
            if folded(stock[0]) in script.page.running:
                continue
            yield f"{line.place}: {stock[0]!r} is said of what the shop does not have in stock. Leave it out."
        if not line.said or script.page.frame_of(line.text) is None or (kind and known.offers[kind].search(line.text)):
            continue
        for other, pattern in known.offers.items():
            hit = pattern.search(line.text)
            if (
                hit
                and other != kind
                and not (other == "used" and product.condition)
                and not script.page.in_title(hit[0])
            ):
                yield f"{line.place}: {hit[0]!r} is not what the offer is. Say what it is."
