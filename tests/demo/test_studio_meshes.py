"""The shapes that the demo shop's photographs are taken of: closed, as large as asked, and where they are put."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.meshes import Mesh, ball, block, curve, grid, joined, lathe, smooth, tube, turn

sizes = st.floats(0.5, 50)


def volume(mesh: Mesh) -> float:
    """Return what a closed surface holds (the divergence theorem over its triangles); negative: it is inside out."""
    a, b, c = (mesh.vertices[mesh.faces[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


@given(sizes, sizes, sizes)
def test_a_box_with_round_edges_is_as_large_as_asked(width: float, height: float, depth: float) -> None:
    radius = min(width, height, depth) / 4
    mesh = block(width, height, depth, radius)
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), [width, height, depth], rtol=1e-6)
    assert 0.75 * width * height * depth < volume(mesh) < width * height * depth


@given(sizes, sizes)
def test_a_turned_line_is_a_body_of_its_volume(radius: float, height: float) -> None:
    mesh = lathe([(0.0, 0.0), (radius, 0.0), (radius, height), (0.0, height)], 240)
    assert volume(mesh) == pytest.approx(np.pi * radius**2 * height, rel=0.01)


@given(sizes, st.floats(0.1, 2), st.floats(0.3, 3))
def test_a_tube_has_its_radius_all_along_and_is_closed_at_its_ends(length: float, radius: float, flat: float) -> None:
    mesh = tube(np.linspace((0, 0, 0), (length, 0, 0), 12), radius, 64, flat)
    away = np.ptp(mesh.vertices[:, 1:], axis=0)
    assert sorted(away) == pytest.approx(sorted((2 * radius, 2 * radius * flat)), rel=0.01)
    end = radius * min(1.0, flat)
    body = np.pi * radius**2 * flat * length
    assert 0.99 * body < volume(mesh) < body + 4 / 3 * np.pi * radius**2 * flat * end * 1.05


@given(st.floats(-360, 360), st.sampled_from("xyz"))
def test_turning_changes_no_length(degrees: float, axis: str) -> None:
    np.testing.assert_allclose(turn(axis, degrees) @ turn(axis, degrees).T, np.eye(3), atol=1e-12)
    assert volume(ball(3, 2, 1).turned(**{axis: degrees})) == pytest.approx(volume(ball(3, 2, 1)), rel=1e-9)


def test_a_line_with_round_corners_keeps_its_ends_and_is_nowhere_sharp() -> None:
    line = smooth([(0, 0), (5, 0), (5, 5)], 1.0)
    assert line[0].tolist() == [0, 0] and line[-1].tolist() == [5, 5]
    steps = np.diff(line[1:-1], axis=0)
    angles = np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))
    assert max(b - a for a, b in itertools.pairwise(angles)) < 30


def test_a_curve_goes_through_its_points() -> None:
    points = [(0, 0, 0), (3, 1, 0), (4, 5, 2), (0, 6, 1)]
    line = curve(points, 10)
    for point in points:
        assert np.linalg.norm(line - point, axis=1).min() < 1e-9


def test_several_are_one_and_moved_together() -> None:
    mesh = joined([ball(1, 1, 1), ball(1, 1, 1).moved(5, 0, 0)]).moved(0, 2).scaled(1, 2, 1)
    assert volume(mesh) == pytest.approx(2 * 2 * volume(ball(1, 1, 1)), rel=1e-9)
    assert mesh.vertices[:, 1].mean() == pytest.approx(4, abs=1e-9)
    assert mesh.faces.max() < len(mesh.vertices) == len(mesh.uv)


def test_a_grid_covers_its_surface_once() -> None:
    mesh = grid(lambda u, v: (4 * u, 0 * u, 3 * v), 5, 7)
    a, b, c = (mesh.vertices[mesh.faces[:, corner]] for corner in range(3))
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2 == pytest.approx(12)
