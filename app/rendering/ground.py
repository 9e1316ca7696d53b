"""The grounds that products stand on: a colour with light on it, a shape behind the product, and a grain."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.rendering.planes import Pixels
from app.rendering.theme import Light, Look, Shape, Tone

Field = NDArray[np.float32]
"""Rows and columns of 0..1."""
_TILE = 256
"""Noise is made for a square of this many pixels, and repeated: nobody sees that in so faint a trace."""
_COARSE, _SMALL = 2, 4
"""A ground is drawn at half of its size, as out of the focus, and its light at a quarter of that."""
_FINE = 2
"""Shapes are drawn at twice the size, for smooth edges."""


def ground(look: Look, tone: Tone, width: int, height: int, middle: tuple[float, float], turn: int) -> Pixels:
    """Return a ground of ``width`` x ``height`` pixels in RGB whose light and shape lie about ``middle`` (pixels).

    ``turn`` varies where the shapes lie from shot to shot.
    """
    size = (max(2, width // _COARSE), max(2, height // _COARSE))
    at, unit = (middle[0] / _COARSE, middle[1] / _COARSE), min(size)
    small = (max(2, size[0] // _SMALL), max(2, size[1] // _SMALL))
    light = _LIGHTS[look.light_falls](small, (at[0] / _SMALL, at[1] / _SMALL), unit / _SMALL)
    lit = cv2.resize(light, size, interpolation=cv2.INTER_CUBIC)[:, :, None]
    ground_colour, glow = np.array(tone.ground, np.float32), np.array(tone.glow, np.float32)
    picture: Any = ground_colour + (glow - ground_colour) * lit
    if look.shape != "none":
        cover = _shape(look.shape, *size, at, unit, turn)[:, :, None] * look.shape_share
        picture += (np.array(tone.shape, np.float32) - picture) * cover
    picture = np.ascontiguousarray(picture, np.float32)
    full = np.empty((height, width, 3), np.uint8)
    # A strip of rows at a time, enlarged with a row of what lies above and below: all of it in floats would take four
    # frames' memory.
    for row in range(0, height, _TILE):
        first, last = row // _COARSE, min(size[1], (row + _TILE) // _COARSE)
        above, below = max(0, first - 1), min(size[1], last + 1)
        enlarged = (width, (below - above) * _COARSE if below < size[1] else height - above * _COARSE)
        strip = cv2.resize(picture[above:below], enlarged, interpolation=cv2.INTER_LINEAR)
        here = full[row : row + _TILE]
        here[:] = dithered(np.asarray(strip)[row - above * _COARSE :][: len(here)], look.grain)
    return full


def dithered(picture: Field, levels: float) -> Pixels:
    """Return a picture of float levels as bytes, with noise of up to ``levels`` to either side.

    Noise hides the bands that eight bits leave in a soft gradient. A strip of rows at a time: noise for a whole frame
    would take as much memory as the frame in floats.
    """
    height, width = picture.shape[:2]
    noise = np.tile(_noise(levels, picture.shape[2]), (1, -(-width // _TILE), 1))[:, :width]
    done = np.empty(picture.shape, np.uint8)
    for row in range(0, height, _TILE):
        strip = picture[row : row + _TILE]
        # The sum is rounded and kept within 0..255.
        done[row : row + _TILE] = cv2.add(strip, noise[: len(strip)], dtype=cv2.CV_8U)
    return done


@cache
def _noise(levels: float, channels: int) -> Field:
    grey = np.random.default_rng(0).uniform(-levels, levels, (_TILE, _TILE, 1)).astype(np.float32)
    return np.repeat(grey, channels, axis=2)


def _grid(size: tuple[int, int]) -> tuple[Field, Field]:
    return np.arange(size[0], dtype=np.float32)[None, :], np.arange(size[1], dtype=np.float32)[:, None]


def _spot(size: tuple[int, int], middle: tuple[float, float], unit: float) -> Field:
    """A pool of light behind the product."""
    x, y = _grid(size)
    away = np.hypot((x - middle[0]) / (0.85 * unit), (y - middle[1]) / unit)
    return np.asarray(np.exp(-1.6 * away * away), np.float32)


def _sweep(size: tuple[int, int], middle: tuple[float, float], unit: float) -> Field:
    """Light that falls in from one corner."""
    x, y = _grid(size)
    along = (x / size[0] + (1 - y / size[1])) / 2
    return np.asarray(along * along * (3 - 2 * along), np.float32)


def _window(size: tuple[int, int], middle: tuple[float, float], unit: float) -> Field:
    """Slanting bands, as of sun through a window, over a soft pool."""
    x, y = _grid(size)
    across = ((x - middle[0]) * 0.8 + (y - middle[1]) * 0.6) / (0.36 * unit)
    bands = 0.5 + 0.5 * np.tanh(6 * np.sin(across * math.pi) + 1.5)
    fall = np.exp(-(((x - middle[0]) / (1.1 * unit)) ** 2) - ((y - middle[1]) / (0.9 * unit)) ** 2)
    soft = cv2.GaussianBlur(np.asarray(bands * fall, np.float32), (0, 0), 0.02 * unit)
    return np.asarray(0.45 * _spot(size, middle, unit) + 0.55 * soft, np.float32)


_LIGHTS: dict[Light, Callable[[tuple[int, int], tuple[float, float], float], Field]] = {
    "spot": _spot,
    "sweep": _sweep,
    "window": _window,
}


def _shape(shape: Shape, width: int, height: int, middle: tuple[float, float], unit: float, turn: int) -> Field:
    drawn = np.zeros((height * _FINE, width * _FINE), np.uint8)
    _SHAPES[shape](drawn, (middle[0] * _FINE, middle[1] * _FINE), unit * _FINE, turn)
    cover = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cover, np.float32) / np.float32(255)


def _disc(image: Pixels, middle: tuple[float, float], unit: float, turn: int) -> None:
    side = 1 if turn % 2 else -1
    _circle(image, middle[0] + side * 0.1 * unit, middle[1] - 0.05 * unit, 0.46 * unit)


def _circle(image: Pixels, x: float, y: float, radius: float, level: int = 255) -> None:
    cv2.circle(image, (round(x), round(y)), round(radius), level, -1)


def _stripes(image: Pixels, middle: tuple[float, float], unit: float, turn: int) -> None:
    height, width = image.shape
    lean, step = height * 0.55, 0.34 * unit
    for number in range(-4, 1 + math.ceil((width + lean) / step)):
        left = number * step + (turn % 2) * step / 2
        band = np.array([(left, height), (left + lean, 0), (left + lean + step / 2, 0), (left + step / 2, height)])
        cv2.fillConvexPoly(image, np.rint(band).astype(np.int32), 255)


def _lines(image: Pixels, middle: tuple[float, float], unit: float, turn: int) -> None:
    height, width = image.shape
    step, thick = 0.1 * unit, max(1, round(0.003 * unit))
    for x in np.arange(middle[0] % step, width, step):
        cv2.line(image, (round(x), 0), (round(x), height), 150, thick)
    for y in np.arange(middle[1] % step, height, step):
        cv2.line(image, (0, round(y)), (width, round(y)), 150, thick)
    cv2.circle(image, (round(middle[0]), round(middle[1])), round(0.44 * unit), 255, 2 * thick, cv2.LINE_AA)


def _blobs(image: Pixels, middle: tuple[float, float], unit: float, turn: int) -> None:
    height, width = image.shape
    random = np.random.default_rng(11 + turn)
    for x, y, radius in ((0.05, 0.95, 0.5), (1.0, 0.62, 0.34), (0.92, 0.05, 0.42), (0.02, 0.4, 0.2)):
        shift = random.uniform(-0.05, 0.05, 2)
        flipped = 1 - x if turn % 2 else x
        _circle(image, (flipped + shift[0]) * width, (y + shift[1]) * height, radius * unit)


def _arch(image: Pixels, middle: tuple[float, float], unit: float, turn: int) -> None:
    height = image.shape[0]
    radius = 0.42 * unit
    top = middle[1] - 0.12 * unit
    _circle(image, middle[0], top, radius)
    cv2.rectangle(image, (round(middle[0] - radius), round(top)), (round(middle[0] + radius), height), 255, -1)


def _rays(image: Pixels, middle: tuple[float, float], unit: float, turn: int) -> None:
    reach, count = 3 * unit, 18
    for number in range(count):
        first = 2 * math.pi * (number + 0.25 * (turn % 2)) / count
        last = first + math.pi / count
        corners = [middle, *((middle[0] + reach * math.cos(a), middle[1] + reach * math.sin(a)) for a in (first, last))]
        cv2.fillConvexPoly(image, np.rint(np.array(corners)).astype(np.int32), 255)


def _dots(image: Pixels, middle: tuple[float, float], unit: float, turn: int) -> None:
    height, width = image.shape
    step = 0.042 * unit
    corner = (width if turn % 2 else 0, height)
    for row, y in enumerate(np.arange(0, height + step, step)):
        for x in np.arange(-step * (row % 2) / 2, width + step, step):
            near = 1 - math.hypot((x - corner[0]) / width, (y - corner[1]) / height) / 1.1
            if near > 0.05:
                _circle(image, x, y, 0.52 * step * near)


def _frame(image: Pixels, middle: tuple[float, float], unit: float, turn: int) -> None:
    height, width = image.shape
    edge, thick = round(0.045 * unit), max(1, round(0.003 * unit))
    cv2.rectangle(image, (edge, edge), (width - edge, height - edge), 255, thick)
    cv2.circle(image, (round(middle[0]), round(middle[1])), round(0.5 * unit), 90, thick, cv2.LINE_AA)


_SHAPES: dict[Shape, Callable[[Pixels, tuple[float, float], float, int], None]] = {
    "none": lambda image, middle, unit, turn: None,
    "disc": _disc,
    "stripes": _stripes,
    "grid": _lines,
    "blobs": _blobs,
    "arch": _arch,
    "rays": _rays,
    "dots": _dots,
    "frame": _frame,
}
