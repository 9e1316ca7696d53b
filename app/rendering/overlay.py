"""What lies over a scene: captions and the watermark."""

from __future__ import annotations

from collections.abc import Sequence

from app.rendering.canvas import paint
from app.rendering.jobs import Caption, ClipJob
from app.rendering.layout import layout_for
from app.rendering.planes import Planes
from app.rendering.plates import Plate, plate
from app.rendering.theme import Theme

_CAPTION_FADE = 0.1


class Captions:
    """A scene's captions. One is drawn when its time comes, and forgotten after it."""

    def __init__(self, captions: Sequence[Caption], width: int, height: int, theme: Theme) -> None:
        self._captions, self._layout, self._theme = captions, layout_for(width, height), theme
        self._drawn: tuple[Caption, Plate | None] | None = None

    def draw(self, frame: Planes, seconds: float) -> None:
        """Draw what is said ``seconds`` after the scene's beginning."""
        now = next((caption for caption in self._captions if caption.start <= seconds < caption.end), None)
        if now is None:
            return
        if self._drawn is None or self._drawn[0] is not now:
            size = 40 * self._layout.unit
            self._drawn = now, plate(now.text, self._layout.captions, self._theme, size, 650, 2)
        words = self._drawn[1]
        if words is not None:
            opacity = min(1.0, (seconds - now.start + 1e-3) / _CAPTION_FADE)
            paint(frame, words.sprite, words.place, opacity)


class Mark:
    """The watermark: the same in every picture of a film, transitions included."""

    def __init__(self, job: ClipJob, theme: Theme) -> None:
        layout = layout_for(job.width, job.height)
        self._plate = plate(job.watermark, layout.watermark, theme, 18 * layout.unit, 600, 1) if job.watermark else None

    def draw(self, frame: Planes) -> None:
        if self._plate is not None:
            paint(frame, self._plate.sprite, self._plate.place, 0.85)
