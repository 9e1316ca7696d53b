"""Words and marks of a shot as one block: set one below the other, made smaller together until they fit.

An item is set at a width and a scale, and comes out as pieces: drawings that enter, and may leave, each in its time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PIL import Image

from app.rendering import text
from app.rendering.canvas import Placement
from app.rendering.layers import Layer, Pose
from app.rendering.layout import Box
from app.rendering.motion import ENTRANCE_SECONDS, ENTRANCES, Entrance
from app.rendering.planes import sprite_from_rgba
from app.rendering.shapes import even, rounded
from app.rendering.theme import Face, Look, Rgb, Tone

Role = str
"""The name of a colour of a ``Tone``: ``text``, ``muted``, ``highlight``."""
LEAST = 48.0
"""Units under which no headline is set: a longer one is refused."""
SMALLEST = 26.0
"""Units under which nothing else is set."""
_STEPS = 0.93
_LEAST_SCALE = 0.3
_LINE_AFTER_LINE = 0.06
"""Seconds between one line's entrance and the next one's."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A drawing of even size, its place within its block in pixels, and its time in seconds.

    It is drawn when all is set: until words fit, they are set again and again.
    """

    draw: Callable[[], Image.Image]
    x: float
    y: float
    enters: float
    entrance: Entrance
    leaves: float = math.inf

    def moved(self, x: float, y: float) -> Piece:
        """Return the piece that much farther to the right and down."""
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True, slots=True)
class Block:
    """Pieces that lie within ``width`` x ``height`` pixels."""

    width: float
    height: float
    pieces: tuple[Piece, ...] = ()
    slots: tuple[Box, ...] = ()
    """Room that is left free, for captions."""


@dataclass(frozen=True, slots=True)
class TypeSettings:
    """What items are set with."""

    look: Look
    tone: Tone
    unit: float
    width: int
    """Pixels that lines may take."""
    language: str
    rtl: bool
    scale: float = 1.0

    def face(self, name: str) -> Face:
        """Return the style's face ``display`` or ``text``."""
        return self.look.display if name == "display" else self.look.text

    @property
    def align(self) -> text.Align:
        """Where lines begin, in the direction that the words run."""
        return aligned(self.look, self.rtl)

    def start(self, width: float, within: float) -> float:
        """Return where what is so wide begins in a line ``within`` pixels wide."""
        return text.start(self.align, width, within)

    def colour(self, role: Role) -> Rgb:
        """Return the tone's colour of that name."""
        colour: Rgb = getattr(self.tone, role)
        return colour

    def type(
        self,
        words: str,
        size: float,
        *,
        face: str = "display",
        lines: int = 1,
        smallest: float = SMALLEST,
        weight: int | None = None,
        width: float | None = None,
    ) -> text.Block:
        """Return ``words`` set in type of at most ``size`` units times the scale; without lines where refused."""
        style = self.face(face)
        if style.upper:
            words = text.capitals(words)
        drawable, family = text.prepare(words, style.family, self.language)
        heavy = max(weight or style.weight, style.stand_in_weight if family != style.family else 0)
        least = min(smallest, size) * self.unit
        largest = max(least, size * self.scale * self.unit)
        # Scripts with marks above and below their letters need the room that tight capitals do not.
        leading = style.leading if family == style.family else text.LEADING
        room = int(width if width is not None else self.width)
        tall = round(lines * largest * leading + 2)
        return text.fit(drawable, family, heavy, room, tall, largest, least, lines, self.language, leading)


def aligned(look: Look, rtl: bool) -> text.Align:
    """Return where a style's lines begin, words running from right to left or not."""
    return "centre" if look.align == "centre" else "right" if rtl else "left"


Item = Callable[[TypeSettings], Block | None]
"""Sets itself; None: it cannot be shown."""


