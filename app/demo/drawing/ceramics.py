"""Pictures of the pour-over coffee set: dripper, carafe and mug of speckled stoneware."""

from __future__ import annotations

import numpy as np

from app.demo.drawing.fields import mix
from app.demo.drawing.grounds import contact, fill, sweep, table, window_light
from app.demo.drawing.lighting import Light, Material
from app.demo.drawing.outlines import Place, ellipse, ribbon, rounded, smooth
from app.demo.drawing.props import bean, jar, steam
from app.demo.drawing.studio import HOME, Layer, Stage

CREAM, SAGE, INK = "#f1e6d6", "#a9b8a0", "#3b4656"
CLAY = "#b98a66"
COFFEE = "#2a130a"


def specks(stage: Stage, place: Place, layer: Layer, reach: tuple[float, float, float, float], seed: int) -> None:
    """Strew the dark flecks of stoneware over a layer, within left, top, right, bottom in local units."""
    rng = np.random.default_rng(seed)
    left, top, right, bottom = reach
    spots = []
    for _ in range(int((right - left) * (bottom - top) / 190)):
        x, y, r = rng.uniform(left, right), rng.uniform(top, bottom), rng.gamma(2.0, 0.34) + 0.25
        spots.append(ellipse(x, y, r, r * rng.uniform(0.6, 1))[::6])
    stage.paint(place, spots, "#4a3326", opacity=0.55, clip=layer)


def opening(
    stage: Stage, place: Place, y: float, r: float, colour: str, *, tilt: float = 0.22, drink: float = 0
) -> None:
    """Draw the mouth of a vessel: rim, inner wall, and what is in it ``drink`` units below the rim."""
    rim = Material(mix(colour, "#ffffff", 0.25), gloss=0.5, sharp=0.6)
    stage.solid(place, ellipse(0, y, r, r * tilt), rim, bevel=3)
    inner = stage.solid(
        place, ellipse(0, y, r - 4.5, (r - 4.5) * tilt), Material(mix(colour, "#20120c", 0.35)), bevel=1
    )
    stage.paint(
        place, [ellipse(-r * 0.5, y, r * 0.7, r * tilt * 1.1)], "#1c100a", opacity=0.5, blur=r * 0.16, clip=inner
    )
    stage.paint(
        place,
        [ellipse(r * 0.55, y + r * tilt * 0.2, r * 0.5, r * tilt)],
        "#fff0dc",
        opacity=0.28,
        blur=r * 0.12,
        clip=inner,
    )
    if drink:
        level = ellipse(0, y + drink, r - 7, (r - 7) * tilt)
        surface = stage.paint(place, [level], COFFEE, clip=inner)
        stage.paint(
            place,
            [ellipse(-r * 0.35, y + drink - 2, r * 0.35, r * tilt * 0.35)],
            "#c98f5c",
            opacity=0.35,
            blur=r * 0.05,
            clip=surface,
        )


def handle(stage: Stage, place: Place, pairs: list[tuple[float, float]], colour: str, width: float) -> None:
    """Draw a handle along a path."""
    path = smooth(pairs, closed=False)
    stage.solid(
        place,
        ribbon(path, [width * 1.15, width * 0.85, width * 1.1]),
        Material(colour, gloss=0.45, sharp=0.6),
        bevel=width * 0.5,
    )


def mug(stage: Stage, place: Place, colour: str) -> None:
    """Draw a mug; its origin is the middle of its foot."""
    handle(stage, place, [(70, -128), (118, -132), (132, -90), (112, -48), (66, -38)], colour, 20)
    stage.turned(place, [(62, -14), (60, 0)], Material(CLAY, gloss=0.05, grain=0.10), sharp=True)
    body = stage.turned(
        place, [(78, -165), (80, -120), (80, -60), (74, -26), (62, -10)], Material(colour, gloss=0.55, sharp=0.7)
    )
    specks(stage, place, body, (-85, -160, 85, 20), 3)
    opening(stage, place, -165, 78, colour, drink=10)


