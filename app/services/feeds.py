"""Feeds of products of every kind as records, row by row: what is parsed, and what is fetched on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from app.errors import InvalidInput, WorkFailed
from app.extraction import Record, extract, extract_records
from app.extraction.bulk import Kind as ParsedKind
from app.extraction.bulk import lines, records
from app.fetching import FetchPolicy, Page
from app.fetching.warc import read_warc
from app.models import Product
from app.services.product_pages import read_product
from app.telemetry import in_context

Kind = Literal["html", "jsonld", "ndjson", "csv", "warc", "urls"]
SUFFIXES: dict[str, Kind] = {
    ".html": "html",
    ".htm": "html",
    ".json": "jsonld",
    ".jsonld": "jsonld",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".tsv": "csv",
    ".warc": "warc",
    ".txt": "urls",
}
PAGES_AT_ONCE = 4
PAGES_AHEAD = 8
"""Fetched before the first of them is handed on; a run that is cut short fetches so many again."""


def kind_of(path: Path) -> Kind:
    """Return the kind of feed that a file's name tells.

    Raises:
        InvalidInput: it tells none.
    """
    name = path.name.lower().removesuffix(".gz")
    kind = SUFFIXES.get(Path(name).suffix)
    if kind is None:
        raise InvalidInput(f"{path}: the name tells no kind of data ({', '.join(SUFFIXES)}); give --kind")
    return kind


def feed(source: BinaryIO, kind: Kind, url: str | None, policy: FetchPolicy, skip: int = 0) -> Iterator[Record]:
    """Yield the records in ``source`` from row ``skip`` + 1 on, as ``extract_records`` does, of every kind.

    ``urls`` is one address a line, fetched as ``policy`` allows; ``warc`` has a row for each HTML page.

    Raises:
        InvalidInput: ``source`` as a whole can't be read.
    """
    if kind == "urls":
        found = (line.strip() for line in lines(source))
        return fetched((line for line in found if line and not line.startswith("#")), policy, skip)
    if kind == "warc":
        return records((partial(_archived, page) for page in read_warc(source)), skip)
    if kind not in get_args(ParsedKind):
        raise InvalidInput(f"unknown kind of data {kind!r}: give one of {', '.join(get_args(Kind))}")
    return extract_records(source, kind, url, skip)


def fetched(urls: Iterable[str], policy: FetchPolicy, skip: int = 0) -> Iterator[Record]:
    """Yield the records of the pages at ``urls``, some of which are fetched at the same time, in their order."""

    def read(row: int, url: str) -> Record:
        try:
            return Record(row, read_product(url, policy)[0].product)
        except (InvalidInput, WorkFailed) as error:
            return Record(row, reason=str(error))

    rows = islice(enumerate(urls, 1), skip, None)
    with ThreadPoolExecutor(PAGES_AT_ONCE, thread_name_prefix="pages") as pool:
        while some := list(islice(rows, PAGES_AHEAD)):
            yield from pool.map(in_context(lambda one: read(*one)), some)


def _archived(read: Callable[[], Page]) -> Product:
    page = read()
    return extract(page.html, page.final_url)
