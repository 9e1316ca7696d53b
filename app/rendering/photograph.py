"""A product's photograph as shots need it: its pixels, its subject cut out, where its details and faces are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from PIL import Image

from app.rendering import pictures
from app.rendering.jobs import ClipJob
from app.rendering.planes import Pixels
from app.rendering.stage import Shares

SMALLEST, LARGEST = 0.01, 0.97
"""The share of a picture that a cut-out covers; others are no subject on a ground."""
_OPAQUE = 96
_EDGE = 0.012
"""The rim of a picture, as a share of its side, in which what is seen reaches the edge."""
_REACHES = 0.03
"""The share of an edge's length that a subject takes at it from which the photograph cuts it off there."""


@dataclass(frozen=True)
class Cutout:
    """A subject alone: straight RGBA of its own box, and at which of that box's edges its photograph cuts it off."""

    rgba: Pixels
    place: Shares
    """Its box in its photograph."""
    left: bool
    top: bool
    right: bool
    bottom: bool

    @property
    def width(self) -> int:
        return int(self.rgba.shape[1])

    @property
    def height(self) -> int:
        return int(self.rgba.shape[0])

    @cached_property
    def opaque(self) -> Pixels:
        """1 where it is opaque (rows, columns), at 120 px of its longer side."""
        scale = 120 / max(self.width, self.height)
        size = (max(1, round(self.width * scale)), max(1, round(self.height * scale)))
        return (cv2.resize(self.rgba[:, :, 3], size, interpolation=cv2.INTER_AREA) > _OPAQUE).astype(np.uint8)


class Photograph:
    """A picture and what is known of it.

    Raises:
        InvalidInput: on the first use of its pixels: as ``pictures.load``.
    """

    def __init__(
        self,
        path: str,
        subject: Shares | None,
        plain_ground: bool,
        cutout: str = "",
        details: Sequence[Shares] = (),
        faces: Sequence[Shares] = (),
    ) -> None:
        self.path, self.subject, self.plain_ground, self.faces = path, subject, plain_ground, faces
        self._cutout, self._details = cutout, details

    @classmethod
    def of(cls, job: ClipJob) -> Photograph:
        """Return a scene's own picture."""
        return cls(job.image, job.subject, job.plain_ground, job.cutout, job.details, job.faces)

    @classmethod
    def other_of(cls, job: ClipJob) -> Photograph:
        """Return the picture beside it."""
        return cls(job.other, job.other_subject, job.other_plain_ground)

    @cached_property
    def pixels(self) -> Pixels:
        return pictures.load(self.path)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return int(self.pixels.shape[1]), int(self.pixels.shape[0])

    @cached_property
    def cutout(self) -> Cutout | None:
        """The subject alone; None where there is none, or its file cannot be read: it is a help, no must."""
        if not self._cutout:
            return None
        try:
            with Image.open(self._cutout) as image:
                rgba = np.array(image.convert("RGBA"))
        except (OSError, SyntaxError, ValueError, EOFError):
            return None
        alpha = rgba[:, :, 3]
        rows, columns = (np.flatnonzero(alpha.max(axis=axis) > _OPAQUE) for axis in (1, 0))
        if not rows.size or not SMALLEST <= float((alpha > _OPAQUE).mean()) <= LARGEST:
            return None
        height, width = alpha.shape
        rim_x, rim_y = max(1, round(_EDGE * width)), max(1, round(_EDGE * height))

        def reaches(rim: Pixels, axis: int) -> bool:
            return bool((rim.max(axis=axis) > _OPAQUE).mean() > _REACHES)

        return Cutout(
            np.ascontiguousarray(rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]),
            (columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height),
            left=reaches(alpha[:, :rim_x], 1),
            top=reaches(alpha[:rim_y], 0),
            right=reaches(alpha[:, -rim_x:], 1),
            bottom=reaches(alpha[-rim_y:], 0),
        )

    @cached_property
    def details(self) -> list[tuple[float, float]]:
        """Points worth a close look, as shares of the cut-out's box or else of the picture, the best first."""
        middles = [((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in self._details]
        if (cutout := self.cutout) is not None:
            left, top, right, bottom = cutout.place
            middles = [((x - left) / (right - left), (y - top) / (bottom - top)) for x, y in middles]
        elif not middles and self.subject is not None:
            left, top, right, bottom = self.subject
            middles = [((left + right) / 2, (top + bottom) / 2)]
        return [(min(1.0, max(0.0, x)), min(1.0, max(0.0, y))) for x, y in middles] or [(0.5, 0.5)]
