"""The demo shop's server: plain HTTP on loopback, in threads of this process."""

from __future__ import annotations

import re
import sys
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import unquote, urlsplit

from examples.demo_shop.catalogue import BY_SLUG, PRODUCTS
from examples.demo_shop.pages import ROBOTS, index_page, not_found_page, product_page
from examples.demo_shop.pictures import icon, photograph

HTML, TEXT, JPEG = "text/html; charset=utf-8", "text/plain; charset=utf-8", "image/jpeg"
IMAGE_PATH = re.compile(r"/images/([a-z0-9-]+)-(\d{1,2})\.jpg")


class Answer(NamedTuple):
    """What the shop sends for a path."""

    status: HTTPStatus
    content_type: str
    body: bytes


class _Server(ThreadingHTTPServer):
    # Joined when the server closes, so that no thread outlives the shop.
    daemon_threads = False

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str) -> Answer:
        if path == "/":
            return Answer(HTTPStatus.OK, HTML, index_page().encode())
        if path == "/robots.txt":
            return Answer(HTTPStatus.OK, TEXT, ROBOTS.encode())
        if path == "/icon.png":
            return Answer(HTTPStatus.OK, "image/png", icon())
        product = BY_SLUG.get(path.removeprefix("/products/"))
        if product and path == product.path:
            return Answer(HTTPStatus.OK, HTML, product_page(product, self.url).encode())
        image = IMAGE_PATH.fullmatch(path)
        if image:
            # A picture that does not exist is an unknown address like any other.
            with suppress(LookupError):
                return Answer(HTTPStatus.OK, JPEG, photograph(image[1], int(image[2])))
        return Answer(HTTPStatus.NOT_FOUND, HTML, not_found_page().encode())

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        # A client that hangs up in the middle of a picture is no fault of the shop's.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "FernhollowDemoShop"
    sys_version = ""
    timeout = 2
    """Seconds that a client may keep a connection open in silence; it bounds how long ``stop`` waits."""

    def do_GET(self) -> None:
        answer = self._head()
        self.wfile.write(answer.body)

    def do_HEAD(self) -> None:
        self._head()

    def _head(self) -> Answer:
        answer = self.server.answer(unquote(urlsplit(self.path).path))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        return answer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the shop is a prop."""


class DemoShop:
    """The shop, open from ``start`` to ``stop`` or inside a ``with`` block.

    ``port`` 0 takes a free one.
    """

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The shop's address without a slash at its end.

        Raises:
            RuntimeError: the shop is closed.
        """
        if self._server is None:
            raise RuntimeError("the demo shop is closed; start it first")
        return self._server.url

    @property
    def product_urls(self) -> list[str]:
        """The addresses of the product pages, in the catalogue's order."""
        return [self.url + product.path for product in PRODUCTS]

    def start(self) -> None:
        """Open the shop; when it is open, do nothing.

        Raises:
            OSError: the port is taken.
        """
        if self._server is None:
            self._server = _Server(self._port)
            self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="demo-shop")
            self._thread.start()

    def stop(self) -> None:
        """Close the shop and wait for its threads; when it is closed, do nothing."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
