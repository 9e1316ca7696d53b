"""Saved pages from disk."""

import gzip
import plistlib
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.fetching import FetchPolicy, files, guard, read_page_file

PAGE = '<html><head><link rel="canonical" href="https://northwood.example/desk"></head><h1>Größe</h1></html>'


@pytest.mark.parametrize(
    "data",
    [
        PAGE.encode(),
        PAGE.encode("utf-8-sig"),
        PAGE.encode("utf-16"),
        PAGE.encode("cp1252"),
        gzip.compress(PAGE.encode()),
    ],
    ids=["utf-8", "bom", "utf-16", "cp1252", "gzip"],
)
def test_a_saved_page_is_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(data)
    page = read_page_file(path)
    assert page.html == PAGE
    assert (page.url, page.final_url, page.status) == ("https://northwood.example/desk", page.url, 200)


def test_the_pages_own_charset_counts(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes('<meta charset="windows-1250"><h1>Příliš</h1>'.encode("cp1250"))
    page = read_page_file(path)
    assert "Příliš" in page.html
    assert page.url is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, "it is not HTML"),
        (b'{"name": "desk"}', "it is not HTML"),
        (gzip.compress(PAGE.encode() * 50)[:-20], "the gzip file is broken"),
        (b"\x1f\x8bnonsense", "the gzip file is broken"),
    ],
)
def test_what_is_no_page_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=message) as caught:
        read_page_file(path)
    assert "page.html" in str(caught.value)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no such file"):
        read_page_file(tmp_path / "no.html")
    with pytest.raises(InvalidInput, match="can't be read"):
        read_page_file(tmp_path)


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(b"<p>" * (files.MAX_BYTES // 3 + 1)))
    with pytest.raises(InvalidInput, match="larger than the limit of 10 MB"):
        read_page_file(path)


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- saved from url=(0034)https://alder.example/desks/oak -->",
        "<!--\n Page saved with SingleFile \n url: https://alder.example/desks/oak \n saved date: Mon\n-->",
        "<!-- Mirrored from alder.example/desks/oak by HTTrack Website Copier/3.x, Mon, 01 Jan 2024 10:00:00 GMT -->",
        '<meta name="savepage-url" content="https://alder.example/desks/oak">',
    ],
)
def test_the_address_that_a_page_was_saved_from(tmp_path: Path, comment: str) -> None:
    path = tmp_path / "Oak desk.html"
    path.write_text(f"<!DOCTYPE html>\n{comment}\n{PAGE}", encoding="utf-8")
    assert read_page_file(path).url == "https://alder.example/desks/oak"


@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
def test_a_page_in_mhtml(tmp_path: Path, coding: str) -> None:
    page = EmailMessage()
    page.set_content(PAGE, subtype="html", cte=coding)
    page["Content-Location"] = "https://alder.example/desks/oak"
    archive = EmailMessage()
    archive["From"] = "<Saved by a browser>"
    archive["Snapshot-Content-Location"] = "https://alder.example/desks/oak"
    archive.make_related()
    archive.attach(page)
    path = tmp_path / "Oak desk.mhtml"
    path.write_bytes(archive.as_bytes())
    found = read_page_file(path)
    assert (found.html.strip(), found.url) == (PAGE, "https://alder.example/desks/oak")


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML], ids=["binary", "xml"])
def test_a_page_in_safaris_archive(tmp_path: Path, form: plistlib.PlistFormat) -> None:
    main = {
        "WebResourceData": PAGE.encode("cp1252"),
        "WebResourceTextEncodingName": "windows-1252",
        "WebResourceURL": "https://alder.example/desks/oak",
    }
    path = tmp_path / "Oak desk.webarchive"
    path.write_bytes(plistlib.dumps({"WebMainResource": main}, fmt=form))
    page = read_page_file(path)
    assert (page.html, page.url) == (PAGE, "https://alder.example/desks/oak")


@pytest.mark.parametrize(
    "data",
    [
        plistlib.dumps({"WebMainResource": {"WebResourceURL": "https://alder.example/"}}),
        plistlib.dumps({"WebMainResource": ["none"]}, fmt=plistlib.FMT_BINARY),
        b"bplist00WebMainResource" + bytes(40),
    ],
    ids=["no page", "other data", "broken"],
)
def test_a_broken_archive_of_safaris_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "Oak desk.webarchive"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match="archive"):
        read_page_file(path)


def test_an_archive_without_a_page_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.mhtml"
    path.write_bytes(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n")
    with pytest.raises(InvalidInput, match="the archive holds no page"):
        read_page_file(path)


def test_an_address_without_its_scheme_is_told_apart_from_a_file() -> None:
    with pytest.raises(InvalidInput, match=r"a page on the web is https://alder\.example/desks/oak"):
        read_page_file(Path("alder.example/desks/oak"))
    for bare in ("alder.example/desks/oak", "//alder.example/desks/oak", "möbel.example:8443"):
        with pytest.raises(InvalidInput, match=rf"begin it with https:// \(https://{bare.strip('/')}\)"):
            guard.check(bare, FetchPolicy())
