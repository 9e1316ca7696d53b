"""How things move: easing curves and the paths of pictures. Time runs from 0 to 1 within a scene."""

from __future__ import annotations

import math

from app.models import Motion

ZOOM = 1.12
"""The strongest enlargement along a path."""
DRIFT = 0.04
"""How far a pan goes, as a share of the frame's width, to either side of the middle."""

_DIRECTIONS: dict[Motion, tuple[int, int]] = {
    "pan_left": (1, 0),
    "pan_right": (-1, 0),
    "pan_up": (0, 1),
    "pan_down": (0, -1),
}
"""Which way the picture goes at the end of its path; the camera goes the other way."""
_ZOOMS: dict[Motion, tuple[float, float]] = {"zoom_in": (1.0, ZOOM), "zoom_out": (ZOOM, 1.0)}
_PANNING_ZOOM = 1 + 2 * DRIFT + 0.02
"""A panned picture is enlarged so far that its edge stays outside the frame."""


def ease(t: float) -> float:
    """Ease in and out, half as strongly as a sine does: the speed is 0.5 at the ends and 1.5 in the middle.

    A picture that stands still at the start and the end of each scene looks as if the film had stopped.
    """
    t = min(1.0, max(0.0, t))
    return t - math.sin(2 * math.pi * t) / (4 * math.pi)


def ease_out(t: float) -> float:
    """Fast, then slow (cubic): for what enters."""
    return 1 - (1 - min(1.0, max(0.0, t))) ** 3


def ease_in_out(t: float) -> float:
    """Slow, fast, slow (a cosine): for what crosses the whole frame."""
    return 0.5 - 0.5 * math.cos(math.pi * min(1.0, max(0.0, t)))


def overshoot(t: float) -> float:
    """As ``ease_out``, past the goal by 7 % and back: for a badge that pops in."""
    t = min(1.0, max(0.0, t)) - 1
    bounce = 1.4
    return 1 + (bounce + 1) * t**3 + bounce * t**2


def path(motion: Motion, t: float) -> tuple[float, float, float]:
    """Return zoom, and the shift of the middle to the right and down as shares of the frame's width, at time ``t``."""
    done = ease(t)
    if motion in _ZOOMS:
        first, last = _ZOOMS[motion]
        # A steady zoom multiplies by the same factor in equal times.
        return first * (last / first) ** done, 0.0, 0.0
    right, down = _DIRECTIONS[motion]
    shift = DRIFT * (2 * done - 1)
    return _PANNING_ZOOM, right * shift, down * shift
