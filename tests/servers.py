"""Database and broker of a test's own, to be stopped, paused and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import get_settings
from app.db import client as mongo
from app.embedded.servers import Server, embedded_servers
from app.queue import broker
from tests.polling import wait_for

SERVERS: set[int] = set()
"""The process ids of servers that belong to a whole module of tests, which restart them."""
SETTINGS = {"database": "MONGODB_URI", "broker": "REDIS_URL"}


class OwnServer:
    """A real server that keeps its address and its data over restarts."""

    def __init__(self, server: Server) -> None:
        self.server = server

    @property
    def url(self) -> str:
        return self.server.url

    def start(self) -> None:
        self.server.start()
        assert self.server.process is not None
        SERVERS.add(self.server.process.pid)
        wait_for(self.server.listening, 60, f"the start of the {self.server.name}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.server.process is not None:
            self.signal(signal.SIGCONT)
            self.server.process.kill()
            self.server.process.wait()
            SERVERS.discard(self.server.process.pid)

    def signal(self, number: signal.Signals) -> None:
        assert self.server.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.server.process.pid, number)

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Killed for the length of the block."""
        self.kill()
        try:
            yield
        finally:
            self.start()


@contextlib.contextmanager
def own_server(name: str, patch: pytest.MonkeyPatch, *, started: bool = True) -> Iterator[OwnServer]:
    """Run a server of one's own, named by this process's settings while the block lasts.

    Its folder has a short name: the address of a socket in a long one is good in this process alone.
    """
    with tempfile.TemporaryDirectory(prefix="own-", ignore_cleanup_errors=True) as folder:
        yield from _own_server(OwnServer(embedded_servers(Path(folder))[name]), patch, started)


def _own_server(own: OwnServer, patch: pytest.MonkeyPatch, started: bool) -> Iterator[OwnServer]:
    own.start()
    if not started:
        own.kill()
    name = SETTINGS[own.server.name]
    patch.setenv(name, own.url)
    _forget_connections()
    try:
        yield own
    finally:
        patch.delenv(name)
        _forget_connections()
        own.kill()


def _forget_connections() -> None:
    mongo.close()
    broker.close()
    get_settings.cache_clear()
