"""Products in bulk: a feed read row by row, never held whole; a bad row is reported and the next one read."""

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, Literal, NamedTuple, get_args

from pydantic import ValidationError

from app.core.spreadsheet import unescaped
from app.errors import InvalidInput
from app.extraction import jsonld, schema_org, text, xml_feed
from app.extraction.columns import field_of, product_of
from app.extraction.decide import product
from app.extraction.document import Document, parse
from app.extraction.product import extract
from app.extraction.results import Record
from app.extraction.saved import saved_page
from app.models import Product

Kind = Literal["html", "jsonld", "ndjson", "csv", "xml"]
DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""A first line by which spreadsheets are told the separator."""
AMAZON = re.compile(r"TemplateType=|\"?settings=")
"""Begins the header lines of Amazon's listing files; the third one has the columns' names, unless it says which."""
AMAZON_ROWS = {name: re.compile(rf"(?<![A-Za-z]){name}=(\d{{1,2}})(?!\d)") for name in ("attributeRow", "dataRow")}
MOST_HEADERS = 20
HANDLES = frozenset(("handle", "urlhandle"))
"""The columns by which Shopify's rows of one product are told, in its old and its new export."""
PRICES = frozenset(("price", "list_price"))
MAX_MORE = 60
"""Cells with pictures that are added to a row."""
ROWS = ("products", "items", "data", "results", "entries", "resources")
"""Under these names, JSON of shops has the list of its products."""
BARE_PAGE = "<html></html>"
MAX_WHOLE_BYTES = 50_000_000
"""Of a page, or of JSON-LD in one value, which are read whole. Feeds by line may have any size."""
MAX_LINE_BYTES = 10_000_000
"""A longer line is read as several, which are bad rows then."""


Make = Callable[[], Product]
"""Reads one row; raises InvalidInput or ValidationError if it is none."""


