"""The built-in English voice: hibari-tts, whose model says how long it holds each sound."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from hibari import SAMPLE_RATE, Hibari, dsp
from hibari.voices import DEFAULT, voice_path
from numpy.typing import NDArray

from app.rendering.speech import Speech, Word, aligned, joined, shifted
from app.rendering.spoken import spoken
from app.rendering.text import units

_SEED = 0
_GAP = 0.16
"""Seconds between two sentences."""
_QUIET = 0.012
"""Levels under this, before the first sound and after the last, are cut off."""
_DURATIONS = b"/Cast_32_output_0"
"""The tensor of the model's graph that holds each phoneme's length (hibari-tts 0.2.1, which is pinned)."""
_MARKS = ';:,.!?—…"“”() '


@dataclass(frozen=True)
class HibariVoice:
    """Speaks English, the same every time."""

    name: str = "hibari-heart"
    about: str = "American woman, neural"
    licence: str = "voice: hibari-tts, Apache-2.0"

    def speaks(self, language: str) -> bool:
        """See ``Voice``."""
        return language == "en"

    def speak(self, text: str, language: str) -> Speech | None:
        """See ``Voice``."""
        said = [self._sentence(sentence) for sentence in self._engine.split_sentences(text)]
        return joined([one for one in said if one is not None], _GAP)

    @cached_property
    def _engine(self) -> Hibari:
        model = Path(voice_path(DEFAULT)).read_bytes()
        # Messages of one type that follow each other are merged into one (protobuf's encoding): this adds one name to
        # the outputs (field 12, whose names are field 1) of the model's graph (field 7) and leaves the rest as it is.
        return Hibari(model=model + _field(7, _field(12, _field(1, _DURATIONS))))

    def _phonemes(self, text: str) -> list[str]:
        # The engine takes raised digits for numbers, and fails on them.
        return list(self._engine.phonemize(unicodedata.normalize("NFKC", spoken(text))))

    def _sentence(self, sentence: str) -> Speech | None:
        rng = np.random.default_rng(_SEED)
        pieces: list[NDArray[np.float32]] = []
        groups: list[tuple[str, float, float]] = []
        for phonemes in self._phonemes(sentence):
            ids = self._engine.ids(phonemes)
            if len(ids) < 3:
                continue
            order = {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)}
            *spectrum, lengths = self._engine.sess.run(None, order)
            begin = sum(map(len, pieces)) / SAMPLE_RATE
            pieces.append(dsp.synth(*(part[0] for part in spectrum), rng))
            groups += self._groups(phonemes, lengths, begin, len(pieces[-1]) / SAMPLE_RATE)
        samples, cut = _trimmed(np.concatenate(pieces) if pieces else np.zeros(0, np.float32))
        if not len(samples):
            return None
        parts = units(sentence)
        sounds = [_plain("".join(self._phonemes(part))) for part in parts]
        seconds = len(samples) / SAMPLE_RATE
        words = [
            Word(min(max(0.0, word.start), seconds), min(max(0.0, word.end), seconds), word.text)
            for word in shifted(aligned(parts, sounds, groups), -cut)
        ]
        return Speech(samples, SAMPLE_RATE, tuple(words), self.name, self.licence)

    def _groups(
        self, phonemes: str, lengths: NDArray[np.int64], begin: float, seconds: float
    ) -> list[tuple[str, float, float]]:
        """Return the sounds between two spaces, with their times. ``lengths`` begin and end with those of silence."""
        edges = begin + seconds * np.concatenate([[0.0], np.cumsum(lengths)]) / max(1, int(lengths.sum()))
        found: list[tuple[str, float, float]] = []
        at, new = 1, True
        for sign in phonemes:
            known = sign in self._engine.vocab
            if sign not in _MARKS:
                said, start, _ = ("", float(edges[at]), 0.0) if new or not found else found.pop()
                found.append((said + sign, start, float(edges[at + known])))
                new = False
            elif sign == " ":
                new = True
            at += known
        return found


def _plain(phonemes: str) -> str:
    return "".join(sign for sign in phonemes if sign not in _MARKS)


def _field(number: int, content: bytes) -> bytes:
    """Return a length-delimited field of a protobuf message; numbers under 16, contents under 128 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def _trimmed(samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return the samples without silence at their ends, and the seconds that were cut off before them."""
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    if not len(loud):
        return samples[:0], 0.0
    margin = SAMPLE_RATE // 25
    first = max(0, int(loud[0]) - margin)
    return samples[first : loud[-1] + 2 * margin], first / SAMPLE_RATE
