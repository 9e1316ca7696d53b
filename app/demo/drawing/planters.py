"""Pictures of the self-watering planter: a fluted pot on a saucer, with leaves."""

from __future__ import annotations

import numpy as np

from app.demo.drawing.fields import mix
from app.demo.drawing.grounds import contact, fill, sweep, table, window_light
from app.demo.drawing.lighting import Light, Material
from app.demo.drawing.outlines import Place, ellipse, ribbon, rounded, smooth
from app.demo.drawing.props import book, leaf
from app.demo.drawing.studio import HOME, Stage

CORAL, CHALK, OLIVE = "#d9704f", "#efe7da", "#76835a"
GREENS = ("#2f6b46", "#3d7d4f", "#28593d", "#4c8d55")


def pot(stage: Stage, place: Place, colour: str) -> None:
    """Draw the empty pot with its soil; its origin is the middle of the saucer's foot."""
    stage.turned(place, [(136, -34), (140, -22), (128, -2)], Material(mix(colour, "#2a1a14", 0.12), gloss=0.3))
    stage.solid(place, ellipse(0, -34, 134, 29), Material(mix(colour, "#2a1a14", 0.3), gloss=0.1), bevel=3)
    stage.shadow(place, [ellipse(6, -32, 112, 24)], blur=6, strength=0.6)
    profile = [(150, -256), (147, -220), (136, -140), (122, -70), (112, -44), (100, -36)]
    stage.turned(place, profile, Material(colour, gloss=0.3, sharp=0.35, grain=0.025), flutes=44)
    stage.turned(place, [(152, -272), (156, -262), (154, -240), (149, -232)], Material(colour, gloss=0.35, sharp=0.4))
    stage.solid(place, ellipse(0, -272, 152, 33), Material(mix(colour, "#ffffff", 0.2), gloss=0.3), bevel=4)
    soil = stage.solid(place, ellipse(0, -271, 142, 29), Material("#3b271c", gloss=0.0, grain=0.4), bevel=2)
    stage.paint(place, [ellipse(-70, -284, 110, 22)], "#140b07", opacity=0.6, blur=12, clip=soil)


def stem(stage: Stage, place: Place, tip: tuple[float, float], turn: float, size: float, colour: str) -> None:
    """Draw one stalk from the soil to ``tip`` and the leaf on it."""
    path = smooth([(tip[0] * 0.08, -268), (tip[0] * 0.35, (tip[1] - 268) * 0.55), tip], closed=False)
    stage.solid(place, ribbon(path, [9, 6, 4]), Material(mix(colour, "#c8d48a", 0.3), gloss=0.2), bevel=4)
    stage.shadow(place.inner(*tip, size, turn), [ellipse(8, -42, 30, 44)], blur=12, strength=0.22, colour="#16261a")
    leaf(stage, place.inner(*tip, size, turn), colour, width=40, fade=mix(colour, "#9fc46f", 0.45))


RUBBER = (
    (-70, -420, -58, 1.7, 2), (84, -420, 62, 1.7, 2), (-30, -520, -30, 1.9, 0), (50, -510, 34, 1.9, 0),
    (-96, -350, -84, 1.5, 1), (104, -346, 88, 1.5, 1), (8, -560, 2, 2.0, 3), (-34, -390, -24, 1.5, 3),
    (42, -380, 28, 1.45, 1),
)  # fmt: skip
"""Tip x, tip y, turn, size and green of every leaf, the farthest first."""


def planter(stage: Stage, place: Place, colour: str) -> None:
    """Draw the pot with its plant."""
    pot(stage, place, colour)
    for x, y, turn, size, green in RUBBER:
        stem(stage, place, (x, y), turn, size, GREENS[green])


