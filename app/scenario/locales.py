"""Numbers, prices and lists as a country and a language write them (CLDR, by Babel)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.lists import format_list
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_territory_currencies,
)

EUROPEAN = {"es": "es_ES", "pt": "pt_PT"}
"""Where a language alone means another country's habits to CLDR."""

NO_CURRENCY = "XXX"
"""ISO 4217's code where there is none."""
SIGNS = {"GBP": "£", "JPY": "¥", "USD": "$"}
"""Currencies whose sign people write where CLDR has the code."""
HOME_SIGNS = {
    "BGN": "лв.", "BYN": "р.", "CNY": "¥", "CZK": "Kč", "HRK": "kn", "HUF": "Ft", "ILS": "₪", "INR": "₹", "KRW": "₩",
    "KZT": "₸", "PKR": "Rs", "PLN": "zł", "RON": "lei", "RUB": "₽", "RSD": "RSD", "THB": "฿", "TND": "DT", "TRY": "₺",
    "TWD": "NT$", "UAH": "₴", "VND": "₫", "DKK": "kr.", "NOK": "kr", "SEK": "kr", "JPY": "¥", "PHP": "₱",
}  # fmt: skip
"""What a country writes for its own currency, where CLDR differs or knows it in the country's language alone."""
MARKS = str.maketrans("", "", "\u200e\u200f\u061c")
"""Signs of direction, which only a text that runs from right to left needs."""
RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur", "ps", "yi"))
SHARED = frozenset(("EUR", "XAF", "XOF", "XCD", "XPF"))
"""Currencies without a home country of their own."""


def locale_of(language: str) -> Locale:
    """Return the Babel locale of a language; English for one that Babel does not know."""
    return _parsed(EUROPEAN.get(language, language)) or Locale.parse("en")


@lru_cache(maxsize=512)
def price_locale(currency: str, language: str, country: str | None = None) -> Locale:
    """Return the locale that prices are written in.

    ``country`` (ISO 3166) has the word: its form in ``language``, else in its own language. Without one, the currency's
    home country does where the language is spoken there; else the language alone.
    """
    if country is not None and country in get_global("territory_currencies"):
        own = (language, *get_official_languages(country), *get_official_languages(country, de_facto=True))
        for spoken in own:
            if found := _parsed(f"{spoken}_{country}"):
                return found
    home = home_of(currency)
    if home is not None and language in get_official_languages(home, de_facto=True):
        return _parsed(f"{language}_{home}") or locale_of(language)
    return locale_of(language)


def home_of(currency: str) -> str | None:
    """Return the country whose own currency it is; None for one of several countries, and for what is no currency."""
    home = currency[:2]
    return home if currency not in SHARED and currency in get_territory_currencies(home) else None


@lru_cache(maxsize=512)
def _parsed(name: str) -> Locale | None:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return None


def write_price(amount: Decimal, currency: str, language: str, country: str | None = None) -> str:
    """Return an amount as people write it, whole amounts without decimals: ``$149``, ``149,90 €``, ``₹1,49,999``.

    Args:
        amount: in the currency's main unit.
        currency: its ISO 4217 code.
        language: ISO 639 code of the text that it stands in.
        country: ISO 3166 code of the country that is spoken to; None: the currency's own, where it speaks the language.
    """
    locale = price_locale(currency, language, country)
    if amount != amount.to_integral_value():
        written = format_currency(amount, currency, locale=locale)
    else:
        pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
        written = format_currency(amount, currency, pattern, locale=locale, currency_digits=False)
    sign = _sign(currency, locale, country)
    shown = locale.currency_symbols.get(currency, currency)
    if sign is not None and shown != sign:
        written = written.replace(shown, sign)
    if locale.language not in RIGHT_TO_LEFT or sign is not None:
        written = written.translate(MARKS)
    return written.replace(currency, f"{currency}\u00a0") if _touches(written, currency, country) else written


def _sign(currency: str, locale: Locale, country: str | None) -> str | None:
    """Return what is written for the currency in place of what CLDR has, or None."""
    territory = country or locale.territory
    at_home = territory is not None and currency in get_territory_currencies(territory)
    if at_home:
        own = locale.currency_symbols.get(currency, currency)
        return HOME_SIGNS.get(currency) or (SIGNS.get(currency) if own == currency else None)
    known = locale.currency_symbols.get(currency, currency)
    return SIGNS.get(currency) if known == currency or currency == "GBP" else None


def _touches(written: str, currency: str, country: str | None) -> bool:
    """Whether a code stands right before its number; pages of a country have a space there."""
    return (
        country is not None and written.startswith(currency) and written[len(currency) : len(currency) + 1].isdecimal()
    )


def write_rating(rating: float, language: str) -> str:
    """Return a rating of 0..5 with at most one decimal: ``4.7``, ``4,7``, ``5``."""
    rounded = Decimal(str(rating)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return format_decimal(rounded, "#,##0.#", locale=locale_of(language))


def write_number(number: Decimal | int, language: str, country: str | None = None) -> str:
    """Return a number as the language writes it, in ``country`` if it is spoken there."""
    return format_decimal(number, locale=number_locale(language, country))


def number_locale(language: str, country: str | None) -> Locale:
    """Return the locale of a language in a country; of the language alone where it isn't spoken there."""
    return (_parsed(f"{language}_{country}") if country else None) or locale_of(language)


def write_percent(percent: int, language: str) -> str:
    """Return a percentage as the language writes it: ``19%``, ``19 %``."""
    return format_percent(Decimal(percent) / 100, locale=locale_of(language))


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency has: 2, 0 for the yen, 3 for the dinar of Kuwait."""
    return get_currency_precision(currency)


def write_list(items: list[str], language: str, *, choice: bool) -> str:
    """Return items joined by "or" (``choice``) or "and"."""
    return format_list(items, style="or" if choice else "standard", locale=locale_of(language))
