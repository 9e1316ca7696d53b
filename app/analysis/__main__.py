"""The child's side: pictures in, measures out. Its argument is its parent's pid.

An order is ``{"url": "...", "size": 1234, "memory": 1000000000, "cpu_seconds": 30}`` and the picture's bytes; the
answer is ``{"result": {...}}``.
"""

from __future__ import annotations

import json
import resource
import sys

from app.children import begin


def main() -> None:
    """Measure one picture after the other until the input ends."""
    tell = begin()
    for unneeded in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(unneeded, (0, 0))
    import cv2

    from app.analysis.images import analyze_image

    cv2.setNumThreads(1)
    source = sys.stdin.buffer
    while line := source.readline():
        order = json.loads(line)
        resource.setrlimit(resource.RLIMIT_DATA, (order["memory"], resource.RLIM_INFINITY))
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + 1 + order["cpu_seconds"]
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        data = source.read(order["size"])
        tell({"result": analyze_image(data, order["url"]).model_dump(mode="json")})


if __name__ == "__main__":
    main()
