"""Where a product stands and how it moves: cut-outs on their ground, photographs to the frame's edges."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from app.models import Motion
from app.rendering.canvas import RIM, Canvas, Placement
from app.rendering.ground import ground
from app.rendering.layers import Layer, Pose
from app.rendering.layout import Box
from app.rendering.motion import ZOOM, arrival, path, reach
from app.rendering.photograph import Cutout, Photograph
from app.rendering.planes import Pixels, planes_from_rgb, sprite_from_premultiplied
from app.rendering.shapes import even
from app.rendering.shots import Shot
from app.rendering.stage import Shares, fills, framed, stand, whole_or_cropped
from app.rendering.theme import Look, Tone

SHARPNESS = 1.2
"""Photographs are kept this much larger than they are shown, so that interpolation does not soften them."""
_KEPT = ZOOM * SHARPNESS
LARGEST, LARGEST_WHOLE = 1.6, 2.0
"""Pixels of a frame 720 wide for a pixel of a picture at most: to come nearer, and to show it at all."""
SPECK = 32
"""Pixels up to which a picture has no detail that could be blurred."""
_WIDE, _TALL = 0.93, 0.985
"""Of the room that a whole product has, as much as it takes."""
_CUT_WIDE, _CUT_TALL = 0.86, 1.4
"""The same of one that stands on the room's lower edge."""
_SLIM, _SLIM_TALL = 0.62, 1.22
"""Width by height of a product that would be small in an upright frame, and how much of the room it takes then."""
_CLOSER, _DETAIL = 1.5, 2.4
"""How much larger than a whole product a near one is, and a detail."""
_COVERS = 0.85
"""Of the frame's height, as much as a detail of a wide product covers at least."""
_ASIDE = 0.16
"""Of the frame's width, by which the middle of a near product stands aside."""
_NO_NEARER = 0.9
"""The share of a whole shot's width from which a nearer one hardly differs from it."""
_BURNT, _BURNT_SHARE, _WHITE_SHARE = 243, 0.04, 0.6
"""The level from which white is burnt out, and the shares of a shot between which it glares: what is more is meant."""
_SOFT_FROM, _SOFT_TO = 190, 238
"""Levels: what is brighter than the first is drawn together, so that white comes to the second."""
_LIFE = 0.03
"""By how much a ground grows in a shot: more slowly than what stands on it, as it is farther away."""
_SHADOW_BLUR, _SHADOW_DOWN = 0.028, 0.02
"""Of the frame's shorter side."""
_CUT_ZOOM = 0.5
"""Of a motion's way, what a product that fills its room has of it."""
_GROWN = 1 + (ZOOM - 1) * _CUT_ZOOM
"""The largest that it gets on that way."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a cut-out stands: pixels of the frame for one of its own, and its upper left corner."""

    scale: float
    left: float
    top: float
    pivot: tuple[float, float]
    """The point of the frame that it grows from."""

    def box(self, cutout: Cutout) -> Box:
        """Return what it covers in the frame, and beyond it."""
        return Box(
            math.floor(self.left),
            math.floor(self.top),
            math.ceil(self.left + cutout.width * self.scale),
            math.ceil(self.top + cutout.height * self.scale),
        )

    def shows_in(self, cutout: Cutout, parts: Sequence[Shares], box: Box) -> bool:
        """Return whether any of ``parts``, shares of the cut-out, falls into ``box``."""
        wide, tall = cutout.width * self.scale, cutout.height * self.scale
        return any(
            self.left + left * wide < box.right
            and self.left + right * wide > box.left
            and self.top + top * tall < box.bottom
            and self.top + bottom * tall > box.top
            for left, top, right, bottom in parts
        )


