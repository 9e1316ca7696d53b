"""Where to cut a picture for a frame."""

from __future__ import annotations

from app.analysis.pixels import Box

ASPECTS: dict[str, float] = {"9:16": 9 / 16, "1:1": 1.0, "16:9": 16 / 9}


def crops(width: int, height: int, subject: Box | None) -> dict[str, Box]:
    """Return for each aspect the largest box of it, as shares, that lies round the subject's middle."""
    left, top, right, bottom = subject or (0.0, 0.0, 1.0, 1.0)
    found = {}
    for name, aspect in ASPECTS.items():
        share_x = min(1.0, aspect * height / width)
        share_y = min(1.0, width / aspect / height)
        x = min(max((left + right) / 2 - share_x / 2, 0.0), 1 - share_x)
        y = min(max((top + bottom) / 2 - share_y / 2, 0.0), 1 - share_y)
        found[name] = (round(x, 3), round(y, 3), round(x + share_x, 3), round(y + share_y, 3))
    return found
