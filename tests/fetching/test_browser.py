"""The real browser: it runs script, reaches no address that the guard refuses, ends in time and leaves nothing."""

import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psutil
import pytest
from curl_cffi import Curl, CurlError, CurlOpt

from app.errors import Cancelled, InvalidInput, WorkFailed
from app.fetching import FetchPolicy, browser
from app.fetching.browser import render_page
from app.fetching.policy import always
from app.fetching.tunnel import Tunnel
from app.processes.children import end_spares
from tests.answering import Answering
from tests.fetching.test_guard import HOSTILE, Listener


class ScriptShop(ThreadingHTTPServer):
    """Sends ``pages``, and remembers who asked for what."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.netloc = f"127.0.0.1:{self.server_port}"
        self.pages: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.ended = threading.Event()

    def policy(self, go_on: Callable[[], None] = always, **more: Any) -> FetchPolicy:
        return replace(FetchPolicy(frozenset((self.netloc,)), go_on=go_on), **more)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that is killed hangs up."""


class Handler(Answering):
    server: ScriptShop

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        body = self.server.pages.get(unquote(self.path))
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.path == "/endless":
            self.end_headers()
            while not self.server.ended.is_set():
                self.wfile.write(b"x" * 100_000)
            return
        if self.path == "/never":
            self.end_headers()
            self.server.ended.wait(30)
            return
        content = (body or "none").encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def shop() -> Iterator[ScriptShop]:
    server = ScriptShop()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.ended.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    end_spares()
    yield
    assert psutil.Process().children(recursive=True) == []


class Watched:
    """A ``go_on`` that collects the processes that run meanwhile, and raises when ``stop`` is set."""

    def __init__(self) -> None:
        self.seen: dict[int, psutil.Process] = {}
        self.stop = threading.Event()

    def __call__(self) -> None:
        for process in psutil.Process().children(recursive=True):
            self.seen[process.pid] = process
        if self.stop.is_set():
            raise Cancelled("cancelled")

    def running(self) -> list[psutil.Process]:
        found = []
        for one in self.seen.values():
            with suppress(psutil.NoSuchProcess):
                if one.is_running() and one.status() != psutil.STATUS_ZOMBIE:
                    found.append(one)
        return found


PAGE = """<html><body><div id="desk">Loading</div><script>
const inside = %s;
for (const url of inside) {
  fetch(url, {mode: "no-cors"}).catch(() => 0);
  document.body.append(Object.assign(document.createElement("iframe"), {src: url}));
}
try { new WebSocket("ws://127.0.0.1:%d/"); } catch (error) {}
fetch("/price").then(answer => answer.text()).then(price => {
  document.getElementById("desk").innerHTML = "<h1>Desk</h1><b>" + price + "</b>";
});
</script></body></html>"""


def test_script_runs_and_nothing_inside_is_reached(shop: ScriptShop, listener: Listener, tmp_path: Path) -> None:
    inside = [f"http://{host}:{listener.port}/" for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "0")]
    shop.pages = {"/desk": PAGE % (inside, listener.port), "/price": "EUR 5"}
    watched = Watched()
    page = render_page(f"http://{shop.netloc}/desk", shop.policy(watched), tmp_path)
    assert "<h1>Desk</h1><b>EUR 5</b>" in page.html
    assert (page.status, page.final_url) == (200, f"http://{shop.netloc}/desk")
    assert {path for path, _ in shop.asked} >= {"/desk", "/price"}
    assert not any("Headless" in agent for _, agent in shop.asked)
    assert listener.connections == 0
    assert len(watched.seen) > 3
    assert not watched.running()


def test_a_page_that_leads_inside_is_refused(shop: ScriptShop, tmp_path: Path) -> None:
    shop.pages = {"/desk": "<html><body>Desk<script>location = 'http://169.254.169.254/latest/'</script></body></html>"}
    with pytest.raises(InvalidInput, match="link-local"):
        render_page(f"http://{shop.netloc}/desk", shop.policy(), tmp_path)


def test_a_cancel_kills_the_browser_within_two_seconds(shop: ScriptShop, tmp_path: Path) -> None:
    shop.pages = {"/never": ""}
    watched = Watched()

    def go_on() -> None:
        if shop.asked:
            watched.stop.set()
        watched()

    with pytest.raises(Cancelled):
        render_page(f"http://{shop.netloc}/never", shop.policy(go_on), tmp_path)
    deadline = time.monotonic() + 2
    while watched.running() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(watched.seen) > 3
    assert watched.running() == []


