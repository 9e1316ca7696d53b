"""Rendering in a child process, so that it can be stopped at once and cannot take its caller down with it.

A child takes most of a second to start, and its voice as long to read its dictionaries and its model: one that has done
a job well waits for the next, as a short's scenes and its film come one after the other. What speaks waits apart, since
what it holds would add to what a film takes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import overload

from app.errors import InvalidInput, WorkFailed
from app.processes.children import Spares
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
renderers = Spares("app.rendering", "the renderer", seconds=60.0)
speakers = Spares("app.rendering", "the renderer", seconds=60.0)
_KINDS: dict[type[Job], tuple[str, type[Result], Spares]] = {
    ClipJob: ("clip", ClipResult, renderers),
    FilmJob: ("film", FilmResult, renderers),
    SpeechJob: ("speech", SpeechResult, speakers),
    StillsJob: ("stills", StillsResult, renderers),
}
"""Job -> what it is called, what comes of it, and whose children do it."""


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
    kind, result, spares = _KINDS[type(job)]
    at = (0.0, "start")
    try:
        with spares.child() as child:
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
