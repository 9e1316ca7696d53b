"""Shapes with smooth edges: Pillow does not smooth those of its own, so they are drawn at four times the size."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

_FINE = 4


def even(value: float) -> int:
    """Return the even number of pixels, at least 2, that is nearest."""
    return max(2, 2 * round(value / 2))


def rounded(width: int, height: int, radius: float) -> Image.Image:
    """Return a mask with round corners."""
    mask, pen = _large(width, height)
    outline = (0, 0, _FINE * width - 1, _FINE * height - 1)
    pen.rounded_rectangle(outline, _FINE * min(radius, width / 2, height / 2), fill=255)
    return mask.resize((width, height), Image.Resampling.BOX)


def ring(side: int, thickness: float) -> Image.Image:
    """Return the mask of a circle's line."""
    mask, pen = _large(side, side)
    pen.ellipse((0, 0, _FINE * side - 1, _FINE * side - 1), outline=255, width=max(1, round(_FINE * thickness)))
    return mask.resize((side, side), Image.Resampling.BOX)


def stars(side: int, gap: int, share: float, count: int = 5) -> tuple[Image.Image, Image.Image]:
    """Return the mask of a row of stars, and of those of them that ``share`` (0..1) of the row fills."""
    width = count * side + (count - 1) * gap
    mask, pen = _large(width, side)
    for number in range(count):
        middle = number * (side + gap) + side / 2
        points = []
        for corner in range(10):
            reach = side / 2 * (1.0 if corner % 2 == 0 else 0.42)
            angle = math.pi * corner / 5
            points.append((_FINE * (middle + reach * math.sin(angle)), _FINE * (side * 0.53 - reach * math.cos(angle))))
        pen.polygon(points, fill=255)
    whole = mask.resize((width, side), Image.Resampling.BOX)
    # The gaps between stars are no part of the rating.
    done = share * count
    edge = int(done) * (side + gap) + (done - int(done)) * side
    filled = whole.copy()
    filled.paste(0, (min(width, round(edge)), 0, width, side))
    return whole, filled


def _large(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (_FINE * width, _FINE * height), 0)
    return image, ImageDraw.Draw(image)
