"""Pages that need script, from a real browser in a child process whose every request passes the guard."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.errors import InvalidInput, WorkFailed
from app.fetching.client import Page
from app.fetching.policy import TICK, FetchPolicy
from app.processes.children import Child

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HINT = "install Chromium (Debian: apt-get install chromium) and ShopReel's extra (pip install 'shopreel[browser]')"
AT_ONCE = 2
"""Browsers of one process; each takes about 400 MB."""
NOT_TOLD = ("go_on", "cache_folder")
"""Of the policy, what the child is not told: the parent asks, and the browser keeps nothing."""
_places = threading.BoundedSemaphore(AT_ONCE)


def chromium() -> str | None:
    """Return the path of the system's Chromium or Chrome; None if there is none, or nothing to drive it with."""
    if find_spec("patchright") is None:
        return None
    return next((path for program in PROGRAMS if (path := shutil.which(program))), None)


def render_page(url: str, policy: FetchPolicy, folder: Path) -> Page:
    """Return the page at ``url`` as it stands after its script has run. robots.txt is not asked: ``fetch_page`` was.

    Args:
        folder: an empty one for the browser's profile, the caller's to remove.

    Raises:
        InvalidInput: the page is at no address that may be fetched.
        WorkFailed: there is no browser, or the page can't be had in it.
        Exception: what ``policy.go_on`` raises; the browser is killed then.
    """
    program = chromium()
    if program is None:
        raise WorkFailed(f"there is no browser: {HINT}")
    limits = {name: value for name, value in vars(policy).items() if name not in NOT_TOLD}
    limits["allowed_hosts"] = sorted(policy.allowed_hosts)
    # Not in ``folder``, whose path may be too long for the sockets that Chromium makes there.
    with (
        tempfile.TemporaryDirectory(prefix="shopreel-browser-") as scratch,
        _place(policy),
        Child("app.fetching", "the browser") as child,
    ):
        order = {"url": url, "policy": limits, "program": program, "profile": str(folder), "scratch": scratch}
        for message in child.ask(order, seconds=policy.browser_seconds):
            if "result" in message:
                return Page(url, **message["result"])
            if message:
                raise _error(message)
            policy.go_on()
    raise AssertionError("a child answers or raises")


@contextmanager
def _place(policy: FetchPolicy) -> Iterator[None]:
    end = time.monotonic() + policy.browser_seconds
    while not _places.acquire(timeout=TICK):
        policy.go_on()
        if time.monotonic() > end:
            raise WorkFailed("no browser was free in time", retryable=True)
    try:
        yield
    finally:
        _places.release()


def _error(message: dict[str, Any]) -> InvalidInput | WorkFailed:
    if message["invalid_input"]:
        return InvalidInput(message["error"])
    return WorkFailed(message["error"], retryable=message["retryable"])
