"""robots.txt (RFC 9309): which pages a shop asks programs to leave alone."""

import time
from collections.abc import Callable
from threading import Lock

from protego import Protego

from app.errors import WorkFailed
from app.fetching.guard import Target
from app.fetching.transport import Response

MAX_BYTES = 5_000_000
"""RFC 9309 section 2.5 asks for at least 500 KiB."""
KEEP_SECONDS = 24 * 3600
"""RFC 9309 section 2.4: no copy is used for longer than a day."""
MAX_KEPT = 1000

_kept: dict[str, tuple[float, Protego]] = {}
_lock = Lock()


def check(target: Target, user_agent: str, get: Callable[[str], Response]) -> float:
    """Return the seconds between pages that the host's robots.txt asks for, if it lets ``user_agent`` fetch ``target``.

    A file that is not there (4xx) forbids nothing; one that can't be had now (5xx, no answer) forbids all for now, as
    RFC 9309 section 2.3.1.4 asks. Answers are kept in memory for a day, failures are not.

    Args:
        get: fetches a URL, redirects included, and returns the answer whatever its status.

    Raises:
        WorkFailed: robots.txt forbids the page, or can't be had now (retryable).
    """
    rules = _rules(target.origin, get)
    if not rules.can_fetch(target.url, user_agent):
        raise WorkFailed(f"{target.shown}: {target.origin}/robots.txt asks programs not to fetch this page")
    return float(rules.crawl_delay(user_agent) or 0)


def _rules(origin: str, get: Callable[[str], Response]) -> Protego:
    now = time.monotonic()
    with _lock:
        kept = _kept.get(origin)
    if kept and now - kept[0] < KEEP_SECONDS:
        return kept[1]
    url = f"{origin}/robots.txt"
    try:
        response = get(url)
    except WorkFailed as error:
        reason = f"robots.txt could not be read: {error}"
        raise WorkFailed(reason, retryable=error.retryable, retry_after_seconds=error.retry_after_seconds) from None
    if response.status >= 500 or response.status == 429:
        reason = f"{url}: answered {response.status}, so nothing may be fetched there for now"
        raise WorkFailed(reason, retryable=True, retry_after_seconds=response.retry_after)
    rules = Protego.parse(response.body.decode("utf-8", "replace") if response.status < 300 else "")
    with _lock:
        while len(_kept) >= MAX_KEPT:
            del _kept[next(iter(_kept))]
        _kept[origin] = (now, rules)
    return rules
