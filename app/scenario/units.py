"""Measures in text: finding "2,5 kg", comparing it with "2500 g", and writing it as a language says or prints it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from babel.units import format_unit

from app.scenario.locales import number_locale, write_number

NUMBER = r"\d+(?:[.,'’\u00a0\u202f]\d+){0,6}"
CHAIN = re.compile(rf"(?<!\d){NUMBER}(?:\s{{0,9}}[x×]\s{{0,9}}{NUMBER}){{1,6}}")
TOLERANCE = Decimal("0.03")
"""Measures of two systems are the same if they differ by no more: pages round when they convert ..."""
EXACT = Decimal("0.0001")
"""... and those of one system by no more."""


@dataclass(frozen=True)
class Unit:
    """A unit of measure; ``name`` is its CLDR name, ``factor`` what it is in the base unit of its dimension."""

    name: str
    dimension: str
    factor: Decimal
    short: str
    imperial: bool


@dataclass(frozen=True)
class Measure:
    """A number with its unit as found in a text, from ``start`` to ``end``."""

    written: str
    """The number or the chain of numbers ("52 × 30 × 22")."""
    unit: Unit
    start: int
    end: int


@cache
def _units() -> tuple[dict[str, Unit], re.Pattern[str]]:
    data = json.loads(files("app.scenario").joinpath("units.json").read_text(encoding="utf-8"))
    units: dict[str, Unit] = {}
    for dimension, members in data.items():
        for name, unit in members.items():
            made = Unit(name, dimension, Decimal(str(unit["factor"])), unit["short"], unit.get("imperial", False))
            units |= dict.fromkeys(unit["names"], made)
    spellings = "|".join(re.escape(name) for name in sorted(units, key=len, reverse=True))
    numbers = rf"(?:{CHAIN.pattern}|{NUMBER})"
    # "in" before a word is the preposition.
    end = r"(?!\w)(?!(?<=\bin)\s+[^\W\d_])"
    return units, re.compile(rf"(?<![\w.,])({numbers})[\s\u00a0\u202f-]?\s?({spellings}){end}", re.IGNORECASE)


def unit_names() -> list[str]:
    """Return all spellings of all units."""
    return list(_units()[0])


def measures_in(text: str) -> list[Measure]:
    """Return the measures of a text in order."""
    units, pattern = _units()
    return [Measure(match[1], units[match[2].lower()], match.start(), match.end()) for match in pattern.finditer(text)]


FOLLOWING = re.compile(r"[\s\u00a0\u202f-]{0,2}((?:fl\.? oz)|[^\W\d_]+|°[CF]|%|\"|″)", re.IGNORECASE)


def unit_end(text: str, end: int) -> int:
    """Return where the word or sign ends that follows position ``end`` of a text."""
    following = FOLLOWING.match(text, end)
    return following.end() if following else end


def unit_after(text: str, end: int) -> Unit | None:
    """Return the unit that stands right after position ``end`` of a text, if one does."""
    units, _ = _units()
    following = FOLLOWING.match(text[end:])
    if following is None or (following[1] == "in" and re.match(r"\s+[^\W\d_]", text[end + following.end() :])):
        return None
    return units.get(following[1].lower())


def parse_number(written: str, language: str | None) -> Decimal:
    """Return a number as a page of ``language`` means it: "1.299" is 1299 in German and 1.299 in English."""
    decimal = "." if language in (None, "en", "ja", "zh", "ko", "th", "he") else ","
    pieces = re.split(r"[^\d]", written)
    marks = re.findall(r"[^\d]", written)
    if not marks:
        return Decimal(written)
    grouped = all(len(piece) == 3 for piece in pieces[1:]) and len(pieces[0]) <= 3
    last_is_decimal = marks[-1] == decimal if grouped else True
    if last_is_decimal and len(set(marks[:-1]) - {marks[-1]}) >= len(set(marks[:-1])):
        return Decimal("".join(pieces[:-1]) + "." + pieces[-1])
    return Decimal("".join(pieces))


def write_measure(
    measure: Measure, source: str | None, language: str, by: str, *, short: bool, country: str | None = None
) -> str:
    """Return a measure as ``language`` prints it ("2,1 kg") or says it ("2,1 Kilogramm"), in its own unit.

    ``source`` is the language of the page that it comes from, ``by`` the word between the sides of a box; numbers have
    the form of ``country`` (ISO 3166), where the language is spoken there.
    """
    numbers = [parse_number(number, source) for number in re.split(r"\s{0,9}[x×]\s{0,9}", measure.written)]
    joint = " × " if short else f" {by} "
    written = joint.join(write_number(number, language, country) for number in numbers)
    if short:
        gap = "" if measure.unit.short == "%" and language == "en" else "\u00a0"
        return f"{written}{gap}{measure.unit.short}"
    try:
        one = format_unit(numbers[-1], measure.unit.name, length="long", locale=number_locale(language, country))
    except (ValueError, KeyError):
        return f"{written} {measure.unit.short}"
    return one.replace(write_number(numbers[-1], language, country), written) if len(numbers) > 1 else one


def only_measures(text: str) -> list[Measure]:
    """Return the measures of a text that says nothing else ("3.6 lb (1.63 kg)"); else none."""
    found = measures_in(text)
    rest = text
    for measure in reversed(found):
        rest = rest[: measure.start] + rest[measure.end :]
    return found if found and not re.search(r"[^\W_]", rest) else []
