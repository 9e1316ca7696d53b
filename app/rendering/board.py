"""What scenes are built of: pictures that move, words and shapes that enter and leave, and the ground under them.

A drawing is made once; later frames only move it, fade it or uncover it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from PIL import Image

from app.models import Motion
from app.rendering import pictures, text
from app.rendering.canvas import Placement
from app.rendering.fonts import right_to_left
from app.rendering.footage import Footage
from app.rendering.jobs import ClipJob
from app.rendering.layers import Layer, Pose
from app.rendering.layout import Box, Layout, layout_for
from app.rendering.motion import ENTRANCE_SECONDS, ENTRANCES, Entrance
from app.rendering.parallax import cut_opacity
from app.rendering.planes import planes_from_rgb, sprite_from_rgba, widened
from app.rendering.shapes import even, rounded
from app.rendering.shots import Shot
from app.rendering.stage import dithered
from app.rendering.theme import Rgb, Theme, contrast, readable, rgb_of

FIRST, STEP = -0.35, 0.13
"""Seconds until the first words enter, and between one and the next: the first frame has the title almost in place."""
_LEAVES = 0.2
"""Before a transition words fade out in 0.2 s and are gone in its middle, so that no two scenes' mix; not at cuts."""
GLOW = 0.3
"""How much of the accent there is in the ground at the foot of an upright frame."""
_ONE_LINE = 0.85
"""Of the size of words on a plate in two lines, at which they are set in one."""
TOLD_APART = 1.5
"""Contrast of a plate to what is behind it under which it does not look like a plate."""


