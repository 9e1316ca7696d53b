"""Fetching of pages and pictures: every hop is guarded, redirects are followed by hand."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from app.core.picture_formats import NOT_READ, format_of, unknown
from app.core.redaction import without_secrets
from app.errors import InvalidInput, WorkFailed
from app.extraction.text import decode
from app.fetching import cache, guard, politeness, robots
from app.fetching.guard import Target
from app.fetching.policy import FetchPolicy
from app.fetching.transport import Response, exchange
from app.fetching.visit import Cookies, refresh_of

PAGE_TYPES = frozenset(("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", ""))
"""Some shops send pages with no or a vague type; what is no HTML is told by the extraction."""
ACCEPT_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DATA_TYPES = frozenset(("application/json", "application/javascript", "text/javascript", "text/json"))
ACCEPT_DATA = "application/json,text/javascript;q=0.9,*/*;q=0.5"
ACCEPT_SOUND = "audio/*,*/*;q=0.5"
ACCEPT_IMAGE = "image/avif,image/webp,image/png,image/jpeg,image/*,*/*;q=0.5"
WALL_STATUSES = frozenset((401, 403, 405, 429, 503))
WALL = re.compile(
    rb"challenge-platform|cf[-_]chl|captcha-delivery\.com|px-captcha|_Incapsula_Resource|sec-if-cpt|awswaf|aws-waf-token"
    rb"|enable javascript|javascript is (?:required|disabled)",
    re.IGNORECASE,
)
"""What the walls of common guardians (Cloudflare, DataDome, HUMAN, Imperva, Akamai, AWS) have in their pages."""
REDIRECTS = frozenset((301, 302, 303, 307, 308))
RETRYABLE = frozenset((408, 425, 429))
"""Beside 5xx: request time-out, too early, too many requests (RFC 9110, RFC 8470, RFC 6585)."""
LASTING = frozenset((501, 505))
"""Of 5xx, what will be the same next time: not implemented, HTTP version not supported (RFC 9110)."""


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


class Challenged(WorkFailed):
    """The shop wants to see a browser before it shows the page."""


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
        Exception: what ``policy.go_on`` raises.
    """
    deadline = time.monotonic() + policy.total_seconds

    def get_robots(address: str) -> Response:
        errand = _Errand(policy, "text/plain,*/*;q=0.5", robots.MAX_BYTES, deadline)
        return errand.follow(address)[1]

    def before(target: Target) -> float:
        asked = robots.check(target, policy.user_agent, get_robots) if policy.respect_robots else 0.0
        return politeness.pause(target.origin, max(asked, policy.page_pause_seconds), policy)

    errand = _Errand(policy, accept, policy.max_page_bytes, deadline, before, refreshes=types is PAGE_TYPES)
    target, response = errand.follow(url)
    check_status(target, response.status, response.body, response.retry_after)
    if response.content_type not in types:
        raise WorkFailed(f"{target.shown}: is no page but {response.content_type}")
    return Page(url, target.url, response.status, response.content_type, decode(response.body, response.charset))


def fetch_sound(url: str, policy: FetchPolicy) -> bytes:
    """Fetch a sound file that a user names. What it is shows when it is decoded.

    Raises:
        InvalidInput, WorkFailed: as ``fetch_page``.
    """
    deadline = time.monotonic() + policy.total_seconds
    target, response = _Errand(policy, ACCEPT_SOUND, policy.max_sound_bytes, deadline).follow(url)
    check_status(target, response.status, response.body, response.retry_after)
    return response.body


def fetch_image(url: str, policy: FetchPolicy) -> Image:
    """Fetch a picture of a page. robots.txt was asked for the page, as a browser's user it is not asked for its parts.

    Raises:
        InvalidInput, WorkFailed: as ``fetch_page``; also if what comes is no picture of a format in
            ``picture_formats.READ``.
    """
    deadline = time.monotonic() + policy.total_seconds
    target, response = _Errand(policy, ACCEPT_IMAGE, policy.max_image_bytes, deadline).follow(url)
    check_status(target, response.status, response.body, response.retry_after)
    kind = format_of(response.body)
    if kind is None:
        raise WorkFailed(f"{target.shown}: is no picture but {response.content_type or 'something without a type'}")
    if kind in NOT_READ:
        raise WorkFailed(f"{target.shown}: {unknown(response.body)}")
    return Image(target.url, kind.media_type, response.body)