def extract_records(source: BinaryIO, kind: Kind, url: str | None, skip: int = 0) -> Iterator[Record]:
    """Yield the records in ``source``, one at a time; one bad row never ends the run.

    Args:
        source: one HTML page; JSON-LD (one value, an array, a graph, or one value a line); NDJSON (schema.org
            products, or objects whose keys are named as columns are); CSV with a header line; or a feed in XML.
        url: where the feed is from, for relative links.
        skip: rows at the start that were seen to before; they are counted, but not read.

    Raises:
        InvalidInput: ``source`` as a whole can't be read: an unknown kind, empty, no JSON or XML at all, or CSV
            without a title column.
    """
    if kind not in get_args(Kind):
        raise InvalidInput(f"unknown kind of data {kind!r}: give one of {', '.join(get_args(Kind))}")
    readers: dict[Kind, Callable[[BinaryIO, str | None], Iterator[Make]]] = {
        "html": _html,
        "jsonld": _jsonld,
        "ndjson": _ndjson,
        "csv": _csv,
        "xml": _xml,
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
    return text.decode(_whole_bytes(source))


def _whole_bytes(source: BinaryIO) -> bytes:
    data = source.read(MAX_WHOLE_BYTES + 1)
    if len(data) > MAX_WHOLE_BYTES:
        raise InvalidInput(f"the data is larger than {MAX_WHOLE_BYTES // 1_000_000} MB; give it as NDJSON or CSV")
    if not data.strip():
        raise InvalidInput("the data is empty")
    return data


def _html(source: BinaryIO, url: str | None) -> Iterator[Make]:
    page, saved_from = saved_page(_whole_bytes(source))
    return iter((partial(extract, page, url or saved_from),))


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
    return (partial(_from_value, value, document, "jsonld") for value in _rows(values[0]))


def _ndjson(source: BinaryIO, url: str | None) -> Iterator[Make]:
    found = (line for line in lines(source) if line.strip())
    first = next(found, None)
    if first is None:
        raise InvalidInput("the data is empty")
    document = parse(BARE_PAGE, url)
    if first.lstrip()[:1] == "[" and (whole := _whole_array(source)) is not None:
        return (partial(_from_value, value, document, "ndjson") for value in whole)
    return (partial(_from_line, line, document) for line in chain([first], found))


def _whole_array(source: BinaryIO) -> list[Any] | None:
    """Return the rows of a file that is one array, rather than a value a line."""
    place = source.tell()
    source.seek(0)
    value = _strict(_whole(source))
    source.seek(place)
    return value if isinstance(value, list) else None


def _from_line(line: str, document: Document) -> Product:
    value = _strict(line)
    return _bad("this row is not JSON") if value is None else _from_value(value, document, "ndjson")


def _from_value(value: Any, document: Document, kind: Kind) -> Product:
    """Read an item of schema.org, or an object whose keys are named as columns are."""
    if not isinstance(value, dict) or schema_org.types(value):
        return _from_item(value, document)
    if "title" not in {field_of(name) for name in value}:
        return _bad("this row is no product but without @type" if kind == "jsonld" else "this row has no title")
    return product_of(_columns(value), kind, document)


def _columns(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the names and cells of an object; of its variants, those of the first."""
    for name, one in value.items():
        if isinstance(one, list) and one and isinstance(one[0], dict) and name in ("variants", "skus"):
            yield from ((f"variant {inner}", _cell(cell)) for inner, cell in one[0].items())
        else:
            yield name, _cell(one)


def _cell(value: Any) -> str:
    """Return a JSON value as a cell of a table has it."""
    if isinstance(value, list):
        return "|".join(_cell(one) for one in value)
    if isinstance(value, bool):
        return "InStock" if value else "OutOfStock"  # the one column of a table that is so asked
    if isinstance(value, dict):
        found = next((str(value[name]) for name in INNER if isinstance(value.get(name), (str, int, float))), "")
        code = value.get("currency")
        return f"{found} {code}" if isinstance(code, str) and MONEY & value.keys() else found
    return "" if value is None else str(value)


INNER = ("src", "url", "name", "title", "value", "amount")
"""What of an object within a row stands for it: a picture's address, a brand's name, an amount."""
MONEY = frozenset(("value", "amount"))
"""Beside one of them, the currency belongs to the cell."""


def _strict(source: str) -> Any:
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None


def _rows(value: Any) -> list[Any]:
    """Return the entries of an array, a graph or an ItemList; anything else is one row."""
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(value.get("product"), dict):
            return [value["product"]]
        names = ("@graph", "itemListElement", *(() if schema_org.types(value) else ROWS))
        entries = next((value[name] for name in names if isinstance(value.get(name), list)), None)
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
    named = SEPARATOR.fullmatch(header.strip("\ufeff\r\n "))
    before = between = 0
    if AMAZON.match(header):
        said = {name: int(match[1]) for name, row in AMAZON_ROWS.items() if (match := row.search(header))}
        before = said.get("attributeRow", 3) - 1
        between = said.get("dataRow", 0) - before - 2
    for _ in range(1 if named else min(before, MOST_HEADERS)):
        header = next(found, "")
    # A cell may hold line breaks, which the reader finds by itself.
    reader = csv.reader(chain([header], found), delimiter=named[1] if named else max(DELIMITERS, key=header.count))
    names = next(reader, [])
    for _ in range(min(between, MOST_HEADERS)):
        next(reader, None)
    if "title" not in map(field_of, names):
        raise InvalidInput("the CSV file's first line names no title column (such as title, name, product name)")
    return _csv_products(_csv_rows(reader, names), names, parse(BARE_PAGE, url))


def _xml(source: BinaryIO, url: str | None) -> Iterator[Make]:
    found = xml_feed.items(source)
    first = next(found, None)
    if first is None:
        raise InvalidInput("the XML holds no items of a feed")
    return _xml_products(chain([first], found), parse(BARE_PAGE, url))


def _xml_products(found: Iterator[list[tuple[str, str]]], document: Document) -> Iterator[Make]:
    try:
        for cells in found:
            yield partial(product_of, cells, "xml", document)
    except InvalidInput as error:
        # The items before it were whole.
        yield partial(_bad, str(error))


Row = list[tuple[str, str]] | str
"""The cells of a row by the names of their columns, or why they are none."""


def _csv_products(rows: Iterator[Row], names: list[str], document: Document) -> Iterator[Make]:
    """Yield a reader for each product: of a row, or of it and the rows after it that belong to it."""
    columns = _columns_of(names)
    product: Row | None = None
    for row in rows:
        if isinstance(product, list) and isinstance(row, list) and (fields := _adds(row, product, columns)):
            if len(product) < len(names) + MAX_MORE:
                product += [(name, cell) for name, cell in row if field_of(name) in fields and cell]
            continue
        if product is not None:
            yield _made(product, document)
        product = row
    if product is not None:
        yield _made(product, document)


class _Columns(NamedTuple):
    """Places of the columns that say which rows are of one product; -1: there is none."""

    title: int
    handle: int
    parent: int
    id: int
    sku: int


def _columns_of(names: list[str]) -> _Columns:
    keys = [text.squeeze(name) for name in names]
    fields = [field_of(name) for name in names]

    def place(*found: bool) -> int:
        return next((number for number, one in enumerate(found) if one), -1)

    return _Columns(
        fields.index("title"),
        place(*(key in HANDLES for key in keys)),
        place(*(field == "parent" for field in fields)),
        place(*(key == "id" for key in keys)),
        place(*(field == "sku" and key != "id" for field, key in zip(fields, keys, strict=True))),
    )


def _adds(row: list[tuple[str, str]], product: list[tuple[str, str]], columns: _Columns) -> frozenset[str]:
    """Return the fields that a row adds to the product before it; none: it is a product of its own.

    Shopify's rows of further pictures have the product's handle and no title; WooCommerce's variations name their
    parent, by number or id, and have the prices that it lacks.
    """
    if (
        columns.handle >= 0
        and row[columns.handle][1] == product[columns.handle][1]
        and not row[columns.title][1].strip()
    ):
        return frozenset(("images",))
    parent = row[columns.parent][1].strip() if columns.parent >= 0 else ""
    if not parent or parent not in (f"id:{product[columns.id][1]}", product[columns.sku][1].strip()):
        return frozenset()
    priced = any(field_of(name) in PRICES and cell.strip() for name, cell in product)
    return frozenset(("images",)) if priced else frozenset(("images", *PRICES))


def _made(row: Row, document: Document) -> Make:
    return partial(_bad, row) if isinstance(row, str) else partial(product_of, row, "csv", document)


def _csv_rows(reader: Iterator[list[str]], names: list[str]) -> Iterator[Row]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"this row is not CSV: {error}"
            continue
        if len(cells) != len(names) and any(cell.strip() for cell in cells):
            yield f"this row has {len(cells)} cells where the header has {len(names)}"
        elif any(cell.strip() for cell in cells):
            yield list(zip(names, map(unescaped, cells), strict=True))
