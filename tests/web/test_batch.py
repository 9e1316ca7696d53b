"""Many pages at once in a real browser: ten addresses to a ZIP, a feed that is uploaded, and a limit that holds."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import httpx2
from patchright.sync_api import expect

from tests.polling import wait_for
from tests.web.conftest import PATIENCE, PHONE, SMALLEST, Shop, Tab

expect.set_options(timeout=PATIENCE)


def batch_of(site: str, batch_id: str) -> dict[str, Any]:
    """Return a batch as the API tells it."""
    found: dict[str, Any] = httpx2.get(f"{site}/api/v1/batches/{batch_id}", timeout=30).json()
    return found


def test_ten_addresses_become_a_zip(tab: Tab, shop: Shop) -> None:
    urls = [f"{shop.url}/{'cup' if number < 4 else 'nothing'}?colour={number}" for number in range(10)]
    page = tab.open("/?size=180x320&seconds=10")
    page.get_by_label("Product page").fill("\n".join(urls))
    page.get_by_role("button", name="Generate", exact=True).dblclick()
    page.wait_for_url("**/batches/batch-*")
    batch_id = page.url.rpartition("/")[2]
    tab.ready()
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.get_by_role("progressbar", name="Progress of the whole batch")).to_be_visible()
    tab.check()
    wait_for(lambda: "making" not in batch_of(tab.site, batch_id)["counts"], 500, "all of the batch")
    expect(page.get_by_text("4 completed, 6 failed")).to_be_visible()
    expect(page.locator("tbody")).to_contain_text("404")
    assert page.get_by_role("progressbar", name="Progress of the whole batch").get_attribute("aria-valuenow") == "100"
    address = page.get_by_role("link", name="Download 4 videos (ZIP)").get_attribute("href")
    answer = httpx2.get(f"{tab.site}{address}", timeout=60)
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 4
        assert all(name.endswith(".mp4") for name in archive.namelist())
    # Those of the batch alone are listed by it.
    found = httpx2.get(f"{tab.site}/api/v1/shorts?batch_id={batch_id}&limit=200").json()["shorts"]
    assert [one["url"] for one in reversed(found)] == urls


def test_a_feed_is_as_good_as_addresses_on_a_phone(new_tab: Any, shop: Shop, tmp_path: Path) -> None:
    tab: Tab = new_tab(PHONE, "dark")
    feed = tmp_path / "products.csv"
    feed.write_text(f"title,link,price\nCup,{shop.url}/cup,12.50 EUR\nOther cup,{shop.url}/cup?b=1,12.50 EUR\n")
    empty = tmp_path / "empty.csv"
    empty.write_text("title,price\nCup,12.50 EUR\n")
    page = tab.open("/?size=180x320&seconds=10")
    page.get_by_label("A saved page").set_input_files(empty)
    expect(page.locator(".toast")).to_contain_text("no products with an address")
    page.get_by_label("A saved page").set_input_files(feed)
    expect(page.get_by_text("products.csv: 2 products with an address")).to_be_visible()
    page.get_by_role("button", name="Generate and edit").click()
    page.wait_for_url("**/batches/batch-*")
    batch_id = page.url.rpartition("/")[2]
    wait_for(lambda: batch_of(tab.site, batch_id)["counts"] == {"waiting": 2}, 120, "both scripts")
    tab.ready()
    expect(page.get_by_text("waits for review").first).to_be_visible()
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_same_request_is_the_same_batch_and_a_broken_address_is_told(site: str, shop: Shop) -> None:
    body = {"urls": [f"{shop.url}/nothing", f"{shop.url}/nothing", "ftp://x"], "wishes": SMALLEST}
    first, second = (
        httpx2.post(f"{site}/api/v1/batches", json=body, headers={"Idempotency-Key": "one"}, timeout=30).json()
        for _ in range(2)
    )
    assert first == second
    assert [row["short_id"] is None for row in first["rows"]] == [False, True]
    assert "ftp" in first["rows"][1]["reason"]
    wait_for(lambda: batch_of(site, first["batch_id"])["counts"] == {"failed": 1}, 60, "its end")
    assert batch_of(site, first["batch_id"])["percent"] == 100
    assert httpx2.get(f"{site}/api/v1/batches/batch-of-nobody").status_code == 404


def test_the_command_line_writes_a_folder_of_videos_and_tells_what_failed(shop: Shop, tmp_path: Path) -> None:
    listed = tmp_path / "addresses.txt"
    listed.write_text(f"# two products\n{shop.url}/cup\n{shop.url}/nothing\n")
    folder = tmp_path / "videos"
    wishes = ("--seconds", "10", "--aspect", "1:1", "--quality", "360")
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "batch", str(listed), "-o", str(folder), *wishes],
        env=os.environ | {"FETCH_ALLOWED_HOSTS": urlsplit(shop.url).netloc, "FETCH_BROWSER": "false"},
        capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    (video,) = folder.iterdir()
    assert video.suffix == ".mp4"
    with av.open(str(video)) as film:
        assert film.streams.video[0].width == 360
    assert done.returncode == 1, done.stderr
    assert "answered 404" in done.stderr
