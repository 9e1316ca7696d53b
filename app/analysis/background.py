"""Tells a subject from the plain ground that it was photographed on: the ground, holes in the subject, its shadow.

Colours are CIE Lab (L 0..100), distances delta E 1976. The lengths below are pixels of a picture whose long side is
``SIDE``: there topology is settled, and edges are drawn at full size later (``app.analysis.cutting``).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from app.analysis.pixels import Box, Plane

Mask = npt.NDArray[np.bool_]

SIDE = 1000
NODES = 33
"""In each direction, of the grid on which the ground's colour is computed: it is smooth."""
RIM = 0.012
"""Share of the shorter side that the border is looked at in."""
BIN = 4.0
NEAR_MODE = 12.0
"""Delta E to the border's commonest colour of what the ground's colour is fitted to at first."""
LEAST_SPREAD, MOST_SPREAD = 2.0, 9.0
"""Bounds of the distance within which a pixel is the ground's: JPEG's noise is below, a product's colour above."""
PLAIN_SHARE, PLAIN_NOISE = 0.5, 1.5
"""Share of the border that a plain ground takes at least, and its noise at most."""
CORNER = 0.04
"""Side of the squares in the corners, of which a plain ground takes three: a horizon leaves it two."""
HOLE_SHARE, HOLE_DEPTH = 0.00012, 3.0
"""What the subject encloses is a hole from this share of the picture and this half width on ..."""
HOLE_MEDIAN, HOLE_MOST = 0.45, 0.8
"""... if its median and 85th percentile of distance are at most these shares of the ground's spread."""
LETTERS, LETTER_CONTRAST = 3, 8.0
"""... and so many islands, as many spreads from the ground, do not lie in it: it is a label then."""
LIGHTEST_SHADOW = 0.5
"""Lightness of the darkest shadow that is taken for one, as a share of its ground's."""
SHADOW_CHROMA = 4.0
SHADOW_SLOPE, SHADOW_DEEPER = 0.6, 0.17
"""How much lightness changes in a pixel of a shadow at most: at its border, and more for each level it is darker.
Shadows fade out; a white thing on white begins with a step."""
LIGHTER = 12.0
"""Of lightness, by which a lamp's pool of light on the ground may be lighter than the ground was fitted."""
GAP, OPEN_SHARE = 9, 0.25
"""A shadow is wider than so many pixels, or near the open ground; this share of its outline meets the ground."""
PARTS_SHARE, PARTS_AREA = 0.004, 0.0002
"""Parts of a subject are at least this share of its largest, and of the picture: less is dust."""


@dataclass(frozen=True)
class Background:
    """The colour of a plain ground as a function of place: quadratic, as lamps and lenses make it."""

    coefficients: npt.NDArray[np.float64]
    noise: float
    """Median distance of the border's ground from what was fitted."""
    share: float
    """Of the border, that is ground."""
    corners: int
    """In how many of the four corners it is."""

    @property
    def plain(self) -> bool:
        """Whether a subject can be told from it."""
        return self.share >= PLAIN_SHARE and self.noise <= PLAIN_NOISE and self.corners >= 3

    @property
    def spread(self) -> float:
        """The distance within which a pixel is the ground's."""
        return min(MOST_SPREAD, LEAST_SPREAD + 4 * self.noise)

    def colours(self, height: int, width: int) -> Plane:
        """Return its Lab colours in a picture of that size."""
        return _enlarged(self._coarse(), height, width)

    def rgb(self, height: int, width: int) -> Plane:
        """Return its sRGB colours, 0..255."""
        coarse = np.clip(cv2.cvtColor(self._coarse(), cv2.COLOR_Lab2RGB), 0, 1) * 255
        return _enlarged(np.asarray(coarse, dtype=np.float32), height, width)

    def _coarse(self) -> Plane:
        rows, columns = np.mgrid[0:NODES, 0:NODES] / (NODES - 1) * 2 - 1
        lab = (_terms(columns.ravel(), rows.ravel()) @ self.coefficients).reshape(NODES, NODES, 3)
        lab[..., 0] = np.clip(lab[..., 0], 0, 100)
        return np.asarray(lab, dtype=np.float32)


