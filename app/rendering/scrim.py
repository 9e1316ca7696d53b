"""What lies between a picture and the words on it: as little as the contrast of what is there needs, measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.rendering.canvas import Placement
from app.rendering.layers import Layer, Pose
from app.rendering.layout import Box
from app.rendering.planes import Pixels, planes_from_rgb, sprite_from_rgba, widened
from app.rendering.shapes import even, rounded
from app.rendering.theme import Rgb, Theme, Tone, luminance, scrim_tone
from app.rendering.words import Leaving, shape

_AIM = 4.9
"""A little over WCAG's 4.5: encoding takes some of it."""
_FALL = 0.2
"""Of the frame's side, over which a scrim fades out."""
_STEPS = [step / 20 for step in range(17)]
_LINEAR: NDArray[np.float32] = np.array([luminance((level, level, level)) for level in range(256)], np.float32)
_WORST = 0.4
"""Percent of the pixels behind words that may be worse."""
_SAMPLES = 6000
"""Pixels that are looked at."""
_COMES = 0.12
"""Seconds in which a card fades in."""
_BARELY, _MUCH = 0.1, 0.3
"""A dark scrim is taken, as films have it, unless a light one is hardly there and the dark one would be heavy."""


@dataclass(frozen=True, slots=True)
class Scrim:
    """What words on a picture need: the colours they have, and how opaque the scrim below them is."""

    tone: Tone
    colour: Rgb
    opacity: float


def scrim_for(pixels: list[Pixels] | None, theme: Theme) -> Scrim:
    """Return what words need on pixels (rows, columns, RGB), or on any; the least opaque scrim that is enough.

    On what is not known, it is as opaque as white under white letters needs.
    """
    white = np.full((1, 1, 3), 255, np.uint8)
    behind = np.concatenate([part.reshape(-1, 3) for part in pixels or [white]])
    behind = behind[:: max(1, len(behind) // _SAMPLES)]
    dark, light = scrim_tone(theme, dark=True), scrim_tone(theme, dark=False)
    below = _needed(behind, theme.ink, dark.text)
    above = _needed(behind, (255, 255, 255), light.text) if pixels else 1.0
    if above <= _BARELY and below >= _MUCH:
        return Scrim(light, (255, 255, 255), above)
    return Scrim(dark, theme.ink, below)


def _needed(behind: NDArray[np.uint8], scrim: Rgb, text: Rgb) -> float:
    own = luminance(text)
    for opacity in _STEPS:
        mixed = np.rint(behind * (1 - opacity) + np.array(scrim) * opacity).astype(np.uint8)
        levels = _LINEAR[mixed] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        if own > 0.5:
            contrast = (own + 0.05) / (np.percentile(levels, 100 - _WORST) + 0.05)
        else:
            contrast = (np.percentile(levels, _WORST) + 0.05) / (own + 0.05)
        if contrast >= _AIM:
            return opacity
    return _STEPS[-1]


def scrim_layer(scrim: Scrim, words: Box, frame: Box, *, beside: bool) -> Layer | None:
    """Return the scrim under ``words``: full from the frame's nearer edge to beyond them, then fading out.

    ``beside``: it lies along the frame's left or right edge, not along the upper or lower one.
    """
    if scrim.opacity <= 0:
        return None
    length, first, last = (frame.width, words.left, words.right) if beside else (frame.height, words.top, words.bottom)
    fall = _FALL * length
    at = np.arange(length, dtype=np.float32)
    from_start = first + last <= length
    way = (last + 0.25 * fall + fall - at) / fall if from_start else (at - first + 0.25 * fall + fall) / fall
    way = np.clip(way, 0, 1)
    cover = scrim.opacity * way * way * (3 - 2 * way)
    kept = np.flatnonzero(cover > 1 / 255)
    begin, end = kept[0] // 2 * 2, min(length, kept[-1] // 2 * 2 + 2)
    levels = np.rint(255 * cover[begin:end])
    if beside:
        rgba = np.empty((frame.height, end - begin, 4), np.uint8)
        rgba[:, :, :3], rgba[:, :, 3] = scrim.colour, levels[None, :]
        return Layer(sprite_from_rgba(rgba), None, Box(begin, 0, end, frame.height))
    rgba = np.empty((end - begin, 2, 4), np.uint8)  # all columns are the same
    rgba[:, :, :3], rgba[:, :, 3] = scrim.colour, levels[:, None]
    return Layer(widened(sprite_from_rgba(rgba), frame.width), None, Box(0, begin, frame.width, end))


def card_box(words: Box, frame: Box, pad: int, from_right: bool | None) -> Box:
    """Return the box of a card under ``words``; it goes on beyond the frame's edge where they begin, if that is told.

    ``from_right``: they begin at the frame's right edge; None: the card stands free. Edges are even.
    """
    left, top = (words.left - pad) // 2 * 2, (words.top - pad) // 2 * 2
    right, bottom = left + even(words.width + 2 * pad), top + even(words.height + 2 * pad)
    if from_right is None:
        return Box(left, top, right, bottom)
    return (
        Box(left, top, even(frame.right + 2 * pad), bottom) if from_right else Box(-even(2 * pad), top, right, bottom)
    )


def card_layer(colour: Rgb, box: Box, radius: float, comes: float, leaving: Leaving) -> Layer:
    """Return a card that fades in at ``comes`` (seconds) if that is not the beginning, and goes with its words."""
    image = shape(rounded(box.width, box.height, min(radius, box.height / 2)), colour)
    place = Placement(1, box.left, box.top)

    def move(seconds: float) -> Pose:
        come = min(1.0, max(0.0, (seconds - comes) / _COMES)) if comes else 1.0
        return Pose(place, come * leaving.opacity(seconds))

    return Layer(sprite_from_rgba(np.array(image)), move)


def panel_layer(colour: Rgb, box: Box) -> Layer:
    """Return a plain area of one colour. The box is brought to even edges."""
    left, top = box.left // 2 * 2, box.top // 2 * 2
    width, height = even(box.right - left), even(box.bottom - top)
    picture = planes_from_rgb(np.full((height, width, 3), colour, np.uint8))
    return Layer(picture, None, Box(left, top, left + width, top + height))
