"""How fit a picture is for a video, and for which of its roles."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from app.analysis.background import Mask
from app.analysis.pixels import Box, Plane, Rgb, shrink
from app.models import ImageRole

FULL_SHORT_SIDE = 800
SHARP = 150.0
SOFT = 50.0
EDGE = 0.01
"""A subject nearer to the edge, as a share of the picture, is cut off by it."""
FLAT_SPREAD = 3.0
"""Standard deviation of lightness (0..100) under which a picture shows nothing."""
NARROWEST, WIDEST = 0.4, 2.2
"""Width / height outside of which a picture is a strip or a banner."""
TEXT_SIDE = 640
TEXT_CHART = 0.18
"""Share of the picture that lines of text take, from which it is a chart or a poster."""
DARK, BRIGHT = 0.12, 0.97
LOGO_COLOURS = 0.97
"""Share of a picture that its three commonest colours take, from which it is a drawing such as a logo."""


@dataclass(frozen=True)
class Measures:
    """What was measured of one picture."""

    width: int
    height: int
    sharp: float
    spread: float
    box: Box | None
    plain: bool
    exposure: float
    text: float
    drawing: bool


def exposure_of(lab: Plane, subject: Mask | None) -> float:
    """Return the median lightness, 0..1, of the subject, else of all."""
    light = lab[..., 0]
    chosen = light if subject is None else light[subject]
    return round(float(np.median(chosen)) / 100, 3)


def text_share(rgb: Rgb) -> float:
    """Return the share of the picture that lines of text seem to take, without reading them.

    Letters make short, strong horizontal gradients; closed with a wide kernel, those of a line become one flat block,
    which shapes and textures seldom do.
    """
    grey = cv2.cvtColor(shrink(rgb, TEXT_SIDE), cv2.COLOR_RGB2GRAY)
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    _, strong = cv2.threshold(edges, 90, 255, cv2.THRESH_BINARY)
    lines = cv2.morphologyEx(strong, cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    area = 0
    for _x, _y, width, height, filled in np.asarray(stats)[1:]:
        line_like = 6 <= height <= TEXT_SIDE * 0.12 and width >= 2.2 * height and filled >= 0.5 * width * height
        area += int(width * height) if line_like else 0
    return round(min(1.0, area / grey.size), 3)


def looks_drawn(rgb: Rgb) -> bool:
    """Tell whether a picture has so few colours that it is a drawing: a logo, an icon, a chart."""
    small = shrink(rgb, 160) >> 4
    codes = (small[..., 0].astype(np.int32) << 8) | (small[..., 1].astype(np.int32) << 4) | small[..., 2]
    counts = np.sort(np.bincount(codes.ravel(), minlength=4096))[::-1]
    return float(counts[:3].sum() / codes.size) >= LOGO_COLOURS and counts[1] / codes.size > 0.004


def judge(seen: Measures) -> tuple[float, dict[ImageRole, float], list[str], list[str]]:
    """Return the score, the fitness for each role (all 0..1), the reasons, and what makes it unfit to open a film."""
    reasons: list[str] = []
    size = min(1.0, min(seen.width, seen.height) / FULL_SHORT_SIDE)
    if size < 0.75:
        reasons.append(f"small: {seen.width} x {seen.height} pixels")
    if seen.sharp < SOFT:
        reasons.append("soft")
    elif seen.sharp >= SHARP:
        reasons.append("sharp")
    box = seen.box
    area = (box[2] - box[0]) * (box[3] - box[1]) if box else 0.0
    reasons.append("plain background" if seen.plain else "shows a scene")
    if box and area < 0.1:
        reasons.append("the subject is small in the picture")
    aspect = seen.width / seen.height
    strip = not NARROWEST <= aspect <= WIDEST
    if strip:
        reasons.append("banner shape" if aspect > 1 else "strip shape")
    whole = box is not None and min(box[0], box[1], 1 - box[2], 1 - box[3]) > EDGE
    if box and not whole:
        reasons.append("the subject is cut off")
    filled = min(1.0, area / 0.25)
    upright = min(1.0, 1 / aspect)
    score = 0.35 * size + 0.2 * min(1.0, seen.sharp / SHARP) + 0.2 * filled + 0.15 * upright + 0.1 * whole
    if strip:
        score *= 0.4
    if seen.spread < FLAT_SPREAD:
        reasons.append("shows almost nothing")
        score *= 0.2
    if not DARK <= seen.exposure <= BRIGHT and not seen.plain:
        reasons.append("too dark" if seen.exposure < DARK else "too bright")
        score *= 0.8
    unfit = _unfit(seen)
    if unfit:
        score *= 0.4
    # Size gates the rest: a tiny icon stays unfit, however crisp it is.
    score = round(score * min(1.0, size / 0.35), 3)
    return score, _roles(seen, score, area, whole), [*reasons, *unfit], unfit


def _unfit(seen: Measures) -> list[str]:
    found = []
    if seen.text >= TEXT_CHART:
        found.append("mostly text, such as a size chart")
    elif seen.drawing:
        found.append("a drawing or a logo, not a photograph")
    return found


def _roles(seen: Measures, score: float, area: float, whole: bool) -> dict[ImageRole, float]:
    """A hero shows the whole product, a detail fills the frame with a part of it, use shows it where it lives."""
    hero = score * (1.0 if whole else 0.75) * (1.0 if 0.08 <= area <= 0.92 else 0.8)
    detail = score * (0.95 if not whole or area > 0.6 else 0.7)
    use = score * (0.6 if seen.plain else 1.0)
    return {"hero": round(hero, 3), "detail": round(detail, 3), "use": round(use, 3)}
