"""Jobs in a child process: it can be stopped at once, and whatever happens in it cannot take its caller down.

The child is a module of the package, run with ``python -m`` in a process group of its own. It takes orders on standard
input, each a line of JSON with bytes behind it if the order says so, and answers in lines of JSON on standard output.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import IO, Any, Self

from app.errors import WorkFailed
from app.processes.lifetime import child_environment, end_with_parent

TICK = 0.2
"""Seconds at most between two messages of ``Child.ask``, empty ones included."""
PIPE_BYTES = 65536
BURIAL_SECONDS = 1.0
MAX_MESSAGE_BYTES = 64_000_000
"""Of one line that a child says: what it makes of a stranger's file must not fill its parent either."""
MAX_WORDS_BYTES = 4096
"""Of a line on standard error."""
FAULTS = frozenset({signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL})
"""Signals by which a process dies of what it does, and would again. SIGKILL comes from outside."""


class ChildDied(WorkFailed):
    """The child ended before it had answered. ``by_fault``: of its own work, which would end another one too."""

    def __init__(self, message: str, *, signal_number: int | None) -> None:
        super().__init__(message, retryable=True)
        self.signal_number = signal_number

    @property
    def by_fault(self) -> bool:
        """Whether the work itself is what it died of."""
        return self.signal_number in FAULTS

    @property
    def out_of_time(self) -> bool:
        """Whether it had used up its seconds of computing."""
        return self.signal_number == signal.SIGXCPU


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
        self._pending = {self._output: bytearray(), self._errors: bytearray()}
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

    def ask(
        self, order: dict[str, Any], payload: bytes = b"", *, seconds: float, each: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Give an order and yield what the child says, and an empty message at least every tick.

        The caller stops asking when the answer is there. ``seconds``: for all of it; or, ``each``, for each message,
        the time that the caller spends on them left out.

        Raises:
            ChildDied: it did, without an answer.
            WorkFailed: it took longer than ``seconds`` (may be tried again, with a new child), or said too much.
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
                    lines = self._lines(pipe, data)
                    if pipe is self._output:
                        yield from map(json.loads, lines)
                        if each and lines:
                            deadline = time.monotonic() + seconds
                    else:
                        self._last_words = next(
                            (line.decode(errors="replace") for line in reversed(lines) if line.strip()),
                            self._last_words,
                        )
                yield {}
        status = self._process.wait()
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        said = f": {self._last_words[:MAX_WORDS_BYTES]}" if self._last_words else ""
        raise ChildDied(f"{self._name} died ({how}){said}", signal_number=-status if status < 0 else None)

    def _lines(self, pipe: IO[bytes], data: bytes) -> list[bytes]:
        """Return the lines that ``data`` ends; what it begins is kept for the next.

        Raises:
            WorkFailed: a message is too long.
        """
        pending = self._pending[pipe]
        if b"\n" not in data:
            pending += data
            lines = []
        else:
            first, *lines, rest = data.split(b"\n")
            lines = [bytes(pending) + first, *lines]
            pending[:] = rest
        if pipe is self._errors:
            del pending[MAX_WORDS_BYTES:]
        elif len(pending) > MAX_MESSAGE_BYTES:
            raise WorkFailed(f"{self._name} said more than {MAX_MESSAGE_BYTES // 1_000_000} MB at once")
        return lines

    def _write(self, unsent: memoryview) -> memoryview:
        try:
            return unsent[os.write(self._input.fileno(), unsent[:PIPE_BYTES]) :]
        except BlockingIOError:
            return unsent
        except BrokenPipeError:
            # It is dead already, which its output tells.
            return unsent[:0]

    @property
    def process_id(self) -> int:
        """The process's id."""
        return self._process.pid

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


class Spares:
    """Children of one module that wait a while for the next job, as each takes most of a second to start.

    A child ends with the thread that started it: one thread of their own starts them all, for whichever thread asks,
    and is there as long as any of them is.
    """

    def __init__(self, module: str, name: str, seconds: float) -> None:
        """``module``, ``name``: as for ``Child``. ``seconds``: for so long one with nothing to do keeps its memory."""
        self._module, self._name = module, name
        self.seconds = seconds
        self.thread_name = f"children: {name}"
        self._changed = threading.Condition()
        self._idle: list[tuple[float, Child]] = []
        self._wanted: list[Future[Child]] = []
        self._lent = 0
        self._thread: threading.Thread | None = None
        _spares.add(self)

    @contextlib.contextmanager
    def child(self) -> Iterator[Child]:
        """Yield a child for one job. Unless the block ends well, it is gone afterwards, and all that it started."""
        child = self._take()
        try:
            yield child
        except BaseException:
            child.end()
            raise
        finally:
            with self._changed:
                self._lent -= 1
                if child.alive:
                    self._idle.append((time.monotonic() + self.seconds, child))
                self._changed.notify_all()

    def idle(self) -> set[int]:
        """Return the process ids of the children that have nothing to do."""
        with self._changed:
            return {child.process_id for _, child in self._idle}

    def end(self) -> None:
        """End the children that have nothing to do."""
        with self._changed:
            idle, self._idle = self._idle, []
            thread = None if self._lent else self._thread
            self._changed.notify_all()
        for _, child in idle:
            child.end()
        if thread is not None:
            thread.join(BURIAL_SECONDS)

    def _take(self) -> Child:
        with self._changed:
            while self._idle:
                # The one that worked last, so that those that are not needed grow old.
                _, child = self._idle.pop()
                if child.alive:
                    self._lent += 1
                    return child
                child.end()
            wanted: Future[Child] = Future()
            self._wanted.append(wanted)
            self._lent += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name=self.thread_name, daemon=True)
                self._thread.start()
            self._changed.notify_all()
        try:
            return wanted.result()
        except BaseException:
            with self._changed:
                self._lent -= 1
                self._changed.notify_all()
            raise

    def _keep(self) -> None:
        """Start what is wanted and end what has waited for too long, until there is no child any more."""
        while True:
            with self._changed:
                now = time.monotonic()
                wanted, self._wanted = self._wanted, []
                old = [child for until, child in self._idle if until <= now]
                self._idle = [(until, child) for until, child in self._idle if until > now]
                if not wanted and not old:
                    if not self._idle and not self._lent:
                        self._thread = None
                        return
                    self._changed.wait(self._idle[0][0] - now if self._idle else None)
            for child in old:
                child.end()
            for future in wanted:
                try:
                    future.set_result(Child(self._module, self._name))
                except BaseException as error:
                    future.set_exception(error)


_spares: weakref.WeakSet[Spares] = weakref.WeakSet()


def end_spares() -> None:
    """End the children of this process that have nothing to do."""
    for spares in list(_spares):
        spares.end()


def limit(memory: int, cpu_seconds: int, file_bytes: int = 0) -> None:
    """Bound what this process, a child, may take from now on: bytes of private memory, of a file, seconds of computing.

    Whatever needs more gets ``MemoryError`` (or dies, in a library that does not look), or SIGXCPU. It writes no dump
    of its memory either.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.RLIM_INFINITY))
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_seconds, resource.RLIM_INFINITY))


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
