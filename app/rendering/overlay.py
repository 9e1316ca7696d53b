"""What lies over a scene: captions and the watermark."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.rendering.brand import logo
from app.rendering.canvas import Placement, paint
from app.rendering.caption_plates import caption_plates
from app.rendering.compose import Scene
from app.rendering.content import CAPTION_SIZE, LARGE_CAPTION_SIZE
from app.rendering.jobs import Caption, ClipJob
from app.rendering.layout import Box, layout_for
from app.rendering.planes import Planes, sprite_from_rgba
from app.rendering.plates import Plate, plate
from app.rendering.theme import Theme
from app.rendering.words import aligned

_CAPTION_FADE = 0.1
_MARKED = 0.85
"""Opacity of watermark and logo."""


class Captions:
    """A scene's captions. One is drawn when its time comes, and forgotten after it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._marked = scene.job.caption_style == "karaoke"
        self._drawn: tuple[Caption, Box, tuple[Plate | None, list[Plate | None]]] | None = None

    def draw(self, frame: Planes, seconds: float) -> None:
        """Draw what is said ``seconds`` after the scene's beginning."""
        now = next((caption for caption in self._scene.captions if caption.start <= seconds < caption.end), None)
        if now is None:
            return
        shot = self._scene.at(seconds)
        if shot.captions is None:
            return
        if self._drawn is None or self._drawn[0] is not now or self._drawn[1] != shot.captions:
            size = (LARGE_CAPTION_SIZE if shot.captions_alone else CAPTION_SIZE) * self._scene.layout.unit
            words = [word.text for word in now.words] if self._marked else []
            align = aligned(self._scene.theme.look, self._scene.rtl)
            drawn = caption_plates(now.text, words, shot.captions, self._scene.theme, size, align)
            self._drawn = now, shot.captions, drawn
        plain, marked = self._drawn[2]
        if plain is None:
            return
        # The last word that has begun: it stays marked until the next one is said.
        begun = [number for number, word in enumerate(now.words) if word.start <= seconds + 1e-3]
        shown = marked[begun[-1]] if marked and begun else None
        opacity = min(1.0, (seconds - now.start + 1e-3) / _CAPTION_FADE)
        paint(frame, plain.sprite, plain.place, opacity)
        if shown is not None:
            paint(frame, shown.sprite, shown.place, opacity)


class Mark:
    """Watermark and logo: the same in every picture of a film, transitions included."""

    def __init__(self, job: ClipJob, theme: Theme) -> None:
        layout = layout_for(job.width, job.height)
        box = layout.watermark
        self._plates: list[Plate] = []
        middle = (box.left + box.right) // 2
        gap = round(6 * layout.unit)
        if job.logo:
            space = replace(box, right=middle - gap) if job.watermark else box
            image = logo(job.logo, space)
            left = space.right - image.width if job.watermark else middle - image.width // 2
            top = (space.top + space.bottom - image.height) // 2
            place = Placement(1, 2 * (left // 2), 2 * (top // 2))
            self._plates.append(Plate(sprite_from_rgba(np.array(image)), place))
        if job.watermark:
            space = replace(box, left=middle + gap, right=box.right) if job.logo else box
            words = plate(job.watermark, space, theme, 26 * layout.unit, 600, 1)
            self._plates += [words] if words else []

    def draw(self, frame: Planes) -> None:
        for one in self._plates:
            paint(frame, one.sprite, one.place, _MARKED)
