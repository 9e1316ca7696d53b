"""A share link in real browsers: the owner makes it, somebody without a key opens it, approves and comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from patchright.sync_api import expect

from app.access.keys import KeyScope, create_key
from tests.access.servers import api_processes
from tests.polling import wait_for
from tests.web.conftest import PATIENCE, PHONE, Tab

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the server writes of its requests."""
    return tmp_path / "log"


@pytest.fixture
def closed(log: Path) -> Iterator[str]:
    """A server where keys are required, which tells all that it does."""
    with api_processes(1, log, API_KEYS_REQUIRED="true", LOG_LEVEL="debug") as (url,):
        yield url


def test_a_link_is_opened_without_a_key_approved_and_revoked(new_tab: Any, closed: str, film: str, log: Path) -> None:
    owner: Tab = new_tab()
    owner.site = closed
    owner.page.goto(f"{closed}/shorts/{film}")
    owner.page.get_by_label("API key").fill(create_key("root", KeyScope.ADMIN)[1])
    owner.page.keyboard.press("Enter")
    owner.page.wait_for_url(f"**/shorts/{film}")
    owner.ready()
    owner.page.get_by_label("Ends after").select_option("7")
    owner.page.get_by_role("button", name="Create a link").click()
    url = owner.page.locator(".share-url").inner_text()
    assert url.startswith(f"{closed}/s/sh_")
    owner.check()

    guest: Tab = new_tab(PHONE, "dark")
    guest.site = closed
    page = guest.page
    page.goto(url)
    guest.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate("document.cookie") == ""
    page.evaluate("document.querySelector('video').play()")
    wait_for(lambda: page.evaluate("document.querySelector('video').currentTime") > 0.3, 20, "the film to play")
    page.get_by_text("TikTok", exact=True).click()
    expect(page.locator(".post-text").first).to_contain_text("€12.50")
    page.get_by_label("Your name").focus()  # by the keyboard alone
    page.keyboard.type("Ben")
    page.keyboard.press("Tab")
    page.keyboard.type("The logo a little larger, please")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("The logo a little larger")
    page.get_by_label("Your name").fill("Ben")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".answer")).to_have_count(2)
    guest.check()
    told = log.read_text()
    assert "/s/sh_***" in told
    assert url.rpartition("/")[2] not in told

    # The owner's page, which was open all the while, shows it.
    expect(owner.page.locator(".answer").filter(has_text="approved")).to_contain_text("Ben")
    owner.page.get_by_role("button", name="Revoke").click()
    owner.page.get_by_role("button", name="Revoke it").click()
    expect(owner.page.locator(".share .badge").first).to_have_text("revoked")
    assert page.goto(url).status == 404  # type: ignore[union-attr]  # a page that is gone to answers
    expect(page.get_by_text("leads nowhere, or not any more")).to_be_visible()
    guest.check()
