"""A receiver of webhooks: a real server on loopback, which answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from app.config import get_settings
from app.db import client as mongo
from app.events.log import number_events
from app.models import short_key
from app.shorts.repository import ShortStatus
from app.shorts.writes import end_short
from app.webhooks import delivery
from app.webhooks.repository import Delivery, list_deliveries
from tests import staging
from tests.answering import Answering, serving
from tests.conftest import wipe
from tests.ports import free_port


@dataclass(frozen=True)
class Message:
    """What came to a receiver."""

    headers: dict[str, str]
    body: str

    @property
    def said(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


class Receiver(ThreadingHTTPServer):
    """Answers with ``status``, once ``open`` is set, and keeps what came."""

    request_queue_size = 20

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.status = 204
        self.open = threading.Event()
        self.open.set()
        self.messages: list[Message] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks"

    @property
    def shorts(self) -> list[str]:
        """The shorts that it was told of, one for each message."""
        return [message.said["data"]["short_id"] for message in self.messages]

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that hangs up is what a test wants."""


class Handler(Answering):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.messages.append(Message({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.open.wait(60)
        more = {"Location": "/elsewhere"} if 300 <= self.server.status < 400 else {}
        self.answer(self.server.status, b"", **more)


@pytest.fixture(autouse=True)
def nothing_noted() -> None:
    """Begin with no event: a process that a test before this one has ended may have left some behind it."""
    wipe("outbox", "event_buckets", "counters")


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port of this machine on which a receiver may be."""
    found = free_port()
    monkeypatch.setenv("FETCH_ALLOWED_HOSTS", f"127.0.0.1:{found}")
    get_settings.cache_clear()
    return found


@pytest.fixture
def receive(port: int) -> Iterator[Callable[[], Receiver]]:
    """Start a receiver on that port."""
    with ExitStack() as stack:

        def start() -> Receiver:
            running: AbstractContextManager[Receiver] = serving(Receiver(port))
            return stack.enter_context(running)

        yield start


@pytest.fixture
def receiver(receive: Callable[[], Receiver]) -> Receiver:
    """A receiver that is there from the start."""
    return receive()


def end(short_id: str, status: ShortStatus = ShortStatus.COMPLETED, user_id: str | None = "alice") -> None:
    """Let a short be made and come to an end, or wait."""
    key = short_key(short_id, None)
    staging.ensure_short(key, user_id)
    assert end_short(key, status, error="the page shows no product" if status is ShortStatus.FAILED else None)


def one_round() -> None:
    """Do what the leader does in one round."""
    number_events()
    delivery.read_events()
    delivery.send_due(threading.Event())


def stands(webhook_id: str) -> list[Delivery]:
    """Return the deliveries of a webhook, in the order of their events."""
    found = {one.delivery_id: one for one in list_deliveries(webhook_id, 200)}
    return [found[one["_id"]] for one in stored_deliveries() if one["_id"] in found]


def stored_deliveries() -> list[dict[str, Any]]:
    """Return all deliveries as they are stored."""
    return list(mongo.collection("webhook_deliveries").find().sort("seq", 1))
