"""What a scene is drawn of: pictures and drawings, each with its way through time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from app.rendering.canvas import Canvas, Placement, copy, fill, paint, part_of, view
from app.rendering.layout import Box
from app.rendering.planes import Planes, Sprite


class Pose(NamedTuple):
    """Where a drawing lies at some time, how opaque it is, and what share of its width is uncovered."""

    place: Placement
    opacity: float = 1.0
    shown: float = 1.0
    from_right: bool = False


_STILL = Pose(Placement(1, 0, 0))


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture in a part of the frame (a canvas, or planes that stand still) or a drawing over it (a sprite)."""

    picture: Canvas | Planes | Sprite
    move: Callable[[float], Pose] | None
    """Seconds -> pose; None: it covers its region as it is."""
    region: Box | None = None

    def draw(self, frame: Planes, seconds: float) -> None:
        if self.region is not None:
            frame = view(frame, self.region)
        place, opacity, shown, from_right = self.move(seconds) if self.move is not None else _STILL
        if isinstance(self.picture, Planes):
            copy(frame, self.picture)
        elif isinstance(self.picture, Canvas):
            fill(frame, self.picture, place)
        elif shown >= 1:
            paint(frame, self.picture, place, opacity)
        elif shown > 0:
            part, before = part_of(self.picture, *((1 - shown, 1) if from_right else (0, shown)))
            if part.colour.width:
                paint(frame, part, Placement(place.scale, place.x + before * place.scale, place.y), opacity)
