"""A disk that is full, or read-only: clear errors, and service again when there is room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.processes.lifetime import child_environment


def test_a_full_and_a_read_only_disk(tmp_path: Path) -> None:
    stage = [sys.executable, "-m", "tests.small_disk", str(tmp_path)]
    # A namespace of its own: the mounts are nobody else's, go with it, and need no rights but a user's.
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", *stage],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
