"""espeak-ng, by way of the shared library that the wheel espeakng-loader brings: many languages, a plain voice.

The library is GPL-3: it is an extra (``shopreel[voices]``), and is loaded into the renderer's child process alone.
Its interface is described in ``speak_lib.h`` of espeak-ng 1.52.
"""

from __future__ import annotations

import _ctypes  # ctypes itself has no way to let go of a library
import ctypes
import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import WorkFailed
from app.rendering.speech import Speech, Word, aligned
from app.rendering.spoken import spoken
from app.rendering.text import units

PACKAGE = "espeakng_loader"
_OTHER_NAMES = {"zh": "cmn", "no": "nb"}
"""ISO 639 -> espeak's name, where they differ."""
_BADLY = ("ja",)
"""It reads kanji as "Chinese letter"."""
_PUNCTUATION = re.compile(r'([;:,.!?—…"«»“”()]+\s*)')
_OTHER_LANGUAGE = re.compile(r"\([a-z]{2,3}(?:-[a-z]+)*\)")
"""It says where it takes a word for one of another language: "(en)"."""
_TIES = ord("^") << 8 | 0x80 | 0x02
"""Phonemes in the IPA, with a sign between two letters of one sound."""
_SYNCHRONOUS, _UTF8, _RATE, _BY_CHARACTERS = 2, 1, 1, 1
_WORD, _END = 1, 0
_WORDS_A_MINUTE = 150
_SEED = 1
_BUFFER = 200
"""Milliseconds of sound in one call back."""


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class EspeakVoice:
    """Speaks what it has a dictionary of."""

    name: str
    variant: str
    """Of espeak's voice: empty, or "+" and a name of its folder ``voices/!v``."""
    about: str
    licence: str = "voice: espeak-ng, GPL-3.0-or-later (the program; not what it speaks)"

    def speaks(self, language: str) -> bool:
        """See ``Voice``. Nothing of espeak-ng is loaded for it."""
        data = _data_folder()
        return (
            data is not None
            and language not in _BADLY
            and (data / f"{_OTHER_NAMES.get(language, language)}_dict").is_file()
        )

    def speak(self, text: str, language: str) -> Speech | None:
        """See ``Voice``."""
        said = spoken(text, language)
        if not _letters(said):  # it would read the names of signs and emoji
            return None
        pieces: list[NDArray[np.int16]] = []
        starts: list[tuple[int, int, float]] = []
        with _library() as (library, rate):
            if library.espeak_SetVoiceByName((_OTHER_NAMES.get(language, language) + self.variant).encode()):
                raise WorkFailed(f"espeak-ng has no voice for {language!r}")

            def take(samples: Any, count: int, events: Any) -> int:
                if samples and count:
                    pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
                number = 0
                while events[number].type != _END:
                    if events[number].type == _WORD:
                        event = events[number]
                        starts.append((event.text_position - 1, event.length, event.audio_position / 1000))
                    number += 1
                return 0

            callback = _CALLBACK(take)
            library.espeak_SetSynthCallback(callback)
            written = said.replace("\0", "").encode()
            if library.espeak_Synth(written, len(written) + 1, 0, _BY_CHARACTERS, 0, _UTF8, None, None):
                raise WorkFailed("espeak-ng failed", retryable=True)
        whole = np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
        samples = np.asarray(whole / np.float32(32768), np.float32)
        loud = np.flatnonzero(np.abs(samples) > 0.01)
        if not len(loud):
            return None
        samples = samples[: loud[-1] + rate // 12]
        return Speech(samples, rate, _words(text, language, said, starts, len(samples) / rate), self.name, self.licence)


def phonemes(texts: list[str], language: str) -> list[str]:
    """Return the phonemes of texts in the signs of the IPA, "^" between two that are one sound; punctuation stays.

    Raises:
        WorkFailed: espeak-ng has no such language, or cannot be loaded.
    """
    found = []
    with _library() as (library, _):
        if library.espeak_SetVoiceByName(_OTHER_NAMES.get(language, language).encode()):
            raise WorkFailed(f"espeak-ng has no language {language!r}")
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        for text in texts:
            pieces = []
            for piece in _PUNCTUATION.split(text.replace("\0", "")):
                place = ctypes.c_char_p(piece.encode())
                clauses = []
                while place.value and not _PUNCTUATION.fullmatch(piece):
                    said = library.espeak_TextToPhonemes(ctypes.byref(place), _UTF8, _TIES)
                    clauses.append((said or b"").decode())
                pieces.append(" ".join(clauses) if clauses else piece)
            found.append(_OTHER_LANGUAGE.sub("", "".join(pieces)))
    return found


def _words(
    text: str, language: str, said: str, starts: list[tuple[int, int, float]], seconds: float
) -> tuple[Word, ...]:
    ends = [*(start for _, _, start in starts[1:]), seconds]
    groups = [
        (_letters(said[place : place + length]), min(start, seconds), min(end, seconds))
        for (place, length, start), end in zip(starts, ends, strict=True)
    ]
    parts = units(text)
    return aligned(parts, [_letters(spoken(part, language)) for part in parts], groups)


def _letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _data_folder() -> Path | None:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations))) / "espeak-ng-data"


@contextmanager
def _library() -> Iterator[tuple[Any, int]]:
    """Load the library, and let go of it: what it keeps from one text to the next changes how the next one sounds."""
    import espeakng_loader

    try:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
    except OSError as error:
        raise WorkFailed(f"espeak-ng cannot be loaded: {error}") from error
    try:
        rate = library.espeak_Initialize(_SYNCHRONOUS, _BUFFER, espeakng_loader.get_data_path().encode(), 0)
        if rate <= 0:
            raise WorkFailed("espeak-ng finds no data")
        library.espeak_SetParameter(_RATE, _WORDS_A_MINUTE, 0)
        library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
        yield library, int(rate)
        library.espeak_Terminate()
    finally:
        _ctypes.dlclose(library._handle)
