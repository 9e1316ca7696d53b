"""A SOCKS5 proxy on loopback that leads to checked addresses alone: the only way out for a browser (RFC 1928)."""

import ipaddress
import selectors
import socket
import socketserver
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from app.errors import InvalidInput, ShopReelError, WorkFailed
from app.fetching import guard
from app.fetching.policy import FetchPolicy
from app.fetching.transport import connection

VERSION, NO_AUTHENTICATION, CONNECT = 5, 0, 1
DONE, NOT_ALLOWED, UNREACHABLE, NO_SUCH_COMMAND = 0, 2, 4, 7
IPV4, NAME, IPV6 = 1, 3, 4
IDLE_SECONDS = 60
PIECE = 65536


class Tunnel(socketserver.ThreadingTCPServer):
    """The proxy, open inside a ``with`` block.

    ``limit``: bytes that it brings in at most, all connections together; ``unwanted``: names that it leads nowhere.
    """

    daemon_threads = True

    def __init__(self, policy: FetchPolicy, limit: int, unwanted: frozenset[str] = frozenset()) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.policy = policy
        self.left = limit
        self.unwanted = unwanted
        self.refusals: dict[str, ShopReelError] = {}
        """Host -> why there is no way to it."""
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="tunnel", daemon=True)

    @property
    def url(self) -> str:
        return f"socks5://127.0.0.1:{self.server_address[1]}"

    def take(self, count: int) -> None:
        """Count bytes that came in.

        Raises:
            WorkFailed: they are too many.
        """
        with self._lock:
            self.left -= count
            if self.left < 0:
                raise WorkFailed("the page and its parts are larger than the limit")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up, or a server that does, is no fault of the tunnel's."""


class _Handler(socketserver.StreamRequestHandler):
    server: Tunnel
    timeout = IDLE_SECONDS

    def handle(self) -> None:
        _, methods = self._read("!BB")
        self._take(methods)
        self.wfile.write(bytes((VERSION, NO_AUTHENTICATION)))
        _, command, _, kind = self._read("!BBBB")
        if kind == NAME:
            host = self._take(*self._read("!B")).decode("latin-1")
        else:
            host = str(ipaddress.ip_address(self._take(4 if kind == IPV4 else 16)))
        (port,) = self._read("!H")
        if command != CONNECT or host in self.server.unwanted:
            self._reply(NOT_ALLOWED if command == CONNECT else NO_SUCH_COMMAND)
            return
        shown = f"[{host}]" if kind == IPV6 else host
        try:
            target = guard.check(f"http://{shown}:{port}/", self.server.policy)
            with connection(target, self.server.policy) as upstream:
                self._reply(DONE)
                self._relay(upstream)
        except ShopReelError as error:
            self.server.refusals.setdefault(host, error)
            with suppress(OSError):
                self._reply(NOT_ALLOWED if isinstance(error, InvalidInput) else UNREACHABLE)

    def _take(self, count: int) -> bytes:
        data = self.rfile.read(count)
        if len(data) < count:
            raise ConnectionError("the browser hung up")
        return data

    def _read(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self._take(struct.calcsize(form)))

    def _reply(self, code: int) -> None:
        self.wfile.write(bytes((VERSION, code, 0, IPV4)) + bytes(6))

    def _relay(self, upstream: socket.socket) -> None:
        browser: socket.socket = self.connection
        other = {browser: upstream, upstream: browser}
        with selectors.DefaultSelector() as selector:
            for one in other:
                one.settimeout(IDLE_SECONDS)
                selector.register(one, selectors.EVENT_READ)
            while ready := selector.select(IDLE_SECONDS):
                for key, _ in ready:
                    source = browser if key.fileobj is browser else upstream
                    data = source.recv(PIECE)
                    if not data:
                        return
                    if source is upstream:
                        self.server.take(len(data))
                    other[source].sendall(data)
