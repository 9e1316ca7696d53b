"""Background music: tracks that come with the ``immich-memories-music`` package, chosen by mood."""

from __future__ import annotations

import zlib
from pathlib import Path

import av
import numpy as np
from immich_memories_music import tracks_dir

from app.errors import WorkFailed
from app.models import Mood
from app.rendering.encode import SAMPLE_RATE
from app.rendering.loudness import Sound

LICENCE = "music: {track} of immich-memories-music, MIT"
FOLDERS: dict[Mood, str] = {"confident": "energetic"}
"""Moods whose tracks lie under another name."""
_JOIN = 1.2
"""Seconds over which a track's end fades into its beginning where it is too short."""


def choose(mood: Mood, title: str, seed: int) -> Path:
    """Return a track of ``mood``: the same for the same title and seed, another one for the next seed.

    Raises:
        WorkFailed: the package has no track of that mood.
    """
    tracks = sorted((tracks_dir() / FOLDERS.get(mood, mood)).glob("*.opus"))
    if not tracks:
        raise WorkFailed(f"there is no music for the mood {mood!r}")
    return tracks[(zlib.crc32(title.encode()) + seed) % len(tracks)]


def load(path: Path, seconds: float) -> Sound:
    """Return ``seconds`` of the track as (2, samples) at 48 kHz, looped with a cross-fade where it is shorter."""
    wanted = round(seconds * SAMPLE_RATE)
    track = _decoded(path, wanted)
    join = min(round(_JOIN * SAMPLE_RATE), track.shape[1] // 3)
    angle = np.linspace(0, np.pi / 2, join, dtype=np.float32)
    out = np.empty((2, wanted), np.float32)
    done = min(wanted, track.shape[1])
    out[:, :done] = track[:, :done]
    while done < wanted:
        # Sine and cosine keep the power even (the two parts are not in step).
        out[:, done - join : done] = out[:, done - join : done] * np.cos(angle) + track[:, :join] * np.sin(angle)
        more = min(wanted - done, track.shape[1] - join)
        out[:, done : done + more] = track[:, join : join + more]
        done += more
    return out


def _decoded(path: Path, wanted: int) -> Sound:
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    pieces, length = [], 0
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                pieces.append(part.to_ndarray().astype(np.float32))
                length += part.samples
            if length >= wanted:
                break
    return np.concatenate(pieces, axis=1)
