"""Fields of numbers over a picture's pixels: colours, soft steps, blurs, noise, reliefs."""

from __future__ import annotations

import functools

import cv2
import numpy as np
import numpy.typing as npt

from app.demo.drawing.outlines import Points

Field = npt.NDArray[np.float32]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; may reach out of the frame."""


def linear(colour: str) -> Field:
    """Return ``#rrggbb`` as linear red, green, blue in 0..1 (power 2.2 in place of the sRGB curve)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return np.array(parts, dtype=np.float32) ** np.float32(2.2)


def mix(first: str, second: str, share: float) -> str:
    """Return the colour that lies ``share`` (0..1) of the way from the first to the second."""
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def ramp(value: Field, low: float, high: float) -> Field:
    """Return 0 below ``low``, 1 above ``high`` and a soft step between."""
    t: Field = np.clip((value - low) * np.float32(1 / (high - low)), 0, 1)
    t *= t * (3 - 2 * t)
    return t


def soften(image: Field, sigma: float) -> Field:
    """Blur by ``sigma`` pixels (Gaussian); wide blurs are made on a smaller copy.

    A box as wide as one cell of the copy takes out the ripple of enlarging, which a relief would show as a grid.
    """
    if sigma < 0.3:
        return image
    shrink = max(1, int(sigma / 3))
    height, width = image.shape[:2]
    small = image
    if shrink > 1:
        size = (max(1, width // shrink), max(1, height // shrink))
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), sigma / shrink), dtype=np.float32)
    if shrink == 1:
        return small
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.blur(large, (shrink, shrink)), dtype=np.float32)


@functools.cache
def noise(seed: int = 7) -> Field:
    """Return 1024 x 1024 of even noise around 0, standard deviation 1."""
    return np.random.default_rng(seed).standard_normal((1024, 1024), dtype=np.float32)


def noise_over(box: Box, cell: float, seed: int = 7) -> Field:
    """Return noise over a box of pixels with grains of ``cell`` pixels, fixed to the frame and not to the box."""
    left, top, right, bottom = box
    zoom = np.array([[1 / cell, 0, left / cell], [0, 1 / cell, top / cell]], dtype=np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (right - left, bottom - top)
    return np.asarray(cv2.warpAffine(noise(seed), zoom, size, flags=flags, borderMode=cv2.BORDER_WRAP), np.float32)


def bulge(outline: Points, size: int = 96) -> Field:
    """Return the relief of a soap film blown up over an outline, 0 at the edge and 1 at the top.

    It solves Poisson's equation by Jacobi steps, coarse to fine, on ``size`` cells along the longer side.
    """
    low, high = outline.min(axis=0), outline.max(axis=0)
    spread = float((high - low).max())
    relief: Field = np.zeros((size // 8 + 2, size // 8 + 2), dtype=np.float32)
    kernel = np.array([[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]], dtype=np.float32)
    for cells in (size // 8, size // 4, size // 2, size):
        inside = np.zeros((cells + 2, cells + 2), dtype=np.uint8)
        cv2.fillPoly(inside, [np.round(((outline - low) / spread * cells + 0.5) * 16).astype(np.int32)], 1, shift=4)
        relief = np.asarray(cv2.resize(relief, (cells + 2, cells + 2), interpolation=cv2.INTER_LINEAR), np.float32)
        for _ in range(60):
            relief = (np.asarray(cv2.filter2D(relief, -1, kernel), np.float32) + 1 / cells**2) * inside
    smoothed = np.asarray(cv2.GaussianBlur(relief, (0, 0), 1.5), np.float32)
    return np.asarray(smoothed / max(float(smoothed.max()), 1e-9), np.float32)