@dataclass
class Board:
    """A scene in the making: what was drawn so far, the lowest layer first."""

    job: ClipJob
    theme: Theme
    layers: list[Layer | Footage] = field(default_factory=list)
    solid: bool = False
    """Words stand on the theme's ground, not on a picture."""

    @cached_property
    def layout(self) -> Layout:
        return layout_for(self.job.width, self.job.height)

    @property
    def unit(self) -> float:
        return self.layout.unit

    @cached_property
    def rtl(self) -> bool:
        """The scene's words run from right to left."""
        words = [self.job.on_screen_text, *(words for point in self.job.points for words in point.texts)]
        return any(right_to_left(word) for word in words)

    @property
    def plate(self) -> tuple[Rgb, Rgb]:
        """The colours of a plate and of the words on it: the accent, or the text's where that would not be seen."""
        behind = self.theme.ground if self.solid or not self.job.palette else rgb_of(self.job.palette[0])
        if contrast(self.theme.accent, behind) >= TOLD_APART:
            return self.theme.accent, self.theme.on_accent
        return self.theme.text, readable(self.theme.ground, [self.theme.text])

    @property
    def align(self) -> text.Align:
        """Where the style's lines begin, in the direction that the words run."""
        if self.theme.look.align == "centre":
            return "centre"
        return "right" if self.rtl else "left"

    @property
    def start(self) -> text.Align:
        """The side where lines of a list begin."""
        return "right" if self.rtl else "left"

    @property
    def end(self) -> text.Align:
        return "left" if self.rtl else "right"

    def ground(self, box: Box | None = None) -> None:
        """Cover the frame, or ``box``, with the theme's ground: a trace lighter above than below."""
        box = box or Box(0, 0, self.job.width, self.job.height)
        down = np.arange(box.top, box.bottom, dtype=np.float32)
        ground = np.array(self.theme.ground, np.float32) + (4 - 8 * down / self.job.height)[:, None, None]
        glow = self.layout.glow
        if glow < box.bottom == self.job.height:
            # Below all words the accent shines through, so that the foot of an upright frame is not empty.
            up = np.clip((down - glow) / (box.bottom - glow), 0, 1)
            share = (GLOW * up * up * (3 - 2 * up))[:, None, None]
            ground = ground * (1 - share) + np.array(self.theme.accent, np.float32) * share
        # Noise keeps eight bits from showing bands.
        plain = np.ascontiguousarray(np.broadcast_to(ground, (box.height, box.width, 3)), np.float32)
        self.layers.append(Layer(planes_from_rgb(dithered(plain, 0.6)), None, box))

    def picture(
        self, region: Box, focus: Box | None = None, motion: Motion | None = None, path_of: str = "", card: bool = False
    ) -> None:
        """Lay a picture over ``region``, moving, with its subject in ``focus``: the job's, or the one at ``path_of``.

        A scene's picture is moved towards ``focus``; one on a plain ground is made small enough for it, too. One that
        cannot fill the region lies whole in ``focus`` on a card. ``card``: the region itself is one, its corners round.
        """
        if self.job.footage and not path_of:
            self.layers.append(Footage(self.job, region))
        else:
            shot = self.other_shot if path_of else self.shot
            motion = motion or self.job.motion
            if not shot.fills(region, focus, motion):
                self.ground(region)
                region, card, focus = shot.whole_in(focus or region), True, None
                if not shot.fills(region, None, motion):
                    shot = replace(shot, subject=None)  # it reaches to the picture's edge: so it does to the card's
            self.layers += shot.layers(region, focus, motion, self.job.seconds)
        if card:
            self.frame_card(region, self.theme.look.radius * self.unit)

    @cached_property
    def shot(self) -> Shot:
        """The scene's picture. Raises as ``pictures.load``."""
        job = self.job
        cutout = job.cutout if job.motion == "parallax" else ""
        return Shot(pictures.load(job.image), job.subject, job.plain_ground, cut_opacity(cutout) if cutout else None)

    @cached_property
    def other_shot(self) -> Shot:
        """The picture beside it. Raises as ``pictures.load``."""
        return Shot(pictures.load(self.job.other), self.job.other_subject, self.job.other_plain_ground)

    def veil(self, bottom: int) -> None:
        """The theme's ground from the top, at full strength down to ``bottom`` and gone below it."""
        length = even(bottom + 0.11 * self.job.height)
        rows = np.clip((length - np.arange(length)) / (length - bottom), 0, 1)
        eased = rows * rows * (3 - 2 * rows)
        veil = np.empty((length, 2, 4), np.uint8)  # all columns are the same
        veil[:, :, :3] = self.theme.ground
        veil[:, :, 3] = np.rint(255 * self.theme.tint * eased)[:, None]
        sprite = widened(sprite_from_rgba(veil), self.job.width)
        self.layers.append(Layer(sprite, None, Box(0, 0, self.job.width, length)))

    def frame_card(self, box: Box, radius: float) -> None:
        """Round the corners of a picture that fills ``box``, in the colour of the ground."""
        side = min(even(radius), box.width // 2 * 2, box.height // 2 * 2)
        if side <= 2:
            return
        mask = np.array(rounded(2 * side, 2 * side, side))
        for x, y, part in (
            (box.left, box.top, mask[:side, :side]),
            (box.right - side, box.top, mask[:side, side:]),
            (box.left, box.bottom - side, mask[side:, :side]),
            (box.right - side, box.bottom - side, mask[side:, side:]),
        ):
            corner = np.empty((side, side, 4), np.uint8)
            corner[:, :, :3] = self.theme.ground
            corner[:, :, 3] = 255 - part
            self.layers.append(Layer(sprite_from_rgba(corner), None, Box(x, y, x + side, y + side)))

    def write(
        self,
        words: str,
        box: Box,
        size: float,
        *,
        enters: float,
        colour: Rgb | None = None,
        align: text.Align | None = None,
        upright: text.Align = "centre",
        face: str = "detail",
        weight: int | None = None,
        lines: int = 1,
        entrance: Entrance | None = None,
        smallest: float = 17,
    ) -> Box:
        """Write ``words`` into ``box`` in type of at most ``size`` units, and return where they stand.

        ``upright``: "left" at the box's top, "right" at its foot. ``face``: "title" or "detail".
        """
        block = self.set(words, box, size, face=face, weight=weight, lines=lines, smallest=smallest)
        if not block.lines:
            return Box(box.left, box.top, box.left, box.top)
        align = align or self.align
        top = {"left": box.top, "centre": box.centre[1] - block.height / 2, "right": box.bottom - block.height}[upright]
        return self.place(block, box, top, enters, colour or self.theme.text, align, entrance)

    def set(
        self,
        words: str,
        box: Box,
        size: float,
        *,
        face: str,
        weight: int | None = None,
        lines: int = 1,
        smallest: float = 17,
    ) -> text.Block:
        """Return ``words`` fitted into ``box``."""
        look = self.theme.look
        family, weight = (
            (look.family, weight or look.weight) if face == "title" else (look.detail, weight or look.detail_weight)
        )
        if look.upper and face == "title":
            words = text.capitals(words)
        drawable, drawn_in = text.prepare(words, family, self.job.language)
        if drawn_in != family and face == "title":
            weight = max(weight, look.stand_in_weight)
        family = drawn_in
        return text.fit(
            drawable,
            family,
            weight,
            box.width,
            box.height,
            size * self.unit,
            min(size, smallest) * self.unit,
            lines,
            self.job.language,
        )

    def place(
        self,
        block: text.Block,
        box: Box,
        top: float,
        enters: float,
        colour: Rgb,
        align: text.Align,
        entrance: Entrance | None,
    ) -> Box:
        """Draw a block's lines, each a drawing of its own that enters a moment after the one above it."""
        pad = even(block.font.size * 0.2)
        for number in range(len(block.lines)):
            width = text.measure(block.lines[number], block.face, block.font.size)
            image = Image.new("RGBA", (even(width) + 2 * pad, even(block.leading) + 2 * pad), (*colour, 0))
            text.draw(image, block, pad, pad, colour, "left", number)
            room = {"left": 0.0, "centre": (box.width - width) / 2, "right": box.width - width}[align]
            self.sprite(
                image,
                box.left + room - pad,
                top + number * block.leading - pad,
                enters + number * 0.05,
                entrance or self.theme.look.enters,
            )
        room = {"left": 0.0, "centre": (box.width - block.width) / 2, "right": float(box.width - block.width)}[align]
        left = round(box.left + room)
        return Box(left, round(top), left + block.width, round(top + block.height))

    def sprite(self, image: Image.Image, x: float, y: float, enters: float, entrance: Entrance = "rise") -> None:
        """Lay a drawing of even size at (x, y), which enters after ``enters`` seconds."""
        sprite = sprite_from_rgba(np.array(image))
        x, y = 2 * round(x / 2), 2 * round(y / 2)
        width, height = image.width, image.height
        way, unit, length = ENTRANCES[entrance], self.unit, self.job.seconds
        stays, gone = not self.job.tail or self.job.role == "call_to_action", 0.5 * self.job.tail / self.job.fps
        sign, rtl = (-1 if self.rtl else 1), self.rtl
        # A short scene's words must have time to stand.
        enters = min(enters, 0.35 * length)

        def move(seconds: float) -> Pose:
            if seconds < enters:
                return Pose(Placement(1, x, y), 0.0)
            entry = way(min(1.0, (seconds - enters) / ENTRANCE_SECONDS))
            leaving = 1.0 if stays else min(1.0, max(0.0, (length - gone - seconds) / _LEAVES))
            place = Placement(
                entry.scale,
                x + sign * entry.right * unit + (1 - entry.scale) * width / 2,
                y + entry.down * unit + (1 - entry.scale) * height / 2,
            )
            return Pose(place, entry.opacity * leaving, entry.shown, rtl)

        self.layers.append(Layer(sprite, move))

    def still(self, box: Box) -> Layer:
        """Return the ground's colour over ``box``, from the first frame to the last."""
        rgba = np.full((even(box.height), even(box.width), 4), 255, np.uint8)
        rgba[:, :, :3] = self.theme.ground
        left, top = box.left // 2 * 2, box.top // 2 * 2
        return Layer(sprite_from_rgba(rgba), None, Box(left, top, left + rgba.shape[1], top + rgba.shape[0]))

    def shape(self, mask: Image.Image, colour: Rgb, opacity: float = 1.0) -> Image.Image:
        """Return a drawing of one colour, its size brought to even numbers."""
        image = Image.new("RGBA", (even(mask.width + 0.5), even(mask.height + 0.5)), (*colour, 0))
        alpha = Image.new("L", image.size, 0)
        alpha.paste(mask.point([round(level * opacity) for level in range(256)]), (0, 0))
        image.putalpha(alpha)
        return image

    def bar(self, box: Box, colour: Rgb, enters: float, radius: float = 0, entrance: Entrance = "wipe") -> None:
        """Draw a filled box: a line, a bar, a chip's ground."""
        mask = rounded(max(2, box.width), max(2, box.height), radius)
        self.sprite(self.shape(mask, colour), box.left, box.top, enters, entrance)

    def pill(
        self,
        words: str,
        box: Box,
        size: float,
        enters: float,
        *,
        align: text.Align | None = None,
        radius: float | None = None,
        ground: Rgb | None = None,
        colour: Rgb | None = None,
        entrance: Entrance | None = None,
        face: str = "detail",
        lines: int = 1,
    ) -> Box:
        """Write ``words`` on a plate of the accent's colour within ``box``, and return the plate's box."""
        pad = even(0.24 * box.height + 8 * self.unit)
        room = Box(box.left, box.top, box.right - 2 * pad, box.bottom)
        weight = None if face == "title" else 750
        block = self.set(words, room, size, face=face, weight=weight, lines=lines, smallest=14)
        if len(block.lines) > 1:
            one = self.set(words, room, size, face=face, weight=weight, smallest=14)
            # A short call in one line, smaller, reads better than one in two.
            block = one if one.font.size >= _ONE_LINE * block.font.size and "…" not in one.lines[0] else block
        if not block.lines:
            return Box(box.left, box.top, box.left, box.top)
        width, height = even(block.width) + 2 * pad, even(box.height)
        image = self.shape(rounded(width, height, height / 2 if radius is None else radius), ground or self.plate[0])
        words_only = Image.new("RGBA", image.size, (*(colour or self.plate[1]), 0))
        text.draw(words_only, block, width / 2, (height - block.height) / 2, colour or self.plate[1])
        image.alpha_composite(words_only)
        left = {"left": box.left, "centre": box.centre[0] - width / 2, "right": box.right - width}[align or self.align]
        self.sprite(image, left, box.top, enters, entrance or self.theme.look.badge_enters)
        return Box(round(left), box.top, round(left) + width, box.top + height)
