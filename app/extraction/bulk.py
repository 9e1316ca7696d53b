"""Products in bulk: a feed read row by row, never held whole; a bad row is reported and the next one read."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, Literal, get_args

from pydantic import ValidationError

from app.errors import InvalidInput
from app.extraction import jsonld, schema_org, text
from app.extraction.columns import field_of, product_of
from app.extraction.decide import product
from app.extraction.document import Document, parse
from app.extraction.product import extract
from app.models import Product
from app.spreadsheet import unescaped

Kind = Literal["html", "jsonld", "ndjson", "csv"]
DELIMITERS = ",;\t|"
BARE_PAGE = "<html></html>"
MAX_WHOLE_BYTES = 50_000_000
"""Of a page, or of JSON-LD in one value, which are read whole. Feeds by line may have any size."""
MAX_LINE_BYTES = 10_000_000
"""A longer line is read as several, which are bad rows then."""


@dataclass(frozen=True)
class Record:
    """One row of a feed, counted from 1 (a CSV file's header is no row): a product, or the reason why it is none."""

    row: int
    product: Product | None = None
    reason: str | None = None


Make = Callable[[], Product]
"""Reads one row; raises InvalidInput or ValidationError if it is none."""


def extract_records(source: BinaryIO, kind: Kind, url: str | None, skip: int = 0) -> Iterator[Record]:
    """Yield the records in ``source``, one at a time; one bad row never ends the run.

    Args:
        source: one HTML page; JSON-LD (one value, an array, a graph, or one value a line); NDJSON (schema.org
            products, or objects whose keys are named as columns are); or CSV with a header line.
        url: where the feed is from, for relative links.
        skip: rows at the start that were seen to before; they are counted, but not read.

    Raises:
        InvalidInput: ``source`` as a whole can't be read: an unknown kind, empty, no JSON at all, or CSV without a
            title column.
    """
    if kind not in get_args(Kind):
        raise InvalidInput(f"unknown kind of data {kind!r}: give one of {', '.join(get_args(Kind))}")
    readers: dict[Kind, Callable[[BinaryIO, str | None], Iterator[Make]]] = {
        "html": _html,
        "jsonld": _jsonld,
        "ndjson": _ndjson,
        "csv": _csv,
    }
    return records(readers[kind](source, url), skip)


def records(makes: Iterator[Make], skip: int = 0) -> Iterator[Record]:
    """Yield what each of ``makes`` makes, or why it makes nothing, without the first ``skip`` of them."""
    for row, make in enumerate(makes, 1):
        if row <= skip:
            continue
        try:
            yield Record(row, product=make())
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_context=False)[0]
            yield Record(row, reason=f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}")
        except InvalidInput as error:
            yield Record(row, reason=str(error))


def lines(source: BinaryIO) -> Iterator[str]:
    """Yield the lines of a text in UTF-8, UTF-16 with a byte order mark, or Windows-1252, told apart line by line."""
    start = source.read(2)
    source.seek(0)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        with io.TextIOWrapper(source, "utf-16", "replace", newline="") as decoded:
            yield from iter(partial(decoded.readline, MAX_LINE_BYTES), "")
        return
    for number, line in enumerate(iter(partial(source.readline, MAX_LINE_BYTES), b"")):
        bare = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
        try:
            yield bare.decode()
        except UnicodeDecodeError:
            yield bare.decode("cp1252", "replace")


def _bad(reason: str) -> Product:
    raise InvalidInput(reason)


def _whole(source: BinaryIO) -> str:
    data = source.read(MAX_WHOLE_BYTES + 1)
    if len(data) > MAX_WHOLE_BYTES:
        raise InvalidInput(f"the data is larger than {MAX_WHOLE_BYTES // 1_000_000} MB; give it as NDJSON or CSV")
    if not data.strip():
        raise InvalidInput("the data is empty")
    return text.decode(data)


def _html(source: BinaryIO, url: str | None) -> Iterator[Make]:
    return iter((partial(extract, _whole(source), url),))


def _jsonld(source: BinaryIO, url: str | None) -> Iterator[Make]:
    content = _whole(source)
    document = parse(BARE_PAGE, url)
    one_a_line = [line for line in content.splitlines() if line.strip()]
    whole = _strict(content)
    if whole is None and len(one_a_line) > 1 and _strict(one_a_line[0]) is not None:
        return (partial(_from_item, next(iter(jsonld.load(line)), None), document) for line in one_a_line)
    values = [whole] if whole is not None else jsonld.load(content)
    if not values:
        raise InvalidInput("the data is not JSON")
    return (partial(_from_item, value, document) for value in _rows(values[0]))


def _ndjson(source: BinaryIO, url: str | None) -> Iterator[Make]:
    found = (line for line in lines(source) if line.strip())
    first = next(found, None)
    if first is None:
        raise InvalidInput("the data is empty")
    document = parse(BARE_PAGE, url)
    return (partial(_from_line, line, document) for line in chain([first], found))


def _from_line(line: str, document: Document) -> Product:
    value = _strict(line)
    if value is None:
        return _bad("this row is not JSON")
    if not isinstance(value, dict) or schema_org.types(value):
        return _from_item(value, document)
    return product_of(((name, _cell(one)) for name, one in value.items()), "ndjson", document)


def _cell(value: Any) -> str:
    """Return a JSON value as a cell of a table has it."""
    if isinstance(value, list):
        return "|".join(_cell(one) for one in value)
    if isinstance(value, bool):
        return "InStock" if value else "OutOfStock"  # the one column of a table that is so asked
    return "" if value is None or isinstance(value, dict) else str(value)


def _strict(source: str) -> Any:
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None


def _rows(value: Any) -> list[Any]:
    """Return the entries of an array, a graph or an ItemList; anything else is one row."""
    if isinstance(value, dict):
        entries = value.get("@graph") or value.get("itemListElement")
        if isinstance(entries, list):
            return [one.get("item", one) if isinstance(one, dict) else one for one in entries]
    return value if isinstance(value, list) else [value]


def _from_item(value: Any, document: Document) -> Product:
    if not isinstance(value, dict):
        return _bad("this row is no JSON object")
    if not schema_org.types(value) & schema_org.PRODUCT_TYPES:
        return _bad(f"this row is no product but {', '.join(sorted(schema_org.types(value))) or 'without @type'}")
    own = schema_org.string(value.get("url"))
    found = schema_org.candidates(jsonld.items([value]), document, jsonld.SOURCE, jsonld.CONFIDENCE)
    return product(found, (document.absolute(own) if own else None) or document.url)


def _csv(source: BinaryIO, url: str | None) -> Iterator[Make]:
    found = lines(source)
    header = next((line for line in found if line.strip()), None)
    if header is None:
        raise InvalidInput("the data is empty")
    # A cell may hold line breaks, which the reader finds by itself.
    reader = csv.reader(chain([header], found), delimiter=max(DELIMITERS, key=header.count))
    names = next(reader, [])
    if "title" not in map(field_of, names):
        raise InvalidInput("the CSV file's first line names no title column (such as title, name, product name)")
    return _csv_rows(reader, names, parse(BARE_PAGE, url))


def _csv_rows(reader: Iterator[list[str]], names: list[str], document: Document) -> Iterator[Make]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield partial(_bad, f"this row is not CSV: {error}")
            continue
        if len(cells) != len(names) and any(cell.strip() for cell in cells):
            yield partial(_bad, f"this row has {len(cells)} cells where the header has {len(names)}")
        elif any(cell.strip() for cell in cells):
            yield partial(product_of, list(zip(names, map(unescaped, cells), strict=True)), "csv", document)