def _at_once(target: Target) -> float:
    return 0.0


def _leads_back(target: Target, location: str) -> bool:
    try:
        return urljoin(target.url, location).partition("#")[0] == target.url
    except ValueError:
        return False


@dataclass
class _Errand:
    """A request and the redirects that it leads to, each target guarded."""

    policy: FetchPolicy
    accept: str
    limit: int
    deadline: float
    before: Callable[[Target], float] = _at_once
    """Shown each target before it is asked; returns the seconds that it waited, which are not the fetch's own."""
    refreshes: bool = False
    """Whether a page that leads elsewhere by itself is followed, as a redirect is."""
    cookies: Cookies = field(default_factory=Cookies)

    def follow(self, url: str) -> tuple[Target, Response]:
        """Return the last target, and its answer whatever the status."""
        target = guard.check(url, self.policy, self.deadline)
        for _ in range(self.policy.max_redirects + 1):
            self.deadline += self.before(target)
            sent = self.cookies.headers(target.url)
            response = self._ask(target, sent)
            self.cookies.keep(target.url, response)
            location = response.headers.get("location") if response.status in REDIRECTS else None
            if not location and self.refreshes and response.status < 300:
                location = refresh_of(response)
                if location and self.cookies.headers(target.url) == sent and _leads_back(target, location):
                    location = None  # It shows itself again and again.
            if not location:
                return target, response
            target = self._next(target, location)
        raise WorkFailed(f"{without_secrets(url)}: more than {self.policy.max_redirects} redirects")

    def _ask(self, target: Target, cookies: Mapping[str, str]) -> Response:
        def ask(conditions: Mapping[str, str]) -> Response:
            with politeness.place(target.origin, self.policy):
                return exchange(
                    target,
                    self.policy,
                    accept=self.accept,
                    limit=self.limit,
                    deadline=self.deadline,
                    headers={**conditions, **cookies},
                )

        # What is answered to a visitor with cookies is this visitor's alone.
        if self.policy.cache_folder is None or cookies:
            return ask({})
        kept = cache.at(self.policy.cache_folder, self.policy.cache_bytes)
        return kept.get(f"{self.accept} {target.url}", ask)

    def _next(self, target: Target, location: str) -> Target:
        # Header bytes come as Latin-1; servers send UTF-8.
        address = location.encode("latin-1", "replace").decode("utf-8", "replace").replace(" ", "%20")
        try:
            return guard.check(urljoin(target.url, address), self.policy, self.deadline)
        except InvalidInput as error:
            raise InvalidInput(f"{target.shown} redirects to a place that is not fetched: {error}") from None
        except ValueError:
            raise WorkFailed(f"{target.shown}: redirects to what is no URL") from None


def check_status(target: Target, status: int, body: str | bytes, retry_after: float | None = None) -> None:
    """Return if an answer is one that a page or picture can be taken from.

    Raises:
        Challenged: it is a bot wall's.
        WorkFailed: it is none; retryable where another try may help.
    """
    if status >= 400 or not body:
        reason = f"answered {status}" if status >= 400 else f"answered {status} with nothing in it"
        passing = status in RETRYABLE or (status >= 500 and status not in LASTING)
        walled = status in WALL_STATUSES and WALL.search(body if isinstance(body, bytes) else body.encode())
        error = Challenged if walled else WorkFailed
        raise error(f"{target.shown}: {reason}", retryable=passing, retry_after_seconds=retry_after)
    if status >= 300:
        raise WorkFailed(f"{target.shown}: answered {status} without a place to go")
