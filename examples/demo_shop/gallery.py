"""``make gallery``: twelve shorts of demo products by the real pipeline, with a contact sheet of each.

Everything lies in the folder that the argument names: ``<product>-<style>-<aspect>.mp4``, ``.jpg`` (the sheet: the
beginning, middle and end of every scene, and the middle of every transition) and ``.webp`` (the preview).
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from app.errors import ShopReelError
from app.models import Mood, Style

PLAN: tuple[tuple[str, Style, Mood], ...] = (
    ("pour-over-coffee-set", "warm", "tender"),
    ("trailrucksack-28", "bold", "energetic"),
    ("wireless-headphones-nocturne", "technical", "confident"),
    ("maceta-autorriego-brote", "natural", "calm"),
    ("pour-over-coffee-set", "clean", "happy"),
    ("wireless-headphones-nocturne", "street", "energetic"),
)
"""Product, style, mood; each in both shapes."""
ASPECTS = ("9:16", "1:1")
COLUMNS, WIDTH = 8, 270
PATIENCE = 1800.0


def main(folder: Path) -> int:
    """Make the gallery; return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["SHOPREEL_DATA_DIR"] = str(folder / "data")
    from app.cli.serve import prepare
    from app.models import Wishes
    from app.processes.worker_process import WorkerProcess
    from app.shorts import repository as shorts
    from app.shorts.repository import ShortStatus
    from app.shorts.service import start_short
    from examples.demo_shop.shop import DemoShop

    prepare()
    begun = time.monotonic()
    failed = 0
    with DemoShop() as shop, WorkerProcess(folder / "worker.log"):
        waiting = {}
        for slug, style, mood in PLAN:
            page = next(url for url in shop.product_urls if slug in url)
            for aspect in ASPECTS:
                wishes = Wishes.model_validate({"style": style, "mood": mood, "aspect": aspect, "seconds": 15})
                name = f"{slug}-{style}-{aspect.replace(':', 'x')}"
                waiting[start_short(page, wishes=wishes, allowed_hosts=[page.split("/")[2]])] = name
        while waiting and time.monotonic() - begun < PATIENCE:
            for key, name in list(waiting.items()):
                short = shorts.get_short(key)
                if short.status is ShortStatus.MAKING:
                    continue
                del waiting[key]
                if short.status is ShortStatus.COMPLETED:
                    _keep(short, folder / name)
                failed += short.status is not ShortStatus.COMPLETED
                print(f"{time.monotonic() - begun:6.0f} s  {name}: {short.error or short.status.value}", flush=True)
            time.sleep(0.5)
    return 1 if failed or waiting else 0


def _keep(short: object, path: Path) -> None:
    from app.blobs import store as media
    from app.rendering.sheet import contact_sheet, frames_of
    from app.shorts.repository import Short

    assert isinstance(short, Short)
    assert short.video is not None
    film = path.with_suffix(".mp4")
    media.save_as(short.video.key, film)
    if short.video.preview_key:
        media.save_as(short.video.preview_key, path.with_suffix(".webp"))
    numbers, begin = [], 0
    for number in range(len(short.clips)):
        clip = short.clips[str(number)]
        head, tail, count = clip.scene["head"], clip.scene["tail"], round(clip.seconds * clip.scene["fps"])
        moments = {head // 2, head, count // 2, count - tail - 1}
        numbers += sorted(begin + moment for moment in moments)
        begin += count - tail
    contact_sheet(list(frames_of(str(film), sorted(set(numbers)))), path.with_suffix(".jpg"), COLUMNS, WIDTH)


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except ShopReelError as error:
        sys.exit(f"error: {error}")
