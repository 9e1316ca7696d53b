"""Lets a Python program that can listen on TCP alone listen on a Unix socket, in a process that is started for it.

The folder of this file goes first on the program's PYTHONPATH (``app.embedded.servers``), and the program is told a
path that ends in ``.sock`` as the host to listen on. A file's permissions then say who may connect: a port of the
loopback address is open to every user of the machine. A peer of another user is let go at once, should the file's
permissions have let it through. Where this is not loaded, such a host is no address, and the program ends.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import Any

TELLS_THE_PEER = struct.Struct("3i")
"""What SO_PEERCRED gives: process, user, group."""
_getaddrinfo = socket.getaddrinfo
_Socket = socket.socket


class Listening(_Socket):
    """A socket whose addresses look like TCP's to its program, whatever it is bound to."""

    def accept(self) -> tuple[Any, Any]:
        """Return the next connection of this process's user, or of root."""
        while self.family == socket.AF_UNIX:
            connection, _ = super().accept()
            _, user, _ = TELLS_THE_PEER.unpack(
                connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, TELLS_THE_PEER.size)
            )
            if user in (os.geteuid(), 0):
                return connection, ("127.0.0.1", connection.fileno())
            connection.close()
        return super().accept()

    def getsockname(self) -> Any:
        """Return host and port, as the program expects them."""
        name = super().getsockname()
        return (name, 0) if isinstance(name, str) else name


def getaddrinfo(host: Any, port: Any, *args: Any, **named: Any) -> list[Any]:
    """Resolve a path to the Unix socket that lies there."""
    if isinstance(host, str) and host.endswith(".sock"):
        return [(socket.AF_UNIX, socket.SOCK_STREAM, 0, "", host)]
    return _getaddrinfo(host, port, *args, **named)


socket.getaddrinfo = getaddrinfo
socket.socket = Listening  # type: ignore[misc]  # a class is not meant to be replaced
