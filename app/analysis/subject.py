"""What is known of a picture's subject: its outline, where the frame cuts it off, its colour, people, close-ups."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from app.analysis.background import Mask
from app.analysis.pixels import Box, Plane, Rgb, hex_of
from app.picture_models import Side

Outline = list[list[tuple[float, float]]]

MOST_POLYGONS, LEAST_POLYGON = 6, 0.002
SMOOTH = 0.003
"""Of the long side: how far an outline may lie from the subject's edge."""
CUT_OFF = 0.03
"""Share of a side of the frame that a subject takes from which it is cut off there."""
SKIN_CR, SKIN_CB = (136, 172), (92, 128)
"""Bounds in YCrCb (D. Chai and K. N. Ngan, IEEE CSVT 1999, a little wider in Cr), within which human skin lies."""
SKIN_SHARE = 0.012
"""Share of the picture from which skin means a person; wood and leather have its colours too, so that no more than
where words may stand follows from it."""
FACE_SHARE, FACE_FILL = 0.0012, 0.55
FACE_SHAPE = (0.75, 2.1)
"""Height / width."""
FACE_DARK = (0.02, 0.45)
"""Share of a face's ellipse that is much darker than its skin: eyes, brows and mouth."""
FACE_WIDEST, FACE_LOWEST = 0.45, 0.4
"""Shares of the frame: a face in a scene is no wider, and does not begin lower."""
HEAD_SHORTEST, HEAD_LONGEST, SHOULDERS, FACE_SKIN = 0.07, 0.35, 1.7, 0.25
"""A head's height as shares of the subject's, how much wider shoulders are, and the share of skin that is a face."""
HUES, VIVID = 14.0, 30.0
"""Width of the bins in which colours are counted, and the chroma at which one counts twice."""
CODES = 32
"""Bins of each of the two: chroma reaches some 130 to both sides."""
CLOSE_UPS, CLOSE_UP_SIDE = 3, 0.36
"""How many there are at most, and their longer side as a share of the subject's box."""
CLOSE_UP_OVERLAP, CLOSE_UP_WORTH = 0.25, 0.6
"""What two of them may share, and what there is to see in one at least, as a share of the subject's average."""


@dataclass(frozen=True)
class People:
    """Skin and faces."""

    seen: bool
    faces: list[Box]


def outline_of(subject: Mask) -> Outline:
    """Return polygons round a mask's parts, the largest first, as shares."""
    height, width = subject.shape
    found, _ = cv2.findContours(subject.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [one for one in found if cv2.contourArea(one) >= LEAST_POLYGON * subject.size]
    large.sort(key=cv2.contourArea, reverse=True)
    near = SMOOTH * max(height, width)
    polygons = [np.asarray(cv2.approxPolyDP(one, near, True))[:, 0] for one in large[:MOST_POLYGONS]]
    return [[(round(float(x) / width, 3), round(float(y) / height, 3)) for x, y in one] for one in polygons]


def cut_off_at(subject: Mask) -> list[Side]:
    """Return the sides of the frame at which a subject is cut off."""
    taken: dict[Side, float] = {
        "left": float(subject[:, :2].any(axis=1).mean()),
        "top": float(subject[:2].any(axis=0).mean()),
        "right": float(subject[:, -2:].any(axis=1).mean()),
        "bottom": float(subject[-2:].any(axis=0).mean()),
    }
    return [side for side, share in taken.items() if share >= CUT_OFF]


def skin(rgb: Rgb) -> Mask:
    """Return where a picture has the colours of skin."""
    colours = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)
    light, red, blue = (colours[..., n].astype(np.int16) for n in range(3))
    in_bounds = (red >= SKIN_CR[0]) & (red <= SKIN_CR[1]) & (blue >= SKIN_CB[0]) & (blue <= SKIN_CB[1])
    return np.asarray(in_bounds & (light > 50) & (light < 245), dtype=bool)


