"""A shop's own look: its logo over every picture, its font, and the picture behind its end card."""

from __future__ import annotations

import fontpkg
import numpy as np
from PIL import Image

from app.brand_models import BrandKit
from app.errors import InvalidInput
from app.rendering import pictures
from app.rendering.layout import Box
from app.rendering.stage import Shares
from app.rendering.theme import Rgb, Theme, blend, luminance

_LARGE = 0.5
"""The logo's largest extent on the end card, as a share of the frame's shorter side."""
_PLATE = 225


def check(brand: BrandKit | None) -> None:
    """Find out whether a brand kit can be used, as far as that can be told without its logo.

    Raises:
        InvalidInput: its font is not installed.
    """
    if brand is None or brand.font is None:
        return
    families = sorted(fontpkg.families())
    if brand.font.lower() not in families:
        raise InvalidInput(f"brand.font: {brand.font!r} is not installed; there are {', '.join(families)}")


def logo(path: str, box: Box) -> Image.Image:
    """Return the logo as large as it fits into ``box``, on a plate where it has no ground of its own.

    Raises:
        InvalidInput: it is no picture; the message says so.
    """
    image = _loaded(path)
    scale = min(box.width / image.width, box.height / image.height)
    size = max(2, 2 * round(image.width * scale / 2)), max(2, 2 * round(image.height * scale / 2))
    small = image.resize(size, Image.Resampling.LANCZOS)
    if np.asarray(small)[:, :, 3].min() > 250:
        return small
    plate = Image.new("RGBA", size, (*_ground_for(small), _PLATE))
    plate.alpha_composite(small)
    return plate


def end_card(path: str | None, theme: Theme, width: int, height: int) -> tuple[Image.Image, Shares | None]:
    """Return the picture of an end card and where the logo is: in the middle of the theme's ground, if there is one.

    Raises:
        InvalidInput: as ``logo``.
    """
    down = np.linspace(0, 1, height)[:, None, None]
    upper, lower = (np.array(blend(theme.ground, theme.accent, share), float) for share in (0.02, 0.14))
    rows = np.rint(upper * (1 - down) + lower * down).astype(np.uint8)
    card = Image.fromarray(np.broadcast_to(rows, (height, width, 3)).copy()).convert("RGBA")
    where: Shares | None = None
    if path is not None:
        reach = round(_LARGE * min(width, height))
        image = logo(path, Box(0, 0, reach, reach))
        left, top = (width - image.width) // 2, (height - image.height) // 2
        card.alpha_composite(image, (left, top))
        where = left / width, top / height, (left + image.width) / width, (top + image.height) / height
    return card.convert("RGB"), where


def _loaded(path: str) -> Image.Image:
    pictures.load(path)  # refuses what is broken or too large, by name
    with Image.open(path) as image:
        return image.convert("RGBA")


def _ground_for(image: Image.Image) -> Rgb:
    """Return white for a dark logo, near black for a light one."""
    pixels = np.asarray(image)[np.asarray(image)[:, :, 3] > 128][:, :3]
    if not len(pixels):
        return 255, 255, 255
    red, green, blue = (int(level) for level in pixels.mean(axis=0))
    return (24, 24, 28) if luminance((red, green, blue)) > 0.4 else (255, 255, 255)
