"""Pages from WARC files that are made here record by record, as the standard has them."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.fetching import read_page_file, warc
from app.fetching.warc import read_warc

PAGE = "<html><h1>Größe</h1></html>".encode()
SHOP = "https://northwood.example"


def record(path: str, block: bytes, kind: str = "response", content_type: str = "application/http") -> bytes:
    head = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789abc>",
        "WARC-Date: 2026-01-01T00:00:00Z",
        f"WARC-Target-URI: {SHOP}{path}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, "", ""]).encode() + body


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


PACKED = gzip.compress(PAGE)
RECORDS = [
    record("", b"software: test\r\n", "warcinfo", "application/warc-fields"),
    record("/request", b"GET / HTTP/1.1\r\nHost: northwood.example\r\n\r\n", "request"),
    record("/plain", http(PAGE)),
    record("/gzip", http(PACKED, "Content-Encoding: gzip")),
    record("/both", http(chunked(PACKED), "Content-Encoding: gzip", "Transfer-Encoding: chunked")),
    record("/brotli", http(b"packed", "Content-Encoding: br")),
    record("/latin", http(PAGE.decode().encode("latin-1"), kind="text/html; charset=iso-8859-1")),
    record("/picture.jpg", http(b"\xff\xd8", kind="image/jpeg")),
    record("/gone", http(b"<p>gone", status="404 Not Found")),
    record("/resource", PAGE, "resource", "text/html"),
]


@pytest.mark.parametrize("pack", [b"".join, lambda records: b"".join(map(gzip.compress, records))], ids=["plain", "gz"])
def test_each_html_page_is_read_with_its_address(pack: Callable[[list[bytes]], bytes]) -> None:
    found = []
    for page in read_warc(io.BytesIO(pack(RECORDS))):
        try:
            one = page()
            assert one.html == PAGE.decode()
            found.append((one.url or "").removeprefix(SHOP))
        except InvalidInput as error:
            found.append(str(error).removeprefix(SHOP))
    assert found == [
        *("/plain", "/gzip", "/both"),
        "/brotli: is packed with br, which is not read",
        "/latin",
        "/gone: the server answered 404",
        "/resource",
    ]


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", b"WARC/1.1\r\n\r\n", record("/a.jpg", http(b"x", kind="image/png")), b"\x1f\x8bnonsense"]
)
def test_what_is_no_archive_is_told(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="WARC"):
        list(read_warc(io.BytesIO(data)))


def test_a_page_over_the_limit_is_its_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_BYTES", 100_000)
    bomb = record("/bomb", http(gzip.compress(b"x" * 20_000_000), "Content-Encoding: gzip"))
    pages = read_warc(io.BytesIO(bomb + RECORDS[2]))
    with pytest.raises(InvalidInput, match=r"/bomb: larger than the limit of 0\.1 MB"):
        next(pages)()
    assert next(pages)().html == PAGE.decode()


def test_an_archive_is_a_saved_page_too(tmp_path: Path) -> None:
    path = tmp_path / "desk.warc.gz"
    path.write_bytes(b"".join(map(gzip.compress, RECORDS)))
    page = read_page_file(path)
    assert (page.html, page.url) == (PAGE.decode(), f"{SHOP}/plain")
    (tmp_path / "none.warc").write_bytes(b"nonsense")
    with pytest.raises(InvalidInput, match=r"none\.warc: .*WARC"):
        read_page_file(tmp_path / "none.warc")
    with pytest.raises(InvalidInput, match="absent"):
        read_page_file(tmp_path / "absent.warc")
