"""Backgrounds for the demo shop's pictures: studio sweep, room, night, window light."""

from __future__ import annotations

import cv2
import numpy as np

from app.demo.drawing.fields import linear, noise, ramp, soften
from app.demo.drawing.outlines import Points, ellipse, ribbon, rounded
from app.demo.drawing.studio import GRID, HOME, Layer, Stage


def sweep(
    stage: Stage, wall: str, floor: str, *, horizon: float = 640, softness: float = 190, pool: float = 0.35
) -> None:
    """Fill the picture with a studio's paper roll: a wall that bends into a floor, with a pool of light behind."""
    ys = np.linspace(0, GRID[1], stage.height, dtype=np.float32)[:, None]
    xs = np.linspace(0, GRID[0], stage.width, dtype=np.float32)[None, :]
    share = ramp(ys, horizon - softness, horizon + softness)
    rows = (linear(wall) * (1 - share) + linear(floor) * share) * (1 - 0.10 * np.exp(-(((ys - horizon) / 130) ** 2)))
    spot = 0.86 + np.float32(pool) * np.exp(-(((ys - 420) / 430) ** 2)) * np.exp(-(((xs - 330) / 420) ** 2))
    stage.pixels[:] = cv2.merge([np.asarray(rows[:, c : c + 1] * spot, np.float32) for c in range(3)])


def fill(stage: Stage, top: str, bottom: str, start: float = 0, end: float = 1000) -> None:
    """Fill the rows from ``start`` to ``end`` with a vertical gradient."""
    first, last = round(start * stage.scale), round(end * stage.scale)
    share = np.linspace(0, 1, last - first, dtype=np.float32)[:, None, None]
    stage.pixels[first:last] = linear(top) * (1 - share) + linear(bottom) * share


def window_light(stage: Stage, *, strength: float = 0.35, colour: str = "#ffdca8", blur: float = 7) -> None:
    """Add the slanted light of a four-paned window, as it falls on what has been drawn so far."""
    panes: list[Points] = []
    for column in range(2):
        for row in range(3):
            left, top = 90 + column * 225, -40 + row * 215
            corners = np.array(
                [[left, top], [left + 200, top], [left + 200, top + 190], [left, top + 190]], dtype=float
            )
            corners[:, 1] += corners[:, 0] * 0.42
            corners[:, 0] += corners[:, 1] * 0.22
            panes.append(corners)
    layer = stage.outline_layer(HOME, panes, margin=blur * 3 * stage.scale)
    mask = soften(layer.mask, blur * stage.scale) * np.float32(strength)
    lit = stage.pixels.copy() * (linear(colour) * 1.8)
    whole = Layer((0, 0, stage.width, stage.height), Layer(layer.box, mask).over((0, 0, stage.width, stage.height)))
    stage.blend(whole, lit, light=True)


def glow(stage: Stage, x: float, y: float, radius: float, colour: str, strength: float) -> None:
    """Add a round, soft light."""
    stage.paint(
        HOME, [ellipse(x, y, radius * 0.55, radius * 0.55)], colour, opacity=strength, blur=radius * 0.3, light=True
    )


def contact(stage: Stage, x: float, y: float, rx: float, ry: float, strength: float = 0.6) -> None:
    """Ground an object: a tight dark core, a wide soft shadow, and a long one away from the key light."""
    away = ribbon(
        np.array([[x, y], [x + rx * 0.9, y + ry * 0.35], [x + rx * 2.3, y + ry * 0.9]]), [ry * 2, ry * 1.9, ry * 1.2]
    )
    stage.paint(HOME, [away], "#2a1812", opacity=strength * 0.62, blur=ry * 0.55)
    stage.paint(
        HOME,
        [ellipse(x + rx * 0.2, y + ry * 0.2, rx * 1.2, ry * 1.2)],
        "#20140f",
        opacity=strength * 0.5,
        blur=ry * 0.6,
    )
    stage.paint(HOME, [ellipse(x + 4, y + 2, rx * 1.02, ry)], "#180e0a", opacity=strength, blur=ry * 0.25)


def table(stage: Stage, edge: float, colour: str, *, grain: float = 0.16) -> None:
    """Draw a wooden table top from the row ``edge`` down to the bottom."""
    board = np.array([[-20.0, edge], [820, edge], [820, 1020], [-20, 1020]])
    layer = stage.outline_layer(HOME, [board])
    left, top, right, bottom = layer.box
    rows = np.arange(bottom - top, dtype=np.float32)[:, None] / ((bottom - top) * 1.0)
    streak = np.asarray(
        cv2.resize(noise()[:160, :8], (right - left, bottom - top), interpolation=cv2.INTER_CUBIC), np.float32
    )
    fine = np.asarray(
        cv2.resize(noise(8)[:700, :14], (right - left, bottom - top), interpolation=cv2.INTER_LINEAR), np.float32
    )
    shade = np.exp(np.float32(grain) * (streak * 0.75 + fine * 0.35)) * (1.12 - 0.3 * rows)
    stage.blend(layer, linear(colour) * shade[..., None])
    stage.paint(HOME, [rounded(-20, edge - 2, 840, 5, 2)], "#fff1d8", opacity=0.35, blur=1.5)
