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
from app.rendering.layout import Layout, layout_for
from app.rendering.motion import ZOOM, ease_out, overshoot, path
from app.rendering.planes import Pixels, Planes, Sprite, planes_from_rgb, sprite_from_rgba
from app.rendering.stage import staged
from app.rendering.theme import Theme

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
    """Say whether the picture is shown over the whole frame, rather than whole on a stage."""
    shape, wanted = float(picture.shape[1] / picture.shape[0]), width / height
    return 1 - min(shape / wanted, wanted / shape) <= MAX_CROP


def layers(job: ClipJob, picture: Pixels, theme: Theme) -> list[Layer]:
    """Return the scene's layers, the lowest first."""
    layout = layout_for(job.width, job.height)
    if not fills_frame(picture, job.width, job.height):
        zoom = ZOOM * _SHARPNESS
        picture = staged(picture, even(job.width * zoom), even(job.height * zoom))
    found = [_full_picture(job, picture)]
    if job.on_screen_text:
        found.append(Layer(_veil(job, layout, theme), lambda _: (Placement(1, 0, 0), 1.0)))
    if job.badge:
        found.append(_badge(job, layout, theme))
    if job.on_screen_text:
        found.append(_title(job, layout, theme))
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


def rounded(width: int, height: int, radius: float) -> Image.Image:
    """Return a mask with round corners, drawn at four times the size: Pillow does not smooth the edges of shapes."""
    large = Image.new("L", (4 * width, 4 * height), 0)
    outline = (0, 0, 4 * width - 1, 4 * height - 1)
    ImageDraw.Draw(large).rounded_rectangle(outline, 4 * min(radius, width / 2, height / 2), fill=255)
    return large.resize((width, height), Image.Resampling.BOX)


def _veil(job: ClipJob, layout: Layout, theme: Theme) -> Sprite:
    """The theme's ground from the top, at full strength behind the title and gone below it."""
    bottom = layout.title.bottom
    length = even(bottom + 0.14 * job.height)
    rows = np.clip((length - np.arange(length)) / (length - bottom), 0, 1)
    eased = rows * rows * (3 - 2 * rows)
    veil = np.empty((length, job.width, 4), np.uint8)
    veil[:, :, :3] = theme.ground
    veil[:, :, 3] = np.rint(255 * theme.tint * eased)[:, None]
    return sprite_from_rgba(veil)


def _title(job: ClipJob, layout: Layout, theme: Theme) -> Layer:
    box, unit, on_ground = layout.title, layout.unit, theme.text
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
    # At the foot of its band: with the badge below it makes one block.
    y = even(box.bottom - image.height)
    return Layer(sprite_from_rgba(np.array(image)), _entrance(job, x, y, 34 * unit, _TITLE_ENTERS))


def _badge(job: ClipJob, layout: Layout, theme: Theme) -> Layer:
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
    middle = box.centre

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
