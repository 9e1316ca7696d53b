"""Encoding a stretch of film: H.264 in MP4, in a thread of its own beside the one that draws."""

from __future__ import annotations

import queue
import threading
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import PictureType

from app.errors import WorkFailed
from app.rendering.planes import Planes

SAMPLE_RATE = 48_000
"""Of all sound."""
CRF = 20
"""x264's quality, lower is better. What is encoded here is what is seen: a film takes these packets as they are."""
PLAIN = {"crf": str(CRF), "preset": "veryfast", "profile": "high"}
"""Of x264, as anybody would ask for it."""
_FIT = "stitchable=1:sync-lookahead=0:me=dia:partitions=i8x8,i4x4"
"""``stitchable``: the parameter sets depend on the settings alone, so that stretches encoded apart make one stream.
``sync-lookahead``: looking ahead in a thread of its own would double the memory that each stretch begins with.
``me`` and ``partitions``: whole pictures move here, smoothly, so there is little to find in a wider search or in moving
parts of a block on their own. A seventh less work (at 1080 a sixth) for a file of the same size, 0.03 dB less like its
source (``docs/rendering.md``)."""
_WAITING = 2
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
    """A context that writes a file, or into memory; after an error no file is left.

    A file is written as ``<path>.part`` and gets its name at the end. Its first frame is a keyframe, as are those that
    are asked for, and no frame refers across one.

    Raises:
        WorkFailed: when the encoder or the disk failed; on leaving, or on a write after it.
    """

    def __init__(self, target: str | BytesIO, width: int, height: int, fps: int, threads: int = 0) -> None:
        """``threads``: of the encoder, each of which holds some frames; 0: as many as x264 takes for the cores."""
        self._threads = threads
        self._target, self._size, self._fps = target, (width, height), fps
        self._name = "a transition" if isinstance(target, BytesIO) else Path(target).name
        self._queue: queue.Queue[av.VideoFrame | None] = queue.Queue(_WAITING)
        self._own: dict[int, av.VideoFrame] = {}
        self._spare: queue.SimpleQueue[av.VideoFrame] = queue.SimpleQueue()
        self._error: BaseException | None = None
        self._ended = False
        self._dropped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="encoder")

    def __enter__(self) -> Writer:
        if isinstance(self._target, str):
            make_folder_of(self._target)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._dropped.set()
        self._queue.put(None)
        self._thread.join()
        if isinstance(self._target, str):
            part = Path(part_of(self._target))
            if kind is not None or self._error is not None:
                part.unlink(missing_ok=True)
            else:
                part.replace(self._target)
        if kind is None:
            self._check()

    def frame(self) -> av.VideoFrame:
        """Return a frame to draw into: with anything in it."""
        try:
            return self._spare.get_nowait()
        except queue.Empty:
            made = av.VideoFrame(*self._size, "yuv420p")
            self._own[id(made)] = made
            return made

    def write(self, frame: av.VideoFrame, key: bool = False) -> None:
        """Hand over the next frame, as a keyframe if asked; it must not be touched afterwards."""
        self._check()
        frame.pict_type = PictureType.I if key else PictureType.NONE
        self._queue.put(frame)

    def _check(self) -> None:
        if self._error is not None:
            raise WorkFailed(f"writing {self._name} failed: {self._error}", retryable=True) from self._error

    def _run(self) -> None:
        # To write the index first, FFmpeg opens the file once more: that needs one with a name.
        target: str | BytesIO = part_of(self._target) if isinstance(self._target, str) else self._target
        options = {"movflags": "+faststart"} if isinstance(target, str) else {}
        try:
            with av.open(target, "w", format="mp4", options=options) as container:
                self._encode(container)
        except BaseException as error:  # it is raised in the thread that writes
            self._error = error
            while not self._ended:
                self._next()

    def _next(self) -> av.VideoFrame | None:
        frame = self._queue.get()
        self._ended = frame is None
        return frame

    def _encode(self, container: OutputContainer) -> None:
        video = container.add_stream("libx264", rate=self._fps, options=PLAIN | {"x264-params": _FIT})
        video.width, video.height = self._size
        video.pix_fmt = "yuv420p"
        tick = Fraction(1, self._fps)  # the stream's own time base changes once the header is written
        context = video.codec_context
        context.time_base = tick
        context.thread_type = "FRAME"
        context.thread_count = self._threads
        context.gop_size = 2 * self._fps
        context.color_range = context.color_primaries = context.color_trc = context.colorspace = BT709
        count = 0
        while (frame := self._next()) is not None:
            frame.pts, frame.time_base = count, tick
            container.mux(video.encode(frame))
            count += 1
            if id(frame) in self._own:
                # x264 has copied it: to draw into memory that is there already spares the kernel's work for new pages.
                self._spare.put(frame)
        if not self._dropped.is_set():
            container.mux(video.encode(None))


def make_folder_of(path: str) -> None:
    """Make the folder that ``path`` lies in.

    Raises:
        WorkFailed: it cannot be made.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkFailed(f"the folder of {Path(path).name} cannot be made: {error.strerror}") from error
