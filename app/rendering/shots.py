"""A scene's picture in its part of the frame: where its subject stands, and how it moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.models import Motion
from app.rendering.canvas import Canvas, Placement
from app.rendering.layers import Layer, Pose
from app.rendering.layout import Box
from app.rendering.motion import ZOOM, path, reach
from app.rendering.parallax import cut_layers
from app.rendering.planes import Pixels, planes_from_rgb
from app.rendering.shapes import even
from app.rendering.stage import Shares, Stand, fills, framed, stand, whole_or_cropped

SHARPNESS = 1.2
"""Pictures are kept this much larger than they are shown, so that interpolation does not soften them."""
_KEPT = ZOOM * SHARPNESS


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture, and what is known of it."""

    pixels: Pixels
    subject: Shares | None
    plain_ground: bool
    opacity: Pixels | None = None
    """The subject's, of the whole picture, where it was cut out."""

    @property
    def _size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]

    def fills(self, region: Box, focus: Box | None, motion: Motion) -> bool:
        """Return whether it fills ``region`` with its subject whole, and nothing that its edges cut off."""
        place, _ = self._stand(region, focus, self._shown(motion))
        return fills(self.pixels, place, even(region.width * _KEPT), even(region.height * _KEPT))

    def subject_top(self, region: Box, focus: Box | None, motion: Motion) -> float | None:
        """Return the frame's row at which the subject begins; None: there is no known one."""
        if self.subject is None:
            return None
        place, _ = self._stand(region, focus, self._shown(motion))
        return region.top + place.subject[1] * region.height

    def whole_in(self, area: Box) -> Box:
        """Return the largest box of the picture's shape in the middle of ``area``. Edges are even."""
        columns, rows = self._size
        scale = min(area.width / columns, area.height / rows)
        width, height = min(even(columns * scale), area.width // 2 * 2), min(even(rows * scale), area.height // 2 * 2)
        left, top = (area.left + (area.width - width) // 2) // 2 * 2, (area.top + (area.height - height) // 2) // 2 * 2
        return Box(left, top, left + width, top + height)

    def layers(self, region: Box, focus: Box | None, motion: Motion, seconds: float) -> list[Layer]:
        """Return the layers that show it in ``region`` for ``seconds``, the lowest first."""
        motion = self._shown(motion)
        place, seen = self._stand(region, focus, motion)
        pixels = framed(self.pixels, place, even(region.width * _KEPT), even(region.height * _KEPT), seen)
        if motion == "parallax" and self.opacity is not None:
            return [
                Layer(part, _posed(move, seconds), region)
                for part, move in cut_layers(pixels, place, self.opacity, self._size, (region.width, region.height))
            ]
        picture = Canvas.of(planes_from_rgb(pixels))
        return [Layer(picture, _moved(motion, region, (picture.width, picture.height), seconds), region)]

    def _shown(self, motion: Motion) -> Motion:
        return "zoom_in" if motion == "parallax" and self.opacity is None else motion

    def _stand(self, region: Box, focus: Box | None, motion: Motion) -> tuple[Stand, Shares]:
        """Return where the picture stands, and what of it must be seen."""
        seen = self.subject or whole_or_cropped(*self._size, region.width, region.height)
        aim = _shares(focus, region) if focus is not None and (self.subject or seen == (0.0, 0.0, 1.0, 1.0)) else None
        width, height = even(region.width * _KEPT), even(region.height * _KEPT)
        most = reach(motion, region.width / region.height)
        return stand(self._size, seen, width, height, focus=aim, shrink=self.plain_ground, reach=most), seen


def _moved(motion: Motion, region: Box, size: tuple[int, int], seconds: float) -> Callable[[float], Pose]:
    """Return how a picture of ``size`` (width, height) that has the region's shape moves in it."""
    base = max(region.width / size[0], region.height / size[1])

    def move(now: float) -> Pose:
        zoom, right, down = path(motion, now / seconds)
        scale = base * zoom
        x = region.width * (0.5 + right) - scale * size[0] / 2
        y = region.height / 2 + region.width * down - scale * size[1] / 2
        return Pose(Placement(scale, x, y))

    return move


def _posed(move: Callable[[float], Placement], seconds: float) -> Callable[[float], Pose]:
    return lambda now: Pose(move(now / seconds))


def _shares(box: Box, region: Box) -> Shares:
    return (
        (box.left - region.left) / region.width,
        (box.top - region.top) / region.height,
        (box.right - region.left) / region.width,
        (box.bottom - region.top) / region.height,
    )
