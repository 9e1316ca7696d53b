"""The addresses of a host's name, as the system resolves it (hosts file and all), in bounded time."""

import ipaddress
import queue
import socket
import threading
import time
from ipaddress import IPv4Address, IPv6Address

from app.errors import WorkFailed
from app.fetching.policy import TICK, FetchPolicy

LASTING = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME), socket.EAI_FAMILY}
"""Answers of getaddrinfo that say that there is no such name; the others may pass."""


def look_up(host: str, shown: str, policy: FetchPolicy, deadline: float | None) -> list[IPv4Address | IPv6Address]:
    """Return the addresses of ``host``, each once.

    getaddrinfo has no time limit and can't be interrupted, so it runs in a thread that is left to itself when the time
    is over; it ends with the resolver's own patience.

    Raises:
        WorkFailed: there is no such name, or no answer in time (retryable).
        Exception: what ``policy.go_on`` raises.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put([str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)])
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, name=f"look-up {host}", daemon=True).start()
    end = time.monotonic() + policy.connect_seconds
    end = end if deadline is None else min(end, deadline)
    while True:
        try:
            answer = answers.get(timeout=TICK)
        except queue.Empty:
            policy.go_on()
            if time.monotonic() > end:
                raise WorkFailed(f"{shown}: no answer in time for the host's name", retryable=True) from None
            continue
        if isinstance(answer, OSError):
            passing = answer.errno not in LASTING
            raise WorkFailed(f"{shown}: the host's name can't be resolved ({answer.strerror})", retryable=passing)
        return [ipaddress.ip_address(text) for text in dict.fromkeys(answer)]
