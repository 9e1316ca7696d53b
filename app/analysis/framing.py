"""Where to cut a picture for a frame, and how to cut its subject out of a plain ground."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from app.analysis.pixels import Box, Rgb, background, decoded, opened, shrink, to_lab, to_rgb

ASPECTS: dict[str, float] = {"9:16": 9 / 16, "1:1": 1.0, "16:9": 16 / 9}
CUT_SIDE = 300
"""Long side at which the subject is told from the ground: GrabCut takes 0.4 s there, and seconds at full size."""
ITERATIONS = 3
SURE_SUBJECT, SURE_GROUND = 30.0, 6.0
"""Delta E to the ground's colour from which a pixel is the subject's, and up to which it is the ground's."""
SMALLEST, LARGEST = 0.02, 0.95
"""Share of the picture that a subject takes; outside of it nothing was found."""
SURE = 0.6
"""Confidence under which a cut-out is not worth keeping."""


def crops(width: int, height: int, subject: Box | None) -> dict[str, Box]:
    """Return for each aspect the largest box of it, as shares, that lies round the subject's middle."""
    left, top, right, bottom = subject or (0.0, 0.0, 1.0, 1.0)
    found = {}
    for name, aspect in ASPECTS.items():
        share_x = min(1.0, aspect * height / width)
        share_y = min(1.0, width / aspect / height)
        x = min(max((left + right) / 2 - share_x / 2, 0.0), 1 - share_x)
        y = min(max((top + bottom) / 2 - share_y / 2, 0.0), 1 - share_y)
        found[name] = (round(x, 3), round(y, 3), round(x + share_x, 3), round(y + share_y, 3))
    return found


@dataclass(frozen=True)
class CutOut:
    """The subject on a transparent ground."""

    png: bytes
    confidence: float
    """0..1: how well the subject's edge parts from the ground, and how plain the ground is."""


def cut_out(data: bytes) -> CutOut | None:
    """Return the subject of a picture on a plain ground; None where the ground is a scene, or nothing stands out.

    The border gives a model of the ground's colour; what is surely one or the other seeds GrabCut (C. Rother,
    V. Kolmogorov and A. Blake, SIGGRAPH 2004), which settles the rest at 300 px.

    Raises:
        ValueError: the bytes are no picture, or too large a one.
    """
    try:
        with opened(data) as picture:
            picture.draft(None, (1024, 1024))
            rgb = to_rgb(decoded(picture))
    except OSError as error:
        raise ValueError(f"no picture: {error}") from None
    lab = to_lab(rgb, CUT_SIDE)
    plain, distance = background(lab)
    if not plain:
        return None
    mask = _grab(shrink(rgb, CUT_SIDE), distance)
    share = float(mask.mean())
    if not SMALLEST <= share <= LARGEST:
        return None
    confidence = _confidence(mask, distance)
    if confidence < SURE:
        return None
    alpha = cv2.resize(mask.astype(np.uint8) * 255, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_CUBIC)
    alpha = cv2.GaussianBlur(alpha, (0, 0), max(1.0, rgb.shape[1] / CUT_SIDE / 2))
    buffer = io.BytesIO()
    Image.fromarray(np.dstack([rgb, alpha])).save(buffer, "PNG", compress_level=1)
    return CutOut(buffer.getvalue(), round(confidence, 3))


def _grab(rgb: Rgb, distance: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    mask = np.full(distance.shape, cv2.GC_PR_BGD, np.uint8)
    mask[distance > (SURE_SUBJECT + SURE_GROUND) / 2] = cv2.GC_PR_FGD
    mask[distance > SURE_SUBJECT] = cv2.GC_FGD
    mask[distance < SURE_GROUND] = cv2.GC_BGD
    if not ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).any():
        return np.zeros(mask.shape, bool)
    cv2.setRNGSeed(0)
    ground_model, subject_model = np.zeros((1, 65)), np.zeros((1, 65))
    picture, everything = np.ascontiguousarray(rgb[..., ::-1]), (0, 0, 1, 1)
    cv2.grabCut(picture, mask, everything, ground_model, subject_model, ITERATIONS, cv2.GC_INIT_WITH_MASK)
    subject = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.uint8)
    # Light parts within a subject look like the ground: what is enclosed belongs to it, unless it is just like it.
    outlines, _ = cv2.findContours(subject, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(subject)
    large = [outline for outline in outlines if cv2.contourArea(outline) > 0.01 * subject.size]
    cv2.drawContours(filled, large, -1, 1, cv2.FILLED)
    return np.asarray((filled > 0) & ((subject > 0) | (distance > SURE_GROUND)), dtype=bool)


def _confidence(mask: npt.NDArray[np.bool_], distance: npt.NDArray[np.float32]) -> float:
    """The share of the edge's outer side that is ground, times that of its inner side that is not."""
    kernel = np.ones((5, 5), np.uint8)
    grown = cv2.dilate(mask.astype(np.uint8), kernel).astype(bool) & ~mask
    shrunk = mask & ~cv2.erode(mask.astype(np.uint8), kernel).astype(bool)
    if not grown.any() or not shrunk.any():
        return 0.0
    outside = float((distance[grown] < 2 * SURE_GROUND).mean())
    inside = float((distance[shrunk] > SURE_GROUND).mean())
    return outside * inside
