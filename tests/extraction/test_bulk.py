"""Feeds: good rows become products, bad rows say why, and no row ends the run."""

import csv
import json
import tracemalloc
from decimal import Decimal
from io import BytesIO
from itertools import islice
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.extraction import extract_records, tables
from app.extraction.bulk import Kind

URL = "https://northwood.example/feed"


def test_csv_columns_are_known_by_many_names() -> None:
    data = (
        "Artikelname;Preis;Währung;Hersteller;Artikelnummer;Bild-URL;Verfügbarkeit;EAN;Notes\r\n"
        'Schreibtisch "Erle";1.299,00;EUR;Alder;NW-1;/a.jpg|/b.jpg;auf Lager;4006381333931;x\r\n'
    ).encode("cp1252")
    (record,) = extract_records(BytesIO(data), "csv", URL)
    assert record.reason is None and record.product is not None
    product = record.product
    assert (product.title, product.price, product.currency) == ('Schreibtisch "Erle"', Decimal("1299.00"), "EUR")
    assert (product.brand, product.sku, product.availability) == ("Alder", "NW-1", "InStock")
    assert product.images == ["https://northwood.example/a.jpg", "https://northwood.example/b.jpg"]
    assert product.evidence["price"].source == "csv"


def test_bad_csv_rows_are_kept_apart() -> None:
    data = b"\xef\xbb\xbfname,price\nDesk,10\nShelf,cheap\n,5\na,b,c\n\nLamp,$20\n"
    records = list(extract_records(BytesIO(data), "csv", None))
    assert [record.row for record in records] == [1, 2, 3, 4, 5]
    assert [record.product.title for record in records if record.product] == ["Desk", "Lamp"]
    assert [record.reason for record in records if record.reason] == [
        "price: 'cheap' can't be read",
        "this row has no title",
        "this row has 3 cells where the header has 2",
    ]
    assert records[-1].product is not None and records[-1].product.currency == "USD"


def test_a_cell_may_hold_line_breaks_and_quotes() -> None:
    (record,) = extract_records(BytesIO(b'title,description\n"Desk, oak","two\n""lines"""\n'), "csv", None)
    assert record.product is not None and record.product.description == 'two "lines"'


def test_rows_are_read_one_at_a_time() -> None:
    data = b"title,price\n" + b"Desk,1\n" * 200_000
    assert [record.row for record in islice(extract_records(BytesIO(data), "csv", None), 3)] == [1, 2, 3]


