"""When a page is read with a browser: where script is what shows the product, and never otherwise."""

import base64
import json
from collections.abc import Iterator
from decimal import Decimal
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from app.config import get_settings
from app.errors import InvalidInput, WorkFailed
from app.fetching import FetchPolicy
from app.products import pages as product_pages
from app.products.pages import read_product, settings_policy
from tests.answering import Answering, serving
from tests.conftest import DATA_DIR

DESK = json.dumps(
    {"@type": "Product", "name": "Desk", "image": "/a.jpg", "offers": {"price": 120, "priceCurrency": "EUR"}}
)
HEAD = "<html lang=en><head><title>Desk</title></head><body>"
LINKED = f'<script type="application/ld+json">{DESK}</script>'


def encoded(text: str) -> str:
    """Return ``text`` so that only script can read it."""
    return base64.b64encode(text.encode()).decode()


VISIBLE = "<h1>Desk</h1><p class=price>EUR 120.00</p><button>Add to cart</button>"
SHELL = (
    HEAD
    + """<div id=app></div><script>
const made = document.createElement("div");
made.innerHTML = atob("MADE");
const data = Object.assign(document.createElement("script"), {type: "application/ld+json", text: atob("DATA")});
document.getElementById("app").append(made, data);
</script>""".replace("DATA", encoded(DESK)).replace("MADE", encoded(VISIBLE))
)
WALL = HEAD + "<p>Just a moment…</p><script>/* challenge-platform */ document.cookie = 'seen=1; path=/';"
WALL += "location.reload()</script>"
PAGES = {
    "/static": HEAD + "<script>let a = 1</script>" + LINKED + "<h1>Desk</h1>",
    "/shell": SHELL,
    "/article": HEAD + "<p>It rained.</p>" + '<script type="application/ld+json">{}</script>',
    "/empty-shell": HEAD + "<div id=app></div><script>let a = 1</script>",
}


class Handler(Answering):
    def do_GET(self) -> None:
        walled = self.path == "/wall" and "seen=1" not in self.headers.get("Cookie", "")
        body = WALL if walled else PAGES.get("/static" if self.path == "/wall" else self.path)
        status = 403 if walled else 200 if body else 404
        self.answer(status, (body or "none").encode(), Content_Type="text/html; charset=utf-8")


@pytest.fixture
def shop() -> Iterator[str]:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"127.0.0.1:{server.server_port}"


def policy(shop: str) -> FetchPolicy:
    return settings_policy(frozenset((shop,)))


@pytest.mark.parametrize("path", ["/shell", "/wall"])
def test_a_page_that_needs_script_is_read_with_a_browser(shop: str, path: str) -> None:
    found, page = read_product(f"http://{shop}{path}", policy(shop))
    product = found.product
    assert (product.title, product.price, product.currency) == ("Desk", Decimal(120), "EUR")
    assert page.url == f"http://{shop}{path}"
    assert list((DATA_DIR / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/static", None), ("/article", "no product"), ("/absent", "answered 404")],
)
def test_no_other_page_is(shop: str, path: str, reason: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_pages, "render_page", lambda *_: pytest.fail("a browser was started"))
    if reason is None:
        assert read_product(f"http://{shop}{path}", policy(shop))[0].product.price == 120
    else:
        with pytest.raises((InvalidInput, WorkFailed), match=reason):
            read_product(f"http://{shop}{path}", policy(shop))


def test_nothing_inside_is_opened_in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_pages, "render_page", lambda *_: pytest.fail("a browser was started"))
    with pytest.raises(InvalidInput, match="loopback"):
        read_product("http://127.0.0.1:8099/", FetchPolicy())


def test_without_a_browser_the_message_says_what_to_install(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkFailed, match=r"no product.*apt-get install chromium"):
        read_product(f"http://{shop}/empty-shell", policy(shop))
    with pytest.raises(WorkFailed, match=r"answered 403.*apt-get install chromium"):
        read_product(f"http://{shop}/wall", policy(shop))


def test_the_setting_turns_it_off(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FETCH_BROWSER", "false")
    get_settings.cache_clear()
    monkeypatch.setattr(product_pages, "render_page", lambda *_: pytest.fail("a browser was started"))
    with pytest.raises(InvalidInput, match="no product"):
        read_product(f"http://{shop}/empty-shell", policy(shop))
    with pytest.raises(WorkFailed, match="answered 403"):
        read_product(f"http://{shop}/wall", policy(shop))