def lines_of(
    words: str,
    size: float,
    enters: float,
    *,
    face: str = "display",
    role: Role = "text",
    lines: int = 1,
    smallest: float = SMALLEST,
    entrance: Entrance | None = None,
    weight: int | None = None,
    leaves: float = math.inf,
) -> Item:
    """Return an item of words, each line of which enters a moment after the one above it."""

    def set_(with_: TypeSettings) -> Block | None:
        block = with_.type(words, size, face=face, lines=lines, smallest=smallest, weight=weight)
        if not block.lines:
            return None
        colour, pad = with_.colour(role), even(block.font.size * 0.2)
        pieces = []
        for number, line in enumerate(block.lines):
            width = text.measure(line, block.face, block.font.size)
            x = with_.start(width, block.width)
            way = entrance or with_.look.enters
            at = enters + number * _LINE_AFTER_LINE
            draw = partial(_line, block, number, width, colour, pad)
            pieces.append(Piece(draw, x - pad, number * block.leading - pad, at, way, leaves))
        return Block(block.width, block.height, tuple(pieces))

    return set_


def _line(block: text.Block, number: int, width: float, colour: Rgb, pad: int) -> Image.Image:
    """Return one line of a block of type, drawn with room round it."""
    image = Image.new("RGBA", (even(width) + 2 * pad, even(block.leading) + 2 * pad), (*colour, 0))
    text.draw(image, block, pad, pad, colour, "left", number)
    return image


def plate(
    words: str,
    size: float,
    enters: float,
    *,
    entrance: Entrance | None = None,
) -> Item:
    """Return an item of words on a plate of the accent's colour."""

    def set_(with_: TypeSettings) -> Block | None:
        pad_x, pad_y = 0.62 * size * with_.scale * with_.unit, 0.3 * size * with_.scale * with_.unit
        room = with_.width - 2 * pad_x
        block = with_.type(words, size, face="text", weight=750, width=room, lines=2)
        if not block.lines:
            return None
        width, height = even(block.width + 2 * pad_x), even(block.height + 2 * pad_y)
        corner = min(with_.look.radius * with_.unit, height / 2)

        def draw() -> Image.Image:
            image = shape(rounded(width, height, corner), with_.tone.accent)
            letters = Image.new("RGBA", image.size, (*with_.tone.on_accent, 0))
            text.draw(letters, block, width / 2, (height - block.height) / 2, with_.tone.on_accent)
            image.alpha_composite(letters)
            return image

        return Block(width, height, (Piece(draw, 0, 0, enters, entrance or with_.look.badge_enters),))

    return set_


def drawing(mask: Callable[[TypeSettings], Image.Image], role: Role, enters: float, entrance: Entrance) -> Item:
    """Return an item of a shape in one colour."""

    def set_(with_: TypeSettings) -> Block:
        image = shape(mask(with_), with_.colour(role))
        return Block(image.width, image.height, (Piece(lambda: image, 0, 0, enters, entrance),))

    return set_


def slot(height: float) -> Item:
    """Return room of ``height`` units, as wide as lines may be, that is left free."""

    def set_(with_: TypeSettings) -> Block:
        tall = even(height * with_.unit)
        return Block(with_.width, tall, slots=(Box(0, 0, with_.width, tall),))

    return set_


def together(*items: Item) -> Item:
    """Return an item of drawings that lie over one another, from the same corner on."""

    def set_(with_: TypeSettings) -> Block | None:
        blocks = [block for item in items if (block := item(with_)) is not None]
        if not blocks:
            return None
        pieces = tuple(piece for block in blocks for piece in block.pieces)
        return Block(max(block.width for block in blocks), max(block.height for block in blocks), pieces)

    return set_


