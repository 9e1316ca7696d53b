"""Speech as data: samples, and when each word is said."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidInput
from app.rendering.text import units

_MOST_GROUPS = 24
"""Spoken words that one written word can come to: ``1,299.99`` is ten."""


@dataclass(frozen=True, slots=True)
class Word:
    """A written word, with the space that follows it, and when it is said: seconds from the speech's beginning."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Spoken words: float32 mono within -1..1 at ``rate`` samples a second."""

    samples: NDArray[np.float32]
    rate: int
    words: tuple[Word, ...]
    voice: str
    licence: str | None = None
    """What the film must name; None: nothing."""

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    def to_bytes(self) -> bytes:
        """Return it in NumPy's npz format, samples in 16 bits."""
        words = [[word.start, word.end, word.text] for word in self.words]
        about = json.dumps({"rate": self.rate, "voice": self.voice, "licence": self.licence, "words": words})
        file = io.BytesIO()
        levels = np.round(np.clip(self.samples, -1, 1) * 32767).astype(np.int16)
        np.savez(file, samples=levels, about=np.frombuffer(about.encode(), np.uint8))
        return file.getvalue()


def from_bytes(data: bytes) -> Speech:
    """Return what ``Speech.to_bytes`` has written.

    Raises:
        InvalidInput: it is not that.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            samples, about = stored["samples"], json.loads(stored["about"].tobytes())
        words = tuple(Word(float(start), float(end), str(text)) for start, end, text in about["words"])
        return Speech(samples.astype(np.float32) / 32767, int(about["rate"]), words, about["voice"], about["licence"])
    except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("the stored speech cannot be read") from error


def joined(parts: Sequence[Speech], gap: float) -> Speech | None:
    """Return speeches of one voice after each other, ``gap`` seconds of silence between two."""
    pieces: list[NDArray[np.float32]] = []
    words: list[Word] = []
    for part in parts:
        if pieces:
            pieces.append(np.zeros(round(gap * part.rate), np.float32))
        words += shifted(part.words, sum(map(len, pieces)) / part.rate)
        pieces.append(part.samples)
    return replace(parts[0], samples=np.concatenate(pieces), words=tuple(words)) if parts else None


def recorded(sound: NDArray[np.float32], rate: int, text: str, voice: str) -> Speech:
    """Return a recording (channels, samples) of ``text`` as speech, without the silence at its ends.

    Its words share it by their lengths.
    """
    mono = sound.mean(axis=0)
    loud = np.flatnonzero(np.abs(mono) > max(0.01, 0.03 * float(np.abs(mono).max(initial=0.0))))
    if len(loud):
        margin = rate // 25
        mono = mono[max(0, int(loud[0]) - margin) : loud[-1] + 2 * margin]
    return Speech(mono.astype(np.float32), rate, estimated(text, 0.04, max(0.04, len(mono) / rate - 0.08)), voice)


def shifted(words: Sequence[Word], by: float) -> list[Word]:
    """Return the words ``by`` seconds later."""
    return [Word(word.start + by, word.end + by, word.text) for word in words]


def estimated(text: str, start: float, end: float) -> tuple[Word, ...]:
    """Return the words of a text spread over ``start`` to ``end`` by their lengths."""
    parts = units(text)
    edges = start + (end - start) * np.concatenate([[0.0], np.cumsum([len(part) for part in parts])]) / max(
        1, sum(map(len, parts))
    )
    return tuple(Word(first, last, part) for part, (first, last) in zip(parts, pairwise(edges.tolist()), strict=True))


def aligned(written: list[str], sounds: list[str], groups: list[tuple[str, float, float]]) -> tuple[Word, ...]:
    """Return when each written word is said, out of what was said when.

    ``sounds[i]``: what ``written[i]`` sounds like alone. ``groups``: the sounds that were made, each with its start and
    end. Words and sounds keep their order; of all ways to give each sound to a word, the one is taken in which the
    words' sounds differ the least from what they sound like alone (dynamic programming).
    """
    if not groups:
        return ()
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number, sound in enumerate(sounds):
        row: dict[int, tuple[float, int]] = {}
        for begin, (cost, _) in best[-1].items():
            said = ""
            last = len(groups) if number + 1 < len(sounds) or len(groups) - begin <= _MOST_GROUPS else begin
            for end in range(begin, min(last, begin + _MOST_GROUPS) + 1):
                said += groups[end - 1][0] if end > begin else ""
                here = cost + abs(len(said) - len(sound)) + (0 if said == sound else 0.5)
                if end not in row or here < row[end][0]:
                    row[end] = here, begin
        best.append(row)
    end = len(groups) if len(groups) in best[-1] else max(best[-1], default=0)
    spans: list[tuple[int, int]] = []
    for row in reversed(best[1:]):
        begin = row[end][1]
        spans.append((begin, end))
        end = begin
    words: list[Word] = []
    free = groups[0][1]
    for text, (begin, end) in zip(written, reversed(spans), strict=True):
        start, stop = (max(free, groups[begin][1]), groups[end - 1][2]) if end > begin else (free, free)
        free = max(free, stop)
        words.append(Word(start, free, text))
    return tuple(words)
