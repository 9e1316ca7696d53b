"""What the voices share whose model turns phonemes into sound and says how long it holds each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_MARKS = ';:,.!?—…"“”() '
_QUIET = 0.012
"""Levels under this, before the first sound and after the last, are cut off."""


def output_field(tensor: bytes) -> bytes:
    """Return what makes one more tensor of an ONNX model (its name, under 120 bytes) its last output, behind its file.

    Messages of one type that follow each other are merged into one (protobuf's encoding): this adds a name to the
    outputs (field 12, whose names are field 1) of the model's graph (field 7) and leaves the rest as it is.
    """
    return _field(7, _field(12, _field(1, tensor)))


def _field(number: int, content: bytes) -> bytes:
    """Return a length-delimited field of a protobuf message; numbers under 16, contents under 128 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def words_of(
    signs: Sequence[str], lengths: NDArray[np.int64], begin: float, end: float
) -> list[tuple[str, float, float]]:
    """Return the sounds between two spaces, with their begin and end in seconds.

    ``lengths``: of the silence before, of each sign, and of the silence after, in any unit; together they last from
    ``begin`` to ``end``.
    """
    edges = begin + (end - begin) * np.concatenate([[0.0], np.cumsum(lengths)]) / max(1, int(lengths.sum()))
    found: list[tuple[str, float, float]] = []
    new = True
    for place, sign in enumerate(signs, 1):
        if sign in _MARKS:
            new = new or sign == " "
            continue
        said, start, _ = ("", float(edges[place]), 0.0) if new else found.pop()
        found.append((said + sign, start, float(edges[place + 1])))
        new = False
    return found


def plain(signs: Sequence[str]) -> str:
    """Return phonemes without spaces and punctuation."""
    return "".join(sign for sign in signs if sign not in _MARKS)


def trimmed(samples: NDArray[np.float32], rate: int) -> tuple[NDArray[np.float32], float]:
    """Return the samples without silence at their ends, and the seconds that were cut off before them."""
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    if not len(loud):
        return samples[:0], 0.0
    margin = rate // 25
    first = max(0, int(loud[0]) - margin)
    return samples[first : loud[-1] + 2 * margin], first / rate
