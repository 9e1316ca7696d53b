"""A day pack of waxed cloth with a lid, two buckles, a front pocket and an elastic cord."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from studio.materials import (
    Material,
    bumped,
    cloth,
    leather,
    matt,
    metal,
    mixed,
    noise,
    picture,
    principled,
    rgb,
    two_sided,
)
from studio.meshes import Mesh, Points, ball, block, curve, grid, tube
from studio.photograph import Photograph
from studio.sets import studio_light

PINE, RUST, OCEAN = "#2f5744", "#b5532f", "#2b5f86"
BODY_FRONT, POCKET_FRONT, LID_FRONT = 9.2, 12.6, 11.4


def soft(mesh: Mesh, seed: int, deep: float = 0.35) -> Mesh:
    """Return cloth in place of a hard shell: with folds that run across it."""
    random = np.random.default_rng(seed)
    waves = random.normal(0, 1, (14, 3)) * [0.16, 0.34, 0.2]
    phases, weights = random.uniform(0, 6.3, 14), random.uniform(0.4, 1, 14) / 5

    def change(points: Points) -> Points:
        middle = points.mean(0)
        away = (points - middle) / np.maximum(np.linalg.norm(points - middle, axis=1, keepdims=True), 1e-9)
        fold = (np.sin(points @ waves.T + phases) * weights).sum(1)
        return np.asarray(points + away * (deep * fold)[:, None])

    return mesh.bent(change)


def bag() -> Mesh:
    """Return the main compartment: narrower at the top, full in front."""

    def change(points: Points) -> Points:
        share = (points[:, 1] + 23) / 46
        x = points[:, 0] * (1 - 0.13 * share**2 + 0.05 * np.sin(np.pi * share))
        z = points[:, 2] * (1 - 0.20 * share) + 0.9 * np.sin(np.pi * share) * (points[:, 2] > 0)
        return np.stack([x, points[:, 1], z], 1)

    return soft(block(29, 46, 18, 5.6, 60).bent(change), 3, 0.5).moved(0, 23.2)


def strap(points: Sequence[Sequence[float]], wide: float, thick: float = 0.16) -> Mesh:
    """Return a flat band along points in front of the bag, ``wide`` along x."""
    line = curve(points, 14)
    over = np.stack([line, line], 1)

    def surface(u: Points, v: Points) -> tuple[Points, Points, Points]:
        at = np.rint(v * (len(over) - 1)).astype(int)
        edge = np.abs(2 * u - 1) ** 6 * thick
        return line[at, 0] + (u - 0.5) * wide, line[at, 1], line[at, 2] - edge

    return grid(surface, 12, len(over) - 1)


def buckle(x: float, y: float, z: float) -> list[Mesh]:
    return [
        block(3.4, 3.0, 0.9, 0.35, 12).moved(x, y, z),
        block(2.2, 2.6, 1.1, 0.3, 12).moved(x, y - 2.1, z),
        block(0.5, 2.2, 1.3, 0.2, 8).moved(x - 1.75, y - 0.6, z),
        block(0.5, 2.2, 1.3, 0.2, 8).moved(x + 1.75, y - 0.6, z),
    ]


def stitches(first: tuple[float, float, float], last: tuple[float, float, float]) -> list[Mesh]:
    """Return a seam's thread: short stitches on a line."""
    a, b = np.array(first), np.array(last)
    count = max(2, round(float(np.linalg.norm(b - a)) / 0.62))
    steps = [a + (b - a) * (n + part) / count for n in range(count) for part in (0.12, 0.72)]
    return [tube(np.array([steps[2 * n], steps[2 * n + 1]]), 0.085, 8) for n in range(count)]


