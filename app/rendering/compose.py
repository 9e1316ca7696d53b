"""A scene as layers: what lies where, and how it moves in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from app.rendering import text
from app.rendering.canvas import Placement, fill, paint
from app.rendering.jobs import ClipJob
from app.rendering.layout import Box, Layout, layout_for
from app.rendering.motion import DRIFT, ZOOM, ease_out, overshoot, path
from app.rendering.planes import Pixels, Planes, Sprite, planes_from_rgb, sprite_from_rgba
from app.rendering.theme import SCRIM, WHITE, Rgb, Theme

MAX_CROP = 0.26
"""A picture fills the frame if at most this share of it is lost; a 3:4 picture in a 9:16 frame loses a quarter."""
_SHARPNESS = 1.2
"""Pictures are kept this much larger than they are ever shown, so that interpolation does not soften them."""
_TITLE_ENTERS, _BADGE_ENTERS, _ENTRANCE = 0.25, 0.6, 0.5
_LEAVES, _GONE = 0.25, 0.2
"""Words fade out in 0.25 s and are gone 0.2 s before the end: two scenes' words must not show through each other."""

Move = Callable[[float], tuple[Placement, float]]
"""Seconds -> where a layer lies and how opaque it is (0..1)."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture that covers the frame (planes) or a drawing over it (sprite), and its movement."""

    picture: Planes | Sprite
    move: Move

    def draw(self, frame: Planes, seconds: float) -> None:
        place, opacity = self.move(seconds)
        if isinstance(self.picture, Planes):
            fill(frame, self.picture, place)
        else:
            paint(frame, self.picture, place, opacity)


def fills_frame(picture: Pixels, width: int, height: int) -> bool:
    """Say whether the picture is shown over the whole frame, rather than whole on a card."""
    shape, wanted = float(picture.shape[1] / picture.shape[0]), width / height
    return 1 - min(shape / wanted, wanted / shape) <= MAX_CROP


def layers(job: ClipJob, picture: Pixels, theme: Theme) -> list[Layer]:
    """Return the scene's layers, the lowest first."""
    layout = layout_for(job.width, job.height)
    badge_at = layout.badge.centre[1]
    if fills_frame(picture, job.width, job.height):
        found = [_full_picture(job, picture)]
        if job.on_screen_text:
            found.append(Layer(_scrim(job, layout, theme), lambda _: (Placement(1, 0, 0), 1.0)))
        on_ground: Rgb = WHITE
    else:
        room = _card_room(job, layout, picture)
        found = [_backdrop(job, picture, theme), _card(job, picture, room, layout.unit, theme)]
        on_ground = theme.text
        # The badge hangs on the card's lower edge.
        badge_at = min(badge_at, room.bottom)
    if job.badge:
        found.append(_badge(job, layout, theme, badge_at))
    if job.on_screen_text:
        found.append(_title(job, layout, theme, on_ground))
    return found


def picture_place(job: ClipJob, size: tuple[int, int], scale: float, seconds: float) -> Placement:
    """Return where a picture of ``size`` (width, height) lies that covers the frame when drawn at ``scale``."""
    zoom, right, down = path(job.motion, seconds / job.seconds)
    scale *= zoom
    x = job.width * (0.5 + right) - scale * size[0] / 2
    y = job.height / 2 + job.width * down - scale * size[1] / 2
    return Placement(scale, x, y)


def _full_picture(job: ClipJob, picture: Pixels) -> Layer:
    source = planes_from_rgb(_resized_to_cover(picture, job.width, job.height, ZOOM * _SHARPNESS))
    scale = max(job.width / source.width, job.height / source.height)
    size = (source.width, source.height)
    return Layer(source, lambda seconds: (picture_place(job, size, scale, seconds), 1.0))


def _backdrop(job: ClipJob, picture: Pixels, theme: Theme) -> Layer:
    """The picture itself, blurred beyond recognition and tinted; it drifts against the card, which gives depth."""
    small = _resized(_cropped(picture, job.width / job.height), (90, even(90 * job.height / job.width)))
    blurred = cv2.GaussianBlur(small, (0, 0), 26).astype(np.float32)
    tinted = blurred * (1 - theme.tint) + np.array(theme.ground, np.float32) * theme.tint
    # Enlarged before rounding: eight bits at the small size would show as steps.
    size = _cover_size(small.shape[1], small.shape[0], job.width, job.height, ZOOM)
    large = cv2.resize(tinted, size, interpolation=cv2.INTER_CUBIC)
    # A trace of noise hides the bands that eight bits leave in so soft a gradient.
    noise = np.random.default_rng(0).uniform(-0.9, 0.9, (size[1], size[0], 1)).astype(np.float32)
    source = planes_from_rgb(np.clip(np.rint(large + noise), 0, 255).astype(np.uint8))
    scale = max(job.width / source.width, job.height / source.height)

    def move(seconds: float) -> tuple[Placement, float]:
        _, right, down = path(job.motion, seconds / job.seconds)
        grown = scale * (1 + 2 * DRIFT)
        x = job.width * (0.5 - right) - grown * source.width / 2
        return Placement(grown, x, job.height / 2 - job.width * down - grown * source.height / 2), 1.0

    return Layer(source, move)


