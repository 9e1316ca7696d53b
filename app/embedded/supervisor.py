"""The process that owns the embedded servers of one data folder: ``python -m app.embedded.supervisor FOLDER``.

A file lock elects one supervisor a folder. Each user of the servers connects to its socket, is told in one JSON
line that they are ready, and keeps the connection; a server that dies is started again on its socket.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path

from app.embedded.servers import PRIVATE_UMASK, Server, embedded_servers
from app.embedded.sockets import peer_user, socket_name
from app.errors import ShopReelError

GRACE_SECONDS = 1.0
"""How long the servers stay after the last user has gone: commands often follow one another."""
READY_SECONDS = 120.0
"""A database with many documents takes long to open after a crash."""
MAX_RESTARTS = 5
DATABASE_BROKEN = b"database broken\n"
"""What a user of the servers may say."""
PROBATION_SECONDS = 5.0
"""A database that was started so lately is not called broken: it may be waiting for room on the disk."""
READY: dict[str, str] = {}
"""What users are told when the servers can be used; else there is an ``error`` in it."""
ANOTHER_SERVES = 3
"""Exit code: another supervisor has this folder."""


def supervisor_socket(data_dir: Path) -> Path:
    """Return where the folder's supervisor listens: in the folder, where no other user can listen before it."""
    return data_dir.resolve() / "embedded" / "supervisor.sock"


class Supervisor:
    """Starts the servers, tells users when they are ready, and stops them when nobody uses them."""

    def __init__(self, data_dir: Path, listener: socket.socket) -> None:
        self.servers = embedded_servers(data_dir)
        self.listener = listener
        self.users: set[socket.socket] = set()
        self.restarts = 0
        self.ready = False
        self.stopping = False
        self.deadline = time.monotonic() + READY_SECONDS
        self.idle_since = time.monotonic()

    def run(self) -> None:
        """Serve until the last user has gone or a signal asks to stop."""
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stopping", True))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        selector = selectors.DefaultSelector()
        selector.register(self.listener, selectors.EVENT_READ)
        try:
            for server in self.servers.values():
                server.start()
            while not self.stopping:
                for key, _ in selector.select(0.05 if not self.ready else 0.25):
                    self._serve_socket(key.fileobj, selector)
                self._look_after_servers()
                if self.users:
                    self.idle_since = time.monotonic()
                elif self.ready and time.monotonic() - self.idle_since > GRACE_SECONDS:
                    break
        except (ShopReelError, OSError) as error:
            self._tell_all({"error": str(error)})
        finally:
            # Closed first: whoever comes now is refused and starts the next supervisor.
            self.listener.close()
            for server in self.servers.values():
                server.ask_to_stop()
            for server in self.servers.values():
                server.wait()

    def _serve_socket(self, ready: object, selector: selectors.BaseSelector) -> None:
        assert isinstance(ready, socket.socket)
        if ready is self.listener:
            user, _ = self.listener.accept()
            if peer_user(user) not in (os.geteuid(), 0):
                user.close()
                return
            self.users.add(user)
            selector.register(user, selectors.EVENT_READ)
            if self.ready:
                self._tell({user}, READY)
            return
        with contextlib.suppress(OSError):
            if said := ready.recv(64):
                if DATABASE_BROKEN in said:
                    self._end_broken(self.servers["database"])
                return
        selector.unregister(ready)
        self.users.discard(ready)
        ready.close()

    def _look_after_servers(self) -> None:
        for server in self.servers.values():
            if not server.alive():
                self._restart(server)
        if not self.ready:
            if all(server.listening() for server in self.servers.values()):
                self.ready = True
                self._tell_all(READY)
            elif time.monotonic() > self.deadline:
                raise ShopReelError(f"the embedded servers did not start within {READY_SECONDS:.0f} s")

    @staticmethod
    def _end_broken(server: Server) -> None:
        if server.process is not None and time.monotonic() - server.started_at > PROBATION_SECONDS:
            server.process.kill()
            server.process.wait()

    def _restart(self, server: Server) -> None:
        self.restarts += 1
        if self.restarts > MAX_RESTARTS and not self.ready:
            raise ShopReelError(f"the embedded {server.name} does not start: {server.log_tail()}")
        time.sleep(min(2.0, 0.05 * 2 ** min(self.restarts, 6)))
        server.start()

    def _tell_all(self, message: dict[str, str]) -> None:
        self._tell(self.users, message)

    @staticmethod
    def _tell(users: set[socket.socket], message: dict[str, str]) -> None:
        for user in users:
            with contextlib.suppress(OSError):  # a user that has gone is noticed by the selector
                user.sendall(json.dumps(message).encode() + b"\n")


def main(data_dir: Path) -> int:
    """Start the supervisor of ``data_dir`` in the background, once its socket accepts connections.

    Returns:
        The exit code; ``ANOTHER_SERVES``: nothing was done.
    """
    os.umask(PRIVATE_UMASK)
    folder = data_dir / "embedded"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock, socket.socket(socket.AF_UNIX) as listener:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return ANOTHER_SERVES
        supervisor_socket(data_dir).unlink(missing_ok=True)  # of one that was killed: the lock says that none lives
        listener.bind(socket_name(supervisor_socket(data_dir)))
        listener.listen(64)
        # The child is init's, not the starter's: it outlives the starter, and nobody has to wait for it.
        # It inherits the lock and the socket.
        if os.fork() == 0:
            with (folder / "supervisor.log").open("wb") as log:
                os.dup2(log.fileno(), sys.stderr.fileno())
                os.dup2(log.fileno(), sys.stdout.fileno())
            Supervisor(data_dir, listener).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
