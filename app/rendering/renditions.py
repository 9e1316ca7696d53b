"""What is made of a finished film: smaller copies and an animated preview, all from one decoding of it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import av
from av.video.reformatter import Interpolation
from PIL import Image

from app.errors import WorkFailed
from app.rendering.encode import Writer, part_of
from app.rendering.jobs import Rendition
from app.rendering.join import with_sound_of

LARGEST_PREVIEW = 3_000_000
"""Bytes."""
_PREVIEW_WIDTH, _PREVIEW_RATE = 270, 8
_PREVIEW_SECONDS = 16
"""What a preview shows of a longer film: its beginning."""
_QUALITIES = (60, 40, 20)
"""Of WebP, tried until the preview is small enough."""


def render_renditions(film: str, fps: int, renditions: list[Rendition], preview: str) -> None:
    """Write the copies of ``film``, with its sound, and the preview (animated WebP; empty: none).

    Raises:
        WorkFailed: reading the film, encoding or writing failed.
    """
    if not renditions and not preview:
        return
    small: list[Image.Image] = []
    every = max(1, round(fps / _PREVIEW_RATE))
    silent = [f"{one.output}.silent" for one in renditions]
    try:
        with av.open(film) as container, ExitStack() as stack:
            video = container.streams.video[0]
            video.thread_type = "FRAME"
            if not renditions:
                # A preview alone needs only some frames: those that no other refers to are not decoded.
                video.codec_context.skip_frame = "NONREF"
            writers = [
                stack.enter_context(Writer(path, one.width, one.height, fps))
                for one, path in zip(renditions, silent, strict=True)
            ]
            due = 0
            for frame in container.decode(video):
                number = round((frame.time or 0.0) * fps)
                for writer, one in zip(writers, renditions, strict=True):
                    writer.write(frame.reformat(one.width, one.height, interpolation=Interpolation.AREA))
                if preview and number >= due and number < _PREVIEW_SECONDS * fps:
                    due += every
                    small.append(_small(frame))
        for one, path in zip(renditions, silent, strict=True):
            with_sound_of(film, path, one.output)
    except av.FFmpegError as error:
        raise WorkFailed(f"reading {Path(film).name} failed: {error}", retryable=True) from error
    finally:
        for path in silent:
            Path(path).unlink(missing_ok=True)
    if preview:
        _write_preview(preview, small, 1000 * every // fps)


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
        )
        if part.stat().st_size < LARGEST_PREVIEW:
            break
    part.replace(path)
