"""Headers that what is done for a request adds to its answer, from wherever it learns of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_headers: ContextVar[dict[str, str] | None] = ContextVar("reply_headers", default=None)


@contextmanager
def collect() -> Iterator[dict[str, str]]:
    """Yield the headers (name -> value) that ``add`` is given within the block; threads that it starts share them."""
    found: dict[str, str] = {}
    token = _headers.set(found)
    try:
        yield found
    finally:
        _headers.reset(token)


def add(**headers: object) -> None:
    """Add headers, "_" written for "-"; the later of one name counts. Outside of a request it does nothing."""
    found = _headers.get()
    if found is not None:
        found |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
