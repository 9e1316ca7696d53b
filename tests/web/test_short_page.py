"""A short's page in a real browser: the video first, all its files, what to post, and a question before it goes."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import httpx2
import pytest
from patchright.sync_api import ViewportSize, expect

from tests.polling import wait_for
from tests.web.conftest import DESKTOP, PATIENCE, PHONE, Shop, Tab, start, status_of

expect.set_options(timeout=PATIENCE)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_video_comes_first_and_the_works_behind_details(new_tab: Any, film: str, size: ViewportSize) -> None:
    tab: Tab = new_tab(size)
    page = tab.open(f"/shorts/{film}")
    video = page.locator("video").bounding_box()
    assert video is not None
    assert video["y"] < size["height"] / 2
    for card in ("Downloads", "Post it", "Details"):
        box = page.get_by_text(card, exact=True).bounding_box()
        assert box is not None
        assert box["y"] > video["y"] + video["height"] or box["x"] > video["x"] + video["width"]
    expect(page.locator(".step").first).to_be_hidden()
    expect(page.get_by_text("What the page says")).to_be_hidden()
    expect(page.get_by_role("progressbar", name="Progress of the whole short")).to_be_hidden()
    details = page.get_by_text("Details", exact=True)
    details.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".step.done").first).to_be_visible()
    expect(page.get_by_text("What the page says")).to_be_visible()
    expect(page.locator(".price")).to_have_text("€12.50")
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_every_size_has_its_own_name_and_a_zip_holds_all(tab: Tab, film: str) -> None:
    page = tab.open(f"/shorts/{film}")
    sizes = page.get_by_role("link", name="Video (MP4)")
    expect(sizes).to_have_count(2)
    names = []
    for place in range(2):
        with page.expect_download() as download:
            sizes.nth(place).click()
        names.append(download.value.suggested_filename)
    assert [name.rpartition(" ")[2] for name in names] == ["400x700.mp4", "360x630.mp4"]
    address = page.get_by_role("link", name="Everything in one ZIP").get_attribute("href")
    answer = httpx2.get(f"{tab.site}{address}", timeout=60)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        held = archive.namelist()
        assert set(names) <= set(held)
        assert {name.rpartition(".")[2] for name in held} == {"mp4", "jpg", "srt", "vtt", "ass", "webp", "txt", "json"}
        said = archive.read(next(name for name in held if name.endswith("posts.txt"))).decode()
    assert "TikTok" in said
    assert "€12.50" in said


def test_what_to_post_is_copied_for_each_network(new_tab: Any, film: str) -> None:
    tab: Tab = new_tab(PHONE)
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = tab.open(f"/shorts/{film}")
    posts = httpx2.get(f"{tab.site}/api/v1/shorts/{film}/posts").json()["posts"]
    for post in posts:
        part = page.locator(".post").filter(has=page.get_by_text(post["label"], exact=True))
        if part.get_attribute("open") is None:
            part.locator("summary").click()
        page.get_by_role("button", name=f"Copy the text for {post['label']}", exact=True).click()
        wait_for(lambda: page.evaluate("navigator.clipboard.readText()"), 10, "the copied text")
        assert page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n") == post["text"]
    tab.check()


def test_while_it_is_generated_there_is_one_bar_and_pictures_come_as_they_are_found(tab: Tab, held: Shop) -> None:
    short_id = start(tab.site, f"{held.url}/held")
    page = tab.open(f"/shorts/{short_id}")
    bar = page.get_by_role("progressbar", name="Progress of the whole short")
    expect(bar).to_be_visible()
    expect(page.get_by_text("generating")).to_be_visible()
    assert page.get_by_role("progressbar").filter(visible=True).count() == 1
    before = int(bar.get_attribute("aria-valuenow") or 0)
    held.page_given.set()
    expect(page.locator(".picture.skeleton")).to_have_count(3)
    wait_for(lambda: int(bar.get_attribute("aria-valuenow") or 0) > before, 30, "the bar to move")
    held.pictures_given.set()
    expect(page.get_by_alt_text("Product picture 1")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".badge").first).to_have_text("cancelled")
    expect(bar).to_be_hidden()
    tab.check()


def test_a_short_that_failed_is_tried_again_with_another_address_and_deleted_after_a_question(
    tab: Tab, shop: Shop
) -> None:
    short_id = start(tab.site, f"{shop.url}/products/nothing")
    page = tab.open(f"/shorts/{short_id}")
    expect(page.get_by_text("Read the page failed")).to_be_visible()
    page.get_by_role("link", name="Change the address").click()
    expect(page.get_by_label("Product page")).to_have_value(f"{shop.url}/products/nothing")

    page = tab.open(f"/shorts/{short_id}")
    delete = page.get_by_role("button", name="Delete", exact=True)
    for refused in ("Escape", "Enter"):  # No has the keyboard
        delete.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Delete this short?")).to_be_visible()
        expect(page.get_by_role("button", name="No, keep it")).to_be_focused()
        tab.check()
        page.keyboard.press(refused)
        expect(page.get_by_role("dialog")).to_be_hidden()
    assert status_of(tab.site, short_id) == "failed"
    delete.click()
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_url("**/shorts")
    assert httpx2.get(f"{tab.site}/api/v1/shorts/{short_id}").status_code == 404


def test_a_demo_product_is_there_to_try_in_a_mood_that_suits_it(tab: Tab, shop: Shop) -> None:
    page = tab.open("/")
    assert page.get_by_label("Mood").input_value() == "auto"
    page.get_by_role("link", name="Try a demo product").click()
    page.wait_for_url("**/?url=*")
    tab.ready()
    assert page.get_by_label("Product page").input_value() == f"{shop.url}/cup"
