"""Names that a request may be for, senders that it may come from, and bodies that it may have: on every way in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from app.access.origin import host_name, is_ours
from app.config import get_settings
from app.errors import InvalidInput
from app.main import create_app

SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
OURS = [
    "localhost",
    "LOCALHOST:8000",
    "cup.localhost:1",
    "127.0.0.1",
    "127.0.0.1:80",
    "[::1]:8000",
    "10.1.2.3",
    "localhost.",
]
THEIRS = [
    *(
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil-localhost",
        "127.1",
    ),
    *("", "user@localhost", "localhost:port", "localhost/", "[::1", "localhost,evil.example", "2130706433"),
]
FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://testserver:81"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "http://["},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The API, without keys."""
    with TestClient(create_app(), raise_server_exceptions=False) as made:
        yield made


def ways_in() -> list[tuple[str, str]]:
    """Every operation of the API, and what is beside it."""
    found = [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, operations in create_app().openapi()["paths"].items()
        for method in operations
    ]
    return [*found, ("GET", "/"), ("GET", "/docs"), ("POST", "/sign-in"), ("GET", "/assets/icons.svg"), ("GET", "/no")]


@pytest.mark.parametrize("host", THEIRS)
def test_a_request_for_another_name_is_refused_on_every_way_in(client: TestClient, host: str) -> None:
    for method, path in ways_in():
        answer = client.request(method, path, headers=[(b"Host", host.encode("latin-1"))])
        assert answer.status_code == 403, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-request-id"]
        assert "ALLOWED_HOSTS" in answer.json()["detail"]
    assert _refused(client, Host=host)


@pytest.mark.parametrize("host", OURS)
def test_localhost_and_addresses_are_ours_on_any_port(client: TestClient, host: str) -> None:
    assert client.get("/api/v1/sessions", headers={"Host": host}).status_code == 200


def test_two_hosts_are_none(client: TestClient) -> None:
    hosts = [("Host", "localhost"), ("Host", "evil.example")]
    assert client.get("/health/live", headers=hosts).status_code == 403


def test_names_are_added_by_setting_and_by_what_the_server_listens_on(
    client: TestClient, with_settings: Callable[..., None]
) -> None:
    with_settings(ALLOWED_HOSTS="shop.example, *.Shops.example")
    for host, status in (
        ("shop.example", 200),
        ("a.shops.example:81", 200),
        ("shops.example", 403),
        ("testserver", 403),
        ("ashops.example", 403),
    ):
        assert client.get("/health/live", headers={"Host": host}).status_code == status, host
    client.app.state.bound_hosts = frozenset({"testserver"})  # type: ignore[attr-defined]  # ``app`` is any ASGI app
    assert client.get("/health/live").status_code == 200
    del client.app.state.bound_hosts  # type: ignore[attr-defined]  # ``app`` is any ASGI app
    with_settings(ALLOWED_HOSTS="*")
    assert client.get("/health/live", headers={"Host": "any.example"}).status_code == 200
    with_settings(ALLOWED_HOSTS="http://shop.example")
    with pytest.raises(InvalidInput, match="ALLOWED_HOSTS"):
        get_settings()


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_any_header_is_a_name_or_none(header: str) -> None:
    name = host_name(header)
    if name is not None and is_ours(name, frozenset()):
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.:-_%") or name.endswith(".localhost")


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_sites_page_is_refused_on_every_way_in(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in ways_in():
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == 403, (method, path)
    assert _refused(client, **headers)


def test_a_site_that_was_let_in_calls_the_api_and_nothing_else(
    with_settings: Callable[..., None],
) -> None:
    theirs = {"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    other = theirs | {"Origin": "https://evil.example"}
    with_settings(CORS_ORIGINS="https://shop.example, https://other.example:8443")
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        asked = theirs | {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        }
        told = client.options("/api/v1/shorts", headers=asked)
        assert (told.status_code, told.headers["access-control-allow-origin"]) == (200, "https://shop.example")
        assert "access-control-allow-credentials" not in told.headers
        told = client.get("/api/v1/shorts", headers=theirs)
        assert (told.status_code, told.headers["access-control-allow-origin"]) == (200, "https://shop.example")
        assert "RateLimit-Remaining" in told.headers["access-control-expose-headers"]
        refused = client.options("/api/v1/shorts", headers=asked | {"Origin": "https://evil.example"})
        assert refused.status_code == 400 and "access-control-allow-origin" not in refused.headers
        for path, headers in (("/api/v1/shorts", other), ("/", theirs), ("/docs", theirs)):
            told = client.get(path, headers=headers)
            assert (told.status_code, told.json()["code"]) == (403, "forbidden"), path
        assert _refused(client, **theirs)
    for wrong in ("*", "shop.example", "https://shop.example/path", "https://*.example"):
        with_settings(CORS_ORIGINS=wrong)
        with pytest.raises(InvalidInput, match="CORS_ORIGINS"):
            get_settings()


def test_programs_own_pages_and_people_are_let_through(client: TestClient) -> None:
    for headers in ({}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert client.post("/api/v1/scheduler/cleanup/now", headers=headers).status_code == 200
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/openapi.json", headers=link).status_code == 200
    assert client.post("/api/v1/scheduler/cleanup/now", headers=link).status_code == 403


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonx"],
)
def test_a_body_that_is_no_json_is_not_read(client: TestClient, kind: str) -> None:
    for method, path in ways_in():
        if method in ("POST", "PUT", "DELETE", "PATCH") and path.startswith("/api/"):
            answer = client.request(method, path, content=b'{"text": "A cup."}', headers={"Content-Type": kind})
            assert answer.status_code == 415, (method, path)


@pytest.mark.usefixtures("ends_tasks")
def test_json_is_read_whatever_its_charset_and_nothing_needs_no_type(client: TestClient) -> None:
    body = b'{"text": "A cup."}'
    said = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert client.post("/api/v1/content/analyze", content=body, headers=said).status_code == 202
    assert client.post("/api/v1/scheduler/cleanup/now").status_code == 200


def test_every_answer_keeps_other_sites_from_showing_it(client: TestClient) -> None:
    for path in ("/", "/docs", "/api/v1/shorts", "/nowhere", "/assets/icons.svg", "/sign-in", "/metrics"):
        told = client.get(path).headers
        assert told["cross-origin-resource-policy"] == "same-origin", path
        assert told["x-frame-options"] == "DENY"
        assert told["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in told["content-security-policy"]


def _refused(client: TestClient, **headers: str) -> bool:
    """Tell whether the pages' socket is closed to a request, before it has opened."""
    try:
        with client.websocket_connect(SOCKET, headers={name.replace("_", "-"): said for name, said in headers.items()}):
            return False
    except (WebSocketDisconnect, WebSocketDenialResponse):
        return True
