"""How one scene gives way to the next: six transitions, which moods bear them, and what they do to pixels.

All but the cut take two pictures and the share of the way, 0 (the old scene alone) to 1 (the new one alone).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import cv2
import numpy as np

from app.models import Mood, Style, TransitionKind
from app.rendering.canvas import mix
from app.rendering.motion import ease, ease_in_out
from app.rendering.planes import Pixels, Planes
from app.rendering.theme import look_of

KINDS: tuple[TransitionKind, ...] = get_args(TransitionKind)

_SECONDS: dict[TransitionKind, float] = {
    "cut": 0.0,
    "fade": 0.35,
    "slide": 0.4,
    "whip": 0.3,
    "wipe": 0.4,
    "zoom": 0.4,
}
_MOODS: dict[Mood, frozenset[TransitionKind]] = {
    "calm": frozenset({"fade", "zoom", "wipe"}),
    "energetic": frozenset({"cut", "whip", "slide", "zoom", "wipe"}),
    "happy": frozenset(KINDS),
    "nostalgic": frozenset({"fade", "wipe", "zoom"}),
    "tender": frozenset({"fade", "zoom"}),
    "confident": frozenset({"cut", "slide", "zoom", "wipe"}),
}
"""What a mood bears; where a style has none of it, the scenes fade."""
_PARALLAX = 0.3
"""How far the old picture gives way while the new one slides over it, as a share of the frame's width."""
_FEATHER = 0.12
"""The soft edge of a wipe, as a share of the frame's width."""
_ZOOM = 0.35
"""By how much the old picture grows on the way through it."""
_BLUR = 0.22
"""The longest smear of a whip, as a share of the frame's width."""


def length(kind: TransitionKind) -> float:
    """Return how many seconds a transition takes."""
    return _SECONDS[kind]


def choose(style: Style, mood: Mood, seed: int, scenes: int) -> list[TransitionKind]:
    """Return the transitions between ``scenes`` scenes, the same for the same seed; another seed starts elsewhere.

    The choice of one does not depend on the number of scenes after it.
    """
    deck = [kind for kind in look_of(style).transitions if kind in _MOODS[mood]] or ["fade"]
    return [deck[(seed + number) % len(deck)] for number in range(scenes - 1)]


def blend(frame: Planes, before: Planes, after: Planes, kind: TransitionKind, share: float) -> None:
    """Write into ``frame`` what is seen when ``share`` (0..1) of the way from ``before`` to ``after`` is done."""
    _DRAWN[kind](frame, before, after, share)


def _fade(frame: Planes, before: Planes, after: Planes, share: float) -> None:
    mix(frame, before, after, ease(share))


def _slide(frame: Planes, before: Planes, after: Planes, share: float) -> None:
    edge = _even(frame.width * (1 - ease_in_out(share)))
    back = _even(_PARALLAX * (frame.width - edge))
    for target, old, new, step in _each(frame, before, after):
        cut, shift = edge // step, back // step
        target[:, :cut] = old[:, shift : shift + cut]
        target[:, cut:] = new[:, : target.shape[1] - cut]
    _shade(frame, edge, share)


def _shade(frame: Planes, edge: int, share: float) -> None:
    """Darken the old picture towards the edge of the new one, as a shadow would."""
    width = min(edge, _even(0.06 * frame.width))
    if width <= 0:
        return
    fall = 1 - 0.35 * np.sin(np.pi * share) * np.linspace(0, 1, width, dtype=np.float32) ** 2
    part = frame.y[:, edge - width : edge]
    part[:] = np.rint(16 + (part.astype(np.float32) - 16) * fall).astype(np.uint8)


def _whip(frame: Planes, before: Planes, after: Planes, share: float) -> None:
    edge = _even(frame.width * (1 - ease_in_out(share)))
    smear = _BLUR * frame.width * np.sin(np.pi * share) ** 2
    for target, old, new, step in _each(frame, before, after):
        cut = edge // step
        target[:, :cut] = old[:, target.shape[1] - cut :]
        target[:, cut:] = new[:, : target.shape[1] - cut]
        reach = int(smear / step) | 1
        if reach > 1:
            cv2.blur(target, (reach, 1), dst=target, borderType=cv2.BORDER_REPLICATE)


def _wipe(frame: Planes, before: Planes, after: Planes, share: float) -> None:
    feather = _FEATHER * frame.width
    # The edge leans: its foot goes ahead of its head by a quarter of the width.
    lean = 0.25 * frame.width
    edge = ease(share) * (frame.width + feather + lean)
    for target, old, new, step in _each(frame, before, after):
        rows, columns = target.shape
        right = np.arange(columns, dtype=np.float32)[None, :] * step
        down = np.linspace(0, lean, rows, dtype=np.float32)[:, None]
        cover = np.clip((edge - right - down) / feather, 0, 1)
        target[:] = cv2.blendLinear(new, old, cover, 1 - cover)


def _zoom(frame: Planes, before: Planes, after: Planes, share: float) -> None:
    done = ease_in_out(share)
    for target, old, new, _ in _each(frame, before, after):
        near = _enlarged(old, 1 + _ZOOM * done)
        come = _enlarged(new, 1 + _ZOOM * 0.6 * (1 - done))
        cv2.addWeighted(near, 1 - done, come, done, 0, dst=target)


def _enlarged(plane: Pixels, scale: float) -> Pixels:
    rows, columns = plane.shape
    matrix = np.array(
        [[1 / scale, 0, (columns - 1) / 2 * (1 - 1 / scale)], [0, 1 / scale, (rows - 1) / 2 * (1 - 1 / scale)]]
    )
    out = np.empty_like(plane)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(plane, matrix, (columns, rows), dst=out, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return out


def _cut(frame: Planes, before: Planes, after: Planes, share: float) -> None:
    mix(frame, before, after, round(share))


_DRAWN: dict[TransitionKind, Callable[[Planes, Planes, Planes, float], None]] = {
    "cut": _cut,
    "fade": _fade,
    "slide": _slide,
    "whip": _whip,
    "wipe": _wipe,
    "zoom": _zoom,
}


def _each(frame: Planes, before: Planes, after: Planes) -> list[tuple[Pixels, Pixels, Pixels, int]]:
    """Return target, old, new and the pixels of luma between two samples, of each plane."""
    return [
        (frame.y, before.y, after.y, 1),
        (frame.u, before.u, after.u, 2),
        (frame.v, before.v, after.v, 2),
    ]


def _even(value: float) -> int:
    return 2 * round(value / 2)
