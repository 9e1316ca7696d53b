"""The facts of a product that every language can say: price, rating, stock, written as the language writes them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal

from app.analysis.words import clean
from app.models import Product

DISCOUNT_FROM = Decimal("0.97")
"""A price must be under this share of the list price to count as a discount."""
RATING_SHOWN_FROM = 4.0
RATING_HOOKS_FROM = 4.3
REVIEWS_SHOWN_FROM = 5
REVIEWS_HOOK_FROM = 20
LONGEST_BADGE = 30


def locale_of(language: str) -> Locale:
    """Return the Babel locale of a language; English for one that Babel does not know."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def write_price(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount as the language writes it, whole amounts without decimals: ``$149``, ``149,90 €``."""
    locale = locale_of(language)
    if amount != amount.to_integral_value():
        return format_currency(amount, currency, locale=locale)
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=False)


def write_rating(rating: float, language: str) -> str:
    """Return a rating of 0..5 with at most one decimal: ``4.7``, ``4,7``, ``5``."""
    rounded = Decimal(str(rating)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return format_decimal(rounded, "#,##0.#", locale=locale_of(language))


@dataclass(frozen=True)
class Facts:
    """The facts at hand, each only when it may be shown."""

    values: dict[str, str]
    """What templates may name: name, price, list_price, rating, reviews, brand, shop."""
    price_badge: str = ""
    rating_badge: str = ""
    discounted: bool = False
    rating_hooks: bool = False
    stock: Literal["InStock", "OutOfStock"] | None = None


def facts_of(product: Product, name: str, language: str) -> Facts:
    """Return what may be said of a product in ``language``; ``name`` is its short name.

    A price needs its currency. A rating is shown from 4 stars and, where the page counts reviews, from five of them: a
    weaker one does not sell. A list price is shown when the price is at least 3 % under it.
    """
    values = {"name": name}
    price = rating = ""
    if product.price is not None and product.price > 0 and product.currency:
        price = write_price(product.price, product.currency, language)
        price = price if len(price) <= LONGEST_BADGE else ""
    discounted = False
    if price and product.price and product.list_price and product.price < product.list_price * DISCOUNT_FROM:
        values["list_price"] = write_price(product.list_price, product.currency or "", language)
        discounted = len(values["list_price"]) <= LONGEST_BADGE
    if price:
        values["price"] = price
    reviews = product.review_count
    enough = reviews is None or reviews >= REVIEWS_SHOWN_FROM
    if product.rating is not None and RATING_SHOWN_FROM <= product.rating <= 5 and enough:
        rating = values["rating"] = write_rating(product.rating, language)
        if reviews is not None:
            values["reviews"] = format_decimal(reviews, locale=locale_of(language))
    for field in ("brand", "shop"):
        if (text := clean(getattr(product, field) or "")) and len(text) <= LONGEST_BADGE:
            values[field] = text
    return Facts(
        values=values,
        price_badge=price,
        rating_badge=f"★ {rating}" if rating else "",
        discounted=discounted,
        rating_hooks=bool(
            rating and (product.rating or 0) >= RATING_HOOKS_FROM and (reviews or 0) >= REVIEWS_HOOK_FROM
        ),
        stock=product.availability,
    )
