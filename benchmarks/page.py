"""From a product page to its film, by a worker that has made another film before."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from app.models import TaskType

WARMED, MEASURED = "wireless-headphones-nocturne", "pour-over-coffee-set"
"""Products of the demo shop."""
PATIENCE = 600.0


def page(order: dict[str, Any]) -> dict[str, float]:
    """Have a worker make a film of one product, then of another; return what took how long of the second one.

    The shop answers from this machine. Values are seconds by the clock: of the film from
    its asking to its end, of each kind of task from the beginning of the first to the end of the last, and all that was
    not the film's as "own".
    """
    folder = Path(order["folder"]) / "page"
    os.environ["SHOPREEL_DATA_DIR"] = str(folder / "data")
    from app.cli.serve import prepare
    from app.models import Wishes
    from app.processes.worker_process import WorkerProcess
    from app.shorts import repository as shorts
    from app.shorts.repository import ShortStatus
    from app.shorts.service import start_short
    from app.tasks import repository as tasks
    from examples.demo_shop.shop import DemoShop

    begun = time.monotonic()
    prepare()
    with DemoShop() as shop, WorkerProcess(folder / "worker.log"):

        def made(slug: str) -> str:
            url = next(url for url in shop.product_urls if slug in url)
            wishes = Wishes.model_validate({"seconds": 15, "quality": 720})
            key = start_short(url, wishes=wishes, allowed_hosts=[url.split("/")[2]])
            ends = time.monotonic() + PATIENCE
            while (short := shorts.get_short(key)).status is ShortStatus.MAKING and time.monotonic() < ends:
                time.sleep(0.05)
            if short.status is not ShortStatus.COMPLETED:
                raise RuntimeError(f"{slug}: {short.error or short.status.value}")
            return key

        made(WARMED)
        asked = time.monotonic()
        key = made(MEASURED)
        ended = time.monotonic()
        found = {"page to film": ended - asked}
        times: dict[TaskType, list[datetime]] = {}
        for task in sorted(tasks.tasks_of_short(key), key=lambda task: task.created_at):
            if task.started_at and task.ended_at:
                times.setdefault(task.task_type, []).extend((task.started_at, task.ended_at))
        for kind, moments in times.items():
            found[kind.value] = (max(moments) - min(moments)).total_seconds()
    return found | {"own": time.monotonic() - begun - (ended - asked)}