def carafe(stage: Stage, place: Place, colour: str) -> None:
    """Draw the carafe; its origin is the middle of its foot."""
    handle(stage, place, [(66, -268), (150, -280), (176, -210), (160, -110), (104, -78)], colour, 24)
    stage.turned(place, [(100, -18), (97, 0)], Material(CLAY, gloss=0.05, grain=0.10), sharp=True)
    profile = [(74, -310), (62, -285), (64, -255), (92, -190), (120, -120), (122, -70), (110, -28), (100, -12)]
    body = stage.turned(place, profile, Material(colour, gloss=0.55, sharp=0.7))
    specks(stage, place, body, (-125, -310, 125, 24), 5)
    opening(stage, place, -310, 74, colour)


def dripper(stage: Stage, place: Place, colour: str) -> None:
    """Draw the cone; its origin is the middle of the flange that rests on the carafe."""
    handle(stage, place, [(96, -120), (168, -122), (178, -70), (128, -36), (66, -34)], colour, 22)
    stage.turned(place, [(52, -24), (54, 20)], Material(colour, gloss=0.4, sharp=0.6), sharp=True)
    disc = stage.turned(place, [(104, -14), (108, -8), (104, 2)], Material(colour, gloss=0.55, sharp=0.7))
    stage.solid(place, ellipse(0, -14, 104, 23), Material(mix(colour, "#ffffff", 0.1), gloss=0.3), bevel=3)
    specks(stage, place, disc, (-110, -30, 110, 30), 7)
    stage.shadow(place, [ellipse(4, -16, 62, 14)], blur=5, strength=0.5)
    body = stage.turned(
        place, [(138, -168), (132, -150), (94, -80), (58, -26), (50, -16)], Material(colour, gloss=0.55, sharp=0.7)
    )
    specks(stage, place, body, (-140, -168, 140, 10), 9)
    opening(stage, place, -168, 138, colour)


def hero(stage: Stage) -> None:
    """The whole set on a peach ground."""
    sweep(stage, "#e3a583", "#f0c4a3")
    contact(stage, 330, 806, 112, 27)
    carafe(stage, Place(330, 800, 1.15), CREAM)
    dripper(stage, Place(330, 448, 1.15), CREAM)
    contact(stage, 590, 856, 66, 18)
    mug(stage, Place(590, 850, 1.1), CREAM)
    for x, y, turn in ((150, 872, 20), (196, 900, -35), (118, 912, 70), (470, 930, 15), (432, 908, -50)):
        contact(stage, x, y + 5, 14, 4, 0.5)
        bean(stage, Place(x, y, 0.8, turn))


def detail(stage: Stage) -> None:
    """The cone close up, with coffee blooming in its filter."""
    sweep(stage, "#c98763", "#dba27d", horizon=900)
    place = Place(350, 930, 2.35)
    carafe(stage, place.inner(0, 306), CREAM)
    dripper(stage, place, CREAM)
    paper = stage.solid(place, ellipse(0, -170, 127, 25), Material("#f6eddf", gloss=0.05), bevel=2)
    stage.paint(place, [ellipse(-70, -172, 90, 30)], "#8a6a4e", opacity=0.45, blur=18, clip=paper)
    brew = stage.solid(
        place, ellipse(0, -163, 106, 17), Material("#3a1c0e", gloss=0.25, sharp=0.9), bevel=3, clip=paper
    )
    rng = np.random.default_rng(4)
    bubbles = [(rng.uniform(-90, 90), rng.uniform(-174, -152), rng.uniform(1.2, 4.2)) for _ in range(46)]
    stage.paint(place, [ellipse(x, y, r * 1.6, r * 0.6) for x, y, r in bubbles], "#a9703f", opacity=0.6, clip=brew)
    stage.paint(
        place, [ellipse(x - 0.6, y - 0.4, r * 0.7, r * 0.22) for x, y, r in bubbles], "#f0c48e", opacity=0.7, clip=brew
    )
    steam(stage, 350, 520, 1.5)


