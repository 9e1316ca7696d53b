"""Over-ear headphones: a padded band, brass yokes, and shells with a disc of spun metal."""

from __future__ import annotations

import numpy as np

from studio.materials import Material, bumped, colour, leather, matt, principled, rgb, two_sided, wood
from studio.meshes import Mesh, ball, block, curve, lathe, smooth, tube
from studio.photograph import Photograph
from studio.sets import books, overhead_light, studio_light, sun, table, wall

PLUM, IVORY, SLATE = ("#4b2a63", "#c79a5b"), ("#e9e2d4", "#c9a86a"), ("#3a434d", "#aeb4ba")
Part = tuple[Mesh, str]


def headphones() -> list[Part]:
    """Return the parts, each with what it is made of; the wearer looks along z, the shells stand on y = 0."""
    parts: list[Part] = []
    half = [(-8.9, 10.2, 0), (-9.1, 14.0, 0), (-7.6, 18.4, 0), (-4.2, 21.2, 0), (0, 22.1, 0)]
    arch = curve([*half, *((-x, y, z) for x, y, z in reversed(half[:-1]))], 16)
    parts += [
        (tube(arch, 0.55, 36, flat=2.9), "leather"),
        (tube(arch[22:-22] - [0, 0.75, 0], 0.62, 36, flat=2.3), "cushion"),
    ]
    for side in (-1, 1):
        tilt = -side * 6.0
        shell = lathe(
            smooth([(0.01, 3.1), (3.1, 3.1), (3.5, 2.9), (4.5, 1.9), (4.75, 0.6), (4.6, 0), (0.01, 0)], 0.6), 120
        )
        disc = lathe(smooth([(0.01, 3.22), (2.6, 3.22), (2.75, 3.12), (2.85, 2.9)], 0.1), 120)
        ring = lathe(smooth([(2.75, 3.0), (2.8, 3.3), (3.0, 3.36), (3.15, 3.25), (3.15, 2.8)], 0.12), 120)
        knob = lathe(smooth([(0.01, 3.75), (0.55, 3.72), (0.75, 3.5), (0.75, 3.1)], 0.15), 60)
        angle = np.linspace(0, 2 * np.pi, 73)
        pad = tube(np.stack([3.35 * np.cos(angle), 0 * angle - 0.9, 3.35 * np.sin(angle)], 1), 1.15, 30, flat=1.0)
        for mesh, kind in ((shell, "shell"), (disc, "disc"), (ring, "brass"), (knob, "shell"), (pad, "cushion")):
            upright = mesh.scaled(1, 1, 1.18).turned(x=90, z=-90).scaled(side, 1, 1)
            parts.append((upright.turned(z=tilt).moved(side * 7.6, 5.6), kind))
        fork = curve(
            [
                (0, 0.5, 5.35),
                (0.4, 3.6, 4.6),
                (0.7, 5.6, 2.4),
                (0.75, 6.2, 0),
                (0.7, 5.6, -2.4),
                (0.4, 3.6, -4.6),
                (0, 0.5, -5.35),
            ],
            14,
        )
        bow = tube(fork, 0.3, 20).scaled(side, 1, 1)
        parts.append((bow.turned(z=tilt).moved(side * 8.3, 5.6), "brass"))
        for z in (-5.3, 5.3):
            stud = lathe(smooth([(0.01, 0.5), (0.5, 0.5), (0.62, 0.3), (0.62, -0.5), (0.01, -0.5)], 0.15), 40).turned(
                x=90
            )
            parts.append((stud.moved(0, 0.5, z).turned(z=tilt).moved(side * 8.3, 5.6), "shell"))
        parts.append((tube(np.array([[side * 9.05, 11.4, 0], [side * 9.0, 13.2, 0]]), 0.42, 24), "brass"))
        parts.append((block(1.5, 2.0, 3.6, 0.45, 12).moved(side * 9.05, 14.2), "shell"))
    parts.append((ball(0.16, 0.16, 0.16, 24).moved(9.1, 2.2, 3.1), "light"))
    return parts


