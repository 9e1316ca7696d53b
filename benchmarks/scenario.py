"""``python -m benchmarks.scenario``: what a scenario and the look at a picture cost, on one core.

Each row is the median of several runs, beside what it is measured against in the same run.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable

import cv2
from PIL import Image

from app.analysis.cutting import cut_out
from app.analysis.images import analyze_image
from app.models import Wishes
from app.scenario.check import check_scenario
from app.scenario.writer import write_scenario
from examples.demo_shop.catalogue import PRODUCTS
from examples.demo_shop.pictures import photograph
from examples.demo_shop.scripts import SHOP, product_of

ROUNDS = 15
SCENARIO_LIMIT, PICTURE_LIMIT = 1.0, 0.5
"""Seconds that they may take."""
SIDE = 1500


def main() -> None:
    """Run all, print one line each."""
    cv2.setNumThreads(1)
    demo = PRODUCTS[0]
    product = product_of(demo)
    data = _square(photograph(demo.slug, 1))
    images = [analyze_image(data, SHOP + path) for path in demo.image_paths]
    begin = time.perf_counter()
    scenario = write_scenario(product, images, Wishes(seconds=60, language="de"))
    first = time.perf_counter() - begin
    print(f"{'':42}{'ShopReel':>10}{'against':>22}{'ratio':>8}")
    _row("first scenario of a process, 60 s", first, "limit", SCENARIO_LIMIT)
    written = _median(lambda: write_scenario(product, images, Wishes(seconds=60, language="de")))
    _row("scenario, 60 s, another language", written, "limit", SCENARIO_LIMIT)
    _row("check of its claims", _median(lambda: check_scenario(scenario, product)), "writing it", written)
    decoded = _median(lambda: Image.open(io.BytesIO(data)).convert("RGB"))
    looked = _median(lambda: analyze_image(data, "x"))
    _row(f"look at a picture, {SIDE} x {SIDE}", looked, "limit", PICTURE_LIMIT)
    _row("the same", looked, "decoding it whole", decoded)
    _row("cut out its subject", _median(lambda: cut_out(data)), "limit", PICTURE_LIMIT)


def _square(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        buffer = io.BytesIO()
        picture.resize((SIDE, SIDE)).save(buffer, "JPEG", quality=90)
        return buffer.getvalue()


def _median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def _row(what: str, ours: float, against: str, other: float) -> None:
    print(f"{what:42}{1000 * ours:8.1f}ms{against:>14}{1000 * other:6.0f}ms{ours / other:8.2f}")


if __name__ == "__main__":
    main()
