"""The child's side of the browser: one page in, its HTML out. Its argument is its parent's pid.

The browser is started here rather than by the library that drives it, so that it is in this process's group, and is
killed with it; its profile lies in a folder of the parent's.
"""

from __future__ import annotations

import os
import resource
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.errors import InvalidInput, ShopReelError, WorkFailed
from app.fetching import guard
from app.fetching.client import check_status
from app.fetching.policy import FetchPolicy
from app.fetching.tunnel import Tunnel
from app.processes.children import begin, orders

MEMORY = 2 * 2**30
"""Bytes of private memory of each of the browser's processes."""
SETTLE_SECONDS = 8.0
"""For the page to come to rest after its document has been read."""
START_SECONDS = 20.0
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
"""As Chromium's own (with its reduced version), but for the word Headless."""
# Nothing of its own does the browser ask for, and nothing goes past the proxy: no name is looked up, no UDP is sent.
SWITCHES = (
    *("--headless=new", "--remote-debugging-port=0", "--no-first-run", "--no-default-browser-check", "--no-pings"),
    *("--no-service-autorun", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-default-apps", "--disable-extensions", "--disable-domain-reliability", "--disable-breakpad"),
    *("--disable-client-side-phishing-detection", "--disable-crash-reporter", "--metrics-recording-only"),
    "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider,AutofillServerCommunication,"
    "NetworkTimeServiceQuerying,CertificateTransparencyComponentUpdater",
    *("--disable-component-extensions-with-background-pages", "--disable-search-engine-choice-screen"),
    *("--password-store=basic", "--use-mock-keychain", "--mute-audio", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--disable-quic", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--proxy-bypass-list=<-loopback>"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    *("--blink-settings=imagesEnabled=false", "--js-flags=--max-old-space-size=512"),
    "--disable-blink-features=AutomationControlled",
)


OWN_HOSTS = frozenset(
    (
        "clients2.google.com",
        "update.googleapis.com",
        "optimizationguide-pa.googleapis.com",
        "clientservices.googleapis.com",
    )
)
"""Where Chromium looks for news of its own in spite of the switches."""


def main() -> None:
    """Take the order, show the page, tell what it holds."""
    tell = begin()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = next(orders())
    try:
        tell({"result": _fetch(order)})
    except ShopReelError as error:
        tell(
            {"error": str(error), "retryable": error.retryable, "invalid_input": isinstance(error, InvalidInput)},
        )


def _fetch(order: dict[str, Any]) -> dict[str, Any]:
    os.environ["TMPDIR"] = order["scratch"]
    limits = order["policy"]
    policy = FetchPolicy(**limits | {"allowed_hosts": frozenset(limits["allowed_hosts"])})
    target = guard.check(order["url"], policy)
    with Tunnel(policy, policy.max_browser_bytes, OWN_HOSTS) as tunnel:
        switches = [*SWITCHES, f"--user-data-dir={order['profile']}", f"--proxy-server={tunnel.url}"]
        if os.geteuid() == 0:
            # Chromium's sandbox cannot be had as root.
            switches += ["--no-sandbox"]
        browser = subprocess.Popen(
            [order["program"], *switches, "about:blank"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        endpoint = _endpoint(Path(order["profile"]), browser)
        return _show(endpoint, target, policy, tunnel)


def _endpoint(profile: Path, browser: subprocess.Popen[bytes]) -> str:
    """Wait for the browser and return where it is driven from."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if browser.poll() is not None:
            raise WorkFailed(f"the browser ended at its start (status {browser.returncode})", retryable=True)
        try:
            port, path = (profile / "DevToolsActivePort").read_text().split("\n")[:2]
        except (FileNotFoundError, ValueError):
            time.sleep(0.02)
            continue
        return f"ws://127.0.0.1:{port}{path}"
    raise WorkFailed("the browser did not start in time", retryable=True)


def _show(endpoint: str, target: guard.Target, policy: FetchPolicy, tunnel: Tunnel) -> dict[str, Any]:
    from patchright.sync_api import Error, Response, TimeoutError, sync_playwright

    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    answers: list[Response] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(endpoint)
        major = browser.version.partition(".")[0]
        context = browser.new_context(
            user_agent=USER_AGENT.format(major), accept_downloads=False, service_workers="block"
        )
        page = context.new_page()
        page.on("response", lambda one: answers.append(one) if one.request.is_navigation_request() else None)
        try:
            page.goto(target.url, wait_until="domcontentloaded", timeout=policy.total_seconds * 1000)
        except TimeoutError:
            raise WorkFailed(f"{target.shown}: no answer in time in the browser", retryable=True) from None
        except Error as error:
            raise _why(target, tunnel, error.message.splitlines()[0]) from None
        # Some pages never come to rest; what is there by then counts.
        with suppress(TimeoutError):
            page.wait_for_load_state("networkidle", timeout=SETTLE_SECONDS * 1000)
        if tunnel.left < 0:
            raise WorkFailed(f"{target.shown}: the page and its parts are larger than the limit")
        html, url = page.content(), page.url
        if len(html) > policy.max_page_bytes:
            raise WorkFailed(f"{target.shown}: larger than the limit of {policy.max_page_bytes / 1e6:g} MB")
        if not url.startswith(("http://", "https://")):
            raise _why(target, tunnel, "it shows no page")
        main = [one for one in answers if one.frame == page.main_frame]
        status = main[-1].status if main else 200
        check_status(guard.check(url, policy), status, html)
        return {"final_url": url, "status": status, "content_type": "text/html", "html": html}


def _why(target: guard.Target, tunnel: Tunnel, otherwise: str) -> ShopReelError:
    """Return why the browser came to no page: what the tunnel refused, if anything."""
    refused = next((error for error in tunnel.refusals.values() if isinstance(error, InvalidInput)), None)
    return refused or tunnel.refusals.get(target.host) or WorkFailed(f"{target.shown}: the browser failed: {otherwise}")


if __name__ == "__main__":
    main()
