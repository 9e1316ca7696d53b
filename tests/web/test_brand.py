"""Brand kits in a real browser: from a shop's home page in one step, confirmed by a person, and given to new shorts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from patchright.sync_api import expect

from tests.making import logo
from tests.polling import wait_for
from tests.web.conftest import PATIENCE, PHONE, Shop, Tab

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def kits(site: str) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """Return the kits that there are; they are removed in the end."""

    def found() -> list[dict[str, object]]:
        return list(httpx2.get(f"{site}/api/v1/brand-kits", timeout=30).json()["brand_kits"])

    yield found
    for kit in found():
        httpx2.delete(f"{site}/api/v1/brand-kits/{kit['brand_kit_id']}", timeout=30)


def test_a_shops_home_page_becomes_the_default_kit_of_new_shorts(
    tab: Tab, shop: Shop, kits: Callable[[], list[dict[str, object]]]
) -> None:
    page = tab.open("/brand")
    expect(page.get_by_text("No brand kit yet")).to_be_visible()
    page.get_by_role("button", name="Find the brand").click()
    expect(page.locator("#brand-url-fault")).to_contain_text("Type the address")
    page.get_by_label("Home page").fill(f"{shop.url}/nothing")
    page.keyboard.press("Enter")
    expect(page.locator("#brand-url-fault")).to_contain_text("404")
    page.get_by_label("Home page").fill(f"{shop.url}/home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Hearth")
    page.wait_for_function("document.querySelector('.kit-logo').naturalWidth === 240")
    assert page.get_by_label("Colour 1", exact=True).input_value() == "#b5482a"
    assert page.get_by_label("Colour 2", exact=True).input_value() == "#27566b"
    expect(page.get_by_label("Font")).to_have_value("playfair-display")
    tab.check()
    assert kits() == []  # until a person has confirmed it
    page.get_by_label("End card").fill("hearth.example")
    page.get_by_role("button", name="Save brand kit").click()
    expect(page.locator(".kit")).to_contain_text("Hearth")
    [kit] = kits()
    assert (kit["name"], kit["default"]) == ("Hearth", True)
    tab.check()

    body = {"url": f"{shop.url}/cup", "review": True, "wishes": {"seconds": 10, "width": 180, "height": 320}}
    made = httpx2.post(f"{tab.site}/api/v1/shorts", json=body, timeout=30).json()["short_id"]
    address = f"{tab.site}/api/v1/shorts/{made}"
    wishes = httpx2.get(address, timeout=30).json()["short"]["wishes"]
    assert wishes["brand"] == kit["brand"]
    assert wishes["brand"]["end_card"] == "hearth.example"
    wait_for(lambda: httpx2.get(address, timeout=30).json()["short"]["status"] == "waiting", 120, "the script")
    httpx2.delete(address, timeout=30)


def test_on_a_phone_kits_are_made_changed_and_deleted(
    new_tab: Callable[..., Tab], kits: Callable[[], list[dict[str, object]]], tmp_path: Path
) -> None:
    tab = new_tab(PHONE, "dark")
    page = tab.open("/brand")
    (tmp_path / "logo.png").write_bytes(logo())
    for name in ("First", "Second"):
        page.get_by_role("button", name="New brand kit").click()
        page.get_by_label("Name").fill(name)
        page.get_by_label("A logo").set_input_files(tmp_path / "logo.png")
        page.wait_for_function("document.querySelector('.brand-form .kit-logo').naturalWidth === 240")
        page.get_by_role("button", name="Save brand kit").click()
        expect(page.locator(".kit", has_text=name)).to_be_visible()
    assert [(kit["name"], kit["default"]) for kit in kits()] == [("First", False), ("Second", True)]
    page.get_by_role("button", name="Make First the default").click()
    expect(page.locator(".kit", has_text="First")).to_contain_text("Default")
    page.get_by_role("button", name="Change Second").click()
    page.get_by_label("Watermark").fill("second.example")
    page.get_by_role("button", name="Save brand kit").click()
    wait_for(lambda: [kit["watermark"] for kit in kits()] == [None, "second.example"], 20, "the change")
    tab.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Delete First").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator(".kit")).to_have_count(1)
    assert [kit["name"] for kit in kits()] == ["Second"]
