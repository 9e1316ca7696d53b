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

from app.rendering.neural_voice import output_field, plain, trimmed, words_of
from app.rendering.speech import Speech, Word, aligned, joined, shifted
from app.rendering.spoken import spoken
from app.rendering.text import units

_SEED = 0
_GAP = 0.16
"""Seconds between two sentences."""
_DURATIONS = b"/Cast_32_output_0"
"""The tensor of the model's graph that holds each phoneme's length (hibari-tts 0.2.1, which is pinned)."""


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
        return Hibari(model=Path(voice_path(DEFAULT)).read_bytes() + output_field(_DURATIONS))

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
            groups += words_of(self._known(phonemes), lengths, begin, begin + len(pieces[-1]) / SAMPLE_RATE)
        samples, cut = trimmed(np.concatenate(pieces) if pieces else np.zeros(0, np.float32), SAMPLE_RATE)
        if not len(samples):
            return None
        parts = units(sentence)
        sounds = [plain(self._known("".join(self._phonemes(part)))) for part in parts]
        seconds = len(samples) / SAMPLE_RATE
        words = [
            Word(min(max(0.0, word.start), seconds), min(max(0.0, word.end), seconds), word.text)
            for word in shifted(aligned(parts, sounds, groups), -cut)
        ]
        return Speech(samples, SAMPLE_RATE, tuple(words), self.name, self.licence)

    def _known(self, phonemes: str) -> list[str]:
        return [sign for sign in phonemes if sign in self._engine.vocab]
