"""Cuts a subject out of a plain ground: its opacity, its colours without the ground's, the shadow that it throws."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from app.analysis.background import SIDE, Background, Mask, Parted, disc, fit_background, open_to, part
from app.analysis.pixels import Plane, Rgb, decoded, opened, shrink, shrink_float, to_lab, to_rgb
from app.analysis.subject import cut_off_at
from app.picture_models import Cut

CUT_SIDE = 1600
"""Long side of a cut-out at most: a film of 1080 x 1920 shows a product at about that size."""
BAND = 3
"""Pixels to either side of the edge in which opacity is measured; farther in all is opaque."""
APART = 12.0
"""Levels of RGB by which subject and ground differ at least where opacity is measured by their colours."""
WOVEN = 0.6
"""Opacity by colour from which a pixel that is not at the very edge is opaque."""
THIN = 0.35
"""How far from the ground a thin thing's colour is at least, as a share of the body's distance."""
FAINT, FULL = 0.08, 0.94
"""Opacity up to which a pixel is the ground's noise, and from which it is opaque."""
SMALLEST, LARGEST = 0.005, 0.95
"""Share of the picture that a subject takes; outside of it nothing was found."""
SURE = 0.85
"""Share of the edge that must part clearly from the ground: else the subject is partly of its colour."""
SCENE_SIDES = 3
"""What reaches so many sides of the frame is no subject before a ground but a scene, or a part of a thing."""
CLEAR, CLEAR_EDGE = 0.05, 0.3
"""Share of a picture, and of its edge, that is empty in one without a ground."""
STEP, EDGE = 2.0, 9
"""By how many of the ground's spreads the distance from it jumps at a sure edge, in a disc of so many pixels."""
SHADOW_SIDE = 800
THIN_SHADOW, BLACK = 200, 60
"""Opacity and level (0..255) below which a pixel without a ground may be a shadow's."""
NO_SHADOW = 0.004
"""Share of the picture below which a shadow is not worth a layer."""


@dataclass(frozen=True)
class CutOut:
    """The subject on a transparent ground, of the whole picture."""

    png: bytes
    shadow: bytes | None
    """A grey PNG, perhaps smaller: what a light ground is multiplied with. None: there is no shadow."""
    confidence: float
    """0..1: the share of its edge that parts clearly from the ground."""

    @property
    def layers(self) -> dict[str, bytes]:
        """The PNG files by their names."""
        return {"cutout": self.png} | ({"shadow": self.shadow} if self.shadow else {})


def cut_out(data: bytes) -> CutOut | None:
    """Return the subject of a picture on a plain ground or on none; None where it does not part from its ground.

    Raises:
        ValueError: the bytes are no picture, or too large a one.
    """
    upright = _decoded(data)
    if is_transparent(upright):
        layers = _without_colour(upright)
        own = _own_shadow(layers)
        shadow = _shadow_png(1 - own * layers[..., 3] / np.float32(255)) if own.mean() >= NO_SHADOW else None
        layers[own] = 0
        return CutOut(_png(layers), shadow, 1.0)
    rgb = shrink(to_rgb(upright), CUT_SIDE)
    lab = to_lab(rgb, SIDE)
    ground = fit_background(lab)
    if not ground.plain:
        return None
    parted = part(lab, ground)
    confidence = edge_confidence(parted, ground)
    if verdict(parted, confidence) != "safe":
        return None
    return CutOut(_png(unmixed(rgb, parted, ground)), shadow_layer(lab, parted, ground), round(confidence, 3))


def _decoded(data: bytes) -> Image.Image:
    """Return a picture, perhaps shrunk; its pixels at full size are let go of here."""
    try:
        with opened(data) as picture:
            picture.draft(None, (CUT_SIDE, CUT_SIDE))
            return decoded(picture)
    except OSError as error:
        raise ValueError(f"no picture: {error}") from None


def verdict(parted: Parted, confidence: float) -> Cut:
    """Return whether a subject on a plain ground can be cut out of it."""
    share = float(parted.subject.mean())
    if share > LARGEST or len(cut_off_at(parted.subject)) >= SCENE_SIDES:
        return "no"
    return "safe" if share >= SMALLEST and confidence >= SURE else "keep_ground"