def materials(tone: tuple[str, str]) -> dict[str, Material]:
    """Return what the parts of a pair in a colour and a metal are made of."""
    rows = np.linspace(0, 1, 512, dtype=np.float32)[:, None] * np.ones((1, 8), np.float32)
    grooves = (0.5 + 0.5 * np.sin(rows * 2 * np.pi * 46)).astype(np.float32)
    metal = principled(rgb(tone[1]), 0.22, metallic=1.0)
    return {
        "shell": two_sided(principled(rgb(tone[0]), 0.32, clearcoat=0.35)),
        "leather": leather(tone[0], 7, 0.05),
        "cushion": leather("#2c2630" if tone[0] != IVORY[0] else "#b49a7c", 9, 0.05),
        "brass": two_sided(metal),
        "disc": two_sided(bumped(principled(rgb(tone[1]), 0.3, metallic=1.0, anisotropic=0.7), grooves, 0.06)),
        "light": matt("#8ff0cf"),
    }


def pair(
    photo: Photograph, tone: tuple[str, str], at: tuple[float, float, float], y: float = 0, lying: bool = False
) -> None:
    """Put a pair there: standing on its shells, or ``lying`` on its back."""
    made = materials(tone)
    for mesh, kind in headphones():
        mesh = mesh.turned(x=-90).moved(0, 4.9) if lying else mesh
        light: float | list[float] = [4 * one for one in colour("#5fe0b4")] if kind == "light" else 0
        photo.add(mesh.turned(y=y).moved(*at), made[kind], light)


def pack_shot() -> Photograph:
    photo = Photograph(eye=(26, 19, 84), at=(0.3, 11.2, 0), lens=112, aperture=0.25)
    photo.paper("#f1f0ee")
    pair(photo, PLUM, (0, 0, 0), y=-18)
    studio_light(photo)
    return photo


def on_stand() -> Photograph:
    photo = Photograph(eye=(16, 22, 82), at=(3.0, 15.0, 0), lens=72, aperture=0.5)
    table(photo, "#c0966a", "#77502f", 8)
    wall(photo, "#d8cfe2", 75)
    oak = wood("#9b6a43", "#5a3820", 5)
    photo.add(lathe(smooth([(0.01, 1.6), (7.4, 1.6), (8.0, 1.2), (8.0, 0), (0.01, 0)], 0.5)), oak)
    photo.add(tube(np.array([[0, 1.0, 0], [0, 25.2, 0]]), 0.85), oak)
    photo.add(tube(curve([(-3.4, -0.5, 0), (0, 0.6, 0), (3.4, -0.5, 0)], 12), 0.95).moved(0, 25.0), oak)
    pair(photo, IVORY, (0, 4.4, 0), y=-12)
    books(photo, (24, 0, -12), ("#3f6f63", "#d69a3f", "#6d5a94"))
    sun(photo)
    return photo


def close_up() -> Photograph:
    photo = Photograph(eye=(44, 14, 24), at=(8.6, 8.0, 2.5), lens=80, aperture=0.5, focus=(11.2, 6.0, 3.2))
    photo.paper("#b39ccf", back=70)
    pair(photo, PLUM, (0, 0, 0), y=-20)
    studio_light(photo)
    return photo


def colours() -> Photograph:
    photo = Photograph(eye=(0, 112, 20), at=(0, 0, -1.5), lens=62, aperture=0.25)
    photo.paper("#e2c2a6", back=160)
    pair(photo, SLATE, (11, 0, -9), y=16, lying=True)
    pair(photo, IVORY, (-11, 0, 6), y=-12, lying=True)
    pair(photo, PLUM, (10, 0, 25), y=28, lying=True)
    overhead_light(photo)
    return photo


SCENES = (pack_shot, on_stand, close_up, colours)
"""The product's pictures in their order."""
