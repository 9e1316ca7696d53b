"""Feeds of products of every kind as records, row by row: what is parsed, and what is fetched on the way."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from app.core.telemetry import in_context
from app.errors import InvalidInput, WorkFailed
from app.extraction import Record
from app.fetching import FetchPolicy
from app.products.pages import read_product
from app.untrusted import Kind, read_feed

PAGES_AT_ONCE = 4
PAGES_AHEAD = 8
"""Fetched before the first of them is handed on; a run that is cut short fetches so many again."""


def feed(
    path: Path,
    kind: Kind,
    url: str | None,
    policy: FetchPolicy,
    skip: int = 0,
    at: Callable[[int | None], None] = lambda _: None,
) -> Generator[Record]:
    """Yield the records in a file from row ``skip`` + 1 on, of every kind.

    ``urls`` is one address a line, fetched as ``policy`` allows; ``warc`` has a row for each HTML page. ``at`` is told
    how many bytes of the file are read (None: all of them).

    Raises:
        InvalidInput: the file as a whole can't be read.
        WorkFailed: it can't be read now.
    """
    found = read_feed(path, kind, url, skip, policy.go_on)
    if kind == "urls":

        def addresses() -> Iterator[str]:
            for row in found:
                at(row.at)
                yield row.address or ""

        yield from fetched(addresses(), policy, skip, first=skip + 1)
        return
    for row in found:
        at(row.at)
        yield row.record


def fetched(urls: Iterable[str], policy: FetchPolicy, skip: int = 0, first: int = 1) -> Generator[Record]:
    """Yield the records of the pages at ``urls`` from row ``skip`` + 1 on, in their order.

    Some are fetched at the same time. ``first``: the row of the first of ``urls``.
    """

    def read(row: int, url: str) -> Record:
        try:
            return Record(row, read_product(url, policy)[0].product)
        except (InvalidInput, WorkFailed) as error:
            return Record(row, reason=str(error))

    rows = ((row, url) for row, url in enumerate(urls, first) if row > skip)
    with ThreadPoolExecutor(PAGES_AT_ONCE, thread_name_prefix="pages") as pool:
        while some := list(islice(rows, PAGES_AHEAD)):
            yield from pool.map(in_context(lambda one: read(*one)), some)
