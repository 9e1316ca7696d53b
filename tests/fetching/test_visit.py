"""A visit: cookies that a page asks for, pages that lead elsewhere, encodings that browsers don't mind."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from app.errors import InvalidInput, WorkFailed
from app.fetching import FetchPolicy, fetch_page, robots
from tests.answering import Answering
from tests.fetching.conftest import HTML


class Door(ThreadingHTTPServer):
    """A shop that lets in only who carries its cookie."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cookies: list[str] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def policy(self, **more: Any) -> FetchPolicy:
        allowed = frozenset((f"127.0.0.1:{self.server_port}",))
        return replace(FetchPolicy(allowed, respect_robots=False, total_seconds=5.0), **more)


PAGE = HTML.encode()
BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "/meta": (b"<html><head><META content='1; URL=/to?a=1&amp;b=2' http-equiv=Refresh></head>", {}),
    "/unquoted": (b"<HTML><META HTTP-EQUIV=REFRESH CONTENT=0;/page></HTML>", {}),
    "/header": (b"<p>One moment</p>", {"Refresh": "0;url=/page"}),
    "/later": (b'<meta http-equiv="refresh" content="600;url=/self">' + PAGE, {}),
    "/noscript": (b'<noscript><meta http-equiv="refresh" content="0;url=/no"></noscript>' + PAGE, {}),
    "/again": (b'<meta http-equiv="refresh" content="5">' + PAGE, {"Refresh": "3; url=/again"}),
    "/inside": (b'<meta http-equiv="refresh" content="0;url=http://10.0.0.1/">', {}),
    "/charset": (PAGE, {"Content_Encoding": "utf-8"}),
    "/lines": (gzip.compress(PAGE) + b"\r\n", {"Content_Encoding": "binary, x-gzip"}),
    "/tail": (gzip.compress(PAGE) + b"\x00\x00trailing bytes", {"Content_Encoding": "gzip"}),
    "/broken": (b"no gzip at all", {"Content_Encoding": "gzip"}),
    "/bomb": (gzip.compress(b"<p>" * 6_000_000) + b"tail", {"Content_Encoding": "gzip"}),
}
"""Path -> what is answered, with which headers; any other: the page."""


class Handler(Answering):
    server: Door

    def do_GET(self) -> None:
        cookie = self.headers.get("Cookie", "")
        self.server.cookies.append(cookie)
        path = self.path.partition("?")[0]
        if path == "/self" and "seen=1" not in cookie:
            self.answer(302, b"", Location="/self", Set_Cookie="seen=1; Path=/; HttpOnly")
        elif path == "/over" and "seen=1" not in cookie:
            self.answer(302, b"", Location="/door?back=/over")
        elif path == "/door":
            self.send_response(307)
            for value in (
                "seen=1; Path=/",
                "lang=de; Path=/; Max-Age=600",
                "gone=1; Max-Age=0",
                "other=1; Path=/admin",
            ):
                self.send_header("Set-Cookie", value)
            self.send_header("Location", "/over")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/to?a=1&b=2":
            self.answer(302, b"", Location="/self")
        elif path == "/round":
            self.answer(200, f'<meta http-equiv="refresh" content="0;url=/round?{len(self.server.cookies)}">'.encode())
        else:
            body, headers = BODIES.get(path, (PAGE, {}))
            self.answer(200, body, **headers)


@pytest.fixture
def door() -> Iterator[Door]:
    server = Door()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
    robots._kept.clear()


@pytest.mark.parametrize("path", ["/self", "/over"])
def test_a_page_that_sets_a_cookie_first(door: Door, path: str) -> None:
    page = fetch_page(door.url(path), door.policy())
    assert (page.html, page.final_url) == (HTML, door.url(path))
    assert sorted(door.cookies[-1].split("; ")) == (["seen=1"] if path == "/self" else ["lang=de", "seen=1"])


def test_cookies_live_for_one_visit(door: Door) -> None:
    fetch_page(door.url("/self"), door.policy())
    fetch_page(door.url("/page"), door.policy())
    assert door.cookies == ["", "seen=1", ""]


@pytest.mark.parametrize(("path", "found"), [("/meta", "/self"), ("/unquoted", "/page"), ("/header", "/page")])
def test_a_page_that_leads_elsewhere_is_followed(door: Door, path: str, found: str) -> None:
    page = fetch_page(door.url(path), door.policy())
    assert (page.url, page.final_url, page.html) == (door.url(path), door.url(found), HTML)


@pytest.mark.parametrize("path", ["/later", "/noscript", "/again"])
def test_a_page_that_only_shows_itself_anew_is_the_page(door: Door, path: str) -> None:
    page = fetch_page(door.url(path), door.policy())
    assert page.final_url == door.url(path)
    assert page.html.endswith(HTML)


def test_pages_that_lead_on_and_on_and_inside(door: Door) -> None:
    with pytest.raises(WorkFailed, match="more than 5 redirects"):
        fetch_page(door.url("/round"), door.policy())
    with pytest.raises(InvalidInput, match="redirects to a place that is not fetched"):
        fetch_page(door.url("/inside"), door.policy())


@pytest.mark.parametrize("path", ["/charset", "/tail", "/lines"])
def test_encodings_that_browsers_do_not_mind(door: Door, path: str) -> None:
    assert fetch_page(door.url(path), door.policy()).html == HTML


def test_encodings_that_nobody_reads(door: Door) -> None:
    with pytest.raises(WorkFailed, match="content encoding is broken"):
        fetch_page(door.url("/broken"), door.policy())
    with pytest.raises(WorkFailed, match="larger than the limit"):
        fetch_page(door.url("/bomb"), door.policy())
