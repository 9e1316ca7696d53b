"""What is wrong with pages and pictures of a shop: a real worker tells it, and makes what can be made of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from io import BytesIO
from typing import ClassVar

import pytest
from PIL import Image

from app.db import client as mongo
from app.models import TaskStatus
from app.processes.worker_process import WorkerProcess
from app.products.data_extraction import start_data_extraction
from app.sessions.service import session_service
from app.shorts import repository as shorts
from app.shorts.repository import ShortStatus
from app.shorts.service import start_short
from app.shorts.steps.scrape import start_scraping
from app.tasks.repository import find_task
from tests.answering import Answering, serving
from tests.making import SMALL, ended
from tests.polling import wait_for

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title>
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "Product", "name": "{title}",
"description": "A steel cup that keeps tea warm for hours. It weighs 200 g.", "sku": "C-1",
"image": {images}, "offers": {{"@type": "Offer", "price": "12.50", "priceCurrency": "EUR",
"availability": "https://schema.org/InStock"}}}}</script></head><body><h1>{title}</h1></body></html>"""


class Pages(Answering):
    """A shop whose pages a test makes."""

    files: ClassVar[dict[str, tuple[str, bytes]]] = {}

    def do_GET(self) -> None:
        kind, body = self.files.get(self.path, ("", b""))
        self.answer(200 if kind else 404, body, Content_Type=kind or "text/plain")


@pytest.fixture
def pages() -> Iterator[str]:
    """The address of a shop whose files are ``Pages.files``."""
    Pages.files = {}
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Pages)) as server:
        yield f"127.0.0.1:{server.server_port}"


def jpeg(width: int, height: int) -> bytes:
    buffer = BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def huge_png() -> bytes:
    """A picture of 100 megapixels in a few kilobytes."""
    buffer = BytesIO()
    Image.new("1", (10_000, 10_000)).save(buffer, "PNG")
    return buffer.getvalue()


def test_bad_pages_fail_the_task_with_the_reason(pages: str, worker: WorkerProcess) -> None:
    filler = b"<p>" + b"word " * 2_200_000
    Pages.files = {
        "/article": ("text/html", b"<html><head><title>News</title></head><body><p>It rained.</p></body></html>"),
        "/empty": ("text/html", b""),
        "/pdf": ("application/pdf", b"%PDF-1.7"),
        "/large": ("text/html", b"<html><body>" + filler + b"</body></html>"),
    }
    cases = {
        f"http://{pages}/article": "product",
        f"http://{pages}/empty": "empty",
        f"http://{pages}/pdf": "application/pdf",
        f"http://{pages}/large": "10",
        f"http://{pages}/absent": "404",
        "http://127.0.0.1:9/": "127.0.0.1",
        "http://10.0.0.1/": "10.0.0.1",
    }
    started = {
        start_scraping(url, max_retries=0, allowed_hosts=[pages, "127.0.0.1:9"]): named for url, named in cases.items()
    }
    wait_for(lambda: all(task.ended for task in map(find_task, started) if task), 60, "the end of the tasks")
    for task_id, named in started.items():
        task = find_task(task_id)
        assert task is not None
        assert task.status is TaskStatus.FAILED, task.url
        assert named in (task.error or ""), f"{task.url}: {task.error}"
    assert mongo.collection("products").count_documents({}) == 0


def test_many_products_at_once_with_the_bad_ones_kept_apart(pages: str, worker: WorkerProcess) -> None:
    Pages.files = {
        "/cup": ("text/html", PAGE.format(title="Steel cup", images='["/cup.jpg"]').encode()),
        "/news": ("text/html", b"<html><head><title>News</title></head><body><p>It rained.</p></body></html>"),
    }
    feed = "title,price,currency\nSteel cup,12.50,EUR\n,3,EUR\nTin bowl,8,EUR\n"
    table = start_data_extraction("csv", feed, short_id="bulk")
    addresses = [f"http://{pages}/cup", f"http://{pages}/news", "http://10.0.0.1/"]
    fetched = start_data_extraction("urls", urls=addresses, short_id="bulk", allowed_hosts=[pages])
    wait_for(lambda: all(task.ended for task in map(find_task, (table, fetched)) if task), 60, "the end of the tasks")
    for task_id, titles, bad in ((table, ["Steel cup", "Tin bowl"], 1), (fetched, ["Steel cup"], 2)):
        task = find_task(task_id)
        assert task is not None
        assert task.status is TaskStatus.COMPLETED, task.error
        assert task.result is not None
        assert [row["product"]["title"] for row in task.result["products"]] == titles
        assert (task.result["accepted"], task.result["rejected"]) == (len(titles), bad)
        assert all(row["reason"] and row["row"] for row in task.result["bad_rows"])
        stored = {row["product_id"] for row in task.result["products"]}
        assert mongo.collection("products").count_documents({"_id": {"$in": list(stored)}}) == len(titles)
    assert session_service.get_sessions_by_short_id("bulk") == []


def test_bad_pictures_are_named_and_the_good_ones_used(pages: str, worker: WorkerProcess) -> None:
    names = ["broken.jpg", "huge.png", "absent.jpg", "good.jpg", "second.jpg"]
    images = str([f"http://{pages}/{name}" for name in names]).replace("'", '"')
    Pages.files = {
        "/cup": ("text/html", PAGE.format(title="Steel cup", images=images).encode()),
        "/broken.jpg": ("image/jpeg", jpeg(300, 300)[:2000]),
        "/huge.png": ("image/png", huge_png()),
        "/good.jpg": ("image/jpeg", jpeg(600, 800)),
        "/second.jpg": ("image/jpeg", jpeg(800, 600)),
    }
    short_id = start_short(f"http://{pages}/cup", wishes=SMALL, allowed_hosts=[pages])
    wait_for(lambda: ended(short_id), 120, "the end of the short")
    short = shorts.get_short(short_id)
    assert (short.status, short.error) == (ShortStatus.COMPLETED, None)
    assert short.scenario is not None
    used = {scene.image.rpartition("/")[2] for scene in short.scenario.scenes}
    assert used <= {"good.jpg", "second.jpg"}
    product = mongo.collection("products").find_one({"_id": short.product_id}) or {}
    errors = {image["url"].rpartition("/")[2]: image["error"] for image in product["images"] if image["error"]}
    assert set(errors) == {"broken.jpg", "huge.png", "absent.jpg"}
    assert "megapixel" in errors["huge.png"]


def test_a_product_without_a_usable_picture_fails_the_short_with_the_reason(pages: str, worker: WorkerProcess) -> None:
    Pages.files = {"/cup": ("text/html", PAGE.format(title="Steel cup", images=f'["http://{pages}/no.jpg"]').encode())}
    short_id = start_short(f"http://{pages}/cup", wishes=SMALL, allowed_hosts=[pages])
    wait_for(lambda: ended(short_id), 60, "the end of the short")
    short = shorts.get_short(short_id)
    assert short.status is ShortStatus.FAILED
    assert "picture" in (short.error or "")
    # What nobody needs any more is cancelled right after.
    wait_for(lambda: session_service.get_sessions_by_short_id(short_id) == [], 10, "the end of the other sessions")
