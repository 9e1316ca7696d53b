"""A shot as layers: the picture, what lies between it and the words, and the words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import av
import cv2
import numpy as np

from app.models import Motion
from app.rendering import staging
from app.rendering.canvas import view
from app.rendering.content import Entry, Moment, caption_slot, entries, heard
from app.rendering.encode import planes_of
from app.rendering.fonts import right_to_left
from app.rendering.footage import Footage
from app.rendering.jobs import Caption, ClipJob
from app.rendering.layers import Layer
from app.rendering.layout import Box, Layout, layout_for
from app.rendering.motion import NEXT
from app.rendering.photograph import Cutout, Photograph
from app.rendering.planes import Pixels, Planes, rgb_from_planes
from app.rendering.scrim import card_box, card_layer, panel_layer, scrim_for, scrim_layer
from app.rendering.shots import Place, Shot, plan
from app.rendering.theme import Theme, Tone
from app.rendering.words import Block, Leaving, TypeSettings, layers, stack

_WORDS_TALL, _BESIDE_WHOLE, _MOST_TALL = 512, 422, 0.42
"""Units that words take at most above or below a product, and if it is to be seen whole; and of the frame's height."""
_GAP = 26
"""Units between words and product."""
_TOUCHED = 0.03
"""The share of the words' box that a product may cover before something must lie between."""
_SLIM = 0.4
"""Width by height of a whole product that would be small under words: they stand beside it."""
_SLIM_COLUMN = 0.5
"""Of the frame's width, where words beside a slim product end."""
_FOG = 0.35
"""Opacity of a scrim from which it would be fog: the words stand on a card instead."""
_HEARD = 0.45
"""Seconds that a shot shows a caption for at least."""
_CARD = 30
"""Units of a card beyond its words."""
_CUT_OFF = 0.8
"""The share of a subject that a shot to the frame's edges keeps at least; else the words get a panel beside it."""
_PANEL = 0.4
"""Of an upright frame's height, as much as a panel above a photograph takes at least."""
_TOO_WIDE = 0.45
"""The same of what a panel leaves of the frame; of less nobody could tell what it is, and it stands on a ground."""
_LEAVES = 0.2
"""Before a transition words fade out in 0.2 s and are gone in its middle, where the next ones enter."""
_SMALL_PICTURE = 2.2
"""Units for a pixel from which a picture is too small to fill the frame: it stands on a ground."""
_ALIKE = 0.08
"""Of opacity: under such a difference the words stand where their turn is."""
_MOMENTS = (0.0, 0.99)
"""Shares of a shot at which what lies behind words is looked at."""


@dataclass
class Composed:
    """A shot that can be drawn."""

    shot: Shot
    layers: list[Layer | Footage] = field(default_factory=list)
    captions: Box | None = None
    """Where what is said stands; None: the shot has no room for it, as nothing is said."""
    captions_alone: bool = False
    """They are all there is to read."""
    words: Box | None = None
    """What headline, lists and captions keep to."""


class Scene:
    """A scene in the making: its picture is read once, its shots are composed when their time comes.

    Raises:
        InvalidInput: on composing: a picture cannot be used, or no font has the words' letters.
    """

    def __init__(self, job: ClipJob, theme: Theme) -> None:
        self.job, self.theme = job, theme
        self.shots = plan(job, theme.look)
        self.layout: Layout = layout_for(job.width, job.height)
        self.frame = Box(0, 0, job.width, job.height)
        self._composed: Composed | None = None

    @cached_property
    def captions(self) -> list[Caption]:
        """What is said and not to be read on the screen already."""
        return heard(self.job)

    @cached_property
    def rtl(self) -> bool:
        """The scene's words run from right to left."""
        job = self.job
        words = [job.on_screen_text, *(words for point in job.points for words in point.texts)]
        words += [caption.text for caption in job.captions]
        return any(right_to_left(word) for word in words)

    @cached_property
    def photo(self) -> Photograph:
        return Photograph.of(self.job)

    def at(self, seconds: float) -> Composed:
        """Return the shot that is seen ``seconds`` after the scene's beginning. No other is held: each takes memory."""
        # Half a frame of grace: times are sums of fractions.
        shot = next((one for one in reversed(self.shots) if one.begins <= seconds + 0.5 / self.job.fps), self.shots[0])
        if self._composed is None or self._composed.shot is not shot:
            self._composed = None
            self._composed = _Composer(self, shot).composed()
        return self._composed

    @property
    def leaving(self) -> Leaving:
        job = self.job
        if not job.tail or job.role == "call_to_action":
            return Leaving()
        gone = job.seconds - 0.5 * job.tail / job.fps
        return Leaving(gone - _LEAVES, gone)


