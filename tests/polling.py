"""Waiting for things: by looking, never by sleeping long enough."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

Found = TypeVar("Found")
PATIENCE = 3
"""How many times longer is waited: the seconds are those of an idle machine, and four runs share this one."""
FIRST_PAUSE, LAST_PAUSE = 0.02, 0.2
"""Seconds between two looks, the first and, after some seconds, all: most looks ask the database, and asked all the
time it takes as much of the machine as what is waited for."""


def wait_for(condition: Callable[[], Found], seconds: float = 20.0, what: str = "the condition") -> Found:
    """Poll until ``condition`` holds, and return what it found; fail the test if it does not within ``seconds``.

    The limit says when to give up, not how long a thing may take: see ``PATIENCE``.
    """
    begin = time.monotonic()
    while not (found := condition()):
        waited = time.monotonic() - begin
        if waited > PATIENCE * seconds:
            pytest.fail(f"{what} did not come about within {PATIENCE * seconds:.0f} s")
        time.sleep(min(LAST_PAUSE, max(FIRST_PAUSE, waited / 20)))
    return found
