"""Products as tables: NDJSON as it is written row by row, and from it CSV and Parquet, none of them held whole."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from app.core.spreadsheet import TableWriter
from app.errors import InvalidInput
from app.extraction.results import Record
from app.models import Product

PARQUET_HINT = "Parquet files need DuckDB: pip install 'shopreel[parquet]'"
# The types of columns that are more than text, in DuckDB's words.
TYPES = {
    "row": "BIGINT",
    "price": "DECIMAL(18, 4)",
    "list_price": "DECIMAL(18, 4)",
    "price_from": "BOOLEAN",
    "bids": "BIGINT",
    "ended": "BOOLEAN",
    "rating": "DOUBLE",
    "review_count": "BIGINT",
    "images": "VARCHAR[]",
    "categories": "VARCHAR[]",
    "features": "VARCHAR[]",
    "reviews": "VARCHAR[]",
    "specs": "MAP(VARCHAR, VARCHAR)",
    "evidence": "MAP(VARCHAR, STRUCT(source VARCHAR, confidence DOUBLE))",
}
COLUMNS = {name: TYPES.get(name, "VARCHAR") for name in ("row", *Product.model_fields)}
FORMATS = ("ndjson", "csv", "parquet")
READ_LIMIT = 32_000_000
"""Bytes of one row of NDJSON at most."""


def parquet_is_there() -> bool:
    """Tell whether Parquet files can be written."""
    return find_spec("duckdb") is not None


def line_of(record: Record) -> bytes:
    """Return a record as a line of NDJSON: the row's number with the product's fields, or with the reason."""
    content: dict[str, Any] = {"row": record.row}
    content |= record.product.model_dump(mode="json") if record.product else {"reason": record.reason}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def rows_of(source: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of such lines."""
    for line in source:
        yield json.loads(line)


def convert(source: Path, output: Path, form: str) -> None:
    """Write the products in ``source`` (lines of ``line_of``) to ``output``, as ``form`` of ``FORMATS``.

    In CSV, lists are joined by ``|``, what has names and values is JSON, and no cell is a formula; Parquet has lists
    and maps.

    Raises:
        InvalidInput: an unknown form, or Parquet where it can't be written.
    """
    if form == "ndjson":
        with source.open("rb") as rows, output.open("wb") as file:
            while piece := rows.read(1 << 20):
                file.write(piece)
    elif form == "csv":
        with source.open("rb") as rows, output.open("w", encoding="utf-8", newline="") as text:
            writer = TableWriter(text)
            writer.row(COLUMNS)
            for row in rows_of(rows):
                writer.row(_cell(row.get(name)) for name in COLUMNS)
    elif form == "parquet" and parquet_is_there():
        _parquet(source, output)
    else:
        raise InvalidInput(PARQUET_HINT if form == "parquet" else f"{form}: give one of {', '.join(FORMATS)}")


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "|".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _parquet(source: Path, output: Path) -> None:
    import duckdb

    # All that is needed is built in: nothing is to be fetched or looked up.
    with duckdb.connect(
        config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    ) as database:
        rows = database.read_json(
            str(source), columns=COLUMNS, format="newline_delimited", maximum_object_size=READ_LIMIT
        )
        rows.write_parquet(str(output), compression="zstd")
