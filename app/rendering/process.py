"""Running a job in a child process, so that it can be stopped at once and cannot take its caller down with it."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, overload

from app.errors import InvalidInput, WorkFailed
from app.processes import child_environment
from app.rendering.encode import part_of
from app.rendering.jobs import ClipJob, ClipResult, FilmJob, FilmResult, StillsJob, StillsResult

TICK = 0.2
"""Seconds at most between two calls of ``on_progress``."""
Job = ClipJob | FilmJob | StillsJob
Result = ClipResult | FilmResult | StillsResult
_KINDS: dict[type[Job], tuple[str, type[Result]]] = {
    ClipJob: ("clip", ClipResult),
    FilmJob: ("film", FilmResult),
    StillsJob: ("stills", StillsResult),
}


@overload
def run_in_child(job: ClipJob, on_progress: Callable[[float, str], None], timeout: float) -> ClipResult: ...


@overload
def run_in_child(job: FilmJob, on_progress: Callable[[float, str], None], timeout: float) -> FilmResult: ...


@overload
def run_in_child(job: StillsJob, on_progress: Callable[[float, str], None], timeout: float) -> StillsResult: ...


def run_in_child(job: Job, on_progress: Callable[[float, str], None], timeout: float) -> Result:
    """Run the job in a process of its own and return its result.

    ``on_progress`` gets the share that is done and the step, on every message and at least every 0.2 s; what it raises
    stops the job and is passed on. However this ends, the child and all that it started are gone afterwards, and so are
    files that are not whole.

    Raises:
        InvalidInput: the job's pictures, clips or words cannot be used.
        WorkFailed: the job failed, took longer than ``timeout`` seconds, or the child died (both may be tried again).
    """
    kind, result = _KINDS[type(job)]
    child = subprocess.Popen(
        [sys.executable, "-m", "app.rendering", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=child_environment(),
        start_new_session=True,
    )
    try:
        return result.model_validate(_talk(child, json.dumps({kind: job.model_dump()}), on_progress, timeout))
    finally:
        _end(child)
        for path in _outputs(job):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                Path(part_of(path)).unlink()


def _outputs(job: Job) -> list[str]:
    if isinstance(job, StillsJob):
        return [scene.output for scene in job.scenes]
    return [job.output] if isinstance(job, ClipJob) else [job.output, job.thumbnail]


def _talk(
    child: subprocess.Popen[bytes], order: str, on_progress: Callable[[float, str], None], timeout: float
) -> dict[str, Any]:
    assert child.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # a child that is dead already is told of below
        child.stdin.write(order.encode() + b"\n")
        child.stdin.flush()
    last_words: list[str] = []
    at = (0.0, "start")
    for message in _messages(child, last_words, time.monotonic() + timeout, timeout):
        if "result" in message:
            answer: dict[str, Any] = message["result"]
            return answer
        if "error" in message:
            if message["invalid_input"]:
                raise InvalidInput(message["error"])
            raise WorkFailed(message["error"], retryable=message["retryable"])
        if message:
            at = (float(message["progress"]), str(message["step"]))
        on_progress(*at)
    status = child.wait()
    how = signal.Signals(-status).name if status < 0 else f"status {status}"
    said = f": {last_words[-1]}" if last_words else ""
    raise WorkFailed(f"the renderer died ({how}){said}", retryable=True)


def _messages(
    child: subprocess.Popen[bytes], last_words: list[str], deadline: float, timeout: float
) -> Iterator[dict[str, Any]]:
    """Yield the child's messages, and an empty one at least every tick, until it closes its output."""
    assert child.stdout is not None and child.stderr is not None
    pending = {child.stdout: b"", child.stderr: b""}
    with selectors.DefaultSelector() as selector:
        for pipe in pending:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            if time.monotonic() > deadline:
                raise WorkFailed(f"rendering took longer than {timeout:g} s", retryable=True)
            ready = selector.select(TICK)
            for key, _ in ready:
                pipe = child.stdout if key.fileobj is child.stdout else child.stderr
                data = os.read(key.fd, 65536)
                if not data:
                    selector.unregister(pipe)
                    continue
                *lines, pending[pipe] = (pending[pipe] + data).split(b"\n")
                if pipe is child.stderr:
                    last_words[:] = [*last_words, *(line.decode(errors="replace") for line in lines if line.strip())][
                        -1:
                    ]
                else:
                    yield from map(json.loads, lines)
            yield {}


def _end(child: subprocess.Popen[bytes]) -> None:
    # The group is killed before its leader is waited for: until then nobody else can get its number.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
