"""Kept files over real HTTP: HEAD, entity tags, and names by which a person finds them again."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.blobs import store as media
from app.cli.serve import bound_socket, serving
from app.http.files import LONGEST_NAME, NOT_IN_NAMES, Conditions, disposition, file_name
from app.shorts import videos
from tests import staging
from tests.access.servers import answers
from tests.polling import wait_for

FILM = bytes(range(256)) * 40
PATHS = (
    "/api/v1/shorts/cup/video",
    "/api/v1/shorts/cup/thumbnail",
    "/api/v1/shorts/cup/captions?format=srt",
    "/api/v1/shorts/cup",
    "/api/v1/shorts",
    "/api/v1/events",
    "/health/live",
    "/sign-in",
    "/",
    "/assets/dashboard.css",
)


@pytest.fixture
def served() -> Iterator[httpx2.Client]:
    """A client of a server with one finished short."""
    for key, data in (("v", FILM), ("t", b"jpeg"), ("c", b"1\n")):
        media.put(key, data)
    video = videos.Video(
        key="v",
        thumbnails=[videos.Thumbnail(key="t", scene=0, seconds=1, score=0.5)],
        seconds=1,
        width=720,
        height=1280,
        size=len(FILM),
        captions={"srt": "c"},
        voice=None,
        music="m",
        licences=[],
    )
    staging.ensure_short("cup", None)
    staging.update_short(
        "cup", video=video.model_dump(mode="json"), title='Kaffeetasse "Grün" 1/2 l', status="completed"
    )
    with bound_socket("127.0.0.1", 0) as listener, serving(listener):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        wait_for(lambda: answers(f"{address}/health/live"), what="the server")
        with httpx2.Client(base_url=address) as client:
            yield client


def test_head_is_answered_wherever_get_is_with_its_headers_and_nothing_else(served: httpx2.Client) -> None:
    for path in PATHS:
        asked = served.head(path)
        with served.stream("GET", path) as got:
            assert (asked.status_code, asked.content) == (got.status_code, b""), path
            for name in ("content-type", "content-length", "etag", "content-disposition"):
                assert asked.headers.get(name) == got.headers.get(name), path
    assert served.head("/api/v1/shorts/absent/video").status_code == 404
    assert served.head("/api/v1/shorts/cup/cancel").status_code == 405


def test_who_has_a_file_is_not_sent_it_again(served: httpx2.Client) -> None:
    path = "/api/v1/shorts/cup/video"
    first = served.get(path)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = served.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert served.get(path, headers={"If-None-Match": '"other"'}).content == FILM
    part = {"Range": "bytes=0-9"}
    assert served.get(path, headers=part | {"If-Range": tag}).content == FILM[:10]
    assert served.get(path, headers=part | {"If-Range": '"other"'}).content == FILM


def test_files_are_called_by_their_product(served: httpx2.Client) -> None:
    video = served.get("/api/v1/shorts/cup/video").headers["content-disposition"]
    assert video.startswith('inline; filename="Kaffeetasse Grn 1 2 l 720x1280.mp4"')
    assert unquote(video.partition("filename*=UTF-8''")[2]) == "Kaffeetasse Grün 1 2 l 720x1280.mp4"
    captions = served.get("/api/v1/shorts/cup/captions?format=srt").headers["content-disposition"]
    assert captions.startswith('attachment; filename="Kaffeetasse Grn 1 2 l.srt"')


@given(st.text(max_size=300))
def test_any_title_makes_a_name_that_a_header_and_a_disk_can_hold(title: str) -> None:
    name = file_name(title, ".mp4")
    assert NOT_IN_NAMES.search(name) is None and len(name) <= LONGEST_NAME + 4
    header = disposition(name)
    assert header.isascii() and header.isprintable() and header.count('"') == 2
    assert unquote(header.partition("UTF-8''")[2]) == name


def test_conditions_say_nothing_where_there_are_none() -> None:
    assert not Conditions().has('"a"')
