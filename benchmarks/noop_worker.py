"""A worker of ShopReel's whose tasks do nothing.

``SHOPREEL_NOOP_SECONDS``: they sleep so long; ``SHOPREEL_NOOP_ROUNDS``: they compute so many rounds, beside each other.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from typing import Any

from app.models import TaskType
from app.processes.lifetime import end_with_parent
from app.tasks import runner as task_runner
from app.worker import run_worker

SECONDS = float(os.environ.get("SHOPREEL_NOOP_SECONDS", "0"))
ROUNDS = int(os.environ.get("SHOPREEL_NOOP_ROUNDS", "0"))


def nothing(context: Any) -> dict[str, Any]:
    """Do nothing."""
    if SECONDS:
        time.sleep(SECONDS)
    if ROUNDS:
        compute(ROUNDS)
    return {}


def compute(rounds: int) -> None:
    """Keep one core busy; the interpreter's lock is not held meanwhile."""
    hashlib.pbkdf2_hmac("sha256", b"shopreel", b"benchmark", rounds)


if __name__ == "__main__":
    import signal

    end_with_parent(int(sys.argv[1]), signal.SIGTERM)
    task_runner.WORK.update(dict.fromkeys(TaskType, nothing))
    run_worker(sys.argv[2] if len(sys.argv) > 2 else None)