def test_a_browser_that_is_killed_may_be_tried_again(shop: ScriptShop, tmp_path: Path) -> None:
    shop.pages = {"/never": ""}
    watched = Watched()

    def go_on() -> None:
        watched()
        if shop.asked:
            for process in watched.running():
                with suppress(psutil.NoSuchProcess):  # it was killed the last time round
                    command = process.cmdline()
                    if "--remote-debugging-port=0" in command and "--type" not in " ".join(command):
                        os.kill(process.pid, signal.SIGKILL)

    with pytest.raises(WorkFailed):
        render_page(f"http://{shop.netloc}/never", shop.policy(go_on), tmp_path)


@pytest.mark.parametrize(
    ("path", "limits", "reason"),
    [
        ("/endless", {"max_browser_bytes": 3_000_000, "total_seconds": 10.0}, "larger than the limit"),
        ("/never", {"total_seconds": 1.0}, "no answer in time"),
    ],
)
def test_limits_hold(shop: ScriptShop, tmp_path: Path, path: str, limits: dict[str, Any], reason: str) -> None:
    with pytest.raises(WorkFailed, match=reason):
        render_page(f"http://{shop.netloc}{path}", shop.policy(**limits), tmp_path)


HUNGRY = """<body><script>
const all = [];
try { while (all.length < 40) all.push(new Uint8Array(2e8).fill(7)); } catch (error) {}
document.body.append("took " + all.length + " of 40");
</script></body>"""


def test_a_page_does_not_get_all_memory(shop: ScriptShop, tmp_path: Path) -> None:
    shop.pages = {"/hungry": HUNGRY}
    page = render_page(f"http://{shop.netloc}/hungry", shop.policy(), tmp_path)
    taken = re.search(r"took (\d+) of 40", page.html)
    assert taken is not None and int(taken[1]) < 10


def test_without_a_browser_there_is_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkFailed, match=r"apt-get install chromium.*shopreel\[browser\]"):
        render_page("http://shop.example/", FetchPolicy(), tmp_path)


def test_browsers_wait_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_places", threading.BoundedSemaphore(1))
    hurried = FetchPolicy(browser_seconds=0.1)
    with browser._place(FetchPolicy()), pytest.raises(WorkFailed, match="was free"), browser._place(hurried):
        pytest.fail("there was a place")
    with browser._place(FetchPolicy()):
        pass


def through(tunnel: Tunnel, url: str) -> None:
    """Ask for ``url`` through the tunnel, which looks the name up itself."""
    curl = Curl()
    try:
        curl.setopt(CurlOpt.URL, url)
        curl.setopt(CurlOpt.PROXY, tunnel.url.replace("socks5:", "socks5h:"))
        curl.setopt(CurlOpt.TIMEOUT_MS, 3000)
        curl.setopt(CurlOpt.WRITEFUNCTION, len)
        curl.perform()
    finally:
        curl.close()


def test_the_tunnel_leads_nowhere_inside(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [url.replace("{port}", str(listener.port)) for url, _ in HOSTILE if url.startswith("http://")]
    with Tunnel(FetchPolicy(), 1_000_000) as tunnel:
        for url in places[::3]:
            with pytest.raises(CurlError):
                through(tunnel, url)
        assert listener.connections == 0
        assert len(tunnel.refusals) > 10
    allowed = FetchPolicy(allowed_hosts=frozenset((f"127.0.0.1:{listener.port}",)))
    with Tunnel(allowed, 1_000_000) as tunnel:
        through(tunnel, f"http://127.0.0.1:{listener.port}/")
    assert listener.connections == 1


def test_the_tunnel_survives_what_is_no_socks() -> None:
    with Tunnel(FetchPolicy(), 1000) as tunnel:
        for words in (
            b"",
            b"GET / HTTP/1.1\r\n\r\n",
            b"\x05\x01\x00\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50",
            b"\x05\xff",
        ):
            with socket.create_connection(("127.0.0.1", int(tunnel.server_address[1]))) as client:
                client.sendall(words)
                client.shutdown(socket.SHUT_WR)
                client.settimeout(5)
                while client.recv(1000):
                    pass
