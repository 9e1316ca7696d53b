"""Small things that furnish the demo shop's pictures."""

from __future__ import annotations

import numpy as np

from app.demo.drawing.fields import mix
from app.demo.drawing.lighting import Material
from app.demo.drawing.outlines import Place, ellipse, ribbon, rounded, smooth
from app.demo.drawing.studio import HOME, Stage


def bean(stage: Stage, place: Place) -> None:
    """Draw a roasted coffee bean, 48 units long."""
    body = stage.solid(place, ellipse(0, 0, 24, 16), Material("#5b3018", gloss=0.35, sharp=0.3), bevel=15)
    crease = smooth([(-23, 0), (-10, 4), (0, 0), (10, -4), (23, 0)], closed=False)
    stage.paint(place, [ribbon(crease, [1, 4, 1])], "#1c0c05", opacity=0.85, blur=0.8, clip=body)


def steam(stage: Stage, x: float, y: float, size: float) -> None:
    """Add faint steam that rises from a point."""
    for shift, lean, strength in ((-20, -12, 0.09), (6, -16, 0.12), (30, -10, 0.07)):
        path = smooth([(shift, 0), (shift + lean, -50), (shift - lean, -115), (shift + lean * 0.6, -190)], closed=False)
        stage.paint(Place(x, y, size), [ribbon(path, [8, 24, 16, 3])], "#fff6ea", opacity=strength, blur=7, light=True)


def jar(stage: Stage, place: Place, colour: str) -> None:
    """Draw a lidded jar; its origin is the middle of its foot."""
    stage.shadow(place, [rounded(-44, -130, 88, 130, 20)], shift=(22, 10), blur=14, strength=0.4)
    stage.turned(place, [(46, -120), (50, -100), (50, -30), (42, -6)], Material(colour, gloss=0.35), tilt=0.05)
    stage.turned(place, [(30, -146), (48, -140), (50, -118)], Material("#a3713f", gloss=0.1, grain=0.06), tilt=0.05)
    stage.turned(place, [(4, -164), (11, -158), (6, -144)], Material("#a3713f", gloss=0.15), tilt=0.05)


def book(stage: Stage, place: Place, width: float, height: float, colour: str) -> None:
    """Draw a lying book seen from its spine; its origin is the middle of its foot."""
    stage.solid(place, rounded(-width / 2, -height, width, height, 5), Material(colour, gloss=0.15), bevel=7)
    for x in (-width * 0.36, width * 0.36):
        stage.paint(place, [rounded(x - 3, -height + 2, 5, height - 4, 1)], mix(colour, "#fff0d0", 0.6), opacity=0.8)
    stage.paint(
        place,
        [rounded(-width * 0.16, -height * 0.58, width * 0.32, height * 0.16, 2)],
        mix(colour, "#fff0d0", 0.6),
        opacity=0.8,
    )


def leaf(stage: Stage, place: Place, colour: str, *, width: float = 34, fade: str | None = None) -> None:
    """Draw a pointed leaf of length 100 that grows upwards from the origin."""
    half = [(0, 0), (width * 0.56, -14), (width * 0.94, -38), (width * 0.88, -62), (width * 0.46, -88), (0, -104)]
    outline = smooth([*half, *[(-x, y) for x, y in half[-2:0:-1]]])
    body = stage.solid(place, outline, Material(colour, fade=fade, gloss=0.3, sharp=0.25), bevel=width * 0.55, puff=4)
    vein = mix(colour, "#f2ffd8", 0.45)
    stage.paint(
        place, [ribbon(np.array([[0.0, 0], [0, -50], [0, -98]]), [3.2, 2, 0.6])], vein, opacity=0.7, blur=0.5, clip=body
    )
    sides = []
    for y in range(-80, -10, 14):
        for side in (-1, 1):
            sides.append(
                ribbon(smooth([(0, y), (side * width * 0.5, y - 10), (side * width, y - 24)], closed=False), [1.4, 0.4])
            )
    stage.paint(place, sides, vein, opacity=0.35, blur=0.4, clip=body)


def hill(stage: Stage, base: float, heights: list[float], top: str, bottom: str, blur: float = 1.0) -> None:
    """Fill a range of hills down to the bottom; heights are spread over the width."""
    xs = np.linspace(-40, 840, len(heights))
    ridge = smooth([(float(x), base - h) for x, h in zip(xs, heights, strict=True)], closed=False)
    outline = np.vstack([ridge, [[860, 1040], [-60, 1040]]])
    layer = stage.paint(HOME, [outline], top, blur=blur)
    floor = np.vstack([ridge + np.array([0, 150]), [[860, 1040], [-60, 1040]]])
    stage.paint(HOME, [floor], bottom, opacity=0.8, blur=60, clip=layer)
