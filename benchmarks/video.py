"""From a page to its video, by a real worker: each stage's share of the time, and the whole beside the bare encoder."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import av

from app.blobs import store as media
from app.config import get_settings
from app.db import client as mongo
from app.models import TaskType, Wishes
from app.processes.worker_process import WorkerProcess
from app.rendering.encode import Writer
from app.shorts import repository as shorts
from app.shorts.repository import ShortStatus
from app.shorts.service import start_short
from benchmarks.table import Row, Table
from examples.demo_shop.shop import DemoShop

PRODUCT = "pour-over-coffee-set"
TURNS = 2
PATIENCE = 300.0


def run(table: Table) -> None:
    """Add the row of the whole and the figures of the stages."""
    folder = get_settings().shopreel_data_dir
    with DemoShop() as shop, WorkerProcess(folder / "worker.log"):
        page = next(url for url in shop.product_urls if PRODUCT in url)
        _make(page)  # the worker is up, and has loaded what it needs
        made = [_make(page) for _ in range(TURNS)]
    seconds, stages, key = min(made, key=lambda one: one[0])
    with tempfile.TemporaryDirectory() as place:
        film = Path(place) / "film.mp4"
        media.save_as(key, film)
        bare = min(_encode(film, Path(place) / "bare.mp4") for _ in range(TURNS))
    what = "page to video, 15 s, 720 x 1280"
    table.add(Row(what, f"{seconds:.1f} s", "bare encoder, the film's frames", f"{bare:.1f} s", seconds / bare))
    between = max(0.0, seconds - sum(stages.values()))
    shares = ", ".join(f"{name} {100 * spent / seconds:.0f} %" for name, spent in stages.items())
    table.figure(f"page to video, {seconds:.1f} s: {shares}, waiting between tasks {100 * between / seconds:.0f} %")


def _make(page: str) -> tuple[float, dict[str, float], str]:
    """Make a short; return the seconds that it took, those in which each kind of task ran, and its video's key."""
    begin = time.monotonic()
    key = start_short(page, wishes=Wishes(seconds=15), allowed_hosts=[page.split("/")[2]])
    while (short := shorts.get_short(key)).status is ShortStatus.MAKING:
        if time.monotonic() - begin > PATIENCE:
            raise RuntimeError("the worker does not make the short")
        time.sleep(0.05)
    seconds = time.monotonic() - begin
    if short.status is not ShortStatus.COMPLETED or short.video is None:
        raise RuntimeError(f"the short is {short.status.value}: {short.error}")
    spans: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for task in mongo.collection("tasks").find({"short_id": short.short_id}).sort("started_at", 1):
        spans[_stage(task["task_type"])].append((task["started_at"], task["ended_at"]))
    return seconds, {name: _covered(some) for name, some in spans.items()}, short.video.key


def _stage(task_type: str) -> str:
    """Return the stage's name: two kinds of tasks look at a product side by side."""
    analyses = (TaskType.IMAGE_ANALYSIS.value, TaskType.CONTENT_ANALYSIS.value)
    return "analysis" if task_type in analyses else task_type


def _covered(spans: list[tuple[Any, Any]]) -> float:
    """Return the seconds in which at least one of the spans runs; they are in order of their beginnings."""
    total, until = 0.0, spans[0][0]
    for begin, end in spans:
        total += max(0.0, (end - max(begin, until)).total_seconds())
        until = max(until, end)
    return total


def _encode(film: Path, output: Path) -> float:
    """Encode the film's frames as ShopReel does and do nothing else; return the seconds. They are decoded before."""
    with av.open(str(film)) as container:
        video = container.streams.video[0]
        size, fps = (video.width, video.height), round(float(video.average_rate or 30))
        frames = list(container.decode(video=0))
    begin = time.monotonic()
    with Writer(str(output), *size, fps) as writer:
        for frame in frames:
            writer.write(frame)
    return time.monotonic() - begin
