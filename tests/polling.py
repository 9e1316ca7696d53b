"""Waiting for things: by looking, never by sleeping long enough."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

Found = TypeVar("Found")
PATIENCE = 3
"""How many times longer is waited: the seconds are those of an idle machine, and four runs share this one."""


def wait_for(condition: Callable[[], Found], seconds: float = 20.0, what: str = "the condition") -> Found:
    """Poll until ``condition`` holds, and return what it found; fail the test if it does not within ``seconds``.

    The limit says when to give up, not how long a thing may take: see ``PATIENCE``.
    """
    deadline = time.monotonic() + PATIENCE * seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come about within {PATIENCE * seconds:.0f} s")
        time.sleep(0.02)
    return found
