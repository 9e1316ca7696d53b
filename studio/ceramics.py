"""The pour-over set: a cone on its carafe, and a mug, of speckled stoneware."""

from __future__ import annotations

import numpy as np

from studio.materials import Material, glaze, mixed, noise, picture, principled, two_sided
from studio.meshes import Mesh, Points, curve, grid, lathe, smooth, tube
from studio.photograph import Photograph
from studio.sets import overhead_light, put, studio_light, sun, table, wall

CREAM, SAGE, INK = ("#efe6d8", "#6e5c4a"), ("#a9b79a", "#4e5a48"), ("#39465a", "#141a24")


def carafe() -> list[Mesh]:
    foot = smooth([(0.01, 0.25), (4.3, 0.25), (4.5, 0.0), (5.2, 0.0), (5.9, 0.9), (6.4, 2.0)], 0.3)
    outside = curve([(6.4, 2.0), (7.05, 4.6), (6.8, 7.8), (5.0, 11.2), (4.15, 13.4), (4.25, 14.6), (4.6, 15.3)], 12)
    rim = [(4.62, 15.5), (4.5, 15.62), (4.35, 15.5)]
    inside = curve([(4.0, 14.5), (3.85, 13.4), (4.65, 11.2), (6.45, 7.6), (6.6, 4.6), (5.0, 1.0)], 12)
    handle = curve(
        [(4.3, 13.6, 0), (6.4, 14.3, 0), (8.6, 13.4, 0), (9.7, 11.0, 0), (9.3, 8.3, 0), (7.6, 6.2, 0), (6.6, 5.6, 0)],
        14,
    )
    return [lathe(np.concatenate([foot, outside[1:], rim, inside, [[0.01, 0.9]]])), tube(handle, 0.62, flat=1.35)]


def cone() -> list[Mesh]:
    wall = smooth(
        [(1.5, 0.9), (2.4, 1.1), (6.6, 8.3), (6.72, 8.6), (6.55, 8.72), (6.3, 8.4), (2.0, 1.5), (0.4, 1.3), (0.4, 0.5)],
        0.22,
    )
    plate = smooth(
        [
            (0.4, 0.5),
            (4.8, 0.55),
            (5.5, 0.75),
            (5.62, 0.55),
            (5.5, 0.35),
            (4.4, 0.0),
            (3.7, -0.2),
            (3.6, -1.0),
            (3.2, -1.0),
            (3.2, 0.0),
            (0.5, 0.1),
        ],
        0.2,
    )
    neck = smooth([(2.2, 0.5), (2.1, 0.8), (2.5, 1.25)], 0.3)
    handle = curve(
        [(5.3, 6.9, 0), (7.2, 7.3, 0), (8.9, 6.3, 0), (9.1, 4.4, 0), (7.6, 3.0, 0), (5.2, 3.3, 0), (3.9, 3.9, 0)], 14
    )
    return [lathe(wall), lathe(plate), lathe(neck), tube(handle, 0.5, flat=1.3)]


def mug() -> list[Mesh]:
    line = smooth(
        [
            (0, 0.3),
            (3.1, 0.3),
            (3.3, 0.0),
            (3.7, 0.0),
            (4.1, 0.9),
            (4.15, 8.0),
            (4.0, 8.25),
            (3.8, 8.0),
            (3.75, 1.2),
            (3.2, 0.7),
            (0, 0.7),
        ],
        0.45,
    )
    handle = curve([(4.0, 6.9, 0), (5.6, 7.1, 0), (6.7, 5.9, 0), (6.7, 4.0, 0), (5.7, 2.6, 0), (4.0, 2.5, 0)], 14)
    return [lathe(line), tube(handle, 0.48, flat=1.3)]


def saucer() -> Mesh:
    return lathe(smooth([(0, 0.5), (3.0, 0.5), (3.4, 0.2), (3.9, 0.2), (4.3, 0.6), (7.2, 1.5), (7.35, 1.75), (7.1, 1.8), (4.2, 1.05), (3.0, 0.9), (0, 0.9)], 0.35))  # fmt: skip


