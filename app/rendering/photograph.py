"""A product's photograph as shots need it: its pixels, its subject cut out, where its details and faces are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.rendering import pictures
from app.rendering.jobs import ClipJob
from app.rendering.planes import Pixels
from app.rendering.stage import Shares

MOST_DETAILS = 4
"""Close-ups of a picture that differ."""
SMALLEST, LARGEST = 0.01, 0.97
"""The share of a picture that a cut-out covers; others are no subject on a ground."""
_OPAQUE = 96
_EDGE = 0.004
"""The rim of a picture, as a share of its side, in which what is seen reaches the edge."""
_APART, _FULL = 0.3, 0.6
"""How far apart points for close-ups lie at least, as a share of the cut-out's longer side, and how much of what lies
about one the cut-out covers."""
_LOOKED_AT = 256
"""Pixels of a picture's longer side in which edges that are in focus are looked for."""
_HARD = 60.0
"""Strength of an edge (Laplacian of grey levels) over which it counts no more."""
_AS_GOOD = 0.98
"""Of the most edges, as many as will do."""
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
            rgba = _rgba(self._cutout)
        except (OSError, SyntaxError, ValueError, EOFError):
            return None
        alpha = rgba[:, :, 3]
        rows, columns = (np.flatnonzero(alpha.max(axis=axis) > _OPAQUE) for axis in (1, 0))
        if not rows.size or not SMALLEST <= float((alpha > _OPAQUE).mean()) <= LARGEST:
            return None
        height, width = alpha.shape
        rim_x, rim_y = max(2, round(_EDGE * width)), max(2, round(_EDGE * height))

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
        known = [(min(1.0, max(0.0, x)), min(1.0, max(0.0, y))) for x, y in middles]
        return (known if cutout is None else _more(cutout, known)) or [(0.5, 0.5)]

    @cached_property
    def faces_in_cutout(self) -> list[Shares]:
        """Its faces as shares of the cut-out's box."""
        if (cutout := self.cutout) is None:
            return []
        left, top, right, bottom = cutout.place
        wide, tall = right - left, bottom - top
        return [((a - left) / wide, (b - top) / tall, (c - left) / wide, (d - top) / tall) for a, b, c, d in self.faces]

    def busiest(self, width: float, height: float) -> tuple[float, float]:
        """Return the middle of the part of that size (shares) with the most edges that are in focus.

        What a photographer means is sharp, and what lies beside it is not.
        """
        scale = _LOOKED_AT / max(self.size)
        size = (max(2, round(self.size[0] * scale)), max(2, round(self.size[1] * scale)))
        grey = cv2.cvtColor(cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        edges = np.minimum(np.abs(cv2.Laplacian(grey, cv2.CV_32F)), _HARD)

        def middle(strengths: NDArray[np.float32], share: float) -> float:
            length = min(len(strengths), max(1, round(share * len(strengths))))
            sums = np.convolve(strengths, np.ones(length, np.float32), "valid")
            # What fits into more than one such part stands in the middle of it.
            best = np.flatnonzero(sums >= _AS_GOOD * sums.max())
            return (float(best[0] + best[-1]) / 2 + length / 2) / len(strengths)

        return middle(edges.sum(0), width), middle(edges.sum(1), height)


def _rgba(path: str) -> Pixels:
    with Image.open(path) as image:
        return np.array(image.convert("RGBA"))


def _more(cutout: Cutout, known: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return ``known`` and, up to ``MOST_DETAILS``, other points of a cut-out for close-ups, the strongest edges first.

    Those that are added lie apart from all others, so that no two close-ups show the same.
    """
    longer = max(cutout.width, cutout.height)
    aside = cutout.width / longer, cutout.height / longer
    size = cutout.opaque.shape[1], cutout.opaque.shape[0]
    grey = cv2.cvtColor(cv2.resize(cutout.rgba, size, interpolation=cv2.INTER_AREA)[:, :, :3], cv2.COLOR_RGB2GRAY)
    inside = cv2.erode(cutout.opaque, np.ones((5, 5), np.uint8)).astype(np.float32)
    about = (round(0.2 * max(size)) | 1,) * 2
    strong = cv2.boxFilter(np.abs(cv2.Laplacian(grey, cv2.CV_32F)) * inside, -1, about)
    full = cv2.boxFilter(cutout.opaque.astype(np.float32), -1, about, borderType=cv2.BORDER_CONSTANT)
    strong = np.where(full >= _FULL, strong, -1.0)
    y, x = np.mgrid[: size[1], : size[0]]
    found: list[tuple[float, float]] = []
    for point in [*known, *[None] * MOST_DETAILS]:
        if len(found) >= MOST_DETAILS:
            break
        if point is None:
            best = int(strong.argmax())
            if strong.flat[best] <= 0:
                break
            point = ((best % size[0] + 0.5) / size[0], (best // size[0] + 0.5) / size[1])
        found.append(point)
        away = np.hypot(((x + 0.5) / size[0] - point[0]) * aside[0], ((y + 0.5) / size[1] - point[1]) * aside[1])
        strong = np.where(away < _APART, -1.0, strong)
    return found
