"""Fetching of pages and pictures: every hop is guarded, redirects are followed by hand."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from app.errors import InvalidInput, WorkFailed
from app.extraction.text import decode
from app.fetching import guard, robots
from app.fetching.guard import Target
from app.fetching.policy import FetchPolicy
from app.fetching.transport import Response, exchange

PAGE_TYPES = frozenset(("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", ""))
"""Some shops send pages with no or a vague type; what is no HTML is told by the extraction."""
ACCEPT_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DATA_TYPES = frozenset(("application/json", "application/javascript", "text/javascript", "text/json"))
ACCEPT_DATA = "application/json,text/javascript;q=0.9,*/*;q=0.5"
ACCEPT_IMAGE = "image/avif,image/webp,image/png,image/jpeg,image/*,*/*;q=0.5"
REDIRECTS = frozenset((301, 302, 303, 307, 308))
RETRYABLE = frozenset((408, 425, 429))
"""Beside 5xx: request time-out, too early, too many requests (RFC 9110, RFC 8470, RFC 6585)."""
# The first bytes of the kinds of picture that ShopReel reads, since servers name them wrongly.
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)


@dataclass(frozen=True)
class Page:
    """A page as it was fetched or saved. ``url`` is what was asked for, ``final_url`` where it was found."""

    url: str | None
    final_url: str | None
    status: int
    content_type: str
    html: str


@dataclass(frozen=True)
class Image:
    """A picture's bytes and media type."""

    url: str
    content_type: str
    data: bytes


def fetch_data(url: str, policy: FetchPolicy) -> str:
    """Fetch the JSON at ``url``, which a shop offers beside its page, as text.

    Raises as ``fetch_page``.
    """
    return fetch_page(url, policy, ACCEPT_DATA, DATA_TYPES).html


def fetch_page(url: str, policy: FetchPolicy, accept: str = ACCEPT_PAGE, types: frozenset[str] = PAGE_TYPES) -> Page:
    """Fetch a page, or what else is of one of the media ``types``.

    Raises:
        InvalidInput: no URL that may be fetched, at first or after a redirect (scheme, credentials, no public address).
        WorkFailed: robots.txt forbids it, or the page can't be had; retryable for a time-out, a broken connection,
            429 and 5xx.
    """
    deadline = time.monotonic() + policy.total_seconds

    def get_robots(address: str) -> Response:
        return _follow(address, policy, "text/plain,*/*;q=0.5", robots.MAX_BYTES, deadline, _any_target)[1]

    def check_robots(target: Target) -> None:
        robots.check(target, policy.user_agent, get_robots)

    before = check_robots if policy.respect_robots else _any_target
    target, response = _follow(url, policy, accept, policy.max_page_bytes, deadline, before)
    _check_status(target, response)
    if response.content_type not in types:
        raise WorkFailed(f"{target.url}: is no page but {response.content_type}")
    return Page(url, target.url, response.status, response.content_type, decode(response.body, response.charset))


def fetch_image(url: str, policy: FetchPolicy) -> Image:
    """Fetch a picture of a page. robots.txt was asked for the page, as a browser's user it is not asked for its parts.

    Raises:
        InvalidInput, WorkFailed: as ``fetch_page``; also if what comes is no JPEG, PNG, WebP, AVIF, HEIC, GIF or BMP.
    """
    deadline = time.monotonic() + policy.total_seconds
    target, response = _follow(url, policy, ACCEPT_IMAGE, policy.max_image_bytes, deadline, _any_target)
    _check_status(target, response)
    kind = image_type(response.body)
    if kind is None:
        raise WorkFailed(f"{target.url}: is no picture but {response.content_type or 'something without a type'}")
    return Image(target.url, kind, response.body)


def image_type(data: bytes) -> str | None:
    """Return the media type of the picture that ``data`` begins, or None if it is none that ShopReel reads."""
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return {b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"mif1": "image/heic"}.get(
            data[8:12]
        )
    return None


def _any_target(target: Target) -> None:
    """Ask nobody."""


def _follow(
    url: str, policy: FetchPolicy, accept: str, limit: int, deadline: float, before: Callable[[Target], None]
) -> tuple[Target, Response]:
    """Ask for ``url`` and follow redirects, each target guarded and shown to ``before``; return the last of them."""
    target = guard.check(url, policy.allowed_hosts)
    for _ in range(policy.max_redirects + 1):
        before(target)
        response = exchange(target, policy, accept=accept, limit=limit, deadline=deadline)
        location = response.headers.get("location")
        if response.status not in REDIRECTS or not location:
            return target, response
        target = _next(target, location, policy)
    raise WorkFailed(f"{url}: more than {policy.max_redirects} redirects")


def _next(target: Target, location: str, policy: FetchPolicy) -> Target:
    # Header bytes come as Latin-1; servers send UTF-8.
    address = location.encode("latin-1", "replace").decode("utf-8", "replace").replace(" ", "%20")
    try:
        return guard.check(urljoin(target.url, address), policy.allowed_hosts)
    except InvalidInput as error:
        raise InvalidInput(f"{target.url} redirects to a place that is not fetched: {error}") from None
    except ValueError:
        raise WorkFailed(f"{target.url}: redirects to what is no URL") from None


def _check_status(target: Target, response: Response) -> None:
    status = response.status
    if status >= 400 or not response.body:
        reason = f"answered {status}" if status >= 400 else f"answered {status} with nothing in it"
        raise WorkFailed(f"{target.url}: {reason}", retryable=status >= 500 or status in RETRYABLE)
    if status >= 300:
        raise WorkFailed(f"{target.url}: answered {status} without a place to go")