def coffee(radius: float, height: float, foam: bool = False) -> tuple[Mesh, Material]:
    """Return the surface of coffee, with a paler rim and bubbles where it was just poured."""
    disc = lathe([(0.001, height), (0.5 * radius, height), (0.93 * radius, height), (radius, height + 0.06)])
    size = 512
    v = np.linspace(0, 1, size, dtype=np.float32)[:, None] * np.ones((1, size), np.float32)
    share = np.clip((v - 0.9) * 7, 0, 1) + (
        0.45 * np.clip(noise(size, size, ((30, 60, 1),), 4) - 0.4, 0, 1) if foam else 0
    )
    base = mixed("#1d0e06", "#7a4a22", np.asarray(share, np.float32))
    return disc, two_sided(principled(picture(base), 0.16, specular=0.08))


def bean() -> Mesh:
    def surface(u: Points, v: Points) -> tuple[Points, Points, Points]:
        round_, along = 2 * np.pi * u, np.pi * (v - 0.5)
        wide = np.cos(along)
        high = np.sin(round_) * wide
        crease = 0.55 * np.exp(-((np.cos(round_) * wide / 0.16) ** 2)) * (high > 0) * wide
        return 0.6 * np.sin(along) * 1.0, np.where(high > 0, 0.26, 0.34) * (high - crease), 0.4 * np.cos(round_) * wide

    return grid(surface, 60, 40)


def beans(photo: Photograph, places: list[tuple[float, float]], seed: int = 2) -> None:
    random = np.random.default_rng(seed)
    brown = principled({"type": "rgb", "value": [0.045, 0.018, 0.008]}, 0.38, clearcoat=0.3)
    for x, z in places:
        side = float(random.choice([0, 180, 25]))
        photo.add(bean().turned(x=side, y=float(random.uniform(0, 360))).moved(x, 0.34, z), brown)


def the_set(photo: Photograph, tone: tuple[str, str], at: tuple[float, float] = (0, 0)) -> None:
    stone = glaze(*tone)
    x, z = at
    put(photo, carafe(), stone, (x, 0, z), y=-18)
    put(photo, cone(), glaze(*tone, seed=2), (x, 15.9, z), y=-18)
    put(photo, mug(), glaze(*tone, seed=3), (x + 12.5, 0, z + 5.5), y=-28)
    surface, dark = coffee(3.74, 7.3)
    photo.add(surface.moved(x + 12.5, 0, z + 5.5), dark)


def pack_shot() -> Photograph:
    photo = Photograph(eye=(9, 26, 92), at=(5.4, 12.2, 0), lens=80, aperture=0.3)
    photo.paper("#e8a27f")
    the_set(photo, CREAM)
    beans(photo, [(-9, 9), (-10.6, 7.4), (-8, 6.9), (3.4, 12.2), (5.2, 13.2)])
    studio_light(photo)
    return photo


def kitchen() -> Photograph:
    photo = Photograph(eye=(-14, 25, 78), at=(4.5, 12.4, 0), lens=66, aperture=0.55, exposure=1.0)
    table(photo, "#b98657", "#6d4526")
    wall(photo, "#e3dccb", 85)
    the_set(photo, SAGE)
    beans(photo, [(-7, 10), (-8.5, 8.2)], 6)
    sun(photo)
    return photo


def close_up() -> Photograph:
    photo = Photograph(eye=(10, 30, 34), at=(0.6, 21.4, 0), lens=62, aperture=0.55, focus=(0.5, 23.6, 5.4))
    photo.paper("#d98a63")
    the_set(photo, CREAM)
    surface, dark = coffee(5.7, 23.3, foam=True)
    photo.add(surface, dark)
    studio_light(photo)
    return photo


def from_above() -> Photograph:
    photo = Photograph(eye=(0, 96, 9), at=(0, 0, 0.2), lens=60, aperture=0.3)
    photo.paper("#dd8f68", back=150)
    for (x, z), tone, angle in (((-8.5, -13), CREAM, -20), ((9.5, -0.5), SAGE, -60), ((-7, 13.5), INK, 35)):
        put(photo, [saucer()], glaze(*tone, seed=5), (x, 0, z))
        put(photo, mug(), glaze(*tone, seed=6), (x, 0.9, z), y=angle)
        surface, dark = coffee(3.74, 7.6)
        photo.add(surface.moved(x, 0.9, z), dark)
    beans(
        photo, [(8, -15), (9.8, -13.6), (11.5, -16), (-13.5, 2), (-12, 3.4), (9.5, 14.5), (11, 16.2), (12.4, 14.2)], 9
    )
    overhead_light(photo)
    return photo


SCENES = (pack_shot, kitchen, close_up, from_above)
"""The product's pictures in their order."""