def _enlarged(coarse: Plane, height: int, width: int) -> Plane:
    """Return values at evenly spaced nodes, the first and last in the corners, as a plane."""
    across = np.tile(np.linspace(0, NODES - 1, width, dtype=np.float32), (height, 1))
    down = np.tile(np.linspace(0, NODES - 1, height, dtype=np.float32)[:, None], (1, width))
    return np.asarray(cv2.remap(coarse, across, down, cv2.INTER_LINEAR), dtype=np.float32)


@dataclass(frozen=True)
class Parted:
    """A picture parted into its subject, its shadow and the rest, at the size that it was looked at."""

    subject: Mask
    shadow: Mask
    distance: Plane
    """Of each pixel to its ground."""


def box_of(subject: Mask) -> Box | None:
    """Return the box round a mask as shares; None: it is empty."""
    rows, columns = np.flatnonzero(subject.any(axis=1)), np.flatnonzero(subject.any(axis=0))
    if not rows.size:
        return None
    height, width = subject.shape
    found = columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height
    return round(found[0], 3), round(found[1], 3), round(found[2], 3), round(found[3], 3)


def _terms(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=-1)


def fit_background(lab: Plane) -> Background:
    """Fit the ground to the border's commonest colour and what lies near it; what a subject covers is left out."""
    height, width = lab.shape[:2]
    rim = max(1, round(RIM * min(height, width)))
    border = np.zeros((height, width), bool)
    border[:rim] = border[-rim:] = border[:, :rim] = border[:, -rim:] = True
    rows, columns = np.nonzero(border)
    step = max(1, len(rows) // 6000)
    rows, columns = rows[::step], columns[::step]
    colours = lab[rows, columns].astype(np.float64)
    terms = _terms(columns / max(1, width - 1) * 2 - 1, rows / max(1, height - 1) * 2 - 1)
    kept = np.linalg.norm(colours - _commonest(colours), axis=1) < NEAR_MODE
    for _ in range(3):
        fitted = np.linalg.lstsq(terms[kept], colours[kept], rcond=None)[0]
        distance = np.linalg.norm(colours - terms @ fitted, axis=1)
        noise = float(np.median(distance[kept]))
        nearer = distance < max(LEAST_SPREAD, 4 * noise)
        if nearer.sum() < terms.shape[1] * 4:
            break
        kept = nearer
    ground = Background(fitted, noise, float(kept.mean()), 0)
    side = max(1, round(CORNER * min(height, width)))
    far = np.linalg.norm(lab - ground.colours(height, width), axis=2) if kept.mean() >= PLAIN_SHARE else None
    squares = () if far is None else (far[:side, :side], far[:side, -side:], far[-side:, :side], far[-side:, -side:])
    corners = sum(float((square < ground.spread).mean()) > 0.5 for square in squares)
    return Background(fitted, noise, float(kept.mean()), corners)


def _commonest(colours: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    bins, counts = np.unique(np.round(colours / BIN), axis=0, return_counts=True)
    # Neighbouring bins count too: a gradient spreads over several, and must win against a small even patch.
    near = [counts[np.abs(bins - one).max(axis=1) <= 1].sum() for one in bins]
    return np.asarray(bins[int(np.argmax(near))] * BIN, dtype=np.float64)


def part(lab: Plane, ground: Background) -> Parted:
    """Part a picture (its long side at most ``SIDE``) on a plain ground: grown from the border, and into holes."""
    height, width = lab.shape[:2]
    behind = ground.colours(height, width)
    off = lab - behind
    distance = np.sqrt(np.asarray(cv2.transform(off * off, np.ones((1, 3), np.float32)), dtype=np.float32))
    free = _ground_and_holes(distance, ground.spread)
    shadow = _shadow(lab, behind, free)
    return Parted(_without_dust(~free & ~shadow), shadow, distance)


def _ground_and_holes(distance: Plane, spread: float) -> Mask:
    near = (distance < spread).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=4)
    is_ground = np.zeros(count, bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        is_ground[edge] = True
    for number in range(1, count):
        if not is_ground[number] and stats[number, cv2.CC_STAT_AREA] >= HOLE_SHARE * near.size:
            left, top, across, down = stats[number, :4]
            window = np.s_[top : top + down, left : left + across]
            is_ground[number] = _is_hole(labels[window] == number, distance[window], spread)
    is_ground[0] = False
    return np.asarray(is_ground[labels], dtype=bool)


def _is_hole(inside: Mask, distance: Plane, spread: float) -> bool:
    mask = np.pad(inside.astype(np.uint8), 1)
    if cv2.distanceTransform(mask, cv2.DIST_L2, 3).max() < HOLE_DEPTH:
        return False
    core = cv2.erode(mask, np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
    median, most = np.percentile(distance[core], [50, 85])
    if median > HOLE_MEDIAN * spread or most > HOLE_MOST * spread:
        return False
    outside = cv2.connectedComponentsWithStats(1 - mask, connectivity=8)
    islands = set(np.unique(outside[1][1:-1, 1:-1][distance > LETTER_CONTRAST * spread])) - {0, int(outside[1][0, 0])}
    return len(islands - {int(outside[1][1:-1, 1:-1][inside].max(initial=0))}) < LETTERS


def _shadow(lab: Plane, behind: Plane, free: Mask) -> Mask:
    """Return what is a darker ground, or a pool of light on it, without an edge of its own, reached from the ground."""
    light = cv2.GaussianBlur(lab[..., 0], (0, 0), 1.2)
    slope = np.hypot(cv2.Sobel(light, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(light, cv2.CV_32F, 0, 1, scale=1 / 8))
    deeper = behind[..., 0] - light
    ratio = lab[..., 0] / np.maximum(behind[..., 0], 1)
    tint = lab[..., 1:] - behind[..., 1:] * ratio[..., None]
    scale = SIDE / max(lab.shape[:2])
    soft = slope < (SHADOW_SLOPE + SHADOW_DEEPER * np.maximum(deeper, 0)) * scale
    dark = (ratio > LIGHTEST_SHADOW) & (deeper > -LIGHTER) & (np.hypot(tint[..., 0], tint[..., 1]) < SHADOW_CHROMA)
    reach = (free | (soft & dark)).astype(np.uint8)
    # A gap in an edge is narrower than what lies behind it.
    wide = (cv2.morphologyEx(reach, cv2.MORPH_OPEN, disc(GAP)) > 0) | free
    _, labels = cv2.connectedComponents(wide.astype(np.uint8), connectivity=4)
    touches = np.zeros(labels.max() + 1, bool)
    touches[labels[free]] = True
    touches[0] = False
    beside = cv2.dilate(free.astype(np.uint8), disc(GAP)) > 0
    return open_to(free, (touches[labels] | (beside & (reach > 0))) & ~free)


def open_to(free: Mask, found: Mask) -> Mask:
    """Return the parts of ``found`` of whose outline enough is turned to the ground."""
    count, labels = cv2.connectedComponents(found.astype(np.uint8), connectivity=8)
    rim = found & (cv2.erode(found.astype(np.uint8), disc(3)) == 0)
    meets = rim & (cv2.dilate(free.astype(np.uint8), disc(3)) > 0)
    turned = np.bincount(labels[meets], minlength=count) / np.maximum(np.bincount(labels[rim], minlength=count), 1)
    turned[0] = 0
    return np.asarray((turned >= OPEN_SHARE)[labels], dtype=bool)


def _without_dust(subject: Mask) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(subject.astype(np.uint8), connectivity=8)
    if count < 2:
        return subject
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    return np.asarray((areas >= max(PARTS_SHARE * areas.max(), PARTS_AREA * subject.size))[labels], dtype=bool)


def disc(size: int) -> npt.NDArray[np.uint8]:
    """Return a round structuring element ``size`` pixels across."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), dtype=np.uint8)
