"""Pixels as the encoder takes them: three planes of 4:2:0 Y'CbCr after ITU-R BT.709, limited range.

Chroma samples stand over the left one of each pair of luma columns and between the two rows, which is where H.264
expects them when a stream does not say otherwise (ITU-T H.264, annex E, chroma_sample_loc_type 0).

All pictures are arrays of shape (height, width, 3) in RGB or (height, width, 4) in RGBA with straight alpha, uint8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

KR, KB = 0.2126, 0.0722
"""Luma weights of red and blue (BT.709)."""
_WEIGHTS = np.array([[KR, 1 - KR - KB, KB]])
_TO_YCC = np.vstack(
    [
        _WEIGHTS * 219 / 255,
        (np.array([[0, 0, 1]]) - _WEIGHTS) / (2 * (1 - KB)) * 224 / 255,
        (np.array([[1, 0, 0]]) - _WEIGHTS) / (2 * (1 - KR)) * 224 / 255,
    ]
)
_OFFSET = np.array([16.0, 128.0, 128.0])
RGB_TO_YCC = np.column_stack([_TO_YCC, _OFFSET])
"""3 x 4: levels 0..255 of RGB to Y' 16..235 and Cb, Cr 16..240."""
_PREMULTIPLIED = np.column_stack([_TO_YCC, _OFFSET / 255])
"""3 x 4: levels of RGB that are multiplied by the opacity, and the opacity itself, to Y'CbCr multiplied by it."""
STRIP = 128
"""Rows of a picture that are worked on in floats at a time."""
YCC_TO_RGB = np.column_stack([np.linalg.inv(_TO_YCC), -np.linalg.inv(_TO_YCC) @ _OFFSET])


@dataclass(frozen=True, slots=True)
class Planes:
    """Luma at full size, the two chroma planes at half of it. The arrays may be views into a frame."""

    y: Pixels
    u: Pixels
    v: Pixels

    @property
    def width(self) -> int:
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        return int(self.y.shape[0])


@dataclass(frozen=True, slots=True)
class Sprite:
    """A drawing to lay over a frame: colour already multiplied by opacity, and the opacity for luma and for chroma."""

    colour: Planes
    cover: Planes
    """``y`` is the opacity at full size; ``u`` and ``v`` are one array at half of it."""
    keep: Planes
    """What is left of a frame that it lies on: 255 less the opacity."""
    rim: int = 0
    """Pixels all round that have nothing in them: what moves all the time is drawn faster with some."""


def planes_from_rgb(rgb: Pixels) -> Planes:
    """Return a picture's planes; width and height must be even."""
    y, u, v = cv2.split(cv2.transform(rgb, RGB_TO_YCC))
    return Planes(_bytes(y), _bytes(_half(u)), _bytes(_half(v)))


def sprite_from_rgba(rgba: Pixels) -> Sprite:
    """Return a drawing's sprite; width and height must be even."""
    cover = rgba[:, :, 3].astype(np.float32)
    colour = cv2.transform(rgba[:, :, :3].astype(np.float32), RGB_TO_YCC) * (cover[:, :, None] / 255)
    y, u, v = cv2.split(colour)
    full, half = rgba[:, :, 3].copy(), _bytes(_half(cover))
    return Sprite(
        Planes(_bytes(y), _bytes(_half(u)), _bytes(_half(v))),
        Planes(full, half, half),
        Planes(255 - full, 255 - half, 255 - half),
    )


def sprite_from_premultiplied(rgba: Pixels, rim: int = 0) -> Sprite:
    """Return the sprite of a drawing whose colours are multiplied by its opacity; width and height must be even.

    ``rim``: pixels all round it that have nothing in them.
    """
    y, u, v = cv2.split(cv2.transform(rgba, _PREMULTIPLIED))
    full = np.ascontiguousarray(rgba[:, :, 3])
    half = _bytes(_half(full))
    return Sprite(
        Planes(_bytes(y), _bytes(_half(u)), _bytes(_half(v))),
        Planes(full, half, half),
        Planes(255 - full, 255 - half, 255 - half),
        rim,
    )


def widened(sprite: Sprite, width: int) -> Sprite:
    """Return a sprite two pixels wide repeated to ``width`` pixels, which must be even."""

    def wide(planes: Planes) -> Planes:
        return Planes(*(np.tile(plane, (1, width // 2)) for plane in (planes.y, planes.u, planes.v)))

    return Sprite(wide(sprite.colour), wide(sprite.cover), wide(sprite.keep))


def rgb_from_planes(planes: Planes) -> Pixels:
    """Return planes as an RGB picture.

    A strip of rows at a time: a whole frame in floats would take several times the frame's memory.
    """
    full = (planes.width, planes.height)
    site = np.array([[0.5, 0, 0], [0, 0.5, -0.25]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    chroma = [cv2.warpAffine(p, site, full, flags=flags, borderMode=cv2.BORDER_REPLICATE) for p in (planes.u, planes.v)]
    rgb = np.empty((planes.height, planes.width, 3), np.uint8)
    for row in range(0, planes.height, STRIP):
        strip = cv2.merge([plane[row : row + STRIP] for plane in (planes.y, *chroma)])
        rgb[row : row + STRIP] = _bytes(cv2.transform(strip.astype(np.float32), YCC_TO_RGB))
    return rgb


def _half(plane: Any) -> Any:
    columns, rows = np.array([0.25, 0.5, 0.25]), np.array([0.5, 0.5])
    filtered = cv2.sepFilter2D(plane, -1, columns, rows, anchor=(1, 0), borderType=cv2.BORDER_REPLICATE)
    return filtered[::2, ::2]


def _bytes(plane: Any) -> Pixels:
    if plane.dtype == np.uint8:
        return np.ascontiguousarray(plane)
    levels: Pixels = np.clip(np.rint(plane), 0, 255).astype(np.uint8)
    return levels