def backpack(photo: Photograph, code: str, at: tuple[float, float, float], y: float = 0) -> None:
    """Put a backpack there, standing."""
    shell, dark = cloth(code, 5, 260), cloth("#23282a", 6, 200)
    webbing, hard, thread = (
        cloth("#1d2022", 9, 420, 0.6),
        two_sided(principled(rgb("#17191b"), 0.35)),
        matt("#d9cba8", 0.7),
    )
    hide, brass, cord = leather("#8a5a34", 11, 0.3), metal("#b98d4a", 0.3), cloth("#e0913a", 4, 60)
    parts: list[tuple[Mesh, Material]] = [(bag(), shell)]
    pocket = soft(block(22.5, 21, 7.5, 3.0, 44), 8, 0.3).moved(0, 13.2, POCKET_FRONT - 3.9)
    lid = soft(block(27.5, 10.5, 19.5, 4.2, 48).bent(lambda p: p + np.stack([0 * p[:, 0], -0.012 * p[:, 0] ** 2 - 0.02 * np.maximum(p[:, 2], 0) ** 2, 0 * p[:, 0]], 1)), 5, 0.3)  # fmt: skip
    parts += [(pocket, shell), (lid.moved(0, 46.5, 0.6), shell)]
    for side in (-1, 1):
        parts.append((soft(block(5.4, 17, 12.5, 2.4, 24), 12 + side, 0.3).moved(side * 14.2, 10.5, 0.8), dark))
        x = side * 7.0
        over = [
            (x, 51.3, -5),
            (x, 51.4, 2),
            (x, 49.6, 8.2),
            (x, 45.6, 10.9),
            (x, 41.8, 11.2),
            (x, 34, 11.4),
            (x, 27, 12.6),
            (x, 23.6, 12.9),
        ]
        parts.append((strap(over, 2.3), webbing))
        parts += [(mesh, hard) for mesh in buckle(x, 36.6, 12.0)]
        back = curve(
            [
                (side * 6, 44, -8),
                (side * 10.5, 40, -13.5),
                (side * 13, 28, -15),
                (side * 13.5, 14, -11.5),
                (side * 12.4, 8, -8),
            ],
            14,
        )
        parts.append((tube(back, 2.6, 24, flat=0.38), dark))
        parts += [
            (mesh, thread)
            for mesh in stitches((side * 10.4, 5.2, POCKET_FRONT - 0.42), (side * 10.4, 21.5, POCKET_FRONT - 0.42))
        ]
    parts += [(mesh, thread) for mesh in stitches((-9.5, 22.6, POCKET_FRONT - 0.35), (9.5, 22.6, POCKET_FRONT - 0.35))]
    parts.append(
        (
            tube(curve([(-3.2, 51, -4), (-2.4, 54.2, -4.6), (2.4, 54.2, -4.6), (3.2, 51, -4)], 12), 0.75, 20, flat=0.6),
            webbing,
        )
    )
    # The elastic cord crosses the pocket between small rings.
    rings = [(side * 7.6, y_) for y_ in (19.4, 14.4, 9.4) for side in (-1, 1)]
    for x, height in rings:
        angle = np.linspace(0, 2 * np.pi, 33)
        circle = np.stack([x + 0.62 * np.cos(angle), height + 0.62 * np.sin(angle), 0 * angle + POCKET_FRONT + 0.25], 1)
        parts.append((tube(circle, 0.16, 12), brass))
        parts.append((block(1.5, 1.7, 0.3, 0.14, 6).moved(x, height, POCKET_FRONT - 0.02), webbing))
    order = [(-7.6, 19.4), (7.6, 14.4), (-7.6, 9.4), (7.6, 9.4), (-7.6, 14.4), (7.6, 19.4), (-7.6, 19.4)]
    line = [(x, height, POCKET_FRONT + 0.55 + 0.35 * (n % 2)) for n, (x, height) in enumerate(order)]
    for first, last in itertools.pairwise(line):
        parts.append((tube(np.linspace(first, last, 8), 0.24, 14), cord))
    parts.append((ball(0.7, 0.8, 0.6, 24).moved(0, 7.6, POCKET_FRONT + 0.6), hard))
    parts.append((block(6.4, 3.4, 0.4, 0.18, 16).moved(0, 45.0, LID_FRONT - 0.6), hide))
    edges = [(-2.7, 46.2), (2.7, 46.2), (2.7, 43.8), (-2.7, 43.8), (-2.7, 46.2)]
    for (x1, y1), (x2, y2) in itertools.pairwise(edges):
        parts += [(mesh, thread) for mesh in stitches((x1, y1, LID_FRONT - 0.4), (x2, y2, LID_FRONT - 0.4))]
    for mesh, material in parts:
        photo.add(mesh.turned(y=y).moved(*at), material)


