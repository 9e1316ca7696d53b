"""Numbers, prices and lists as a language writes them (CLDR, by Babel)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

EUROPEAN = {"es": "es_ES", "pt": "pt_PT"}
"""Where a language alone means another country's habits to CLDR."""

NO_CURRENCY = "XXX"
"""ISO 4217's code where there is none."""
SIGNS = {"GBP": "£", "JPY": "¥", "USD": "$"}
"""Currencies whose sign people write where CLDR has the code."""


def locale_of(language: str) -> Locale:
    """Return the Babel locale of a language; English for one that Babel does not know."""
    try:
        return Locale.parse(EUROPEAN.get(language, language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def write_price(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount as the language writes it, whole amounts without decimals: ``$149``, ``149,90 €``."""
    locale = locale_of(language)
    if amount != amount.to_integral_value():
        written = format_currency(amount, currency, locale=locale)
    else:
        pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
        written = format_currency(amount, currency, pattern, locale=locale, currency_digits=False)
    return written.replace(currency, SIGNS.get(currency, currency))


def write_rating(rating: float, language: str) -> str:
    """Return a rating of 0..5 with at most one decimal: ``4.7``, ``4,7``, ``5``."""
    rounded = Decimal(str(rating)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return format_decimal(rounded, "#,##0.#", locale=locale_of(language))


def write_number(number: Decimal | int, language: str) -> str:
    """Return a number as the language writes it."""
    return format_decimal(number, locale=locale_of(language))


def write_percent(percent: int, language: str) -> str:
    """Return a percentage as the language writes it: ``19%``, ``19 %``."""
    return format_percent(Decimal(percent) / 100, locale=locale_of(language))


def write_list(items: list[str], language: str, *, choice: bool) -> str:
    """Return items joined by "or" (``choice``) or "and"."""
    return format_list(items, style="or" if choice else "standard", locale=locale_of(language))
