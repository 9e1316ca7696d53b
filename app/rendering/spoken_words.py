"""Writing out short forms in the languages that espeak-ng and others speak; numbers they read themselves.

Units come from ``app.scenario.units``, names of currencies from ``app.scenario.amounts``, the rest from
``spoken.json``.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from app.scenario.amounts import say_price
from app.scenario.locales import decimals_of
from app.scenario.units import NUMBER, Measure, Unit, measures_in, parse_number, write_measure

CURRENCIES = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "￥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY",
    "₪": "ILS",
    "₸": "KZT", "₴": "UAH", "฿": "THB", "₫": "VND", "₱": "PHP", "US$": "USD", "$US": "USD", "CA$": "CAD",
    "$CA": "CAD",
    "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD", "MX$": "MXN", "NT$": "TWD", "R$": "BRL", "S/": "PEN",
    "kr": "NOK", "kr.": "DKK", "Kč": "CZK", "zł": "PLN", "Ft": "HUF", "лв.": "BGN", "lei": "RON", "kn": "HRK",
    "Rs": "INR", "Rs.": "INR", "DT": "TND", "р.": "BYN", "R": "ZAR", "RM": "MYR", "Rp": "IDR", "£GB": "GBP",
}  # fmt: skip
"""Sign -> the currency that it stands for where the text's currency is not known."""
CODES = (
    "EUR", "USD", "GBP", "JPY", "CHF", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON", "BGN", "RSD", "CAD",
    "AUD",
    "NZD", "AED", "SAR", "QAR", "KWD", "BHD", "OMR", "EGP", "MAD", "TND", "ILS", "INR", "PKR", "LKR", "CNY", "TWD",
    "HKD",
    "SGD", "MYR", "THB", "IDR", "VND", "PHP", "KRW", "BRL", "MXN", "CLP", "ARS", "COP", "PEN", "ZAR", "TRY", "RUB",
    "UAH",
    "KZT", "BYN",
)  # fmt: skip
PREFIXES = frozenset(("R", "Rs", "Rs.", "S/", "RM", "Rp"))
"""Signs that stand before their number only: after one they may be the beginning of a word or another sign."""
ENGLISH = frozenset(("EUR", "USD", "GBP", "CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY"))
"""Currencies whose codes the rules for English have, and those of the signs below."""
VOICED = frozenset("€$£")
"""Signs that an English voice reads by itself."""


def _alternatives(signs: list[str]) -> str:
    named = [
        rf"(?<![^\W\d_]){re.escape(sign)}" if sign[0].isalpha() else re.escape(sign)
        for sign in sorted(signs, key=len, reverse=True)
    ]
    return "|".join([*named, *(rf"\b{code}\b" for code in CODES)])


_BEFORE, _AFTER = _alternatives(list(CURRENCIES)), _alternatives([one for one in CURRENCIES if one not in PREFIXES])
_PRICE = re.compile(
    rf"({_BEFORE})[\s\u00a0\u202f]?({NUMBER})(?![^\W\d_])|"
    rf"(?<!\d)({NUMBER})[\s\u00a0\u202f]?(?!\w*\$[\s\u00a0\u202f]?\d)({_AFTER})(?![^\W\d_])"
)
_SCORE = re.compile(r"(\d)[\s\u00a0]?/[\s\u00a0]?(5|10)\b")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")
"""Digits in groups of three (or of two, as in India), without decimals."""


def written_out(text: str, language: str, currency: str | None = None) -> str:
    """Return ``text`` with prices, measures, scores and abbreviations as a person would read them aloud.

    ``currency`` is the ISO 4217 code that the text's own prices are in: several share a sign ("$", "kr", "Rs").
    """
    rules = _rules().get(language)
    if rules is None:
        return text
    text = prices_written_out(text, language, currency)
    for measure in reversed(measures_in(text)):
        if text[: measure.end].casefold().endswith(_in_full(measure.unit, language)):
            continue  # and what follows a number may be another word: "4,6 su 5 secondo 94 recensioni"
        said = write_measure(measure, language, language, rules["by"], short=False)
        text = text[: measure.start] + said + text[measure.end :]
    text = _SCORE.sub(rf"\1 {rules['out_of']} \2", text)
    for short, long in rules["words"].items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", long, text)
    return text


def prices_written_out(text: str, language: str, currency: str | None = None) -> str:
    """Return ``text`` with its prices as they are said; in English without those that voices read by themselves."""

    def said(match: re.Match[str]) -> str:
        sign, number = (match[1], match[2]) if match[1] else (match[4], match[3])
        code = CURRENCIES.get(sign, sign)
        if currency is not None and sign in SHARED.get(code, ()):
            code = currency
        if language == "en" and (sign in VOICED or sign in CODES) and code in ENGLISH:
            return match[0]
        return say_price(_amount(number, language, code), code, language)

    return _PRICE.sub(said, text)


SHARED = {
    "USD": ("$",), "NOK": ("kr",), "DKK": ("kr.",), "INR": ("Rs", "Rs.", "₨"), "JPY": ("¥", "￥"), "GBP": ("£",),
    "BYN": ("р.",), "RON": ("lei",),
}  # fmt: skip
"""Currency -> signs that others share with it."""


def _amount(number: str, language: str, currency: str) -> Decimal:
    """Return a price's number: groups of three digits are thousands, but for currencies with three decimals."""
    if _GROUPED.fullmatch(number) and decimals_of(currency) < 3:
        return Decimal(re.sub(r"\D", "", number))
    return parse_number(number, language)


@cache
def _in_full(unit: Unit, language: str) -> tuple[str, ...]:
    """Return how measures in a unit end that are written out in a language: its name, for one and for several."""
    counts = (write_measure(Measure(count, unit, 0, 0), language, language, "", short=False) for count in "12")
    return tuple({count[1:].strip().casefold() for count in counts})


@cache
def _rules() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(
        files("app.rendering").joinpath("spoken.json").read_text(encoding="utf-8")
    )
    return found
