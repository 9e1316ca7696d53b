"""A fluted planter of glazed clay on its saucer, and what grows in it."""

from __future__ import annotations

import numpy as np

from studio.materials import Material, bumped, matt, mixed, noise, picture, principled, rgb, two_sided
from studio.meshes import Mesh, Points, ball, curve, grid, lathe, smooth, tube
from studio.photograph import Photograph, Place
from studio.sets import put, studio_light, sun, table, wall

CORAL, CHALK, OLIVE = "#dd6f57", "#ece7dc", "#77814f"
FLUTES = 40


def fluted(points: Points) -> Points:
    """Press grooves into a turned wall between its foot and its rim."""
    angle, radius = np.arctan2(points[:, 2], points[:, 0]), np.hypot(points[:, 0], points[:, 2])
    high = points[:, 1]
    share = np.clip((high - 3.2) / 1.2, 0, 1) * np.clip((18.6 - high) / 1.2, 0, 1) * (radius > 8.6)
    grown = 1 + 0.028 * share * (np.abs(np.cos(angle * FLUTES / 2)) - 0.5)
    return points * np.stack([grown, np.ones_like(grown), grown], 1)


def pot() -> list[Mesh]:
    line = smooth([(0.01, 2.0), (7.8, 1.6), (8.6, 2.2), (9.6, 8), (10.9, 18.8), (11.7, 19.2), (12.0, 20.6), (11.8, 22.0), (11.2, 22.0), (10.9, 20.6), (10.2, 18), (9.4, 10)], 0.7)  # fmt: skip
    dense = np.stack(
        [np.interp(np.linspace(0, 1, 220), np.linspace(0, 1, len(line)), line[:, one]) for one in (0, 1)], 1
    )
    saucer = smooth(
        [(0.01, 0.9), (9.2, 0.9), (10.0, 1.6), (10.9, 2.5), (11.4, 2.5), (11.3, 1.7), (10.2, 0.3), (9.4, 0), (0.01, 0)],
        0.4,
    )
    return [lathe(dense, 480).bent(fluted), lathe(saucer)]


def clay(code: str) -> Material:
    rough = noise(1024, 1024, ((4, 4, 1), (30, 30, 0.7)), 3)
    return two_sided(bumped(principled(rgb(code), 0.62, specular=0.35), rough, 0.012))


def soil(photo: Photograph, at: tuple[float, float, float]) -> None:
    rough = noise(512, 512, ((10, 10, 1), (4, 4, 0.6)), 8)
    base = mixed("#1c130d", "#4a3526", 0.4 + 0.25 * rough)
    photo.add(
        lathe([(0.01, 19.4), (6, 19.5), (10.4, 18.8)]).moved(*at),
        two_sided(bumped(principled(picture(base), 0.95), rough, 1.2)),
    )
    random = np.random.default_rng(3)
    for x, z, size in zip(*random.uniform(-7.5, 7.5, (2, 90)), random.uniform(0.25, 0.7, 90), strict=True):
        photo.add(
            ball(size, 0.7 * size, 0.9 * size, 10).moved(at[0] + float(x), 19.4, at[2] + float(z)),
            matt("#3a2a1e", 0.95),
        )


def leaf(length: float, wide: float, droop: float) -> Mesh:
    """Return a pointed leaf that grows along z and bends down."""

    def surface(u: Points, v: Points) -> tuple[Points, Points, Points]:
        across = (u - 0.5) * 2
        half = wide / 2 * np.sin(np.pi * np.clip(v, 0.001, 0.999) ** 0.8) ** 0.9
        high = 0.35 * length * v - droop * v * v + 0.18 * wide * across**2 * np.sin(np.pi * v)
        return across * half, high, length * v * (1 - 0.15 * v)

    return grid(surface, 16, 30)


def plant(photo: Photograph, at: tuple[float, float, float], leaves: int, seed: int, size: float = 1.0) -> None:
    """Grow large leaves on stems out of the pot."""
    random = np.random.default_rng(seed)
    rows = np.linspace(-1, 1, 512, dtype=np.float32)[None, :] * np.ones((512, 1), np.float32)
    along = np.linspace(0, 1, 512, dtype=np.float32)[:, None]
    veins = np.exp(-((rows / 0.03) ** 2)) + 0.5 * np.exp(
        -(((((along * 9 - np.abs(rows) * 2.4) % 1) - 0.5) / 0.1) ** 2)
    ) * (np.abs(rows) > 0.03)
    for number in range(leaves):
        turn = 137.5 * number + float(random.uniform(-14, 14))
        upright = 1 - number / leaves
        tall, out = size * (9 + 15 * upright + random.uniform(-1, 1)), size * (9.5 - 6.5 * upright)
        tone = noise(512, 512, ((80, 80, 1),), seed + number)
        base = mixed(
            "#1f4a23" if number % 3 else "#2b5a26", "#86a75a", np.asarray(0.16 + 0.3 * veins + 0.05 * tone, np.float32)
        )
        green = two_sided(bumped(principled(picture(base), 0.38, specular=0.45), -veins.astype(np.float32), 0.25))
        stem = curve([(0, 19, 0.6), (0, 19 + 0.55 * tall, 0.25 * out), (0, 19 + 0.9 * tall, out)], 12)
        put(photo, [tube(stem, np.linspace(0.42, 0.26, len(stem)) * size, 14)], matt("#557a36", 0.5), at, turn)
        blade = leaf(
            size * float(random.uniform(12, 15)),
            size * float(random.uniform(8.5, 10.5)),
            size * float(random.uniform(5.5, 8.5)),
        )
        blade = blade.turned(x=-18 - 25 * upright).moved(0, 19 + 0.9 * tall, out)
        put(photo, [blade], green, at, turn)


def planted(photo: Photograph, code: str, leaves: int, seed: int, at: Place = (0, 0, 0), size: float = 1.0) -> None:
    """Put a planter there with a plant in it."""
    put(photo, pot(), clay(code), at)
    soil(photo, at)
    plant(photo, at, leaves, seed, size)


def pack_shot() -> Photograph:
    photo = Photograph(eye=(8, 36, 120), at=(0, 24, 0), lens=74, aperture=0.25)
    photo.paper("#a9c3b4", back=60)
    planted(photo, CORAL, 11, 4)
    studio_light(photo)
    return photo


def corner() -> Photograph:
    photo = Photograph(eye=(-12, 38, 122), at=(0, 23, 0), lens=68, aperture=0.5)
    table(photo, "#c49c70", "#835a36", 14)
    wall(photo, "#efe6d6", 55)
    planted(photo, CHALK, 12, 9)
    sun(photo)
    return photo


def close_up() -> Photograph:
    photo = Photograph(eye=(14, 26, 42), at=(1.0, 14.5, 0), lens=62, aperture=0.5, focus=(3.5, 15.5, 9.5))
    photo.paper("#a9c3b4", back=70)
    planted(photo, CORAL, 11, 4)
    studio_light(photo)
    return photo


def colours() -> Photograph:
    photo = Photograph(eye=(6, 52, 128), at=(0, 12, 0), lens=62, aperture=0.3)
    photo.paper("#e7d2b8", back=90)
    for code, at in ((CHALK, (-16.0, 0, -14.0)), (OLIVE, (15.0, 0, -16.0)), (CORAL, (0.5, 0, 14.0))):
        planted(photo, code, 8, int(at[0]) + 30, at, 0.62)
    studio_light(photo)
    return photo


SCENES = (pack_shot, corner, close_up, colours)
"""The product's pictures in their order."""
