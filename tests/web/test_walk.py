"""The whole way in a real browser: paste, watch, reload, review, edit, save, play; and what can go wrong on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from patchright.sync_api import Page, expect

from tests.polling import wait_for
from tests.web.conftest import PATIENCE, PHONE, Shop, Tab

expect.set_options(timeout=PATIENCE)
SMALLEST = "size=180x320&seconds=10"
PAGES = ("/", "/shorts", "/brand", "/sessions", "/tasks", "/reports", "/activity", "/system")


def form_of(url: str) -> str:
    """Return the address of a form that is filled in for a product, with the smallest video there is."""
    return f"/?{SMALLEST}&url={quote(url)}"


def states(page: Page) -> dict[str, str]:
    """Return the steps as the page shows them: name -> state."""
    return {
        str(row.locator(".step-name > span").first.text_content()): (row.get_attribute("class") or "").removeprefix(
            "step "
        )
        for row in page.locator(".step").all()
    }


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The short that was walked through, for the tests that come after."""
    return {}


@pytest.fixture
def short_id(site: str, shop: Shop, made: dict[str, str]) -> str:
    """The short that was walked through; or, where another process of the test run does that, one of its own."""
    if "short" not in made:
        wishes = {"seconds": 10, "width": 180, "height": 320}
        answer = httpx2.post(f"{site}/api/v1/shorts", json={"url": f"{shop.url}/cup", "wishes": wishes}, timeout=30)
        made["short"] = answer.raise_for_status().json()["short_id"]
        address = f"{site}/api/v1/shorts/{made['short']}"
        wait_for(lambda: httpx2.get(address).json()["short"]["status"] == "completed", 120, "a short with its video")
    return made["short"]


def test_from_a_pasted_address_to_a_video_that_plays(tab: Tab, shop: Shop, made: dict[str, str]) -> None:
    page = tab.open(f"/?{SMALLEST}")
    page.get_by_label("Product page").fill(f"{shop.url}/cup")
    page.get_by_role("button", name="Generate and edit").click()
    page.wait_for_url("**/shorts/short-*")
    made["short"] = page.url.rpartition("/")[2]
    expect(page.locator(".step.now, .step.wait").first).to_be_attached()

    # A reload in the middle shows where it is at once: the page that comes holds the state.
    before = states(page)
    answer = page.reload()
    assert answer is not None
    assert answer.ok
    assert made["short"] in answer.text()
    tab.ready()
    order = ["later", "now", "wait", "done"]
    after = states(page)
    assert all(order.index(after[name]) >= order.index(state) for name, state in before.items()), (before, after)

    expect(page.get_by_role("link", name="Review the script")).to_be_visible(timeout=120_000)
    page.get_by_role("link", name="Review the script").click()
    tab.ready()
    tab.check()
    page.get_by_label("On screen").fill("Mornings taste better")
    expect(page.locator(".sticky [role=status]")).to_have_text("All changes saved")
    page.get_by_role("button", name="Make the video").click()
    page.wait_for_url(f"**/shorts/{made['short']}")
    tab.ready()
    expect(page.locator("video")).to_be_visible(timeout=120_000)
    # The video is there a moment before the task that made it has ended.
    expect(page.locator(".step.done")).to_have_count(len(states(page)))
    page.get_by_text("Details", exact=True).click()
    expect(page.get_by_text("What the page says")).to_be_visible()
    assert page.locator(".pictures img").count() >= 3
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.3")
    assert page.evaluate("document.querySelector('video').videoHeight") == 320
    download = page.get_by_role("link", name="Download").get_attribute("href")
    assert httpx2.get(tab.site + str(download)).headers["content-type"] == "video/mp4"
    files(tab)
    tab.check()


def files(tab: Tab) -> None:
    """See what comes with the video: captions in the player, thumbnails, a preview that stands still if asked to."""
    page = tab.page
    page.evaluate("document.querySelector('video').textTracks[0].mode = 'showing'")
    page.wait_for_function("document.querySelector('video').textTracks[0].cues?.length > 1")
    kinds = {"SRT": "application/x-subrip", "VTT": "text/vtt", "ASS": "text/x-ssa"}
    for name, kind in kinds.items():
        address = page.get_by_role("link", name=f"Captions: {name}").get_attribute("href")
        assert httpx2.get(tab.site + str(address)).headers["content-type"].startswith(kind)
    assert "licences" in httpx2.get(tab.site + str(page.locator(".files a").last.get_attribute("href"))).text
    shown = page.locator(".still img")
    expect(shown).to_have_count(4)
    for place in range(4):
        shown.nth(place).scroll_into_view_if_needed()
        page.wait_for_function(f"document.querySelectorAll('.still img')[{place}].naturalWidth > 0")
    moving = page.get_by_role("link", name="Moving preview")
    picture = moving.locator("img")
    assert "/thumbnail?" in picture.evaluate("image => image.currentSrc")
    page.emulate_media(reduced_motion="no-preference")
    page.wait_for_function("document.querySelectorAll('.still img')[3].currentSrc.includes('/preview?')")
    page.emulate_media(reduced_motion="reduce")
    assert httpx2.get(tab.site + str(moving.get_attribute("href"))).headers["content-type"] == "image/webp"


