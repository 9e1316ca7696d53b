"""SVOX Pico's voices, by way of py-nanotts, whose wheel holds them: small, quick, and less robotic than formants."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from py_nanotts import NanoTTS

from app.errors import WorkFailed
from app.rendering.alignment import word_edges
from app.rendering.speech import Speech, Word, recorded
from app.rendering.spoken import spoken
from app.rendering.text import units

_RATE = 16_000
_VOLUME = 0.5
"""At the engine's own level its loudest sounds are cut off."""
_SPEED = 1.1
"""Its own pace is that of a route guide."""
_PERTURB = -6
"""``M_PERTURB`` of glibc's malloc.h: what memory is filled with when it is given out, inverted."""
_MARKUP = str.maketrans(dict.fromkeys("<>&\0", " "))
"""What the engine would take for SSML, or for the end."""


@dataclass(frozen=True)
class PicoVoice:
    """Speaks one language, the same every time."""

    name: str
    locale: str
    about: str
    licence: str = "voice: SVOX Pico by py-nanotts, Apache-2.0"

    def speaks(self, language: str) -> bool:
        """See ``Voice``."""
        return language == self.locale[:2]

    def speak(self, text: str, language: str) -> Speech | None:
        """See ``Voice``; words are timed by how each sounds alone."""
        samples = self._sound(spoken(text, language))
        if not len(samples):
            return None
        speech = recorded(samples[None, :], _RATE, text, self.name)
        parts = units(text)
        alone = [self._sound(share) for share in _shares(parts, language)]
        edges = word_edges(speech.samples, alone, _RATE)
        words, free = [], 0.0
        for part, (start, end) in zip(parts, edges or [], strict=bool(edges)):
            begin = min(max(free, start), speech.seconds)
            free = min(max(begin, end), speech.seconds)
            words.append(Word(begin, free, part))
        return Speech(speech.samples, _RATE, tuple(words) or speech.words, self.name, self.licence)

    def _sound(self, words: str) -> NDArray[np.float32]:
        said = words.translate(_MARKUP)
        if not any(sign.isalnum() for sign in said):
            return np.zeros(0, np.float32)
        try:
            with _blank_memory():
                sound = NanoTTS().speak(said, self.locale, speed=_SPEED, volume=_VOLUME)
        except (RuntimeError, ValueError) as error:
            raise WorkFailed(f"pico failed: {error}") from error
        return np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(32768)


def _shares(parts: list[str], language: str) -> list[str]:
    """Return what is said for each written word: "12 h" is "12" and "hours", "19,90 €" all of it and nothing."""
    whole = spoken("".join(parts), language)
    cuts = [0]
    for number in range(1, len(parts)):
        said = spoken("".join(parts[:number]), language).rstrip()
        cuts.append(len(said) if whole.startswith(said) else cuts[-1])
    shares = [whole[begin:end] for begin, end in pairwise([*cuts, len(whole)])]
    for number, (first, second) in enumerate(pairwise(shares)):
        if not first:
            shares[number : number + 2] = second, first
    return shares


@contextmanager
def _blank_memory() -> Iterator[None]:
    """Let memory be given out as zeros: the engine begins with what it finds there, and sounds a little otherwise."""
    set_up = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc alone, as the wheels of the voice are
    if set_up is None:
        yield
        return
    set_up(_PERTURB, 0xFF)
    try:
        yield
    finally:
        set_up(_PERTURB, 0)
