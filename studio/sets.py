"""Where things are photographed: on paper, on a table by a window, seen from above; and what lies about there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.materials import Material, matt, principled, two_sided, wood
from studio.meshes import Mesh, block, grid
from studio.photograph import Photograph


def put(
    photo: Photograph, parts: Sequence[Mesh], material: Material, at: tuple[float, float, float], y: float = 0
) -> None:
    """Put parts of one material somewhere, turned about their upright axis."""
    for part in parts:
        photo.add(part.turned(y=y).moved(*at), material)


def studio_light(photo: Photograph, power: float = 1.0) -> None:
    """Light it as a product: a large soft light from the left, a weak one from the right."""
    photo.softbox((-60, 75, 60), (0, 10, 0), 70, 70, 7.5 * power, "#fff4e8")
    photo.softbox((80, 40, 40), (0, 10, 0), 40, 90, 1.6 * power, "#eaf2ff")
    photo.ambient(0.32 * power)


def overhead_light(photo: Photograph) -> None:
    """Light what lies on a table, from one side."""
    photo.softbox((-70, 90, -40), (0, 0, 0), 60, 60, 9, "#fff1e2")
    photo.ambient(0.4)


def table(photo: Photograph, light: str, dark: str, seed: int = 3) -> None:
    """Put a wooden table there."""
    photo.add(grid(lambda u, v: ((u - 0.5) * 260, 0 * u, (v - 0.62) * 150), 2, 2), wood(light, dark, seed))


def wall(photo: Photograph, code: str, back: float) -> None:
    """Put a painted wall behind."""
    photo.add(grid(lambda u, v: ((u - 0.5) * 600, v * 320 - 60, 0 * u - back), 2, 2), matt(code))


def sun(photo: Photograph, power: float = 1.0) -> None:
    """Let low sun fall in from the left through a window, whose bars throw shadows."""
    bar = two_sided(principled({"type": "rgb", "value": [0.6, 0.6, 0.58]}, 0.8))
    for x, y, wide, high in ((-34, 0, 4, 90), (0, 16, 90, 4), (34, 0, 4, 90), (0, -26, 90, 4), (0, 0, 4, 90)):
        frame = block(wide, high, 2, 0.4, fine=2).moved(x, y)
        photo.add(frame.turned(x=-28, y=-61).moved(-118, 92, 66), bar)
    photo.softbox((-330, 225, 185), (0, 10, 0), 22, 22, 1500 * power, "#ffdcae")
    photo.softbox((70, 90, 90), (0, 8, 0), 90, 90, 0.8, "#e3edff")
    photo.ambient(0.42, "#f3f1ff")


def books(photo: Photograph, at: tuple[float, float, float], codes: Sequence[str], seed: int = 1) -> None:
    """Put a pile of books there, each bound in a colour."""
    random, high = np.random.default_rng(seed), at[1]
    for code in codes:
        wide, deep, thick = random.uniform(17, 20), random.uniform(12, 14), random.uniform(1.8, 2.8)
        turn = float(random.uniform(-9, 9))
        for mesh, material in (
            (block(wide - 0.8, thick - 0.5, deep - 0.6, 0.08, 4).moved(0.2), matt("#efe7d6", 0.9)),
            (block(wide, 0.28, deep, 0.1, 4).moved(0, thick / 2 - 0.14), matt(code, 0.6)),
            (block(wide, 0.28, deep, 0.1, 4).moved(0, -thick / 2 + 0.14), matt(code, 0.6)),
            (block(0.3, thick, deep, 0.14, 6).moved(-wide / 2 + 0.15), matt(code, 0.6)),
        ):
            photo.add(mesh.turned(y=turn).moved(at[0], high + thick / 2, at[2]), material)
        high += thick
