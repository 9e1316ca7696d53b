"""Pictures of the wireless headphones: padded band, metal forks, round shells with a spun metal disc."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.demo.drawing.fields import mix
from app.demo.drawing.grounds import contact, fill, sweep, table, window_light
from app.demo.drawing.lighting import Light, Material
from app.demo.drawing.outlines import Place, Points, dashes, ellipse, ribbon, rounded, smooth
from app.demo.drawing.props import book, jar
from app.demo.drawing.studio import HOME, Stage


@dataclass(frozen=True)
class Finish:
    """The colours of one pair."""

    shell: str
    cushion: str
    metal: str


PLUM = Finish("#5b3f78", "#33243f", "#e3b58c")
IVORY = Finish("#ece4d8", "#b79c82", "#d8b98a")
SLATE = Finish("#39454f", "#20262c", "#c7cdd2")
ARCH: Points = smooth(
    [(-196, -6), (-204, -150), (-150, -304), (0, -376), (150, -304), (204, -150), (196, -6)], closed=False
)


def cup(stage: Stage, place: Place, finish: Finish, side: int) -> None:
    """Draw one ear cup, its shell towards the camera; ``side`` is -1 for the left one."""
    cushion = ellipse(-side * 22, 2, 100, 124)
    stage.shadow(place, [cushion], shift=(12, 22), blur=16, strength=0.35)
    stage.solid(place, cushion, Material(finish.cushion, gloss=0.16, sharp=0.1, grain=0.04), bevel=34, puff=10)
    rim = ellipse(-side * 22, 2, 96, 119)
    stage.paint(place, dashes(rim, 6, 4, 1.4), mix(finish.cushion, "#ffffff", 0.35), opacity=0.6)
    yoke = ellipse(0, 0, 105, 130, 184, 356)
    stage.shadow(place, [ribbon(yoke, 12)], shift=(3, 8), blur=5, strength=0.5)
    stage.solid(
        place, ribbon(yoke, [15, 12, 14, 12, 15]), Material(finish.metal, metal=True, gloss=0.8, sharp=0.7), bevel=6
    )
    shell = ellipse(0, 0, 92, 114)
    stage.shadow(place, [shell], shift=(-side * 3, 5), blur=6, strength=0.6)
    body = stage.solid(place, shell, Material(finish.shell, gloss=0.3, sharp=0.6), bevel=40, puff=14)
    stage.solid(place, ellipse(0, 0, 65, 81), Material(finish.metal, metal=True, gloss=0.8, sharp=0.7), bevel=5)
    plate = stage.solid(
        place, ellipse(0, 0, 58, 73), Material(finish.metal, metal=True, gloss=0.35, sharp=0.2), bevel=2
    )
    for angle, strength in ((-58, 0.5), (122, 0.45)):
        middle = np.radians(angle)
        ray = np.array([[0, 0], *ellipse(0, 0, 120, 120, np.degrees(middle) - 15, np.degrees(middle) + 15)])
        stage.paint(place, [ray], "#fff4e2", opacity=strength, blur=7, clip=plate)
    grooves = [ribbon(ellipse(0, 0, r, r * 1.25), 0.7) for r in np.arange(8, 57, 3.2)]
    stage.paint(place, grooves, "#3a2a1c", opacity=0.20, clip=plate)
    stage.solid(place, ellipse(0, 0, 17, 20), Material(finish.shell, gloss=0.5, sharp=0.6), bevel=9)
    light = ellipse(side * 4, 98, 3.4, 3.4)
    stage.paint(place, [ellipse(side * 4, 98, 10, 10)], "#7cf0c8", opacity=0.35, blur=4, clip=body, light=True)
    stage.paint(place, [light], "#b9ffe6", clip=body)


def headphones(stage: Stage, place: Place, finish: Finish) -> None:
    """Draw the pair from its front; the origin lies midway between the cups."""
    inner = ARCH * np.array([0.93, 0.94])
    stage.solid(
        place,
        ribbon(inner, [18, 24, 34, 40, 34, 24, 18]),
        Material(finish.cushion, gloss=0.14, sharp=0.1, grain=0.04),
        bevel=14,
    )
    stage.solid(
        place, ribbon(ARCH, [13, 15, 22, 30, 22, 15, 13]), Material(finish.shell, gloss=0.45, sharp=0.4), bevel=12
    )
    seam = ARCH[24:-24] * np.array([0.965, 0.97])
    stage.paint(place, dashes(seam, 6, 4, 1.4), mix(finish.shell, "#ffffff", 0.4), opacity=0.55)
    for side in (-1, 1):
        slider = smooth([(side * 203, -166), (side * 207, -100), (side * 205, -6)], closed=False)
        stage.shadow(place, [ribbon(slider, 16)], shift=(4, 5), blur=4, strength=0.4)
        stage.solid(
            place, ribbon(slider, [15, 17, 15]), Material(finish.metal, metal=True, gloss=0.8, sharp=0.7), bevel=7
        )
        stage.solid(
            place, rounded(side * 203 - 14, -188, 28, 40, 9), Material(finish.shell, gloss=0.5, sharp=0.5), bevel=9
        )
    for side in (-1, 1):
        where = place.inner(side * 192, 116, turn=side * -7)
        cup(stage, where, finish, side)
        for x in (-100, 100):
            stage.solid(where, ellipse(x, -4, 12, 12), Material(finish.shell, gloss=0.5, sharp=0.5), bevel=7)


def flat_shadow(stage: Stage, place: Place) -> None:
    """Darken a surface that the pair lies on."""
    pieces = [ribbon(ARCH, 34), ellipse(-188, 116, 112, 126), ellipse(188, 116, 112, 126)]
    stage.shadow(place, pieces, shift=(26, 34), blur=22, strength=0.42)
    stage.shadow(place, pieces, shift=(9, 12), blur=8, strength=0.35)


def hero(stage: Stage) -> None:
    """The plum pair on a lilac ground."""
    sweep(stage, "#c3b1de", "#d6c7ea", horizon=760, pool=0.3)
    contact(stage, 400 - 205, 846, 74, 14, 0.55)
    contact(stage, 400 + 205, 846, 74, 14, 0.55)
    headphones(stage, Place(400, 580, 1.14), PLUM)


def detail(stage: Stage) -> None:
    """One shell close up."""
    sweep(stage, "#b7a3d6", "#cbb9e4", horizon=1100)
    headphones(stage, Place(-100, 200, 2.6), PLUM)


def in_use(stage: Stage) -> None:
    """On a wooden stand beside the window."""
    fill(stage, "#dcd3e2", "#cbbdd3", 0, 790)
    window_light(stage, strength=0.42, colour="#ffd7a6", blur=10)
    table(stage, 770, "#b07c4b", grain=0.11)
    wood = Material("#9c6a3c", fade="#7d4f29", gloss=0.12, grain=0.06)
    contact(stage, 360, 890, 132, 24, 0.7)
    stage.turned(Place(360, 885), [(130, -26), (136, -16), (130, 0)], wood)
    stage.solid(Place(360, 885), ellipse(0, -26, 129, 28), Material("#ad7948", gloss=0.12, grain=0.05), bevel=4)
    stage.shadow(HOME, [ellipse(374, 861, 42, 9)], blur=6, strength=0.5)
    stage.turned(Place(360, 868), [(17, -640), (17, -300), (20, -40), (28, -4)], wood, tilt=0.1)
    stage.shadow(HOME, [ellipse(428, 560, 150, 200)], blur=60, strength=0.16)
    stage.solid(HOME, rounded(270, 226, 180, 40, 20), wood, bevel=18)
    headphones(stage, Place(360, 592, 1.0), IVORY)
    for x, y, width, height, colour in (
        (690, 850, 210, 32, "#6a4c86"),
        (700, 818, 180, 26, "#d8a24a"),
        (694, 792, 160, 24, "#4f7f7a"),
    ):
        book(stage, Place(x, y), width, height, colour)
    stage.shadow(HOME, [ellipse(716, 768, 44, 8)], blur=8, strength=0.5)
    jar(stage, Place(700, 768, 0.8), "#7f9077")
    window_light(stage, strength=0.14, blur=14)


def colours(stage: Stage) -> None:
    """Three finishes, lying flat."""
    stage.light = Light(boxes=0.8)
    sweep(stage, "#e9c9b4", "#f0d6c2", horizon=1400, pool=0.2)
    for x, y, turn, finish in ((556, 278, 14, SLATE), (228, 560, -14, IVORY), (560, 804, 9, PLUM)):
        place = Place(x, y, 0.65, turn)
        flat_shadow(stage, place)
        headphones(stage, place, finish)


SCENES = (hero, in_use, detail, colours)
