"""The terms of an offer: what the page calls its former price, from where prices run, and what kind of offer it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from babel.core import get_global

from app.extraction import offer_words
from app.extraction.candidates import Candidate
from app.extraction.layout import CLOSE, Layout, Price, Text
from app.extraction.phrases import phrases
from app.models import Evidence, Product

TERMS = ("country", "list_price_kind", "price_from", "price_unit", "offer", "condition", "bids", "bid_stage", "ended")
"""The fields of ``Product`` that are read here, once its price is known."""
SIGN = "offer sign"
"""Field of the candidates by which markup says what kind of offer it is; the value is that of ``Product.offer``."""
MAX_LABEL = 48
MAX_TEXT = 120
UNIT = re.compile(
    r"^\W{0,2}(?:/|(?:per|pro|par|por|al|je|za)\s)\s*(\d{0,4}\s?[^\W\d_][^\W\d_]{0,14}\.?)(?=$|[\s,;()|])",
    re.IGNORECASE,
)
COUNTED_UNIT = re.compile(r"^\W{0,2}/\s*(\d{1,4}\s?[^\W\d_]{1,12})")
RANGE_SIGN = re.compile(r"^\s*[-–—~〜～]\s*$")
EURO_HOMES = {
    "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "pt": "PT", "nl": "NL", "fi": "FI", "el": "GR", "sk": "SK",
    "sl": "SI", "et": "EE", "lv": "LV", "lt": "LT", "hr": "HR", "ga": "IE", "mt": "MT", "bg": "BG",
}  # fmt: skip
COMMON_MONEY = frozenset(("EUR", "USD", "XAF", "XOF", "XCD", "XPF"))
"""Currencies that are those of several countries, or written everywhere."""


def with_terms(product: Product, page: Layout, found: Iterable[Candidate]) -> Product:
    """Return ``product`` with its terms (``TERMS``) and where each came from."""
    prices = [one for one in page.prices if one.value == product.price and not one.before]
    price = max(prices, key=lambda one: one.weight, default=None)
    signs = [one for one in found if one.field in (SIGN, "price_from", "condition")]
    terms: dict[str, Any] = {}
    terms["country"] = country_of(page.document.territory, product.currency, page.document.language)
    if product.list_price is not None:
        terms["list_price_kind"] = _former_kind(product, page)
    language = page.document.language
    if product.price is not None:
        terms["price_from"] = _runs_on(product, page, price, signs, language)
        terms["price_unit"] = _unit(price) if price else None
    terms |= _kind(product, page, price, signs, runs_on=bool(terms.get("price_from")))
    kept = {name: value for name, value in terms.items() if value is not None and value is not False}
    country = "visible page" if page.document.territory is None else "address or language"
    evidence = {
        name: Evidence(source=country if name == "country" else "visible page", confidence=0.7) for name in kept
    }
    return product.model_copy(update={**kept, "evidence": {**product.evidence, **evidence}})


def country_of(territory: str | None, currency: str | None, language: str | None) -> str | None:
    """Return the ISO 3166 code of the country that a page speaks to, or None.

    Where address and language name none, a currency of one country alone does; for the euro, a language of one country.
    """
    if territory:
        return territory
    if currency == "EUR":
        return EURO_HOMES.get(language or "")
    if currency is None or currency in COMMON_MONEY:
        return None
    return currency[:2] if currency[:2] in get_global("territory_currencies") else None


def _former_kind(product: Product, page: Layout) -> str:
    named = [one for one in page.prices if one.value == product.list_price and one.before]
    kinds = [one.kind for one in named if one.kind]
    if kinds:
        return kinds[0]
    evidence = product.evidence.get("list_price")
    if not named and evidence is not None and evidence.source in ("json-ld", "microdata"):
        return "other"
    return "was"


def _runs_on(product: Product, page: Layout, price: Price | None, signs: list[Candidate], language: str | None) -> bool:
    """Whether the price is the lowest of several."""
    if any(one.field == "price_from" and one.value == product.price for one in signs):
        return True
    if price is None:
        return False
    if price.range_end is not None or phrases("from", language).before(price.label):
        return True
    if phrases("from after", language).after(price.tail.lstrip("元円원 ")):
        return True
    after = page.texts[price.block.last : price.block.last + 2]
    if len(after) == 2 and RANGE_SIGN.match(after[0].value):
        return any(one.value > price.value and one.block.first == price.block.last + 1 for one in page.prices)
    return False


def _unit(price: Price) -> str | None:
    """Return what the price is for, where the page says so: ``3 pack``, ``szt``, ``pair``."""
    match = COUNTED_UNIT.match(price.tail) or UNIT.match(price.tail)
    return match[1].strip(" .") if match else None


def _kind(
    product: Product, page: Layout, price: Price | None, signs: list[Candidate], *, runs_on: bool
) -> dict[str, Any]:
    """Return ``offer`` with what belongs to it."""
    labels = list(_labels(page))
    kinds = {kind for kind, _, _ in labels}
    by_price = phrases("offer", page.document.language).before(price.label) if price else None
    if by_price:
        kinds.add(by_price)
    # Markup alone that says "used" of what was dearer before, or has several prices, is a template's filling.
    several = product.list_price is not None or runs_on
    kinds |= {str(one.value) for one in signs if one.field == SIGN and not (several and one.value == "used")}
    condition, used = _condition(product, page)
    written = next((str(one.value) for one in signs if one.field == "condition"), None)
    found: dict[str, Any] = {"condition": condition or (written if kinds & {"used", "refurbished"} else None)}
    stage = _stage(price, labels)
    bids = _bids(page, price)
    if "auction" in kinds and (bids is not None or stage or by_price == "auction"):
        found |= {"offer": "auction", "bids": bids, "bid_stage": stage or "current"}
        found["ended"] = "ended" in kinds or stage == "winning"
        return found
    part = next((name for name in ("members", "instalment") if product.price is None and page.parts[name]), None)
    if "ended" in kinds and not page.buttons:
        return found | {"offer": "ended", "ended": True}
    if used := (used or next((one for one in ("refurbished", "used") if one in kinds), None)):
        return found | {"offer": used}
    if price and (_unit(price) or "").casefold() in offer_words.RENTAL_UNITS:
        return found | {"offer": "rental"}
    for kind in ("preorder", "ticket", "rental"):
        if kind in kinds:
            return found | {"offer": kind}
    return found | ({"offer": part} if part else {})


def _labels(page: Layout) -> Iterator[tuple[str, int, Text]]:
    """Yield the kinds of offer that labels and buttons near the title name, with their place among the texts."""
    table = phrases("offer", page.document.language)
    for index, one, distance in page.near_texts:
        if distance > CLOSE or len(one.value) > MAX_LABEL:
            continue
        kind = table.alone(one.value.casefold())
        if kind is not None and not page.in_card(one.block):
            yield kind, index, one


def _stage(price: Price | None, labels: list[tuple[str, int, Text]]) -> str | None:
    beside = price.label if price else ""
    alone = [one.value.casefold().strip(" :") for kind, _, one in labels if kind in ("auction", "ended")]
    for stage, words in offer_words.BID_STAGES.items():
        if beside.rstrip(" :").endswith(words) or (stage == "winning" and any(word in alone for word in words)):
            return stage
    return None


def _bids(page: Layout, price: Price | None) -> int | None:
    """Return how many bids the texts around the price tell of, or None."""
    if price is None:
        return None
    texts = page.texts[price.block.first : price.block.last + 12]
    for place, one in enumerate(texts):
        match = BID_COUNT.search(one.value.casefold())
        if match:
            return int(re.sub(r"\D", "", match[1]))
        following = texts[place + 1].value.casefold().strip(" :]") if place + 1 < len(texts) else ""
        if one.value.isdecimal() and len(one.value) < 6 and following in offer_words.BIDS:
            return int(one.value)
    return None


BID_COUNT = re.compile(r"(?<![\d.,])(\d[\d.,]{0,6}) ?(?:" + "|".join(map(re.escape, offer_words.BIDS)) + r")(?!\w)")


def _condition(product: Product, page: Layout) -> tuple[str | None, str | None]:
    """Return the page's word for the condition of an item that isn't new, and whether that is used or refurbished."""
    table = phrases("condition", page.document.language)
    for index, one, distance in page.near_texts:
        if distance > CLOSE or len(one.value) > MAX_TEXT:
            continue
        label, colon, value = one.value.partition(":")
        if not _labels_condition(label) or page.in_card(one.block):
            continue
        following = page.texts[index + 1].value if index + 1 < len(page.texts) else ""
        value = value.strip() if colon and value.strip() else following
        kind = table.alone(value[:MAX_LABEL].casefold().strip()) or table.after(value[:MAX_LABEL].casefold())
        if kind:
            return value[:MAX_LABEL].strip(" .:"), kind
    words = re.split(r"[\s()\[\],/|·–-]+", product.title)
    named = next((one for one in (*words, product.title) if one.casefold() in offer_words.TITLE_CONDITIONS), None)
    return (named, table.alone(named.casefold())) if named else (None, None)


def _labels_condition(label: str) -> bool:
    return label.strip().casefold() in offer_words.CONDITION_LABELS
