"""The child's side: jobs in on standard input, JSON lines out on standard output. Its argument is its parent's pid.

Lines out, for each job: ``{"progress": 0.5, "step": "frames"}``, and at the end ``{"result": {...}}`` or
``{"error": "...", "retryable": false, "invalid_input": true}``.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
from collections.abc import Callable
from typing import Any

from app.processes.children import begin, orders

MEMORY = 6 * 2**30
"""Bytes of private memory; a 2160 x 3840 film takes about a quarter of it."""
_NICENESS = 5
_ALLOCATOR = {-8: 1, -3: 8 * 2**20}
"""Settings of glibc's allocator (malloc.h). ``M_ARENA_MAX``: a heap for each thread would keep what the encoder has
given back from who comes after it. ``M_MMAP_THRESHOLD``: bytes from which memory goes back to the kernel at once; what
is drawn for each frame is smaller. Unset, it would rise to the most that was ever given back."""


def main() -> None:
    """Take one job after the other, do it, tell how it ended."""
    tell = begin()
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    set_up, trim = (getattr(ctypes.CDLL(None), name, None) for name in ("mallopt", "malloc_trim"))  # of glibc alone
    if set_up is not None:
        for setting in _ALLOCATOR.items():
            set_up(*setting)
    for order in orders():
        tell(_outcome(order, tell))
        # What one job leaves behind would add to what the next one takes.
        gc.collect()
        if trim is not None:
            trim(0)


def _outcome(order: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    # Imported here: it takes most of a second, and the parent may be gone by then.
    import cv2

    from app.errors import InvalidInput, ShopReelError
    from app.rendering.clips import draw_stills, render_clip
    from app.rendering.film import assemble_film
    from app.rendering.jobs import ClipJob, FilmJob, SpeechJob, StillsJob
    from app.rendering.voice import speak_all

    cv2.setNumThreads(1)  # the encoder has the other cores

    def report(done: float, step: str) -> None:
        tell({"progress": round(done, 4), "step": step})

    try:
        if "clip" in order:
            return {"result": render_clip(ClipJob.model_validate(order["clip"]), report).model_dump()}
        if "stills" in order:
            return {"result": draw_stills(StillsJob.model_validate(order["stills"]), report).model_dump()}
        if "speech" in order:
            return {"result": speak_all(SpeechJob.model_validate(order["speech"]), report).model_dump()}
        return {"result": assemble_film(FilmJob.model_validate(order["film"]), report).model_dump()}
    except MemoryError:
        return {"error": "the renderer ran out of memory", "retryable": True, "invalid_input": False}
    except ShopReelError as error:
        return {"error": str(error), "retryable": error.retryable, "invalid_input": isinstance(error, InvalidInput)}


if __name__ == "__main__":
    main()
