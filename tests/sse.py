"""Reading server-sent events as a plain client does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx2


@dataclass
class Sent:
    """One event as it came."""

    id: int
    name: str
    data: dict[str, Any]


@contextmanager
def following(url: str, last: int | None = None, /, **headers: str) -> Iterator[Iterator[Sent]]:
    """Open a stream of ``url``; yield its events as they come. Leaving the block cuts the connection."""
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    with httpx2.stream("GET", url, headers=headers, timeout=20) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[Sent]:
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        elif "data" in fields:
            yield Sent(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}


def read_bytes(url: str, last: int, count: int, seen: Callable[[], object]) -> tuple[list[Sent], bytes]:
    """Read so many bytes of a stream from ``last`` on, cut it, and return the whole events and what is left over.

    ``seen`` is called when an event is whole, but for the first, ``start``. It ends early where nothing came for a
    moment.
    """
    content = b""
    quiet = httpx2.Timeout(20, read=0.5)
    with (
        suppress(httpx2.ReadTimeout),
        httpx2.stream("GET", url, headers={"Last-Event-ID": str(last)}, timeout=quiet) as answer,
    ):
        for part in answer.iter_bytes(1):
            content += part
            if content.endswith(b"\n\n") and content.count(b"\n\n") > 1:
                seen()
            if len(content) >= count:
                break
    whole, _, rest = content.rpartition(b"\n\n")
    return list(_events(iter(f"{whole.decode()}\n\n".split("\n")))), rest
