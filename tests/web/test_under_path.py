"""The whole site under a path (``ROOT_PATH``), behind a reverse proxy that takes the path off and one that does not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from patchright.sync_api import expect

from app.access.keys import KeyScope, create_key
from app.client import ShopReel
from app.config import Settings
from app.errors import NotFound
from tests.access.servers import api_processes
from tests.polling import wait_for
from tests.web.conftest import PATIENCE, Tab

ROOT = "/reel"
PAGES = ("/", "/shorts", "/brand", "/sessions", "/tasks", "/reports", "/activity", "/system", "/nowhere")
LEADING = """names => names.flatMap(
    name => [...document.querySelectorAll(`[${name}]`)].map(one => one.getAttribute(name))
).filter(place => place.startsWith("/"))"""
expect.set_options(timeout=PATIENCE)


class Proxy:
    """A reverse proxy for one path of its site: there is nothing beside it. It serves each connection one request."""

    def __init__(self, target: str, *, strips: bool) -> None:
        self.target, self.strips = target.removeprefix("http://"), strips
        self.beside: list[str] = []
        """What was asked for beside the path."""
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self) -> Proxy:
        self.thread.start()
        started = asyncio.run_coroutine_threadsafe(asyncio.start_server(self.serve, "127.0.0.1", 0), self.loop)
        self.server = started.result(10)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def stop(self) -> None:
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand one request on, and then whatever comes, both ways."""
        open_writers = [writer]
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            asked = self.handed_on((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            if asked is None:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            else:
                host, _, port = self.target.partition(":")
                back, on = await asyncio.open_connection(host, int(port))
                open_writers.append(on)
                on.write(asked.encode("latin-1"))
                await asyncio.gather(pour(reader, on), pour(back, writer))
        for one in open_writers:
            one.close()
            with suppress(ConnectionError):
                await one.wait_closed()

    def handed_on(self, head: str) -> str | None:
        """Return what a request begins with as the server is to see it; None: it is for nothing of its."""
        first, *headers = head.split("\r\n")
        method, path, version = first.split(" ")
        if not path.startswith(f"{ROOT}/"):
            self.beside.append(path)
            return None
        named = path.removeprefix(ROOT) if self.strips else path
        kept = [one for one in headers if not one.lower().startswith("connection:")]
        upgrades = any(one.lower().startswith("upgrade:") for one in headers)
        last = f"Connection: {'Upgrade' if upgrades else 'close'}"
        return "\r\n".join([f"{method} {named} {version}", last, "X-Forwarded-Proto: https", *kept])


async def pour(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    """Copy a stream to its end."""
    with suppress(ConnectionError):
        while data := await source.read(65_536):
            to.write(data)
            await to.drain()
    to.close()


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    """A server that is told to be reached under a path, where keys are required."""
    with api_processes(1, API_KEYS_REQUIRED="true", ROOT_PATH=ROOT) as (url,):
        yield url


@pytest.fixture(params=[True, False], ids=["path taken off", "path left"])
def proxy(request: pytest.FixtureRequest, backend: str) -> Iterator[Proxy]:
    with Proxy(backend, strips=request.param) as made:
        yield made


def test_all_pages_and_links_lie_under_the_path(new_tab: Any, proxy: Proxy, film: str) -> None:
    tab: Tab = new_tab()
    tab.site = proxy.url + ROOT
    page = tab.page
    page.goto(f"{tab.site}/shorts/{film}?from=mail")
    assert page.url == f"{tab.site}/sign-in?next=/shorts/{film}%3Ffrom%3Dmail"
    key = create_key("root", KeyScope.ADMIN)[1]
    page.get_by_label("API key").fill(key)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{tab.site}/shorts/{film}?from=mail")
    tab.ready()
    assert {cookie.get("path") for cookie in page.context.cookies()} == {ROOT}
    page.evaluate("document.querySelector('video').play()")
    wait_for(lambda: page.evaluate("document.querySelector('video').currentTime") > 0.3, 20, "the film to play")
    with ShopReel(tab.site, key) as client:
        assert client.short(film).video_url == f"{ROOT}/api/v1/shorts/{film}/video"
    page.get_by_label("Ends after").select_option("7")
    page.get_by_role("button", name="Create a link").click()
    shared = page.locator(".share-url").inner_text()
    assert shared.removeprefix("https").startswith(f"{tab.site.removeprefix('http')}/s/sh_")
    # Each request has a connection of its own here, which takes long: whether the path is left shows on few pages.
    for path in (*(PAGES if proxy.strips else PAGES[:2]), f"/shorts/{film}/edit", f"/shorts/{film}/review"):
        tab.open(path)
        places = page.evaluate(LEADING, ["href", "src", "srcset", "poster", "action", "data-play", "data-preview"])
        assert places, path
        assert [place for place in places if not place.startswith(f"{ROOT}/")] == [], path
    assert page.url.endswith(f"{ROOT}/shorts/{film}/edit")
    page.get_by_role("link", name="Shorts").first.click()  # by the page's own script, if it has one for links
    page.wait_for_url(f"{tab.site}/shorts")
    tab.ready()
    page.get_by_role("button", name="Theme").click()
    guest: Tab = new_tab()
    guest.site = tab.site
    guest.page.goto(shared.replace("https", "http", 1))
    guest.page.get_by_label("Your name").fill("Ben")
    guest.page.get_by_role("button", name="Approve").click()
    expect(guest.page.locator(".answer")).to_have_count(1)
    guest.page.goto(f"{tab.site}/docs")
    expect(guest.page.get_by_role("heading", name="ShopReel")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{tab.site}/sign-in")
    assert page.context.cookies() == []
    assert (tab.errors, tab.outside, guest.errors, guest.outside, proxy.beside) == ([], [], [], [], [])


def test_what_the_api_says_of_itself_lies_under_the_path(proxy: Proxy) -> None:
    site, key = proxy.url + ROOT, create_key("root", KeyScope.ADMIN)[1]
    with ShopReel(site, key) as client:
        made = client.create_short(f"{site}/nothing")
        client.delete_short(made)
        with pytest.raises(NotFound):
            client.short(made)
    with httpx2.Client(headers={"Authorization": f"Bearer {key}"}, timeout=30) as http:
        short = http.post(f"{site}/api/v1/shorts", json={"url": f"{site}/nothing"})
        assert short.headers["location"] == f"{ROOT}/api/v1/shorts/{short.json()['short_id']}"
        assert http.delete(proxy.url + short.headers["location"]).status_code == 200
        slashed = http.get(f"{site}/api/v1/shorts/")
        assert slashed.headers["location"] == f"{ROOT}/api/v1/shorts"
        forged = http.get(f"{site}/shorts", headers={"X-Forwarded-Prefix": "/elsewhere"})
        assert "elsewhere" not in forged.text
        assert http.get(f"{site}/openapi.json").json()["servers"] == [{"url": ROOT}]
    assert proxy.beside == []


@pytest.mark.parametrize("wrong", ["reel", "https://shop.example/reel", "/a//b", "/..", "/api", "/shorts/more", "/a b"])
def test_a_path_that_cannot_be_one_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="root_path"):
        Settings(root_path=wrong)


def test_a_slash_at_its_end_makes_no_other_path() -> None:
    assert (Settings(root_path="/reel/").root_path, Settings(root_path="/").root_path) == ("/reel", "")
