"""The shapes of frames: where words may stand, and where the watermark does.

Each shape of frame has boxes of its own: things are laid out anew, not cropped. Short-video apps lay buttons and texts
over the top 10 %, the bottom 25 % and the right sixth of an upright picture. There all words stay inside what is left;
pictures go to the edges.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.models import Aspect


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in pixels: left, top, right and bottom, of which right and bottom are outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def common(self, other: Box) -> Box:
        """Return what both cover; a box without width or height where that is nothing."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, max(left, right), max(top, bottom))

    def grown(self, by: int) -> Box:
        """Return the box with all edges that much farther out."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of a frame of a given size."""

    width: int
    height: int
    words: Box
    """What words keep to, captions included, in a script that runs from left to right."""
    watermark: Box
    unit: float
    """A 720th of the frame's shorter side, less where the frame is wide; sizes of type and gaps are given in it."""
    beside: bool
    """Words stand beside the product, not above or below it."""

    def column(self, *, rtl: bool = False, centred: bool = False) -> Box:
        """Return what words keep to.

        It is mirrored for a script that runs from right to left, or has the frame's middle in its own.
        """
        box = self.words
        if centred and not self.beside:
            margin = max(box.left, self.width - box.right)
            return Box(margin, box.top, self.width - margin, box.bottom)
        return self.mirrored(box) if rtl else box

    def mirrored(self, box: Box) -> Box:
        """Return the box with left and right exchanged."""
        return Box(self.width - box.right, box.top, self.width - box.left, box.bottom)


_Shares = tuple[float, float, float, float]
SHARES: dict[Aspect, dict[str, _Shares]] = {
    "9:16": {"words": (48 / 720, 130 / 1280, 600 / 720, 960 / 1280), "watermark": (0.067, 0.757, 0.833, 0.781)},
    "4:5": {"words": (0.067, 0.06, 0.933, 0.935), "watermark": (0.067, 0.950, 0.933, 0.982)},
    "1:1": {"words": (0.06, 0.08, 0.50, 0.92), "watermark": (0.06, 0.940, 0.94, 0.978)},
    "16:9": {"words": (0.05, 0.10, 0.46, 0.90), "watermark": (0.05, 0.925, 0.46, 0.960)},
}
"""Shape of the frame -> box -> left, top, right, bottom as shares of width and height."""
_SHAPES: dict[Aspect, float] = {"9:16": 9 / 16, "4:5": 4 / 5, "1:1": 1.0, "16:9": 16 / 9}
_UNITS: dict[Aspect, float] = {"9:16": 1.0, "4:5": 0.78, "1:1": 0.72, "16:9": 0.86}
"""Of the shorter side's 720th: words have less room where a frame is lower, or where they stand beside the product."""


def aspect_of(width: int, height: int) -> Aspect:
    """Return the shape whose boxes suit a frame best."""
    return min(_SHAPES, key=lambda name: abs(math.log(width / height / _SHAPES[name])))


def layout_for(width: int, height: int) -> Layout:
    """Return the boxes for a frame of ``width`` x ``height`` pixels. Edges are even, as 4:2:0 chroma wants them."""
    aspect = aspect_of(width, height)
    shape = _SHAPES[aspect]

    def box(name: str) -> Box:
        left, top, right, bottom = SHARES[aspect][name]
        return Box(_even(left * width), _even(top * height), _even(right * width), _even(bottom * height))

    shorter = min(width, height * shape) if shape <= 1 else min(width / shape, height)
    return Layout(
        width=width,
        height=height,
        words=box("words"),
        watermark=box("watermark"),
        unit=shorter * _UNITS[aspect] / 720,
        beside=shape >= 1,
    )


def _even(value: float) -> int:
    return 2 * round(value / 2)
