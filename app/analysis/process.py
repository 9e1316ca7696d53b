"""Measuring pictures in a child process with limits: a picture that is made to harm can harm nothing but the child."""

from __future__ import annotations

import base64
from collections.abc import Callable
from threading import Semaphore
from typing import Any

from app.errors import WorkFailed
from app.models import ImageAnalysis
from app.processes.children import Child, ChildDied, Spares

MEMORY = 600_000_000
"""Bytes of private memory. The largest PNG that is read, 60 megapixels with transparency, takes 350 MB."""
CLOSE_MEMORY = 900_000_000
"""For a closer look, at edges and text: what is computed in beside the decoded picture, or the models of text."""
CPU_SECONDS = 30
WALL_SECONDS = 60.0
"""For one picture, the start of the child included, as is the last."""


LOOKING = 2
"""Pictures of one task that are looked at side by side: each keeps a core busy."""


class _Unreadable(WorkFailed):
    """The child lives, and says that the picture cannot be read."""


looks = Spares("app.analysis", "measuring the picture", seconds=60.0)
reads = Spares("app.analysis", "reading the picture", seconds=60.0)
"""Apart from ``looks``: the models of text stay in memory, and would be missing there."""
shows = Spares("app.analysis", "showing the picture", seconds=10.0)


def show_picture(data: bytes, width: int) -> bytes:
    """Return ``app.analysis.pixels.shown`` of the picture, made in a child that waits for the next one.

    Raises:
        WorkFailed: it cannot be read within the limits; retryable where the child was killed from outside.
    """
    order = {"do": "show", "url": "", "width": width, "size": len(data), "memory": MEMORY, "cpu_seconds": CPU_SECONDS}
    try:
        with shows.child() as child:
            answer = next(
                message
                for message in child.ask(order, data, seconds=WALL_SECONDS)
                if "result" in message or "error" in message
            )
    except ChildDied as error:
        raise WorkFailed(str(error), retryable=not error.by_fault) from None
    if "error" in answer:
        raise _Unreadable(answer["error"])
    return base64.b64decode(answer["result"])


class PictureProcess:
    """The children that look at the pictures of one task, two at once; one reads text. Several threads may use it.

    They start at the first pictures, or come from an earlier task, and anew after a picture that killed one.
    """

    def __init__(self) -> None:
        self._looking, self._reading = Semaphore(LOOKING), Semaphore(1)

    def analyze(self, data: bytes, url: str, go_on: Callable[[], None]) -> ImageAnalysis:
        """Return ``analyze_image(data, url)``, whose ``error`` also says when the child died of it or ran out of time.

        ``go_on`` is called every 0.2 s at least, from another thread; what it raises ends the child and is passed on.
        """
        try:
            return ImageAnalysis.model_validate(self._ask("measure", data, go_on, url))
        except WorkFailed as error:
            return ImageAnalysis(url=url, error=f"The picture cannot be measured within the limits: {error}.")

    def cut_out(self, data: bytes, go_on: Callable[[], None]) -> tuple[dict[str, bytes], float] | None:
        """Return the layers and the confidence of ``app.analysis.cutting.cut_out``, or None.

        Raises:
            WorkFailed: the picture cannot be read, killed the child, or took too long.
        """
        found = self._ask("cut_out", data, go_on)
        if found is None:
            return None
        layers = {str(name): base64.b64decode(png) for name, png in found["layers"].items()}
        return layers, float(found["confidence"])

    def read_lines(self, data: bytes, go_on: Callable[[], None]) -> list[str]:
        """Return ``app.analysis.ocr.read_lines`` of the picture, shrunk. Raises WorkFailed, as ``cut_out`` does."""
        return [str(line) for line in self._ask("read", data, go_on)]

    def small_jpeg(self, data: bytes, go_on: Callable[[], None]) -> bytes:
        """Return the picture, shrunk, as a JPEG. Raises WorkFailed, as ``cut_out`` does."""
        return base64.b64decode(self._ask("shrink", data, go_on))

    def _ask(self, do: str, data: bytes, go_on: Callable[[], None], url: str = "") -> Any:
        memory = CLOSE_MEMORY if do in ("read", "cut_out") else MEMORY
        order = {"do": do, "url": url, "size": len(data), "memory": memory, "cpu_seconds": CPU_SECONDS}
        turn, spares = (self._reading, reads) if do == "read" else (self._looking, looks)
        with turn:
            go_on()
            with spares.child() as child:
                answer = self._answer(child, order, data, go_on)
        if "error" in answer:
            raise _Unreadable(answer["error"])
        return answer["result"]

    def _answer(self, child: Child, order: dict[str, Any], data: bytes, go_on: Callable[[], None]) -> dict[str, Any]:
        for message in child.ask(order, data, seconds=WALL_SECONDS):
            if "result" in message or "error" in message:
                return message
            go_on()
        raise AssertionError("a child answers or raises")
