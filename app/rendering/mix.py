"""Mixing voice and music: the music gives way to the voice, and the whole has the loudness that platforms play at."""

from __future__ import annotations

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from app.rendering.encode import SAMPLE_RATE
from app.rendering.loudness import Sound, bring_to, integrated
from app.rendering.speech import Speech

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
_STEP = SAMPLE_RATE // 1000
_FADE_IN, _FADE_OUT = 0.15, 1.0


def mix(length: int, spoken: list[tuple[float, Speech]], music: Sound | None, effects: Sound | None = None) -> Sound:
    """Return speeches that begin at the given seconds over music (2, ``length``) or silence, and effects.

    The result has -14 LUFS, its true peaks under -1.5 dBTP; it fades in and, over a second, out. Effects are heard at
    their level beside the music's and the voice's, and alone not at all.
    """
    voice = np.zeros(length, np.float32)
    speaking = np.zeros(length, np.float32)
    for start, speech in spoken:
        first = round(start * SAMPLE_RATE)
        samples = _resampled(speech)[: max(0, length - first)]
        voice[first : first + len(samples)] += samples
        speaking[first : first + len(samples)] = 1
    total = np.tile(_levelled(voice[None, :], _VOICE), (2, 1))
    if music is not None:
        total += _levelled(music, _MUSIC) * _ducking(speaking)
    if effects is not None and (spoken or music is not None):
        total += effects
    return bring_to(total * _fades(length), TARGET, CEILING)


def _levelled(sound: Sound, target: float) -> Sound:
    loud = integrated(sound)
    return sound * np.float32(10 ** ((target - loud) / 20)) if np.isfinite(loud) else sound


def _ducking(speaking: NDArray[np.float32]) -> NDArray[np.float32]:
    # A gain of a step a millisecond is as good as one a sample, and the windows below cost a 48th squared.
    steps = np.concatenate([speaking[::_STEP], speaking[-1:]])
    hold, ramp = _odd(_HOLD), _odd(_RAMP)
    kernel = np.ones((1, hold), np.uint8)
    closed = cv2.erode(cv2.dilate(steps[None, :], kernel), kernel)
    # Widened by half a ramp, so that the music is down when the first word comes; blurred twice for a soft curve.
    wide = cv2.dilate(closed, np.ones((1, ramp), np.uint8))
    half = (ramp // 2 | 1, 1)
    soft = cv2.blur(cv2.blur(wide, half, borderType=cv2.BORDER_REPLICATE), half, borderType=cv2.BORDER_REPLICATE)
    gain = np.interp(np.arange(len(speaking)), np.arange(soft.shape[1]) * _STEP, 1 - (1 - _DUCKED) * soft[0])
    return np.asarray(gain, np.float32)


def _odd(seconds: float) -> int:
    return 2 * round(seconds * SAMPLE_RATE / _STEP / 2) + 1


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
