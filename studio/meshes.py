"""Surfaces of things: turned, bent from tubes, blown up from boxes; lengths are centimetres, y is up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Mesh:
    """Triangles: ``vertices`` (n, 3), ``uv`` (n, 2) for textures, ``faces`` (m, 3)."""

    vertices: Points
    uv: Points
    faces: NDArray[np.int32]

    def moved(self, x: float = 0, y: float = 0, z: float = 0) -> Mesh:
        """Return it elsewhere."""
        return replace(self, vertices=self.vertices + np.array([x, y, z]))

    def turned(self, x: float = 0, y: float = 0, z: float = 0) -> Mesh:
        """Return it turned about z, then x, then y: degrees, counter-clockwise as seen from the axis' end."""
        return replace(self, vertices=self.vertices @ (turn("y", y) @ turn("x", x) @ turn("z", z)).T)

    def scaled(self, x: float, y: float, z: float) -> Mesh:
        """Return it stretched."""
        return replace(self, vertices=self.vertices * np.array([x, y, z]))

    def bent(self, change: Callable[[Points], Points]) -> Mesh:
        """Return it with each vertex where ``change`` puts it."""
        return replace(self, vertices=change(self.vertices))


def turn(axis: str, degrees: float) -> Points:
    """Return the matrix that turns about ``x``, ``y`` or ``z``."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    rows = {"x": [[1, 0, 0], [0, c, -s], [0, s, c]], "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]], "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]]}  # fmt: skip
    return np.array(rows[axis])


def grid(surface: Callable[[Points, Points], tuple[Points, Points, Points]], columns: int, rows: int) -> Mesh:
    """Return the surface of u and v in 0..1 as ``columns`` by ``rows`` quads."""
    u, v = (one.ravel() for one in np.meshgrid(np.linspace(0, 1, columns + 1), np.linspace(0, 1, rows + 1)))
    corner = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)[None, :]).ravel()
    right, up, both = corner + 1, corner + columns + 1, corner + columns + 2
    faces = np.concatenate([np.stack([corner, right, both], 1), np.stack([corner, both, up], 1)]).astype(np.int32)
    return Mesh(np.stack(surface(u, v), 1).astype(np.float64), np.stack([u, v], 1), faces)


def smooth(points: Sequence[tuple[float, float]], corner: float = 0.3, each: int = 8) -> Points:
    """Return a line of (radius, height) with its corners rounded: each starts ``corner`` cm before its point."""
    line = np.array(points, np.float64)
    out = [line[:1]]
    for before, at, after in zip(line[:-2], line[1:-1], line[2:], strict=True):
        reach = min(corner, 0.45 * np.linalg.norm(at - before), 0.45 * np.linalg.norm(after - at))
        first = at + (before - at) / np.linalg.norm(before - at) * reach
        last = at + (after - at) / np.linalg.norm(after - at) * reach
        t = np.linspace(0, 1, each)[:, None]
        out.append((1 - t) ** 2 * first + 2 * t * (1 - t) * at + t**2 * last)
    return np.concatenate([*out, line[-1:]])


def curve(points: Sequence[Sequence[float]], each: int = 12) -> Points:
    """Return a smooth line through points (Catmull-Rom; Catmull and Rom 1974)."""
    line = np.array(points, np.float64)
    ends = np.concatenate([2 * line[:1] - line[1:2], line, 2 * line[-1:] - line[-2:-1]])
    t = np.linspace(0, 1, each, endpoint=False)[:, None]
    out = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * (b - c) + d - a) * t**3))
    return np.concatenate([*out, line[-1:]])


def lathe(profile: ArrayLike, segments: int = 160) -> Mesh:
    """Return what turning a line of (radius, height) about the y axis makes; u goes round, v along the line."""
    line = np.asarray(profile, np.float64)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    place = np.linspace(0, 1, len(line))

    def surface(u: Points, v: Points) -> tuple[Points, Points, Points]:
        radius, height = (np.interp(v, place, line[:, one]) for one in (0, 1))
        return radius * np.cos(2 * np.pi * u), height, -radius * np.sin(2 * np.pi * u)

    made = grid(surface, segments, len(line) - 1)
    v = np.interp(made.uv[:, 1], place, along / max(along[-1], 1e-9))
    return replace(made, uv=np.stack([made.uv[:, 0], v], 1))


def tube(path: ArrayLike, radius: float | ArrayLike, sides: int = 28, flat: float = 1.0) -> Mesh:
    """Return a tube along a line of points (n, 3), closed at its ends; ``flat``: its second axis by its first."""
    line = np.asarray(path, np.float64)
    radii = np.broadcast_to(np.asarray(radius, np.float64), len(line)).copy()
    way = np.gradient(line, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    first = np.cross(way[0], [0.0, 0.0, 1.0] if abs(way[0][2]) < 0.9 else [1.0, 0.0, 0.0])
    frames = []
    for one in way:
        first = first - one * (first @ one)  # carried along without twisting
        first /= np.linalg.norm(first)
        frames.append((first, np.cross(one, first)))
    # The ends close as half a ball.
    steps = [(0, float(np.sin(a)), -float(np.cos(a))) for a in np.linspace(0, np.pi / 2, 7)[:-1]]
    steps += [(n, 1.0, 0.0) for n in range(len(line))]
    steps += [(len(line) - 1, float(np.sin(a)), float(np.cos(a))) for a in np.linspace(np.pi / 2, 0, 7)[1:]]

    def surface(u: Points, v: Points) -> tuple[Points, Points, Points]:
        at = np.rint(v * (len(steps) - 1)).astype(int)
        n = np.array([step[0] for step in steps])[at]
        wide = radii[n] * np.array([step[1] for step in steps])[at]
        ahead = radii[n] * np.array([step[2] for step in steps])[at] * min(1.0, flat)
        a, b = (np.array([frame[one] for frame in frames])[n] for one in (0, 1))
        angle = 2 * np.pi * u
        points = (
            line[n] + way[n] * ahead[:, None]
            + a * (wide * np.cos(angle))[:, None] + b * (flat * wide * np.sin(angle))[:, None]
        )  # fmt: skip
        return points[:, 0], points[:, 1], points[:, 2]

    return grid(surface, sides, len(steps) - 1)


def block(width: float, height: float, depth: float, radius: float, fine: int = 24) -> Mesh:
    """Return a box with round edges about the origin."""
    inner = np.array([width, height, depth]) / 2 - radius
    parts = []
    for axis in range(3):
        for sign in (-1, 1):

            def side(u: Points, v: Points, axis: int = axis, sign: int = sign) -> tuple[Points, Points, Points]:
                first, second = (u, v) if sign > 0 else (v, u)
                cube = np.empty((len(u), 3))
                cube[:, axis], cube[:, (axis + 1) % 3], cube[:, (axis + 2) % 3] = sign, 2 * first - 1, 2 * second - 1
                outer = cube * (inner + radius)
                kept = np.clip(outer, -inner, inner)
                away = outer - kept
                length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
                points = kept + away / length * radius
                return points[:, 0], points[:, 1], points[:, 2]

            parts.append(grid(side, fine, fine))
    return joined(parts)


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """Return several as one."""
    first = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
    return Mesh(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate([mesh.uv for mesh in meshes]),
        np.concatenate([mesh.faces + start for mesh, start in zip(meshes, first, strict=True)]).astype(np.int32),
    )


def ball(x: float, y: float, z: float, fine: int = 64) -> Mesh:
    """Return an ellipsoid of these radii about the origin."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, fine // 2 + 1)
    return lathe(np.stack([np.cos(angle), np.sin(angle)], 1), fine).scaled(x, y, z)
