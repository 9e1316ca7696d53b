"""The product at an address: from the page as it is sent, or, where that does not show it, as a browser makes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.config import get_settings
from app.errors import InvalidInput, WorkFailed
from app.extraction import Explanation, explain
from app.extraction.shop_data import question
from app.fetching import Challenged, FetchPolicy, Page, fetch_data, fetch_page
from app.fetching.browser import HINT, chromium, render_page
from app.fetching.policy import MEGABYTE, always
from app.storage.workspace import workspace
from app.telemetry import get_logger

SCRIPT = re.compile(r"<script(?![^>]*\btype\s*=\s*[\"']?(?:application/(?:ld\+)?json|text/template))", re.IGNORECASE)
"""Script that runs; a page without it is in a browser what it is without one."""
log = get_logger("fetching")


@dataclass(frozen=True)
class _Reading:
    """What came of a page: a product, or why there is none."""

    page: Page | None
    found: Explanation | None = None
    error: InvalidInput | WorkFailed | None = None

    @property
    def priced(self) -> bool:
        return self.found is not None and self.found.product.price is not None

    @property
    def scripted(self) -> bool:
        return self.page is None or SCRIPT.search(self.page.html) is not None


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


def read_product(url: str, policy: FetchPolicy) -> tuple[Explanation, Page]:
    """Fetch a page and extract its product, with a browser only if the page runs script and has no price without it.

    The shop's own JSON is asked where its platform has some.

    Raises:
        InvalidInput: it may not be fetched, or shows no product.
        WorkFailed: it can't be had.
    """
    try:
        best = _read(fetch_page(url, policy), policy)
    except Challenged as wall:
        best = _Reading(None, error=wall)
    if not best.priced and best.scripted and get_settings().fetch_browser:
        rendered = _in_browser(url, policy, best)
        if rendered.priced or best.found is None:
            best = rendered
    if best.found is None or best.page is None:
        raise best.error or WorkFailed("the page can't be read")
    return best.found, best.page


def _read(page: Page, policy: FetchPolicy) -> _Reading:
    try:
        return _Reading(page, explain(page.html, page.final_url, _shop_data(page, policy)))
    except InvalidInput as error:
        return _Reading(page, error=error)


def _shop_data(page: Page, policy: FetchPolicy) -> str | None:
    """Return the JSON that the shop's platform offers beside the page, if it has some; the page alone is enough."""
    address = question(page.html, page.final_url) if page.final_url else None
    if address is None:
        return None
    try:
        return fetch_data(address, policy)
    except (InvalidInput, WorkFailed) as error:
        log.info("shop_data_missing", url=address, reason=str(error))
        return None


def _in_browser(url: str, policy: FetchPolicy, without: _Reading) -> _Reading:
    """Read the page with a browser; ``without``: what came of it so far."""
    if chromium() is None:
        log.info("browser_missing", url=url, hint=HINT)
        reason = f"{without.error}; it may need a browser: {HINT}"
        again = without.error.retryable if without.error else False
        return _Reading(without.page, error=WorkFailed(reason, retryable=again))
    log.info("browser_used", url=url, reason=str(without.error or "no price without script"))
    try:
        with workspace() as folder:
            return _read(render_page(url, policy, folder), policy)
    except WorkFailed as error:
        log.warning("browser_failed", url=url, reason=str(error))
        return _Reading(without.page, error=error)
