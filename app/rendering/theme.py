"""Colours and type of a film: a style tuned to the product's own colours, with contrast that is computed.

Contrast is that of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances; 4.5 is its level AA for text.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

from app.models import Style

Rgb = tuple[int, int, int]
CONTRAST = 4.5
BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)
PLATE = 0.82
"""Opacity of the plate under captions."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What a style comes to for one product."""

    ground: Rgb
    """The colour of the veil under the on-screen text."""
    tint: float
    """The veil's opacity; the rest is the picture."""
    text: Rgb
    """Words on the veil."""
    accent: Rgb
    on_accent: Rgb
    ink: Rgb
    """The dark of scrims and plates; words on it are white."""
    family: str
    weight: int
    title: float
    """The largest type size of the on-screen text, in layout units."""
    radius: float
    """The rounding of corners, in layout units."""


@dataclass(frozen=True, slots=True)
class _Recipe:
    ground: Rgb
    accent_in_ground: float
    tint: float
    text: Rgb
    accent: Rgb
    brightness: float
    """The least value (HSV) of the accent."""
    family: str
    weight: int
    title: float
    radius: float


_RECIPES: dict[Style, _Recipe] = {
    "clean": _Recipe((249, 249, 247), 0.06, 0.86, (18, 18, 22), (28, 96, 220), 0.0, "inter", 750, 66, 26),
    "bold": _Recipe((12, 12, 18), 0.16, 0.86, WHITE, (255, 205, 20), 0.85, "outfit", 850, 80, 18),
    "warm": _Recipe((252, 242, 228), 0.08, 0.85, (66, 40, 26), (196, 84, 46), 0.0, "outfit", 650, 70, 40),
    "playful": _Recipe((255, 236, 150), 0.3, 0.9, (44, 24, 74), (240, 70, 120), 0.7, "outfit", 800, 76, 60),
    "elegant": _Recipe((24, 22, 26), 0.05, 0.7, (244, 236, 222), (196, 164, 104), 0.0, "inter", 350, 60, 4),
    "minimal": _Recipe((255, 255, 255), 0.0, 0.94, (10, 10, 10), (10, 10, 10), 0.0, "inter", 500, 52, 0),
    "technical": _Recipe((14, 22, 34), 0.1, 0.9, (214, 232, 246), (40, 190, 220), 0.6, "inter", 600, 58, 8),
    "natural": _Recipe((232, 236, 220), 0.1, 0.84, (36, 52, 34), (92, 128, 70), 0.0, "outfit", 550, 66, 48),
    "retro": _Recipe((242, 220, 180), 0.06, 0.9, (92, 34, 22), (214, 116, 44), 0.0, "outfit", 900, 72, 2),
    "street": _Recipe((8, 8, 8), 0.0, 0.94, (236, 255, 70), (236, 255, 70), 0.9, "inter", 900, 84, 0),
}


def theme_for(style: Style, palette: list[str]) -> Theme:
    """Return the theme of ``style`` with the most vivid colour of ``palette`` (``#rrggbb``) as its accent.

    A palette without a vivid colour leaves the style's own accent.
    """
    recipe = _RECIPES[style]
    vivid = _vivid([rgb_of(colour) for colour in palette])
    accent = _brightened(vivid, recipe.brightness) if vivid else recipe.accent
    ground = blend(recipe.ground, vivid, recipe.accent_in_ground) if vivid else recipe.ground
    ink = blend((10, 10, 14), accent, 0.08)
    return Theme(
        ground=ground,
        tint=recipe.tint,
        text=readable(recipe.text, [blend(BLACK, ground, recipe.tint), blend(WHITE, ground, recipe.tint)]),
        accent=accent,
        on_accent=readable(max(WHITE, ink, key=lambda colour: contrast(colour, accent)), [accent]),
        ink=ink,
        family=recipe.family,
        weight=recipe.weight,
        title=recipe.title,
        radius=recipe.radius,
    )


def rgb_of(colour: str) -> Rgb:
    """Return ``#rrggbb`` as three levels."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def blend(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Return the mixture with ``share`` (0..1) of ``second``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def luminance(colour: Rgb) -> float:
    """Return the relative luminance, 0..1 (WCAG 2.2)."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Rgb, second: Rgb) -> float:
    """Return the contrast ratio, 1..21 (WCAG 2.2)."""
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


def readable(colour: Rgb, grounds: list[Rgb]) -> Rgb:
    """Return ``colour``, or its nearest mixture with black or white that has ``CONTRAST`` on all grounds.

    Where the grounds leave no such mixture, the one with the best contrast is returned.
    """
    steps = [blend(colour, end, step / 20) for step in range(21) for end in (BLACK, WHITE)]
    for candidate in steps:
        if all(contrast(candidate, ground) >= CONTRAST for ground in grounds):
            return candidate
    return max(steps, key=lambda candidate: min(contrast(candidate, ground) for ground in grounds))


def _vivid(colours: list[Rgb]) -> Rgb | None:
    def strength(colour: Rgb) -> float:
        _, saturation, value = colorsys.rgb_to_hsv(*(level / 255 for level in colour))
        return saturation * value

    best = max(colours, key=strength, default=None)
    return best if best is not None and strength(best) >= 0.2 else None


def _brightened(colour: Rgb, least: float) -> Rgb:
    hue, saturation, value = colorsys.rgb_to_hsv(*(level / 255 for level in colour))
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, max(value, least))
    return round(255 * red), round(255 * green), round(255 * blue)
