"""Laying pictures and drawings into a frame's planes, placed to a fraction of a pixel."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import cv2
import numpy as np

from app.rendering.layout import Box
from app.rendering.planes import Pixels, Planes, Sprite

# (pixels between samples, place of the first sample) per axis and plane; see planes.py for where chroma stands.
_LUMA = ((1, 0.5), (1, 0.5))
_CHROMA = ((2, 0.5), (2, 1.0))
_GRIDS = (_LUMA, _CHROMA, _CHROMA)
_FLAGS = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
RIM = 64
"""Of luma, even: room for the samples that are drawn ahead."""
_AHEAD = np.arange(48)
_LOCAL = threading.local()
_NEAR, _NEAR_ENOUGH = 1 / 32, 1 / 16
"""Samples of the frame by which a picture may lie beside its place: what is good, and what will do."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies: the point (px, py) of it falls on (scale * px + x, scale * py + y) of the frame.

    Points are in pixels from the upper left corner of the upper left pixel.
    """

    scale: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture to move about in a frame: its planes with their outermost samples repeated ``RIM`` times all round."""

    planes: Planes
    width: int
    height: int
    """Of the picture without its rim."""

    @classmethod
    def of(cls, picture: Planes) -> Canvas:
        y, u, v = (
            np.pad(plane, rim, mode="edge")
            for plane, rim in zip(_each(picture), (RIM, RIM // 2, RIM // 2), strict=True)
        )
        return cls(Planes(y, u, v), picture.width, picture.height)


def fill(frame: Planes, canvas: Canvas, place: Placement) -> None:
    """Cover the whole frame with a picture; outside of it its edge is repeated."""
    inside = Placement(place.scale, place.x - RIM * place.scale, place.y - RIM * place.scale)
    pictures = canvas.planes
    _fill([(frame.y, pictures.y)], _matrix(inside, _LUMA, (0, 0)))
    _fill([(frame.u, pictures.u), (frame.v, pictures.v)], _matrix(inside, _CHROMA, (0, 0)))


def _fill(planes: list[tuple[Pixels, Pixels]], matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    """Draw sources of one size into targets of one size.

    ``cv2.resize`` takes a third of the time of ``cv2.warpAffine``, but begins at a whole pixel of its source. A few
    samples ahead of the wanted ones one nearly always stands on a whole pixel, or within a thirtieth of one: from there
    on it draws, and what is ahead is left out.
    """
    target, source = planes[0]
    step = float(matrix[0, 0])
    across = _begin(float(matrix[0, 2]), step, target.shape[1], source.shape[1])
    down = _begin(float(matrix[1, 2]), step, target.shape[0], source.shape[0])
    for target, source in planes:
        if across is None or down is None:
            size = (target.shape[1], target.shape[0])
            cv2.warpAffine(source, matrix, size, dst=target, flags=_FLAGS, borderMode=cv2.BORDER_REPLICATE)
            continue
        part = source[down[0], across[0]]
        room = _room(round(part.shape[0] / step), round(part.shape[1] / step))
        drawn = cv2.resize(part, None, dst=room, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_LINEAR)
        np.copyto(target, drawn[down[1], across[1]])


def _room(height: int, width: int) -> Pixels:
    """Return memory to draw into, the same for each frame: for new pages the kernel would work as long as this does."""
    held: Pixels | None = getattr(_LOCAL, "room", None)
    if held is None or held.size < height * width:
        held = _LOCAL.room = np.empty(height * width, np.uint8)
    return held[: height * width].reshape(height, width)


def _begin(first: float, step: float, length: int, room: int) -> tuple[slice, slice] | None:
    """Return what of a source's axis of ``room`` samples to resize, and what to take of the outcome.

    ``first``: the place in the source of the first of ``length`` samples that are ``step`` apart. None: there is no
    place to begin at.
    """
    # Sample m of a resized picture stands at (m + 0.5) * step - 0.5 of its source (OpenCV's half-pixel centres).
    begins = first + 0.5 - step / 2 - _AHEAD * step
    whole = np.rint(begins)
    # The part's own first sample cannot be mixed with what lies before it.
    outside = (whole < 0) | ((_AHEAD + 0.5) * step < 0.5)
    wrong = np.where(outside, np.inf, np.abs(begins - whole) / step)
    ahead = int((wrong <= _NEAR).argmax())
    if wrong[ahead] > _NEAR:
        ahead = int(wrong.argmin())
    begin = int(whole[ahead])
    end = begin + math.ceil((length + ahead) * step) + 2
    size = min(end, room) - begin
    # OpenCV copies what keeps its size in whole pixels, however the scale differs from 1.
    copied = round(size / step) == size and abs(size / step - size) > _NEAR_ENOUGH
    if wrong[ahead] > _NEAR_ENOUGH or copied or round(size / step) < length + ahead:
        return None
    return slice(begin, end), slice(ahead, ahead + length)


def part_of(sprite: Sprite, first: float, last: float) -> tuple[Sprite, int]:
    """Return the columns of a drawing between two shares of its width, and how many pixels lie before them."""
    left, right = 2 * round(first * sprite.colour.width / 2), 2 * round(last * sprite.colour.width / 2)

    def cut(planes: Planes) -> Planes:
        return Planes(planes.y[:, left:right], planes.u[:, left // 2 : right // 2], planes.v[:, left // 2 : right // 2])

    return Sprite(cut(sprite.colour), cut(sprite.cover), cut(sprite.keep)), left


def view(frame: Planes, box: Box) -> Planes:
    """Return a part of a frame, to be drawn into; its edges must be even."""
    half = np.s_[box.top // 2 : box.bottom // 2, box.left // 2 : box.right // 2]
    return Planes(frame.y[box.top : box.bottom, box.left : box.right], frame.u[half], frame.v[half])


def paint(frame: Planes, sprite: Sprite, place: Placement, opacity: float = 1.0) -> None:
    """Lay ``sprite`` over the frame. Only the pixels that it touches are worked on."""
    area = _touched(frame, sprite, place)
    if opacity <= 0 or area.width <= 0 or area.height <= 0:
        return
    whole = place.scale == 1 and place.x % 2 == 0 and place.y % 2 == 0
    drawing = zip(_each(frame), _each(sprite.colour), _each(sprite.cover), _each(sprite.keep), _GRIDS, strict=True)
    last: tuple[Pixels, Pixels] | None = None
    for target, colour, cover, keep, grid in drawing:
        step = int(grid[0][0])
        left, top = area.left // step, area.top // step
        width, height = area.width // step, area.height // step
        part = target[top : top + height, left : left + width]
        if whole:
            row, column = top - int(place.y) // step, left - int(place.x) // step
            crop = np.s_[row : row + height, column : column + width]
            ink, rest = colour[crop], keep[crop]
            if opacity < 1:
                ink, rest = _faded(ink, opacity), 255 - _faded(cover[crop], opacity)
        else:
            matrix = _matrix(place, grid, (left, top))
            drawn = _warped if sprite.rim == 0 else _resized
            # Both chroma planes have one opacity.
            again = last is not None and last[0] is cover
            found = drawn([colour] if again else [colour, cover], matrix, (width, height))
            ink = found[0] if opacity >= 1 else _faded(found[0], opacity)
            if last is not None and again:
                rest = last[1]
            else:
                rest = 255 - (found[1] if opacity >= 1 else _faded(found[1], opacity))
            last = cover, rest
        cv2.multiply(part, rest, dst=part, scale=1 / 255)
        cv2.add(part, ink, dst=part)


def mix(frame: Planes, before: Planes, after: Planes, share: float) -> None:
    """Write ``before`` and ``after`` into ``frame``, the latter with weight ``share`` (0..1)."""
    for target, first, second in zip(_each(frame), _each(before), _each(after), strict=True):
        cv2.addWeighted(first, 1 - share, second, share, 0, dst=target)


def copy(frame: Planes, source: Planes) -> None:
    """Write ``source`` into ``frame``."""
    for target, plane in zip(_each(frame), _each(source), strict=True):
        np.copyto(target, plane)


def _each(planes: Planes) -> tuple[Pixels, Pixels, Pixels]:
    return planes.y, planes.u, planes.v


def _matrix(
    place: Placement, grid: tuple[tuple[float, float], tuple[float, float]], origin: tuple[int, int]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the 2 x 3 map from sample indices of a part of the frame's plane to those of the picture's plane."""
    rows = []
    for axis, (shift, first) in enumerate(zip((place.x, place.y), origin, strict=True)):
        step, site = grid[axis]
        rows.append(first / place.scale + ((site - shift) / place.scale - site) / step)
    return np.array([[1 / place.scale, 0, rows[0]], [0, 1 / place.scale, rows[1]]])


def _touched(frame: Planes, sprite: Sprite, place: Placement) -> Box:
    """Return the box of what the sprite shows in the frame, widened to even edges with a margin for interpolation."""
    rim = sprite.rim * place.scale
    x, y = place.x + rim, place.y + rim
    right = place.x + place.scale * sprite.colour.width - rim
    bottom = place.y + place.scale * sprite.colour.height - rim
    return Box(
        max(0, 2 * math.floor(x / 2 - 1) if x % 2 else int(x)),
        max(0, 2 * math.floor(y / 2 - 1) if y % 2 else int(y)),
        min(frame.width, 2 * math.ceil(right / 2 + 1) if right % 2 else int(right)),
        min(frame.height, 2 * math.ceil(bottom / 2 + 1) if bottom % 2 else int(bottom)),
    )


def _warped(
    planes: list[Pixels], matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]], size: tuple[int, int]
) -> list[Pixels]:
    found = []
    for plane in planes:
        out = np.empty((size[1], size[0]), np.uint8)
        cv2.warpAffine(plane, matrix, size, dst=out, flags=_FLAGS, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        found.append(out)
    return found


def _resized(
    planes: list[Pixels], matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]], size: tuple[int, int]
) -> list[Pixels]:
    """As ``_warped``, faster, of planes with nothing in their rim."""
    found = [np.empty((size[1], size[0]), np.uint8) for _ in planes]
    _fill(list(zip(found, planes, strict=True)), matrix)
    return found


def _faded(plane: Pixels, opacity: float) -> Pixels:
    out = np.empty(plane.shape, np.uint8)
    cv2.convertScaleAbs(plane, dst=out, alpha=opacity)
    return out
