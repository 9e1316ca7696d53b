"""When each word of a sentence is said, found by the sound of the words spoken alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_STEP, _WINDOW = 0.01, 0.025
"""Seconds from one look at the sound to the next, and seconds that a look takes in."""
_BANDS = 24
_FLOOR = 1e-5
_FASTEST = 3
"""Times as fast as alone that a word can be said within a sentence; it can be said as slowly as one likes."""


def word_edges(
    whole: NDArray[np.float32], alone: Sequence[NDArray[np.float32]], rate: int
) -> list[tuple[float, float]] | None:
    """Return the begin and end, in seconds, of each word in ``whole``; ``alone``: each spoken by itself, by one voice.

    The words, silence cut off, are laid after each other and matched with the whole by dynamic time warping (Sakoe and
    Chiba, 1978) over the logarithms of their spectra. One that is no sound alone ends where it begins. None: the whole
    is too short for the words.
    """
    heard = _spectra(whole, rate)
    silence = np.full((1, _BANDS), np.log(_FLOOR), np.float32)
    parts = [silence]
    edges: list[tuple[int, int]] = []
    for sound in alone:
        spectra = _spectra(sound, rate)
        loud = np.flatnonzero(spectra.max(axis=1) > spectra.max() - 7)
        begin = sum(map(len, parts))
        kept = spectra[loud[0] : loud[-1] + 1] if len(sound) else spectra[:0]
        edges.append((begin, begin + len(kept)))
        parts += [kept, silence]  # a pause between two words has something to be matched with
    path = _path(heard, np.concatenate(parts))
    if path is None:
        return None
    found: list[tuple[float, float]] = []
    for first, last in edges:
        begin = int(np.searchsorted(path, first))
        found.append((begin * _STEP, max(begin, int(np.searchsorted(path, last))) * _STEP))
    return found


def _spectra(sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Return the logarithms of the energy in bands that grow with their pitch, a row for each look."""
    window, step = round(_WINDOW * rate), round(_STEP * rate)
    padded = np.pad(sound, (window // 2, window))
    looks = np.lib.stride_tricks.sliding_window_view(padded, window)[::step][: len(sound) // step + 1]
    energy = np.abs(np.fft.rfft(looks * np.hanning(window), axis=1)) ** 2 / window
    edges = np.unique(np.geomspace(2, energy.shape[1], _BANDS + 1).astype(int))
    bands = np.add.reduceat(energy, edges[:-1], axis=1) / np.diff(edges)
    rows = np.log(bands + _FLOOR).astype(np.float32)
    return np.pad(rows, ((0, 0), (0, _BANDS - rows.shape[1])), constant_values=np.log(_FLOOR))


def _path(heard: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.int64] | None:
    """Return the row of ``known`` that each row of ``heard`` is matched with; None: there are too many of them."""
    squares = (heard**2).sum(axis=1)[:, None] + (known**2).sum(axis=1)[None, :] - 2 * heard @ known.T
    costs = np.sqrt(np.maximum(squares, 0))
    best = np.full(len(known), np.inf, np.float32)
    best[0] = costs[0, 0]
    steps = np.zeros((len(heard), len(known)), np.uint8)
    for row in range(1, len(heard)):
        ways = np.full((_FASTEST + 1, len(known)), np.inf, np.float32)
        for step in range(_FASTEST + 1):
            ways[step, step:] = best[: len(known) - step]
        steps[row] = ways.argmin(axis=0)
        best = ways.min(axis=0) + costs[row]
    if not np.isfinite(best[-1]):
        return None
    path = np.empty(len(heard), np.int64)
    at = len(known) - 1
    for row in range(len(heard) - 1, -1, -1):
        path[row] = at
        at -= int(steps[row, at])
    return path