def row(gap: float, *items: Item, foot: bool = True) -> Item:
    """Return an item of others side by side, on one foot or else under one line; they are made smaller to fit."""

    def set_(with_: TypeSettings) -> Block | None:
        for attempt in range(24):
            smaller = replace(with_, scale=with_.scale * _STEPS**attempt)
            blocks = [block for item in items if (block := item(smaller)) is not None]
            space = gap * with_.unit
            width = sum(block.width for block in blocks) + space * max(0, len(blocks) - 1)
            if width <= with_.width:
                break
        if not blocks:
            return None
        height, left = max(block.height for block in blocks), 0.0
        pieces: list[Piece] = []
        for block in reversed(blocks) if with_.rtl else blocks:
            pieces += [piece.moved(left, height - block.height if foot else 0) for piece in block.pieces]
            left += block.width + space
        return Block(width, height, tuple(pieces))

    return set_


def stack(items: Sequence[tuple[float, Item]], setting: TypeSettings, height: float) -> Block:
    """Return the items one below the other, each with the gap in units that goes before it, within ``height`` pixels.

    They are made smaller together until they fit; where nothing helps, the last ones are left out.
    """
    kept = list(items)
    while True:
        scale = 1.0
        while scale > _LEAST_SCALE:
            done = _stacked(kept, replace(setting, scale=scale))
            if done.height <= height:
                return done
            scale *= _STEPS
        if not kept:
            return Block(0, 0)
        kept.pop()


def _stacked(items: Sequence[tuple[float, Item]], setting: TypeSettings) -> Block:
    top = 0.0
    pieces: list[Piece] = []
    slots: list[Box] = []
    blocks = [(gap, block) for gap, item in items if (block := item(setting)) is not None]
    width = max((block.width for _, block in blocks), default=0.0)
    for gap, block in blocks:
        top += gap * setting.unit * max(0.6, setting.scale) if pieces or slots else 0.0
        left = setting.start(block.width, width)
        pieces += [piece.moved(left, top) for piece in block.pieces]
        slots += [Box(round(left + one.left), round(top + one.top), round(left + one.right), round(top + one.bottom))
                  for one in block.slots]  # fmt: skip
        top += block.height
    return Block(width, top, tuple(pieces), tuple(slots))


def shape(mask: Image.Image, colour: Rgb, opacity: float = 1.0) -> Image.Image:
    """Return a drawing of one colour, its size brought to even numbers."""
    image = Image.new("RGBA", (even(mask.width + 0.5), even(mask.height + 0.5)), (*colour, 0))
    alpha = Image.new("L", image.size, 0)
    alpha.paste(mask.point([round(level * opacity) for level in range(256)]), (0, 0))
    image.putalpha(alpha)
    return image


@dataclass(frozen=True, slots=True)
class Leaving:
    """When words go before a transition: opaque until ``first``, gone from ``last`` on (seconds)."""

    first: float = math.inf
    last: float = math.inf

    def opacity(self, seconds: float) -> float:
        """Return how opaque words are."""
        if seconds < self.first:
            return 1.0
        return max(0.0, (self.last - seconds) / max(1e-6, self.last - self.first))


def layers(block: Block, left: float, top: float, unit: float, rtl: bool, leaving: Leaving) -> list[Layer]:
    """Return the layers that draw a block's pieces, its upper left corner at (left, top)."""
    return [_layer(piece.moved(left, top), unit, rtl, leaving) for piece in block.pieces]


def _layer(piece: Piece, unit: float, rtl: bool, leaving: Leaving) -> Layer:
    image = piece.draw()
    sprite = sprite_from_rgba(np.array(image))
    x, y = 2 * round(piece.x / 2), 2 * round(piece.y / 2)
    width, height = image.size
    way, sign = ENTRANCES[piece.entrance], -1 if rtl else 1

    def move(seconds: float) -> Pose:
        if not piece.enters <= seconds < piece.leaves:
            return Pose(Placement(1, x, y), 0.0)
        entry = way(min(1.0, (seconds - piece.enters) / ENTRANCE_SECONDS))
        place = Placement(
            entry.scale,
            x + sign * entry.right * unit + (1 - entry.scale) * width / 2,
            y + entry.down * unit + (1 - entry.scale) * height / 2,
        )
        return Pose(place, entry.opacity * leaving.opacity(seconds), entry.shown, rtl)

    return Layer(sprite, move)
