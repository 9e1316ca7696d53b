"""Kept answers: used while they hold, asked for by condition after that, bounded, and never more than a help."""

import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.fetching import FetchPolicy, cache, fetch_image, fetch_page
from app.fetching.cache import Cache
from app.fetching.transport import Response
from tests.answering import Answering, serving
from tests.fetching.conftest import PNG

TAG, DATE = '"größe-1"', "Wed, 21 Oct 2015 07:28:00 GMT"


class Shop(ThreadingHTTPServer):
    """Answers with the headers in ``more``, and remembers the headers of who asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, str]] = []
        self.more: dict[str, str] = {}


class Handler(Answering):
    """Answers with the headers in the server's ``more``; 304 to a condition that holds."""

    server: Shop

    def do_GET(self) -> None:
        asked = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(asked)
        more = self.server.more
        holds = asked.get("if-none-match") == more.get("ETag", "-") or asked.get("if-modified-since") == more.get(
            "Last-Modified", "-"
        )
        body = b"" if holds else PNG if self.path == "/a.png" else f"<html>{len(self.server.asked)}</html>".encode()
        self.answer(304 if holds else 200, body, **more)


@pytest.fixture
def server() -> Iterator[Shop]:
    with serving(Shop()) as server:
        yield server


def policy(server: Shop, folder: Path) -> FetchPolicy:
    host = f"127.0.0.1:{server.server_port}"
    return FetchPolicy(allowed_hosts=frozenset((host,)), respect_robots=False, cache_folder=folder)


def page(server: Shop, folder: Path) -> str:
    return fetch_page(f"http://127.0.0.1:{server.server_port}/desk", policy(server, folder)).html


FIRST, SECOND = "<html>1</html>", "<html>2</html>"


@pytest.mark.parametrize(
    ("more", "asked", "second"),
    [
        ({}, 2, SECOND),
        ({"Cache-Control": "max-age=60"}, 1, FIRST),
        ({"Cache-Control": "public, max-age=60", "ETag": TAG}, 1, FIRST),
        ({"Cache-Control": "max-age=0", "ETag": TAG}, 2, FIRST),
        ({"Cache-Control": "no-cache, max-age=60", "Last-Modified": DATE}, 2, FIRST),
        ({"ETag": TAG}, 2, FIRST),
        ({"Last-Modified": DATE}, 2, FIRST),
        ({"Cache-Control": "no-store, max-age=60", "ETag": TAG}, 2, SECOND),
        ({"Cache-Control": "private, max-age=60"}, 2, SECOND),
        ({"Cache-Control": "max-age=soon"}, 2, SECOND),
        ({"Cache-Control": "max-age=60", "Age": "70"}, 2, SECOND),
        ({"Cache-Control": "max-age=60", "Age": "10"}, 1, FIRST),
        ({"Cache-Control": "max-age=60", "Vary": "*"}, 2, SECOND),
    ],
)
def test_an_answer_is_used_again_as_its_server_allows(
    server: Shop, tmp_path: Path, more: dict[str, str], asked: int, second: str
) -> None:
    server.more = {name: value.encode().decode("latin-1") for name, value in more.items()}
    assert page(server, tmp_path) == FIRST
    assert page(server, tmp_path) == second
    assert len(server.asked) == asked


def test_a_changed_page_replaces_the_kept_one(server: Shop, tmp_path: Path) -> None:
    server.more = {"ETag": '"a"'}
    assert page(server, tmp_path) == FIRST
    server.more = {"ETag": '"b"'}
    assert page(server, tmp_path) == SECOND
    assert page(server, tmp_path) == SECOND
    assert [one.get("if-none-match") for one in server.asked] == [None, '"a"', '"b"']


def test_pictures_are_kept_too_and_apart(server: Shop, tmp_path: Path) -> None:
    server.more = {"Cache-Control": "max-age=60"}
    for _ in range(2):
        image = fetch_image(f"http://127.0.0.1:{server.server_port}/a.png", policy(server, tmp_path))
        assert image.data == PNG
    assert len(server.asked) == 1


def test_a_kept_page_is_guarded_as_any(server: Shop, tmp_path: Path) -> None:
    server.more = {"Cache-Control": "max-age=60"}
    page(server, tmp_path)
    with pytest.raises(InvalidInput, match="loopback"):
        fetch_page(
            f"http://127.0.0.1:{server.server_port}/desk", FetchPolicy(cache_folder=tmp_path, respect_robots=False)
        )


def test_freshness_ends(server: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.more = {"Cache-Control": "max-age=999999"}
    assert page(server, tmp_path) == FIRST
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + cache.LONGEST_FRESH + 1)
    assert page(server, tmp_path) == SECOND


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"{}\n", b'{"headers": {}, "stored_at": 1, "size": 9}\nx', b"[]\n"]
)
def test_a_broken_file_costs_a_fetch_and_nothing_else(server: Shop, tmp_path: Path, content: bytes) -> None:
    server.more = {"Cache-Control": "max-age=60"}
    page(server, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert page(server, tmp_path) == SECOND
    assert page(server, tmp_path) == SECOND


def test_a_folder_that_cannot_be_written_costs_nothing_else(server: Shop, tmp_path: Path) -> None:
    server.more = {"Cache-Control": "max-age=60"}
    (tmp_path / "file").write_text("")
    assert page(server, tmp_path / "file" / "cache") == FIRST
    assert page(server, tmp_path / "file" / "cache") == SECOND


def test_the_folder_keeps_within_its_limit(tmp_path: Path) -> None:
    kept = Cache(tmp_path, 100_000)
    answer = Response(200, {"cache-control": "max-age=60"}, bytes(9_000))
    for number in range(40):
        kept.get(str(number), lambda _: answer)
        assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 110_000
    kept.get("39", lambda _: pytest.fail("the newest was removed"))