def people_in(rgb: Rgb, subject: Mask | None) -> People:
    """Return whether skin is seen in a picture (within ``subject``, where it is known), and the faces in it.

    A subject's face is the skin above its shoulders; in a scene a face is an oval of skin with something dark where
    eyes are, in the upper part.
    """
    bare = skin(rgb) if subject is None else skin(rgb) & subject
    whole = cv2.morphologyEx(bare.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    whole = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    if whole.mean() < SKIN_SHARE:
        return People(False, [])
    if subject is not None:
        head = _head(subject, whole > 0)
        return People(True, [head] if head else [])
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=4)
    height, width = whole.shape
    faces: list[Box] = []
    for number, (left, top, across, down, area) in enumerate(np.asarray(stats)[1:], 1):
        # A neck goes on below a face: what is below a face's length is left out.
        down = min(int(down), int(1.5 * across))
        window = np.s_[top : top + down, left : left + across]
        large = FACE_SHARE * whole.size <= area and across <= FACE_WIDEST * width and top <= FACE_LOWEST * height
        if large and _is_face(labels[window] == number, grey[window]):
            faces.append(shares((left, top, left + across, top + down), width, height))
    return People(True, faces)


def _head(subject: Mask, bare: Mask) -> Box | None:
    """Return the box of the head on a subject that stands free above, if its skin is seen."""
    rows = np.flatnonzero(subject.any(axis=1))
    top, tall = int(rows[0]), int(rows[-1]) - int(rows[0]) + 1
    if top < 2 or tall < 20:
        return None
    widths = subject.sum(axis=1)[top : top + round(HEAD_LONGEST * tall)]
    crown = float(np.median(widths[round(0.04 * tall) : max(round(0.04 * tall) + 1, round(0.1 * tall))]))
    wider = np.flatnonzero(widths > SHOULDERS * crown)
    down = int(wider[0]) if wider.size else 0
    if down < HEAD_SHORTEST * tall:
        return None
    # Hair and neck run into the shoulders below.
    columns = np.flatnonzero(subject[top : top + round(0.8 * down)].any(axis=0))
    window = np.s_[top : top + down, columns[0] : columns[-1] + 1]
    if bare[window].sum() < FACE_SKIN * subject[window].sum():
        return None
    height, width = subject.shape
    return shares((columns[0], top, columns[-1] + 1, top + down), width, height)


