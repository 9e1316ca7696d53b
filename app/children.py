"""Jobs in a child process: it can be stopped at once, and whatever happens in it cannot take its caller down.

The child is a module of the package, run with ``python -m`` in a process group of its own. It takes orders on standard
input, each a line of JSON with bytes behind it if the order says so, and answers in lines of JSON on standard output.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, Any, Self

from app.errors import WorkFailed
from app.processes import child_environment, end_with_parent

TICK = 0.2
"""Seconds at most between two messages of ``Child.ask``, empty ones included."""
PIPE_BYTES = 65536
BURIAL_SECONDS = 1.0


class Child:
    """The parent's side. However the ``with`` block ends, the child and all that it started are gone afterwards."""

    def __init__(self, module: str, name: str) -> None:
        """Start it. It ends with the thread that starts it, if not before.

        ``name``: what the child is called in messages, such as "the renderer".
        """
        self._name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
            start_new_session=True,
        )
        # It may never read, and must not keep its parent waiting.
        os.set_blocking(self._input.fileno(), False)
        self._pending = {self._output: b"", self._errors: b""}
        self._last_words = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def _errors(self) -> IO[bytes]:
        assert self._process.stderr is not None
        return self._process.stderr

    def ask(self, order: dict[str, Any], payload: bytes = b"", *, seconds: float) -> Iterator[dict[str, Any]]:
        """Give an order and yield what the child says, and an empty message at least every tick.

        The caller stops asking when the answer is there.

        Raises:
            WorkFailed: the child died, or took longer than ``seconds`` (both may be tried again, with a new child).
        """
        deadline = time.monotonic() + seconds
        unsent = memoryview(json.dumps(order).encode() + b"\n" + payload)
        with selectors.DefaultSelector() as selector:
            for pipe in self._pending:
                selector.register(pipe, selectors.EVENT_READ)
            selector.register(self._input, selectors.EVENT_WRITE)
            open_pipes = len(self._pending)
            while open_pipes:
                if time.monotonic() > deadline:
                    raise WorkFailed(f"{self._name} took longer than {seconds:g} s", retryable=True)
                for key, _ in selector.select(TICK):
                    if key.fileobj is self._input:
                        unsent = self._write(unsent)
                        if not unsent:
                            selector.unregister(self._input)
                        continue
                    pipe = self._output if key.fileobj is self._output else self._errors
                    data = os.read(key.fd, PIPE_BYTES)
                    if not data:
                        selector.unregister(pipe)
                        open_pipes -= 1
                        continue
                    *lines, self._pending[pipe] = (self._pending[pipe] + data).split(b"\n")
                    if pipe is self._output:
                        yield from map(json.loads, lines)
                    else:
                        self._last_words = next(
                            (line.decode(errors="replace") for line in reversed(lines) if line.strip()),
                            self._last_words,
                        )
                yield {}
        status = self._process.wait()
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        said = f": {self._last_words}" if self._last_words else ""
        raise WorkFailed(f"{self._name} died ({how}){said}", retryable=True)

    def _write(self, unsent: memoryview) -> memoryview:
        try:
            return unsent[os.write(self._input.fileno(), unsent[:PIPE_BYTES]) :]
        except BlockingIOError:
            return unsent
        except BrokenPipeError:
            # It is dead already, which its output tells.
            return unsent[:0]

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the child and its group, and wait until they are gone."""
        # The group is killed before its leader is waited for: until then nobody else can get its number.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            # What the child started, init has to bury: that is soon, or never where init does not.
            end = time.monotonic() + BURIAL_SECONDS
            while time.monotonic() < end:
                os.killpg(self._process.pid, 0)
                time.sleep(0.005)
        self._process.wait()
        for pipe in (self._input, self._output, self._errors):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def begin() -> Callable[[dict[str, Any]], None]:
    """Set a child up: it ends with its parent, whose pid is its argument.

    Returns:
        A function that says a message to the parent. What libraries print goes to standard error from now on.
    """
    end_with_parent(int(sys.argv[1]))
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def tell(message: dict[str, Any]) -> None:
        out.write(json.dumps(message) + "\n")

    return tell


def orders() -> Iterator[dict[str, Any]]:
    """Yield the orders that come; the process ends when the parent closes the input, whatever it is at then."""
    came: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin.buffer:
            came.put(line)
        os._exit(1)

    threading.Thread(target=read, name="orders", daemon=True).start()
    while True:
        yield json.loads(came.get())
