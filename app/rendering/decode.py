"""Reading a clip as a steady stream of frames of one size and rate, whatever it was made at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from app.errors import InvalidInput
from app.rendering.encode import planes_of
from app.rendering.planes import Pixels, Planes


def frames(path: str, count: int, width: int, height: int, fps: int) -> Iterator[Planes]:
    """Yield ``count`` frames of a clip at ``fps``: what it shows at each moment, and after its end its last frame.

    A clip of another size is scaled to cover the frame. The planes belong to the decoder: read them, don't write.

    Raises:
        InvalidInput: the clip is missing, damaged or without pictures; the message names it.
    """
    name = Path(path).name
    try:
        with av.open(path) as container:
            if not container.streams.video:
                raise InvalidInput(f"clip {name}: there is no video in it")
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
                raise InvalidInput(f"clip {name}: there is no picture in it")
            for _ in range(count - done):
                yield shown
    except FileNotFoundError:
        raise InvalidInput(f"clip {name}: there is no such file") from None
    except av.FFmpegError as error:
        raise InvalidInput(f"clip {name}: it cannot be read ({error.strerror})") from error


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
