"""Setting type: breaking lines evenly, fitting words into a box, drawing them shaped and in their direction."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from app.rendering.fonts import font, readable_runs, right_to_left, runs
from app.rendering.theme import Rgb

Align = Literal["left", "centre", "right"]
_REFERENCE = 100
"""Words are measured at this size; widths grow in proportion."""
LEADING = 1.16
"""Distance of two baselines in type sizes."""
_FEWER_LINES, _TWO_LINES = 0.8, 0.66
"""Of the largest size, down to which type is set in one line, and in two and more, rather than in another one: a third
line of one word looks like a mistake sooner than smaller type does."""
_SHORT = 3
"""Letters of a line that is no line of its own, if that costs no more of its size than to the share below."""
_TIGHTER = 0.75
_IDEOGRAPH = r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
_CLOSING = r"[、。，．！？）」』】：；ー…]*"
"""Signs that may not begin a line of Chinese or Japanese (JIS X 4051)."""
_UNIT = re.compile(rf"{_IDEOGRAPH}{_CLOSING}|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+{_CLOSING}")
_SYMBOL = (
    r"(?:[mcdkMG]?[gmlWVJ]|[mk]?(?:Ah|Wh)|[kMG]?Hz|mA|kcal|cal|[kM]?Pa|dB|lm|lx|bar|rpm|gsm|oz|lbs?|ft|min|h|s)[²³]?"
)
"""A unit of the SI with its prefix, or one that stands beside them on shops' pages."""
_IN_CAPITALS = re.compile(rf"(?<=\d)(?P<unit>[ \u00a0\u202f]?{_SYMBOL}(?:[/·]{_SYMBOL})?)(?!\w)|[^\W\d]+")
_NUMBER = re.compile(r"[-−+~≈]?\d[\d.,:/×]*\s")
_MEASURED = re.compile(r"[%‰°€$£¥]|[^\W\d_]{1,8}(?![^\W_])")
"""What a number is not parted from: a sign, or a word as short as units are."""
_SEPARATOR = re.compile(r"\s[·•|]$")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_ANCHORS: dict[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Face:
    """Type before its size is known."""

    family: str
    weight: int
    language: str = ""
    leading: float = LEADING
    """Distance of two baselines in type sizes."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of type that fit a box. Sizes in pixels."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    width: int
    height: int
    face: Face = Face("inter", 400)

    @property
    def leading(self) -> float:
        return self.font.size * self.face.leading


def prepare(text: str, family: str, language: str = "") -> tuple[str, str]:
    """Return the text as it can be drawn, and a family that draws its letters: ``family`` if it can, else another one.

    Emoji are drawn in one colour; other signs that no font has are left out.

    Raises:
        InvalidInput: no installed font has the text's letters.
    """
    return readable_runs(text, family, language)


def capitals(text: str) -> str:
    """Return the text in capitals: Greek ones without accents, and German as it is where ß would change.

    Symbols of units after a number stay as they are: "350 ml", "280 g/m²" and "5 mW" say something else in capitals.
    """
    if "ß" in text:
        return text
    upper = _IN_CAPITALS.sub(lambda part: part["unit"] or part[0].upper(), text)
    if not any("GREEK" in unicodedata.name(char, "") for char in upper):
        return upper
    apart = unicodedata.normalize("NFD", upper)
    return unicodedata.normalize("NFC", apart.replace("\u0301", ""))


def fit(
    text: str,
    family: str,
    weight: int,
    width: int,
    height: int,
    largest: float,
    smallest: float,
    max_lines: int = 3,
    language: str = "",
    leading: float = LEADING,
) -> Block:
    """Set ``text`` as large as it fits into ``width`` x ``height`` pixels, in at most ``max_lines`` even lines.

    Sizes run from ``largest`` to ``smallest`` pixels. A number stays on the line of its unit, and no line ends with a
    separating dot. No word is broken but at its hyphens and slashes, and nothing is left out: what does not fit at the
    smallest size is refused, and the block has no lines.
    """
    face = Face(family, weight, language, leading)
    sizes = [largest]
    while sizes[-1] > smallest:
        sizes.append(max(smallest, sizes[-1] * 0.95))
    ems = width / smallest
    parts = _parted(_with_units(units(text), face, ems), face, width / largest)
    for count in range(1, max_lines + 1):
        # Fewer lines are better, as long as another line would not make the type much larger.
        least = _FEWER_LINES if count == 1 else _TWO_LINES
        for size in (one for one in sizes if count == max_lines or one >= least * largest):
            block = _set(parts, face, size, width, height, count)
            if block is None:
                continue
            if len(block.lines) > 1 and min(map(len, block.lines)) <= _SHORT:
                # A short word alone on a line: rather a little smaller, in one line fewer.
                near = (one for one in sizes if one >= _TIGHTER * size)
                tighter = (_set(parts, face, one, width, height, count - 1) for one in near)
                return next(filter(None, tighter), block)
            return block
    return Block((), font(family, weight, smallest), 0, 0, face)


def start(align: Align, width: float, within: float) -> float:
    """Return where what is so wide begins in a line ``within`` pixels wide."""
    return _ANCHORS[align] * (within - width)


def draw(
    image: Image.Image,
    block: Block,
    x: float,
    top: float,
    colour: Rgb,
    align: Align = "centre",
    line: int | None = None,
) -> None:
    """Draw the block's lines into an RGBA image; ``top`` is the upper edge of its box.

    ``x`` is the middle of the lines, or their left or right edge. With ``line`` only that one is drawn, at the top.
    """
    pen = ImageDraw.Draw(image)
    middle = block.leading / 2
    # The cap height centres all lines alike; their own ascenders would not.
    cap = block.font.getbbox("H", anchor="ls")
    for number, words in enumerate(block.lines):
        if line not in (None, number):
            continue
        baseline = round(top + (0 if line is not None else number) * block.leading + middle - cap[1] / 2)
        pieces = runs(words, block.face.family, block.face.language)
        direction = "rtl" if right_to_left(words) else "ltr"
        left = x - _ANCHORS[align] * measure(words, block.face, block.font.size)
        for piece, family in reversed(pieces) if direction == "rtl" else pieces:
            face = font(family, block.face.weight, block.font.size)
            pen.text((left, baseline), piece, font=face, fill=(*colour, 255), anchor="ls", direction=direction)
            left += face.getlength(piece, direction=direction)


def measure(text: str, face: Face, size: float) -> float:
    """Return the width of one line in pixels."""
    return _reference_width(text, face) * size / _REFERENCE


@lru_cache(maxsize=4096)
def _reference_width(text: str, face: Face) -> float:
    direction = "rtl" if right_to_left(text) else "ltr"
    pieces = runs(text, face.family, face.language)
    return sum(font(family, face.weight, _REFERENCE).getlength(part, direction=direction) for part, family in pieces)


def units(text: str) -> list[str]:
    """Split into what may begin a line: words and single ideographs; a space goes with what it follows.

    Korean breaks between words where it has spaces.
    """
    if _HANGUL.search(text) and " " in text:
        words = text.split()
        return [word + (" " if n + 1 < len(words) else "") for n, word in enumerate(words)]
    found = [(match.group(), match.end()) for match in _UNIT.finditer(text)]
    return [unit + (" " if text[end : end + 1].isspace() else "") for unit, end in found]


def _with_units(parts: list[str], face: Face, ems: float) -> list[str]:
    """Return ``parts``, numbers joined to what they count where both fit into ``ems`` type sizes."""
    found: list[str] = []
    for part in parts:
        both = found[-1] + part if found and _NUMBER.fullmatch(found[-1]) and _MEASURED.match(part) else ""
        if both and _reference_width(both.rstrip(), face) <= ems * _REFERENCE:
            found[-1] = both
        else:
            found.append(part)
    return found


def _parted(parts: list[str], face: Face, ems: float) -> list[str]:
    """Return ``parts``, those wider than ``ems`` type sizes in pieces at their hyphens and slashes."""
    found: list[str] = []
    for part in parts:
        wide = _reference_width(part.rstrip(), face) > ems * _REFERENCE
        found += re.findall(r"[^-–/]*[-–/]|[^-–/]+", part) if wide else [part]
    return found


def _set(parts: list[str], face: Face, size: float, width: int, height: int, count: int) -> Block | None:
    """Return ``parts`` in at most ``count`` lines of this size, or None if they do not fit."""
    size = round(size, 1)
    lines = _even_lines(parts, face, min(count, max(1, int(height / (size * face.leading)))))
    widest = max((measure(line, face, size) for line in lines), default=0.0)
    if widest > width or len(lines) * size * face.leading > height or not lines:
        return None
    box = round(len(lines) * size * face.leading)
    return Block(tuple(lines), font(face.family, face.weight, size), round(widest), box, face)


def _even_lines(parts: list[str], face: Face, count: int) -> list[str]:
    """Return at most ``count`` lines, the widest of which is as narrow as can be."""
    widths = [_reference_width(unit, face) for unit in parts]
    low, high = max(widths, default=0.0), sum(widths)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_wrap(widths, middle)) <= count else (middle, high)
    breaks = _wrap(widths, high)
    lines = ["".join(parts[first:last]).strip() for first, last in breaks]
    return [*(_SEPARATOR.sub("", line) for line in lines[:-1]), *lines[-1:]]


def _wrap(widths: list[float], limit: float) -> list[tuple[int, int]]:
    lines, first, used = [], 0, 0.0
    for number, width in enumerate(widths):
        if number > first and used + width > limit:
            lines.append((first, number))
            first, used = number, 0.0
        used += width
    return [*lines, (first, len(widths))] if widths else []
