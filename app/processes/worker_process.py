"""A worker as a child process, for those who start one beside them: without what the worker itself needs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from app.core.telemetry import get_logger
from app.processes.lifetime import child_environment

DRAIN_SECONDS = 5
"""For so long a worker that is asked to end lets its tasks end."""
HAND_BACK_SECONDS = 5
"""For so long it waits then until they are handed back."""
POLL_SECONDS = 0.1
log = get_logger("worker")


class WorkerProcess:
    """A worker as a child process: started again when it dies, ended when asked and when its parent ends, however."""

    def __init__(self, log_file: Path | None = None) -> None:
        """``log_file``: where it logs; None: to this process's standard error."""
        self._log_file = log_file
        self._process: subprocess.Popen[bytes] | None = None
        self._started = threading.Event()
        self._stop = threading.Event()
        # The kernel's notice of a parent's death is bound to the thread that started the child: one that stays.
        self._thread = threading.Thread(target=self._supervise, name="worker-process")
        self.deaths = 0
        """How often it has died without being asked to."""

    def __enter__(self) -> WorkerProcess:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def process_id(self) -> int:
        """The present process's id."""
        assert self._process is not None
        return self._process.pid

    def _supervise(self) -> None:
        with ExitStack() as files:
            errors: BinaryIO | None = None
            if self._log_file is not None:
                self._log_file.parent.mkdir(parents=True, exist_ok=True)
                errors = files.enter_context(self._log_file.open("ab"))
            while not self._stop.is_set():
                self._process = process = self._start(errors)
                self._started.set()
                while process.poll() is None and not self._stop.wait(POLL_SECONDS):
                    pass
                if self._stop.is_set():
                    self._end(process)
                    return
                self.deaths += 1
                log.warning("worker_died", status=process.returncode, deaths=self.deaths)
                self._stop.wait(min(10.0, 0.25 * 2**self.deaths))

    @staticmethod
    def _start(errors: BinaryIO | None) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches the parent alone, which then ends the worker in order.
        return subprocess.Popen(
            [sys.executable, "-m", "app.worker", str(os.getpid())],
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(DRAIN_SECONDS + HAND_BACK_SECONDS + 4)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
