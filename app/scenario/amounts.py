"""Prices, counts and ratings as they are said in the six languages; names come from ``amounts.json``."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from babel.numbers import get_currency_name

from app.scenario.locales import decimals_of, locale_of, write_number, write_rating

EXACT_COUNT = 100
"""Counts below are told as they are."""
FINE_COUNT = 10_000
"""Counts from here keep three figures, those below two."""


@cache
def _words() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(files("app.scenario").joinpath("amounts.json").read_text("utf-8"))
    return found


def say_price(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount as it is said, its numbers in figures: ``76 pounds 99``, ``1 Euro``, ``50 pence``.

    A currency that ``amounts.json`` has not gets CLDR's name; a language that it has not, the amount before that name.
    """
    places = min(decimals_of(currency), 3)
    amount = amount.quantize(Decimal(1).scaleb(-places))
    whole, rest = int(amount), int((amount % 1).scaleb(places))
    words = _words().get(language)
    if not rest or words is None:
        number = f"{amount.normalize():f}" if rest else str(whole)
        return f"{number} {currency_name(currency, whole, language)}"
    if not whole and places == 2:
        return f"{rest} {_form(words['minor'].get(currency) or words['minor']['*'], rest, language)}"
    return str(words["price"].format(whole=whole, name=currency_name(currency, whole, language), rest=rest))


def currency_name(currency: str, count: int, language: str) -> str:
    """Return the everyday name of a currency in the form that goes with ``count``: ``pound``, ``pounds``."""
    names = _words().get(language, {}).get("currencies", {}).get(currency)
    return _form(names, count, language) if names else get_currency_name(currency, count, locale=locale_of(language))


def _form(names: str, count: int, language: str) -> str:
    one, many = names.split("/")
    return one if count == 1 or (count == 0 and language in ("fr", "pt")) else many


def say_count(count: int, language: str) -> str:
    """Return a count rounded down, with the word that says so: 184046 is ``over 184,000``, 57 stays ``57``."""
    if count < EXACT_COUNT:
        return write_number(count, language)
    kept = 3 if count >= FINE_COUNT else 2
    step = 10 ** (len(str(count)) - kept)
    rounded = count // step * step
    written = write_number(rounded, language)
    words = _words().get(language)
    return written if rounded == count or words is None else str(words["over"].format(n=written))


def say_rating(rating: float, language: str) -> str:
    """Return a rating of 0..5 with its scale: ``4.6 out of 5``, ``4,6 von 5``; elsewhere ``4.6 / 5``."""
    words = _words().get(language)
    written = write_rating(rating, language)
    return str(words["rating"].format(n=written)) if words else f"{written} / 5"


def from_price(price: str, language: str) -> str:
    """Return a written or said price as the lowest of several: ``from £20``, ``ab 20 €``; elsewhere the price alone."""
    words = _words().get(language)
    return str(words["from"].format(price=price)) if words else price
