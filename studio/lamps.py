"""A desk lamp with two arms, joints of brass and an enamelled shade."""

from __future__ import annotations

import numpy as np

from studio.materials import Material, cloth, colour, matt, metal, principled, rgb, two_sided
from studio.meshes import Mesh, ball, block, curve, grid, lathe, smooth, tube
from studio.photograph import Photograph
from studio.sets import books, studio_light, table, wall

TEAL, SAND, BRICK = "#1f6e78", "#d8c6a8", "#b5503f"
FOOT, ELBOW, WRIST = (0.0, 3.2, 0.0), (-7.5, 21.5, 0.0), (6.5, 37.0, 0.0)
SHADE_TILT = 32.0


def shade() -> list[Mesh]:
    """Return the bell, open downwards, about its neck at the origin."""
    bell = smooth([(1.7, 0.2), (2.1, -0.6), (2.6, -2.6), (4.3, -6.2), (7.4, -10.6), (7.65, -11.3), (7.35, -11.2), (4.1, -6.1), (2.3, -2.4), (0.01, -2.0)], 0.7)  # fmt: skip
    return [lathe(bell, 160)]


def rod(first: tuple[float, float, float], last: tuple[float, float, float], radius: float, z: float) -> Mesh:
    return tube(np.add([first, last], (0, 0, z)), radius, 24)


def joint(at: tuple[float, float, float], radius: float) -> Mesh:
    line = smooth([(0.01, 1.5), (0.45 * radius, 1.5), (0.6 * radius, 1.25), (radius, 1.1), (radius, -1.1), (0.6 * radius, -1.25), (0.01, -1.5)], 0.2)  # fmt: skip
    return lathe(line, 60).turned(x=90).moved(*at)


def lamp(photo: Photograph, code: str, at: tuple[float, float, float], y: float = 0, lit: float = 0) -> None:
    """Put a lamp there; ``lit``: how brightly it shines."""
    paint, brass = two_sided(principled(rgb(code), 0.3, clearcoat=0.5)), metal("#c99a4e", 0.22)
    inner, cord = two_sided(principled(rgb("#f4efe4"), 0.5)), cloth("#2b2622", 5, 90)
    base = lathe(smooth([(0.01, 1.9), (1.6, 1.9), (2.2, 1.75), (7.6, 1.25), (8.1, 0.9), (8.1, 0), (0.01, 0)], 0.4))
    post = lathe(smooth([(0.01, 4.2), (0.9, 4.1), (1.0, 3.0), (1.15, 1.8)], 0.3), 60)
    parts: list[tuple[Mesh, Material]] = [(base, paint), (post, brass)]
    parts += [(rod(FOOT, ELBOW, 0.34, z), paint) for z in (-0.62, 0.62)]
    parts += [(rod(ELBOW, WRIST, 0.32, z), paint) for z in (-0.55, 0.55)]
    parts += [(joint(one, size), brass) for one, size in ((FOOT, 1.05), (ELBOW, 1.3), (WRIST, 1.15))]
    cable = curve([(WRIST[0] - 1, WRIST[1] + 0.4, -1.2), (0, 32.0, -1.8), (-6, 25.5, -2.0), (-9.4, 21, -2.0), (-7, 15, -1.9), (-2.5, 7, -1.7), (-1.6, 3, -1.6), (-4, 1.6, -4), (-9, 0.35, -9), (-30, 0.35, -16)], 14)  # fmt: skip
    parts.append((tube(cable, 0.26, 16), cord))
    neck = (WRIST[0] + 1.5, WRIST[1] - 0.6, 0.0)
    head: list[tuple[Mesh, Material]] = [(mesh, paint) for mesh in shade()]
    head.append((lathe(smooth([(2.15, -2.75), (4.05, -6.15), (7.2, -10.95)], 0.5), 160), inner))
    head.append((lathe(smooth([(0.01, 1.9), (1.0, 1.8), (1.35, 1.2), (1.85, 0.1), (1.7, -0.3)], 0.3), 80), brass))
    bulb = ball(1.9, 2.1, 1.9).moved(0, -6.4)
    for mesh, material in [*parts, *((one.turned(z=SHADE_TILT).moved(*neck), made) for one, made in head)]:
        photo.add(mesh.turned(y=y).moved(*at), material)
    glow = [lit * one for one in colour("#ffcf8f")]
    photo.add(
        bulb.turned(z=SHADE_TILT).moved(*neck).turned(y=y).moved(*at),
        two_sided(principled(rgb("#f6f0e6"), 0.3)),
        glow,
    )


