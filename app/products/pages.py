"""The product at an address: from the page as it is sent, or, where that does not show it, as a browser makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.blobs.workspace import workspace
from app.config import get_settings
from app.core.telemetry import get_logger
from app.errors import InvalidInput, WorkFailed
from app.extraction import Explanation
from app.fetching import Challenged, FetchPolicy, Page, fetch_data, fetch_page
from app.fetching.browser import HINT, chromium, render_page
from app.fetching.policy import MEGABYTE, always
from app.untrusted import read_page

log = get_logger("fetching")


@dataclass(frozen=True)
class _Reading:
    """What came of a page: a product, or why there is none."""

    page: Page | None
    found: Explanation | None = None
    error: InvalidInput | WorkFailed | None = None
    scripted: bool = True
    """Script runs on it; a page without it is in a browser what it is without one."""

    @property
    def priced(self) -> bool:
        return self.found is not None and self.found.product.price is not None


def settings_policy(allowed_hosts: frozenset[str] = frozenset(), go_on: Callable[[], None] = always) -> FetchPolicy:
    """Return the policy that the settings ask for, with these hosts allowed too."""
    settings = get_settings()
    return FetchPolicy(
        allowed_hosts=settings.fetchable_hosts | allowed_hosts,
        respect_robots=settings.fetch_respect_robots,
        proxy=settings.fetch_proxy,
        page_pause_seconds=settings.fetch_pause_seconds,
        cache_folder=settings.shopreel_data_dir.resolve() / "cache" if settings.fetch_cache_megabytes else None,
        cache_bytes=settings.fetch_cache_megabytes * MEGABYTE,
        go_on=go_on,
    )


def read_product(url: str, policy: FetchPolicy, *, explained: bool = False) -> tuple[Explanation, Page]:
    """Fetch a page and extract its product, with a browser only if the page runs script and has no price without it.

    The shop's own JSON is asked where its platform has some. ``explained``: with all candidates of each field.

    Raises:
        InvalidInput: it may not be fetched, or shows no product.
        WorkFailed: it can't be had.
    """
    try:
        best = _read(fetch_page(url, policy), policy, explained)
    except Challenged as wall:
        best = _Reading(None, error=wall)
    if not best.priced and best.scripted and get_settings().fetch_browser:
        rendered = _in_browser(url, policy, best, explained)
        if rendered.priced or best.found is None:
            best = rendered
    if best.found is None or best.page is None:
        raise best.error or WorkFailed("the page can't be read")
    return best.found, best.page


def read_saved(
    html: str, url: str | None, go_on: Callable[[], None] = always, *, explained: bool = False
) -> Explanation:
    """Return the product of a saved page that came from ``url``.

    Raises InvalidInput or WorkFailed, as ``read_product`` does.
    """
    read = read_page(html, url, go_on=go_on, explained=explained)
    if read.found is None:
        raise read.error or InvalidInput("the page can't be read")
    return read.found


def _read(page: Page, policy: FetchPolicy, explained: bool) -> _Reading:
    read = read_page(page.html, page.final_url, partial(_shop_data, policy), policy.go_on, explained=explained)
    return _Reading(page, read.found, read.error, read.scripted)


def _shop_data(policy: FetchPolicy, address: str) -> str | None:
    """Return the JSON that the shop's platform offers beside the page, if it can be had; the page alone is enough."""
    try:
        return fetch_data(address, policy)
    except (InvalidInput, WorkFailed) as error:
        log.info("shop_data_missing", url=address, reason=str(error))
        return None


def _in_browser(url: str, policy: FetchPolicy, without: _Reading, explained: bool) -> _Reading:
    """Read the page with a browser; ``without``: what came of it so far."""
    if chromium() is None:
        log.info("browser_missing", url=url, hint=HINT)
        reason = f"{without.error}; it may need a browser: {HINT}"
        again = without.error.retryable if without.error else False
        return _Reading(without.page, error=WorkFailed(reason, retryable=again))
    log.info("browser_used", url=url, reason=str(without.error or "no price without script"))
    try:
        with workspace() as folder:
            return _read(render_page(url, policy, folder), policy, explained)
    except WorkFailed as error:
        log.warning("browser_failed", url=url, reason=str(error))
        return _Reading(without.page, error=error)
