"""The child's side: pictures in, measures out. Its argument is its parent's pid.

An order is ``{"do": "measure", "url": "...", "size": 1234, "memory": 1000000000, "cpu_seconds": 30}`` and the picture's
bytes; ``do`` is a name of ``WORK``. The answer is ``{"result": ...}`` or, for a picture that cannot be read,
``{"error": "..."}``. Bytes are in Base64.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Callable
from typing import Any

from app.children import begin


def _measure(data: bytes, url: str) -> dict[str, Any]:
    from app.analysis.images import analyze_image

    return analyze_image(data, url).model_dump(mode="json")


def _cut_out(data: bytes, url: str) -> dict[str, Any] | None:
    from app.analysis.framing import cut_out

    subject = cut_out(data)
    if subject is None:
        return None
    return {"png": base64.b64encode(subject.png).decode(), "confidence": subject.confidence}


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


WORK: dict[str, Callable[[bytes, str], Any]] = {
    "measure": _measure,
    "cut_out": _cut_out,
    "read": _read,
    "shrink": _shrink,
}


def main() -> None:
    """Look at one picture after the other until the input ends."""
    tell = begin()
    for unneeded in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(unneeded, (0, 0))
    import cv2

    cv2.setNumThreads(1)
    source = sys.stdin.buffer
    while line := source.readline():
        order = json.loads(line)
        resource.setrlimit(resource.RLIMIT_DATA, (order["memory"], resource.RLIM_INFINITY))
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + 1 + order["cpu_seconds"]
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        data = source.read(order["size"])
        try:
            tell({"result": WORK[order["do"]](data, order["url"])})
        except (ValueError, OSError, SyntaxError) as error:  # what Pillow raises for pictures that are none
            tell({"error": str(error)})


if __name__ == "__main__":
    main()