def placed(
    cutout: Cutout,
    shot: Shot,
    room: Box,
    frame: Box,
    bears: float,
    detail: tuple[float, float],
    faces: Sequence[Shares] = (),
) -> Stand:
    """Return how a cut-out stands in ``room``, the part of the frame that words leave.

    What its photograph cuts off stands on the frame's edge there, or on that of the room. ``faces``, shares of the
    cut-out, are not cut through by a close-up.
    """
    wide, tall = cutout.width, cutout.height
    beside = room.width < frame.width
    across, along = (cutout.left and cutout.right), (cutout.top and cutout.bottom)
    whole = min(_WIDE * room.width / wide, _TALL * room.height / tall)
    if across and not beside:
        whole = room.width / wide
    elif (cutout.bottom and not along) or (shot.turn and wide < _SLIM * tall and not beside and not cutout.top):
        # It leaves the frame below: as its photograph cuts it off there, or as it would be small otherwise.
        most_tall = _CUT_TALL if cutout.bottom else _SLIM_TALL
        whole = min(_CUT_WIDE * room.width / wide, most_tall * room.height / tall)
    if max(wide, tall) > SPECK:
        whole = min(whole, LARGEST_WHOLE * bears)
    most = max(whole, LARGEST * bears)
    if shot.near == "detail":
        nearer = min(most, max(_DETAIL * whole, _COVERS * frame.height / tall))
        return _detail(cutout, nearer, frame, room, detail, faces)
    scale = min(most, _CLOSER * whole)
    if shot.near == "whole":
        # What it has to grow by, it must have room for.
        scale = whole if across else whole / _GROWN
    width, height = wide * scale, tall * scale
    low = room.bottom < frame.bottom
    if beside:
        towards = room.left > frame.left
        left = room.centre[0] - width * _GROWN / 2
        if width * _GROWN > room.width:
            # It begins where the words end, and leaves the frame at its other side.
            left = float(room.left) if towards else room.right - width
        top = room.centre[1] - height / 2
        if cutout.bottom != cutout.top:
            top = max(room.bottom - height, 0.0) if cutout.bottom else float(room.top)
        pivot = (float(room.left if towards else room.right), float(room.bottom) if cutout.bottom else room.centre[1])
    else:
        left = room.centre[0] - width / 2
        if shot.near != "whole":
            left += _ASIDE * frame.width * (1 if shot.turn % 4 < 2 else -1)
        top = room.centre[1] - height * _GROWN / 2
        if height > room.height:
            top = room.bottom - height if low else float(room.top)
        elif cutout.bottom and not along:
            top = room.bottom - height
        elif cutout.top:
            top = float(room.top)
        pivot = (left + width / 2, float(room.bottom if low else room.top))
    if cutout.left != cutout.right:
        left = float(room.left) if cutout.left else room.right - width
    return Stand(scale, left, top, pivot)


def _detail(
    cutout: Cutout, scale: float, frame: Box, room: Box, detail: tuple[float, float], faces: Sequence[Shares]
) -> Stand:
    width, height = cutout.width * scale, cutout.height * scale

    def place(point: float, length: float, first: int, last: int, aim: float) -> float:
        if length < last - first:
            return (first + last - length) / 2
        return min(float(first), max(last - length, aim - point * length))

    left = place(detail[0], width, frame.left, frame.right, room.centre[0])
    top = place(detail[1], height, frame.top, frame.bottom, room.centre[1])
    for _, first, _, last in faces:
        if top + first * height < frame.top < top + last * height:
            top = max(frame.bottom - height, frame.top - last * height)
    return Stand(scale, left, top, room.centre)


def overlap(cutout: Cutout, stand: Stand, box: Box) -> float:
    """Return the share of ``box`` that the cut-out covers."""
    mask = cutout.opaque
    step = stand.scale * cutout.width / mask.shape[1]
    left, right = ((edge - stand.left) / step for edge in (box.left, box.right))
    top, bottom = ((edge - stand.top) / step for edge in (box.top, box.bottom))
    rows, columns = (
        slice(max(0, math.floor(first)), max(0, math.ceil(last))) for first, last in ((top, bottom), (left, right))
    )
    covered = float(mask[rows, columns].sum())
    return covered / float(max(1.0, (right - left) * (bottom - top)))


