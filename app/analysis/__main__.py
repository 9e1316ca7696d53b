"""The child's side: pictures in, measures out. Its argument is its parent's pid.

An order is ``{"do": "measure", "url": "...", "size": 1234, "memory": 1000000000, "cpu_seconds": 30}`` and the picture's
bytes; ``do`` is a name of ``WORK``. The answer is ``{"result": ...}`` or, for a picture that cannot be read,
``{"error": "..."}``. Bytes are in Base64.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from typing import Any

from app.processes.children import begin, limit


def _measure(data: bytes, url: str) -> dict[str, Any]:
    from app.analysis.images import analyze_image

    return analyze_image(data, url).model_dump(mode="json")


def _cut_out(data: bytes, url: str) -> dict[str, Any] | None:
    from app.analysis.cutting import cut_out

    subject = cut_out(data)
    if subject is None:
        return None
    layers = {name: base64.b64encode(png).decode() for name, png in subject.layers.items()}
    return {"layers": layers, "confidence": subject.confidence}


def _read(data: bytes, url: str) -> list[str]:
    import numpy as np

    from app.analysis.ocr import read_lines
    from app.analysis.pixels import shrunk

    return read_lines(np.asarray(shrunk(data)))


def _shrink(data: bytes, url: str) -> str:
    import io

    from app.analysis.pixels import shrunk

    buffer = io.BytesIO()
    shrunk(data).save(buffer, "JPEG", quality=85)
    return base64.b64encode(buffer.getvalue()).decode()


def _show(data: bytes, url: str, width: int = 640) -> str:
    from app.analysis.pixels import shown

    return base64.b64encode(shown(data, width)).decode()


WORK: dict[str, Callable[..., Any]] = {
    "measure": _measure,
    "cut_out": _cut_out,
    "read": _read,
    "shrink": _shrink,
    "show": _show,
}


def main() -> None:
    """Look at one picture after the other until the input ends."""
    tell = begin()
    import cv2
    from PIL import Image

    cv2.setNumThreads(1)
    source = sys.stdin.buffer
    while line := source.readline():
        order = json.loads(line)
        limit(order["memory"], order["cpu_seconds"])
        data = source.read(order["size"])
        try:
            more = {"width": order["width"]} if order["do"] == "show" else {}
            tell({"result": WORK[order["do"]](data, order["url"], **more)})
        except MemoryError:
            tell({"error": "it needs more memory than is allowed"})
        except (ValueError, OSError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's, for what is none
            tell({"error": str(error)})


if __name__ == "__main__":
    main()
