"""Colours and type of a film: a style tuned to the product's own colours, with contrast that is computed.

What a style is stands in one data file each (``styles/NAME.json``). Contrast is that of WCAG 2.2: (L1 + 0.05) /
(L2 + 0.05) of the relative luminances; 4.5 is its level AA for text.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.models import Style, TransitionKind
from app.rendering.motion import Camera, Entrance

Rgb = tuple[int, int, int]
CONTRAST = 4.5
_AIM = 5.0
"""What colours are chosen for where they can have it: encoding takes a little of the contrast."""
BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)
_ACCENT = 2.0
"""Contrast of the accent to its ground from which type in a shade of it still looks like it."""
PLATE = 0.82
"""Opacity of the plate under captions."""
APART = 1.7
"""Contrast of a plate to what is behind it under which it does not look like a plate."""
ToneName = Literal["light", "dark"]
Shape = Literal["none", "disc", "stripes", "grid", "blobs", "arch", "rays", "dots", "frame"]
Light = Literal["spot", "sweep", "window"]
_Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Face(_Data):
    """A typeface of a style."""

    family: str
    weight: int
    upper: bool = False
    """Words are written in capitals, in scripts that have them."""
    leading: float = 1.12
    """Distance of two baselines in type sizes."""
    stand_in_weight: int = 100
    """The least weight where another family draws the letters: where the style's own is heavy by nature."""


class GroundColours(_Data):
    """One of the two grounds of a style, before a product's colours come into it."""

    colour: _Colour
    tint: Annotated[float, Field(ge=0, le=1)]
    """The product's share in it."""
    glow: Annotated[float, Field(ge=-1, le=1)]
    """How much lighter (or darker) it is where the light falls."""
    text: _Colour


class Look(_Data):
    """What of a style is the same for all products."""

    display: Face
    text: Face
    headline: Annotated[float, Field(ge=48, le=190)]
    """The largest type of a headline, in layout units."""
    align: Literal["left", "centre"]
    radius: float
    """The rounding of corners, in layout units."""
    light: GroundColours
    dark: GroundColours
    first: ToneName
    """The ground that a film begins on."""
    accent: _Colour
    own_accent: bool = False
    """The accent is the style's, whatever the product's colours are."""
    brightness: Annotated[float, Field(ge=0, le=1)] = 0.0
    """The least value (HSV) of the accent."""
    light_falls: Light
    shape: Shape
    shape_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """How strongly the shape stands out of the ground."""
    grain: Annotated[float, Field(ge=0, le=8)]
    """Levels of noise on the ground."""
    shadow: Annotated[float, Field(ge=0, le=1)] = 0.42
    """Darkness of a product's shadow."""
    enters: Entrance
    badge_enters: Entrance
    camera: Camera
    shot_seconds: Annotated[float, Field(ge=1.2, le=3)]
    """About how long a shot lasts."""
    transitions: list[TransitionKind]
    """What suits the style, in turn."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A ground of a film, and the colours of what stands on it."""

    ground: Rgb
    glow: Rgb
    """Where its light falls."""
    shape: Rgb
    text: Rgb
    muted: Rgb
    """Lesser words."""
    highlight: Rgb
    """The accent where it is type or a thin line."""
    accent: Rgb
    """Of plates, always to be told from the ground."""
    on_accent: Rgb


@dataclass(frozen=True, slots=True)
class Theme:
    """What a style comes to for one product."""

    light: Tone
    dark: Tone
    accent: Rgb
    on_accent: Rgb
    ink: Rgb
    """The dark of scrims and plates; words on it are white."""
    look: Look

    def tone(self, name: ToneName) -> Tone:
        """Return the ground of that name."""
        return self.light if name == "light" else self.dark

    @property
    def ground(self) -> Rgb:
        """The colour that a film begins on."""
        return self.tone(self.look.first).ground


@cache
def look_of(style: Style) -> Look:
    """Return what the style's data file says."""
    return Look.model_validate_json(files("app.rendering").joinpath("styles", f"{style}.json").read_bytes())


def theme_for(style: Style, palette: list[str]) -> Theme:
    """Return the theme of ``style`` with the most vivid colour of ``palette`` (``#rrggbb``) as its accent.

    A palette without a vivid colour leaves the style's own accent.
    """
    look = look_of(style)
    vivid = None if look.own_accent else _vivid([rgb_of(colour) for colour in palette])
    accent = _brightened(vivid or rgb_of(look.accent), look.brightness)
    ink = blend((10, 10, 14), accent, 0.08)
    return Theme(
        light=_tone(look, look.light, vivid or rgb_of(look.accent), accent, ink),
        dark=_tone(look, look.dark, vivid or rgb_of(look.accent), accent, ink),
        accent=accent,
        on_accent=_on(accent, ink),
        ink=ink,
        look=look,
    )


def _tone(look: Look, colours: GroundColours, tint: Rgb, accent: Rgb, ink: Rgb) -> Tone:
    ground = blend(rgb_of(colours.colour), tint, colours.tint)
    glow = blend(ground, WHITE if colours.glow > 0 else BLACK, abs(colours.glow))
    shape = blend(glow, blend(accent, ground, 0.35), 0.55 * look.shape_share)
    text = readable(rgb_of(colours.text), [ground, glow, shape])
    # Text that had to go far from its colour goes with the shape instead: a ground is there to be read on.
    if contrast(text, shape) < _AIM:
        shape = glow
        text = readable(rgb_of(colours.text), [ground, glow])
    if min(contrast(text, one) for one in (ground, glow)) < CONTRAST:
        # Nothing can be read both on a colour of middle lightness and where light falls on it.
        glow = shape = ground
        text = readable(rgb_of(colours.text), [ground])
    all_of_it = [ground, glow, shape]
    plate = accent if min(contrast(accent, one) for one in all_of_it) >= APART else text
    return Tone(
        ground=ground,
        glow=glow,
        shape=shape,
        text=text,
        muted=readable(blend(text, ground, 0.25), all_of_it),
        # What has to be darkened far to be read is mud, and no accent any more.
        highlight=readable(accent, all_of_it) if contrast(accent, ground) >= _ACCENT else text,
        accent=plate,
        on_accent=_on(plate, ink),
    )


def scrim_tone(theme: Theme, *, dark: bool) -> Tone:
    """Return the colours of words on a picture that lies under a dark scrim, or is light of itself."""
    ground, text = ((10, 10, 14), WHITE) if dark else (WHITE, (16, 16, 20))
    plate = theme.accent if contrast(theme.accent, blend(ground, text, 0.25)) >= APART else text
    return Tone(
        ground=ground,
        glow=ground,
        shape=ground,
        text=text,
        muted=text,
        highlight=text,
        accent=plate,
        on_accent=_on(plate, theme.ink),
    )


def _on(plate: Rgb, ink: Rgb) -> Rgb:
    return readable(max(WHITE, ink, key=lambda colour: contrast(colour, plate)), [plate])


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
