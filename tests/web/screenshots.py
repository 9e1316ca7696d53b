"""Takes the pictures of the dashboard that the documents show: ``python -m tests.web.screenshots docs/images``.

Everything in them is real: a server with a worker makes shorts of the demo shop's products meanwhile.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import httpx2
from patchright.sync_api import Browser, sync_playwright
from PIL import Image

from app.fetching.browser import chromium
from examples.demo_shop.shop import DemoShop
from tests.access.servers import answers
from tests.polling import wait_for

DESKTOP, PHONE = (1440, 900), (390, 844)
MOST_BYTES = 200_000
PATIENCE = 600
MADE = ("trailrucksack-28", "wireless-headphones-nocturne")
PICTURES = re.compile(r"/images/[a-z0-9-]+\.jpg")
Shot = tuple[str, str, tuple[int, int], Literal["light", "dark"]]
SHOTS: tuple[Shot, ...] = (
    ("make", "/?url=https://shop.example/products/cup", DESKTOP, "light"),
    ("short", "/shorts/wireless-headphones-nocturne", DESKTOP, "light"),
    ("edit", "/shorts/maceta-autorriego-brote/edit", DESKTOP, "light"),
    ("brand", "/brand", DESKTOP, "light"),
    ("shorts", "/shorts", DESKTOP, "dark"),
    ("sessions", "/sessions", DESKTOP, "light"),
    ("tasks", "/tasks", DESKTOP, "light"),
    ("reports", "/reports?days=7", DESKTOP, "light"),
    ("activity", "/activity?user_id=demo", DESKTOP, "light"),
    ("system", "/system", DESKTOP, "dark"),
    ("phone-make", "/", PHONE, "light"),
    ("phone-short", "/shorts/trailrucksack-28", PHONE, "dark"),
    ("phone-edit", "/shorts/maceta-autorriego-brote/edit", PHONE, "light"),
)
"""Name, path, size of the window, light or dark."""


@contextmanager
def serving(shop: DemoShop, port: int) -> Iterator[str]:
    """Serve from a folder of its own, with a worker."""
    with tempfile.TemporaryDirectory(prefix="shopreel-pictures-") as folder:
        environment = {"SHOPREEL_DATA_DIR": folder, "FETCH_ALLOWED_HOSTS": urlsplit(shop.url).netloc}
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: answers(f"http://127.0.0.1:{port}/health/ready"), 60, "the server")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def begin(site: str, url: str, short_id: str, *, review: bool = False) -> None:
    """Start a short."""
    body = {
        "url": url,
        "short_id": short_id,
        "user_id": "demo",
        "review": review,
        "wishes": {"seconds": 10, "width": 540, "height": 960},
    }
    httpx2.post(f"{site}/api/v1/shorts", json=body, timeout=30).raise_for_status()


def status(site: str, short_id: str) -> str:
    """Return how a short stands."""
    return str(httpx2.get(f"{site}/api/v1/shorts/{short_id}", timeout=30).json()["short"]["status"])


def is_completed(site: str, short_id: str) -> bool:
    return status(site, short_id) == "completed"


def shoot(browser: Browser, site: str, shot: Shot, folder: Path) -> None:
    """Take one picture, as small as it must be."""
    name, path, (width, height), scheme = shot
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(site + path)
    page.wait_for_selector("main h1")
    page.wait_for_function("window.did_handshake")
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    with Image.open(BytesIO(page.screenshot())) as picture:
        for quality in (88, 75, 60):
            out = BytesIO()
            picture.convert("RGB").save(out, "WEBP", quality=quality, method=6)
            if out.tell() <= MOST_BYTES:
                break
    (folder / f"dashboard-{name}.webp").write_bytes(out.getvalue())
    context.close()


def main(folder: Path, port: int = 8733) -> None:
    """Make what is to be seen, and take all pictures into ``folder``."""
    with DemoShop() as shop, serving(shop, port) as site, sync_playwright() as driver:
        by_slug = {url.rpartition("/")[2]: url for url in shop.product_urls}
        for url in shop.product_urls:  # the shop draws a picture when it is first asked for it
            for path in set(PICTURES.findall(httpx2.get(url).text)):
                httpx2.get(shop.url + path, timeout=120).raise_for_status()
        begin(site, by_slug["maceta-autorriego-brote"], "maceta-autorriego-brote", review=True)
        for slug in MADE:
            begin(site, by_slug[slug], slug)
        begin(site, f"{shop.url}/products/gone", "gone")
        for slug in MADE:
            wait_for(partial(is_completed, site, slug), PATIENCE, slug)
        wait_for(lambda: status(site, "maceta-autorriego-brote") == "waiting", PATIENCE, "the scenario")
        begin(site, by_slug["lampe-de-bureau-petite-ourse"], "lampe-de-bureau-petite-ourse")
        found = httpx2.post(f"{site}/api/v1/brand-kits/from-page", json={"url": f"{shop.url}/"}, timeout=60).json()
        kit = {"name": found["name"], "brand": found["brand"], "default": True}
        httpx2.post(f"{site}/api/v1/brand-kits", json=kit, timeout=30).raise_for_status()
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for shot in SHOTS:
            shoot(browser, site, shot, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
