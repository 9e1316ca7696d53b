"""What the page of another site can do with ShopReel in a real browser: nothing, on any way in."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from patchright.sync_api import Browser, Page, Response

from app.db import client as mongo
from app.main import create_app
from tests.answering import Answering, serving
from tests.conftest import COLLECTIONS, wipe
from tests.polling import wait_for
from tests.web.conftest import PATIENCE, REBOUND

PAGES = (
    "/",
    "/shorts",
    "/shorts/x",
    "/shorts/x/edit",
    "/shorts/x/review",
    "/sessions",
    "/tasks",
    "/reports",
    "/activity",
    "/system",
)
OTHERS = ("/docs", "/openapi.json", "/sign-in", "/assets/dashboard.css", "/nowhere")
POLLING = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
ASK = """async ({ways, mode}) => {
    const answers = [];
    for (const [method, path] of ways) {
        const answer = await fetch(path, {method, mode, body: "GET HEAD".includes(method) ? undefined : "{}"})
            .then(answer => answer.status, error => "none");
        answers.push([method, path, answer]);
    }
    return answers;
}"""
SUBMIT = """places => places.forEach((place, number) => {
    const frame = document.createElement("iframe"), form = document.createElement("form");
    frame.name = form.target = "frame" + number;
    form.action = place, form.method = "post", form.enctype = "text/plain";
    form.innerHTML = '<input name=\\'{"x": "\\' value=\\'"}\\'>';
    document.body.append(frame, form);
    form.submit();
})"""
LOAD_PICTURE = """place => new Promise(done => {
    const picture = new Image();
    picture.onload = () => done("loaded");
    picture.onerror = () => done("none");
    picture.src = place;
})"""
OPEN_SOCKET = """url => new Promise(done => {
    const socket = new WebSocket(url);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
})"""


class Elsewhere(Answering):
    """Another site: an empty page."""

    def do_GET(self) -> None:
        self.answer(200, b"<!doctype html><title>Elsewhere</title><body></body>")


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of another site on this machine."""
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)) as server:
        yield server.server_port


@pytest.fixture
def other(chrome: Browser) -> Iterator[Page]:
    """An empty tab."""
    context = chrome.new_context()
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def ways_in() -> list[tuple[str, str]]:
    """Every operation of the API, every page, and the rest; names in paths are filled in."""
    found = [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, operations in create_app().openapi()["paths"].items()
        for method in operations
    ]
    found += [("GET", path) for path in (*PAGES, *OTHERS, POLLING)]
    return [*found, ("POST", "/sign-in"), ("POST", "/sign-out"), ("POST", POLLING), ("PUT", "/"), ("DELETE", "/shorts")]


def test_a_page_whose_name_was_made_to_lead_here_gets_403_from_every_way_in(other: Page, site: str) -> None:
    wipe(*COLLECTIONS)  # what other tests have left in the database of the pages
    port = urlsplit(site).port
    rebound = f"http://{REBOUND}:{port}"
    # Whatever the browser shows there, script in it is of the same origin as all that it asks for.
    opened = other.goto(f"{rebound}/")
    assert opened is not None and opened.status == 403
    answers = other.evaluate(ASK, {"ways": ways_in(), "mode": "same-origin"})
    assert len(answers) > 60
    assert ["POST", "/api/v1/scheduler/cleanup/now", 403] in answers
    assert [answer for answer in answers if answer[2] != 403] == []
    assert other.evaluate(OPEN_SOCKET, f"ws://{REBOUND}:{port}{SOCKET}") == "refused"
    told = other.evaluate("fetch('/api/v1/shorts').then(answer => answer.json())")
    assert told["status"] == 403
    assert "ALLOWED_HOSTS" in told["detail"]
    assert mongo.collection("tasks").find_one() is None


@pytest.mark.parametrize("name", [REBOUND, "127.0.0.1"])
def test_forms_of_another_site_get_403_from_every_way_in(other: Page, site: str, elsewhere: int, name: str) -> None:
    other.goto(f"http://{name}:{elsewhere}/")
    places = sorted({site + path for _, path in ways_in()})
    statuses: dict[str, int] = {}
    other.on("response", lambda response: _note(statuses, response, site))
    other.evaluate(SUBMIT, places)
    wait_for(lambda: _ticked(other) and set(places) <= set(statuses), 30, f"the answers to forms from {name}")
    assert {place: status for place, status in statuses.items() if status != 403} == {}
    assert other.evaluate(OPEN_SOCKET, f"{site}{SOCKET}".replace("http", "ws", 1)) == "refused"
    assert mongo.collection("tasks").find_one() is None


def test_scripts_and_pictures_of_another_site_learn_nothing_and_a_link_is_followed(
    other: Page, site: str, elsewhere: int
) -> None:
    other.goto(f"http://localhost:{elsewhere}/")
    ways = [(method, site + path) for method, path in ways_in() if method in ("GET", "POST")]
    answers = other.evaluate(ASK, {"ways": ways, "mode": "no-cors"})
    # An answer that a page may not read has the status 0 and can still be told from none.
    assert [answer for answer in answers if answer[2] != "none"] == []
    assert other.evaluate(LOAD_PICTURE, f"{site}/assets/favicon.svg") == "none"
    other.evaluate("place => { const a = document.createElement('a'); a.href = place; a.click() }", f"{site}/system")
    other.wait_for_url(f"{site}/system")
    other.wait_for_selector("main h1", state="attached")
    other.wait_for_function("window.did_handshake")


def _note(statuses: dict[str, int], response: Response, site: str) -> None:
    if response.url.startswith(site):
        statuses[response.url] = response.status


def _ticked(page: Page) -> Any:
    """Let the browser's news come in."""
    page.wait_for_timeout(20)
    return True
