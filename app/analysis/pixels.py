"""Measures on arrays of pixels. RGB is uint8 (height, width, 3), Lab float32 with L 0..100: distances are delta E."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps

from app.core.picture_formats import READ
from app.models import MAX_PICTURE_PIXELS

Rgb = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]
Box = tuple[float, float, float, float]

SHARPNESS_SIDE = 512
FORMATS = tuple(one.name for one in READ)
FEW_PIXELS = 8_000_000
BAND = 64
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientation -> what puts it right."""
REDUCIBLE = frozenset({"L", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F"})
"""Modes that Pillow shrinks as they are."""
SHOWN_QUALITY = 82
LOOK_SIDE = 1024
"""At which pictures are read and shown to a model."""
COLOURS = 5
SALIENCY_SIDE = 64
SALIENT_SHARE = 0.06
"""Share of the saliency cut off at each side for the box of a scene."""


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """Open a picture, of which nothing is decoded yet: the one place where a stranger's picture is.

    Raises:
        ValueError: it has too many pixels, as its header says; the text says how many.
        OSError, SyntaxError: it is no picture, or a broken one.
        Image.DecompressionBombError: it has far too many.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        pixels = picture.width * picture.height
        if pixels > MAX_PICTURE_PIXELS:
            raise ValueError(f"it has {pixels / 1e6:.0f} megapixels; {MAX_PICTURE_PIXELS // 1_000_000} is the most")
        yield picture


def decoded(picture: Image.Image) -> Image.Image:
    """Return an opened picture's pixels, upright; a large one at a fraction of its size.

    So what is made of the pixels later takes little memory beside the decoding itself.
    """
    picture.load()
    factor = math.ceil(math.sqrt(picture.width * picture.height / FEW_PIXELS))
    if factor == 1:
        return ImageOps.exif_transpose(picture)
    small: Image.Image | None = None
    # Band by band: whatever is made of all of it at once takes as much again.
    for top in range(0, picture.height, factor * BAND):
        band = picture.crop((0, top, picture.width, min(picture.height, top + factor * BAND)))
        band.info = picture.info
        if band.mode.startswith("I;16"):
            # Pillow makes no averages of 16 bits: every so many pixels are taken.
            band = Image.fromarray(np.asarray(band)[::factor, ::factor].astype(np.int32))
        else:
            if band.mode not in REDUCIBLE or band.has_transparency_data:
                band = band.convert("RGBA" if band.has_transparency_data else "RGB")
            band = band.reduce(factor)
        small = small or Image.new(band.mode, (band.width, math.ceil(picture.height / factor)))
        small.paste(band, (0, top // factor))
    assert small is not None
    turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return small if turn is None else small.transpose(turn)


def to_rgb(picture: Image.Image) -> Rgb:
    """Return the pixels of a Pillow image of any mode; transparency lies on white, 16 bits become 8."""
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, dtype=np.float64)
        # A mode says only how wide the numbers are stored: 16-bit files also come in 32-bit modes.
        scale = 255.0 if values.max(initial=0) <= 255 else 65535.0
        grey = np.clip(values / scale * 255, 0, 255).astype(np.uint8)
        return np.repeat(grey[..., np.newaxis], 3, axis=2)
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        paper.alpha_composite(layer)
        picture = paper
    return np.asarray(picture.convert("RGB"))


def shrink(rgb: Rgb, long_side: int) -> Rgb:
    """Return a copy whose long side is ``long_side``; a smaller picture stays as it is."""
    return np.asarray(_shrunk(rgb, long_side), dtype=np.uint8)


def shrink_float(plane: Plane, long_side: int) -> Plane:
    """Return what ``shrink`` does, of levels that are no whole numbers."""
    return np.asarray(_shrunk(plane, long_side), dtype=np.float32)


def _shrunk(pixels: npt.NDArray[Any], long_side: int) -> npt.NDArray[Any]:
    height, width = pixels.shape[:2]
    scale = long_side / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def shrunk(data: bytes) -> Image.Image:
    """Return the picture in ``data``, upright, with the long side at most ``LOOK_SIDE``.

    Raises:
        ValueError, OSError, SyntaxError: the bytes are no picture, or too large a one.
    """
    with opened(data) as picture:
        picture.draft(None, (LOOK_SIDE, LOOK_SIDE))
        return Image.fromarray(shrink(to_rgb(decoded(picture)), LOOK_SIDE))


def shown(data: bytes, width: int) -> bytes:
    """Return the picture as JPEG, at most ``width`` pixels wide, on white where transparent.

    Raises ValueError, OSError or SyntaxError, as ``shrunk`` does.
    """
    with opened(data) as picture:
        picture.draft("RGB", (width, width))
        small = Image.fromarray(to_rgb(decoded(picture)))
    small.thumbnail((width, width * 4))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=SHOWN_QUALITY)
    return out.getvalue()


def to_lab(rgb: Rgb, long_side: int) -> Plane:
    """Return a CIE Lab copy (height, width, 3) with the long side at most ``long_side``."""
    small = shrink(rgb, long_side).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2Lab), dtype=np.float32)


def hex_of(lab: Plane) -> str:
    """Return one Lab colour as ``#rrggbb``."""
    rgb = np.asarray(cv2.cvtColor(lab.reshape(1, 1, 3), cv2.COLOR_Lab2RGB)).ravel()
    red, green, blue = np.clip(np.rint(rgb * 255), 0, 255).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def sharpness(rgb: Rgb) -> float:
    """Return the variance of the Laplacian of the grey picture at 512 px on the long side."""
    grey = cv2.cvtColor(shrink(rgb, SHARPNESS_SIDE), cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())


def palette(rgb: Rgb) -> list[str]:
    """Return up to five colours ``#rrggbb``, the most frequent first: k-means in Lab.

    The start labels are slices by lightness, not random, so that the same picture gives the same colours.
    """
    pixels = to_lab(rgb, 64).reshape(-1, 3)
    count = min(COLOURS, len(np.unique(pixels.round(1), axis=0)))
    if count == 1:
        red, green, blue = rgb.reshape(-1, 3).mean(axis=0).round().astype(int)
        return [f"#{red:02x}{green:02x}{blue:02x}"]
    labels = np.empty((len(pixels), 1), dtype=np.int32)
    labels[np.argsort(pixels[:, 0], kind="stable"), 0] = np.arange(len(pixels)) * count // len(pixels)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.5)
    _, found, centres = cv2.kmeans(pixels, count, labels, stop, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    share = np.bincount(found.ravel(), minlength=count)
    order = np.argsort(-share, kind="stable")
    colours = cv2.cvtColor(np.asarray(centres, dtype=np.float32)[order][np.newaxis], cv2.COLOR_Lab2RGB)[0]
    codes = np.clip(np.rint(np.asarray(colours) * 255), 0, 255).astype(int)
    shown = (f"#{r:02x}{g:02x}{b:02x}" for (r, g, b), n in zip(codes, share[order], strict=True) if n)
    return list(dict.fromkeys(shown))


def salient_box(rgb: Rgb) -> Box | None:
    """Return the box that holds what stands out of a scene, as shares; None for a picture without any contrast.

    Saliency by the spectral residual (X. Hou and L. Zhang, CVPR 2007) at 64 x 64: what the log spectrum holds above its
    local mean, brought back to the plane. The box leaves 6 % of it out on each side.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    small = np.asarray(cv2.resize(grey, (SALIENCY_SIDE, SALIENCY_SIDE), interpolation=cv2.INTER_AREA), dtype=np.float32)
    if small.std() < 1:
        return None
    spectrum = np.fft.fft2(small)
    log_amplitude = np.log(np.abs(spectrum) + 1e-6).astype(np.float32)
    residual = log_amplitude - cv2.blur(log_amplitude, (3, 3))
    saliency = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    smooth = np.asarray(cv2.GaussianBlur(saliency.astype(np.float32), (0, 0), 2.5))
    # The transform takes the picture as endless; its opposite edges meet there and seem to stand out.
    rim = SALIENCY_SIDE // 20
    smooth[:rim], smooth[-rim:], smooth[:, :rim], smooth[:, -rim:] = 0, 0, 0, 0
    strong = np.clip(smooth - smooth.mean(), 0, None)
    left, right = _middle(strong.sum(axis=0))
    top, bottom = _middle(strong.sum(axis=1))
    return _shares(left, top, right, bottom)


def difference_hash(rgb: Rgb) -> str:
    """Return the 64-bit difference hash as 16 hex digits: is each of 9 x 8 grey cells brighter than the one before it?

    Brighter by over two levels of 255: else the noise of a plain background would decide half of the bits.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    cells = np.asarray(cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA), dtype=np.int16)
    return np.packbits(cells[:, 1:] > cells[:, :-1] + 2).tobytes().hex()


def _middle(profile: npt.NDArray[np.floating]) -> tuple[float, float]:
    """Where the tails of a profile end, as shares of its length."""
    running = np.cumsum(profile) / profile.sum()
    first = int(np.searchsorted(running, SALIENT_SHARE))
    last = int(np.searchsorted(running, 1 - SALIENT_SHARE)) + 1
    return first / len(profile), last / len(profile)


def _shares(left: float, top: float, right: float, bottom: float) -> Box:
    return round(float(left), 3), round(float(top), 3), round(float(right), 3), round(float(bottom), 3)
