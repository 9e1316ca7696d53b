"""A process's hold on the embedded servers: attach on first use, let go at the end (the kernel does, for the dead)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from app.core.folders import check_owner, private_folder
from app.core.telemetry import get_logger
from app.embedded.servers import embedded_servers
from app.embedded.sockets import peer_user, socket_name
from app.embedded.supervisor import ANOTHER_SERVES, DATABASE_BROKEN, READY_SECONDS, supervisor_socket
from app.errors import Unavailable
from app.processes.lifetime import child_environment


@dataclass(frozen=True)
class Endpoints:
    """Where the embedded servers listen."""

    mongodb_uri: str
    redis_url: str


@dataclass
class Hold:
    """A connection to a supervisor: while it is open, the servers stay."""

    process_id: int
    connection: socket.socket
    endpoints: Endpoints


log = get_logger("embedded")
_holds: dict[Path, Hold] = {}
_lock = threading.Lock()


def attach(data_dir: Path) -> Endpoints:
    """Return the addresses of the servers of ``data_dir``, starting them if need be, and keep them for this process.

    Raises:
        Unavailable: the folder cannot be written, or a server is not installed or does not start.
    """
    data_dir = data_dir.resolve()
    with _lock:
        hold = _holds.get(data_dir)
        if hold is None or hold.process_id != os.getpid():
            _holds[data_dir] = hold = connect(data_dir)
            threading.Thread(target=_watch, args=(data_dir, hold), name="embedded-watch", daemon=True).start()
        return hold.endpoints


def detach() -> None:
    """Let go of all servers; the last process to do so ends them."""
    with _lock:
        for hold in _holds.values():
            _close(hold.connection)
        _holds.clear()


def report_broken(data_dir: Path) -> None:
    """Tell the supervisor that the database runs but can do nothing any more: it is started anew."""
    with _lock:
        hold = _holds.get(data_dir.resolve())
    if hold is not None:
        with contextlib.suppress(OSError):  # without a supervisor the watch starts the next one anyway
            hold.connection.sendall(DATABASE_BROKEN)


def connect(data_dir: Path) -> Hold:
    """Return a hold of its own on the servers of ``data_dir``; raises as ``attach``."""
    with contextlib.suppress(OSError):  # on a full disk, those who are there may still be used
        private_folder(data_dir)
    if data_dir.exists():
        check_owner(data_dir)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(max(0.1, deadline - time.monotonic()))
            connection.connect(socket_name(supervisor_socket(data_dir)))
            if peer_user(connection) not in (data_dir.stat().st_uid, 0):
                connection.close()
                raise Unavailable(f"another user's program listens in the data folder {data_dir}")
            with connection.makefile("rb") as lines:
                answer = lines.readline()
        except OSError:
            answer = b""
        if answer:
            return _hold(data_dir, connection, json.loads(answer))
        connection.close()
        if not _start_supervisor(data_dir):
            time.sleep(0.02)
    raise Unavailable(f"the embedded servers did not answer within {READY_SECONDS:.0f} s")


def _watch(data_dir: Path, hold: Hold) -> None:
    """Wait until the supervisor is gone; if this process still needs it (it was killed), start the next one.

    The servers come back on their sockets, and the database's and the broker's clients find them by themselves.
    """
    while True:
        with contextlib.suppress(OSError):
            hold.connection.recv(1)  # nothing is sent: it returns at the end
        with _lock:
            if _holds.get(data_dir) is not hold:
                return
            try:
                hold.connection.close()
                _holds[data_dir] = hold = connect(data_dir)
                log.warning("embedded_servers_restarted")
            except Unavailable as error:
                log.error("embedded_servers_gone", reason=str(error))
                del _holds[data_dir]  # the next use tries again, and tells its caller
                return


def _close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the supervisor may have gone already
        connection.shutdown(socket.SHUT_RDWR)  # wakes the watcher, which a close alone does not
    connection.close()


def check_writable(data_dir: Path) -> None:
    """Make sure that the data folder is there, can be written, and is open to nobody else.

    Raises:
        Unavailable: it cannot; the message names the folder and the reason.
    """
    try:
        private_folder(data_dir)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise Unavailable(f"the data folder {data_dir} cannot be written: {error.strerror}") from None


def _hold(data_dir: Path, connection: socket.socket, message: dict[str, str]) -> Hold:
    if "error" in message:
        connection.close()
        raise Unavailable(f"the embedded servers did not start: {message['error']}")
    connection.settimeout(None)
    servers = embedded_servers(data_dir)
    return Hold(os.getpid(), connection, Endpoints(servers["database"].url, servers["broker"].url))


def _start_supervisor(data_dir: Path) -> bool:
    """Start a supervisor; return False where it is to be tried again.

    It was killed as it started, or another one has the folder (it is starting, or about to end).
    """
    check_writable(data_dir)
    done = subprocess.run(
        [sys.executable, "-m", "app.embedded.supervisor", str(data_dir)],
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        check=False,
    )
    if done.returncode in (-signal.SIGKILL, -signal.SIGTERM):
        return False
    if done.returncode not in (0, ANOTHER_SERVES):
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise Unavailable(f"the embedded servers did not start: {reason}")
    return done.returncode == 0
