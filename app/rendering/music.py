"""Background music: tracks that come with the ``immich-memories-music`` package, chosen by mood."""

from __future__ import annotations

import re
import zlib
from functools import cache, lru_cache
from importlib.metadata import files
from pathlib import Path

import numpy as np
from immich_memories_music import tracks_dir

from app.errors import WorkFailed
from app.models import Mood
from app.rendering.beats import Beat, find_beat
from app.rendering.encode import SAMPLE_RATE
from app.rendering.loudness import Sound
from app.rendering.own_sound import decode

LICENCE = "music: {track} of immich-memories-music, MIT"
FOLDERS: dict[Mood, str] = {"confident": "energetic"}
"""Moods whose tracks lie under another name."""
_LISTENED = 25.0
"""Seconds of a track in which its beat is looked for."""
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


@cache
def tempos() -> dict[str, float]:
    """Return each track's tempo in beats a minute, by its file's name, as the package's own list tells it."""
    return {name: tempo for name, (tempo, _) in _listed().items()}


@cache
def keys() -> dict[str, str]:
    """Return each track's tonic, such as ``Bb``, by its file's name."""
    return {name: key for name, (_, key) in _listed().items()}


@cache
def _listed() -> dict[str, tuple[float, str]]:
    line = re.compile(r"(\S+\.opus)\s+(\d+) bpm\s+([A-G][#b]?) m")
    lists = [file.read_text() for file in files("immich-memories-music") or [] if file.name == "LICENSE-MUSIC"]
    return {name: (float(tempo), key) for text in lists for name, tempo, key in line.findall(text)}


@lru_cache(maxsize=64)
def beat(path: Path) -> Beat | None:
    """Return a track's beat, from its beginning; None where it has none that is heard."""
    return find_beat(decode(path, "music", _LISTENED), tempos().get(path.name))


def load(path: Path, seconds: float) -> Sound:
    """Return ``seconds`` of the track as (2, samples) at 48 kHz, looped with a cross-fade where it is shorter.

    Raises:
        InvalidInput: it is no sound file.
    """
    wanted = round(seconds * SAMPLE_RATE)
    track = decode(path, "music", seconds)
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
