"""Fonts: the families at hand, and which of them draws a text's letters.

A family is a package ``fontpkg-*`` by its name ("inter"), or one of ``_FILES`` for the scripts that those lack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import fontpkg
from PIL import ImageFont

from app.errors import InvalidInput

_FILES: dict[str, tuple[str, str, int]] = {
    "hebrew": ("manimgx_fonts", "NotoSansHebrew[wght].ttf", 0),
    "arabic": ("manimgx_fonts", "NotoSansArabic[wght].ttf", 0),
    "thai": ("manimgx_fonts", "NotoSansThai[wght].ttf", 0),
    "devanagari": ("manimgx_fonts", "NotoSansDevanagari[wght].ttf", 0),
    "noto": ("manimgx_fonts", "NotoSans[wght].ttf", 0),
    "georgian": ("manimgx_fonts", "NotoSansGeorgian[wght].ttf", 0),
    "armenian": ("manimgx_fonts", "NotoSansArmenian[wght].ttf", 0),
    "japanese": ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 0),
    "korean": ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 1),
    "chinese": ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 2),
    "symbols": ("manimgx_fonts", "NotoSansSymbols[wght].ttf", 0),
    "emoji": ("manimgx_fonts", "NotoEmoji[wght].ttf", 0),
}
"""Family -> package, file and number of the face in it."""
_OPEN = "SIL OFL 1.1"
_OPTICAL = 48
"""The optical size of all type, in points: were it the type's own, widths would not grow in proportion to the size."""
_HAN = {"ja": "japanese", "ko": "korean", "zh": "chinese"}
_MISSING = "\U0010ffff"
"""A noncharacter: every font draws its sign for a missing character."""
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f\u2060")
"""What shapes its neighbours and has no picture of its own."""


@lru_cache(maxsize=64)
def font(family: str, weight: int, size: float) -> ImageFont.FreeTypeFont:
    """Return a font; ``weight`` is 100..900, ``size`` in pixels."""
    if family in _FILES:
        package, name, number = _FILES[family]
        face = ImageFont.truetype(str(files(package).joinpath(name)), size, index=number)
    else:
        face = ImageFont.truetype(str(_installed(family, weight)), size)
    try:
        axes = face.get_variation_axes()
    except OSError:
        return face  # a font of one fixed weight
    values = []
    for axis in axes:
        name = bytes(axis["name"]).decode("ascii", "replace") if isinstance(axis["name"], bytes) else str(axis["name"])
        wanted = {"Weight": weight, "Optical Size": _OPTICAL}.get(name, axis["default"])
        values.append(min(max(float(wanted or 0), float(axis["minimum"] or 0)), float(axis["maximum"] or 0)))
    face.set_variation_by_axes(values)
    return face


def _installed(family: str, weight: int) -> Path:
    try:
        return Path(fontpkg.path(family, weight=weight, nearest=True))
    except fontpkg.FontpkgError:
        return Path(fontpkg.path("inter", nearest=True))


def credit(family: str) -> tuple[str, str]:
    """Return a family's name and its licence, as people write them."""
    if family in _FILES:
        name = re.split(r"\[|-", _FILES[family][1])[0]
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name), _OPEN
    try:
        found = fontpkg.family(family)
    except fontpkg.FontpkgError:
        found = fontpkg.family("inter")  # as ``_installed``
    return found.name, _OPEN if found.license == "OFL-1.1" else found.license or "licence not told"


def readable_runs(text: str, family: str, language: str = "") -> tuple[str, str]:
    """Return the text as it can be drawn, and the one family that draws all of its letters, else ``family``.

    Signs that no font has are left out.

    Raises:
        InvalidInput: no installed font has one of the text's letters; the message names it.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    lost = {char for char in text if not char.isspace() and char not in _JOINERS and not _any_has(char, language)}
    letters = sorted(char for char in lost if unicodedata.category(char)[0] in "LN")
    if letters:
        raise InvalidInput(
            f"no installed font has the letters {''.join(letters)[:8]!r} of {text[:40]!r}: "
            "install a fontpkg-* package that does"
        )
    text = " ".join("".join(char for char in text if char not in lost).split())
    wanted = {char for char in text if unicodedata.category(char)[0] in "LMN"}
    for candidate in _candidates(family, language):
        if all(has(candidate, char) for char in wanted):
            return text, candidate
    return text, family


def runs(text: str, family: str, language: str = "") -> list[tuple[str, str]]:
    """Return the text in pieces, each with the family that draws it: ``family`` where it can."""
    found: list[tuple[str, str]] = []
    for char in text:
        last = found[-1][1] if found else ""
        joins = char in _JOINERS or unicodedata.combining(char) or 0x1F3FB <= ord(char) <= 0x1F3FF
        if (last and (joins or (char.isspace() and last != "emoji"))) or (
            last and last != "emoji" and has(last, char) and not has(family, char)
        ):
            owner = last
        else:
            owner = next((name for name in _candidates(family, language) if has(name, char)), family)
        if owner == last:
            found[-1] = found[-1][0] + char, owner
        else:
            found.append((char, owner))
    return found


def has(family: str, char: str) -> bool:
    """Tell whether a family has a picture of the character."""
    if unicodedata.east_asian_width(char) == "W" and family not in ("japanese", "korean", "chinese", "emoji"):
        return False
    return char.isspace() or _has(family, char)


@lru_cache(maxsize=8192)
def _has(family: str, char: str) -> bool:
    face = font(family, 400, 24)
    return bytes(face.getmask(char)) != bytes(face.getmask(_MISSING))


def _any_has(char: str, language: str) -> bool:
    return any(has(name, char) for name in _candidates("inter", language))


def _candidates(family: str, language: str) -> Iterator[str]:
    han = _HAN.get(language, "japanese")
    seen = {family}
    yield family
    for name in ("inter", "rubik", *(name for name in _FILES if name not in _HAN.values() or name == han)):
        if name not in seen:
            seen.add(name)
            yield name
    if han != "korean":
        yield "korean"
    if han != "chinese":
        yield "chinese"


def right_to_left(text: str) -> bool:
    """Tell whether the first letter that has a direction runs from right to left (UAX 9, rules P2 and P3)."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
