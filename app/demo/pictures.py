"""The photographs of the demo shop's products: ``studio`` has taken them (``make demo-photographs``)."""

from __future__ import annotations

from importlib.resources import files

WIDTH, HEIGHT = 1200, 1500


def photograph(slug: str, number: int) -> bytes:
    """Return picture ``number`` (from 1) of a product: JPEG, ``WIDTH`` x ``HEIGHT`` pixels.

    Raises:
        LookupError: there is no such picture.
    """
    file = files("app.demo").joinpath("photographs", f"{slug}-{number}.jpg")
    if "/" in slug or not file.is_file():
        raise LookupError(f"no picture {number} of {slug!r}")
    return file.read_bytes()
