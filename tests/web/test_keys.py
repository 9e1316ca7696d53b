"""Signing in: a key is given once, and its cookie opens what its user may see, for this server's own pages only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.access.authentication import COOKIE
from app.access.keys import KeyScope, create_key, revoke_key
from app.config import get_settings
from app.main import create_app
from app.models import Product
from app.shorts import repository as shorts
from tests import staging

PAGE = {"Accept": "text/html,application/xhtml+xml"}
OURS, THEIRS = {"Origin": "http://testserver"}, {"Origin": "http://evil.example"}


@pytest.fixture(scope="module")
def closed() -> Iterator[TestClient]:
    """The application, where keys are required."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("API_KEYS_REQUIRED", "true")
        get_settings.cache_clear()
        with TestClient(create_app(), follow_redirects=False) as client:
            yield client
    get_settings.cache_clear()


@pytest.fixture
def client(closed: TestClient) -> TestClient:
    """The same, with no cookie."""
    closed.cookies.clear()
    return closed


def sign_in(client: TestClient, user: str, scope: KeyScope = KeyScope.USER, **said: str) -> str:
    """Give a user's key to the page; return its token."""
    token = create_key(user, scope)[1]
    answer = client.post("/sign-in", data={"key": token, **said}, headers=OURS)
    assert answer.status_code == 303
    return token


def test_a_browser_without_a_key_is_led_to_the_page_that_asks_for_one(client: TestClient) -> None:
    answer = client.get("/shorts/mine", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/shorts/mine")
    asked = client.get("/sign-in?next=/shorts/mine")
    assert 'value="/shorts/mine"' in asked.text
    assert "frame-ancestors 'none'" in asked.headers["content-security-policy"]
    assert client.get("/assets/dashboard.css").status_code == 200
    assert client.get("/tasks").status_code == 401  # a program
    assert client.get("/_nicegui_ws/socket.io/?EIO=4&transport=polling").status_code == 401


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example", "/\\evil.example", '"><script>', "/\nx"])
def test_one_goes_on_to_a_place_of_this_server_alone(client: TestClient, target: str) -> None:
    assert "evil.example" not in client.get("/sign-in", params={"next": target}).text
    assert "<script>" not in client.get("/sign-in", params={"next": target}).text.partition("<body")[2]
    answer = client.post("/sign-in", data={"key": create_key("alice")[1], "next": target}, headers=OURS)
    assert answer.headers["location"] == "/"


def test_a_wrong_key_is_told_and_not_kept(client: TestClient) -> None:
    for wrong in ("", "sr_wrong", "sr_" + "a" * 43):
        answer = client.post("/sign-in", data={"key": wrong}, headers=OURS)
        assert answer.status_code == 401
        assert "not valid" in answer.text
        assert "set-cookie" not in answer.headers
    assert client.post("/sign-in", data={"key": create_key("alice")[1]}, headers=THEIRS).status_code == 403


def test_the_cookie_opens_what_its_user_may_see(client: TestClient) -> None:
    token = create_key("alice")[1]
    answer = client.post("/sign-in", data={"key": token, "next": "/shorts"}, headers=OURS)
    cookie = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/shorts"
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    for user in ("alice", "bob"):
        staging.save_product(f"of-{user}", Product(title=f"The cup of {user}"), user)
        shorts.insert_short(shorts.Short(short_id=f"short-of-{user}", user_id=user, product_id=f"of-{user}"))
    page = client.get("/shorts", headers=PAGE)
    assert "short-of-alice" in page.text
    assert "bob" not in page.text
    assert token not in page.text
    assert "The cup of alice" in client.get("/shorts/short-of-alice", headers=PAGE).text
    others, nobodys = (client.get(f"/shorts/{name}", headers=PAGE) for name in ("short-of-bob", "short-of-nobody"))
    assert (others.status_code, nobodys.status_code) == (404, 404)
    assert "The cup" not in others.text
    assert client.get("/api/v1/shorts").json()["shorts"][0]["short_id"] == "short-of-alice"
    refused = client.get("/system", headers=PAGE)
    assert (refused.status_code, "this needs an admin key" in refused.text) == (403, True)
    assert client.post("/sign-out", headers=OURS).headers["location"] == "/sign-in"
    assert client.get("/shorts", headers=PAGE).status_code == 303


def test_an_admin_sees_the_system_and_no_secret(client: TestClient) -> None:
    token = sign_in(client, "root", KeyScope.ADMIN)
    page = client.get("/system", headers=PAGE)
    assert page.status_code == 200
    assert "API_KEYS_REQUIRED" in page.text
    assert token not in page.text


def test_another_sites_page_can_do_nothing_with_the_cookie(client: TestClient) -> None:
    sign_in(client, "alice")
    body = {"html": "<h1>Cup</h1>"}
    assert client.cookies.get(COOKIE)
    for headers in (THEIRS, {}, {"Origin": "null"}, {"Origin": "http://testserver.evil.example"}):
        refused = 403 if headers else 401  # who does not say where it comes from may be a program, without a key
        assert client.post("/api/v1/scheduler/cleanup/now", headers=headers).status_code == refused
        assert client.post("/api/v1/shorts", json=body, headers=headers).status_code == refused
        assert client.post("/sign-out", headers=headers).status_code == refused
    assert client.post("/api/v1/scheduler/cleanup/now", headers=OURS).status_code == 403  # known, and no admin
    socket = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    assert client.get(socket, headers=THEIRS).status_code == 403
    assert client.get(socket, headers=OURS).status_code == 200
    assert client.get("/api/v1/shorts", headers=THEIRS).status_code == 403


def test_a_revoked_key_opens_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.access.authentication.TRUSTED_SECONDS", 0)
    key, token = create_key("carol")
    client.cookies.set(COOKIE, token)
    assert client.get("/shorts", headers=PAGE).status_code == 200
    revoke_key(key.key_id)
    assert client.get("/shorts", headers=PAGE).status_code == 303