def _is_face(bare: Mask, grey: Plane) -> bool:
    down, across = bare.shape
    if not FACE_SHAPE[0] <= down / across <= FACE_SHAPE[1] or bare.mean() < FACE_FILL:
        return False
    oval: npt.NDArray[np.uint8] = np.zeros(bare.shape, np.uint8)
    cv2.ellipse(oval, (across // 2, down // 2), (int(across * 0.4), int(down * 0.42)), 0, 0, 360, 1, cv2.FILLED)
    inside = oval > 0
    if not inside.any() or not bare.any():
        return False
    dark = inside & (grey < 0.62 * float(np.median(grey[bare])))
    halves = [float(half.mean()) for half in (dark[:, : across // 2], dark[:, across // 2 :])]
    # Two eyes: both halves of its upper part have something dark, neither all of it.
    return FACE_DARK[0] / 2 <= min(halves) and max(halves) <= FACE_DARK[1]


def colour_of(rgb: Rgb, lab: Plane, subject: Mask) -> str | None:
    """Return the commonest colour of a subject, without the skin and the deepest shadows; None: there is no subject."""
    # What is sold is in the middle; trousers under a jacket and shoes under trousers are not.
    chosen = subject & _middle(subject) & ~skin(rgb) & (lab[..., 0] > 8)
    if chosen.sum() < 0.05 * subject.sum():
        chosen = subject
    colours = lab[chosen]
    if not len(colours):
        return None
    # Without lightness: a fold is no other colour. A coloured thing has grey parts more often than a grey one has
    # coloured.
    bins = np.round(colours[:, 1:] / HUES).astype(np.int64)
    codes = (bins[:, 0] + CODES // 2) * CODES + bins[:, 1] + CODES // 2
    counts = np.bincount(codes, minlength=CODES * CODES)
    across, down = np.divmod(np.arange(CODES * CODES), CODES)
    weight = counts * (1 + np.hypot(across - CODES // 2, down - CODES // 2) * HUES / VIVID)
    return hex_of(np.median(colours[codes == int(np.argmax(weight))], axis=0).astype(np.float32))


def _middle(subject: Mask) -> Mask:
    rows, columns = np.flatnonzero(subject.any(axis=1)), np.flatnonzero(subject.any(axis=0))
    inner = np.zeros_like(subject)
    edge_y, edge_x = (rows[-1] - rows[0]) // 4, (columns[-1] - columns[0]) // 4
    inner[rows[0] + edge_y : rows[-1] - edge_y + 1, columns[0] + edge_x : columns[-1] - edge_x + 1] = True
    return inner


def close_ups(rgb: Rgb, box: Box | None, subject: Mask | None) -> list[Box]:
    """Return parts of a subject in which there is most to see (edges, print, stitching), the best first.

    Detail is the local mean of the gradient beyond what the outline itself gives; a close-up has the picture's shape
    where the subject allows it.
    """
    left, top, right, bottom = box or (0.0, 0.0, 1.0, 1.0)
    height, width = rgb.shape[:2]
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1.0)
    edges = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    colour = cv2.GaussianBlur(rgb, (0, 0), 3.0).astype(np.float32)
    edges += np.abs(colour - cv2.GaussianBlur(colour, (0, 0), 12.0)).sum(axis=2)
    inner = np.ones((height, width), np.float32)
    if subject is not None:
        inner = cv2.erode(subject.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(np.float32)
    energy = np.minimum(edges, 120) * inner
    side = max(8, round(CLOSE_UP_SIDE * max((right - left) * width, (bottom - top) * height)))
    across, down = min(side, round((right - left) * width)), min(side, round((bottom - top) * height))
    if across < 8 or down < 8:
        return []
    seen = cv2.boxFilter(energy, -1, (across, down), borderType=cv2.BORDER_CONSTANT)
    filled = cv2.boxFilter(inner, -1, (across, down), borderType=cv2.BORDER_CONSTANT)
    worth = seen * np.minimum(filled / 0.7, 1)
    usual = float(energy[inner > 0].mean()) if (inner > 0).any() else 0.0
    rows = _middles(round(top * height), round(bottom * height), down)
    columns = _middles(round(left * width), round(right * width), across)
    middles = np.zeros_like(worth)
    middles[rows, columns] = worth[rows, columns]
    found: list[Box] = []
    while len(found) < CLOSE_UPS:
        y, x = np.unravel_index(int(np.argmax(middles)), middles.shape)
        if middles[y, x] <= CLOSE_UP_WORTH * usual or usual < 1:
            break
        x0, y0 = max(0, int(x) - across // 2), max(0, int(y) - down // 2)
        found.append(shares((x0, y0, min(width, x0 + across), min(height, y0 + down)), width, height))
        free_x, free_y = round(across * (1 - CLOSE_UP_OVERLAP)), round(down * (1 - CLOSE_UP_OVERLAP))
        middles[max(0, y - free_y) : y + free_y, max(0, x - free_x) : x + free_x] = 0
    return found


def _middles(first: int, last: int, length: int) -> slice:
    """Return where the middle of a stretch of ``length`` may be within another."""
    begin = first + length // 2
    return slice(begin, max(begin + 1, last - length // 2))


def shares(box: tuple[int, int, int, int], width: int, height: int) -> Box:
    """Return a box in pixels as shares of a picture."""
    left, top, right, bottom = box
    return round(left / width, 3), round(top / height, 3), round(right / width, 3), round(bottom / height, 3)
