"""Writing out what a voice would say badly: units, sizes, scores and prices in shop notation."""

from __future__ import annotations

import re

from app.rendering.spoken_words import prices_written_out, written_out

# Units after a number: sign -> singular, plural. The voice itself knows kg, cm, mm, ml, km, GB, Hz, oz, lb and degrees.
_UNITS: dict[str, tuple[str, str]] = {
    "h": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"),
    "V": ("volt", "volts"),
    "A": ("amp", "amps"),
    "mAh": ("milliamp hour", "milliamp hours"),
    "Wh": ("watt hour", "watt hours"),
    "g": ("gram", "grams"),
    "m": ("meter", "meters"),
    "l": ("liter", "liters"),
    "L": ("liter", "liters"),
    "dB": ("decibel", "decibels"),
    "lm": ("lumen", "lumens"),
    "rpm": ("turn a minute", "turns a minute"),
    '"': ("inch", "inches"),
    "″": ("inch", "inches"),
}
_UNIT = re.compile(
    rf"(?<![\w.])(\d[\d.,]*)[ -]?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?!\w)"
)

_CURRENCIES: dict[str, str] = {
    "CHF": "Swiss francs",
    "AUD": "Australian dollars",
    "A$": "Australian dollars",
    "CAD": "Canadian dollars",
    "C$": "Canadian dollars",
    "SEK": "Swedish kronor",
    "NOK": "Norwegian kroner",
    "DKK": "Danish kroner",
    "PLN": "zloty",
    "zł": "zloty",
    "CZK": "koruna",
    "Kč": "koruna",
}
_CODE = "|".join(map(re.escape, _CURRENCIES))
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_AMOUNT = r"\d[\d,]*(?:\.\d+)?"

_RULES: list[tuple[re.Pattern[str], str]] = [
    # 49,99 -> 49.99: a comma before two last digits is a decimal sign.
    (re.compile(r"(?<![\d,.])(\d+),(\d\d)(?![\d,.]*\d)"), r"\1.\2"),
    (re.compile(rf"({_AMOUNT})\s?([$€£])(?!\d)"), r"\2\1"),
    (re.compile(r"\b24/7\b"), "twenty-four seven"),
    (re.compile(r"(\d)/(5|10)\b(?:\s*stars?\b)?"), r"\1 out of \2"),
    (re.compile(r"(?i)\bno\.\s?(?=\d)"), "number "),
    (re.compile(r"(?<=[\dmW])\s?[x×]\s?(?=\d)"), " by "),
    (re.compile(r"(?<=\d)\s?[x×](?!\w)"), " times"),
    (re.compile(r"\s?★+"), " stars"),
    (re.compile(r"(?<=[\d A-Za-z])/(?=[A-Za-z])"), " or "),
]


def spoken(text: str, language: str = "en", currency: str | None = None) -> str:
    """Return text with its short forms written out, as a person would read them aloud.

    ``currency`` is the ISO 4217 code of the text's own prices, for signs that several currencies share.

    >>> spoken("40h of battery, 4.8/5, 149.99 USD")
    '40 hours of battery, 4.8 out of 5, $149.99'
    """
    if language != "en":
        return written_out(text, language, currency)
    text = prices_written_out(text, language, currency)
    text = re.sub(rf"\b({'|'.join(_SIGNS)})\s?({_AMOUNT})", lambda m: _SIGNS[m[1]] + m[2], text)
    text = re.sub(rf"({_AMOUNT})\s?({'|'.join(_SIGNS)})\b", lambda m: _SIGNS[m[2]] + m[1], text)
    for pattern, written in _RULES:
        text = pattern.sub(written, text)
    text = re.sub(rf"(?<!\w)({_CODE})\s?({_AMOUNT})", lambda m: f"{m[2]} {_CURRENCIES[m[1]]}", text)
    text = re.sub(rf"({_AMOUNT})\s?({_CODE})(?!\w)", lambda m: f"{m[1]} {_CURRENCIES[m[2]]}", text)
    return _UNIT.sub(_written_unit, text)


def _written_unit(match: re.Match[str]) -> str:
    one, many = _UNITS[match[2]]
    return f"{match[1]} {one if match[1] == '1' else many}"
