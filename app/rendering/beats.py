"""Where a piece of music has its beats."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from app.rendering.encode import SAMPLE_RATE
from app.rendering.loudness import Sound

_HOP = 480
"""Samples of a step of the onset curve: 10 ms."""
_WINDOW = 1024
_SLOWEST, _FASTEST = 60.0, 180.0
"""Beats a minute."""
_NEAR = 0.03
"""A tempo that is told is looked for within this share of it."""
_SURE = 0.07
"""The share of the onsets' strength that must lie on the beat."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Beats at ``first`` + n x ``period`` seconds."""

    first: float
    period: float

    def seen_from(self, seconds: float) -> tuple[float, float]:
        """Return when the first beat from ``seconds`` on is, counted from there, and the seconds between two."""
        return round((self.first - seconds) % self.period, 4), round(self.period, 4)


def find_beat(sound: Sound, tempo: float | None = None) -> Beat | None:
    """Return the beat of a sound (2, samples) at 48 kHz; None where there is none to hear.

    ``tempo``: beats a minute, where known. The onset curve is the spectral flux (the sum of what grows from one
    spectrum to the next, in logarithmic strength); the beat is the frequency, with its first two harmonics, at which
    the curve's Fourier transform is the strongest, and its phase.
    """
    curve = _onsets(sound)
    total = float(curve.sum())
    if len(curve) < 400 or total <= 0:
        return None
    low, high = (_SLOWEST, _FASTEST) if tempo is None else (tempo * (1 - _NEAR), tempo * (1 + _NEAR))
    tempos = np.arange(low, high, 0.05 if tempo else 0.2)
    at = np.arange(len(curve)) * _HOP / SAMPLE_RATE
    level = curve - cv2.blur(curve[None, :], (401, 1), borderType=cv2.BORDER_REFLECT)[0]
    waves = [np.exp(-2j * np.pi * times / 60 * tempos[:, None] * at) @ level for times in (1, 2)]
    strength = np.abs(waves[0]) + 0.5 * np.abs(waves[1])
    best = int(strength.argmax())
    if strength[best] < _SURE * total:
        return None
    period = 60.0 / float(tempos[best])
    phase = float(-np.angle(waves[0][best]) / (2 * np.pi)) % 1.0
    return Beat(phase * period, period)


def _onsets(sound: Sound) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    mono = sound.mean(axis=0)
    frames = np.lib.stride_tricks.sliding_window_view(mono, _WINDOW)[::_HOP]
    if len(frames) < 2:
        return np.zeros(0, np.float32)
    spectra = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1)))
    flux = np.maximum(0, np.diff(spectra, axis=0)).sum(axis=1)
    # A step is seen in the window that it enters, half a window before its middle.
    return np.concatenate([np.zeros(1 + _WINDOW // 2 // _HOP), flux]).astype(np.float32)