def ground_layer(look: Look, tone: Tone, shot: Shot, frame: Box, middle: tuple[float, float]) -> Layer:
    """Return the ground of a shot with its light about ``middle``; it moves slowly."""
    picture = Canvas.of(planes_from_rgb(ground(look, tone, frame.width, frame.height, middle, shot.turn)))
    sign = 1 if shot.turn % 2 else -1

    def move(now: float) -> Pose:
        done = (now - shot.begins) / shot.seconds
        scale = 1 + _LIFE * (1 + done)
        drift = sign * 0.4 * _LIFE * frame.width * (done - 0.5)
        return Pose(
            Placement(scale, frame.width / 2 * (1 - scale) + drift, frame.height / 2 * (1 - scale)),
        )

    return Layer(picture, move)


def cutout_layer(cutout: Cutout, stand: Stand, shot: Shot, frame: Box, motion: Motion, look: Look, tone: Tone) -> Layer:
    """Return the product with its shadow, as it moves."""
    kept = min(1.0, stand.scale * _GROWN * SHARPNESS)
    # What never comes into the frame is not drawn at all.
    margin = 0.14
    first_x = max(0, math.floor((-margin * frame.width - stand.left) / stand.scale))
    last_x = min(cutout.width, math.ceil(((1 + margin) * frame.width - stand.left) / stand.scale))
    first_y = max(0, math.floor((-margin * frame.height - stand.top) / stand.scale))
    last_y = min(cutout.height, math.ceil(((1 + margin) * frame.height - stand.top) / stand.scale))
    part = cutout.rgba[first_y : max(first_y + 1, last_y), first_x : max(first_x + 1, last_x)]
    edges = (cutout.left and first_x == 0, cutout.top and first_y == 0, cutout.right and last_x == cutout.width,
             cutout.bottom and last_y == cutout.height)  # fmt: skip
    size = (max(2, round(part.shape[1] * kept)), max(2, round(part.shape[0] * kept)))
    ratio = stand.scale / kept
    unit = min(frame.width, frame.height) / ratio
    rgba, pad = _with_shadow(part, size, _SHADOW_BLUR * unit, _SHADOW_DOWN * unit, look, tone, edges)
    left = stand.left + first_x * stand.scale - pad * ratio
    top = stand.top + first_y * stand.scale - pad * ratio
    sprite = sprite_from_premultiplied(rgba, RIM)
    cut = (cutout.left, cutout.right, cutout.top, cutout.bottom)

    def move(now: float) -> Pose:
        since = now - shot.begins
        zoom, right, _ = path(motion, since / shot.seconds, look.camera)
        come = arrival(look.camera, since) if shot.number else 1.0
        # What an edge cuts off must not leave that edge.
        zoom = (1 + (zoom - 1) * _CUT_ZOOM) * (max(1.0, come) if any(cut) else come)
        pivot_x, pivot_y = stand.pivot
        x = (
            pivot_x
            + (left - pivot_x) * zoom
            + (0.0 if cutout.left or cutout.right else right * _CUT_ZOOM * frame.width)
        )
        y = pivot_y + (top - pivot_y) * zoom
        return Pose(Placement(ratio * zoom, x, y))

    return Layer(sprite, move)


