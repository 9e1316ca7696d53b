"""Pictures of the trail backpack: woven fabric, rolled lid, buckled straps, bungee cord."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from app.demo.drawing.fields import mix
from app.demo.drawing.grounds import contact, fill, glow, sweep
from app.demo.drawing.lighting import Light, Material
from app.demo.drawing.outlines import Pairs, Place, Points, dashes, ellipse, ribbon, rounded, smooth
from app.demo.drawing.props import hill
from app.demo.drawing.studio import HOME, Layer, Stage


@dataclass(frozen=True)
class Colours:
    """The fabrics of one backpack."""

    body: str
    lid: str
    trim: str
    cord: str


PINE = Colours("#3f6a5a", "#2f5145", "#c98a4b", "#f0b04a")
RUST = Colours("#b9583a", "#8f3f2a", "#33424c", "#f2d6a2")
OCEAN = Colours("#35587f", "#26415f", "#d8b48a", "#ff8d5c")

BODY: Pairs = (
    (-150, -430), (0, -452), (150, -430), (196, -330), (212, -180), (208, -60), (176, -8), (0, 4),
    (-176, -8), (-208, -60), (-212, -180), (-196, -330),
)  # fmt: skip
LID: Pairs = (
    (-150, -498), (0, -520), (150, -498), (186, -440), (190, -372), (166, -346), (0, -334),
    (-166, -346), (-190, -372), (-186, -440),
)  # fmt: skip
POCKET: Pairs = (
    (-118, -214), (0, -222), (118, -214), (142, -190), (150, -100), (140, -34), (108, -18), (0, -12),
    (-108, -18), (-140, -34), (-150, -100), (-142, -190),
)  # fmt: skip


def cloth(colour: str) -> Material:
    """Return a woven fabric."""
    return Material(colour, fade=mix(colour, "#000000", 0.18), gloss=0.10, sharp=0.0, weave=0.10, grain=0.05)


def panel(
    stage: Stage,
    place: Place,
    outline: Points,
    colour: str,
    *,
    puff: float,
    bevel: float = 14,
    clip: Layer | None = None,
) -> Layer:
    """Draw a padded panel with the shadow that it casts."""
    stage.shadow(place, [outline], shift=(7, 11), blur=9, strength=0.5, clip=clip)
    return stage.solid(place, outline, cloth(colour), bevel=bevel, puff=puff)


def band(stage: Stage, place: Place, path: Points, width: float, colour: str, *, shadow: float = 0.5) -> None:
    """Draw a strap of webbing along a path, stitched along its middle."""
    strap = ribbon(path, width)
    stage.shadow(place, [strap], shift=(4, 6), blur=4, strength=shadow)
    layer = stage.solid(place, strap, Material(colour, gloss=0.1, sharp=0.1, weave=0.25), bevel=3)
    for side in (-0.32, 0.32):
        line = path + np.array([side * width, 0])
        stage.paint(place, dashes(line, 5, 3.5, 1.2), mix(colour, "#fff3dc", 0.55), opacity=0.75, clip=layer)


def buckle(stage: Stage, place: Place, colour: str = "#23272b") -> None:
    """Draw a side-release buckle, 44 units wide."""
    hard = Material(colour, gloss=0.5, sharp=0.5)
    stage.shadow(place, [rounded(-24, -32, 48, 64, 9)], shift=(4, 6), blur=5, strength=0.55)
    stage.solid(place, rounded(-22, -32, 44, 34, 7), hard, bevel=5)
    stage.solid(place, rounded(-25, -4, 50, 36, 10), hard, bevel=6)
    stage.solid(
        place, rounded(-11, -10, 22, 26, 6), Material(mix(colour, "#ffffff", 0.10), gloss=0.5, sharp=0.5), bevel=4
    )
    stage.paint(place, [rounded(-15, -26, 30, 5, 2)], "#08090a", opacity=0.8)


def zip_line(stage: Stage, place: Place, path: Points, colours: Colours) -> None:
    """Draw a zip along a path with its puller at the right end."""
    stage.paint(place, [ribbon(path, 14)], mix(colours.lid, "#000000", 0.45), opacity=0.9, blur=1)
    spots = np.stack(
        [np.interp(np.arange(path[0, 0], path[-1, 0], 3.6), *path.T), np.arange(path[0, 0], path[-1, 0], 3.6)]
    )
    teeth = [rounded(x - 1.1, y - 4 + (i % 2) * 1.6, 2.2, 6.4, 1) for i, (y, x) in enumerate(spots.T)]
    stage.paint(place, teeth, "#c3c8c8", opacity=0.95)
    x, y = path[-8]
    stage.shadow(place, [rounded(x - 6, y, 14, 44, 5)], shift=(4, 5), blur=3, strength=0.6)
    stage.solid(place, rounded(x - 9, y - 9, 18, 18, 5), Material("#c9cdce", metal=True, gloss=0.6, sharp=0.6), bevel=4)
    stage.solid(
        place,
        ribbon(np.array([[x, y + 6.0], [x + 2, y + 24], [x + 3, y + 44]]), [6, 9, 9]),
        Material(colours.cord, gloss=0.15),
        bevel=4,
    )


def backpack(stage: Stage, place: Place, colours: Colours) -> None:
    """Draw the backpack from its front; its origin is the middle of its foot."""
    for side in (-1, 1):
        strap = smooth([(side * 120, -450), (side * 214, -370), (side * 240, -220), (side * 214, -70)], closed=False)
        stage.solid(place, ribbon(strap, [46, 50, 40, 24]), cloth(mix(colours.lid, "#000000", 0.25)), bevel=14)
    loop = smooth([(-44, -500), (-40, -556), (0, -570), (40, -556), (44, -500)], closed=False)
    stage.solid(place, ribbon(loop, 18), Material(colours.trim, gloss=0.1, weave=0.2), bevel=7)
    for side in (-1, 1):
        mesh = smooth([(side * 160, -196), (side * 226, -204), (side * 244, -90), (side * 222, -14), (side * 150, -4)])
        panel(stage, place, mesh, mix(colours.body, "#000000", 0.3), puff=16)
    body = panel(stage, place, smooth(BODY), colours.body, puff=52, bevel=26)
    for side in (-1, 1):
        seam = smooth([(side * 150, -340), (side * 168, -220), (side * 170, -60)], closed=False)
        stage.paint(place, [ribbon(seam, 3)], "#0d1512", opacity=0.5, blur=1.5, clip=body)
        stage.paint(
            place, dashes(seam - [side * 7, 0], 6, 4, 1.5), mix(colours.body, "#fff3dc", 0.5), opacity=0.7, clip=body
        )
    cord(stage, place, colours, body)
    pocket = panel(stage, place, smooth(POCKET), mix(colours.body, "#ffffff", 0.05), puff=30, bevel=16, clip=body)
    zip_line(stage, place, smooth([(-116, -176), (0, -184), (116, -176)], closed=False), colours)
    patch = rounded(-40, -108, 80, 50, 7)
    stage.shadow(place, [patch], shift=(2, 3), blur=3, strength=0.45, clip=pocket)
    label = stage.solid(place, patch, Material(colours.trim, gloss=0.12, grain=0.06), bevel=3)
    stage.paint(
        place,
        [np.array([[-24.0, -70], [-6, -96], [4, -82], [10, -90], [24, -70]])],
        mix(colours.trim, "#20130a", 0.7),
        clip=label,
    )
    stage.paint(place, dashes(rounded(-36, -104, 72, 42, 5), 4, 3, 1), "#fff0d8", opacity=0.7, clip=label)
    for x in (-104.0, 104.0):
        band(stage, place, np.linspace([x, -350], [x, -236], 12), 26, colours.trim)
    lid = panel(stage, place, smooth(LID), colours.lid, puff=34, bevel=22, clip=None)
    edge = smooth([(-160, -362), (0, -352), (160, -362)], closed=False)
    stage.paint(place, dashes(edge, 6, 4, 1.6), mix(colours.lid, "#fff3dc", 0.5), opacity=0.7, clip=lid)
    for x in (-104.0, 104.0):
        band(stage, place, np.linspace([x, -506], [x, -330], 14), 26, colours.trim)
        buckle(stage, place.inner(x, -312))
    zip_line(stage, place, smooth([(-70, -440), (0, -444), (70, -440)], closed=False), colours)


def cord(stage: Stage, place: Place, colours: Colours, body: Layer) -> None:
    """Lace the bungee cord over the front."""
    knots = [(-70, -322), (70, -290), (-70, -258), (70, -228)]
    for start, end in itertools.pairwise(knots):
        line = np.linspace(start, end, 10)
        stage.shadow(place, [ribbon(line, 7)], shift=(3, 5), blur=3, strength=0.5, clip=body)
        stage.solid(place, ribbon(line, 6.5), Material(colours.cord, gloss=0.2, weave=0.3), bevel=3.2)
    for x, y in knots:
        stage.solid(place, rounded(x - 11, y - 8, 22, 16, 5), Material(colours.trim, gloss=0.1, weave=0.2), bevel=4)


def hero(stage: Stage) -> None:
    """The pine backpack on an ochre ground."""
    sweep(stage, "#e0b878", "#ecca92", horizon=720)
    contact(stage, 400, 872, 196, 25)
    backpack(stage, Place(400, 870, 1.22), PINE)


def detail(stage: Stage) -> None:
    """Buckle, cord and stitching close up."""
    sweep(stage, "#dcb270", "#dcb270", horizon=1400)
    backpack(stage, Place(470, 1330, 2.9), PINE)


def in_use(stage: Stage) -> None:
    """On a rock above the valleys at sunrise."""
    stage.light = Light(key="#ffe2b8", key_strength=0.85, sky="#cfd8f0", bounce="#ffc89a")
    fill(stage, "#7fa3c4", "#f9d3a4", 0, 620)
    fill(stage, "#f9d3a4", "#f4b98a", 620, 1000)
    glow(stage, 190, 300, 330, "#ffd898", 0.55)
    stage.paint(HOME, [ellipse(190, 300, 50, 50)], "#fff3d8", blur=2)
    hill(stage, 560, [60, 130, 90, 210, 120, 160, 60], "#b3aeb8", "#f0c9a8", 2)
    hill(stage, 640, [150, 70, 120, 60, 170, 110, 190], "#8698a0", "#dcbf9f", 1.5)
    hill(stage, 730, [60, 130, 80, 110, 40, 140, 90], "#557a78", "#a9b394", 1)
    hill(stage, 830, [150, 90, 110, 40, 60, 90, 150], "#35594f", "#5c7c62", 1)
    rock = smooth(
        [(-60, 900), (60, 868), (260, 850), (520, 846), (700, 872), (860, 892), (880, 1080), (400, 1100), (-80, 1080)]
    )
    stage.solid(HOME, rock, Material("#7a6a60", fade="#40362f", gloss=0.05, grain=0.10), bevel=26, puff=20)
    for crack in (
        [(90, 930), (190, 915), (250, 950)],
        [(560, 900), (640, 930), (720, 922)],
        [(330, 960), (420, 945), (500, 975)],
    ):
        stage.paint(HOME, [ribbon(smooth(crack, closed=False), [1, 5, 1])], "#2a211c", opacity=0.6, blur=1.2)
    contact(stage, 430, 880, 170, 20, 0.75)
    backpack(stage, Place(430, 880, 1.02), RUST)
    glow(stage, 150, 330, 620, "#ffca86", 0.10)


def colours(stage: Stage) -> None:
    """Three fabrics side by side."""
    sweep(stage, "#cfd6d3", "#e0e4e0", horizon=700)
    for x, y, size, fabric in ((206, 610, 0.68, OCEAN), (592, 650, 0.7, RUST), (396, 920, 0.86, PINE)):
        contact(stage, x, y + 2, 205 * size * 0.95, 24 * size)
        backpack(stage, Place(x, y, size), fabric)


SCENES = (hero, in_use, detail, colours)
