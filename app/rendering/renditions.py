"""What is made of a finished film: smaller copies and an animated preview, all from one decoding of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import av
from av.video.reformatter import Interpolation
from PIL import Image

from app.errors import WorkFailed
from app.rendering.encode import Writer, part_of
from app.rendering.jobs import Rendition
from app.rendering.join import Stretch, frames_of, with_sound_of

LARGEST_PREVIEW = 3_000_000
"""Bytes."""
_PREVIEW_WIDTH, _PREVIEW_RATE = 270, 8
_PREVIEW_SECONDS = 16
"""What a preview shows of a longer film: its beginning."""
_QUALITIES = (70, 45, 25)
"""Of WebP, tried until the preview is small enough."""


def draw_copies(stretches: Sequence[Stretch], fps: int, renditions: list[Rendition], preview: str) -> None:
    """Write the copies of a film, without its sound, and the preview (animated WebP; empty: none).

    Raises:
        WorkFailed: reading a stretch of it, encoding or writing failed.
    """
    if not renditions and not preview:
        return
    small: list[Image.Image] = []
    every = max(1, round(fps / _PREVIEW_RATE))
    try:
        with ExitStack() as stack:
            writers = [stack.enter_context(Writer(_silent(one), one.width, one.height, fps)) for one in renditions]
            due = before = 0
            for stretch in stretches:
                # A preview alone needs only some frames: those that no other refers to are not decoded.
                for number, frame in frames_of(stretch, "DEFAULT" if renditions else "NONREF"):
                    for writer, one in zip(writers, renditions, strict=True):
                        writer.write(frame.reformat(one.width, one.height, interpolation=Interpolation.AREA))
                    if preview and due <= before + number < _PREVIEW_SECONDS * fps:
                        due += every
                        small.append(_small(frame))
                before += stretch.frames
                if not renditions and before >= _PREVIEW_SECONDS * fps:
                    break
    except av.FFmpegError as error:
        raise WorkFailed(f"reading the clips failed: {error}", retryable=True) from error
    if preview:
        _write_preview(preview, small, 1000 * every // fps)


def add_sound(film: str, renditions: list[Rendition]) -> None:
    """Give the copies that ``draw_copies`` has made of ``film`` its sound. Raises as ``with_sound_of``."""
    for one in renditions:
        with_sound_of(film, _silent(one), one.output)
        Path(_silent(one)).unlink()


def _silent(rendition: Rendition) -> str:
    return f"{rendition.output}.silent"


def _small(frame: av.VideoFrame) -> Image.Image:
    width = min(frame.width, _PREVIEW_WIDTH)
    height = 2 * round(frame.height * width / frame.width / 2)
    small = frame.reformat(width, height, "rgb24", interpolation=Interpolation.AREA)
    return Image.fromarray(small.to_ndarray())


def _write_preview(path: str, pictures: list[Image.Image], milliseconds: int) -> None:
    part = Path(part_of(path))
    for quality in _QUALITIES:
        pictures[0].save(
            part,
            "WEBP",
            save_all=True,
            append_images=pictures[1:],
            duration=milliseconds,
            loop=0,
            quality=quality,
            method=2,
            # No keyframes but the first: to try each frame as one takes a third of the time.
            kmin=0,
            kmax=0,
        )
        if part.stat().st_size < LARGEST_PREVIEW:
            break
    part.replace(path)
