"""Reads what is written in a picture, where the extra ``ocr`` (rapidocr) is installed.

It stands apart from the measures: it takes about a second a picture.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import Any

from app.analysis.pixels import Rgb

SURE = 0.6
"""Confidence from which a line counts as read."""
MOST_LINES, LONGEST_LINE = 12, 80


def installed() -> bool:
    """Tell whether pictures can be read."""
    return importlib.util.find_spec("rapidocr") is not None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error"})


def read_lines(rgb: Rgb) -> list[str]:
    """Return the lines written in a picture, in reading order; at most twelve."""
    result = _engine()(rgb[..., ::-1])
    texts, scores = result.txts or (), result.scores or ()
    sure = [text.strip() for text, score in zip(texts, scores, strict=True) if score >= SURE and text.strip()]
    return [text[:LONGEST_LINE] for text in sure[:MOST_LINES]]
