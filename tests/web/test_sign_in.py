"""Signing in with a key in a real browser, to a server whose settings are full of secrets; none is on any page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from patchright.sync_api import expect

from app.access.keys import KeyScope, create_key
from app.config import get_settings
from app.models import Product
from app.shorts import repository as shorts
from app.web.pages.system import settings_shown
from tests import staging
from tests.access.servers import BROKER_PASSWORD, DATABASE_PASSWORD, USER, api_processes, passwords
from tests.web.conftest import PHONE, Tab

SECRETS = {
    "OPENAI_API_KEY": "sk-of-the-writer",
    "ELEVENLABS_API_KEY": "key-of-the-voice",
    "OPENAI_URL": "http://127.0.0.1:9/v1?api-key=key-of-the-gateway",
    "FETCH_PROXY": "http://proxy:p@ss-of-the-proxy@127.0.0.1:9",
}
HIDDEN = ("sk-of-the-writer", "key-of-the-voice", "key-of-the-gateway", "ss-of-the-proxy")
PAGES = ("/", "/shorts", "/shorts/cup-of-alice", "/sessions", "/tasks", "/reports", "/activity", "/system")
WRONG = "sr_" + "x" * 43


@pytest.fixture(scope="module")
def closed() -> Iterator[str]:
    """A server where keys are required."""
    with passwords() as environment, api_processes(1, **environment, **SECRETS) as (url,):
        yield url


@pytest.fixture
def alices_short() -> None:
    staging.save_product("cup", Product(title="The cup of Alice"), "alice")
    shorts.insert_short(shorts.Short(short_id="cup-of-alice", user_id="alice", product_id="cup"))


def sign_in(tab: Tab, key: str) -> None:
    tab.page.get_by_label("API key").fill(key)
    tab.page.keyboard.press("Enter")


@pytest.mark.usefixtures("alices_short")
def test_a_key_opens_the_page_that_was_asked_for(new_tab: Any, closed: str) -> None:
    tab = new_tab(PHONE, "dark")
    tab.site = closed
    page = tab.page
    page.goto(f"{closed}/shorts/cup-of-alice")
    assert page.url == f"{closed}/sign-in?next=/shorts/cup-of-alice"
    expect(page.get_by_label("API key")).to_be_focused()
    assert page.get_by_label("API key").get_attribute("type") == "password"
    sign_in(tab, WRONG)
    expect(page.get_by_role("alert")).to_contain_text("not valid")
    assert WRONG not in page.content()
    tab.check()
    sign_in(tab, create_key("alice")[1])
    page.wait_for_url("**/shorts/cup-of-alice")
    tab.ready()
    expect(page.get_by_role("heading", level=1)).to_have_text("The cup of Alice")
    assert page.evaluate("document.cookie") == ""
    tab.check()
    tab.open("/system")
    expect(page.get_by_text("this needs an admin key")).to_be_visible()
    tab.open("/shorts")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(f"{closed}/shorts")
    page.wait_for_url("**/sign-in?next=/shorts")
    page.goto(f"{closed}/tasks?status=failed&q=a%20b")
    page.wait_for_url("**/sign-in?next=**")
    sign_in(tab, create_key("alice")[1])
    page.wait_for_url("**/tasks?status=failed&q=a%20b")


@pytest.mark.usefixtures("alices_short")
def test_no_secret_of_the_settings_is_on_any_page(new_tab: Any, closed: str) -> None:
    tab = new_tab()
    tab.site = closed
    token = create_key("root", KeyScope.ADMIN)[1]
    tab.page.goto(f"{closed}/sign-in")
    sign_in(tab, token)
    tab.page.wait_for_url(f"{closed}/")
    secrets = (*HIDDEN, DATABASE_PASSWORD, BROKER_PASSWORD, f"{USER}:", token, token[3:])
    for path in PAGES:
        answer = tab.page.goto(closed + path)
        tab.ready()
        shown = answer.text() + tab.page.content()
        assert [secret for secret in secrets if secret in shown] == [], path
    settings = tab.page.locator(".settings").last.inner_text()
    for name, told in (
        ("MONGODB_URI", r"mongodb://\*\*\*@\S+\.sock/\?directConnection=true&authSource=\*\*\*"),
        ("FETCH_PROXY", r"http://\*\*\*@127\.0\.0\.1:9"),
        ("OPENAI_URL", r"http://127\.0\.0\.1:9/v1\?api-key=\*\*\*"),
        ("OPENAI_API_KEY", "set"),
    ):
        assert re.search(rf"{name}\s+{told}(\s|$)", settings), settings


def test_the_password_of_a_collector_is_a_secret_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://someone:pass@127.0.0.1:4318")
    get_settings.cache_clear()
    assert settings_shown()["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://***@127.0.0.1:4318"
