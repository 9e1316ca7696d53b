"""Setting type: choosing a font that has the characters, breaking lines evenly, fitting words into a box."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import fontpkg
from PIL import Image, ImageDraw, ImageFont

from app.errors import InvalidInput
from app.rendering.theme import Rgb

_REFERENCE = 100
"""Words are measured at this size; widths grow in proportion."""
_LEADING = 1.16
"""Distance of two baselines in type sizes."""
_FEWER_LINES = 0.8
_IDEOGRAPH = r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
_UNIT = re.compile(rf"{_IDEOGRAPH}|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+")
_MISSING = "\U0010ffff"
"""A noncharacter: every font draws its sign for a missing character."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of type that fit a box. Sizes in pixels."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    width: int
    height: int

    @property
    def leading(self) -> float:
        return self.font.size * _LEADING


@lru_cache(maxsize=64)
def font(family: str, weight: int, size: float) -> ImageFont.FreeTypeFont:
    """Return a font; ``weight`` is 100..900, ``size`` in pixels."""
    face = ImageFont.truetype(str(fontpkg.path(family, nearest=True)), size)
    try:
        axes = face.get_variation_axes()
    except OSError:
        return face  # a font of one fixed weight
    values = []
    for axis in axes:
        name = bytes(axis["name"]).decode("ascii", "replace") if isinstance(axis["name"], bytes) else str(axis["name"])
        wanted = {"Weight": weight, "Optical Size": size}.get(name, axis["default"])
        values.append(min(max(float(wanted or 0), float(axis["minimum"] or 0)), float(axis["maximum"] or 0)))
    face.set_variation_by_axes(values)
    return face


def prepare(text: str, family: str) -> tuple[str, str]:
    """Return the text as it can be drawn, and a family that draws it: ``family`` if it can, else another one.

    Emoji and other signs that no font has are left out.

    Raises:
        InvalidInput: no installed font has the text's letters.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    for candidate in dict.fromkeys([family, "inter", *sorted(fontpkg.families())]):
        missing = {char for char in text if not char.isspace() and not _has(candidate, char)}
        # Letters and digits must be drawn; marks, signs and emoji may go.
        if not any(unicodedata.category(char)[0] in "LN" for char in missing):
            return " ".join("".join(char for char in text if char not in missing).split()), candidate
    strange = "".join(sorted(char for char in set(text) if not char.isspace() and not _has("inter", char)))[:8]
    raise InvalidInput(
        f"no installed font has the letters {strange!r} of {text[:40]!r}: install a fontpkg-* package that does"
    )


@lru_cache(maxsize=4096)
def _has(family: str, char: str) -> bool:
    face = font(family, 400, 24)
    return bytes(face.getmask(char)) != bytes(face.getmask(_MISSING))


def fit(
    text: str, family: str, weight: int, width: int, height: int, largest: float, smallest: float, max_lines: int = 3
) -> Block:
    """Set ``text`` as large as it fits into ``width`` x ``height`` pixels, in at most ``max_lines`` even lines.

    Sizes run from ``largest`` to ``smallest`` pixels. What does not fit at the smallest is cut, with an ellipsis.
    """
    parts = units(text)
    sizes = [largest]
    while sizes[-1] > smallest:
        sizes.append(max(smallest, sizes[-1] * 0.95))
    for count in range(1, max_lines + 1):
        # Fewer lines are better, as long as another line would not make the type much larger.
        for size in sizes if count == max_lines else (size for size in sizes if size >= _FEWER_LINES * largest):
            block = _set(parts, family, weight, size, width, height, count)
            if block is not None:
                return block
    while parts:
        block = _set(parts, family, weight, smallest, width, height, max_lines)
        if block is not None:
            return block
        parts = _shorter(parts)
    return Block((), font(family, weight, smallest), 0, 0)


def draw(image: Image.Image, block: Block, centre: float, top: float, colour: Rgb) -> None:
    """Draw the block's lines, centred on ``centre``, into an RGBA image; ``top`` is the upper edge of its box."""
    pen = ImageDraw.Draw(image)
    middle = block.font.size * _LEADING / 2
    for number, line in enumerate(block.lines):
        # "mm" would centre each line by its own ascenders; the cap height centres all lines alike.
        cap = block.font.getbbox("H", anchor="ls")
        baseline = top + number * block.leading + middle - cap[1] / 2
        pen.text((centre, round(baseline)), line, font=block.font, fill=(*colour, 255), anchor="ms")


def units(text: str) -> list[str]:
    """Split into what may begin a line: words and single ideographs; a space goes with what it follows."""
    found = [(match.group(), match.end()) for match in _UNIT.finditer(text)]
    return [unit + (" " if text[end : end + 1].isspace() else "") for unit, end in found]


def _shorter(parts: list[str]) -> list[str]:
    words = "".join(parts).rstrip("…").rstrip()
    cut = words[:-1].rstrip(" ,.;:-–—")
    return units(cut + "…") if cut else []


def _set(parts: list[str], family: str, weight: int, size: float, width: int, height: int, count: int) -> Block | None:
    """Return ``parts`` in at most ``count`` lines of this size, or None if they do not fit."""
    face = font(family, weight, round(size, 1))
    lines = _even_lines(parts, family, weight, min(count, max(1, int(height / (size * _LEADING)))))
    widest = max((face.getlength(line) for line in lines), default=0)
    if widest > width or len(lines) * size * _LEADING > height:
        return None
    return Block(tuple(lines), face, round(widest), round(len(lines) * size * _LEADING))


def _even_lines(parts: list[str], family: str, weight: int, count: int) -> list[str]:
    """Return at most ``count`` lines, the widest of which is as narrow as can be."""
    face = font(family, weight, _REFERENCE)
    widths = [face.getlength(unit) for unit in parts]
    low, high = max(widths, default=0.0), sum(widths)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_wrap(widths, middle)) <= count else (middle, high)
    breaks = _wrap(widths, high)
    return ["".join(parts[first:last]).strip() for first, last in breaks]


def _wrap(widths: list[float], limit: float) -> list[tuple[int, int]]:
    lines, first, used = [], 0, 0.0
    for number, width in enumerate(widths):
        if number > first and used + width > limit:
            lines.append((first, number))
            first, used = number, 0.0
        used += width
    return [*lines, (first, len(widths))] if widths else []
