"""Child processes that find the package and do not outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that the kernel sends to this process when the thread that started it ends."""


def child_environment() -> dict[str, str]:
    """Return this process's environment with a PYTHONPATH on which a child finds this very package."""
    root = str(Path(__file__).resolve().parents[1])
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel for signal ``number`` at the parent's end."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def end_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Do so in a process that is up already: ``parent`` may have gone before it asked, and the signal is sent now."""
    die_with_parent(number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)
