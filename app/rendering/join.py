"""Joining stretches of film into one MP4 with sound, packet by packet: nothing is decoded or encoded again.

This holds because all stretches come from ``Writer``: each begins with a keyframe, refers to nothing outside itself,
and has the same parameter sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from app.errors import InvalidInput, WorkFailed
from app.rendering.encode import SAMPLE_RATE, make_folder_of, part_of

_AAC_FRAME = 1024
_AUDIO_BITS = 192_000
_AAC = {"aac_coder": "fast"}
"""How quantizers are chosen: FFmpeg's documentation of its AAC encoder calls this way the better one at such rates, and
it takes half of the other's time."""
_OURS = ("comment", "provenance")
_UNSEEN: Any = [{"skip_frame": "all"}]  # PyAV takes dictionaries, though its types say strings
"""What the pictures are like stands in the file: to open it, none is decoded."""
_REORDERING = 2
"""Frames that a packet may come before its time: x264 has B-frames that refer to B-frames."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some film that ``Writer`` has written: ``frames`` from its frame ``first`` on, which must be a keyframe."""

    source: str | BytesIO
    frames: int
    first: int = 0

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"clip {Path(self.source).name}" if isinstance(self.source, str) else "a transition"


def join(
    stretches: Sequence[Stretch],
    output: str,
    fps: int,
    sound: NDArray[np.float32],
    metadata: dict[str, str],
) -> int:
    """Write the stretches one after the other to ``output`` (by way of ``<output>.part``); return the frames.

    ``sound`` is float32 of shape (2, samples) at 48 kHz within -1..1. The index comes first, so that the film plays
    while it loads.

    Raises:
        InvalidInput: a stretch cannot be read, is not whole, or was encoded with other settings; the message names it.
        WorkFailed: writing failed.
    """
    make_folder_of(output)
    part = Path(part_of(output))
    options = {"movflags": "+faststart+use_metadata_tags"}
    try:
        with av.open(str(part), "w", format="mp4", options=options) as container:
            container.metadata.update(metadata)
            frames = _copy(stretches, container, fps, sound)
        part.replace(output)
    except (av.FFmpegError, OSError) as error:
        raise WorkFailed(f"writing {Path(output).name} failed: {error}", retryable=True) from error
    finally:
        part.unlink(missing_ok=True)
    return frames


def with_sound_of(film: str, pictures: str, output: str) -> None:
    """Write the pictures of one file with the sound and the metadata of ``film`` to ``output``, all as they are.

    Raises:
        WorkFailed: reading or writing failed.
    """
    part = Path(part_of(output))
    options = {"movflags": "+faststart+use_metadata_tags"}
    try:
        with (
            av.open(film) as heard,
            av.open(pictures) as seen,
            av.open(str(part), "w", format="mp4", options=options) as container,
        ):
            container.metadata.update({key: heard.metadata[key] for key in (*_OURS, "title") if key in heard.metadata})
            tracks = [(seen, seen.streams.video[0]), (heard, heard.streams.audio[0])]
            copies = [container.add_stream_from_template(track) for _, track in tracks]
            for (source, track), copied in zip(tracks, copies, strict=True):
                for packet in source.demux(track):
                    if packet.dts is not None:
                        packet.stream = copied
                        container.mux(packet)
        part.replace(output)
    except (av.FFmpegError, OSError) as error:
        raise WorkFailed(f"writing {Path(output).name} failed: {error}", retryable=True) from error
    finally:
        part.unlink(missing_ok=True)


def _copy(stretches: Sequence[Stretch], container: OutputContainer, fps: int, sound: NDArray[np.float32]) -> int:
    tick = Fraction(1, fps)
    video = None
    parameters = b""
    heard: Iterator[None] = iter(())
    written = shown = 0
    for stretch in stretches:
        with _opened(stretch) as source:
            found = source.streams.video[0]
            sets = bytes(found.codec_context.extradata or b"")
            if video is None:
                video, parameters = container.add_stream_from_template(found), sets
                video.time_base = tick
                heard = _hear(container, sound, fps)
            if sets != parameters:
                raise InvalidInput(f"{stretch.name}: it was encoded with other settings than the first")
            assert found.time_base is not None
            for packet in _packets(source, stretch):
                assert packet.pts is not None
                packet.pts = shown - stretch.first + round(packet.pts * found.time_base * fps)
                packet.dts = written - _REORDERING
                packet.time_base, packet.duration, packet.stream = tick, 1, video
                container.mux(packet)
                written += 1
                next(heard, None)
            if written - shown != stretch.frames:
                raise InvalidInput(f"{stretch.name}: it has {written - shown} frames of {stretch.frames}")
            shown = written
    for _ in heard:
        pass
    return shown


def frames_of(
    stretch: Stretch, skipped: Literal["DEFAULT", "NONREF"], threads: int = 0
) -> Iterator[tuple[int, av.VideoFrame]]:
    """Yield a stretch's frames, decoded, with their numbers in it.

    ``skipped``: which are left out, as FFmpeg says it. ``threads``: of the decoder, each of which holds some frames; 0:
    one a core.

    Raises:
        InvalidInput: as ``join``.
        av.FFmpegError: it cannot be decoded.
    """
    with _opened(stretch) as source:
        video = source.streams.video[0]
        assert video.time_base is not None
        video.codec_context.thread_type = "FRAME"
        video.codec_context.thread_count = threads
        video.codec_context.skip_frame = skipped
        for packet in [*_packets(source, stretch), None]:
            for frame in video.codec_context.decode(packet):
                assert frame.pts is not None
                yield round(frame.pts * video.time_base * (video.average_rate or 1)) - stretch.first, frame


def _packets(source: av.container.InputContainer, stretch: Stretch) -> list[av.Packet[av.VideoStream]]:
    found = source.demux(source.streams.video[0])
    packets = [packet for packet in found if packet.pts is not None and not packet.is_corrupt]
    return packets[stretch.first : stretch.first + stretch.frames] if isinstance(stretch.source, BytesIO) else packets


def _opened(stretch: Stretch) -> av.container.InputContainer:
    # A place of its own in what is in memory: others may read it at the same time.
    read = BytesIO(stretch.source.getvalue()) if isinstance(stretch.source, BytesIO) else stretch.source
    try:
        container = av.open(read, "r", stream_options=_UNSEEN)
    except FileNotFoundError:
        raise InvalidInput(f"{stretch.name}: there is no such file") from None
    except av.FFmpegError as error:
        raise InvalidInput(f"{stretch.name}: it cannot be read ({error.strerror})") from error
    if not container.streams.video:
        container.close()
        raise InvalidInput(f"{stretch.name}: there is no video in it")
    return container


def _hear(container: OutputContainer, sound: NDArray[np.float32], fps: int) -> Iterator[None]:
    """Encode the sound as AAC into the container, a picture's worth at each step."""
    audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo", options=_AAC)
    audio.bit_rate = _AUDIO_BITS
    return _encoded(container, audio, sound, fps)


def _encoded(container: OutputContainer, audio: av.AudioStream, sound: NDArray[np.float32], fps: int) -> Iterator[None]:
    pictures = 0
    for done in range(0, sound.shape[1], _AAC_FRAME):
        while done + _AAC_FRAME > (pictures + 1) * SAMPLE_RATE / fps and done + _AAC_FRAME <= sound.shape[1]:
            pictures += 1
            yield
        samples = np.ascontiguousarray(sound[:, done : done + _AAC_FRAME])
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, done, Fraction(1, SAMPLE_RATE)
        container.mux(audio.encode(frame))
    container.mux(audio.encode(None))