def _cropped(picture: Pixels, shape: float) -> Pixels:
    """Return the middle of the picture with (about) the given ratio of width to height."""
    height, width = picture.shape[:2]
    rows, columns = max(1, min(height, round(width / shape))), max(1, min(width, round(height * shape)))
    top, left = (height - rows) // 2, (width - columns) // 2
    return picture[top : top + rows, left : left + columns]


def _card_room(job: ClipJob, layout: Layout, picture: Pixels) -> Box:
    """Return the box of the card at its largest: the picture's shape, in the middle of the room that it has."""
    top = layout.card.top if job.on_screen_text else layout.title.top
    shape = picture.shape[1] / picture.shape[0]
    width = max(8.0, min(layout.card.width, (layout.card.bottom - top) * shape))
    height = max(8.0, width / shape)
    x, y = layout.card.centre[0], (top + layout.card.bottom) / 2
    return Box(round(x - width / 2), round(y - height / 2), round(x + width / 2), round(y + height / 2))


def _card(job: ClipJob, picture: Pixels, room: Box, unit: float, theme: Theme) -> Layer:
    """The whole picture with round corners and a soft shadow."""
    kept = _SHARPNESS
    size = (even(room.width * kept), even(room.height * kept))
    margin = even(44 * unit * kept)
    sprite = sprite_from_rgba(_card_drawing(_resized(picture, size), margin, theme.radius * unit * kept))
    middle_x, middle_y = room.centre

    def move(seconds: float) -> tuple[Placement, float]:
        zoom, right, down = path(job.motion, seconds / job.seconds)
        # The card must stay within its room, so it grows up to its size and not beyond; a pan moves it half as far.
        scale = (zoom / ZOOM if right == down == 0 else 1.0) / kept
        x = middle_x + job.width * right / 2 - scale * sprite.colour.width / 2
        y = middle_y + job.width * down / 2 - scale * sprite.colour.height / 2
        return Placement(scale, x, y), 1.0

    return Layer(sprite, move)


