"""Turns at each host, over all threads of this process: not too many requests at once, and a pause between pages."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

from app.errors import WorkFailed
from app.fetching.policy import TICK, FetchPolicy

MAX_PAUSE = 30.0
"""Seconds between two pages that a shop's Crawl-delay may ask for at most."""
MAX_WAIT = 300.0
"""Seconds that a page waits for its turn; after that the task tries again later."""
MAX_KEPT = 1000


@dataclass
class _Host:
    running: int = 0
    next_page: float = 0.0
    """``time.monotonic()`` before which no other page is asked for."""


_hosts: dict[str, _Host] = {}
_changed = Condition()


@contextmanager
def place(host: str, policy: FetchPolicy) -> Iterator[None]:
    """Hold one of the host's places for a request; wait until there is one.

    Raises:
        WorkFailed: none was free in time; retryable.
        Exception: what ``policy.go_on`` raises.
    """
    end = time.monotonic() + MAX_WAIT
    while not _take(host, policy.host_connections):
        policy.go_on()
        if time.monotonic() > end:
            raise WorkFailed(f"{host}: too many requests wait for this host", retryable=True)
    try:
        yield
    finally:
        with _changed:
            _hosts[host].running -= 1
            _changed.notify_all()


def _take(host: str, limit: int) -> bool:
    with _changed:
        one = _host(host)
        if one.running >= limit:
            _changed.wait(TICK)
        if one.running >= limit:
            return False
        one.running += 1
        return True


def pause(host: str, seconds: float, policy: FetchPolicy) -> float:
    """Wait until the host may be asked for another page, ``seconds`` after the last one; return how long that took.

    Raises as ``place``.
    """
    start = time.monotonic()
    seconds = min(seconds, MAX_PAUSE)
    with _changed:
        one = _host(host)
        turn = max(start, one.next_page)
        if turn - start > MAX_WAIT:
            raise WorkFailed(f"{host}: too many pages wait for this host", retryable=True)
        one.next_page = turn + seconds
    while (left := turn - time.monotonic()) > 0:
        policy.go_on()
        time.sleep(min(left, TICK))
    return time.monotonic() - start


def _host(name: str) -> _Host:
    """Return the host's record; those with nothing to tell are forgotten when there are many."""
    if name not in _hosts and len(_hosts) >= MAX_KEPT:
        now = time.monotonic()
        for other in [key for key, one in _hosts.items() if not one.running and one.next_page < now]:
            del _hosts[other]
    return _hosts.setdefault(name, _Host())