def _with_shadow(
    part: Pixels,
    size: tuple[int, int],
    blur: float,
    down: float,
    look: Look,
    tone: Tone,
    edges: tuple[bool, bool, bool, bool],
) -> tuple[Pixels, int]:
    """Return a cut-out at ``size`` over its own soft shadow, and the margin in pixels.

    It is in RGBA, its colours multiplied by the opacity.
    The shadow of what an edge cuts off goes on beyond that edge, so that it does not end in mid-air.
    """
    pad = even(2.6 * blur + down)
    width, height = even(size[0] + 2 * pad), even(size[1] + 2 * pad)
    margins = (pad, height - size[1] - pad, pad, width - size[0] - pad)
    drawn = cv2.copyMakeBorder(_multiplied(part, size), *margins, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    # The blur is soft: a quarter of the size is enough for it.
    small = (max(1, width // 4), max(1, height // 4))
    solid = cv2.resize(np.ascontiguousarray(drawn[:, :, 3]), small, interpolation=cv2.INTER_AREA).astype(np.float32)
    first_x, first_y = min(-(-pad // 4), small[0] - 1), min(-(-pad // 4), small[1] - 1)
    last_x, last_y = (min(small[axis] - 1, max(0, (pad + size[axis]) // 4 - 1)) for axis in (0, 1))
    if edges[0]:
        solid[:, :first_x] = solid[:, first_x : first_x + 1]
    if edges[1]:
        solid[:first_y] = solid[first_y : first_y + 1]
    if edges[2]:
        solid[:, last_x:] = solid[:, last_x : last_x + 1]
    if edges[3]:
        solid[last_y:] = solid[last_y : last_y + 1]
    soft: Any = cv2.GaussianBlur(solid, (0, 0), max(0.3, blur / 4))
    shift = np.array([[1, 0, 0], [0, 1, down / 4]], np.float64)
    soft = np.asarray(cv2.warpAffine(soft, shift, small, borderMode=cv2.BORDER_REPLICATE), np.float32)
    # It ends within the margin, whatever the blur leaves there.
    across, along = (np.minimum(np.arange(side), np.arange(side)[::-1]) * 4 / pad for side in small)
    soft *= np.clip(1.6 * np.minimum(across[None, :], along[:, None]), 0, 1).astype(np.float32) * look.shadow
    shadow = cv2.resize(soft.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    shadow = cv2.multiply(shadow, 255 - drawn[:, :, 3], scale=1 / 255)
    dark = [level * 0.12 / 255 for level in tone.ground]
    drawn = cv2.add(drawn, cv2.merge([*(cv2.convertScaleAbs(shadow, alpha=level) for level in dark), shadow]))
    rimmed = cv2.copyMakeBorder(drawn, RIM, RIM, RIM, RIM, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    return np.asarray(rimmed, np.uint8), pad + RIM


def _multiplied(part: Pixels, size: tuple[int, int]) -> Pixels:
    """Return straight RGBA at another size, its colours multiplied by the opacity."""
    alpha = np.ascontiguousarray(part[:, :, 3])
    colour = cv2.multiply(part[:, :, :3], cv2.merge([alpha, alpha, alpha]), scale=1 / 255)
    way = cv2.INTER_AREA if size[0] < part.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(cv2.merge([*cv2.split(colour), alpha]), size, interpolation=way), np.uint8)


def crop_of(
    photo: Photograph, shot: Shot, region: Box, focus: Box, bears: float, detail: tuple[float, float]
) -> tuple[Shares, float]:
    """Return what of a photograph fills ``region``, as shares, and how much of its subject is within that.

    The subject's middle (or the detail) comes as near to that of ``focus``, a part of the region, as it can.
    """
    columns, rows = photo.size
    shape = region.width / region.height
    width, height = min(columns, rows * shape), min(rows, columns / shape)
    nearer = {"whole": 1.0, "close": 0.78, "detail": 0.52}[shot.near]
    # Not nearer than its pixels bear.
    nearer = min(1.0, max(nearer, region.width / (LARGEST * bears) / width))
    width, height = width * nearer, height * nearer
    left, top, right, bottom = photo.subject or (0.0, 0.0, 1.0, 1.0)
    middle = ((left + right) / 2, (top + bottom) / 2) if shot.near != "detail" else detail
    if shot.near != "detail" and ((right - left) * columns > width or (bottom - top) * rows > height):
        # Not all of it can be seen: what is in focus rather than what happens to lie in the middle.
        sharp = photo.busiest(width / columns, height / rows)
        middle = (
            sharp[0] if (right - left) * columns > width else middle[0],
            sharp[1] if (bottom - top) * rows > height else middle[1],
        )
    aim = (focus.centre[0] - region.left) / region.width, (focus.centre[1] - region.top) / region.height
    x = min(max(0.0, middle[0] * columns - aim[0] * width), columns - width)
    y = min(max(0.0, middle[1] * rows - aim[1] * height), rows - height)
    if shot.near != "whole" and nearer > _NO_NEARER:
        # It has too few pixels to be seen from nearer: its one side, then its other one, make shots that differ.
        end = 0.06 if shot.turn % 2 else 0.94
        x, y = end * (columns - width), (1 - end) * (rows - height)
    seen = (x / columns, y / rows, (x + width) / columns, (y + height) / rows)
    inside = max(0.0, min(right, seen[2]) - max(left, seen[0])) * max(0.0, min(bottom, seen[3]) - max(top, seen[1]))
    return seen, inside / max(1e-6, (right - left) * (bottom - top))


def photograph_layer(photo: Photograph, crop: Shares, shot: Shot, region: Box, motion: Motion, look: Look) -> Layer:
    """Return a part of a photograph that fills ``region``, as it moves."""
    columns, rows = photo.size
    left, top = round(crop[0] * columns), round(crop[1] * rows)
    right, bottom = max(left + 1, round(crop[2] * columns)), max(top + 1, round(crop[3] * rows))
    part = photo.pixels[top:bottom, left:right]
    size = even(region.width * _KEPT), even(region.height * _KEPT)
    if part.shape[1] < size[0]:
        # It is drawn larger by each frame: to enlarge it beforehand adds nothing.
        size = even(max(region.width, part.shape[1])), even(max(region.height, part.shape[1] * size[1] / size[0]))
    way = cv2.INTER_AREA if part.shape[1] > size[0] else cv2.INTER_CUBIC
    pixels: Pixels = np.asarray(cv2.resize(part, size, interpolation=way), np.uint8)
    if not photo.plain_ground:
        pixels = softened(pixels)
    return _moving(pixels, shot, region, motion, look)


def softened(picture: Pixels) -> Pixels:
    """Return a picture of a place whose burnt-out parts, a window or a wall in the sun, glare no more."""
    burnt = cv2.inRange(picture[::4, ::4], (_BURNT,) * 3, (255,) * 3)
    if not _BURNT_SHARE <= float(burnt.mean()) / 255 <= _WHITE_SHARE:
        return picture
    levels = np.arange(256)
    soft = _SOFT_FROM + (levels - _SOFT_FROM) * (_SOFT_TO - _SOFT_FROM) / (255 - _SOFT_FROM)
    table = np.where(levels > _SOFT_FROM, soft, levels).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, table), np.uint8)


def extended_layer(photo: Photograph, shot: Shot, frame: Box, focus: Box, motion: Motion, look: Look) -> Layer | None:
    """Return a photograph on a plain ground whose ground is drawn on to the frame's edges, its subject in ``focus``.

    None where something else than ground would be drawn on.
    """
    seen = photo.subject or whole_or_cropped(*photo.size, frame.width, frame.height)
    width, height = even(frame.width * _KEPT), even(frame.height * _KEPT)
    most = reach(motion, frame.width / frame.height)
    # What its motion does not allow it is no room: it would be moved out of it, under the words.
    across, along = ((0.5 - one, 0.5 + one) for one in most)
    aim = (
        max(focus.left / frame.width, across[0]),
        max(focus.top / frame.height, along[0]),
        min(focus.right / frame.width, across[1]),
        min(focus.bottom / frame.height, along[1]),
    )
    place = stand(photo.size, seen, width, height, focus=aim, shrink=True, reach=most)
    if not fills(photo.pixels, place, width, height):
        return None
    return _moving(framed(photo.pixels, place, width, height, seen), shot, frame, motion, look)


def _moving(pixels: Pixels, shot: Shot, region: Box, motion: Motion, look: Look) -> Layer:
    canvas = Canvas.of(planes_from_rgb(pixels))
    return Layer(canvas, moved(motion, region, (canvas.width, canvas.height), shot, look), region)


def moved(motion: Motion, region: Box, size: tuple[int, int], shot: Shot, look: Look) -> Callable[[float], Pose]:
    """Return how a picture of ``size`` (width, height) that has the region's shape moves in it."""
    base = max(region.width / size[0], region.height / size[1])

    def move(now: float) -> Pose:
        zoom, right, down = path(motion, (now - shot.begins) / shot.seconds, look.camera)
        scale = base * zoom
        x = region.width * (0.5 + right) - scale * size[0] / 2
        y = region.height / 2 + region.width * down - scale * size[1] / 2
        return Pose(Placement(scale, x, y))

    return move