def in_use(stage: Stage) -> None:
    """A morning kitchen table by the window."""
    fill(stage, "#d9cfbd", "#cbbca3", 0, 720)
    window_light(stage, strength=0.5, colour="#ffd49a", blur=9)
    table(stage, 700, "#a8713f")
    shelf = rounded(470, 196, 400, 18, 3)
    stage.shadow(HOME, [shelf], shift=(10, 26), blur=14, strength=0.4)
    stage.solid(HOME, shelf, Material("#8a5a34", gloss=0.1, grain=0.05), bevel=3)
    for x, colour in ((560, "#7f9077"), (660, "#c9744e"), (752, CREAM)):
        jar(stage, Place(x, 196, 0.72), colour)
    contact(stage, 300, 826, 112, 24, 0.7)
    carafe(stage, Place(300, 820, 1.1), SAGE)
    dripper(stage, Place(300, 482, 1.1), SAGE)
    contact(stage, 575, 886, 70, 18, 0.7)
    mug(stage, Place(575, 880, 1.15), SAGE)
    steam(stage, 575, 690, 1.0)
    window_light(stage, strength=0.16, colour="#ffdca8", blur=14)


def from_above(stage: Stage, place: Place, colour: str) -> None:
    """Draw a full mug on its saucer as seen from straight above."""
    dish = ellipse(0, 0, 148, 148)
    stage.shadow(place, [dish], shift=(20, 26), blur=16, strength=0.55)
    saucer = stage.solid(place, dish, Material(colour, gloss=0.4, sharp=0.4), bevel=9)
    specks(stage, place, saucer, (-148, -148, 148, 148), 11)
    stage.paint(place, [ellipse(0, 0, 104, 104)], "#3a2a20", opacity=0.22, blur=5, clip=saucer)
    stage.solid(place, ellipse(0, 0, 100, 100), Material(colour, gloss=0.3), bevel=3)
    bar = ribbon(np.array([[60.0, -44], [96, -72], [128, -96]]), [20, 20, 22])
    stage.shadow(place, [bar, ellipse(0, 0, 86, 86)], shift=(14, 18), blur=9, strength=0.6)
    stage.solid(place, bar, Material(colour, gloss=0.5, sharp=0.6), bevel=10)
    stage.solid(place, ellipse(0, 0, 86, 86), Material(colour, gloss=0.5, sharp=0.6), bevel=7)
    wall = stage.solid(place, ellipse(0, 0, 76, 76), Material(mix(colour, "#20120c", 0.35)), bevel=1)
    surface = stage.paint(place, [ellipse(3, 4, 72, 72)], COFFEE, clip=wall)
    stage.paint(place, [ellipse(3, 4, 72, 72)], "#8a5026", opacity=0.5, blur=3, clip=wall)
    stage.paint(place, [ellipse(4, 6, 64, 64)], COFFEE, opacity=0.95, blur=5, clip=surface)
    shine = ribbon(ellipse(3, 4, 50, 50, 190, 262), [2, 9, 2])
    stage.paint(place, [shine], "#f3d3ac", opacity=0.5, blur=2.5, clip=surface)
    stage.paint(place, [ellipse(-34, -44, 80, 60)], "#0c0503", opacity=0.5, blur=14, clip=wall)


def colours(stage: Stage) -> None:
    """Three glazes from above."""
    stage.light = Light(boxes=0.6)
    sweep(stage, "#d88f6a", "#e2a27d", horizon=1400, pool=0.2)
    for x, y, turn, colour in ((255, 250, 0, CREAM), (560, 510, 40, SAGE), (250, 765, -20, INK)):
        from_above(stage, Place(x, y, 1.12, turn), colour)
    rng = np.random.default_rng(12)
    for x, y in (
        (520, 170),
        (575, 215),
        (610, 150),
        (120, 500),
        (172, 540),
        (640, 800),
        (560, 860),
        (690, 870),
        (630, 905),
        (90, 455),
    ):
        place = Place(x, y, 0.95, float(rng.uniform(0, 180)))
        stage.shadow(place, [ellipse(0, 0, 24, 17)], shift=(4, 6), blur=5, strength=0.6)
        bean(stage, place)


SCENES = (hero, in_use, detail, colours)
