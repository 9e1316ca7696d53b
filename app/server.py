"""Serving: the API in this process, and a worker beside it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.concurrency import run_in_threadpool

from app.config import get_settings
from app.embedded import attach, check_writable
from app.errors import InvalidInput, Unavailable
from app.storage import mongo
from app.storage.mongo import database_answers
from app.utils.event_feed import feed


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        InvalidInput: the address is not one of this machine, or something listens there.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise InvalidInput(f"cannot listen on {host}:{port}: {error.strerror or error}; try --port") from None
    return listener


def prepare() -> None:
    """Check what nothing can be done without, before anything is started.

    Raises:
        Unavailable: the data folder cannot be written, or an embedded server does not start.
        WrongSchema: the database is of another version.
    """
    settings = get_settings()
    check_writable(settings.shopreel_data_dir.resolve())
    if settings.mongodb_uri is None or settings.uses_embedded_broker:
        attach(settings.shopreel_data_dir)
    with suppress(Unavailable), database_answers():  # in an outage the service comes up without it
        mongo.connect()


class Server(uvicorn.Server):
    """A server that ends its streams of events when it is to stop, rather than wait for their clients to go."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; clients come back to another process, or to the next one, where they were."""
        await run_in_threadpool(feed.close)
        await super().shutdown(sockets)


def api_server() -> Server:
    """Return a server of the API; ``run(sockets=[…])`` serves until it is told to stop."""
    from app.main import app

    return Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5))


@contextmanager
def serving(listener: socket.socket) -> Iterator[None]:
    """Serve the API from a thread, until the block ends."""
    server = api_server()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="api")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
