"""Serving: the API in this process, and a worker beside it."""

from __future__ import annotations

import gc
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.concurrency import run_in_threadpool

from app.config import get_settings, mistyped_settings
from app.core.telemetry import get_logger
from app.embedded import attach, check_writable
from app.errors import DependencyRefuses, InvalidInput, Unavailable
from app.events.feed import feed
from app.maintenance import dependencies

log = get_logger("server")


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
    """Check what nothing can be done without, before anything is started; tell what of the settings does not hold.

    A part that is away is waited for while the service runs. One that answers and refuses is a fault in the settings.

    Raises:
        DependencyRefuses: the database, the broker or the media store refuses until a setting or a right is changed.
        Unavailable: the data folder cannot be written, or an embedded server does not start.
        WrongSchema: the database is of another version.
    """
    settings = get_settings()
    for line in settings.told:
        log.warning("setting_not_as_given", reason=line)
    for name, meant in mistyped_settings().items():
        log.warning("setting_not_known", name=name, meant=meant)
    check_writable(settings.shopreel_data_dir.resolve())
    if settings.mongodb_uri is None or settings.uses_embedded_broker:
        attach(settings.shopreel_data_dir)
    for name, probe in dependencies.PROBES_BY_PART.items():
        try:
            probe()
        except DependencyRefuses:
            raise
        except Unavailable as error:  # in an outage the service comes up without it
            log.warning("started_without", part=name, reason=str(error))


SWITCH_SECONDS = 0.0005
"""For so long a thread that computes holds the interpreter when others want it. Each hop of an answer between the loop
and its threads waits for the one that numbers a backlog: with Python's 5 ms an answer of ten hops took 50 more."""


class Server(uvicorn.Server):
    """A server that ends its streams of events when it is to stop, rather than wait for their clients to go."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; clients come back to another process, or to the next one, where they were."""
        await run_in_threadpool(feed.close)
        await super().shutdown(sockets)


def api_server(host: str = "localhost") -> Server:
    """Return a server of the API; ``run(sockets=[…])`` serves until it is told to stop.

    ``host``: the name that it was told to listen on, which is one of its own then.
    """
    from app.main import app

    sys.setswitchinterval(SWITCH_SECONDS)
    # What was imported stays: looked through by each whole collection, it held all answers up for 100 ms.
    gc.collect()
    gc.freeze()
    app.state.bound_hosts = frozenset({host.lower().removesuffix(".")})
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        forwarded_allow_ips=get_settings().forwarded_allow_ips,
    )
    return Server(config)


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
