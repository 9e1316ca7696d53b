"""Writing MP4: H.264 encoded in a thread of its own, with AAC beside it where there is sound."""

from __future__ import annotations

import queue
import threading
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from app.errors import WorkFailed
from app.rendering.planes import Planes

SAMPLE_RATE = 48_000
_AAC_FRAME = 1024
_WAITING = 4
"""Frames that may wait for the encoder: enough to keep both threads at work, few enough to keep memory flat."""
BT709 = 1
"""The value of BT.709 for primaries, transfer and matrix, and of limited range (ITU-T H.273; FFmpeg's colour range)."""


def part_of(path: str) -> str:
    """Return the name under which the file at ``path`` is written until it is whole."""
    return f"{path}.part"


def planes_of(frame: av.VideoFrame) -> Planes:
    """Return a yuv420p frame's planes as writable views, without the padding at the ends of lines."""
    views = []
    for number, plane in enumerate(frame.planes):
        shrink = 2 if number else 1
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        views.append(rows[: (frame.height + shrink - 1) // shrink, : (frame.width + shrink - 1) // shrink])
    return Planes(*views)


class Writer:
    """A context that writes ``<path>.part`` and gives it its name at the end; after an error nothing is left.

    ``crf`` is x264's quality, lower is better. ``sound`` is float32 of shape (2, samples) at 48 kHz within -1..1.

    Raises:
        WorkFailed: when the encoder or the disk failed; on leaving, or on a write after it.
    """

    def __init__(
        self,
        path: str,
        width: int,
        height: int,
        fps: int,
        crf: int,
        sound: NDArray[np.float32] | None = None,
        title: str = "",
    ) -> None:
        self._path, self._size, self._fps, self._crf = path, (width, height), fps, crf
        self._sound, self._title = sound, title
        self._queue: queue.Queue[av.VideoFrame | None] = queue.Queue(_WAITING)
        self._error: BaseException | None = None
        self._dropped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="encoder")

    def __enter__(self) -> Writer:
        try:
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkFailed(f"the folder of {Path(self._path).name} cannot be made: {error.strerror}") from error
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._dropped.set()
        self._queue.put(None)
        self._thread.join()
        part = Path(part_of(self._path))
        if kind is not None or self._error is not None:
            part.unlink(missing_ok=True)
            if kind is None:
                self._check()
        else:
            part.replace(self._path)

    def frame(self) -> av.VideoFrame:
        """Return an empty frame to draw into."""
        return av.VideoFrame(*self._size, "yuv420p")

    def write(self, frame: av.VideoFrame) -> None:
        """Hand over the next frame; it must not be touched afterwards."""
        self._check()
        self._queue.put(frame)

    def _check(self) -> None:
        if self._error is not None:
            name = Path(self._path).name
            raise WorkFailed(f"writing {name} failed: {self._error}", retryable=True) from self._error

    def _run(self) -> None:
        try:
            with av.open(part_of(self._path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
                if self._title:
                    container.metadata["title"] = self._title
                self._encode(container)
        except BaseException as error:  # it is raised in the thread that writes
            self._error = error
            while self._queue.get() is not None:
                pass

    def _encode(self, container: OutputContainer) -> None:
        options = {"crf": str(self._crf), "preset": "veryfast", "profile": "high"}
        video = container.add_stream("libx264", rate=self._fps, options=options)
        video.width, video.height = self._size
        video.pix_fmt = "yuv420p"
        tick = Fraction(1, self._fps)  # the stream's own time base changes once the header is written
        context = video.codec_context
        context.time_base = tick
        context.thread_type = "FRAME"
        context.gop_size = 2 * self._fps
        context.color_range = context.color_primaries = context.color_trc = context.colorspace = BT709
        audio = None
        if self._sound is not None:
            audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
            audio.bit_rate = 160_000
        count, heard = 0, 0
        while (frame := self._queue.get()) is not None:
            frame.pts, frame.time_base = count, tick
            container.mux(video.encode(frame))
            count += 1
            if audio is not None:
                heard = self._hear(container, audio, heard, count * SAMPLE_RATE // self._fps)
        if self._dropped.is_set():
            return
        container.mux(video.encode(None))
        if audio is not None:
            assert self._sound is not None
            self._hear(container, audio, heard, self._sound.shape[1] + _AAC_FRAME)
            container.mux(audio.encode(None))

    def _hear(self, container: OutputContainer, audio: AudioStream, done: int, until: int) -> int:
        """Encode from sample ``done`` on while whole AAC frames lie before ``until``; return where it stopped."""
        assert self._sound is not None
        while done < self._sound.shape[1] and done + _AAC_FRAME <= until:
            samples = np.ascontiguousarray(self._sound[:, done : done + _AAC_FRAME])
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, done, Fraction(1, SAMPLE_RATE)
            container.mux(audio.encode(frame))
            done += samples.shape[1]
        return done
