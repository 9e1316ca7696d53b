"""What a fetch may do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000
TICK = 0.25
"""Seconds at most between two calls of ``go_on`` while a fetch waits."""


def always() -> None:
    """Let every fetch go on to its end."""


@dataclass(frozen=True)
class FetchPolicy:
    """Limits of a fetch. The defaults suit any public shop."""

    allowed_hosts: frozenset[str] = frozenset()
    """``host`` or ``host:port`` that may be private or loopback; everything else must be public."""
    connect_seconds: float = 10.0
    """For the look-up of the host's name, and for the connection."""
    total_seconds: float = 30.0
    """For a whole fetch, redirects included."""
    max_page_bytes: int = 10 * MEGABYTE
    """After decompression, as is the next."""
    max_image_bytes: int = 25 * MEGABYTE
    max_sound_bytes: int = 25 * MEGABYTE
    max_redirects: int = 5
    max_browser_bytes: int = 60 * MEGABYTE
    """Of a page and all its parts, as they come over the wire."""
    browser_seconds: float = 45.0
    """For a page in a browser, its start included."""
    proxy: str | None = None
    """``http://…`` or ``socks5://…``: all requests go through it. Names are checked here all the same."""
    respect_robots: bool = True
    host_connections: int = 4
    """Requests to one host at once, over all threads of this process."""
    page_pause_seconds: float = 0.0
    """Between two pages of one host; the shop's own Crawl-delay if that is longer."""
    cache_folder: Path | None = None
    """Where answers are kept; None: nowhere."""
    cache_bytes: int = 256 * MEGABYTE
    user_agent: str = "ShopReel"
    """The name that is looked up in robots.txt (RFC 9309, product token)."""
    go_on: Callable[[], None] = always
    """Called again and again during a fetch, from the thread that fetches; what it raises ends the fetch at once."""
