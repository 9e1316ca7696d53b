"""Limits on open streams and open pages, over real connections."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx2
import pytest

from app.cli.serve import bound_socket, serving
from app.config import get_settings
from tests.access.conftest import bearer
from tests.access.servers import answers
from tests.polling import wait_for
from tests.sse import following

PER_USER, OF_ALL = 2, 3
EVENTS = "/api/v1/events"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The API with small limits."""
    limits = {"LIMIT_STREAMS_PER_USER": str(PER_USER), "LIMIT_STREAMS": str(OF_ALL), "API_KEYS_REQUIRED": "true"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in limits.items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        with bound_socket("127.0.0.1", 0) as listener, serving(listener):
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            wait_for(lambda: answers(f"{address}/health/live"), what="the server")
            httpx2.get(f"{address}/shorts", headers=bearer("alice"), timeout=60)  # the pages' threads begin here
            yield address
    get_settings.cache_clear()


def refused(url: str, key: dict[str, str]) -> str:
    """Ask for one stream more, which is refused; return why."""
    answer = httpx2.get(url + EVENTS, headers=key, timeout=20)
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    assert answer.headers["retry-after"] == "5"
    return str(answer.json()["detail"])


def opened(url: str, key: dict[str, str], stack: ExitStack) -> str:
    """Open a page's socket, and keep it; return the answer's status line and headers."""
    parts = urlsplit(url)
    connection = stack.enter_context(socket.create_connection((parts.hostname or "", parts.port or 0), 20))
    named = {
        "Host": parts.netloc,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
    } | key
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    connection.sendall(
        f"GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n{head}\r\n".encode("latin-1")
    )
    answer = b""
    while b"\r\n\r\n" not in answer and (data := connection.recv(4096)):
        answer += data
    return answer.decode("latin-1").lower()


def free(url: str, key: dict[str, str]) -> bool:
    """Tell whether one more stream can be opened; it ends at once."""
    return httpx2.get(f"{url}{EVENTS}?wait=0", headers=key, timeout=20).status_code == 200


def test_a_user_and_all_users_have_so_many_streams_open(url: str) -> None:
    alice, bob = bearer("alice"), bearer("bob")
    with ExitStack() as stack:
        streams = [stack.enter_context(following(url + EVENTS, **alice)) for _ in range(PER_USER)]
        assert [next(one).name for one in streams] == ["start"] * PER_USER
        assert "this user has 2" in refused(url, alice)
        assert httpx2.get(f"{url}/api/v1/shorts", headers=alice, timeout=20).status_code == 200
        streams.append(stack.enter_context(following(url + EVENTS, **bob)))
        assert next(streams[-1]).name == "start"
        assert "this server has 3" in refused(url, bob)
    wait_for(lambda: free(url, alice) and free(url, bob), what="the places of closed streams")


def test_open_pages_count_too(url: str) -> None:
    alice = bearer("alice")
    wait_for(lambda: free(url, alice), what="a place")
    with ExitStack() as stack:
        for _ in range(PER_USER):
            assert "101 switching protocols" in opened(url, alice, stack)
        over = opened(url, alice, stack)
        assert over.startswith("http/1.1 429")
        assert "retry-after: 5" in over
        assert "this user has 2" in refused(url, alice)
    wait_for(lambda: free(url, alice), what="the places of closed pages")
