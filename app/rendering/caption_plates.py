"""Captions on a plate, and the marks that go over each of their words while it is spoken."""

from __future__ import annotations

import unicodedata

import numpy as np
from PIL import Image

from app.rendering import text
from app.rendering.canvas import Placement
from app.rendering.layout import Box
from app.rendering.planes import sprite_from_rgba
from app.rendering.plates import FAMILY, Plate
from app.rendering.shapes import even, rounded
from app.rendering.theme import PLATE, WHITE, Theme

_WEIGHT, _LINES = 650, 2
_MARK_PAD = 0.1
"""How far a mark reaches beyond its word, in type sizes."""


def caption_plates(
    caption: str, words: list[str], box: Box, theme: Theme, size: float, align: text.Align = "centre"
) -> tuple[Plate | None, list[Plate | None]]:
    """Return ``caption`` in white on a dark plate in ``box``, and a mark for each of ``words``.

    A mark is the word on the theme's accent, to be laid over the plate; both have WCAG's AA contrast. There are no
    marks for what is written from right to left, nor where the type could not draw the words as they are.

    Raises:
        InvalidInput: no installed font has the words' letters.
    """
    drawable, family = text.prepare(caption, FAMILY)
    pad_x, pad_y = even(size * 0.45), 2 * round(size * 0.06)
    width, height = box.width - 2 * pad_x, box.height - 2 * pad_y
    block = text.fit(drawable, family, _WEIGHT, width, height, size, size * 0.4, _LINES)
    if not block.lines:
        return None, []
    width, height = even(block.width) + 2 * pad_x, even(block.height) + 2 * pad_y
    image = Image.new("RGBA", (width, height), (*theme.ink, 0))
    image.putalpha(rounded(width, height, size * 0.4).point([round(level * PLATE) for level in range(256)]))
    letters = Image.new("RGBA", image.size, (*WHITE, 0))
    text.draw(letters, block, width / 2, pad_y, WHITE)
    image.alpha_composite(letters)
    left = 2 * round((box.left + text.start(align, width, box.width)) / 2)
    top = 2 * round((box.centre[1] - height / 2) / 2)
    plain = Plate(sprite_from_rgba(np.array(image)), Placement(1, left, top))
    spans = _spans(words, block)
    if spans is None:
        return plain, []
    accented = Image.new("RGBA", image.size, (*theme.on_accent, 0))
    text.draw(accented, block, width / 2, pad_y, theme.on_accent)
    return plain, [_mark(accented, block, span, theme, (left, top), pad_y) for span in spans]


def _spans(words: list[str], block: text.Block) -> list[tuple[int, str, str]] | None:
    """Return for each word its line, what stands before it on the line, and itself; None where they do not match."""
    found: list[tuple[int, str, str]] = []
    line = begin = 0
    for word in (one.strip() for one in words):
        if any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in word):
            return None
        while line < len(block.lines) and begin >= len(block.lines[line].rstrip()):
            line, begin = line + 1, 0
        if line == len(block.lines):
            return None
        shown = block.lines[line]
        begin += len(shown[begin:]) - len(shown[begin:].lstrip())
        if not shown.startswith(word, begin):
            return None
        found.append((line, shown[:begin], word))
        begin += len(word)
    return found


def _mark(
    accented: Image.Image,
    block: text.Block,
    span: tuple[int, str, str],
    theme: Theme,
    corner: tuple[int, int],
    pad_y: int,
) -> Plate | None:
    line, before, word = span
    face, size = block.font, block.font.size
    start = accented.width / 2 - face.getlength(block.lines[line]) / 2
    pad = size * _MARK_PAD
    first = start + face.getlength(before)
    left = max(0, 2 * int((first - pad) / 2))
    right = min(accented.width, even(first + face.getlength(word) + pad))
    top = max(0, 2 * int((pad_y + line * block.leading + size * 0.06) / 2))
    bottom = min(accented.height, even(pad_y + (line + 1) * block.leading - size * 0.06))
    if right - left < 2 or bottom - top < 2:
        return None
    image = Image.new("RGBA", (right - left, bottom - top), (*theme.accent, 0))
    image.putalpha(rounded(*image.size, size * 0.22))
    inside = accented.crop((left, top, right, bottom))
    inside.putalpha(Image.composite(inside.getchannel("A"), Image.new("L", inside.size, 0), image.getchannel("A")))
    image.alpha_composite(inside)
    return Plate(sprite_from_rgba(np.array(image)), Placement(1, corner[0] + left, corner[1] + top))
