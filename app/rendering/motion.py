"""How things move: easing curves and the paths of pictures. Time runs from 0 to 1 within a scene."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from app.models import Motion

Camera = Literal["glide", "slow", "track", "punch", "bounce"]
"""How a style's pictures go along their ways."""
ZOOM = 1.1
"""The strongest enlargement along a path."""
DRIFT = 0.035
"""How far a pan goes, as a share of the frame's width, to either side of the middle."""

_DIRECTIONS: dict[Motion, tuple[int, int]] = {
    "pan_left": (1, 0),
    "pan_right": (-1, 0),
    "pan_up": (0, 1),
    "pan_down": (0, -1),
}
"""Which way the picture goes at the end of its path; the camera goes the other way."""
_ZOOMS: dict[Motion, tuple[float, float]] = {
    "zoom_in": (1.0, ZOOM),
    "zoom_out": (ZOOM, 1.0),
    "push": (1.0, ZOOM),
    "parallax": (1.0, ZOOM),
}
_PANNING_ZOOM = 1 + 2 * DRIFT + 0.02
"""A panned picture is enlarged so far that its edge stays outside the frame."""
NEXT: dict[Motion, Motion] = {
    "zoom_in": "pan_left",
    "zoom_out": "pan_right",
    "pan_left": "zoom_out",
    "pan_right": "zoom_in",
    "pan_up": "zoom_in",
    "pan_down": "zoom_out",
    "push": "pan_right",
    "drift": "zoom_out",
    "tilt": "zoom_in",
    "parallax": "pan_left",
}
"""How the picture moves in the shot after one with such a motion, where the scene says nothing of it."""


def ease(t: float) -> float:
    """Ease in and out, half as strongly as a sine does: the speed is 0.5 at the ends and 1.5 in the middle.

    A picture that stands still at the start and the end of each shot looks as if the film had stopped.
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


_CAMERAS: dict[Camera, Callable[[float], float]] = {
    "glide": ease,
    "slow": lambda t: 0.15 + 0.7 * ease(t),
    "track": lambda t: min(1.0, max(0.0, t)),
    "punch": lambda t: 0.55 * ease_out(4 * t) + 0.45 * min(1.0, max(0.0, t)),
    "bounce": lambda t: 0.5 * min(1.1, overshoot(3.5 * t)) + 0.5 * min(1.0, max(0.0, t)),
}
"""Share of a shot's time -> share of the way that is done, 0..1.05."""


def _zoomed(first: float, last: float, done: float) -> float:
    """A steady zoom multiplies by the same factor in equal times."""
    return first * math.exp(math.log(last / first) * done)


def path(motion: Motion, t: float, camera: Camera = "glide") -> tuple[float, float, float]:
    """Return zoom, and the shift of the middle to the right and down as shares of the frame's width, at time ``t``."""
    done = min(1.0, _CAMERAS[camera](t))
    if motion in _ZOOMS:
        return _zoomed(*_ZOOMS[motion], done), 0.0, 0.0
    if motion == "drift":
        zoom = _zoomed(1.03, ZOOM, done)
        return zoom, (zoom - 1) / 2 * (0.9 - 1.5 * done), 0.0
    if motion == "tilt":
        return _PANNING_ZOOM, 0.0, DRIFT * (1 - 2 * done)
    right, down = _DIRECTIONS[motion]
    shift = DRIFT * (2 * done - 1)
    return _PANNING_ZOOM, right * shift, down * shift


def arrival(camera: Camera, t: float) -> float:
    """Return the size of a product ``t`` seconds after its shot begins, as a share of the one that it settles to.

    After a cut it comes to rest fast: what is already there at the first frame is nearly as large as it will be.
    """
    reach, seconds = {"punch": (0.1, 0.35), "bounce": (-0.08, 0.5)}.get(camera, (0.05, 0.6))
    way = overshoot if camera == "bounce" else ease_out
    return 1 + reach * (1 - way(t / seconds))


_EDGE = 0.49
"""How far from the middle a subject may come at any time, in frames."""


@lru_cache(maxsize=64)
def reach(motion: Motion, shape: float) -> tuple[float, float]:
    """Return how far from the middle of its picture a subject may reach, to the sides and up or down, in frames.

    What lies within stays in the frame along the whole path. ``shape``: the frame's width by its height.
    """
    places = [path(motion, step / 32) for step in range(33)]
    return (
        min((_EDGE - abs(right)) / zoom for zoom, right, _ in places),
        min((_EDGE - abs(down) * shape) / zoom for zoom, _, down in places),
    )


class Entry(NamedTuple):
    """A drawing on its way in: its shift in units, its size, opacity and the share of it that is uncovered."""

    right: float = 0.0
    down: float = 0.0
    scale: float = 1.0
    opacity: float = 1.0
    shown: float = 1.0


Entrance = Literal["rise", "slide", "pop", "wipe", "type", "fade", "drop", "slam", "cut"]
ENTRANCE_SECONDS = 0.55
_STEPS = 14
"""Jerks in which a typed line appears."""


def _appear(t: float, speed: float = 1.6) -> float:
    return min(1.0, max(0.0, t * speed))


ENTRANCES: dict[Entrance, Callable[[float], Entry]] = {
    "rise": lambda t: Entry(down=34 * (1 - ease_out(t)), opacity=_appear(t)),
    "slide": lambda t: Entry(right=-64 * (1 - ease_out(t)), opacity=_appear(t)),
    "pop": lambda t: Entry(scale=max(0.05, 0.6 + 0.4 * overshoot(t)), opacity=_appear(t, 3)),
    "wipe": lambda t: Entry(opacity=_appear(t, 3), shown=ease_out(t)),
    "type": lambda t: Entry(shown=math.floor(_appear(t, 1.6) * _STEPS) / _STEPS),
    "fade": lambda t: Entry(down=10 * (1 - ease_out(t)), opacity=_appear(t, 1.0)),
    "drop": lambda t: Entry(down=-46 * (1 - overshoot(t)), opacity=_appear(t, 2.5)),
    "slam": lambda t: Entry(scale=1 + 0.5 * (1 - ease_out(1.6 * t)), opacity=_appear(t, 3)),
    "cut": lambda t: Entry(),
}
"""Entrance -> where a drawing is, ``t`` running from 0 (unseen) to 1 (in its place)."""
