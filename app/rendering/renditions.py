"""Smaller copies of a finished film, all from one decoding of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import av
from av.video.reformatter import Interpolation

from app.errors import WorkFailed
from app.rendering.encode import Writer
from app.rendering.jobs import Rendition
from app.rendering.join import Stretch, frames_of, with_sound_of


def draw_copies(stretches: Sequence[Stretch], fps: int, renditions: list[Rendition]) -> None:
    """Write the copies of a film, without its sound.

    Raises:
        WorkFailed: reading a stretch of it, encoding or writing failed.
    """
    if not renditions:
        return
    try:
        with ExitStack() as stack:
            writers = [stack.enter_context(Writer(_silent(one), one.width, one.height, fps)) for one in renditions]
            for stretch in stretches:
                for _, frame in frames_of(stretch, "DEFAULT"):
                    for writer, one in zip(writers, renditions, strict=True):
                        writer.write(frame.reformat(one.width, one.height, interpolation=Interpolation.AREA))
    except av.FFmpegError as error:
        raise WorkFailed(f"reading the clips failed: {error}", retryable=True) from error


def add_sound(film: str, renditions: list[Rendition]) -> None:
    """Give the copies that ``draw_copies`` has made of ``film`` its sound. Raises as ``with_sound_of``."""
    for one in renditions:
        with_sound_of(film, _silent(one), one.output)
        Path(_silent(one)).unlink()


def _silent(rendition: Rendition) -> str:
    return f"{rendition.output}.silent"