def is_transparent(picture: Image.Image) -> bool:
    """Tell whether a picture is its subject alone; rounded corners or a watermark's alpha do not make it so."""
    if not picture.has_transparency_data:
        return False
    alpha = np.asarray(_opacity(picture).reduce(max(1, min(picture.size) // 200)))
    edge = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    return bool((alpha < 16).mean() >= CLEAR and (edge < 16).mean() >= CLEAR_EDGE)


def _opacity(picture: Image.Image) -> Image.Image:
    return (picture if picture.mode == "RGBA" else picture.convert("RGBA")).getchannel("A")


def seen_through(picture: Image.Image, size: tuple[int, ...]) -> Mask:
    """Return where a transparent picture is opaque, at a size (rows, columns)."""
    alpha = np.asarray(_opacity(picture))
    return np.asarray(cv2.resize(alpha, (size[1], size[0]), interpolation=cv2.INTER_AREA) >= 128, dtype=bool)


def _without_colour(picture: Image.Image) -> Rgb:
    """Return RGBA at the size of a cut-out; what cannot be seen has no colour, whatever the file holds there."""
    layers = np.asarray(picture.convert("RGBA"))
    alpha = layers[..., 3:].astype(np.float32) / 255
    # Shrunk with colours by opacity: else unseen ones would run into the edge.
    weighted = shrink_float(np.dstack([layers[..., :3] * alpha, alpha * 255]), CUT_SIDE)
    own = weighted[..., :3] / np.maximum(weighted[..., 3:] / 255, 1e-3)
    own[weighted[..., 3] < 1] = 0
    return np.asarray(np.clip(np.rint(np.dstack([own, weighted[..., 3]])), 0, 255), dtype=np.uint8)


def edge_confidence(parted: Parted, ground: Background) -> float:
    """Return the share of the subject's edge, the frame's left out, at which its distance from the ground jumps.

    Where the distance only grows, light has been taken for an edge, or a thing for its own shadow.
    """
    subject = parted.subject.astype(np.uint8)
    inner = subject - cv2.erode(subject, disc(3), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    within = cv2.dilate(parted.distance * subject, disc(EDGE))
    without = cv2.erode(np.where(parted.subject, np.float32(1e3), parted.distance), disc(EDGE))
    edge = inner > 0
    return float((within - without > STEP * ground.spread)[edge].mean()) if edge.any() else 0.0


def unmixed(rgb: Rgb, parted: Parted, ground: Background) -> Rgb:
    """Return RGBA: at the edge each colour is opacity x subject + (1 - opacity) x ground, and solved for both.

    The subject's colour there is that of the sure subject nearby; in thin things (hair, wire) that of the pixel nearby
    that is farthest from the ground's.
    """
    height, width = rgb.shape[:2]
    mask = cv2.resize(parted.subject.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    subject = (mask > 0.5).astype(np.uint8)
    reach = max(BAND, round(BAND * max(height, width) / SIDE))
    # Within: more, as what a JPEG leaves round an edge is taken for the subject's.
    sure = cv2.erode(subject, disc(2 * reach + 5), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    deep = cv2.erode(subject, disc(2 * reach + 1), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    rows, columns = np.nonzero((cv2.dilate(subject, disc(2 * reach - 1)) > 0) & (sure == 0))

    behind = ground.rgb(height, width)
    off = rgb.astype(np.float32) - behind
    far = np.sqrt(np.asarray(cv2.transform(off * off, np.ones((1, 3), np.float32))))
    farthest = cv2.dilate(far * subject, disc(2 * reach + 1))[rows, columns]
    side = (6 * reach + 1, 6 * reach + 1)
    total = cv2.boxFilter(sure.astype(np.float32), -1, side)[rows, columns]
    mean = cv2.boxFilter(cv2.copyTo(rgb, sure), cv2.CV_32F, side)[rows, columns]
    known = total > 0.01

    ground_here, off = behind[rows, columns], off[rows, columns]
    fore = mean / np.maximum(total, 1e-4)[:, None]
    span = fore - ground_here
    length = (span * span).sum(axis=1)
    told = length > APART * APART
    # Thin things have no sure subject nearby, or their colour is another than that of the body they stand out from;
    # what differs far less from the ground than that body does is the ground's noise.
    least = np.maximum(APART, np.where(known, THIN * np.sqrt(length), 0))
    thin = np.minimum(far[rows, columns] / np.maximum(farthest, least), 1)
    along = (off * span).sum(axis=1) / np.maximum(length, 1)
    soft = cv2.GaussianBlur(mask, (0, 0), 0.8)[rows, columns]
    by_colour = np.where(known & told, np.maximum(along, thin), thin)
    opacity = np.where(told | ~known, by_colour, np.maximum(soft, np.minimum(thin, 2 * soft)))
    opacity = np.clip((opacity - FAINT) / (FULL - FAINT), 0, 1)
    # Farther in a weave differs from its mean, and is opaque.
    opacity = np.where((deep[rows, columns] > 0) & (opacity > WOVEN), 1, opacity)[:, None]

    own = np.clip(ground_here + off / np.maximum(opacity, 0.1), 0, 255)
    # Where little is left of the subject its colour is mostly noise.
    own = np.where(known[:, None], fore + (own - fore) * np.clip((opacity - 0.15) / 0.5, 0, 1), own)
    painted: Rgb = np.dstack([np.asarray(cv2.copyTo(rgb, sure), dtype=np.uint8), sure * 255])
    edge = np.hstack([np.where(opacity > 0, own, 0), opacity * 255])
    painted[rows, columns] = np.clip(np.rint(edge), 0, 255)
    return painted


def shadow_layer(lab: Plane, parted: Parted, ground: Background) -> bytes | None:
    """Return the shadow as a grey PNG to multiply a ground with, 255 where there is none; None: there is too little.

    It goes on behind the subject.
    """
    if parted.shadow.mean() < NO_SHADOW:
        return None
    height, width = lab.shape[:2]
    behind = ground.colours(height, width)
    ratio = np.clip(_luminance(lab[..., 0]) / np.maximum(_luminance(behind[..., 0]), 1e-3), 0, 1)
    weight = np.where(parted.subject, 0.0, 1.0).astype(np.float32)
    value = np.where(parted.shadow, ratio, 1.0).astype(np.float32)
    under = _spread(value, weight, 0.02 * max(height, width))
    return _shadow_png(cv2.GaussianBlur(np.where(parted.subject, under, value).astype(np.float32), (0, 0), 2.0))


def _shadow_png(layer: npt.NDArray[Any]) -> bytes:
    small = shrink_float(np.asarray(layer, dtype=np.float32), SHADOW_SIDE)
    return _png(np.asarray(np.rint(np.clip(small, 0, 1) * 255), dtype=np.uint8))


def _own_shadow(layers: Rgb) -> Mask:
    """Return where RGBA is a shadow that was drawn into it: black, thin, and open to what is empty, as no lens is."""
    alpha = layers[..., 3]
    thin = ((alpha > 0) & (alpha < THIN_SHADOW) & (layers[..., :3].max(axis=2) < BLACK)).astype(np.uint8)
    core = cv2.morphologyEx(thin, cv2.MORPH_OPEN, disc(7)) > 0
    found = open_to(alpha < 8, core)
    return np.asarray((cv2.dilate(found.astype(np.uint8), disc(9)) > 0) & (thin > 0), dtype=bool)


def _luminance(light: Plane) -> Plane:
    """Gamma-encoded grey (0..1) of CIE lightness: what layers are multiplied in."""
    grey = cv2.cvtColor(np.dstack([light, light * 0, light * 0]).astype(np.float32), cv2.COLOR_Lab2RGB)[..., 0]
    return np.asarray(grey, dtype=np.float32)


def _spread(value: Plane, weight: Plane, sigma: float) -> Plane:
    total = cv2.GaussianBlur(weight, (0, 0), sigma)
    return np.asarray(cv2.GaussianBlur(value * weight, (0, 0), sigma) / np.maximum(total, 1e-3), dtype=np.float32)


def _png(pixels: Rgb) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
