"""Mixing voice and music: the music gives way to the voice, and the whole has the loudness that platforms play at."""

from __future__ import annotations

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from app.rendering.encode import SAMPLE_RATE
from app.rendering.loudness import Sound, bring_to, integrated
from app.rendering.voice import Speech

TARGET = -14.0
"""LUFS: what the video platforms level to."""
CEILING = -1.5
"""dBTP before encoding; AAC adds a few tenths, and the peak must stay under -1."""
_VOICE, _MUSIC = -16.0, -20.0
"""LUFS of the two before they are mixed."""
_DUCKED = 10 ** (-10 / 20)
"""The music's gain under the voice."""
_RAMP, _HOLD = 0.35, 0.5
"""Seconds in which the music gives way; gaps in the speech shorter than the hold do not bring it back."""
_GRAIN = SAMPLE_RATE // 200
_FADE_IN, _FADE_OUT = 0.15, 1.0


def mix(music: Sound, spoken: list[tuple[float, Speech]]) -> Sound:
    """Return music (2, samples) with speeches that begin at the given seconds, of the music's length.

    The result has -14 LUFS, its true peaks under -1.5 dBTP; it fades in and, over a second, out.
    """
    length = music.shape[1]
    voice = np.zeros(length, np.float32)
    speaking = np.zeros(length, np.float32)
    for start, speech in spoken:
        first = round(start * SAMPLE_RATE)
        samples = _resampled(speech)[: max(0, length - first)]
        voice[first : first + len(samples)] += samples
        speaking[first : first + len(samples)] = 1
    total = _levelled(music, _MUSIC) * _ducking(speaking) + _levelled(voice[None, :], _VOICE)
    return bring_to(total * _fades(length), TARGET, CEILING)


def _levelled(sound: Sound, target: float) -> Sound:
    loud = integrated(sound)
    return sound * np.float32(10 ** ((target - loud) / 20)) if np.isfinite(loud) else sound


def _ducking(speaking: NDArray[np.float32]) -> NDArray[np.float32]:
    # Worked out in steps of 5 ms: the curve is far slower.
    length = len(speaking)
    row = np.zeros(-(-length // _GRAIN) * _GRAIN, np.float32)
    row[:length] = speaking
    row = row.reshape(1, -1, _GRAIN).max(axis=2)
    hold = 2 * round(_HOLD * SAMPLE_RATE / _GRAIN / 2) + 1
    ramp = 2 * round(_RAMP * SAMPLE_RATE / _GRAIN / 2) + 1
    kernel = np.ones((1, hold), np.uint8)
    closed = cv2.erode(cv2.dilate(row, kernel), kernel)
    # Widened by half a ramp, so that the music is down when the first word comes; blurred twice for a soft curve.
    wide = cv2.dilate(closed, np.ones((1, ramp), np.uint8))
    half = (ramp // 2 | 1, 1)
    soft = cv2.blur(cv2.blur(wide, half, borderType=cv2.BORDER_REPLICATE), half, borderType=cv2.BORDER_REPLICATE)
    at = (np.arange(soft.shape[1]) + 0.5) * _GRAIN
    return np.asarray(np.interp(np.arange(length), at, 1 - (1 - _DUCKED) * soft[0]), np.float32)


def _fades(length: int) -> NDArray[np.float32]:
    at = np.arange(length, dtype=np.float32) / SAMPLE_RATE
    left = length / SAMPLE_RATE - at
    rise, fall = np.clip(at / _FADE_IN, 0, 1), np.clip(left / _FADE_OUT, 0, 1)
    return np.asarray(np.sin(rise * np.pi / 2) * np.sin(fall * np.pi / 2), np.float32)


def _resampled(speech: Speech) -> NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    frame = av.AudioFrame.from_ndarray(speech.samples[None, :], format="flt", layout="mono")
    frame.sample_rate = speech.rate
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in parts]).astype(np.float32)