def rock(photo: Photograph) -> None:
    """Lay a mountain's rock there, and ridges behind it in the haze."""
    rough = noise(1024, 1024, ((120, 120, 1), (40, 40, 0.5), (9, 9, 0.22)), 21)
    heights = noise(256, 256, ((60, 60, 1), (20, 20, 0.4), (6, 6, 0.12)), 5)

    def surface(u: Points, v: Points) -> tuple[Points, Points, Points]:
        row, column = (np.clip(np.rint(one * 255), 0, 255).astype(int) for one in (v, u))
        x, z = (u - 0.5) * 240, (v - 0.7) * 150
        flat = np.exp(-((x / 34) ** 2) - (z / 30) ** 2)
        return x, 2.4 * heights[row, column] * (1 - flat) - 0.1 * np.hypot(x, z) * (1 - flat) + 0.4, z

    stone = mixed("#6f675e", "#b3a798", 0.45 + 0.22 * rough)
    photo.add(grid(surface, 255, 255), two_sided(bumped(principled(picture(stone), 0.9), rough, 1.6)))
    random = np.random.default_rng(2)
    for number, (code, far, high) in enumerate((("#6a7b93", 420, 96), ("#93a2b8", 640, 150), ("#c0c4cf", 900, 190))):
        line = np.cumsum(random.normal(0, 1, 200)) * 3.2 + 22 * np.sin(np.linspace(0, 9 + number, 200) + number * 2)

        def ridge(
            u: Points, v: Points, line: Points = line, far: float = far, high: float = high
        ) -> tuple[Points, Points, Points]:
            top = high * 0.42 + np.interp(u, np.linspace(0, 1, 200), line) * high / 90
            return (u - 0.5) * far * 3.2, -160 + v * (160 + top), 0 * u - far

        photo.add(grid(ridge, 300, 2), matt(code, 1.0))


def pack_shot() -> Photograph:
    photo = Photograph(eye=(22, 36, 168), at=(0, 26.5, 0), lens=92, aperture=0.3)
    photo.paper("#d9c9a8", back=60)
    backpack(photo, PINE, (0, 0, 0), y=-20)
    studio_light(photo)
    return photo


def summit() -> Photograph:
    photo = Photograph(eye=(-26, 26, 158), at=(0, 29.5, 0), lens=76, aperture=0.9)
    rock(photo)
    backpack(photo, RUST, (0, 0.6, 0), y=16)
    photo.add(
        grid(lambda u, v: ((u - 0.5) * 6000, (v - 0.25) * 3000, 0 * u - 1500), 2, 40),
        matt("#000000"),
        [1.35, 0.98, 0.72],
    )
    photo.softbox((-420, 150, 120), (0, 20, 0), 60, 60, 420, "#ffc48a")
    photo.ambient(0.75, "#dfe6ff")
    return photo


def close_up() -> Photograph:
    photo = Photograph(eye=(24, 37, 58), at=(3.2, 32.5, 9.5), lens=62, aperture=0.5, focus=(6.0, 34.5, 12.5))
    photo.paper("#d9c9a8", back=80)
    backpack(photo, PINE, (0, 0, 0), y=-12)
    studio_light(photo)
    return photo


def colours() -> Photograph:
    photo = Photograph(eye=(0, 46, 216), at=(0, 25, 0), lens=84, aperture=0.35)
    photo.paper("#cfd3cf", back=100)
    backpack(photo, OCEAN, (-21, 0, -22), y=14)
    backpack(photo, RUST, (21, 0, -26), y=-16)
    backpack(photo, PINE, (0, 0, 20), y=-8)
    studio_light(photo)
    return photo


SCENES = (pack_shot, summit, close_up, colours)
"""The product's pictures in their order."""
