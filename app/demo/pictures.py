"""The product pictures of the demo shop as JPEG files, drawn when they are first asked for."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import cv2

from app.demo.drawing import backpacks, ceramics, headphones, lamps, planters
from app.demo.drawing.studio import Stage

WIDTH, HEIGHT = 1600, 2000
JPEG_QUALITY = 90

SCENES: dict[str, tuple[Callable[[Stage], None], ...]] = {
    "pour-over-coffee-set": ceramics.SCENES,
    "trailrucksack-28": backpacks.SCENES,
    "lampe-de-bureau-petite-ourse": lamps.SCENES,
    "wireless-headphones-nocturne": headphones.SCENES,
    "maceta-autorriego-brote": planters.SCENES,
}
"""Slug -> the scenes in the order of the product's pictures."""


def draw(slug: str, number: int) -> bytes:
    """Return picture ``number`` (from 1) of a product: JPEG, WIDTH x HEIGHT pixels, the same bytes every time.

    Raises:
        LookupError: there is no such picture.
    """
    scenes = SCENES.get(slug, ())
    if not 1 <= number <= len(scenes):
        raise LookupError(f"no picture {number} of {slug!r}")
    stage = Stage()
    scenes[number - 1](stage)
    encoded: bytes = cv2.imencode(".jpg", stage.finish(), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
    return encoded


class Pictures:
    """Draws each picture once and keeps it in memory, and in a folder if one is given. Safe for threads."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._drawn: dict[tuple[str, int], bytes] = {}
        # One at a time: a picture takes some 400 MB while it is drawn.
        self._lock = threading.Lock()

    def jpeg(self, slug: str, number: int) -> bytes:
        """Return picture ``number`` (from 1) of a product as JPEG.

        Raises:
            LookupError: there is no such picture.
        """
        with self._lock:
            if (slug, number) not in self._drawn:
                self._drawn[slug, number] = self._load(slug, number)
            return self._drawn[slug, number]

    def _load(self, slug: str, number: int) -> bytes:
        if self._folder is None or slug not in SCENES:
            return draw(slug, number)
        file = self._folder / f"{slug}-{number}.jpg"
        if file.exists():
            return file.read_bytes()
        picture = draw(slug, number)
        self._folder.mkdir(parents=True, exist_ok=True)
        # Renamed into place, so that a reader never meets half a file, nor two who draw it at once each other's.
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
            part.write(picture)
        Path(part.name).replace(file)
        return picture
