"""Pictures of the desk lamp: two arms, brass joints, a bell-shaped shade."""

from __future__ import annotations

import numpy as np

from app.demo.drawing.fields import mix
from app.demo.drawing.grounds import contact, fill, glow, sweep, table
from app.demo.drawing.lighting import Light, Material
from app.demo.drawing.outlines import Place, ellipse, ribbon, rounded, smooth
from app.demo.drawing.props import book, leaf
from app.demo.drawing.studio import HOME, Stage

BRASS = Material("#d9a75a", metal=True, gloss=0.8, sharp=0.7)
TEAL, SAND, BRICK = "#1f6f78", "#ead9bd", "#c25a3c"
ELBOW, HEAD = (-96.0, -330.0), (70.0, -560.0)
HEAD_TURN = -24.0


def joint(stage: Stage, place: Place, r: float) -> None:
    """Draw a knurled brass knob."""
    stage.shadow(place, [ellipse(0, 0, r, r)], shift=(3, 5), blur=4, strength=0.45)
    stage.solid(place, ellipse(0, 0, r, r), BRASS, bevel=r * 0.35)
    stage.solid(place, ellipse(0, 0, r * 0.62, r * 0.62), BRASS, bevel=r * 0.2)
    stage.paint(place, [rounded(-r * 0.42, -1.3, r * 0.84, 2.6, 1)], "#4a300e", opacity=0.8)


def rod(
    stage: Stage, place: Place, start: tuple[float, float], end: tuple[float, float], colour: str, width: float
) -> None:
    """Draw one arm."""
    stage.solid(
        place, ribbon(np.linspace(start, end, 20), width), Material(colour, gloss=0.5, sharp=0.6), bevel=width / 2
    )


def lamp(stage: Stage, place: Place, colour: str, *, lit: float = 0.0) -> None:
    """Draw the lamp; its origin is the middle of its foot, ``lit`` the strength of its light."""
    stage.turned(place, [(116, -22), (122, -12), (118, 2)], Material(colour, gloss=0.5, sharp=0.6))
    stage.solid(place, ellipse(0, -22, 116, 25), Material(mix(colour, "#ffffff", 0.06), gloss=0.4), bevel=4)
    stage.shadow(place, [ellipse(10, -22, 34, 8)], blur=5, strength=0.5)
    stage.turned(place, [(20, -70), (21, -40), (26, -26)], BRASS)
    cable = smooth(
        [(0, -80), (-70, -210), (ELBOW[0] - 22, -330), (-40, -450), (HEAD[0] - 20, HEAD[1] - 10)], closed=False
    )
    stage.paint(place, [ribbon(cable, 4)], "#2b2622")
    for shift in (-9.0, 9.0):
        rod(stage, place, (shift, -70), (ELBOW[0] + shift, ELBOW[1]), colour, 9)
    rod(stage, place, (0, -62), ELBOW, mix(colour, "#000000", 0.1), 8)
    rod(stage, place, ELBOW, HEAD, colour, 12)
    joint(stage, place.inner(0, -72), 20)
    joint(stage, place.inner(*ELBOW), 24)
    shade(stage, place.inner(*HEAD, turn=HEAD_TURN), colour, lit)


def shade(stage: Stage, place: Place, colour: str, lit: float) -> None:
    """Draw the head; its origin is the joint that holds it, and it opens downwards."""
    mouth = 158.0
    warm = mix("#fff0cc", "#ffd98e", 0.3)
    inner = Material(warm if lit else mix(colour, "#fff6e6", 0.72), gloss=0.1, glow=0.42 * lit)
    stage.solid(place, ellipse(0, mouth, 132, 34), inner, bevel=3)
    if lit:
        stage.paint(place, [ellipse(0, mouth + 4, 66, 20)], "#ffe2a0", opacity=0.5, blur=14, light=True)
    else:
        stage.paint(place, [ellipse(0, mouth - 6, 120, 22)], "#2a1d12", opacity=0.35, blur=8)
    stage.solid(place, ellipse(0, mouth + 10, 34, 34), Material("#fff4dc", gloss=0.3, glow=1.3 * lit), bevel=30)
    profile = [(26, -58), (34, -40), (40, -10), (66, 36), (104, 92), (126, 136), (132, 158)]
    stage.turned(place, profile, Material(colour, gloss=0.34, sharp=0.75), tilt=-0.24)
    stage.turned(place, [(14, -80), (18, -70), (22, -56)], BRASS, tilt=0.1)
    joint(stage, place.inner(0, -6), 22)


def cone(stage: Stage, place: Place, strength: float) -> None:
    """Add the light that falls out of the shade."""
    head = place.inner(*HEAD, turn=HEAD_TURN)
    for spread, share in ((1.0, 0.55), (0.7, 0.45)):
        beam = np.array([[-120.0 * spread, 160], [120 * spread, 160], [330 * spread, 720], [-330 * spread, 720]])
        stage.paint(head, [beam], "#ffd694", opacity=strength * share, blur=34, light=True)