def pack_shot() -> Photograph:
    photo = Photograph(eye=(10, 24, 110), at=(1.0, 20.5, 0), lens=80, aperture=0.25)
    photo.paper("#f1f0ee", back=60)
    lamp(photo, TEAL, (0, 0, 0), y=-14, lit=70)
    studio_light(photo, 0.75)
    return photo


def evening() -> Photograph:
    photo = Photograph(eye=(-10, 26, 112), at=(3.5, 19.0, 0), lens=74, aperture=0.45)
    table(photo, "#9a6a44", "#4b2f1d", 12)
    wall(photo, "#6b7689", 70)
    pane = grid(lambda u, v: ((u - 0.5) * 46, (v - 0.5) * 66, 0 * u), 2, 2)
    photo.add(pane.moved(-24, 48, -69.4), matt("#101a34"), [0.05, 0.07, 0.14])
    for x, y, wide, high in (
        (-24, 81, 50, 3),
        (-24, 15, 50, 3),
        (-47, 48, 3, 68),
        (-1, 48, 3, 68),
        (-24, 48, 1.6, 66),
        (-24, 52, 46, 1.6),
    ):
        photo.add(block(wide, high, 2.2, 0.3, 4).moved(x, y, -68.6), matt("#c8c3ba", 0.5))
    random = np.random.default_rng(4)
    for x, y, size in zip(
        random.uniform(-44, -4, 26), random.uniform(18, 46, 26), random.uniform(0.25, 0.6, 26), strict=True
    ):
        photo.add(ball(size, size, 0.05, 12).moved(float(x), float(y), -69.2), matt("#ffddaa"), [5.0, 3.2, 1.4])
    lamp(photo, SAND, (-2, 0, 0), y=-6, lit=330)
    books(photo, (22, 0, -6), ("#7c3f35", "#c9a24d", "#33566b"), 3)
    sheet = grid(lambda u, v: ((u - 0.5) * 15, 0.05 + 0.25 * u * v, (v - 0.5) * 21), 8, 8)
    photo.add(sheet.turned(y=24).moved(12, 0, 16), two_sided(principled(rgb("#f5f1e8"), 0.9)))
    photo.softbox((-90, 80, 80), (0, 15, 0), 80, 80, 1.5, "#d5dbea")
    photo.ambient(0.22, "#ccd3e6")
    return photo


def close_up() -> Photograph:
    photo = Photograph(eye=(30, 33, 44), at=(7.5, 33.5, 0), lens=64, aperture=0.5, focus=(9.0, 34.5, 3.5))
    photo.paper("#8fb6b2", back=70)
    lamp(photo, TEAL, (0, 0, 0), y=-14, lit=26)
    studio_light(photo, 0.9)
    return photo


def colours() -> Photograph:
    photo = Photograph(eye=(4, 26, 128), at=(2.5, 18.0, 0), lens=60, aperture=0.3)
    photo.paper("#cfd8d6", back=80)
    lamp(photo, BRICK, (-7, 0, -18), y=168)
    lamp(photo, SAND, (12, 0, -30), y=-4)
    lamp(photo, TEAL, (3, 0, 16), y=-18)
    studio_light(photo)
    return photo


SCENES = (pack_shot, evening, close_up, colours)
"""The product's pictures in their order."""
