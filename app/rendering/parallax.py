"""A subject before its ground: cut out, the ground goes on behind it, and the two move apart."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from app.rendering.canvas import Canvas, Placement
from app.rendering.motion import FAR, NEAR, depth
from app.rendering.planes import Pixels, Sprite, planes_from_rgb, sprite_from_rgba
from app.rendering.stage import Stand

_SMALL = 240
"""Long side at which the ground behind the subject is made up: only a rim of it is ever seen."""
_RIM = 5
"""How far the made-up ground reaches beyond the subject there."""
Move = Callable[[float], Placement]
"""Share of the scene's time -> where a layer lies."""


def cut_opacity(cutout: str) -> Pixels | None:
    """Return the opacity (rows, columns) of a cut-out, or None where it cannot be read: it is a help, no must."""
    try:
        with Image.open(cutout) as image:
            return np.array(image.convert("RGBA").getchannel("A"))
    except (OSError, SyntaxError, ValueError, EOFError):
        return None


def cut_layers(
    pixels: Pixels, place: Stand, opacity: Pixels, size: tuple[int, int], region: tuple[int, int]
) -> list[tuple[Canvas | Sprite, Move]]:
    """Return the ground and the subject before it, with their movement in a region of (width, height) pixels.

    ``pixels``: the picture at its ``place`` in the frame; ``opacity``: the subject's, of the whole picture of ``size``
    (width, height).
    """
    height, width = pixels.shape[:2]
    step_x, step_y = size[0] / opacity.shape[1], size[1] / opacity.shape[0]
    matrix = np.array([[place.scale * step_x, 0, place.left], [0, place.scale * step_y, place.top]])
    mask = cv2.warpAffine(opacity, matrix, (width, height), flags=cv2.INTER_LINEAR).astype(np.uint8)
    columns, rows = np.flatnonzero(mask.max(axis=0) > 8), np.flatnonzero(mask.max(axis=1) > 8)
    ground = Canvas.of(planes_from_rgb(_without(pixels, mask)))
    base = region[0] / width
    if not columns.size:
        return [(ground, _about(FAR, base, (width / 2, height / 2), (0, 0), region[0]))]
    left, top = columns[0] // 2 * 2, rows[0] // 2 * 2
    right, bottom = min(width, columns[-1] // 2 * 2 + 2), min(height, rows[-1] // 2 * 2 + 2)
    # Both turn about the point where the subject stands: it stays on its shadow.
    foot = ((left + right) / 2, float(bottom))
    cut = np.dstack([pixels, mask])[top:bottom, left:right]
    return [
        (ground, _about(FAR, base, foot, (0, 0), region[0])),
        (sprite_from_rgba(np.ascontiguousarray(cut)), _about(NEAR, base, foot, (left, top), region[0])),
    ]


def _about(
    layer: tuple[float, float, float], base: float, foot: tuple[float, float], corner: tuple[int, int], width: int
) -> Move:
    def move(t: float) -> Placement:
        zoom, right = depth(layer, t)
        scale = base * zoom
        x, y = (base * foot[axis] - scale * (foot[axis] - corner[axis]) for axis in (0, 1))
        return Placement(scale, x + right * width, y)

    return move


def _without(pixels: Pixels, mask: Pixels) -> Pixels:
    """Return the picture with the ground drawn on behind the subject."""
    scale = _SMALL / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    hole = cv2.resize(mask, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    hole = cv2.dilate((hole > 8).astype(np.uint8), np.ones((_RIM, _RIM), np.uint8))
    filled = cv2.inpaint(small, hole, 5, cv2.INPAINT_TELEA)
    full = (pixels.shape[1], pixels.shape[0])
    behind = cv2.resize(cv2.GaussianBlur(filled, (0, 0), 2.0), full, interpolation=cv2.INTER_CUBIC)
    cover = cv2.resize(cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 1.0), full, interpolation=cv2.INTER_LINEAR)
    cover = np.clip(cover * 1.6, 0, 1)[:, :, None]
    mixed = pixels.astype(np.float32) * (1 - cover) + behind.astype(np.float32) * cover
    whole: Pixels = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
    return whole
