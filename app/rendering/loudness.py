"""How loud sound is, after ITU-R BS.1770-5, and how to bring it to a given loudness without clipping.

Sound is float32 of shape (channels, samples) within -1..1 at 48 kHz, with one or two channels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from app.rendering.encode import SAMPLE_RATE

Sound = NDArray[np.float32]

# BS.1770-5, annex 1, tables 1 and 2: the two stages of the K-weighting at 48 kHz, numerators and denominators.
_SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
_HIGH_PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
_BLOCK, _STEP = 4, SAMPLE_RATE // 10
"""Blocks are 400 ms, four steps, and overlap by three quarters."""
_CHUNK = SAMPLE_RATE
"""Whole steps; with its context a spectrum of it fits into a core's cache."""
_CONTEXT = SAMPLE_RATE // 12
"""Sound before and after a chunk that is filtered with it: the filters have died away to under a millionth by then."""
_OVERSAMPLING = 4
_CLOSE = 0.02
"""LUFS that nobody hears."""
_LOOK_AHEAD = SAMPLE_RATE * 5 // 1000


def integrated(sound: Sound) -> float:
    """Return the gated loudness in LUFS; minus infinity for silence and for less than 0.4 s."""
    steps = np.concatenate([_powers(weighted) for weighted in _chunks(sound, _k_weighted)])
    if len(steps) < _BLOCK:
        return float("-inf")
    power = np.lib.stride_tricks.sliding_window_view(steps, _BLOCK).mean(axis=1)
    power = power[power > _power(-70.0)]
    if not len(power):
        return float("-inf")
    return _lufs(float(power[power > _power(_lufs(float(power.mean())) - 10.0)].mean()))


def peaks(sound: Sound) -> NDArray[np.float32]:
    """Return for each sample the highest level about it in any channel, oversampled four times (annex 2)."""
    return np.concatenate([*_chunks(sound, _oversampled_peaks)])


def true_peak(sound: Sound) -> float:
    """Return the highest level between the samples too, in dBTP."""
    return float(20 * np.log10(max(float(peaks(sound).max(initial=0.0)), 1e-9)))


def bring_to(sound: Sound, target: float, ceiling: float) -> Sound:
    """Return the sound at ``target`` LUFS, its peaks limited to ``ceiling`` dBTP. Silence stays silence."""
    limit, levels = 10 ** (ceiling / 20), peaks(sound)
    out = sound
    gain = np.ones(sound.shape[1], np.float32)
    for turn in range(3):  # what the limiter takes away is given back
        loud = integrated(out)
        if not np.isfinite(loud) or (turn and abs(loud - target) < _CLOSE):
            break
        gain *= np.float32(10 ** ((target - loud) / 20))
        # Between two samples the gain hardly changes, so that it changes the peaks between them as it does the samples.
        gain *= _limiting(levels * gain, limit)
        out = sound * gain
    return np.asarray(out, np.float32)


def _limiting(levels: NDArray[np.float32], limit: float) -> NDArray[np.float32]:
    """Return the gain that turns the sound down around peaks: at once enough, smoothly before and after."""
    needed = np.minimum(1.0, limit / np.maximum(levels, 1e-9)).astype(np.float32)
    width = 2 * _LOOK_AHEAD + 1
    # The mean over a window of minima over the same window is never above the minimum in its middle.
    lowest = cv2.erode(needed[None, :], np.ones((1, width), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.blur(lowest, (width, 1), borderType=cv2.BORDER_REPLICATE)[0], np.float32)


def _chunks(sound: Sound, work: Callable[[Sound], NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Apply ``work`` piece by piece, so that memory does not grow with the sound's length."""
    for first in range(0, max(1, sound.shape[1]), _CHUNK):
        before = min(first, _CONTEXT)
        piece = sound[:, first - before : first + _CHUNK + _CONTEXT]
        yield work(piece)[..., before : before + _CHUNK]


def _k_weighted(sound: Sound) -> NDArray[np.float32]:
    size = _fast(sound.shape[1] + _CONTEXT)
    filtered = np.fft.irfft(np.fft.rfft(sound, size) * _response(size), size)
    return np.asarray(filtered[:, : sound.shape[1]], np.float32)


def _powers(weighted: Sound) -> NDArray[np.float64]:
    """Return the mean square of each whole step of 100 ms, channels added."""
    steps = weighted[:, : weighted.shape[1] // _STEP * _STEP].reshape(len(weighted), -1, _STEP)
    return np.asarray(np.einsum("cns,cns->n", steps, steps) / _STEP, np.float64)


@lru_cache(maxsize=4)
def _response(size: int) -> NDArray[np.complex64]:
    turns = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = np.ones(len(turns), np.complex128)
    for numerator, denominator in (_SHELF, _HIGH_PASS):
        response *= np.polyval(numerator[::-1], turns) / np.polyval(denominator[::-1], turns)
    return response.astype(np.complex64)


def _oversampled_peaks(sound: Sound) -> NDArray[np.float32]:
    size = _fast(sound.shape[1] + _CONTEXT // 4)
    spectrum = np.fft.rfft(sound, size)
    fine = np.fft.irfft(spectrum, size * _OVERSAMPLING) * _OVERSAMPLING
    highest = np.maximum(fine.max(axis=0), -fine.min(axis=0))
    # The largest of four: numpy's own reduction of so short an axis takes several times as long.
    levels = reduce(np.maximum, (highest[turn::_OVERSAMPLING] for turn in range(_OVERSAMPLING)))
    # A peak between two samples belongs to both.
    return np.asarray(np.maximum(levels, np.roll(levels, 1))[: sound.shape[1]], np.float32)


def _fast(size: int) -> int:
    """Return a length not under ``size`` whose Fourier transform is fast: one without a large prime factor."""
    return -(-size // 8192) * 8192


def _lufs(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))
