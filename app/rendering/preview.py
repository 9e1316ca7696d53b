"""The animated preview of a film (WebP): small pictures of it.

They are taken from its transitions as they are drawn, and from its clips.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
from av.video.reformatter import Interpolation
from PIL import Image

from app.errors import WorkFailed
from app.rendering.encode import BT709, part_of
from app.rendering.join import Stretch, frames_of

LARGEST = 3_000_000
"""Bytes."""
_WIDTH, _RATE = 270, 8
_SECONDS = 16
"""What a preview shows of a longer film: its beginning."""
_QUALITIES = (70, 45, 25)
"""Of WebP, tried until the preview is small enough."""


class Preview:
    """Collects small pictures of a film, in whatever order and from whichever thread its stretches come."""

    def __init__(self, fps: int) -> None:
        self._every = max(1, round(fps / _RATE))
        self._end, self._milliseconds = _SECONDS * fps, 1000 * self._every // fps
        self._small: dict[int, av.VideoFrame] = {}
        """Frame of the film -> a small copy, as it was drawn: as Pillow has it, it takes three times as much memory."""

    def consider(self, frame: av.VideoFrame, number: int) -> None:
        """Keep a small copy of the film's frame ``number`` unless there is an earlier one of its eighth of a second."""
        earlier = range(number - number % self._every, number)
        if number < self._end and not any(one in self._small for one in earlier):
            width = min(frame.width, _WIDTH)
            height = 2 * round(frame.height * width / frame.width / 2)
            # In its own format a frame as small as this would not be copied, and it is drawn over.
            small = frame.reformat(width, height, "yuv422p", interpolation=Interpolation.AREA)
            small.colorspace = small.color_range = BT709  # of a frame that was drawn nothing says so
            self._small[number] = small

    def read(self, clip: Stretch, begin: int) -> None:
        """Consider a clip's frames, of which the first is the film's frame ``begin``.

        Raises:
            InvalidInput: it cannot be read.
            WorkFailed: it cannot be decoded.
        """
        if begin >= self._end:
            return
        try:
            # Some frames are enough: those that no other refers to are not decoded. It goes on beside the drawing.
            for number, frame in frames_of(clip, "NONREF", threads=1):
                self.consider(frame, begin + number)
        except av.FFmpegError as error:
            raise WorkFailed(f"reading {clip.name} failed: {error}", retryable=True) from error

    def write(self, path: str) -> None:
        """Write what was collected to ``path``."""
        turns: dict[int, av.VideoFrame] = {}
        for number, frame in sorted(self._small.items()):
            # Where a transition begins, either thread may have been the first.
            turns.setdefault(number // self._every, frame)
        pictures = [Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in turns.values()]
        # A turn whose frames were all left out is the one before it once more.
        lengths = [after - turn for turn, after in pairwise([*turns, max(turns) + 1])]
        part = Path(part_of(path))
        for quality in _QUALITIES:
            pictures[0].save(
                part,
                "WEBP",
                save_all=True,
                append_images=pictures[1:],
                duration=[self._milliseconds * length for length in lengths],
                loop=0,
                quality=quality,
                method=2,
                # No keyframes but the first: to try each frame as one takes a third of the time.
                kmin=0,
                kmax=0,
            )
            if part.stat().st_size < LARGEST:
                break
        part.replace(path)