class _Composer:
    def __init__(self, scene: Scene, shot: Shot) -> None:
        self.scene, self.shot = scene, shot
        self.job, self.theme, self.look = scene.job, scene.theme, scene.theme.look
        self.layout, self.frame, self.unit = scene.layout, scene.frame, scene.layout.unit
        self.bears = max(1.0, self.unit)
        """Pixels of the frame that a picture's own may be spread over, relative to a frame 720 wide; a small frame asks
        for no more."""
        self.out = Composed(shot)
        self._slim = False
        """Words stand beside a slim product."""

    def composed(self) -> Composed:
        job = self.job
        if job.footage:
            self.out.layers.append(Footage(job, self.frame))
            self._words_on_picture("above", None)
        elif job.other and job.shown_layout == "comparison":
            self._side_by_side()
        elif (cutout := self.scene.photo.cutout) is not None:
            self._cutout(cutout)
        else:
            self._photograph()
        return self.out

    @property
    def motion(self) -> Motion:
        """The scene's own in its first shot; another one in each that follows."""
        motion = self.job.motion
        for _ in range(self.shot.number):
            motion = NEXT[motion]
        return motion

    # What stands on a ground.

    def _cutout(self, cutout: Cutout) -> None:
        tone = self.theme.tone(self.shot.tone)
        photo = self.scene.photo
        place = self._place_for()
        detail = self._detail(photo)
        slim = cutout.width < _SLIM * cutout.height and not (cutout.left or cutout.right)
        self._slim = slim and self.shot.near == "whole" and not self.layout.beside
        block = self._block(tone)
        words = self._words_box(block, place)
        panel = self._needs_panel(cutout) and not self._slim
        room = self._room(words, place)
        if self.shot.near == "detail":
            panel, room = False, self._calm_room(place)
        stand = staging.placed(cutout, self.shot, room, self.frame, self.bears, detail)
        if words is not None and self.shot.near == "detail":
            place, stand = self._clear_of_faces(cutout, block, place)
            words = self._words_box(block, place)
        middle = room.centre if self.shot.near == "whole" else self.frame.centre
        self.out.layers.append(staging.ground_layer(self.look, tone, self.shot, self.frame, middle))
        motion = self.motion
        self.out.layers.append(staging.cutout_layer(cutout, stand, self.shot, self.frame, motion, self.look, tone))
        if words is None:
            return
        if panel:
            self._panel(block, words, self._panel_room(words, place), tone)
        else:
            self._words_beside(cutout, stand, block, words, place, tone)

    def _words_beside(
        self, cutout: Cutout, stand: staging.Stand, block: Block, words: Box, place: Place, tone: Tone
    ) -> None:
        """Write the words on the ground, or where what stands on it reaches below them as on a picture."""
        if staging.overlap(cutout, stand, words) > _TOUCHED:
            self._words_on_picture(place, block)
        else:
            self._write(block, words, tone)

    def _place_for(self) -> Place:
        """Return where the words stand. Below a product they would leave empty what is under them."""
        return self.shot.words if self.layout.beside or self.shot.near == "detail" else "above"

    def _detail(self, photo: Photograph) -> tuple[float, float]:
        """Return what the shot looks at: another point than the film's close-up before it, where there are others."""
        return photo.details[self._turn % len(photo.details)]

    @property
    def _turn(self) -> int:
        """The number of the close-up in the film, or a few more: see the shots' table."""
        return (3 * self.job.number + 1) // 2 + self.shot.number // 3

    def _clear_of_faces(self, cutout: Cutout, block: Block, place: Place) -> tuple[Place, staging.Stand]:
        """Return where words stand over a close-up, and how that stands, so that they lie over no face if possible."""
        photo, found = self.scene.photo, []
        other: Place = "below" if place == "above" else "above"
        details, faces = photo.details, photo.faces_in_cutout
        for number in range(len(details)):
            detail = details[(self._turn + number) % len(details)]
            for side in (place, other):
                words, room = self._words_box(block, side), self._calm_room(side)
                stand = staging.placed(cutout, self.shot, room, self.frame, self.bears, detail, faces)
                if words is None or not stand.shows_in(cutout, faces, words):
                    return side, stand
                found.append((side, stand))
        return found[0]

    def _needs_panel(self, cutout: Cutout) -> bool:
        """Return whether words need a panel, whose edge is where what the photograph cuts off ends."""
        if self.layout.beside:
            return cutout.right if self.scene.rtl else cutout.left
        return cutout.top

    # Photographs to the frame's edges.

    def _photograph(self) -> None:
        photo, shot = self.scene.photo, self.shot
        place: Place = shot.words
        tone = self.theme.tone(shot.tone)
        block = self._block(tone)
        words = self._words_box(block, place)
        columns, rows = photo.size
        cover = max(self.frame.width / columns, self.frame.height / rows)
        part = self.frame if words is None else self._panelled(words)[1]
        _, kept = staging.crop_of(photo, replace(shot, near="whole"), part, part, self.bears, (0.5, 0.5))
        speck = min(columns, rows) <= staging.SPECK
        if (cover > _SMALL_PICTURE * self.bears or kept < _TOO_WIDE) and not speck:
            self._stands(photo)
            return
        if photo.plain_ground and shot.near == "whole":
            place = self._place_for()
            room = self._room(self._words_box(block, place), place)
            layer = staging.extended_layer(photo, shot, self.frame, room, self.motion, self.look)
            if layer is not None:
                self.out.layers.append(layer)
                self._words_on_picture(place, block)
                return
        detail = self._detail(photo)
        focus = self._calm_room(place) if words is not None else self.frame
        crop, kept = staging.crop_of(photo, shot, self.frame, focus, self.bears, detail)
        if shot.near == "whole" and kept < _CUT_OFF and words is not None and not speck:
            words, region = self._panelled(words)
            crop, _ = staging.crop_of(photo, shot, region, region, self.bears, detail)
            self.out.layers.append(staging.photograph_layer(photo, crop, shot, region, self.motion, self.look))
            self._panel(block, words, region, tone)
            return
        if shot.near != "detail" and words is not None and not self.layout.beside:
            place = self._calmer(photo, crop, block)
        self.out.layers.append(staging.photograph_layer(photo, crop, shot, self.frame, self.motion, self.look))
        self._words_on_picture(place, block)

    def _panelled(self, words: Box) -> tuple[Box, Box]:
        """Return where words stand on a panel above a photograph, and what the panel leaves of the frame.

        It is a good part of the frame, so that a wide photograph fills what is left without losing its subject.
        """
        frame, column, pad = self.frame, self.layout.column(), round(1.6 * _GAP * self.unit)
        if self.layout.beside:
            return words, self._panel_room(words, "above")
        top = max(column.top + words.height + pad, round(_PANEL * frame.height)) // 2 * 2
        down = column.top + (top - pad - column.top - words.height) // 2 - words.top
        moved = replace(words, top=words.top + down, bottom=words.bottom + down)
        return moved, Box(0, top, frame.right, frame.bottom)

    def _stands(self, photo: Photograph) -> None:
        """Stand a photograph that cannot fill the frame on a ground, as it is."""
        place = self._place_for()
        tone = self.theme.tone(self.shot.tone)
        block = self._block(tone)
        opaque = np.full(photo.pixels.shape[:2], 255, np.uint8)
        whole = Cutout(np.dstack([photo.pixels, opaque]), (0, 0, 1, 1), *(False,) * 4)
        words = self._words_box(block, place)
        room = self._room(words, place)
        self.out.layers.append(staging.ground_layer(self.look, tone, self.shot, self.frame, room.centre))
        shot = replace(self.shot, near="whole")
        stand = staging.placed(whole, shot, room, self.frame, self.bears, (0.5, 0.5))
        self.out.layers.append(staging.cutout_layer(whole, stand, self.shot, self.frame, self.motion, self.look, tone))
        if words is not None:
            self._words_beside(whole, stand, block, words, place, tone)

    def _calmer(self, photo: Photograph, crop: tuple[float, float, float, float], block: Block) -> Place:
        """Return where the picture has less to look at, and less of its subject, under the words."""
        columns, rows = photo.size
        part = photo.pixels[
            round(crop[1] * rows) : max(1, round(crop[3] * rows)), round(crop[0] * columns) : round(crop[2] * columns)
        ]
        small = cv2.resize(part, (72, 128), interpolation=cv2.INTER_AREA)
        edges = np.abs(cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), cv2.CV_32F))
        scale = 128 / self.frame.height

        def burden(place: Place) -> float:
            """The scrim that words need there, and what they would lie over."""
            box = self._words_box(block, place)
            assert box is not None
            rows = slice(int(box.top * scale), max(1, int(box.bottom * scale)))
            scrim = scrim_for([np.ascontiguousarray(small[rows])], self.theme)
            seen = crop[1] + (crop[3] - crop[1]) * np.array([box.top, box.bottom]) / self.frame.height
            on_face = any(top < seen[1] and bottom > seen[0] for _, top, _, bottom in photo.faces)
            return scrim.opacity + float(edges[rows].mean()) / max(1.0, 4 * float(edges.mean())) + 2 * on_face

        above, below = burden("above"), burden("below")
        if abs(above - below) < _ALIKE:
            return self.shot.words
        return "above" if above < below else "below"

    def _side_by_side(self) -> None:
        """Two pictures, each in its half of the frame, the words on a panel above them."""
        tone = self.theme.tone(self.shot.tone)
        block = self._block(tone)
        place = self._place_for()
        words = self._words_box(block, place)
        region = self.frame if words is None else self._panel_room(words, place)
        if self.layout.beside and words is not None:
            halves = region_halves(region)
        else:
            middle = self.frame.width // 4 * 2
            halves = (
                Box(0, region.top, middle, region.bottom),
                Box(middle, region.top, self.frame.width, region.bottom),
            )
        motions: tuple[Motion, Motion] = ("pan_up", "pan_down")
        whole = replace(self.shot, near="whole")
        photos = (self.scene.photo, Photograph.other_of(self.job))
        for photo, half, motion in zip(photos, halves, motions, strict=True):
            crop, _ = staging.crop_of(photo, whole, half, half, self.bears, (0.5, 0.5))
            self.out.layers.append(staging.photograph_layer(photo, crop, self.shot, half, motion, self.look))
        if words is not None:
            self._panel(block, words, region, tone)

    # Words.

    def _setting(self, tone: Tone) -> TypeSettings:
        column = self._column()
        return TypeSettings(self.look, tone, self.unit, column.width, self.job.language, self.scene.rtl)

    def _block(self, tone: Tone) -> Block:
        """Return the shot's words, with room for captions where any are to be shown."""
        items = self._entries
        column = self.layout.column()
        whole = self.shot.near == "whole" and self.scene.photo.cutout is not None
        most = _WORDS_TALL if not whole or self._slim else _BESIDE_WHOLE
        tall = min(most * self.unit, _MOST_TALL * self.frame.height)
        tall = column.height if self.layout.beside else min(column.height, tall)
        return stack(items, self._setting(tone), tall)

    @cached_property
    def _entries(self) -> list[Entry]:
        moment = Moment(self.shot.number, self.shot.count, self.shot.begins, self.shot.ends)
        items = entries(self.job, self.look, moment, 0.5 * self.job.head / self.job.fps)

        def is_shown(caption: Caption) -> bool:
            # For the end of a word that was begun before a cut no room is kept.
            least = min(_HEARD, (caption.end - caption.start) / 2)
            return min(caption.end, self.shot.ends) - max(caption.start, self.shot.begins) >= least

        if any(is_shown(caption) for caption in self.scene.captions):
            self.out.captions_alone = not items
            items = [*items, caption_slot(items)]
        return items

    def _column(self) -> Box:
        """Return what words keep to."""
        if not self._slim:
            return self.layout.column(rtl=self.scene.rtl, centred=self.look.align == "centre")
        box = self.layout.column()
        box = replace(box, right=round(_SLIM_COLUMN * self.frame.width))
        return self.layout.mirrored(box) if self.scene.rtl else box

    def _words_box(self, block: Block, place: Place) -> Box | None:
        """Return where a block of words stands; None: there are none."""
        if block.height <= 0:
            return None
        column = self._column()
        left = column.left + round(self._setting(self.theme.light).start(block.width, column.width))
        if self.layout.beside:
            top = round(column.centre[1] - block.height / 2)
        else:
            top = column.top if place == "above" else round(column.bottom - block.height)
        return Box(left, top, round(left + block.width), round(top + block.height))

    def _room(self, words: Box | None, place: Place) -> Box:
        """Return what words leave of the frame, to its edges."""
        frame, gap = self.frame, round(_GAP * self.unit)
        if words is None:
            return frame
        if self.layout.beside or self._slim:
            column = self._column()
            left, right = (0, column.left - gap) if self.scene.rtl else (column.right + gap, frame.right)
            return Box(left, 0, right, frame.bottom)
        if place == "above":
            return Box(0, words.bottom + gap, frame.right, frame.bottom)
        return Box(0, 0, frame.right, words.top - gap)

    def _calm_room(self, place: Place) -> Box:
        """Return the part of the frame in which a picture to the edges has what it shows: away from the words."""
        frame = self.frame
        if self.layout.beside:
            return self._room(self.layout.column(rtl=self.scene.rtl), place)
        third = frame.height // 3
        return Box(0, third, frame.right, frame.bottom) if place == "above" else Box(0, 0, frame.right, 2 * third)

    def _panel_room(self, words: Box, place: Place) -> Box:
        """Return what a panel leaves of the frame. Edges are even."""
        pad = round(1.6 * _GAP * self.unit)
        frame = self.frame
        if self.layout.beside:
            column = self.layout.column(rtl=self.scene.rtl)
            if self.scene.rtl:
                return Box(0, 0, (column.left - pad // 2) // 2 * 2, frame.bottom)
            return Box((column.right + pad // 2) // 2 * 2, 0, frame.right, frame.bottom)
        if place == "above":
            return Box(0, (words.bottom + pad) // 2 * 2, frame.right, frame.bottom)
        return Box(0, 0, frame.right, (words.top - pad) // 2 * 2)

    def _panel(self, block: Block, words: Box, room: Box, tone: Tone) -> None:
        """Write the words on a panel of the film's ground, which is all of the frame but ``room``."""
        frame = self.frame
        if self.layout.beside:
            box = (
                Box(room.right, 0, frame.right, frame.bottom) if room.left == 0 else Box(0, 0, room.left, frame.bottom)
            )
        else:
            box = Box(0, 0, frame.right, room.top) if room.top > 0 else Box(0, room.bottom, frame.right, frame.bottom)
        self.out.layers.append(panel_layer(tone.ground, box))
        self._write(block, words, tone)

    def _words_on_picture(self, place: Place, block: Block | None) -> None:
        """Write the words in colours that can be read on what is behind them, with as much of a scrim as that needs."""
        block = block or self._block(self.theme.dark)
        words = self._words_box(block, place)
        if words is None:
            return
        behind = None if self.job.footage else self._behind(words.grown(round(8 * self.unit)).common(self.frame))
        scrim = scrim_for(behind, self.theme)
        if self.out.captions_alone:
            # They have plates of their own.
            self._write(block, words, scrim.tone)
            return
        if scrim.opacity > _FOG:
            tone = self.theme.tone(self.shot.tone)
            block = self._block(tone)
            comes = self.job.head / self.job.fps / 2 if self.shot.number == 0 else self.shot.begins
            on_edge = self.look.align == "left" and not self.layout.beside
            box = card_box(words, self.frame, round(_CARD * self.unit), self.scene.rtl if on_edge else None)
            radius = self.look.radius * self.unit
            self.out.layers.append(card_layer(tone.ground, box, radius, comes, self.scene.leaving))
            self._write(block, words, tone)
            return
        # Words in other colours take the same room.
        block = self._block(scrim.tone)
        if layer := scrim_layer(scrim, words, self.frame, beside=self.layout.beside):
            self.out.layers.append(layer)
        self._write(block, words, scrim.tone)

    def _behind(self, box: Box) -> list[Pixels]:
        """Return what the layers so far show in ``box`` at some moments of the shot."""
        box = Box(box.left // 2 * 2, box.top // 2 * 2, -(-box.right // 2) * 2, -(-box.bottom // 2) * 2)
        frame = planes_of(av.VideoFrame(self.frame.width, self.frame.height, "yuv420p"))
        found = []
        for share in _MOMENTS:
            for layer in self.out.layers:
                layer.draw(frame, self.shot.begins + share * self.shot.seconds)
            part = view(frame, box)
            found.append(rgb_from_planes(Planes(part.y.copy(), part.u.copy(), part.v.copy())))
        return found

    def _write(self, block: Block, words: Box, tone: Tone) -> None:
        self.out.words = words
        self.out.layers += layers(block, words.left, words.top, self.unit, self.scene.rtl, self.scene.leaving)
        if block.slots:
            slot = block.slots[0]
            self.out.captions = Box(
                words.left + slot.left, words.top + slot.top, words.left + slot.right, words.top + slot.bottom
            )


def region_halves(region: Box) -> tuple[Box, Box]:
    """Return the upper and the lower half. Edges are even."""
    middle = region.top + region.height // 4 * 2
    return (
        Box(region.left, region.top, region.right, middle),
        Box(region.left, middle, region.right, region.bottom),
    )
