"""The facts of a product that every language can say: price, discount, unit price, rating, stock, name, options."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

from app.analysis.words import clean
from app.models import Product
from app.scenario.concepts import specs_of
from app.scenario.lexicon import options_of
from app.scenario.locales import write_list, write_number, write_percent, write_price, write_rating
from app.scenario.units import only_measures, parse_number

DISCOUNT_FROM = Decimal("0.97")
"""A price must be under this share of the list price to count as a discount."""
PERCENT_FROM = 5
"""A smaller discount is not worth a percentage."""
RATING_SHOWN_FROM = 4.0
RATING_HOOKS_FROM = 4.3
REVIEWS_SHOWN_FROM = 5
REVIEWS_HOOK_FROM = 20
LONGEST_BADGE = 30
NET_CONTENT = re.compile(
    r"net (?:weight|content|volume|wt\.?)|contents?|füllmenge|nettofüllmenge|nettogewicht|contenu(?: net)?|poids net|"
    r"contenido(?: neto)?|peso neto|contenuto(?: netto)?|peso netto|conteúdo(?: líquido)?|peso líquido",
    re.IGNORECASE,
)
"""Specifications whose value is what the price is paid for."""
UNIT_PRICE_BASES = {
    "mass": (Decimal(1000), Decimal(100), "kg", "100 g"),
    "volume": (Decimal(1000), Decimal(100), "l", "100 ml"),
}
"""Dimension -> large and small base (g, ml) and their names. The small one serves contents under it times ten."""
Value = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Facts:
    """The facts at hand, each only when it may be shown."""

    values: dict[str, Value]
    """What templates may name -> how it is written, and the paths of the product's fields that it rests on."""
    price_badge: str = ""
    rating_badge: str = ""
    discounted: bool = False
    rating_hooks: bool = False
    stock: Literal["InStock", "OutOfStock"] | None = None


def discount_of(product: Product) -> tuple[Decimal, int] | None:
    """Return what is saved and the percentage, rounded down; None where the price is not at least 3 % lower."""
    price, before = product.price, product.list_price
    if price is None or before is None or not product.currency or price <= 0 or price >= before * DISCOUNT_FROM:
        return None
    percent = ((before - price) / before * 100).to_integral_value(ROUND_DOWN)
    return before - price, int(percent)


def unit_price_of(product: Product) -> tuple[Decimal, str, str] | None:
    """Return the price for a base amount, that base ("100 g") and the specification's name."""
    if product.price is None or product.price <= 0 or not product.currency:
        return None
    for key, value in specs_of(product):
        if not NET_CONTENT.fullmatch(clean(key)):
            continue
        for measure in only_measures(clean(value)):
            bases = UNIT_PRICE_BASES.get(measure.unit.dimension)
            if bases is None or measure.unit.imperial or "×" in measure.written or "x" in measure.written:
                continue
            content = parse_number(measure.written, product.language) * measure.unit.factor
            large, small, large_name, small_name = bases
            base, name = (large, large_name) if content >= large else (small, small_name)
            if content > 0:
                return (product.price / content * base).quantize(Decimal("0.01"), ROUND_HALF_UP), name, key
    return None


def facts_of(product: Product, name: str, language: str) -> Facts:
    """Return what may be said of a product in ``language``; ``name`` is its short name.

    A price needs its currency. A rating is shown from 4 stars and, where the page counts reviews, from five of them: a
    weaker one does not sell. A list price is shown when the price is at least 3 % under it.
    """
    values: dict[str, Value] = {"name": (name, ("title",))}
    price = _price(product, language)
    if price:
        values["price"] = (price, ("price", "currency"))
    discount = discount_of(product) if price else None
    if discount and product.list_price is not None:
        saved, percent = discount
        paths = ("price", "list_price", "currency")
        values["list_price"] = (write_price(product.list_price, product.currency or "", language), paths[1:])
        values["saving"] = (write_price(saved, product.currency or "", language), paths)
        if percent >= PERCENT_FROM:
            values["percent"] = (write_percent(percent, language), paths[:2])
    if price and (per := unit_price_of(product)):
        values["unit_price"] = (write_price(per[0], product.currency or "", language), ("price", f"specs.{per[2]}"))
        values["unit"] = (per[1], ())
    rating = _rating(product, language)
    if rating:
        values["rating"] = (rating, ("rating",))
        if product.review_count is not None:
            values["reviews"] = (write_number(product.review_count, language), ("review_count",))
    for field in ("brand", "shop"):
        text = clean(getattr(product, field) or "")
        if len(text) <= LONGEST_BADGE and any(character.isalnum() for character in text):
            values[field] = (text, (field,))
    if found := options_of(product, language):
        values["options"] = (write_list(found[0], language, choice=True), (found[1],))
    reviews = product.review_count or 0
    return Facts(
        values=values,
        price_badge=price,
        rating_badge=f"★ {rating}" if rating else "",
        discounted=discount is not None,
        rating_hooks=bool(rating and (product.rating or 0) >= RATING_HOOKS_FROM and reviews >= REVIEWS_HOOK_FROM),
        stock=product.availability,
    )


def _price(product: Product, language: str) -> str:
    if product.price is None or product.price <= 0 or not product.currency:
        return ""
    written = write_price(product.price, product.currency, language)
    return written if len(written) <= LONGEST_BADGE else ""


def _rating(product: Product, language: str) -> str:
    enough = product.review_count is None or product.review_count >= REVIEWS_SHOWN_FROM
    shown = product.rating is not None and RATING_SHOWN_FROM <= product.rating <= 5 and enough
    return write_rating(product.rating or 0, language) if shown else ""