def hero(stage: Stage) -> None:
    """The teal lamp, lit, on a warm ground."""
    sweep(stage, "#e8b98d", "#f0cba4", horizon=700)
    contact(stage, 330, 872, 130, 28)
    place = Place(330, 870, 1.12)
    cone(stage, place, 0.30)
    glow(stage, 560, 900, 260, "#ffd694", 0.22)
    lamp(stage, place, TEAL, lit=1.0)


def detail(stage: Stage) -> None:
    """Shade and joint close up."""
    sweep(stage, "#7aa3a0", "#94b8b2", horizon=1200)
    place = Place(250, 1800, 2.5)
    cone(stage, place, 0.22)
    lamp(stage, place, TEAL, lit=1.0)


def in_use(stage: Stage) -> None:
    """A desk in the evening."""
    stage.light = Light(
        key_strength=0.5, sky="#9fb2d8", sky_strength=0.3, bounce="#ffcf95", bounce_strength=0.4, boxes=0.6
    )
    fill(stage, "#1d2c40", "#34475a", 0, 780)
    pane = rounded(60, 90, 300, 380, 4)
    stage.solid(HOME, rounded(44, 74, 332, 412, 6), Material("#2c3947", gloss=0.1), bevel=5)
    night = stage.paint(HOME, [pane], "#0f1c33")
    stage.paint(HOME, [ellipse(290, 170, 26, 26)], "#fff1cf", clip=night)
    stage.paint(HOME, [ellipse(290, 170, 70, 70)], "#7f9ccc", opacity=0.30, blur=24, clip=night, light=True)
    rng = np.random.default_rng(3)
    stars = [ellipse(rng.uniform(70, 350), rng.uniform(100, 340), 1.5, 1.5)[::8] for _ in range(34)]
    stage.paint(HOME, stars, "#dfe9ff", opacity=0.8, clip=night)
    for x, y, width in ((60, 396, 70), (132, 360, 60), (196, 410, 74), (274, 376, 90)):
        stage.paint(HOME, [rounded(x, y, width, 120, 1)], "#0a1222", clip=night)
        panes = [rounded(x + dx, y + dy, 7, 9, 1) for dx in (12, 30, 46) for dy in (14, 36, 58) if rng.uniform() < 0.5]
        stage.paint(HOME, [*panes, rounded(x + 12, y + 14, 7, 9, 1)], "#ffcf7d", opacity=0.8, clip=night)
    stage.solid(HOME, rounded(206, 90, 8, 380, 1), Material("#2c3947", gloss=0.1), bevel=3)
    table(stage, 770, "#7d5233")
    place = Place(290, 880, 1.02)
    glow(stage, 560, 860, 420, "#ffc77c", 0.42)
    stage.paint(HOME, [ellipse(540, 880, 240, 70)], "#ffd596", opacity=0.5, blur=34, light=True)
    cone(stage, place, 0.30)
    notebook = np.array([[430.0, 900], [640, 892], [700, 950], [460, 962]])
    stage.shadow(HOME, [notebook], shift=(10, 10), blur=8, strength=0.6)
    stage.solid(HOME, notebook, Material("#f5ead2", gloss=0.05, glow=0.25), bevel=4)
    lines = [
        ribbon(np.array([[452.0 + 4 * i, 912 + 10 * i], [560, 909 + 9.6 * i], [632 + 10 * i, 904 + 10.4 * i]]), 1.6)
        for i in range(4)
    ]
    stage.paint(HOME, lines, "#8a7a62", opacity=0.6)
    for x, y, width, height, colour in (
        (660, 826, 210, 30, "#b5533a"),
        (668, 796, 190, 26, "#d9a441"),
        (655, 770, 170, 24, "#3e6a70"),
    ):
        book(stage, Place(x, y), width, height, colour)
    contact(stage, 290, 884, 122, 24, 0.8)
    lamp(stage, place, SAND, lit=1.0)


def colours(stage: Stage) -> None:
    """Three lacquers by day."""
    sweep(stage, "#c9d3cf", "#dde3dd", horizon=640)
    for x, y, size, colour in ((610, 620, 0.64, SAND), (140, 590, 0.62, BRICK), (340, 930, 0.95, TEAL)):
        contact(stage, x, y + 2, 124 * size, 26 * size)
        lamp(stage, Place(x, y, size), colour)
    stage.shadow(HOME, [ellipse(720, 906, 60, 12)], blur=12, strength=0.4)
    stage.turned(Place(715, 905), [(44, -84), (46, -40), (34, 0)], Material("#b9855f", gloss=0.15, grain=0.04))
    stage.solid(Place(715, 905), ellipse(0, -84, 43, 9), Material("#3b271c", gloss=0), bevel=2)
    for turn, size in ((-50, 0.9), (46, 0.95), (-20, 1.15), (22, 1.1), (0, 1.3)):
        leaf(stage, Place(715, 822, size, turn), "#3d7d4f", width=26, fade="#8fb56a")


SCENES = (hero, in_use, detail, colours)
