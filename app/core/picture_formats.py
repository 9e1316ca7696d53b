"""The formats of pictures by their first bytes, since servers name them wrongly: one list for fetching and reading."""

from typing import NamedTuple


class Format(NamedTuple):
    """A format as Pillow names it, its media type, and where (in bytes) one of ``starts`` stands in its files."""

    name: str
    media_type: str
    at: int
    starts: tuple[bytes, ...]


READ = (
    Format("JPEG", "image/jpeg", 0, (b"\xff\xd8\xff",)),
    Format("PNG", "image/png", 0, (b"\x89PNG\r\n\x1a\n",)),
    Format("WEBP", "image/webp", 8, (b"WEBP",)),
    Format("GIF", "image/gif", 0, (b"GIF8",)),
    Format("AVIF", "image/avif", 4, (b"ftypavif", b"ftypavis")),
    Format("BMP", "image/bmp", 0, (b"BM",)),
    Format("TIFF", "image/tiff", 0, (b"II*\x00", b"MM\x00*")),
)
NOT_READ = (
    Format("HEIC", "image/heic", 4, (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1")),
    Format("JPEG XL", "image/jxl", 0, (b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")),
    Format("SVG", "image/svg+xml", 0, (b"<svg", b"<?xml")),
    Format("PDF", "application/pdf", 0, (b"%PDF",)),
)
"""What shops have and Pillow has not."""
AVIF = next(one for one in READ if one.name == "AVIF")
NAMES = ", ".join(one.name for one in READ)
MAX_BRANDS = 64


def format_of(data: bytes) -> Format | None:
    """Return the format of READ or NOT_READ that ``data`` begins, if it is one of these."""
    for one in (*READ, *NOT_READ):
        if data[one.at :].startswith(one.starts):
            # "mif1" is any picture in this container: the brands behind it say which.
            return AVIF if one.name == "HEIC" and b"avif" in data[8:MAX_BRANDS] else one
    return None


def unknown(data: bytes) -> str:
    """Return what to say of bytes that are no picture of a format that is read."""
    one = format_of(data)
    if one in NOT_READ:
        return f"This is {one.name}, which is not read ({NAMES} are)."
    return f"This is no picture in a known format ({NAMES})."
