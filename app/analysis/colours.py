"""Names for colours, as shops and buyers use them."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

NAMED: dict[str, tuple[int, int, int]] = {
    "black": (18, 18, 20),
    "grey": (128, 128, 128),
    "white": (250, 250, 248),
    "beige": (222, 206, 178),
    "cream": (246, 238, 216),
    "brown": (112, 74, 44),
    "red": (196, 32, 38),
    "rust": (176, 84, 46),
    "orange": (238, 132, 34),
    "yellow": (246, 208, 56),
    "olive": (118, 120, 56),
    "green": (58, 142, 72),
    "sage": (156, 172, 144),
    "turquoise": (54, 176, 176),
    "blue": (44, 98, 190),
    "navy": (24, 36, 78),
    "slate": (86, 100, 116),
    "purple": (120, 68, 152),
    "plum": (104, 48, 82),
    "pink": (236, 142, 176),
}
"""Name -> a typical sRGB value; the names are entries of ``app/scenario/lexicon.json``."""

OTHER_COLOUR = 12.0
"""Delta E between two subjects' colours from which they are two."""


def _lab(colours: list[tuple[int, int, int]]) -> npt.NDArray[np.float32]:
    rgb = np.array([colours], dtype=np.float32) / 255
    lab: npt.NDArray[np.float32] = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab), dtype=np.float32)[0]
    return lab


@cache
def _table() -> npt.NDArray[np.float32]:
    return _lab(list(NAMED.values()))  # OpenCV's first conversion takes a tenth of a second


def _levels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def delta(one: str, other: str) -> float:
    """Return the distance (delta E 1976) of two colours ``#rrggbb``."""
    first, second = _lab([_levels(one), _levels(other)])
    return float(np.linalg.norm(first - second))


def name_of(colour: str) -> str:
    """Return the name that is nearest (delta E 1976) to a colour ``#rrggbb``."""
    distance = np.linalg.norm(_table() - _lab([_levels(colour)])[0], axis=1)
    return list(NAMED)[int(np.argmin(distance))]


def names_of(palette: list[str]) -> list[str]:
    """Return the names of a palette in its order, each once."""
    return list(dict.fromkeys(name_of(colour) for colour in palette))
