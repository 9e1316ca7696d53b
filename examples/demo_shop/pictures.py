"""The photographs of the demo shop's products: ``studio`` has taken them (``make demo-photographs``)."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 1500
PHOTOGRAPHS = Path(__file__).with_name("photographs")


def photograph(slug: str, number: int) -> bytes:
    """Return picture ``number`` (from 1) of a product: JPEG, ``WIDTH`` x ``HEIGHT`` pixels.

    Raises:
        LookupError: there is no such picture.
    """
    file = PHOTOGRAPHS / f"{slug}-{number}.jpg"
    if "/" in slug or not file.is_file():
        raise LookupError(f"no picture {number} of {slug!r}")
    return file.read_bytes()


@cache
def icon() -> bytes:
    """Return the shop's icon: a leaf on nothing, PNG."""
    drawing = Image.new("RGBA", (192, 192))
    pen = ImageDraw.Draw(drawing)
    pen.polygon([(24, 168), (40, 60), (168, 24), (152, 120), (72, 152)], fill="#2f5145")
    pen.line([(24, 168), (136, 56)], fill="#d98a2b", width=10)
    file = BytesIO()
    drawing.save(file, "PNG")
    return file.getvalue()
