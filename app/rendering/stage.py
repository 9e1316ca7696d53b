"""A picture in a frame of another shape: its subject where it should stand, its edges running out into its own colours.

A studio ground goes on as if the photographer had stepped back; a product is never cut away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.rendering.ground import dithered
from app.rendering.planes import STRIP, Pixels

Shares = tuple[float, float, float, float]
"""Left, top, right, bottom as shares (0..1) of width and height."""
MAX_CROP = 0.26
"""A picture whose subject is unknown may lose this share of itself: a 3:4 picture in a 9:16 frame loses a quarter."""
_RIM = 0.1
"""What a motion may take of such a picture at each edge: what is left is within the ``reach`` of all motions."""
FEATHER = 0.09
"""The share of the picture, at each edge within the frame, over which it fades into the stage; less near the
subject."""
_LEAST_FEATHER = 0.025
_LITTLE = 0.85
"""From this scale a picture is shrunk by linear interpolation, in a fifth of the time: there it is as near to what
Lanczos' filter makes as means over areas are (41 dB both), and sharper."""
_EDGE = 64
"""Pixels along an edge that is looked at, the picture shrunk to that many."""
_STEP, _CROSSED = 4.0, 140.0
"""Change of colour (levels of RGB) from one of them to the next that is more than a gradient's, and the sum of changes
that lead back to where they began from which a thing is cut off there. In the demo shop grounds reach 132, things begin
at 146."""
_SMALL = 8
"""The ground is made at an eighth of the size: it is soft."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a picture stands in a frame, and where its subject does."""

    subject: Shares
    """Shares of the frame."""
    scale: float
    """Pixels of it for one of the picture."""
    left: float
    top: float
    """Where the picture's upper left corner falls."""


def whole_or_cropped(width: int, height: int, frame_width: int, frame_height: int) -> Shares:
    """Return what must be seen of a picture whose subject is unknown: all, or all but what a crop may take."""
    shape, wanted = width / height, frame_width / frame_height
    kept = min(shape / wanted, wanted / shape)
    if 1 - kept > MAX_CROP:
        return 0.0, 0.0, 1.0, 1.0
    edge_x, edge_y = ((1 - kept) / 2, 0.0) if shape > wanted else (0.0, (1 - kept) / 2)
    # A motion may take the rim of what a crop leaves, too.
    edge_x, edge_y = edge_x + kept * _RIM, edge_y + kept * _RIM
    return edge_x, edge_y, 1 - edge_x, 1 - edge_y


def stand(
    size: tuple[int, int],
    subject: Shares,
    width: int,
    height: int,
    *,
    focus: Shares | None = None,
    shrink: bool = True,
    reach: tuple[float, float] = (0.5, 0.5),
) -> Stand:
    """Return how a picture of ``size`` (columns, rows) stands in a frame of ``width`` x ``height`` pixels.

    The picture covers the frame if the subject's size allows it, ``subject`` within ``reach`` of the middle; else its
    edges lie within the frame. The subject's middle comes as near to that of ``focus`` (shares of the frame) as it can;
    with ``shrink`` the subject fits into that box.
    """
    columns, rows = size
    left, top, right, bottom = subject
    box_width, box_height = max(1.0, (right - left) * columns), max(1.0, (bottom - top) * rows)
    cover = max(width / columns, height / rows)
    fit = min(2 * reach[0] * width / box_width, 2 * reach[1] * height / box_height)
    middle_x, middle_y = 0.5, 0.5
    if focus is not None:
        if shrink:
            fit = min(fit, (focus[2] - focus[0]) * width / box_width, (focus[3] - focus[1]) * height / box_height)
        middle_x, middle_y = (focus[0] + focus[2]) / 2, (focus[1] + focus[3]) / 2
    scale = min(cover, fit)
    x = _place(middle_x * width - (left + right) / 2 * columns * scale, columns * scale, width, left, right, reach[0])
    y = _place(middle_y * height - (top + bottom) / 2 * rows * scale, rows * scale, height, top, bottom, reach[1])
    seen = (
        (x + left * columns * scale) / width,
        (y + top * rows * scale) / height,
        (x + right * columns * scale) / width,
        (y + bottom * rows * scale) / height,
    )
    return Stand(seen, scale, x, y)


def _place(wished: float, length: float, room: int, first: float, last: float, reach: float) -> float:
    """Return where the picture begins: covering the room where it can, the subject within the safe part of it."""
    if length >= room:
        wished = min(0.0, max(room - length, wished))
    low, high = (0.5 - reach) * room - first * length, (0.5 + reach) * room - last * length
    return min(max(wished, low), high) if low <= high else (low + high) / 2


def fills(picture: Pixels, place: Stand, width: int, height: int) -> bool:
    """Return whether all edges of the picture that lie within the frame show ground alone, which can be drawn on."""
    rows, columns = picture.shape[:2]
    right, bottom = place.left + columns * place.scale, place.top + rows * place.scale
    inside = (place.left > 1, place.top > 1, right < width - 1, bottom < height - 1)
    if not any(inside):
        return True
    small = cv2.resize(picture, (_EDGE, _EDGE), interpolation=cv2.INTER_AREA).astype(np.float32)
    edges = (small[:, 0], small[0], small[:, -1], small[-1])
    return not any(lies and _crossed(edge) for lies, edge in zip(inside, edges, strict=True))


