"""Temporary folders of running work, and the removal of those whose process was killed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import get_settings
from app.core.folders import make_folder
from app.errors import Unavailable

LOCK = ".lock"


def _root() -> Path:
    return get_settings().shopreel_data_dir.resolve() / "tmp"


@contextmanager
def workspace() -> Iterator[Path]:
    """Yield an empty folder that is gone afterwards; if this process is killed, the next worker removes it.

    Raises:
        Unavailable: the data folder cannot be written.
    """
    try:
        folder = Path(tempfile.mkdtemp(dir=make_folder(_root().name)))
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise Unavailable(f"the data folder cannot be written: {error.strerror}") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_stale_workspaces() -> int:
    """Remove the folders that no living process holds; return how many."""
    removed = 0
    for folder in _root().glob("*/"):
        try:
            with (folder / LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
        except OSError:  # it is in use, or another worker is removing it
            continue
    return removed
