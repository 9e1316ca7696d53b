"""``python -m benchmarks.fuzz [-max_total_time=300 …]``: pages torn until the reader fails, hangs or eats memory.

The seeds are the pages of the tests, libFuzzer tears them. What is found is written to the current folder (``crash-…``,
``timeout-…``); to see it again, give the file as argument. atheris comes with ``pip install '.[fuzz]'``; all of
libFuzzer's options can be given.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app.extraction"]):
    from app.extraction import explain
    from app.extraction.text import decode

from app.errors import InvalidInput
from tests.extraction.hostile import HOSTILE
from tests.extraction.test_platforms import NEIGHBOUR, PAGES

URLS = [url for url, *_ in PAGES.values()]
OPTIONS = ("-timeout=2", "-rss_limit_mb=700", "-max_len=60000", "-print_final_stats=1")


def read(data: bytes) -> None:
    """Read a page: the first byte chooses the address, the rest is what came from there."""
    url = URLS[data[0] % len(URLS)] if data else None
    try:
        explain(decode(data[1:]), url)
    except InvalidInput as error:
        if "no product found" not in str(error):
            raise


def seeds(folder: Path) -> None:
    """Write the tests' pages as files, small hostile ones among them."""
    for number, (_, head, body, _) in enumerate(PAGES.values()):
        page = f"<html><head>{head}</head><body>{body}{NEIGHBOUR}</body></html>"
        (folder / f"platform-{number}").write_bytes(bytes([number]) + page.encode())
    for number, make in enumerate(HOSTILE.values()):
        (folder / f"hostile-{number}").write_bytes(bytes([number]) + make(3000).encode())


def main() -> None:
    """Run libFuzzer on the seeds."""
    with tempfile.TemporaryDirectory(prefix="shopreel-fuzz-") as name:
        given = sys.argv[1:]
        replay = [one for one in given if not one.startswith("-")]
        if not replay:
            seeds(Path(name))
        atheris.Setup([sys.argv[0], *OPTIONS, *given, *([] if replay else [name])], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
