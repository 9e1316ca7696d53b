"""A server on loopback that sends what a test gives it, byte for byte, and counts who connects."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from app.fetching import FetchPolicy


class RawServer:
    """Sends ``chunks`` to each client, ``pause`` seconds between them, until they end or the client hangs up.

    ``hold``: it keeps the connection open after that, in silence.
    """

    def __init__(self, chunks: Iterable[bytes], pause: float = 0, *, hold: bool = False) -> None:
        self.chunks, self.pause, self.hold = chunks, pause, hold
        self.connections = 0
        self.connected, self.hung_up, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.netloc = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.url = f"http://{self.netloc}/"
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def policy(self, **more: Any) -> FetchPolicy:
        return replace(FetchPolicy(frozenset((self.netloc,)), respect_robots=False, total_seconds=5.0), **more)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.connected.set()
            with connection, suppress(OSError):
                connection.settimeout(0.05)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.recv(4096)
        for chunk in self.chunks:
            try:
                connection.settimeout(5)
                connection.sendall(chunk)
            except OSError:
                self.hung_up.set()
                return
            connection.settimeout(0.01)
            if (self.pause and self.ended.wait(self.pause)) or self._gone(connection):
                return
        while self.hold and not self.ended.is_set() and not self._gone(connection):
            self.ended.wait(0.02)

    def _gone(self, connection: socket.socket) -> bool:
        connection.setblocking(False)
        try:
            gone = connection.recv(1) == b""
        except BlockingIOError:
            gone = False
        except OSError:  # with some of the answer unread it ends with a reset
            gone = True
        if gone:
            self.hung_up.set()
        return gone

    def close(self) -> None:
        self.ended.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@contextmanager
def serving(chunks: Iterable[bytes], pause: float = 0, *, hold: bool = False) -> Iterator[RawServer]:
    """Run a ``RawServer`` for the length of a block."""
    server = RawServer(chunks, pause, hold=hold)
    try:
        yield server
    finally:
        server.close()
