"""The rows of a file of every kind, plain or gzipped, as the child reads them: products, or addresses of pages."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import BinaryIO, cast, get_args

from app.errors import InvalidInput
from app.extraction import Record, extract, extract_records
from app.extraction.bulk import Kind as ParsedKind
from app.extraction.bulk import lines, records
from app.fetching import Page
from app.fetching.warc import read_warc
from app.models import Product
from app.untrusted.kinds import Kind

GZIP = b"\x1f\x8b"


def rows(raw: BinaryIO, kind: str, url: str | None, skip: int) -> Iterator[Record | str]:
    """Yield the records in ``raw`` from row ``skip`` + 1 on; of kind ``urls``, the addresses.

    ``warc`` has a row for each HTML page.

    Raises:
        InvalidInput: the data as a whole can't be read.
    """
    if kind not in get_args(Kind):
        raise InvalidInput(f"unknown kind of data {kind!r}: give one of {', '.join(get_args(Kind))}")
    packed = raw.read(2) == GZIP
    raw.seek(0)
    try:
        # A WARC file is compressed record by record, which its reader sees to.
        source = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed and kind != "warc" else raw
        if kind == "urls":
            found = (line.strip() for line in lines(source))
            yield from islice((line for line in found if line and not line.startswith("#")), skip, None)
        elif kind == "warc":
            yield from records((partial(_archived, page) for page in read_warc(source)), skip)
        else:
            yield from extract_records(source, cast(ParsedKind, kind), url, skip)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidInput(f"the gzip file is broken ({error})") from None


def _archived(read: Callable[[], Page]) -> Product:
    page = read()
    return extract(page.html, page.final_url)
