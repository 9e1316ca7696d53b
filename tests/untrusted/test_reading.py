"""The child that reads what strangers wrote: its answers are the functions', and nothing harms more than itself."""

import gzip
import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.analysis.text import analyze_plain_text, analyze_text
from app.config import get_settings
from app.errors import Cancelled, InvalidInput, WorkFailed
from app.extraction import explain, extract_records
from app.untrusted import analyze_words, read_feed, read_page
from app.untrusted.process import TooCostly, readers
from tests.extraction.hostile import HOSTILE
from tests.extraction.test_platforms import NEIGHBOUR, PAGES

SEEDS = [
    (f"<html><head>{head}</head><body>{body}{NEIGHBOUR}</body></html>", url) for url, head, body, _ in PAGES.values()
]
GOOD = '{"title": "Oak desk", "price": "5.00", "currency": "EUR"}\n'
COSTLY = '{"title": "Oak desk", "price": [' + "{}," * 1_500_000 + "{}]}\n"
"""Five megabytes of text, over a hundred as objects."""


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that sets the limits of the child."""

    def limit(**values: int) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name.upper(), str(value))
        get_settings.cache_clear()

    return limit


def test_it_reads_as_the_functions_do_with_one_child_for_all() -> None:
    for html, url in SEEDS:
        assert read_page(html, url, explained=True).found == explain(html, url)
        plain = read_page(html, url).found
        assert plain == replace(explain(html, url), fields={})
    product = explain(*SEEDS[0]).product
    assert analyze_words(product) == analyze_text(product)
    assert analyze_words("The best cup. It holds 0.3 l.") == analyze_plain_text("The best cup. It holds 0.3 l.")
    assert len(readers.idle()) == 1


def test_the_shop_is_asked_once_and_its_answer_weighed() -> None:
    page, url = next((html, url) for html, url in SEEDS if "shopify" in html.lower())
    said = json.dumps({"title": "Asked for", "price": 999, "available": True, "variants": [{"sku": "A-1"}]})
    asked: list[str] = []

    def ask(address: str) -> str:
        asked.append(address)
        return said

    found = read_page(page, url, ask, explained=True).found
    assert asked == [url.partition("?")[0] + ".js"]
    assert found == explain(page, url, said)


def test_why_a_page_shows_no_product_is_told() -> None:
    read = read_page("<html><h1>News</h1><script>go()</script></html>", None)
    assert (read.found, read.scripted) == (None, True)
    assert "no product found" in str(read.error)
    assert not read_page('<html><h1>x</h1><script type="application/ld+json">{}</script>', None).scripted
    assert "it is empty" in str(read_page(" ", None).error)


def test_what_takes_too_long_ends_the_child_alone_and_is_not_tried_again(limits: Callable[..., None]) -> None:
    limits(page_cpu_seconds=1)
    with pytest.raises(TooCostly, match="over 1 s of computing") as caught:
        # Not a page: of that so little is read that it may be done within the second, and what the child is given over.
        analyze_words("The best steel cup holds 0.3 l of tea. " * 60_000)
    assert not caught.value.retryable
    limits(page_cpu_seconds=60)  # a second may be too little for any page on a slow machine
    assert read_page(*SEEDS[0]).found is not None


def test_what_takes_too_much_memory_does_too(limits: Callable[..., None]) -> None:
    limits(page_memory_megabytes=200)
    with pytest.raises(TooCostly, match="memory") as caught:
        read_page(f'<html><h1>x</h1><script type="application/ld+json">{COSTLY}</script>', SEEDS[0][1])
    assert not caught.value.retryable
    assert read_page(*SEEDS[0]).found is not None


def test_a_costly_row_is_a_bad_row_and_the_next_is_read(tmp_path: Path, limits: Callable[..., None]) -> None:
    limits(page_memory_megabytes=200)
    content = (GOOD + COSTLY + GOOD).encode()
    path = tmp_path / "feed.ndjson.gz"
    path.write_bytes(gzip.compress(content, 1))
    rows = [row.record for row in read_feed(path, "ndjson", None)]
    assert [(one.row, one.product is not None) for one in rows] == [(1, True), (2, False), (3, True)]
    assert "too costly to read" in (rows[1].reason or "")


def test_a_feed_of_costly_rows_is_given_up(tmp_path: Path, limits: Callable[..., None]) -> None:
    limits(page_memory_megabytes=200)
    path = tmp_path / "feed.ndjson"
    path.write_text(COSTLY * 3)
    with pytest.raises(TooCostly, match="from row 2 on"):
        list(read_feed(path, "ndjson", None))


def test_a_feed_is_read_as_the_function_does(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("title,price,currency\nSteel cup,12.50,EUR\n,3,EUR\nTin bowl,8,EUR\n")
    with path.open("rb") as source:
        wanted = list(extract_records(source, "csv", None))
    assert [row.record for row in read_feed(path, "csv", None)] == wanted
    assert [row.record for row in read_feed(path, "csv", None, skip=2)] == wanted[2:]
    assert [row.address for row in read_feed(path, "urls", None, skip=2)] == [",3,EUR", "Tin bowl,8,EUR"]
    with pytest.raises(InvalidInput, match="not JSON"):
        list(read_feed(path, "jsonld", None))


def test_a_child_that_somebody_killed_may_be_tried_again() -> None:
    read_page(*SEEDS[0])

    def kill() -> None:
        for pid in {*readers.idle(), *busy()}:
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(WorkFailed, match="SIGKILL") as caught:
        read_page(HOSTILE["json list bomb"](10_000_000), None, go_on=kill)
    assert caught.value.retryable


def test_what_go_on_raises_ends_the_child() -> None:
    def cancel() -> None:
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        read_page(HOSTILE["json list bomb"](10_000_000), None, go_on=cancel)
    assert busy() == set()


def busy() -> set[int]:
    """Return the process ids of the readers that have something to do."""
    found = set()
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it ends while it is looked at
            if "app.untrusted" in process.cmdline() and process.pid not in readers.idle():
                found.add(process.pid)
    return found
