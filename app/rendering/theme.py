"""Colours and type of a film: a style tuned to the product's own colours, with contrast that is computed.

Contrast is that of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances; 4.5 is its level AA for text.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Literal

from app.models import Style
from app.rendering.motion import Entrance

Rgb = tuple[int, int, int]
CONTRAST = 4.5
_AIM = 5.0
"""What colours are chosen for where they can have it: encoding takes a little of the contrast."""
BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)
PLATE = 0.82
"""Opacity of the plate under captions."""


@dataclass(frozen=True, slots=True)
class Look:
    """What of a style is the same for all products."""

    family: str
    weight: int
    title: float
    """The largest type size of the on-screen text, in layout units."""
    detail: str = "inter"
    """The family of labels, badges and numbers."""
    detail_weight: int = 600
    stand_in_weight: int = 100
    """The least weight of titles whose letters another family draws: where the style's own is heavy by nature."""
    upper: bool = False
    """Titles are written in capitals, in scripts that have them."""
    align: Literal["left", "centre"] = "centre"
    backing: Literal["veil", "blocks", "card"] = "veil"
    """What stands behind words on a picture: a veil that fades out, a block for each line, a card for all."""
    mark: Literal["none", "bar", "rule", "corners", "dots"] = "none"
    """The ornament beside a title."""
    enters: Entrance = "rise"
    badge_enters: Entrance = "pop"
    radius: float = 26
    """The rounding of corners, in layout units."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What a style comes to for one product."""

    ground: Rgb
    """The colour of panels, and of what is behind words on a picture."""
    tint: float
    """The opacity of what is behind words on a picture; the rest is the picture."""
    text: Rgb
    """Words on the ground."""
    muted: Rgb
    """Lesser words on the ground alone."""
    line: Rgb
    """Hairlines on the ground."""
    highlight: Rgb
    """The accent where it is type or a thin line on the ground."""
    accent: Rgb
    on_accent: Rgb
    ink: Rgb
    """The dark of scrims and plates; words on it are white."""
    look: Look

    @property
    def family(self) -> str:
        return self.look.family

    @property
    def weight(self) -> int:
        return self.look.weight


@dataclass(frozen=True, slots=True)
class _Recipe:
    ground: Rgb
    accent_in_ground: float
    tint: float
    text: Rgb
    accent: Rgb
    brightness: float
    """The least value (HSV) of the accent."""
    look: Look
    own_accent: bool = False
    """The accent is the style's, whatever the product's colours are."""


_RECIPES: dict[Style, _Recipe] = {
    "clean": _Recipe(
        (249, 249, 247), 0.06, 0.88, (18, 18, 22), (28, 96, 220), 0.0, Look("manrope", 800, 64, "manrope", 650)
    ),
    "bold": _Recipe(
        (12, 12, 18), 0.16, 0.9, WHITE, (255, 205, 20), 0.85,
        Look("archivo", 900, 76, "archivo", 750, upper=True, mark="bar", enters="slide", radius=14),
    ),
    "warm": _Recipe(
        (252, 242, 228), 0.08, 0.88, (66, 40, 26), (196, 84, 46), 0.0,
        Look("fraunces", 650, 68, "nunito", 700, radius=36),
    ),
    "playful": _Recipe(
        (255, 236, 150), 0.3, 0.97, (44, 24, 74), (240, 70, 120), 0.7,
        Look("fredoka", 650, 70, "fredoka", 550, backing="card", mark="dots", enters="pop", radius=56),
    ),
    "elegant": _Recipe(
        (24, 22, 26), 0.05, 0.82, (244, 236, 222), (196, 164, 104), 0.0,
        Look("playfair-display", 500, 72, "lora", 550, mark="rule", enters="fade",
             badge_enters="fade", radius=2),
    ),
    "minimal": _Recipe(
        (255, 255, 255), 0.0, 0.95, (10, 10, 10), (10, 10, 10), 0.0,
        Look("inter", 480, 56, align="left", enters="wipe", badge_enters="fade", radius=0), own_accent=True,
    ),
    "technical": _Recipe(
        (14, 22, 34), 0.1, 0.92, (214, 232, 246), (40, 190, 220), 0.6,
        Look("space-grotesk", 600, 58, "jetbrains-mono", 500, align="left", mark="corners", enters="type",
             badge_enters="wipe", radius=6),
    ),
    "natural": _Recipe(
        (232, 236, 220), 0.1, 0.97, (36, 52, 34), (92, 128, 70), 0.0,
        Look("nunito", 800, 62, "nunito", 700, backing="card", enters="rise", radius=40),
    ),
    "retro": _Recipe(
        (242, 220, 180), 0.06, 0.92, (92, 34, 22), (214, 116, 44), 0.0,
        Look("righteous", 400, 72, "rubik", 550, stand_in_weight=700, mark="bar", enters="drop", radius=4),
    ),
    "street": _Recipe(
        (8, 8, 8), 0.0, 1.0, (236, 255, 70), (236, 255, 70), 0.9,
        Look("anton", 400, 88, "archivo", 750, upper=True, align="left", stand_in_weight=850, backing="blocks",
             enters="slam", badge_enters="slam", radius=0), own_accent=True,
    ),
}  # fmt: skip


def theme_for(style: Style, palette: list[str]) -> Theme:
    """Return the theme of ``style`` with the most vivid colour of ``palette`` (``#rrggbb``) as its accent.

    A palette without a vivid colour leaves the style's own accent.
    """
    recipe = _RECIPES[style]
    vivid = None if recipe.own_accent else _vivid([rgb_of(colour) for colour in palette])
    accent = _brightened(vivid, recipe.brightness) if vivid else recipe.accent
    ground = blend(recipe.ground, vivid, recipe.accent_in_ground) if vivid else recipe.ground
    ink = blend((10, 10, 14), accent, 0.08)
    text = readable(recipe.text, [blend(end, ground, recipe.tint) for end in (BLACK, WHITE)])
    # The ground is a trace lighter above than below.
    near = [blend(ground, end, 0.03) for end in (BLACK, WHITE)]
    return Theme(
        ground=ground,
        tint=recipe.tint,
        text=text,
        muted=readable(blend(text, ground, 0.32), near),
        line=blend(text, ground, 0.8),
        highlight=readable(accent, near),
        accent=accent,
        on_accent=readable(max(WHITE, ink, key=lambda colour: contrast(colour, accent)), [accent]),
        ink=ink,
        look=recipe.look,
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
    """Return ``colour``, or its nearest mixture with black or white that has a little over ``CONTRAST`` on all grounds.

    Where the grounds leave no such mixture, the one with the best contrast is returned.
    """
    steps = [blend(colour, end, step / 20) for step in range(21) for end in (BLACK, WHITE)]
    for candidate in steps:
        if all(contrast(candidate, ground) >= _AIM for ground in grounds):
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