@pytest.mark.parametrize("form", ["array", "graph", "lines", "list"])
def test_json_ld_in_every_form(form: str) -> None:
    good = {"@type": "Product", "name": "Desk", "offers": {"price": 5, "priceCurrency": "EUR"}}
    rows = [good, {"@type": "Person", "name": "Ada"}, 7, good | {"name": "Shelf"}]
    text = {
        "array": json.dumps(rows),
        "graph": json.dumps({"@graph": rows}),
        "lines": "\n".join(map(json.dumps, rows)),
        "list": json.dumps(
            {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": row} for row in rows]}
        ),
    }[form]
    records = list(extract_records(BytesIO(text.encode()), "jsonld", URL))
    assert [record.product.title if record.product else record.reason for record in records] == [
        "Desk",
        "this row is no product but person",
        "this row is no JSON object",
        "Shelf",
    ]


def test_html_is_one_row() -> None:
    (good,) = extract_records(BytesIO(b"<html><h1>Desk</h1><b>EUR 5</b><button>Buy now</button>"), "html", URL)
    assert good.product is not None and good.product.price == 5
    (bad,) = extract_records(BytesIO(b"<html><p>nothing"), "html", URL)
    assert bad.reason == "no product found on this page: it has no title"


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (b"", "csv", "the data is empty"),
        (b"x", "pdf", "unknown kind of data 'pdf'"),
        (b"colour,size\nred,1\n", "csv", "names no title column"),
        (b"nonsense", "jsonld", "the data is not JSON"),
    ],
)
def test_data_that_cant_be_read_is_told_at_once(data: bytes, kind: Kind, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        extract_records(BytesIO(data), kind, None)


@given(st.binary(max_size=200), st.sampled_from(["csv", "jsonld", "ndjson", "html"]))
def test_any_bytes_are_survived(data: bytes, kind: Kind) -> None:
    try:
        for record in extract_records(BytesIO(b"title,price\n" + data if kind == "csv" else data), kind, URL):
            assert (record.product is None) == (record.reason is not None)
    except InvalidInput as error:
        assert str(error)


def test_rows_that_were_seen_to_are_skipped_but_counted() -> None:
    data = b"title,price\n" + b"".join(f"Desk {number},{number}\n".encode() for number in range(1, 8))
    found = list(extract_records(BytesIO(data), "csv", None, skip=5))
    assert [(record.row, record.product.title) for record in found if record.product] == [(6, "Desk 6"), (7, "Desk 7")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_feed_may_be_in_any_common_encoding(encoding: str) -> None:
    data = 'title,price\nGröße "L",5\n'.encode(encoding)
    (record,) = extract_records(BytesIO(data), "csv", None)
    assert record.product is not None and record.product.title == 'Größe "L"'


def test_ndjson_rows_are_products_of_schema_org_or_objects_with_columns() -> None:
    rows = [
        {"@type": "Product", "name": "Desk", "offers": {"price": 5, "priceCurrency": "EUR"}},
        {"Product name": "Shelf", "price": 12.5, "Currency": "EUR", "in stock": False, "images": ["/a.jpg", "/b.jpg"]},
        {"price": 5},
        [1],
        {"name": "Lamp", "price": None, "brand": {"name": "x"}},
    ]
    data = "\n".join([*map(json.dumps, rows), "", "{broken"]).encode()
    found = list(extract_records(BytesIO(data), "ndjson", URL))
    titles = [record.product.title if record.product else record.reason for record in found]
    assert titles == [
        "Desk",
        "Shelf",
        "this row has no title",
        "this row is no JSON object",
        "Lamp",
        "this row is not JSON",
    ]
    shelf = found[1].product
    assert shelf is not None
    assert (shelf.price, shelf.availability, len(shelf.images)) == (Decimal("12.5"), "OutOfStock", 2)


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Twenty megabytes of rows are read with a small part of that."""
    path = tmp_path / "feed.csv"
    path.write_bytes(b"title,price\n" + b"Desk with a long name that fills the row,1\n" * 480_000)
    with path.open("rb") as source:
        records = extract_records(source, "csv", None, skip=479_000)
        next(records)
        tracemalloc.start()
        assert sum(1 for _ in records) == 999
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 2_000_000


def test_tables_hold_what_was_extracted(tmp_path: Path) -> None:
    feed = (
        "title,price,currency,images,features,description\n"
        'Desk,1299.50,EUR,https://a.example/1.jpg|https://a.example/2.jpg,oak|steel,"two ""lines"""\n'
        "Shelf,,,,,\n"
    )
    source = tmp_path / "products.ndjson"
    records = list(extract_records(BytesIO(feed.encode()), "csv", URL))
    source.write_bytes(b"".join(map(tables.line_of, records)))
    for form in tables.FORMATS:
        tables.convert(source, tmp_path / f"out.{form}", form)
    assert (tmp_path / "out.ndjson").read_bytes() == source.read_bytes()

    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        desk, shelf = csv.DictReader(file)
    assert (desk["title"], desk["price"], desk["features"]) == ("Desk", "1299.5", "oak|steel")
    assert (shelf["row"], shelf["price"]) == ("2", "")
    with (tmp_path / "out.csv").open("rb") as again:
        found = [record.product for record in extract_records(again, "csv", URL)]
    assert [one.images for one in found if one] == [record.product.images for record in records if record.product]

    with duckdb.connect() as database:
        columns = database.read_parquet(str(tmp_path / "out.parquet"))
        assert list(columns.columns) == list(tables.COLUMNS)
        rows = columns.project("row, title, price, images, evidence").fetchall()
    assert rows[0][:4] == (1, "Desk", Decimal("1299.5000"), ["https://a.example/1.jpg", "https://a.example/2.jpg"])
    assert rows[0][4]["price"] == {"source": "csv", "confidence": 0.9}
    assert rows[1][2] is None


def test_a_table_may_be_empty(tmp_path: Path) -> None:
    (tmp_path / "none.ndjson").write_bytes(b"")
    for form in tables.FORMATS:
        tables.convert(tmp_path / "none.ndjson", tmp_path / f"out.{form}", form)
        assert (tmp_path / f"out.{form}").exists()
    with pytest.raises(InvalidInput, match="xlsx: give one of ndjson, csv, parquet"):
        tables.convert(tmp_path / "none.ndjson", tmp_path / "out.xlsx", "xlsx")
