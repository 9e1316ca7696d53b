"""Writing out short forms in the languages that espeak-ng and others speak; numbers they read themselves.

Units come from ``app.scenario.units``, names of currencies from CLDR by Babel, the rest from ``spoken.json``.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from babel.numbers import get_currency_name

from app.scenario.locales import locale_of
from app.scenario.units import NUMBER, measures_in, parse_number, write_measure

CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
CODES = ("EUR", "USD", "GBP", "JPY", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD")
_SIGN = "|".join([*map(re.escape, CURRENCIES), *(rf"\b{code}\b" for code in CODES)])
_PRICE = re.compile(rf"({_SIGN})[\s\u00a0\u202f]?({NUMBER})|({NUMBER})[\s\u00a0\u202f]?({_SIGN})")
_SCORE = re.compile(r"(\d)[\s\u00a0]?/[\s\u00a0]?(5|10)\b")


def written_out(text: str, language: str) -> str:
    """Return ``text`` with prices, measures, scores and abbreviations as a person would read them aloud."""
    rules = _rules().get(language)
    if rules is None:
        return text
    text = _PRICE.sub(lambda match: _price(match, language, rules), text)
    for measure in reversed(measures_in(text)):
        said = write_measure(measure, language, language, rules["by"], short=False)
        text = text[: measure.start] + said + text[measure.end :]
    text = _SCORE.sub(rf"\1 {rules['out_of']} \2", text)
    for short, long in rules["words"].items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", long, text)
    return text


def _price(match: re.Match[str], language: str, rules: dict[str, Any]) -> str:
    sign, number = (match[1], match[2]) if match[1] else (match[4], match[3])
    amount = parse_number(number, language)
    whole, cents = divmod(amount.quantize(Decimal("0.01")), 1)
    name = get_currency_name(CURRENCIES.get(sign, sign), int(whole), locale=locale_of(language))
    if not cents:
        return f"{whole:f} {name}"
    return str(rules["cents"].format(whole=f"{whole:f}", currency=name, cents=int(cents * 100)))


@cache
def _rules() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(
        files("app.rendering").joinpath("spoken.json").read_text(encoding="utf-8")
    )
    return found