@pytest.mark.parametrize(("look", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_every_page_can_be_used_by_everyone(new_tab: Any, tab: Tab, short_id: str, look: str, scheme: str) -> None:
    """On a desktop in light, on a phone of 390 pixels in dark; axe-core finds nothing serious."""
    if look == "phone":
        tab = new_tab(PHONE, scheme)
    short = f"/shorts/{short_id}"
    for path in (*PAGES, short, f"{short}/edit", "/shorts/nobody-has-this"):
        page = tab.open(path)
        tab.check()
        assert page.viewport_size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        assert page.locator("h1").count() == 1
        assert page.get_by_role("navigation", name="Main").is_visible()
        assert "ShopReel" in page.title()


def test_what_is_drawn_anew_keeps_the_keyboard(tab: Tab) -> None:
    page = tab.open("/system")
    page.evaluate("""() => {
        const button = document.querySelector("[data-theme-switch]");
        button.focus();
        button.replaceWith(button.cloneNode(true));
    }""")
    assert page.evaluate("document.activeElement === document.querySelector('[data-theme-switch]')")
    # Not for a person who has gone on with the pointer.
    page.mouse.click(900, 850)
    page.evaluate("""() => {
        const button = document.querySelector("[data-theme-switch]");
        button.replaceWith(button.cloneNode(true));
    }""")
    assert page.evaluate("document.activeElement !== document.querySelector('[data-theme-switch]')")


def test_light_and_dark_are_chosen_and_remembered(tab: Tab) -> None:
    page = tab.open("/system")
    theme = page.locator("[data-theme-switch]")
    theme.click()
    assert theme.get_attribute("aria-label") == "Theme: light"
    theme.click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 16, 18)"
    page.reload()
    tab.ready()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def holds_the_keyboard(page: Page) -> str:
    """Return the words of what a key would be for."""
    return str(page.evaluate("document.activeElement.textContent"))


def test_with_the_keyboard_alone_a_short_is_begun_and_cancelled(tab: Tab, held: Shop) -> None:
    page = tab.open("/tasks")
    page.keyboard.press("Tab")
    assert holds_the_keyboard(page) == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    tab.open(form_of(f"{held.url}/held"))
    assert page.evaluate("document.activeElement.id") == "url"
    page.keyboard.press("Enter")
    page.wait_for_url("**/shorts/short-*")
    tab.ready()
    for _ in range(20):
        page.keyboard.press("Tab")
        if holds_the_keyboard(page) == "Cancel":
            break
    # What the page shows goes on; the keyboard is still where it was.
    held.page_given.set()
    expect(page.locator("h1")).to_have_text("Steel cup")
    assert holds_the_keyboard(page) == "Cancel"
    page.keyboard.press("Enter")
    expect(page.locator(".badge").first).to_have_text("cancelled")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    # The button is gone, but not its place: one step on from it is what can be done now.
    assert holds_the_keyboard(page) != ""
    page.keyboard.press("Tab")
    assert holds_the_keyboard(page) == "Try again"


def test_a_saved_page_is_as_good_as_an_address_and_a_cancelled_short_is_tried_again(
    tab: Tab, held: Shop, tmp_path: Path
) -> None:
    saved = tmp_path / "page.html"
    saved.write_bytes(held.page("/held"))
    before = count_of_shorts(tab.site)
    page = tab.open(f"/?{SMALLEST}")
    page.get_by_label("A saved page").set_input_files(saved)
    expect(page.get_by_text("page.html: ready")).to_be_visible()
    # Clicked twice, as many do: it is one all the same.
    page.get_by_role("button", name="Generate", exact=True).dblclick()
    page.wait_for_url("**/shorts/short-*")
    first = page.url
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Try again").dblclick()
    page.wait_for_function(
        "first => location.pathname.startsWith('/shorts/short-') && location.href !== first", arg=first
    )
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".badge").first).to_have_text("cancelled")
    assert count_of_shorts(tab.site) == before + 2