def _card_drawing(picture: Pixels, margin: int, radius: float) -> Pixels:
    height, width = picture.shape[:2]
    mask = rounded(width, height, radius)
    shadow = Image.new("L", (width + 2 * margin, height + 2 * margin), 0)
    shadow.paste(mask.point([level * 80 // 255 for level in range(256)]), (margin, margin + margin // 5))
    drawing = Image.new("RGBA", shadow.size, (0, 0, 0, 0))
    drawing.putalpha(shadow.filter(ImageFilter.GaussianBlur(margin / 3)))
    card = Image.new("RGBA", shadow.size, (0, 0, 0, 0))
    card.paste(Image.fromarray(picture), (margin, margin), mask)
    drawing.alpha_composite(card)
    return np.array(drawing)


def rounded(width: int, height: int, radius: float) -> Image.Image:
    """Return a mask with round corners, drawn at four times the size: Pillow does not smooth the edges of shapes."""
    large = Image.new("L", (4 * width, 4 * height), 0)
    outline = (0, 0, 4 * width - 1, 4 * height - 1)
    ImageDraw.Draw(large).rounded_rectangle(outline, 4 * min(radius, width / 2, height / 2), fill=255)
    return large.resize((width, height), Image.Resampling.BOX)


def _scrim(job: ClipJob, layout: Layout, theme: Theme) -> Sprite:
    """A dark veil from the top that is full behind the title and gone below it."""
    bottom = layout.title.bottom
    length = even(bottom + 0.22 * job.height)
    rows = np.clip((length - np.arange(length)) / (length - bottom), 0, 1)
    eased = rows * rows * (3 - 2 * rows)
    veil = np.empty((length, job.width, 4), np.uint8)
    veil[:, :, :3] = theme.ink
    veil[:, :, 3] = np.rint(255 * SCRIM * eased)[:, None]
    return sprite_from_rgba(veil)


def _title(job: ClipJob, layout: Layout, theme: Theme, on_ground: Rgb) -> Layer:
    box, unit = layout.title, layout.unit
    words, family = text.prepare(job.on_screen_text, theme.family)
    button = job.role == "call_to_action"
    pad_x, pad_y = (even(30 * unit), even(16 * unit)) if button else (even(4 * unit), even(4 * unit))
    size = theme.title * unit * (1.12 if job.role == "hook" else 1.0)
    block = text.fit(
        words, family, theme.weight, box.width - 2 * pad_x, box.height - 2 * pad_y, size, 20 * unit, max_lines=3
    )
    image = Image.new("RGBA", (even(block.width) + 2 * pad_x, even(block.height) + 2 * pad_y), (*on_ground, 0))
    if button:
        image = Image.new("RGBA", image.size, (*theme.accent, 255))
        image.putalpha(rounded(image.width, image.height, theme.radius * unit))
    text.draw(image, block, image.width / 2, pad_y, theme.on_accent if button else on_ground)
    x = even(box.centre[0] - image.width / 2)
    y = even(box.centre[1] - image.height / 2)
    return Layer(sprite_from_rgba(np.array(image)), _entrance(job, x, y, 34 * unit, _TITLE_ENTERS))


def _badge(job: ClipJob, layout: Layout, theme: Theme, middle_y: float) -> Layer:
    box, unit = layout.badge, layout.unit
    words, family = text.prepare(job.badge, "inter")
    pad = even(26 * unit)
    room = even(10 * unit)
    block = text.fit(words, family, 800, box.width - 2 * pad, box.height, 38 * unit, 16 * unit, max_lines=1)
    width, height = even(block.width + 2 * pad), box.height
    pill = rounded(width, height, height / 2)
    shadow = Image.new("L", (width + 2 * room, height + 2 * room), 0)
    shadow.paste(pill.point([level * 90 // 255 for level in range(256)]), (room, room))
    image = Image.new("RGBA", shadow.size, (0, 0, 0, 0))
    image.putalpha(shadow.filter(ImageFilter.GaussianBlur(room / 2.5)))
    shape = Image.new("RGBA", (width, height), (*theme.accent, 255))
    shape.putalpha(pill)
    image.alpha_composite(shape, (room, room))
    text.draw(image, block, image.width / 2, room + (height - block.height) / 2, theme.on_accent)
    sprite = sprite_from_rgba(np.array(image))
    middle = (box.centre[0], middle_y)

    def move(seconds: float) -> tuple[Placement, float]:
        since = (seconds - _BADGE_ENTERS) / _ENTRANCE
        scale = 1.0 if since >= 1 else max(0.05, 0.6 + 0.4 * overshoot(since))
        x, y = middle[0] - scale * image.width / 2, middle[1] - scale * image.height / 2
        place = Placement(1, even(x), even(y)) if scale == 1 else Placement(scale, x, y)
        return place, min(1.0, max(0.0, since * 3)) * _remaining(job, seconds)

    return Layer(sprite, move)


def _entrance(job: ClipJob, x: int, y: int, rise: float, start: float) -> Move:
    """Fade in while rising by ``rise`` pixels, then stand still."""

    def move(seconds: float) -> tuple[Placement, float]:
        done = ease_out((seconds - start) / _ENTRANCE)
        opacity = min(1.0, max(0.0, (seconds - start) / (0.7 * _ENTRANCE)))
        return Placement(1, x, y + (1 - done) * rise), opacity * _remaining(job, seconds)

    return move


def _remaining(job: ClipJob, seconds: float) -> float:
    """Return the opacity of words near the scene's end; the last words of a film stay."""
    return 1.0 if job.role == "call_to_action" else min(1.0, max(0.0, (job.seconds - _GONE - seconds) / _LEAVES))


def _cover_size(width: int, height: int, frame_width: int, frame_height: int, zoom: float) -> tuple[int, int]:
    scale = max(frame_width / width, frame_height / height) * zoom
    return even(max(frame_width, width * scale)), even(max(frame_height, height * scale))


def _resized_to_cover(picture: Pixels, width: int, height: int, zoom: float) -> Pixels:
    return _resized(picture, _cover_size(picture.shape[1], picture.shape[0], width, height, zoom))


def _resized(picture: Pixels, size: tuple[int, int]) -> Pixels:
    smaller = size[0] < picture.shape[1]
    out = np.empty((size[1], size[0], 3), np.uint8)
    cv2.resize(picture, size, dst=out, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return out


def even(value: float) -> int:
    return max(2, 2 * round(value / 2))
