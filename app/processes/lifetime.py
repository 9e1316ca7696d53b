"""Processes that end when they should: children with their parent, all of them when they are asked to."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NoReturn

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that the kernel sends to this process when the thread that started it ends."""

LOOK_SECONDS = 0.5
"""A signal that comes as a wait begins, or to another thread, does not end the wait: so none is for ever."""


def child_environment() -> dict[str, str]:
    """Return this process's environment with a PYTHONPATH on which a child finds this very package."""
    root = str(Path(__file__).resolve().parents[2])
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel for signal ``number`` at the parent's end."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def end_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Do so in a process that is up already: ``parent`` may have gone before it asked, and the signal is sent now."""
    die_with_parent(number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def asked_to_end() -> Callable[[], None]:
    """Take SIGTERM and SIGINT from now on; return what waits for the first of them, in the main thread.

    A queue is the one thing that a signal handler may wake others with: an event takes a lock, and a second signal that
    finds its handler in there (the end of a parent with several threads sends several) would wait for it for ever.
    """
    came: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: came.put(number))

    def wait() -> None:
        while True:
            with suppress(Empty):
                came.get(timeout=LOOK_SECONDS)
                return

    return wait


def wait_for_interrupt() -> NoReturn:
    """Do nothing until Ctrl-C, which raises ``KeyboardInterrupt`` here."""
    while True:
        time.sleep(LOOK_SECONDS)