def count_of_shorts(site: str) -> int:
    """Return how many shorts there are, up to 200."""
    return len(httpx2.get(f"{site}/api/v1/shorts?limit=200").json()["shorts"])


def test_what_fails_says_why_and_what_to_do(tab: Tab, shop: Shop) -> None:
    page = tab.open("/?seconds=10")
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.locator("#url-fault")).to_contain_text("Paste the address")
    assert page.get_by_label("Product page").get_attribute("aria-invalid") == "true"
    before = count_of_shorts(tab.site)
    for wrong, told in (("hello", "no address of a page"), ("http:///cup", "url: "), ("https://a b.example", "url: ")):
        page.get_by_label("Product page").fill(wrong)
        page.keyboard.press("Enter")
        expect(page.locator("#url-fault")).to_contain_text(told)
    assert count_of_shorts(tab.site) == before
    page.get_by_label("Product page").fill(f"{shop.url}/products/nothing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/shorts/short-*")
    expect(page.get_by_text("Read the page failed")).to_be_visible()
    expect(page.get_by_text("Check that the address opens a product's own page")).to_be_visible()
    assert states(page)["Read the page"] == "bad"
    tab.check()
    short = page.url.rpartition("/")[2]
    tab.open(f"/tasks?status=failed&short_id={short}")
    assert page.locator("tbody tr").count() == 1
    assert "Read the page" in page.locator("tbody tr").inner_text()
    assert page.get_by_label("Status").input_value() == "failed"
    page.get_by_label("Created before").fill("2001-01-01")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**created_before=2001-01-01**")
    expect(page.get_by_text("No task matches")).to_be_visible()
    page.reload()
    tab.ready()
    assert page.get_by_label("Created before").input_value() == "2001-01-01"
    tab.open(f"/tasks?created_after=2001-01-01&status=failed&short_id={short}")
    assert page.locator("tbody tr").count() == 1
    for path in ("/sessions", "/shorts"):
        tab.open(f"{path}?created_after=2001-13-01")
        expect(page.get_by_text("is no day such as")).to_be_visible()
    tab.open("/sessions?status=nonsense")
    expect(page.get_by_text("there is no 'nonsense'")).to_be_visible()


def followers(tab: Tab) -> int:
    """Return how many pages follow the events in the server's process."""
    found = re.search(r"^shopreel_event_followers (\d+)", httpx2.get(f"{tab.site}/metrics").text, re.MULTILINE)
    return int(found[1]) if found else -1


def test_open_pages_show_what_happens_elsewhere_and_closed_ones_leave_nothing_behind(new_tab: Any) -> None:
    first, second = new_tab(), new_tab()
    wait_for(lambda: followers(first) == 0, 20, "the tabs of the tests before to be gone")
    body = {"short_id": "elsewhere", "text": "A steel cup that keeps tea warm for hours."}
    pages = [tab.open("/tasks?short_id=elsewhere") for tab in (first, second)]
    for page in pages:
        expect(page.get_by_text("No task matches")).to_be_visible()
    wait_for(lambda: followers(first) == 2, 20, "both to follow")
    assert httpx2.post(f"{first.site}/api/v1/content/analyze", json=body).status_code == 202
    for page in pages:
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody .badge")).to_have_text("completed")
    first.page.close()
    wait_for(lambda: followers(first) == 1, 20, "the closed one to be gone")
    second.page.goto("about:blank")
    wait_for(lambda: followers(first) == 0, 20, "the other one to be gone")


def test_an_address_without_a_page_is_told_in_a_page_and_an_empty_search_is_one(tab: Tab) -> None:
    tab.open("/shortz?x=1")
    assert httpx2.get(f"{tab.site}/shortz", headers={"Accept": "text/html"}).status_code == 404
    assert httpx2.get(f"{tab.site}/shortz").json()["status"] == 404
    expect(tab.page.get_by_text("There is no page /shortz")).to_be_visible()
    tab.check()
    tab.open("/shorts?q=nothing-is-called-so")
    expect(tab.page.get_by_text("No short matches")).to_be_visible()
    expect(tab.page.get_by_text("No shorts yet")).to_have_count(0)
    tab.page.get_by_role("link", name="Clear the filters").click()
    tab.page.wait_for_url("**/shorts")


def test_the_api_s_page_needs_nothing_from_elsewhere(tab: Tab, site: str) -> None:
    elsewhere: list[str] = []
    tab.page.on("request", lambda one: None if one.url.startswith((site, "data:")) else elsewhere.append(one.url))
    tab.page.goto(f"{site}/docs")
    expect(tab.page.locator(".opblock").first).to_be_visible()
    assert elsewhere == []
