"""One server with a worker, one demo shop and one browser for all tests of the dashboard."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import axe_playwright_python
import httpx2
import psutil
import pytest
from patchright.sync_api import Browser, Page, ViewportSize, sync_playwright
from PIL import Image, ImageDraw

from app.fetching.browser import chromium
from tests.access.servers import answers
from tests.answering import Answering, serving
from tests.conftest import RUN_DIR, _leaked_records
from tests.making import logo
from tests.polling import wait_for
from tests.servers import SERVERS

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
HELD_SECONDS = 60
REBOUND = "evil.example"
"""A name that another site has made to lead to this machine."""
PATIENCE = 30_000
"""Milliseconds that the browser waits for anything: a busy machine is slow, not wrong."""
PAGE = """<!doctype html><html lang="en"><head><title>Steel cup</title>
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "Product", "name": "Steel cup",
"description": "A steel cup that keeps tea warm for hours. It holds 300 ml. It weighs 200 g.", "sku": "C-1",
"brand": "Hearth", "image": {images}, "offers": {{"@type": "Offer", "price": "12.50", "priceCurrency": "EUR",
"availability": "https://schema.org/InStock"}}, "aggregateRating": {{"@type": "AggregateRating", "ratingValue": "4.7",
"reviewCount": "31"}}}}</script></head><body><h1>Steel cup</h1>
<ul><li>Double wall</li><li>Dishwasher safe</li><li>Lid included</li></ul></body></html>"""
HOME = """<!doctype html><html lang="en"><head><title>Hearth | Cups</title><meta name="theme-color" content="#b5482a">
<style>:root { --brand: #27566b; } h1 { font-family: "Playfair Display", serif; }</style></head>
<body><header><img class="logo" src="/logo.png" alt="Hearth"></header><h1>Hearth</h1></body></html>"""
COLOURS = (("#e8e2d8", "#b5482a"), ("#dfe7ea", "#27566b"), ("#efe9f2", "#5c3f7a"))
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


class Shop(ThreadingHTTPServer):
    """A shop of one product with small pictures, so that the tests spend their time in the dashboard.

    ``/held`` is the same product, whose page comes when ``page_given`` is set, and its pictures when
    ``pictures_given`` is: a short of it is where a test wants it for as long as the test likes.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.pictures = [picture(*colours) for colours in COLOURS]
        self.page_given, self.pictures_given = threading.Event(), threading.Event()

    def page(self, folder: str) -> bytes:
        """Return the product's page, with its pictures in a folder."""
        images = [f"{self.url}{folder}/{number}.jpg" for number in range(len(COLOURS))]
        return PAGE.format(images=json.dumps(images)).encode()


class Handler(Answering):
    server: Shop

    def do_GET(self) -> None:
        shop, path = self.server, self.path.partition("?")[0]
        name = path.removeprefix("/held")
        if path == "/held":
            shop.page_given.wait(HELD_SECONDS)
        elif name != path:
            shop.pictures_given.wait(HELD_SECONDS)
        found = {f"/{number}.jpg": ("image/jpeg", data) for number, data in enumerate(shop.pictures)}
        found["/home"] = ("text/html; charset=utf-8", HOME.encode())
        found["/logo.png"] = ("image/png", logo())
        found["/cup"] = ("text/html; charset=utf-8", shop.page(""))
        found[""] = ("text/html; charset=utf-8", shop.page("/held"))
        kind, body = found.get(name, ("text/plain", b"nothing"))
        with suppress(ConnectionError):  # whoever was kept waiting may be gone
            self.answer(200 if name in found else 404, body, Content_Type=kind)


def picture(ground: str, colour: str) -> bytes:
    """Return a JPEG of a cup, more or less."""
    made = Image.new("RGB", (480, 600), ground)
    pen = ImageDraw.Draw(made)
    pen.ellipse((300, 260, 420, 420), outline=colour, width=28)
    pen.rounded_rectangle((120, 200, 340, 470), 40, fill=colour)
    out = BytesIO()
    made.save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(scope="package")
def shop() -> Iterator[Shop]:
    """The shop."""
    with serving(Shop()) as server:
        yield server


@pytest.fixture
def held(shop: Shop) -> Iterator[Shop]:
    """The shop with its page and pictures held back; both are given in the end."""
    shop.page_given.clear()
    shop.pictures_given.clear()
    yield shop
    shop.page_given.set()
    shop.pictures_given.set()


@pytest.fixture(scope="package")
def site(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a worker, which may fetch from the shop."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("site") / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
            env=os.environ
            | {"FETCH_ALLOWED_HOSTS": urlsplit(shop.url).netloc, "FETCH_PAUSE_SECONDS": "0", "FETCH_BROWSER": "false"}
            | {"DEMO_PRODUCT_URL": f"{shop.url}/cup"},
            stderr=errors,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(f"{address}/health/ready"), 60, "the server")
        yield address
    finally:
        process.terminate()
        process.wait(40)
        left = _leaked_records()
        assert not left, left
    assert "request_broke" not in log.read_text(), log.read_text()[-4000:]


SMALLEST = {"seconds": 10, "width": 180, "height": 320}
"""The wishes of the smallest video that there is."""


def start(site: str, url: str, **more: Any) -> str:
    """Start a short over HTTP; return its id."""
    answer = httpx2.post(f"{site}/api/v1/shorts", json={"url": url, "wishes": SMALLEST} | more, timeout=30)
    return str(answer.raise_for_status().json()["short_id"])


def status_of(site: str, short_id: str) -> str:
    """Return how a short stands."""
    return str(httpx2.get(f"{site}/api/v1/shorts/{short_id}", timeout=30).json()["short"]["status"])


@pytest.fixture(scope="package")
def films() -> list[str]:
    """The ids of the shorts that ``film`` has made so far."""
    return []


@pytest.fixture
def film(site: str, shop: Shop, films: list[str]) -> str:
    """The id of a short with its video, and a smaller copy of it, which no test changes.

    It is made anew where a test that looked into the database itself has emptied it in the end, as all such tests do.
    """
    if films and httpx2.get(f"{site}/api/v1/shorts/{films[-1]}", timeout=30).status_code == 200:
        return films[-1]
    wishes = {"seconds": 10, "width": 400, "height": 700, "renditions": [360]}
    films.append(start(site, f"{shop.url}/cup", wishes=wishes))
    wait_for(lambda: status_of(site, films[-1]) == "completed", 180, "a short with its video")
    return films[-1]


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """The system's Chromium."""
    files = RUN_DIR / "chromium"  # its sockets' paths must be short
    files.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        program = driver.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-audio-output", f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"],
            env={**os.environ, "TMPDIR": str(files)},
        )
        # It starts processes and makes files of its own when it likes.
        browsers = {child.pid for child in psutil.Process().children(recursive=True) if "chrom" in child.name()}
        SERVERS.update(browsers)
        yield program
        program.close()
        SERVERS.difference_update(browsers)


