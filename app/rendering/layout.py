"""Where things stand in a frame: fixed bands, so that a clip's words, a film's captions and its watermark never meet.

Short-video apps lay buttons and texts over the top 10 %, the bottom 20 % and the right 12 % of the picture. All words
stay inside what is left; the left margin equals the right one, so that centred words stand in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of a frame of a given size."""

    watermark: Box
    title: Box
    badge: Box
    captions: Box
    unit: float
    """A 720th of the width of an upright frame; sizes of type and gaps are given in it."""


SHARES: dict[str, tuple[float, float, float, float]] = {
    "watermark": (0.12, 0.100, 0.88, 0.121),
    "title": (0.12, 0.125, 0.88, 0.252),
    "badge": (0.12, 0.262, 0.88, 0.310),
    "captions": (0.12, 0.748, 0.88, 0.800),
}
"""Name -> left, top, right, bottom as shares of width and height."""


def layout_for(width: int, height: int) -> Layout:
    """Return the boxes for a frame of ``width`` x ``height`` pixels. Edges are even, as 4:2:0 chroma wants them."""

    def box(name: str) -> Box:
        left, top, right, bottom = SHARES[name]
        return Box(_even(left * width), _even(top * height), _even(right * width), _even(bottom * height))

    return Layout(**{name: box(name) for name in SHARES}, unit=min(width, height * 9 / 16) / 720)


def _even(value: float) -> int:
    return 2 * round(value / 2)
