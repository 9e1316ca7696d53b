"""A worker of ShopReel's whose tasks do nothing; ``SHOPREEL_NOOP_SECONDS``: they sleep so long."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from app.models import TaskType
from app.processes import end_with_parent
from app.services import task_runner
from app.worker import run_worker

SECONDS = float(os.environ.get("SHOPREEL_NOOP_SECONDS", "0"))


def nothing(context: Any) -> dict[str, Any]:
    """Do nothing."""
    if SECONDS:
        time.sleep(SECONDS)
    return {}


if __name__ == "__main__":
    import signal

    end_with_parent(int(sys.argv[1]), signal.SIGTERM)
    task_runner.WORK.update(dict.fromkeys(TaskType, nothing))
    run_worker(sys.argv[2] if len(sys.argv) > 2 else None)
