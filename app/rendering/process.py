"""Rendering in a child process, so that it can be stopped at once and cannot take its caller down with it.

A child takes most of a second to start, which is more than a small clip does: one that has drawn a clip or stills waits
a moment for the next of its thread, as a short's scenes come one after the other. Speech and films are rarer, and would
add what they hold of memory to what a clip takes: each has a child of its own.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import overload

from app.children import Child
from app.errors import InvalidInput, WorkFailed
from app.rendering.encode import part_of
from app.rendering.jobs import (
    ClipJob,
    ClipResult,
    FilmJob,
    FilmResult,
    SpeechJob,
    SpeechResult,
    StillsJob,
    StillsResult,
)

Job = ClipJob | FilmJob | SpeechJob | StillsJob
Result = ClipResult | FilmResult | SpeechResult | StillsResult
_KINDS: dict[type[Job], tuple[str, type[Result], bool]] = {
    ClipJob: ("clip", ClipResult, True),
    FilmJob: ("film", FilmResult, False),
    SpeechJob: ("speech", SpeechResult, False),
    StillsJob: ("stills", StillsResult, True),
}
"""Job -> what it is called, what comes of it, and whether its child does the next."""
SPARE_SECONDS = 2.0
"""How long a child that has nothing to do keeps its memory."""
_own = threading.local()


class _Spare:
    """A child that waits for the next job of the thread that started it; it would end with that thread."""

    def __init__(self, child: Child) -> None:
        self._child: Child | None = child
        self._lock = threading.Lock()
        self._timer = threading.Timer(SPARE_SECONDS, self.end)
        self._timer.name, self._timer.daemon = "spare renderer", True
        self._timer.start()

    def take(self) -> Child | None:
        """Return the child, once, if it lives."""
        self._timer.cancel()
        with self._lock:
            child, self._child = self._child, None
        if child is not None and not child.alive:
            child.end()
            return None
        return child

    def end(self) -> None:
        """End the child, unless it was taken."""
        if (child := self.take()) is not None:
            child.end()


_spares: weakref.WeakSet[_Spare] = weakref.WeakSet()


def end_spares() -> None:
    """End the children that have nothing to do."""
    for spare in list(_spares):
        spare.end()


@contextlib.contextmanager
def _renderer(shared: bool) -> Iterator[Child]:
    """Yield a child for one job, which waits for another if it is ``shared`` and the block ends well, or is gone."""
    spare: _Spare | None = getattr(_own, "spare", None) if shared else None
    child = (spare and spare.take()) or Child("app.rendering", "the renderer")
    try:
        yield child
    except BaseException:
        child.end()
        raise
    if not shared:
        child.end()
        return
    _own.spare = _Spare(child)
    _spares.add(_own.spare)


@overload
def run_in_child(job: ClipJob, on_progress: Callable[[float, str], None], timeout: float) -> ClipResult: ...


@overload
def run_in_child(job: FilmJob, on_progress: Callable[[float, str], None], timeout: float) -> FilmResult: ...


@overload
def run_in_child(job: SpeechJob, on_progress: Callable[[float, str], None], timeout: float) -> SpeechResult: ...


@overload
def run_in_child(job: StillsJob, on_progress: Callable[[float, str], None], timeout: float) -> StillsResult: ...


def run_in_child(job: Job, on_progress: Callable[[float, str], None], timeout: float) -> Result:
    """Run the job in a child process and return its result.

    ``on_progress`` gets the share that is done and the step, on every message and at least every 0.2 s; what it raises
    stops the job and is passed on. Unless this ends well, the child and all that it started are gone afterwards, and so
    are files that are not whole.

    Raises:
        InvalidInput: the job's pictures, clips or words cannot be used.
        WorkFailed: the job failed, took longer than ``timeout`` seconds, or the child died (both may be tried again).
    """
    kind, result, shared = _KINDS[type(job)]
    at = (0.0, "start")
    try:
        with _renderer(shared) as child:
            for message in child.ask({kind: job.model_dump()}, seconds=timeout):
                if "result" in message:
                    return result.model_validate(message["result"])
                if "error" in message:
                    if message["invalid_input"]:
                        raise InvalidInput(message["error"])
                    raise WorkFailed(message["error"], retryable=message["retryable"])
                if message:
                    at = (float(message["progress"]), str(message["step"]))
                on_progress(*at)
    finally:
        for path in _outputs(job):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                Path(part_of(path)).unlink()
    raise AssertionError("a child answers or raises")


def _outputs(job: Job) -> list[str]:
    if isinstance(job, SpeechJob):
        return []
    if isinstance(job, StillsJob):
        return [scene.output for scene in job.scenes]
    return (
        [job.output]
        if isinstance(job, ClipJob)
        else [job.output, *job.thumbnails, job.preview or job.output, *(one.output for one in job.renditions)]
    )
