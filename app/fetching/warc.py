"""Pages from WARC files (ISO 28500), as crawlers write them, plain or compressed, one at a time."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from app.errors import InvalidInput
from app.extraction.text import decode
from app.fetching.client import Page
from app.fetching.transport import charset_of, media_type_of

HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
READ_ENCODINGS = frozenset(("", "identity", "gzip", "x-gzip", "deflate"))
MAX_BYTES = 10_000_000
"""Of one page, after decompression; that of a fetched page."""


def read_warc(source: BinaryIO) -> Iterator[Callable[[], Page]]:
    """Yield a function for each HTML page in the file, which returns it, or raises InvalidInput and says why it can't.

    The function is to be called before the next one is asked for: the file is read once, from start to end.

    Raises:
        InvalidInput: the file is broken, here or later on, or holds no page.
    """
    found = False
    try:
        for record in ArchiveIterator(source):
            if record.rec_type in ("response", "resource") and media_type_of(_type(record)) in HTML_TYPES:
                found = True
                yield partial(_page, record)
    except (ArchiveLoadFailed, OSError, ValueError) as error:
        raise InvalidInput(f"the WARC file can't be read: {_first_words(error)}") from None
    if not found:
        raise InvalidInput("the data is no WARC file, or holds no page")


def _type(record: ArcWarcRecord) -> str:
    headers = record.http_headers or record.rec_headers
    return str(headers.get_header("Content-Type") or "")


def _page(record: ArcWarcRecord) -> Page:
    url = record.rec_headers.get_header("WARC-Target-URI")
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    if status != "200":
        raise InvalidInput(f"{url}: the server answered {status}")
    packed = (record.http_headers.get_header("Content-Encoding") or "") if record.http_headers else ""
    if packed.strip().lower() not in READ_ENCODINGS:
        raise InvalidInput(f"{url}: is packed with {packed}, which is not read")
    pieces, size = [], 0
    try:
        stream = record.content_stream()
        while piece := stream.read(65536):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_BYTES:
                raise InvalidInput(f"{url}: larger than the limit of {MAX_BYTES / 1e6:g} MB")
    except (ArchiveLoadFailed, OSError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(f"{url}: can't be read: {_first_words(error)}") from None
    return Page(url, url, 200, "text/html", decode(b"".join(pieces), charset_of(_type(record))))


def _first_words(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].removeprefix("ERROR: ") if lines else type(error).__name__
