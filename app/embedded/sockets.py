"""Unix sockets in a data folder: their names, and who is at the other end."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

LONGEST_NAME = 107
"""Bytes of a socket's name on Linux (``sun_path``)."""
CREDENTIALS = struct.Struct("3i")
"""What SO_PEERCRED gives: process, user, group."""
_folders: dict[Path, int] = {}


def socket_name(path: Path) -> str:
    """Return a name by which this process can bind or reach the socket at ``path``: its path, if that is not too long.

    Else it leads through a descriptor of the folder, which stays open.
    """
    if len(os.fsencode(path)) <= LONGEST_NAME:
        return str(path)
    opened = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    known = _folders.setdefault(path.parent, opened)
    if known != opened:  # the folder may have been made anew since
        os.dup2(opened, known, inheritable=False)
        os.close(opened)
    return f"/proc/self/fd/{known}/{path.name}"


def peer_user(connection: socket.socket) -> int:
    """Return the user of the process that connected, or that listens."""
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    user: int = CREDENTIALS.unpack(told)[1]
    return user
