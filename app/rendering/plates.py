"""Words on a dark plate, over whatever picture there is: captions and the watermark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from app.rendering import text
from app.rendering.canvas import Placement
from app.rendering.layout import Box
from app.rendering.planes import Sprite, sprite_from_rgba
from app.rendering.shapes import even, rounded
from app.rendering.theme import PLATE, WHITE, Theme

FAMILY = "inter"


@dataclass(frozen=True, slots=True)
class Plate:
    """A drawing and where it lies."""

    sprite: Sprite
    place: Placement


def plate(words: str, box: Box, theme: Theme, size: float, weight: int, max_lines: int) -> Plate | None:
    """Return ``words`` in white on a plate in the middle of ``box``, in type of at most ``size`` pixels.

    None if nothing of the words can be drawn (nothing but emoji).

    Raises:
        InvalidInput: no installed font has the words' letters.
    """
    drawable, family = text.prepare(words, FAMILY)
    pad_x, pad_y = even(size * 0.45), 2 * round(size * 0.06)
    block = text.fit(
        drawable, family, weight, box.width - 2 * pad_x, box.height - 2 * pad_y, size, size * 0.4, max_lines
    )
    if not block.lines:
        return None
    width, height = even(block.width) + 2 * pad_x, even(block.height) + 2 * pad_y
    image = Image.new("RGBA", (width, height), (*theme.ink, 0))
    image.putalpha(rounded(width, height, size * 0.4).point([round(level * PLATE) for level in range(256)]))
    words_only = Image.new("RGBA", image.size, (*WHITE, 0))
    text.draw(words_only, block, width / 2, pad_y, WHITE)
    image.alpha_composite(words_only)
    middle = box.centre
    place = Placement(1, 2 * round((middle[0] - width / 2) / 2), 2 * round((middle[1] - height / 2) / 2))
    return Plate(sprite_from_rgba(np.array(image)), place)
