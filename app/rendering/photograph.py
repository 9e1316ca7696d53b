"""A product's photograph as shots need it: its pixels, its subject cut out where that can be trusted, its details."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
_LOOKED_AT = 200
"""Pixels of the longer side at which details are looked for."""
_DETAILS = 3
_OF_DETAIL = 0.4
"""The side of a detail, as a share of the subject's."""


@dataclass(frozen=True)
class Cutout:
    """A subject alone: straight RGBA of its own box, and at which of that box's edges its photograph cuts it off."""

    rgba: Pixels
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

    def __init__(self, path: str, subject: Shares | None, plain_ground: bool, cutout: str = "") -> None:
        self.path, self.subject, self.plain_ground, self._cutout = path, subject, plain_ground, cutout

    @classmethod
    def of(cls, job: ClipJob) -> Photograph:
        """Return a scene's own picture."""
        return cls(job.image, job.subject, job.plain_ground, job.cutout)

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
            left=reaches(alpha[:, :rim_x], 1),
            top=reaches(alpha[:rim_y], 0),
            right=reaches(alpha[:, -rim_x:], 1),
            bottom=reaches(alpha[-rim_y:], 0),
        )

    @cached_property
    def details(self) -> list[tuple[float, float]]:
        """Points worth a close look, as shares of the cut-out's box or else of the picture, the best first.

        They are the middles of squares that hold the most edges, none within another's.
        """
        cutout = self.cutout
        inside: Any
        pixels = self.pixels if cutout is None else np.ascontiguousarray(cutout.rgba[:, :, :3])
        scale = _LOOKED_AT / max(pixels.shape[:2])
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        grey = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F))
        inside = np.zeros(grey.shape, np.float32)
        if cutout is not None:
            mask = cv2.resize(cutout.rgba[:, :, 3], size, interpolation=cv2.INTER_AREA) > _OPAQUE
            # The outline itself is no detail.
            inside = cv2.erode(mask.astype(np.float32), np.ones((5, 5), np.uint8))
        else:
            left, top, right, bottom = self.subject or (0.1, 0.1, 0.9, 0.9)
            rows = slice(int(top * size[1]), max(1, int(bottom * size[1])))
            inside[rows, int(left * size[0]) : max(1, int(right * size[0]))] = 1
        side = max(3, round(_OF_DETAIL * min(size)) | 1)
        # Few strong edges would outweigh a texture: each counts up to a limit.
        found: Any = cv2.boxFilter(np.minimum(edges, 40) * inside, -1, (side, side), borderType=cv2.BORDER_CONSTANT)
        full = cv2.boxFilter(inside, -1, (side, side), borderType=cv2.BORDER_CONSTANT)
        worth = found * (full > 0.6)
        if not worth.any():
            worth = found
        places: list[tuple[float, float]] = []
        for _ in range(_DETAILS):
            _, best, _, (x, y) = cv2.minMaxLoc(worth)
            if best <= 0:
                break
            places.append(((x + 0.5) / size[0], (y + 0.5) / size[1]))
            cv2.circle(worth, (x, y), side, 0, -1)
        return places or [(0.5, 0.5)]