def _crossed(edge: NDArray[np.float32]) -> bool:
    """Return whether something lies across the edge: its colour leaves and comes back, as a horizon's does not."""
    steps = np.linalg.norm(np.diff(edge, axis=0), axis=1)
    there_and_back = steps[steps > _STEP].sum() - np.linalg.norm(edge[-1] - edge[0])
    return bool(there_and_back > _CROSSED)


def framed(picture: Pixels, place: Stand, width: int, height: int, subject: Shares) -> Pixels:
    """Return a frame of ``width`` x ``height`` pixels with ``picture`` at its place, its ground drawn on to the edges.

    ``subject``: shares of the picture that do not fade into that ground.
    """
    rows, columns = picture.shape[:2]
    scale, x, y = place.scale, place.left, place.top
    seen = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    way = cv2.INTER_AREA if scale < _LITTLE else cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC
    shown = cv2.resize(picture, seen, interpolation=way)
    whole = x <= 0.5 and y <= 0.5 and x + seen[0] >= width - 0.5 and y + seen[1] >= height - 0.5
    left, top = round(x), round(y)
    if whole:
        left, top = min(0, max(width - seen[0], left)), min(0, max(height - seen[1], top))
        crop = shown[-top : height - top, -left : width - left]
        if crop.shape[:2] == (height, width):
            return np.ascontiguousarray(crop)
    stage = _ground(picture, seen, left, top, width, height)
    across, down = _cover(seen, left, top, width, height, subject)
    first_row, first_column = max(0, top), max(0, left)
    last_row, last_column = min(height, top + seen[1]), min(width, left + seen[0])
    here = stage[first_row:last_row, first_column:last_column]
    part = np.s_[first_row - top : last_row - top, first_column - left : last_column - left]
    shown, down, across = shown[part], down[part[0]], across[part[1]]
    # A strip of rows at a time: three more frames in floats would be what a film takes most memory for.
    for row in range(0, len(here), STRIP):
        strip = slice(row, row + STRIP)
        opacity = np.outer(down[strip], across)
        fore, behind = (np.ascontiguousarray(one[strip], np.float32) for one in (shown, here))
        here[strip] = cv2.blendLinear(fore, behind, opacity, 1 - opacity)
    # A trace of noise hides the bands that eight bits leave in so soft a gradient.
    return dithered(stage, 0.9)


def _cover(
    size: tuple[int, int], left: int, top: int, width: int, height: int, subject: Shares
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the picture's opacity, of its columns and of its rows, whose product it is.

    It fades at the edges that lie within the frame, never over the subject.
    """
    sides = []
    for length, start, room, first, last in (
        (size[0], left, width, subject[0], subject[2]),
        (size[1], top, height, subject[1], subject[3]),
    ):
        at = np.arange(length, dtype=np.float32) + 0.5
        side = np.ones(length, np.float32)
        for inside, distance, free in ((start > 0, at, first), (start + length < room, length - at, 1 - last)):
            if inside:
                reach = max(1.0, min(FEATHER, max(_LEAST_FEATHER, free)) * length)
                share = np.clip(distance / reach, 0, 1)
                side *= share * share * (3 - 2 * share)
        sides.append(side)
    return sides[0], sides[1]


def _ground(
    picture: Pixels, size: tuple[int, int], left: int, top: int, width: int, height: int
) -> NDArray[np.float32]:
    """Return the stage alone: the picture's edges drawn out to the frame's, and softened."""
    small = (max(1, size[0] // _SMALL), max(1, size[1] // _SMALL))
    shown: Any = np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.float32)
    room = (max(2, width // _SMALL), max(2, height // _SMALL))
    x, y = left / _SMALL, top / _SMALL
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float64)
    # The outermost pixels may be a frame or a shadow's end: a mean over the rim is steadier.
    shown = cv2.GaussianBlur(shown, (0, 0), max(0.6, 0.012 * max(small)), borderType=cv2.BORDER_REPLICATE)
    drawn: Any = cv2.warpAffine(shown, matrix, room, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # Near the picture the stage goes on in the colours of its edge; farther away they run into one another.
    columns, rows = np.arange(room[0], dtype=np.float32), np.arange(room[1], dtype=np.float32)
    away_x = np.maximum(np.maximum(x - columns, columns - x - small[0]), 0)
    away_y = np.maximum(np.maximum(y - rows, rows - y - small[1]), 0)
    away = np.hypot(away_x[None, :], away_y[:, None])[:, :, None]
    for softness in (0.03, 0.09):
        blurred = cv2.GaussianBlur(drawn, (0, 0), softness * max(room), borderType=cv2.BORDER_REPLICATE)
        share = np.clip(away / (2.2 * softness * max(room)), 0, 1)
        drawn = drawn + (blurred - drawn) * share
    full = cv2.resize(np.ascontiguousarray(drawn, np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(full, np.float32)
