"""Waiting for things: by looking, never by sleeping long enough."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest


def wait_for(condition: Callable[[], object], seconds: float = 20.0, what: str = "the condition") -> None:
    """Poll until ``condition`` holds; fail the test if it does not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come about within {seconds:.0f} s")
        time.sleep(0.02)
