"""``shopreel extract`` from within: what it writes, and what it says of feeds and files that are wrong."""

import gzip
import json
from pathlib import Path

import pytest

from app.cli.extract import extract_feed
from app.errors import InvalidInput
from app.extraction import tables
from app.fetching import FetchPolicy
from tests.fetching.test_warc import http, record

FEED = b"title,price,currency\nDesk,5,EUR\n,7,EUR\nShelf,9,EUR\n"
PAGE = b'<html><h1>Desk</h1><script type="application/ld+json">{"@type": "Product", "name": "Desk"}</script></html>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feed.csv").write_bytes(FEED)
    (tmp_path / "empty.csv").write_text("title\n")
    (tmp_path / "broken.csv.gz").write_bytes(gzip.compress(b"title\n" + b"Desk\n" * 1000)[:-9])
    (tmp_path / "feed.xyz").write_bytes(FEED)
    (tmp_path / "page.html").write_bytes(PAGE)
    (tmp_path / "crawl.warc.gz").write_bytes(gzip.compress(record("/desk", http(PAGE))))
    (tmp_path / "shops.txt").write_text("http://10.0.0.1/\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "accepted"), [("feed.csv", 2), ("page.html", 1), ("crawl.warc.gz", 1), ("shops.txt", 0), ("empty.csv", 0)]
)
def test_feeds_of_every_kind(folder: Path, name: str, accepted: int) -> None:
    output = folder / "out.ndjson"
    assert extract_feed(folder / name, output, None, None, None, FetchPolicy()) == accepted
    assert len(output.read_text().splitlines()) == accepted


def test_bad_rows_are_told_and_kept_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract_feed(folder / "feed.xyz", None, "csv", folder / "bad.ndjson", None, FetchPolicy())
    printed = capsys.readouterr().out
    assert [json.loads(line)["title"] for line in printed.splitlines()] == ["Desk", "Shelf"]
    assert json.loads((folder / "bad.ndjson").read_text()) == {"row": 2, "reason": "this row has no title"}


@pytest.mark.parametrize(
    ("name", "output", "kind", "message"),
    [
        ("absent.csv", "out.csv", None, "No such file"),
        ("feed.xyz", "out.csv", None, "give --kind"),
        ("feed.csv", "out.csv", "pdf", "--kind: one of"),
        ("feed.csv", "out.xlsx", None, r"must end with \.ndjson, \.csv, \.parquet"),
        ("broken.csv.gz", "out.csv", None, "the gzip file is broken"),
        ("feed.csv", "no/such/out.csv", None, "No such file"),
        ("page.html", "out.csv", "warc", "WARC"),
        ("page.html", "out.csv", "csv", "names no title column"),
    ],
)
def test_what_is_wrong_is_told(folder: Path, name: str, output: str, kind: str | None, message: str) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(InvalidInput, match=message):
        extract_feed(folder / name, folder / output, kind, None, None, FetchPolicy())
    assert sorted(folder.iterdir()) == before


def test_parquet_without_its_library_has_a_hint(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "find_spec", lambda _: None)
    with pytest.raises(InvalidInput, match=r"pip install 'shopreel\[parquet\]'"):
        extract_feed(folder / "feed.csv", folder / "out.parquet", None, None, None, FetchPolicy())
