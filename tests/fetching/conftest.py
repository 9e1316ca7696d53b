"""A real web server on loopback that misbehaves in every way that a test asks for."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from app.fetching import FetchPolicy, robots
from tests.answering import Answering

HTML = "<html><body><h1>Größe</h1></body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


class Shop(ThreadingHTTPServer):
    """Keeps the paths and headers that were asked for; ``robots`` is status and text of /robots.txt."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.robots: tuple[int, str] = (404, "")
        self.more_headers: dict[str, str] = {}
        self.ended = threading.Event()

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.netloc}{path}"

    def policy(self, **more: Any) -> FetchPolicy:
        return replace(FetchPolicy(frozenset((self.netloc,)), total_seconds=5.0), **more)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what several tests want."""


BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "page": (HTML.encode(), {"Content_Type": "text/html; charset=utf-8"}),
    "latin": (HTML.encode("latin-1"), {"Content_Type": "text/html; charset=iso-8859-1"}),
    "gzip": (gzip.compress(HTML.encode()), {"Content_Encoding": "gzip"}),
    "bomb": (gzip.compress(b"<p>" * 2_000_000), {"Content_Encoding": "gzip"}),
    "empty": (b"", {}),
    "picture": (PNG, {"Content_Type": "text/plain"}),
}
"""First part of a path -> what is answered, with which headers."""


class Handler(Answering):
    server: Shop

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        kind, _, rest = self.path[1:].partition("?")[0].partition("/")
        if self.path == "/robots.txt":
            status, text = self.server.robots
            more = {"Location": text} if status in (301, 302) else {}
            self.answer(status, text.encode(), Content_Type="text/plain", **more, **self.server.more_headers)
        elif kind in BODIES:
            body, more = BODIES[kind]
            self.answer(200, body, **more)
        elif kind == "status":
            self.answer(int(rest), b"<p>sorry</p>", **self.server.more_headers)
        elif kind == "type":
            self.answer(200, b"data", Content_Type=rest)
        elif kind == "to":
            self.answer(302, b"", Location=rest)
        elif kind == "loop":
            self.answer(301, b"", Location=f"/loop/{int(rest or 0) + 1}")
        elif kind == "slow":
            self.send_response(200)
            self.end_headers()
            self.server.ended.wait(10)
        elif kind == "endless":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            while not self.server.ended.is_set():
                self.wfile.write(b"<p>more</p>" * 1000)
        elif kind == "hangup":
            self.close_connection = True
        elif kind == "short":
            self.answer(200, b"<p>", Content_Length="1000")
            self.close_connection = True


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.ended.set()
    server.shutdown()
    server.server_close()
    thread.join()
    robots._kept.clear()
