"""A film from elsewhere as the lowest layer of a scene: any size and rate, brought to the scene's."""

from __future__ import annotations

from collections.abc import Iterator

import av
import cv2
import numpy as np

from app.errors import InvalidInput
from app.rendering.canvas import copy, view
from app.rendering.encode import planes_of
from app.rendering.jobs import ClipJob
from app.rendering.layout import Box
from app.rendering.planes import Pixels, Planes


class Footage:
    """A film that covers a region of the frame, from the scene's first frame on; its last picture stands to the end.

    Frames are decoded in turn, and only some are held: drawing an earlier one begins anew.
    """

    def __init__(self, job: ClipJob, region: Box) -> None:
        self._job, self._region = job, region
        self._next = 0
        self._frames: Iterator[Planes] = iter(())
        self._shown: Planes | None = None

    def draw(self, frame: Planes, seconds: float) -> None:
        """Draw the picture of a moment of the scene. Raises as ``frames``."""
        number = min(round(seconds * self._job.fps), self._job.frames - 1)
        if self._shown is None or number < self._next - 1:
            job, region = self._job, self._region
            self._next, self._frames = 0, frames(job.footage, job.frames, region.width, region.height, job.fps)
        while self._next <= number:
            self._shown = next(self._frames)
            self._next += 1
        assert self._shown is not None
        copy(view(frame, self._region), self._shown)


def frames(path: str, count: int, width: int, height: int, fps: int) -> Iterator[Planes]:
    """Yield ``count`` frames of a film at ``fps``: what it shows at each moment, and after its end its last frame.

    A film of another size is scaled to cover the frame. The planes belong to the decoder: read them, don't write.

    Raises:
        InvalidInput: the film is missing, damaged or without pictures.
    """
    try:
        with av.open(path) as container:
            if not container.streams.video:
                raise InvalidInput("the footage: there is no video in it")
            container.streams.video[0].thread_type = "FRAME"
            container.streams.video[0].codec_context.thread_count = 2
            done = 0
            shown: Planes | None = None
            for frame in container.decode(video=0):
                # Half a frame of grace: time stamps of other rates do not fall on ours exactly.
                while shown is not None and done < count and frame.time > (done + 0.5) / fps:
                    yield shown
                    done += 1
                if done == count:
                    return
                shown = _fitted(frame, width, height)
            if shown is None:
                raise InvalidInput("the footage: there is no picture in it")
            for _ in range(count - done):
                yield shown
    except FileNotFoundError:
        raise InvalidInput("the footage: there is no such file") from None
    except av.FFmpegError as error:
        raise InvalidInput(f"the footage: it cannot be read ({error.strerror})") from error


def _fitted(frame: av.VideoFrame, width: int, height: int) -> Planes:
    if frame.format.name != "yuv420p":
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
    planes = planes_of(frame)
    if (planes.width, planes.height) == (width, height):
        return planes
    return Planes(
        _cover(planes.y, width, height),
        _cover(planes.u, width // 2, height // 2),
        _cover(planes.v, width // 2, height // 2),
    )


def _cover(plane: Pixels, width: int, height: int) -> Pixels:
    scale = max(width / plane.shape[1], height / plane.shape[0])
    size = (max(width, round(plane.shape[1] * scale)), max(height, round(plane.shape[0] * scale)))
    out = np.empty((size[1], size[0]), np.uint8)
    cv2.resize(plane, size, dst=out, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    return out[top : top + height, left : left + width]