def succulent(stage: Stage, place: Place, colour: str) -> None:
    """Draw the pot with a rosette of pointed leaves."""
    pot(stage, place, colour)
    for ring, (count, size, lift) in enumerate(((11, 1.55, -276), (9, 1.3, -284), (7, 1.0, -292), (4, 0.7, -300))):
        for step in np.linspace(-1, 1, count):
            turn = float(step) * 82
            green = mix("#5f9a7d", "#bcd9b8", ring / 4)
            leaf(
                stage,
                place.inner(float(step) * 30, lift, size, turn),
                green,
                width=24,
                fade=mix(green, "#e7b6a4", 0.25),
            )


def grass(stage: Stage, place: Place, colour: str) -> None:
    """Draw the pot with long arching blades."""
    pot(stage, place, colour)
    rng = np.random.default_rng(21)
    for step in rng.permutation(np.linspace(-1, 1, 30)):
        reach, height = float(step) * 210, 330 - abs(float(step)) * 170 + float(rng.uniform(-40, 40))
        path = smooth(
            [
                (step * 46, -270),
                (step * 60, -270 - height * 0.6),
                (reach * 0.75, -270 - height),
                (reach * 1.15, -270 - height * 0.72),
            ],
            closed=False,
        )
        green = mix("#3c7a45", "#a9c26a", float(rng.uniform(0, 0.7)))
        stage.solid(place, ribbon(path, [10, 13, 9, 1]), Material(green, gloss=0.25, sharp=0.3), bevel=6)


def hero(stage: Stage) -> None:
    """The coral planter on a green ground."""
    sweep(stage, "#b9cbb0", "#cddac3", horizon=690)
    contact(stage, 400, 868, 124, 26)
    planter(stage, Place(400, 860, 1.08), CORAL)


def detail(stage: Stage) -> None:
    """The fluted wall close up."""
    sweep(stage, "#c3d0b6", "#d5dfca", horizon=1200)
    planter(stage, Place(430, 1000, 2.05), CORAL)


def in_use(stage: Stage) -> None:
    """A bright corner with books."""
    fill(stage, "#e9dfcf", "#dccdb7", 0, 760)
    window_light(stage, strength=0.5, colour="#ffd9a0", blur=10)
    frame = rounded(520, 120, 210, 270, 3)
    stage.shadow(HOME, [frame], shift=(14, 18), blur=14, strength=0.35)
    stage.solid(HOME, frame, Material("#9b6a3f", gloss=0.15, grain=0.04), bevel=6)
    paper = stage.solid(HOME, rounded(534, 134, 182, 242, 1), Material("#f6efe2", gloss=0.05), bevel=1)
    stage.paint(HOME, [ellipse(625, 230, 52, 52)], "#d9704f", opacity=0.9, clip=paper)
    stage.paint(
        HOME, [smooth([(520, 330), (590, 262), (660, 300), (740, 258), (740, 400), (520, 400)])], "#76835a", clip=paper
    )
    stage.paint(
        HOME, [smooth([(520, 360), (600, 330), (680, 346), (760, 310), (760, 420), (520, 420)])], "#4d5c3e", clip=paper
    )
    table(stage, 740, "#c08a55", grain=0.10)
    for x, y, width, height, colour in (
        (610, 880, 250, 34, "#3d5a66"),
        (600, 846, 220, 28, "#d8a24a"),
        (618, 818, 200, 24, "#a8553e"),
    ):
        if y == 880:
            contact(stage, x, y, width / 2, 14)
        book(stage, Place(x, y), width, height, colour)
    contact(stage, 300, 888, 118, 24, 0.7)
    planter(stage, Place(300, 880, 1.0), CHALK)
    window_light(stage, strength=0.14, blur=14)


def colours(stage: Stage) -> None:
    """Three pots, three plants."""
    stage.light = Light(bounce="#ffdfc8")
    sweep(stage, "#e7b79a", "#f0cdb3", horizon=620)
    for x, y, size, colour, draw in (
        (590, 640, 0.72, CHALK, grass),
        (215, 720, 0.78, OLIVE, planter),
        (480, 920, 0.86, CORAL, succulent),
    ):
        contact(stage, x, y + 5, 124 * size, 26 * size)
        draw(stage, Place(x, y, size), colour)


SCENES = (hero, in_use, detail, colours)
