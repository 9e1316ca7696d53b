"""A contact sheet: pictures of a film side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
from PIL import Image

_GAP = 8
_GROUND = (32, 32, 36)


def contact_sheet(pictures: Sequence[Image.Image], path: Path, columns: int, width: int) -> None:
    """Write pictures of one shape, each ``width`` pixels wide, in rows of ``columns`` to ``path`` (JPEG or PNG)."""
    height = round(pictures[0].height * width / pictures[0].width)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (width + _GAP) + _GAP, rows * (height + _GAP) + _GAP), _GROUND)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        small = picture.resize((width, height), Image.Resampling.LANCZOS)
        sheet.paste(small, (_GAP + column * (width + _GAP), _GAP + row * (height + _GAP)))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, quality=88)


def frames_of(film: str, numbers: Sequence[int]) -> Iterator[Image.Image]:
    """Yield the frames of these numbers (from 0, rising) of a film."""
    wanted = iter(numbers)
    due = next(wanted, None)
    with av.open(film) as container:
        for number, frame in enumerate(container.decode(video=0)):
            while number == due:
                yield Image.fromarray(frame.to_ndarray(format="rgb24"))
                due = next(wanted, None)
            if due is None:
                return