@dataclass
class Tab:
    """A page of the browser, with what went wrong in it."""

    page: Page
    site: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page and wait until it is there and live."""
        self.page.goto(self.site + path)
        self.ready()
        return self.page

    def ready(self) -> None:
        """Wait until the page is there, and its socket too."""
        self.page.wait_for_selector("main h1", state="attached")
        self.page.wait_for_function("window.did_handshake")

    def axe(self) -> list[str]:
        """Return the serious faults that axe-core finds (https://www.deque.com/axe), with where they are."""
        self.page.evaluate(AXE)
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{fault['id']}: {fault['help']}: {[node['html'][:160] for node in fault['nodes'][:3]]}"
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
        ]

    def check(self) -> None:
        """Fail on what no page may have: faults of access, errors of script, a request to anywhere else."""
        assert self.axe() == []
        assert self.errors == []
        assert self.outside == []


@pytest.fixture
def new_tab(chrome: Browser, site: str) -> Iterator[Any]:
    """Open tabs, each of a browser that remembers nothing."""
    contexts = []

    def opened(size: ViewportSize = DESKTOP, scheme: Literal["light", "dark"] = "light") -> Tab:
        context = chrome.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        tab = Tab(page, site)
        page.on("pageerror", lambda error: tab.errors.append(str(error)))
        page.on("request", lambda request: _outside(tab, request.url))
        return tab

    yield opened
    for context in contexts:
        context.close()


def _outside(tab: Tab, url: str) -> None:
    if not url.startswith((tab.site, "data:", "blob:")):
        tab.outside.append(url)


@pytest.fixture
def tab(new_tab: Any) -> Tab:
    """A tab of a desktop browser."""
    opened: Tab = new_tab()
    return opened
