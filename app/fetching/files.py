"""Saved pages: an HTML file on disk, plain or gzipped, or in a WARC file, as if it had been fetched."""

import gzip
import zlib
from pathlib import Path

from app.errors import InvalidInput
from app.extraction.document import parse
from app.extraction.saved import saved_page
from app.fetching.client import Page
from app.fetching.guard import BARE
from app.fetching.warc import read_warc

GZIP = b"\x1f\x8b"
MAX_BYTES = 10_000_000
"""After decompression; that of a fetched page."""


def read_page_file(path: Path) -> Page:
    """Return the page in ``path``, plain or in MHTML.

    Its address is the one that it was saved from, if browsers note it, else the one that it gives itself (canonical
    link, og:url), or None.

    Of a WARC file (``.warc``, ``.warc.gz``), the first page with the address that it was fetched from.

    The charset is that of a byte order mark, of the page's meta element, UTF-8 or Windows-1252, in this order.

    Raises:
        InvalidInput: there is no such file, it can't be read, is too large, broken, or is no HTML.
    """
    if path.name.lower().removesuffix(".gz").endswith(".warc"):
        return _first_archived(path)
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
        with gzip.open(path, "rb") if packed else path.open("rb") as source:
            data = source.read(MAX_BYTES + 1)
    except FileNotFoundError:
        hint = f"; a page on the web is https://{path}" if BARE.match(str(path)) else ""
        raise InvalidInput(f"{path}: there is no such file{hint}") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidInput(f"{path}: the gzip file is broken ({error})") from None
    except OSError as error:
        raise InvalidInput(f"{path}: the file can't be read ({error.strerror or error})") from None
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"{path}: larger than the limit of {MAX_BYTES / 1e6:g} MB")
    try:
        html, url = saved_page(data)
        url = url or parse(html, None).url
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {str(error).rpartition(': ')[2]}") from None
    return Page(url, url, 200, "text/html", html)


def _first_archived(path: Path) -> Page:
    try:
        with path.open("rb") as source:
            return next(read_warc(source))()
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error}") from None
    except OSError as error:
        raise InvalidInput(f"{path}: the file can't be read ({error.strerror or error})") from None
