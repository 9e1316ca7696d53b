"""Waiting for things: by looking, never by sleeping long enough."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found], seconds: float = 20.0, what: str = "the condition") -> Found:
    """Poll until ``condition`` holds, and return what it found; fail the test if it does not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come about within {seconds:.0f} s")
        time.sleep(0.02)
    return found
