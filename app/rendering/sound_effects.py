"""Short sounds for moments of a film, made of noise and sines: nothing is sampled."""

from __future__ import annotations

import numpy as np

from app.rendering.encode import SAMPLE_RATE
from app.rendering.loudness import Sound

_WHOOSH_SECONDS = 0.55
_CHIME_SECONDS = 1.1
_WHOOSH, _CHIME = 0.09, 0.05
"""Highest levels: well under voice and music."""
_SEED = 7
_BANDS = 12
_NOTES = {
    "C": 0,
    "C#": 1,
    "Db": 1,
    "D": 2,
    "Eb": 3,
    "E": 4,
    "F": 5,
    "F#": 6,
    "G": 7,
    "Ab": 8,
    "A": 9,
    "Bb": 10,
    "B": 11,
}
MIDDLE_C = 261.63


def whoosh() -> Sound:
    """Return air that rushes by from left to right, (2, samples), the loudest in its middle.

    It is noise under a band that rises and falls again.
    """
    length = round(_WHOOSH_SECONDS * SAMPLE_RATE)
    at = np.linspace(0, 1, length, dtype=np.float32)
    noise = np.random.default_rng(_SEED).standard_normal(length).astype(np.float32)
    spectrum, turns = np.fft.rfft(noise), np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    out = np.zeros(length, np.float32)
    for number in range(_BANDS):
        centre = 300 * 2 ** (4 * number / _BANDS)
        band = np.exp(-0.5 * (np.log2(np.maximum(turns, 1) / centre) / 0.3) ** 2)
        height = number / (_BANDS - 1)
        # A band sounds when the sweep, a parabola over time, is at its height.
        heard = np.exp(-0.5 * ((4 * at * (1 - at) - height) / 0.18) ** 2)
        out += np.fft.irfft(spectrum * band, length).astype(np.float32) * heard / np.sqrt(centre)
    out *= np.sin(np.pi * at) ** 2
    return _stereo(out, _WHOOSH, 0.5 + 0.35 * (2 * at - 1))


def chime(key: str = "C") -> Sound:
    """Return a soft bell of tonic, fifth and octave of ``key`` (such as ``Bb``), (2, samples)."""
    at = np.arange(round(_CHIME_SECONDS * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    tonic = MIDDLE_C * 2 ** (1 + _NOTES.get(key, 0) / 12)
    out = np.zeros_like(at)
    for number, step in enumerate((0, 7, 12)):
        begin = 0.05 * number
        since = np.maximum(0, at - begin)
        rings = np.where(at >= begin, np.exp(-since * 5) * np.minimum(1, since / 0.006), 0)
        note = tonic * 2 ** (step / 12)
        out += (rings * (np.sin(2 * np.pi * note * since) + 0.2 * np.sin(4 * np.pi * note * since))).astype(np.float32)
    fade = np.clip((at[-1] - at) / 0.1, 0, 1)
    return _stereo(out * fade, _CHIME, np.full_like(at, 0.5))


def placed(sounds: list[tuple[float, Sound]], length: int) -> Sound:
    """Return (2, length) with each sound begun at its second; what lies outside is cut off."""
    out = np.zeros((2, length), np.float32)
    for start, sound in sounds:
        first = round(start * SAMPLE_RATE)
        begin, end = max(0, first), min(length, first + sound.shape[1])
        if begin < end:
            out[:, begin:end] += sound[:, begin - first : end - first]
    return out


def _stereo(sound: np.ndarray[tuple[int], np.dtype[np.float32]], level: float, right: Sound) -> Sound:
    mono = sound * np.float32(level / max(1e-9, float(np.abs(sound).max())))
    return np.asarray(np.stack([mono * np.sqrt(1 - right), mono * np.sqrt(right)]) * np.sqrt(2), np.float32)
