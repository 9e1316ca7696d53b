"""Speech: an English voice on this machine, and how long words take in any language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from hibari import SAMPLE_RATE, Hibari
from numpy.typing import NDArray

from app.rendering.captions import phrases
from app.rendering.spoken import spoken

ENGINE = "hibari heart"
LICENCE = "voice: hibari-tts, Apache-2.0"
_SEED = 0
_GAP = 0.16
"""Seconds between two sentences."""
_QUIET = 0.012
"""Levels under this, before the first sound and after the last, are cut off."""
_WORDS_A_SECOND = 2.5
_SYLLABLES_A_SECOND = 5.0
"""Of scripts that write a syllable a sign: Chinese, Japanese, Korean."""
_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words for a caption, and when they are spoken: seconds from the beginning of the speech."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Spoken words: float32 mono within -1..1 at ``rate`` samples a second."""

    samples: NDArray[np.float32]
    rate: int
    phrases: tuple[Phrase, ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@lru_cache(maxsize=32)
def speak(text: str, language: str, speed: float = 1.0) -> Speech | None:
    """Return ``text`` spoken, the same every time; None where there is no voice for ``language`` or nothing to say.

    ``speed`` above 1 speaks faster, though not in proportion: the voice rounds the lengths of sounds. A sentence's
    length is measured; the phrases within it share it by their numbers of phonemes, right to about 0.1 s.
    """
    if language != "en" or not text.strip():
        return None
    pieces: list[NDArray[np.float32]] = []
    timed: list[Phrase] = []
    done = 0
    for sentence in _engine().split_sentences(text):
        samples = _trimmed(_engine()(spoken(sentence), speed=speed, seed=_SEED))
        if not len(samples):
            continue
        if pieces:
            pieces.append(np.zeros(round(_GAP * SAMPLE_RATE), np.float32))
            done += len(pieces[-1])
        timed += _timed(sentence, done / SAMPLE_RATE, len(samples) / SAMPLE_RATE)
        pieces.append(samples)
        done += len(samples)
    return Speech(np.concatenate(pieces), SAMPLE_RATE, tuple(timed)) if pieces else None


@lru_cache(maxsize=256)
def speech_seconds(text: str, language: str) -> float:
    """Return how long ``text`` takes to say: measured where there is a voice, else told from its words.

    An unhurried reader says about 2.5 words, or five syllables, a second.
    """
    speech = speak(text, language)
    if speech is not None:
        return speech.seconds
    syllables = len(_SYLLABIC.findall(text))
    words = len(_SYLLABIC.sub(" ", text).split())
    return words / _WORDS_A_SECOND + syllables / _SYLLABLES_A_SECOND


def estimated_phrases(text: str, seconds: float) -> tuple[Phrase, ...]:
    """Return the phrases of a text that nobody speaks, spread over ``seconds`` by their lengths."""
    parts = phrases(text)
    return _spread(parts, [len(part) for part in parts], 0.0, seconds)


@lru_cache(maxsize=1)
def _engine() -> Hibari:
    return Hibari()


def _timed(sentence: str, start: float, seconds: float) -> tuple[Phrase, ...]:
    parts = phrases(sentence)
    return _spread(parts, [sum(map(len, _engine().phonemize(spoken(part)))) for part in parts], start, seconds)


def _spread(parts: list[str], weights: list[int], start: float, seconds: float) -> tuple[Phrase, ...]:
    edges = start + seconds * np.concatenate([[0.0], np.cumsum(weights) / max(1, sum(weights))])
    spans = zip(parts, pairwise(edges.tolist()), strict=True)
    return tuple(Phrase(first, last, part) for part, (first, last) in spans)


def _trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    if not len(loud):
        return samples[:0]
    margin = SAMPLE_RATE // 25
    return samples[max(0, loud[0] - margin) : loud[-1] + 2 * margin]
