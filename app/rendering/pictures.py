"""Reading a product's picture, whatever it is, as plain sRGB."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from app.errors import InvalidInput
from app.models import MAX_PICTURE_PIXELS
from app.rendering.planes import Pixels

_END = b"\xff\xd9"
"""A JPEG's last two bytes (ITU-T T.81, EOI)."""
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def load(path: str) -> Pixels:
    """Return the picture at ``path`` as RGB, upright, its first frame where it has several.

    What is transparent becomes white, as on a product page. An embedded colour profile is honoured.

    Raises:
        InvalidInput: the file is missing, is no picture, is broken, or has more than 60 million pixels (told from its
            header, before anything is decoded). The message names the picture.
    """
    name = Path(path).name
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MAX_PICTURE_PIXELS:
                raise _too_large(name, f"{picture.width} x {picture.height}")
            if _is_plain_jpeg(picture) and (pixels := _decoded(path)) is not None:
                return pixels
            picture.load()
            # In place: a copy of a large picture costs as much as a third of its decoding.
            ImageOps.exif_transpose(picture, in_place=True)
            return np.asarray(_plain(picture))
    except FileNotFoundError:
        raise InvalidInput(f"picture {name}: there is no such file") from None
    except UnidentifiedImageError:
        raise InvalidInput(f"picture {name}: this is not a picture, or one of an unknown kind") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(name, "far more") from None
    except InvalidInput:
        raise
    # Pillow's readers raise these for damaged data.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise InvalidInput(f"picture {name}: it is damaged ({error})") from error


def _is_plain_jpeg(picture: Image.Image) -> bool:
    """Return whether nothing needs to be done to a picture but to decode it."""
    turned = picture.getexif().get(ExifTags.Base.Orientation, 1) != 1
    return picture.format == "JPEG" and picture.mode == "RGB" and not turned and not picture.info.get("icc_profile")


def _decoded(path: str) -> Pixels | None:
    """Return a JPEG's pixels by OpenCV's decoder, in half of the time; None where its end is not there.

    It is the same library under both, and the same pixels come out; but OpenCV says nothing of what is cut off.
    """
    data = Path(path).read_bytes()
    if not data.endswith(_END):
        return None
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if pixels is None else np.asarray(pixels, np.uint8)


def _too_large(name: str, size: str) -> InvalidInput:
    return InvalidInput(f"picture {name}: {size} pixels, but at most {MAX_PICTURE_PIXELS:,} are taken")


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        return _from_deep_grey(picture).convert("RGB")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        white.info = picture.info
        white.alpha_composite(picture)
        picture = white.convert("RGB")
    picture = _to_srgb(picture)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _from_deep_grey(picture: Image.Image) -> Image.Image:
    """Bring a grey picture of more than 8 bits to 8: 16-bit levels by their scale, others by their own extent."""
    levels = np.asarray(picture).astype(np.float64)
    low, high = (0.0, 65535.0) if picture.mode != "F" else (float(levels.min()), float(levels.max()))
    return Image.fromarray(np.rint((levels - low) / max(high - low, 1e-9) * 255).clip(0, 255).astype(np.uint8))


def _to_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        # Some pictures carry a profile that is damaged or of another colour model: the bare levels are the best guess.
        return picture
    return picture if converted is None else converted
