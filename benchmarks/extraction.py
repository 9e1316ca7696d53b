"""``python -m benchmarks.extraction [FOLDER]``: how fast a page becomes a product, beside extruct on the same pages.

Both read each page in turns, in one thread, so that what else the machine does falls on both; the garbage collector
leaves out what was imported, as it does in the processes that read strangers' pages. Without a folder the
pages are those of the demo shop; a folder holds saved pages (``*.html``, ``*.html.gz``), in folders of their own or
not. Where a ``truth.json`` lies beside a page (``benchmarks.reliability``), a table says how far the confidence of
the fields can be trusted. extruct finds the markup alone (JSON-LD, microdata, RDFa, Open Graph) and decides nothing; it
comes with ``pip install '.[bench]'``.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import extruct

from app.errors import InvalidInput
from app.extraction import extract
from app.fetching import read_page_file
from benchmarks import reliability
from examples.demo_shop.catalogue import PRODUCTS
from examples.demo_shop.pages import product_page

BASE = "https://shop.example"
ROUNDS = 5
AT_LEAST = 3.0
"""How many times extruct's pages a second ShopReel means to read."""
Reader = Callable[[str, str | None], object]


def main() -> None:
    """Time both; print a line each, how reliable ShopReel's confidence is, and their ratio."""
    pages = saved_pages(Path(sys.argv[1])) if len(sys.argv) > 1 else demo_pages()
    size = statistics.mean(len(html) for html, _ in pages) / 1000
    print(f"{len(pages)} pages of {size:.0f} thousand characters on average, best of {ROUNDS} rounds each, one thread")
    print(f"{'':10}{'median':>11}{'mean':>11}{'slowest':>11}{'pages/s':>10}")
    gc.freeze()
    ours, theirs = timed(pages)
    for name, spent in (("ShopReel", ours), ("extruct", theirs)):
        mean = statistics.mean(spent)
        print(f"{name:10}{statistics.median(spent):8.1f} ms{mean:8.1f} ms{max(spent):8.1f} ms{1000 / mean:10.1f}")
    found = reliability.saved_told(Path(sys.argv[1])) if len(sys.argv) > 1 else reliability.demo_told()
    if found:
        print("\nFields told, and how many of them are right:")
        print("\n".join(reliability.table(found)) + "\n")
    print(f"ShopReel reads {statistics.mean(theirs) / statistics.mean(ours):.1f} times as many (at least {AT_LEAST:g})")


def timed(pages: list[tuple[str, str | None]]) -> tuple[list[float], list[float]]:
    """Return each page's milliseconds of processor time by ShopReel and by extruct."""
    ours, theirs = [], []
    for html, url in pages:
        best = [float("inf"), float("inf")]
        for _ in range(ROUNDS):
            for place, read in enumerate((by_shopreel, by_extruct)):
                begin = time.process_time()
                read(html, url)
                best[place] = min(best[place], 1000 * (time.process_time() - begin))
        ours.append(best[0])
        theirs.append(best[1])
    return ours, theirs


def by_shopreel(html: str, url: str | None) -> object:
    """Read a page as ShopReel does; one without a product takes its time too."""
    try:
        return extract(html, url)
    except InvalidInput:
        return None


def by_extruct(html: str, url: str | None) -> object:
    """Read a page's markup by extruct; a page that it can't read takes its time too."""
    try:
        return extruct.extract(html, base_url=url, uniform=True)
    except Exception:
        return None


def demo_pages() -> list[tuple[str, str | None]]:
    """Return the demo shop's pages with their addresses."""
    return [(product_page(product, BASE), BASE + product.path) for product in PRODUCTS]


def saved_pages(folder: Path) -> list[tuple[str, str | None]]:
    """Return the saved pages under ``folder`` with the addresses that they give themselves."""
    files = sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")])
    if not files:
        raise SystemExit(f"no *.html and no *.html.gz under {folder}")
    return [(page.html, page.url) for page in map(read_page_file, files)]


if __name__ == "__main__":
    main()
