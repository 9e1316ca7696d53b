"""Where things stand in a frame: fixed boxes, so that a clip's words, a film's captions and its watermark never meet.

Each shape of frame has boxes of its own: things are laid out anew, not cropped. Short-video apps lay buttons and texts
over the top 10 %, the bottom 20 % and the right 12 % of an upright picture. There all words stay inside what is left;
the left margin equals the right one, so that centred words stand in the middle.
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

    def moved(self, top: int = 0, bottom: int = 0) -> Box:
        """Return the box with its upper and lower edge that much lower."""
        return Box(self.left, self.top + top, self.right, self.bottom + bottom)

    def within(self, box: Box, top: int) -> Box:
        """Return the box with its height at ``top`` and the sides of ``box``."""
        return Box(box.left, top, box.right, top + self.height)

    def split(self, down: float) -> tuple[Box, Box]:
        """Return the part above ``down`` (a share of the height) and the one below. Edges are even."""
        middle = self.top + _even(down * self.height)
        return Box(self.left, self.top, self.right, middle), Box(self.left, middle, self.right, self.bottom)


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of a frame of a given size."""

    watermark: Box
    title: Box
    badge: Box
    captions: Box
    stage: Box
    """What a picture that stands alone fills: the frame, or the half of it beside the words."""
    focus: Box
    """Where the subject of such a picture should be: clear of title, badge and captions."""
    photo: Box
    """What a picture of a scene fills under its title: all but the foot, for captions."""
    shot: Box
    """What a picture fills that shares the frame with a list."""
    view: Box
    """Where in ``shot`` the subject should be: clear of the apps' bar, and of the edges."""
    words: Box
    """Title and list beside or below ``shot``."""
    card: Box
    """What a picture fills that lies on the ground like a card, in the place of ``shot``."""
    unit: float
    """A 720th of the frame's shorter side, less where the frame is wide; sizes of type and gaps are given in it."""
    glow: int
    """The row under which an upright frame has no words, for the apps' own stand there; others: the frame's height."""
    beside: bool
    """The words never stand over the picture."""


_Shares = tuple[float, float, float, float]
SHARES: dict[Aspect, dict[str, _Shares]] = {
    "9:16": {
        "watermark": (0.12, 0.100, 0.88, 0.121),
        "title": (0.12, 0.125, 0.88, 0.276),
        "badge": (0.12, 0.284, 0.88, 0.330),
        "captions": (0.12, 0.748, 0.88, 0.800),
        "stage": (0, 0, 1, 1),
        "focus": (0.04, 0.372, 0.96, 0.742),
        "photo": (0, 0, 1, 0.736),
        "shot": (0, 0, 1, 0.43),
        "view": (0.06, 0.075, 0.94, 0.418),
        "words": (0.12, 0.452, 0.88, 0.732),
        "card": (0.05, 0.035, 0.95, 0.436),
    },
    "4:5": {
        "watermark": (0.07, 0.955, 0.93, 0.985),
        "title": (0.07, 0.050, 0.93, 0.200),
        "badge": (0.07, 0.212, 0.93, 0.275),
        "captions": (0.07, 0.872, 0.93, 0.945),
        "stage": (0, 0, 1, 1),
        "focus": (0.05, 0.290, 0.95, 0.862),
        "photo": (0, 0, 1, 0.862),
        "shot": (0, 0, 1, 0.44),
        "view": (0.06, 0.030, 0.94, 0.420),
        "words": (0.07, 0.470, 0.93, 0.855),
        "card": (0.07, 0.050, 0.93, 0.445),
    },
    "1:1": {
        "watermark": (0.06, 0.950, 0.94, 0.985),
        "title": (0.06, 0.050, 0.94, 0.205),
        "badge": (0.06, 0.220, 0.94, 0.295),
        "captions": (0.06, 0.850, 0.94, 0.935),
        "stage": (0, 0, 1, 1),
        "focus": (0.04, 0.305, 0.96, 0.840),
        "photo": (0, 0, 1, 0.840),
        "shot": (0, 0, 0.475, 0.840),
        "view": (0.025, 0.060, 0.450, 0.800),
        "words": (0.515, 0.070, 0.955, 0.825),
        "card": (0.045, 0.050, 0.475, 0.830),
    },
    "16:9": {
        "watermark": (0.05, 0.935, 0.42, 0.970),
        "title": (0.05, 0.200, 0.42, 0.560),
        "badge": (0.05, 0.590, 0.42, 0.680),
        "captions": (0.05, 0.790, 0.42, 0.910),
        "stage": (0.46, 0, 1, 1),
        "focus": (0.48, 0.080, 0.98, 0.920),
        "photo": (0.46, 0, 1, 1),
        "shot": (0.46, 0, 1, 1),
        "view": (0.48, 0.080, 0.98, 0.920),
        "words": (0.05, 0.110, 0.42, 0.770),
        "card": (0.5, 0.100, 0.96, 0.900),
    },
}
"""Shape of the frame -> box -> left, top, right, bottom as shares of width and height."""
_SHAPES: dict[Aspect, float] = {"9:16": 9 / 16, "4:5": 4 / 5, "1:1": 1.0, "16:9": 16 / 9}
_WIDE_UNIT = 0.86


def aspect_of(width: int, height: int) -> Aspect:
    """Return the shape whose boxes suit a frame best."""
    return min(_SHAPES, key=lambda name: abs(math.log(width / height / _SHAPES[name])))


def layout_for(width: int, height: int) -> Layout:
    """Return the boxes for a frame of ``width`` x ``height`` pixels. Edges are even, as 4:2:0 chroma wants them."""
    aspect = aspect_of(width, height)
    beside = aspect == "16:9"

    def box(name: str) -> Box:
        left, top, right, bottom = SHARES[aspect][name]
        return Box(_even(left * width), _even(top * height), _even(right * width), _even(bottom * height))

    shape = _SHAPES[aspect]
    unit = min(width, height * shape) / 720 if shape <= 1 else min(width / shape, height) * _WIDE_UNIT / 720
    return Layout(
        **{name: box(name) for name in SHARES[aspect]},
        unit=unit,
        glow=_even((0.8 if aspect == "9:16" else 1) * height),
        beside=beside,
    )


def _even(value: float) -> int:
    return 2 * round(value / 2)
