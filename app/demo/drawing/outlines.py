"""Outlines for the demo shop's pictures: closed polygons and open paths as float arrays of shape (points, 2).

The unit is the picture's design grid (see ``app.demo.drawing.studio``); x grows to the right, y grows downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Pairs = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Place:
    """Where an object stands: its origin on the grid, its size, and its turn in degrees clockwise."""

    x: float
    y: float
    size: float = 1.0
    turn: float = 0.0

    def axes(self) -> Points:
        """Return the 2 x 2 matrix that takes a local vector to the grid."""
        angle = math.radians(self.turn)
        cos, sin = math.cos(angle) * self.size, math.sin(angle) * self.size
        return np.array([[cos, -sin], [sin, cos]])

    def points(self, local: Points) -> Points:
        """Return local points on the grid."""
        moved: Points = local @ self.axes().T + np.array([self.x, self.y])
        return moved

    def inner(self, x: float, y: float, size: float = 1.0, turn: float = 0.0) -> Place:
        """Return the place of a part that stands at a local point of this one."""
        centre = self.points(np.array([[x, y]]))[0]
        return Place(float(centre[0]), float(centre[1]), self.size * size, self.turn + turn)


def smooth(pairs: Pairs, *, closed: bool = True, per_span: int = 14) -> Points:
    """Return a curve through the given points (Catmull-Rom spline, uniform knots)."""
    knots = np.array(pairs, dtype=np.float64)
    if closed:
        knots = np.vstack([knots[-1:], knots, knots[:2]])
    else:
        knots = np.vstack([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, 1, per_span, endpoint=False)[:, None]
    spans = []
    for p0, p1, p2, p3 in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        bend = 2 * p0 - 5 * p1 + 4 * p2 - p3
        spans.append(0.5 * (2 * p1 + (p2 - p0) * t + bend * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3))
    curve: Points = np.vstack(spans if closed else [*spans, knots[-2:-1]])
    return curve


def ellipse(x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360) -> Points:
    """Return an ellipse, or the arc of it between two angles in degrees (0 is to the right, 90 is down)."""
    angles = np.radians(np.linspace(start, end, 73))
    return np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], axis=1)


def rounded(left: float, top: float, width: float, height: float, radius: float) -> Points:
    """Return a rectangle with round corners."""
    radius = min(radius, width / 2, height / 2)
    right, bottom = left + width - radius, top + height - radius
    left, top = left + radius, top + radius
    corners = ((right, bottom, 0), (left, bottom, 90), (left, top, 180), (right, top, 270))
    return np.vstack([ellipse(x, y, radius, radius, angle, angle + 90)[::6] for x, y, angle in corners])


def ribbon(path: Points, widths: float | Sequence[float]) -> Points:
    """Return the outline of a band along an open path, with round ends; widths are spread evenly along it."""
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    given = np.atleast_1d(np.asarray(widths, dtype=np.float64))
    half = np.interp(steps, np.linspace(0, steps[-1], len(given)), given) / 2
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * half[:, None]
    turn = np.radians(np.linspace(0, 180, 14)[1:-1])[:, None]
    tail = path[-1] + np.cos(turn) * across[-1] + np.sin(turn) * along[-1] * half[-1]
    head = path[0] - np.cos(turn) * across[0] - np.sin(turn) * along[0] * half[0]
    return np.vstack([path + across, tail, (path - across)[::-1], head])


def dashes(path: Points, length: float, gap: float, width: float) -> list[Points]:
    """Return stitches along an open path."""
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    found = []
    for start in np.arange(0, steps[-1] - length, length + gap):
        at = np.linspace(start, start + length, 3)
        piece = np.stack([np.interp(at, steps, path[:, 0]), np.interp(at, steps, path[:, 1])], axis=1)
        found.append(ribbon(piece, width))
    return found
