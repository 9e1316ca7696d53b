"""Sound files of a user's own: decoding them, whatever they are, within limits."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from app.errors import InvalidInput
from app.rendering.encode import SAMPLE_RATE
from app.rendering.loudness import Sound

LONGEST = 120.0
"""Seconds of which the rest is left out."""
_SHORTEST = 0.5


def decode(path: Path, what: str, seconds: float = LONGEST) -> Sound:
    """Return the first ``seconds`` of a sound file as (2, samples) at 48 kHz.

    Raises:
        InvalidInput: it holds no sound that can be read; the message begins with ``what`` it is.
    """
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    pieces: list[Sound] = []
    length = 0
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise InvalidInput(f"{what}: there is no sound in it")
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    pieces.append(part.to_ndarray().astype(np.float32))
                    length += part.samples
                if length >= seconds * SAMPLE_RATE:
                    break
    except (av.FFmpegError, ValueError, OSError) as error:
        raise InvalidInput(f"{what}: it is no sound that can be read") from error
    sound = np.nan_to_num(np.concatenate(pieces, axis=1)) if pieces else np.zeros((2, 0), np.float32)
    if sound.shape[1] < _SHORTEST * SAMPLE_RATE:
        raise InvalidInput(f"{what}: it is shorter than {_SHORTEST} s")
    return np.clip(sound[:, : round(seconds * SAMPLE_RATE)], -1, 1)
