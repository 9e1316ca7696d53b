"""Pages, feeds and pictures made to harm, through the whole way: each costs its own task alone.

A shop serves them, or they come as saved files; a real worker takes them. Meanwhile another task of the same worker
keeps its lease, which the worker renews from a thread of its own: a renewal that comes late is seen in its dates.
"""

from __future__ import annotations

import base64
import gzip
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import ThreadingHTTPServer

import psutil
import pytest

from app.config import get_settings
from app.db import client as mongo
from app.models import TaskInfo, TaskStatus, utc_now
from app.processes.worker_process import WorkerProcess
from app.products.data_extraction import start_data_extraction
from app.shorts.steps.scrape import start_scraping
from app.tasks.repository import find_task
from app.tasks.service import cancel_task
from tests.answering import serving
from tests.extraction.hostile import HOSTILE, START
from tests.polling import wait_for
from tests.test_bad_pages import PAGE, Pages

MEGABYTE = 1_000_000
MEMORY = 600 * MEGABYTE
GOOD = PAGE.format(title="Steel cup", images="[]")


class Watch:
    """Looks at a worker and all that it starts: their memory, and how late it renews the lease of a task."""

    def __init__(self, worker: WorkerProcess, task_id: str) -> None:
        self.worker, self.task_id = worker, task_id
        self.most = 0
        self.latest = timedelta()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            with suppress(psutil.NoSuchProcess):  # a child that ends while it is looked at
                one = psutil.Process(self.worker.process_id)
                for process in (one, *one.children(recursive=True)):
                    self.most = max(self.most, process.memory_info().rss)
            held = mongo.collection("tasks").find_one({"_id": self.task_id}, {"due_at": 1})
            if held and held["due_at"]:
                self.latest = max(self.latest, utc_now() - held["due_at"])


@pytest.fixture
def shop() -> Iterator[str]:
    """The address of a shop whose files are ``Pages.files``, of which ``/slow`` never answers."""
    Pages.files = {}
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Pages)) as server:
        yield f"127.0.0.1:{server.server_port}"


class Silent:
    """A server that takes a request and says nothing."""

    def __enter__(self) -> str:
        import socket

        self._socket = socket.create_server(("127.0.0.1", 0))
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def ended(task_id: str, seconds: float = 120) -> TaskInfo:
    """Return a task that has come to its end."""

    def task() -> TaskInfo | None:
        found = find_task(task_id)
        return found if found and found.ended else None

    wait_for(lambda: task() is not None, seconds, f"the end of the task {task_id}")
    found = task()
    assert found is not None
    return found


def warc_bomb(size: int) -> bytes:
    """A WARC file of one page of ``size`` bytes in a thousandth of them."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"a" * size
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://shop.example/\r\n"
        "WARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", 6)


def png_bomb(side: int) -> bytes:
    """A picture of ``side`` squared pixels with transparency."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(6)
    rows = b"".join(packer.compress(bytes(1 + 4 * side)) for _ in range(side)) + packer.flush()
    size = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def saved(html: str) -> str:
    whole = html.encode("utf-8", "replace")[: 10 * MEGABYTE].decode("utf-8", "ignore")
    return start_scraping("http://shop.example/p", html=whole, max_retries=0)


WAYS: dict[str, Callable[[int], str]] = {
    "script": lambda n: saved(START.replace("€ 5,00", "") + "<script" * (n // 7)),
    "json": lambda n: saved(START + "<script type=application/ld+json>[" + "{}," * (n // 3) + "{}]</script>"),
    "number": lambda n: saved(START + '<script type=application/ld+json>{"price":' + "9" * n + "}</script>"),
    "surrogates": lambda n: saved(GOOD.replace("Steel cup", "Steel \\ud800 cup").replace("[]", '["/\\ude00.jpg"]')),
    "csv": lambda n: start_data_extraction("csv", "title,price\n" + '"' + "a,=" * (n // 3), max_retries=0),
    "cells": lambda n: start_data_extraction("csv", "title" + ",x" * (n // 2) + "\n1", max_retries=0),
    "ndjson": lambda n: start_data_extraction("ndjson", '{"title":' + "[" * n + '\n{"title":1e999}', max_retries=0),
    "jsonld": lambda n: start_data_extraction("jsonld", '{"a":[' * (n // 6), max_retries=0),
    "warc": lambda n: start_data_extraction(
        "warc", base64.b64encode(warc_bomb(min(n * 30, 300 * MEGABYTE))).decode(), max_retries=0
    ),
}  # fmt: skip
WAYS |= {
    name: (lambda n, page=page: saved(page(n)))  # type: ignore[misc]  # a default binds the loop's value
    for name, page in HOSTILE.items()
}


def go(names: list[str], size: int, worker: WorkerProcess, shop: str) -> None:
    """Send each, and a good page after it; look at the worker meanwhile."""
    with Silent() as silent:
        other = start_scraping(f"http://{silent}/", allowed_hosts=[silent], max_retries=0)
        wait_for(lambda: (find_task(other) or task_missing()).status is TaskStatus.RUNNING, 30, "the other task")
        pid = worker.process_id
        try:
            with Watch(worker, other) as watch:
                for name in names:
                    bad = ended(WAYS[name](size))
                    assert "internal error" not in (bad.error or ""), (name, bad.error)
                    assert bad.retries == 0, name
                    good = ended(start_scraping("http://shop.example/p", html=GOOD))
                    assert good.status is TaskStatus.COMPLETED, (name, good.error)
        finally:
            cancel_task(other)
    assert (worker.process_id, worker.deaths) == (pid, 0)
    assert watch.most < MEMORY, watch.most
    assert watch.latest <= timedelta(), f"a lease of {get_settings().task_lease_seconds} s was renewed too late"


def task_missing() -> TaskInfo:
    raise AssertionError("there is no task")


def test_hostile_files_cost_their_own_task_alone(worker: WorkerProcess, shop: str) -> None:
    go(["script", "surrogates", "warc"], 2 * MEGABYTE, worker, shop)


@pytest.mark.slow
def test_ten_megabytes_of_each_construct_do_too(worker: WorkerProcess, shop: str) -> None:
    go(list(WAYS), 10 * MEGABYTE, worker, shop)


def test_a_picture_made_to_harm_costs_itself_alone(worker: WorkerProcess, shop: str) -> None:
    from app.shorts.steps.analyze_images import start_image_analysis

    images = f'["http://{shop}/bomb.png", "http://{shop}/more.png"]'
    Pages.files = {
        "/bomb.png": ("image/png", png_bomb(7700)),
        "/more.png": ("image/png", png_bomb(9000)),
    }
    product = ended(start_scraping("http://shop.example/p", html=PAGE.format(title="Steel cup", images=images)))
    assert product.status is TaskStatus.COMPLETED, product.error
    with Watch(worker, product.task_id) as watch:
        task = ended(start_image_analysis(product.task_id, allowed_hosts=[shop], max_retries=0))
    assert task.status is TaskStatus.COMPLETED, task.error
    assert watch.most < MEMORY, watch.most
