"""Numbers in headlines: found, parted from what they count, and counted up to."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = r"%|‰|°[CF]?|[munk]?[mgl]|[cd][ml]|k?[Wg]|kWh|m?Ah|G?Hz|[MGT]B|MP|dB|V|h|s|min|oz|lbs?|ft|in|m[²³]|g/m²"
_NUMBER = rf"[-−+~]?\d+(?:[.,\u202f\u2009]\d+)*(?:[\s\u00a0\u202f]?(?:{_UNITS})(?![^\W_]))?"
_BEFORE = re.compile(rf"({_NUMBER})[\s\u00a0]+([^\d]{{2,44}})")
_AFTER = re.compile(rf"([^\d]{{2,44}})[\s\u00a0]+({_NUMBER})")
_ALONE = re.compile(_NUMBER)
_DIGITS = re.compile(r"\d+(?:[.,\u202f\u2009]\d+)*")
_STEPS = 9
LEAST = 5
"""Up to smaller numbers nobody counts."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and the words beside it."""

    number: str
    label: str
    first: bool
    """The number stands before its label."""


def numeral(headline: str) -> Numeral | None:
    """Return the number of a headline that is one number and what it counts, or None."""
    headline = " ".join(headline.split(" ")).strip()
    if _ALONE.fullmatch(headline):
        return Numeral(headline, "", True)
    if found := _BEFORE.fullmatch(headline):
        return Numeral(found[1], found[2], True)
    if found := _AFTER.fullmatch(headline):
        return Numeral(found[2], found[1].rstrip(" :–-"), False)
    return None


def counted(number: str) -> list[str]:
    """Return what is shown on the way up to ``number``, itself last, in its own way of writing.

    The steps get smaller towards the end. What is no number, or a small one, is shown at once.
    """
    found = _DIGITS.search(number)
    if found is None:
        return [number]
    written = found[0]
    digits = re.sub(r"\D", "", written)
    value = int(digits)
    decimals = len(written) - 1 - max(written.rfind("."), written.rfind(",")) if re.search(r"[.,]", written) else 0
    if value < LEAST * 10 ** (decimals if decimals < 3 else 0):
        return [number]
    shown = []
    for step in range(1, _STEPS + 1):
        done = 1 - (1 - step / _STEPS) ** 2
        shown.append(number[: found.start()] + _like(written, round(value * done)) + number[found.end() :])
    return list(dict.fromkeys(shown))


def _like(written: str, value: int) -> str:
    """Return ``value`` with the signs that ``written`` has between its digits, without zeros before the first."""
    digits = list(str(value))
    shown: list[str] = []
    for sign in reversed(written):
        if sign.isdigit():
            shown.append(digits.pop() if digits else "0")
        else:
            shown.append(sign)
    text = "".join(reversed(shown))
    # Zeros go as far as the last sign between decimals, or the last digit.
    return re.sub(r"^(?:0[.,\u202f\u2009]?)+(?=\d{3}(?:\D|$)|\d[.,]\d{1,2}$|\d+$)", "", text) or "0"
