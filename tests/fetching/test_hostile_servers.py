"""Servers that send too much, too slowly, for ever, or nothing: each is cut off, in time and with a reason."""

import gzip
import itertools
import threading
import time
from collections.abc import Callable, Iterator

import brotli
import pytest

from app.errors import Cancelled, WorkFailed
from app.fetching import fetch_image, fetch_page
from tests.fetching.conftest import Shop
from tests.fetching.raw import serving

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
MEGABYTES = 40_000_000


def encoded(encoding: str, body: bytes) -> list[bytes]:
    return [OK + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body]


def zstd_bomb() -> bytes:
    """Return a Zstandard frame (RFC 8878) of 40 MB in 1.2 KB: blocks that repeat one byte, 128 KB each."""
    size = 128 * 1024
    block = (1 << 1 | size << 3).to_bytes(3, "little") + b"x"
    last = (1 | 1 << 1 | size << 3).to_bytes(3, "little") + b"x"
    return b"\x28\xb5\x2f\xfd" + b"\x00\x58" + block * (MEGABYTES // size) + last


BOMBS: dict[str, Callable[[], list[bytes]]] = {
    "gzip": lambda: encoded("gzip", gzip.compress(b"x" * MEGABYTES)),
    "gzip in gzip": lambda: encoded("gzip, gzip", gzip.compress(gzip.compress(b"x" * MEGABYTES))),
    "br": lambda: encoded("br", brotli.compress(b"x" * MEGABYTES)),
    "zstd": lambda: encoded("zstd", zstd_bomb()),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_decompression_bomb_is_cut_off_at_the_limit(kind: str) -> None:
    with serving(BOMBS[kind]()) as server:
        for fetch in (fetch_page, fetch_image):
            with pytest.raises(WorkFailed, match=r"larger than the limit of 1 MB") as caught:
                fetch(server.url, server.policy(max_page_bytes=1_000_000, max_image_bytes=1_000_000))
            assert not caught.value.retryable


def lines(*line: bytes) -> Iterator[bytes]:
    """Yield the lines again and again, 10 KB at a time."""
    return itertools.repeat(b"".join(line) * (10_000 // sum(map(len, line))))


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        (lambda: itertools.chain([OK], lines(b"X-More: and more and more and more\r\n")), "headers|[Tt]oo large"),
        (lambda: itertools.chain([OK], lines(b"Set-Cookie: a=" + b"b" * 200 + b"\r\n")), "headers|[Tt]oo large"),
        (lambda: itertools.chain([OK + b"X-Long: "], lines(b"x" * 100)), "headers|[Tt]oo large"),
        (lambda: lines(b"HTTP/1.1 100 Continue\r\n\r\n"), "headers"),
        (lambda: lines(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"), "headers"),
        (lambda: itertools.chain([OK + b"Transfer-Encoding: chunked\r\n\r\n"], lines(b"1\r\nx\r\n")), "larger than"),
        (lambda: [OK + b"Content-Encoding: " + b", ".join([b"gzip"] * 20) + b"\r\n\r\nx"], "content encoding"),
        (lambda: [b"hello, this is no HTTP at all\r\n\r\n"], "does not speak HTTP"),
        (lambda: [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"], "content encoding"),
    ],
    ids=["headers", "cookies", "one header", "100", "103", "chunks", "encodings", "HTTP 0.9", "no gzip"],
)
def test_an_answer_without_measure_is_cut_off(chunks: Callable[[], Iterator[bytes]], reason: str) -> None:
    start = time.monotonic()
    with serving(chunks()) as server:
        with pytest.raises(WorkFailed, match=reason) as caught:
            fetch_page(server.url, server.policy(max_page_bytes=100_000, total_seconds=20.0))
        assert not caught.value.retryable
    assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    ("chunks", "hold"),
    [
        (list, True),
        (lambda: [b"HTTP/1.1 200 OK\r\n"], True),
        (lambda: itertools.chain([OK + b"Content-Length: 100000\r\n\r\n"], itertools.repeat(b"x")), False),
        (lambda: itertools.chain([OK], itertools.repeat(b"X: y\r\n")), False),
        (lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), False),
    ],
    ids=["silence", "half a head", "dripping body", "dripping headers", "dripping 100"],
)
def test_a_slow_answer_ends_at_the_limit_and_may_be_tried_again(
    chunks: Callable[[], Iterator[bytes]], hold: bool
) -> None:
    with serving(chunks(), 0.05, hold=hold) as server:
        start = time.monotonic()
        with pytest.raises(WorkFailed, match="no answer in time") as caught:
            fetch_page(server.url, server.policy(total_seconds=0.5))
        assert caught.value.retryable
        assert time.monotonic() - start < 2
        assert server.hung_up.wait(2)


class Stop:
    """A ``go_on`` that stops the fetch once it was told to."""

    def __init__(self) -> None:
        self.asked_to = threading.Event()

    def __call__(self) -> None:
        if self.asked_to.is_set():
            raise Cancelled("the task was cancelled")


@pytest.mark.parametrize("fetch", [fetch_page, fetch_image])
@pytest.mark.parametrize("kind", ["silence", "dripping"])
def test_a_cancelled_fetch_hangs_up_at_once(kind: str, fetch: Callable[..., object]) -> None:
    chunks: Iterator[bytes] = itertools.chain([OK + b"Content-Length: 100000\r\n\r\n"], itertools.repeat(b"x"))
    stop = Stop()
    with serving([] if kind == "silence" else chunks, 0.05, hold=True) as server:

        def cancel() -> None:
            server.connected.wait(5)
            stop.asked_to.set()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        start = time.monotonic()
        with pytest.raises(Cancelled):
            fetch(server.url, server.policy(total_seconds=30.0, go_on=stop))
        assert time.monotonic() - start < 2
        assert server.hung_up.wait(2)
        canceller.join()


def test_the_fetch_of_robots_txt_is_cancelled_too() -> None:
    stop = Stop()
    with serving([], hold=True) as server:
        threading.Timer(0.3, stop.asked_to.set).start()
        with pytest.raises(Cancelled):
            fetch_page(server.url, server.policy(respect_robots=True, total_seconds=30.0, go_on=stop))
        assert server.connections == 1
        assert server.hung_up.wait(2)


def test_robots_txt_may_not_lead_inside_either(shop: Shop) -> None:
    """Where robots.txt redirects to is checked like any page."""
    shop.robots = (302, "http://169.254.169.254/")
    with pytest.raises(Exception, match="link-local"):
        fetch_page(shop.url("/page"), shop.policy())
    assert shop.asked == ["/robots.txt"]
