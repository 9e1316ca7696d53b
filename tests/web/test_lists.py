"""Lists in a real browser: films that move under the pointer, many chosen at once, reasons, totals."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from itertools import groupby
from typing import Any

import httpx2
import pytest
from patchright.sync_api import expect

from tests.polling import wait_for
from tests.web.conftest import PATIENCE, PHONE, SMALLEST, Shop, Tab, start, status_of

expect.set_options(timeout=PATIENCE)


def test_a_film_moves_under_the_pointer_and_is_not_loaded_before(tab: Tab, film: str) -> None:
    loaded: list[str] = []
    tab.page.on("request", lambda one: loaded.append(one.url))
    page = tab.open("/shorts?status=completed")
    tile = page.locator(f".tile[href='/shorts/{film}']")
    expect(tile.locator(".tile-length")).to_have_text("0:10 · 400 × 700")
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "/preview" in url]
    tile.hover()  # who asked for less motion gets none
    assert "/thumbnail" in str(tile.locator("img").get_attribute("src"))
    page.mouse.move(0, 0)
    page.emulate_media(reduced_motion="no-preference")
    tile.hover()
    wait_for(lambda: [url for url in loaded if f"{film}/preview" in url], 20, "the preview")
    assert "/preview" in str(tile.locator("img").get_attribute("src"))
    page.mouse.move(0, 0)
    assert "/thumbnail" in str(tile.locator("img").get_attribute("src"))


def test_several_are_downloaded_made_again_and_deleted(new_tab: Any, shop: Shop, film: str) -> None:
    tab: Tab = new_tab(PHONE)
    failed = [start(tab.site, f"{shop.url}/nothing/{number}") for number in range(2)]
    for one in failed:
        wait_for(lambda named=one: status_of(tab.site, named) == "failed", 60, "both to fail")  # type: ignore[misc]  # the name is of this turn
    page = tab.open("/shorts?status=failed")
    expect(page.locator(".tile-reason").first).to_contain_text("404")
    expect(page.get_by_text("chosen")).to_be_hidden()
    for one in failed:
        mark = page.locator(f"input[value='{one}']")
        mark.focus()
        page.keyboard.press("Space")
    expect(page.get_by_text("2 chosen")).to_be_visible()
    expect(page.get_by_role("link", name="Download (ZIP)")).to_be_hidden()  # there is no film
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    before = total(tab.site)
    page.get_by_role("button", name="Generate again").click()
    expect(page.locator(".toast")).to_have_text("2 started")
    expect(page.get_by_text("2 chosen")).to_be_hidden()
    assert total(tab.site) == before + 2
    for one in failed:
        page.locator(f"input[value='{one}']").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("dialog", name="Delete these 2 shorts?")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("2 deleted")).to_be_visible()
    for one in failed:
        assert httpx2.get(f"{tab.site}/api/v1/shorts/{one}").status_code == 404

    page = tab.open("/shorts?status=completed")
    page.locator(f"input[value='{film}']").check()
    address = page.get_by_role("link", name="Download (ZIP)").get_attribute("href")
    with zipfile.ZipFile(BytesIO(httpx2.get(f"{tab.site}{address}", timeout=60).content)) as archive:
        assert [name.rpartition(".")[2] for name in archive.namelist()] == ["mp4"]


def test_a_mark_stays_though_the_list_is_drawn_anew_before_it_is_told(tab: Tab, shop: Shop) -> None:
    failed = [start(tab.site, f"{shop.url}/nothing/mark/{number}") for number in range(2)]
    for one in failed:
        wait_for(lambda named=one: status_of(tab.site, named) == "failed", 60, "both to fail")  # type: ignore[misc]  # the name is of this turn
    page = tab.open("/shorts?status=failed")
    page.locator(f"input[value='{failed[0]}']").check()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    # As a list that was read before the mark was told is drawn.
    page.evaluate(f"document.querySelector(`input[value='{failed[0]}']`).checked = false")
    page.locator(f"input[value='{failed[1]}']").check()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.locator(f"input[value='{failed[1]}']").uncheck()
    expect(page.get_by_text("1 chosen")).to_be_visible()


def total(site: str) -> int:
    """Return how many shorts there are, up to 200."""
    return len(httpx2.get(f"{site}/api/v1/shorts?limit=200", timeout=30).json()["shorts"])


def test_chips_tell_totals_and_lead_to_those_alone(tab: Tab, film: str) -> None:
    page = tab.open("/shorts?q=steel")
    chips = page.get_by_role("navigation", name="By status").get_by_role("link")
    expect(chips.first).to_have_text(re.compile(r"All\s*[\d,]+"))  # they are counted when the page is there
    counts = {one.locator("span").first.inner_text(): int(one.locator("span").last.inner_text()) for one in chips.all()}
    assert counts.pop("All") == sum(counts.values())
    chips.filter(has_text="Completed").click()
    page.wait_for_url("**/shorts?q=steel&status=completed")
    tab.ready()
    assert {one.inner_text() for one in page.locator(".tile .badge").all()} == {"completed"}
    assert page.get_by_label("Search").input_value() == "steel"
    page.get_by_label("Search").press("Enter")  # the status stays
    page.wait_for_url("**status=completed**")


def test_a_task_is_cancelled_after_a_question_and_its_short_is_told_as_cancelled(tab: Tab, held: Shop) -> None:
    short_id = start(tab.site, f"{held.url}/held", wishes=SMALLEST)
    page = tab.open(f"/tasks?short_id={short_id}")
    cancel = page.get_by_role("button", name=f"Cancel Scraping of {short_id}")
    expect(cancel).to_have_text("Cancel")
    cancel.click()
    dialog = page.get_by_role("dialog", name="Cancel “Read the page”?")
    expect(dialog).to_contain_text(f"It ends the whole short {short_id}.")
    tab.check()
    dialog.get_by_role("button", name="No, keep it").click()
    assert status_of(tab.site, short_id) == "making"
    cancel.click()
    dialog.get_by_role("button", name="Cancel it").click()
    wait_for(lambda: status_of(tab.site, short_id) == "cancelled", 20, "the short to end")
    page = tab.open(f"/shorts/{short_id}")
    expect(page.locator(".badge").first).to_have_text("cancelled")
    expect(page.get_by_text("failed")).to_have_count(0)
    assert page.locator(".step.bad").count() == 0
    assert page.locator(".step.off").count() == 1


@pytest.mark.usefixtures("film")
def test_rows_of_a_short_stand_together_and_reports_begin_with_videos(tab: Tab, film: str) -> None:
    page = tab.open("/tasks")
    ids = [row.locator("td").first.inner_text().split("\n")[0].strip() for row in page.locator("tbody tr").all()]
    together = [short_id for short_id, _ in groupby(ids)]
    assert len(together) == len(set(together))
    assert page.locator("tbody td:first-child .identifier").count() == len(together)
    tab.check()
    page = tab.open("/reports")
    expect(page.get_by_text("videos made", exact=False)).to_be_visible()
    expect(page.get_by_text("Tasks by type")).to_be_hidden()
    page.get_by_text("Tasks behind it").click()
    expect(page.get_by_text("Tasks by type")).to_be_visible()
    wait_for(
        lambda: page.evaluate("document.querySelector('canvas')?.getBoundingClientRect().width ?? 0") > 200,
        20,
        "the chart",
    )
    tab.check()
