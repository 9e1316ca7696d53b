"""Feeds: good rows become products, bad rows say why, and no row ends the run."""

import json
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.extraction import extract_records
from app.extraction.bulk import Kind

URL = "https://northwood.example/feed"


def test_csv_columns_are_known_by_many_names() -> None:
    data = (
        "Artikelname;Preis;Währung;Hersteller;Artikelnummer;Bild-URL;Verfügbarkeit;EAN;Notes\r\n"
        'Schreibtisch "Erle";1.299,00;EUR;Alder;NW-1;/a.jpg|/b.jpg;auf Lager;4006381333931;x\r\n'
    ).encode("cp1252")
    (record,) = extract_records(data, "csv", URL)
    assert record.reason is None and record.product is not None
    product = record.product
    assert (product.title, product.price, product.currency) == ('Schreibtisch "Erle"', Decimal("1299.00"), "EUR")
    assert (product.brand, product.sku, product.availability) == ("Alder", "NW-1", "InStock")
    assert product.images == ["https://northwood.example/a.jpg", "https://northwood.example/b.jpg"]
    assert product.evidence["price"].source == "csv"


def test_bad_csv_rows_are_kept_apart() -> None:
    data = b"\xef\xbb\xbfname,price\nDesk,10\nShelf,cheap\n,5\na,b,c\n\nLamp,$20\n"
    records = list(extract_records(data, "csv", None))
    assert [record.row for record in records] == [1, 2, 3, 4, 5]
    assert [record.product.title for record in records if record.product] == ["Desk", "Lamp"]
    assert [record.reason for record in records if record.reason] == [
        "price: 'cheap' can't be read",
        "this row has no title",
        "this row has 3 cells where the header has 2",
    ]
    assert records[-1].product is not None and records[-1].product.currency == "USD"


def test_a_cell_may_hold_line_breaks_and_quotes() -> None:
    (record,) = extract_records(b'title,description\n"Desk, oak","two\n""lines"""\n', "csv", None)
    assert record.product is not None and record.product.description == 'two "lines"'


def test_rows_are_read_one_at_a_time() -> None:
    data = b"title,price\n" + b"Desk,1\n" * 200_000
    assert [record.row for record in islice(extract_records(data, "csv", None), 3)] == [1, 2, 3]


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
    records = list(extract_records(text.encode(), "jsonld", URL))
    assert [record.product.title if record.product else record.reason for record in records] == [
        "Desk",
        "this row is no product but person",
        "this row is no JSON object",
        "Shelf",
    ]


def test_html_is_one_row() -> None:
    (good,) = extract_records(b"<html><h1>Desk</h1><b>EUR 5</b><button>Buy now</button>", "html", URL)
    assert good.product is not None and good.product.price == 5
    (bad,) = extract_records(b"<html><p>nothing", "html", URL)
    assert bad.reason == "no product found on this page: it has no title"


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (b"", "csv", "the data is empty"),
        (b"x", "xml", "unknown kind of data 'xml'"),
        (b"colour,size\nred,1\n", "csv", "names no title column"),
        (b"nonsense", "jsonld", "the data is not JSON"),
    ],
)
def test_data_that_cant_be_read_is_told_at_once(data: bytes, kind: Kind, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        extract_records(data, kind, None)


@given(st.binary(max_size=200), st.sampled_from(["csv", "jsonld", "html"]))
def test_any_bytes_are_survived(data: bytes, kind: Kind) -> None:
    try:
        for record in extract_records(b"title,price\n" + data if kind == "csv" else data, kind, URL):
            assert (record.product is None) == (record.reason is not None)
    except InvalidInput as error:
        assert str(error)
