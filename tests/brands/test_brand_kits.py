"""Brand kits: found on a home page, saved, the default one given to new shorts; and only to their user's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.access.caller import EVERYONE
from app.brand_models import BrandKit, BrandSettings
from app.brands import use_cases
from app.cli.main import app as commands
from app.config import get_settings
from app.errors import InvalidInput
from app.extraction.brand import brand_traits
from app.main import create_app
from app.models import Wishes
from app.shorts import repository as shorts
from tests.answering import Answering, serving
from tests.making import logo

pytestmark = pytest.mark.usefixtures("ends_tasks")
HOME = """<!doctype html><html><head><title>Hearth | Cups and kettles</title>
<meta name="theme-color" content="#b5482a">
<link rel="stylesheet" href="/shop.css">
<link rel="icon" href="/favicon.svg">
<style>:root { --ink: #222222; } h1 { font-family: "Playfair Display", serif; }</style></head>
<body><header><a href="/"><img class="site-logo" src="/broken.svg" alt="Hearth"></a>
<img class="logo" src="/logo.png" alt="Hearth"></header><h1>Hearth</h1></body></html>"""
CSS = """:root { --color-primary: #27566b; } body { font-family: Inter, sans-serif; color: #444; }
h1, h2 { font-family: 'Playfair Display', serif; color: rgb(39, 86, 107); } .card { background: #ece }
.price { font-family: "Playfair Display"; }"""


class Handler(Answering):
    def do_GET(self) -> None:
        found = {
            "/": ("text/html; charset=utf-8", HOME.encode()),
            "/shop.css": ("text/css", CSS.encode()),
            "/logo.png": ("image/png", logo()),
        }
        kind, body = found.get(self.path, ("text/plain", b"nothing"))
        self.answer(200 if self.path in found else 404, body, Content_Type=kind)


class Home(ThreadingHTTPServer):
    daemon_threads = True
    url = ""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a shop's home page, which may be fetched."""
    server = Home(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        monkeypatch.setenv("FETCH_ALLOWED_HOSTS", urlsplit(server.url).netloc)
        get_settings.cache_clear()
        yield f"{server.url}/"


@pytest.fixture
def api() -> TestClient:
    return TestClient(create_app())


def test_a_home_page_shows_its_brand_and_nothing_is_saved(home: str, api: TestClient) -> None:
    answer = api.post("/api/v1/brand-kits/from-page", json={"url": home})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["name"] == "Hearth"
    assert found["brand"]["logo"].startswith("data:image/png;base64,")
    assert found["brand"]["colours"][:2] == ["#b5482a", "#27566b"]
    assert (found["brand"]["font"], found["fonts"][0]) == ("playfair-display", "Playfair Display")
    assert found["brand"]["end_card"] is None  # an address of numbers is none that a shop is known by
    assert any("broken.svg" in note for note in found["notes"])
    assert api.get("/api/v1/brand-kits").json() == {"brand_kits": []}
    saved = api.post("/api/v1/brand-kits", json={"name": found["name"], "brand": found["brand"], "default": True})
    assert saved.status_code == 201, saved.text
    for wrong in ("http://10.0.0.1/", f"{home}nothing", "ftp://shop.example/"):
        assert api.post("/api/v1/brand-kits/from-page", json={"url": wrong}).status_code == 422, wrong


def test_reading_home_pages_counts_as_starting_tasks(
    home: str, api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMIT_TASKS_PER_MINUTE", "1")
    get_settings.cache_clear()
    assert api.post("/api/v1/brand-kits/from-page", json={"url": home}).status_code == 200
    refused = api.post("/api/v1/brand-kits/from-page", json={"url": home})
    assert (refused.status_code, refused.json()["code"]) == (429, "limit_reached")
    assert int(refused.headers["retry-after"]) > 0
    assert api.post("/api/v1/shorts", json={"url": home}).status_code == 429


def test_the_default_kit_dresses_new_shorts_unless_they_say_otherwise(api: TestClient) -> None:
    first = {"name": "First", "brand": {"colours": ["#112233"]}, "watermark": "first", "default": True}
    second = {"name": "Second", "brand": {"font": "outfit", "end_card": "second.example"}, "music": "none"}
    kits = [api.post("/api/v1/brand-kits", json=one).json() for one in (first, second)]

    def made(short_id: str, **said: object) -> Wishes:
        body = {"url": "http://127.0.0.1:9/cup", "short_id": short_id, **said}
        assert api.post("/api/v1/shorts", json=body).status_code == 202
        return shorts.get_short(short_id).wishes

    usual = made("usual")
    assert usual.brand == BrandKit(colours=["#112233"])
    assert (usual.watermark, usual.music) == ("first", "auto")
    own = made("own", wishes={"watermark": "mine", "brand": {"font": "inter"}})
    assert (own.watermark, own.brand) == ("mine", BrandKit(font="inter"))
    assert made("none", brand_kit="none") == Wishes()
    named = made("named", brand_kit=kits[1]["brand_kit_id"])
    assert (named.brand, named.music) == (BrandKit(font="outfit", end_card="second.example"), "none")
    path = f"/api/v1/brand-kits/{kits[1]['brand_kit_id']}"
    assert api.put(path, json=second | {"default": True}).json()["default"] is True
    assert [one["default"] for one in api.get("/api/v1/brand-kits").json()["brand_kits"]] == [False, True]
    assert api.delete(path).status_code == 200
    assert made("after") == Wishes()  # nothing is the default any more
    assert shorts.get_short("named").wishes.music == "none"
    answer = api.post("/api/v1/shorts", json={"url": "http://127.0.0.1:9/", "brand_kit": kits[1]["brand_kit_id"]})
    assert (answer.status_code, "brand kit" in answer.json()["detail"]) == (404, True)


def test_the_command_line_asks_before_it_saves(home: str) -> None:
    run = CliRunner()
    refused = run.invoke(commands, ["brand", "add", home], input="n\n")
    assert (refused.exit_code, "Save it?" in refused.output) == (1, True)
    assert "No brand kits" in run.invoke(commands, ["brand", "list"]).output
    added = run.invoke(commands, ["brand", "add", home, "--name", "Ours", "--default", "--yes", "--json"])
    assert added.exit_code == 0, added.output
    kit = json.loads(added.stdout)
    assert (kit["name"], kit["default"], kit["brand"]["font"]) == ("Ours", True, "playfair-display")
    assert json.loads(run.invoke(commands, ["brand", "list", "--json"]).stdout) == [kit]
    assert run.invoke(commands, ["brand", "remove", kit["brand_kit_id"]]).exit_code == 0
    assert use_cases.find(EVERYONE) == []


def test_a_kit_that_cannot_be_used_is_refused(api: TestClient) -> None:
    for wrong, named in (
        ({"name": "x", "brand": {"font": "comic-sans"}}, "comic-sans"),
        ({"name": "x", "voice": "nobody"}, "nobody"),
        ({"name": "x", "brand": {"colours": ["red"]}}, "colours"),
        ({"name": ""}, "name"),
        ({"name": "x", "slogan": "y"}, "slogan"),
    ):
        answer = api.post("/api/v1/brand-kits", json=wrong)
        assert (answer.status_code, named in answer.text) == (422, True), answer.text


def test_pages_made_to_confuse_say_what_they_can() -> None:
    assert brand_traits("", "https://www.shop.example/").name == "www.shop.example"
    odd = (
        "<style>"
        + "{" * 5000
        + ":root{--brand:#zzz;--primary:rgb(999,1,1);color:#FA0}"
        + "</style><img src='http://[' class=logo>"
    )
    found = brand_traits(odd, "https://shop.example/")
    assert (found.colours, found.logos) == (["#ffaa00"], [])
    with pytest.raises(InvalidInput):
        use_cases._check(BrandSettings(name="x", brand=BrandKit(font="nothing")))
