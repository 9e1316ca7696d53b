"""What all pages share: frame, navigation, light and dark, who looks on, and what happens when something fails."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import Request
from nicegui import ui
from starlette.concurrency import run_in_threadpool

from app import __version__
from app.access.caller import Caller, get_caller
from app.core.telemetry import get_logger
from app.errors import Forbidden, NotFound, ShopReelError, Unavailable
from app.http.problems import STATUS
from app.http.root import rooted
from app.tasks.use_cases import waits_without_worker
from app.web import assets
from app.web.following import QUIET_SECONDS, Following
from app.web.kit import Live, button, el, empty, icon, icon_button, link

NAVIGATION: tuple[tuple[str, str, str], ...] = (
    ("/", "Make", "make"),
    ("/shorts", "Shorts", "film"),
    ("/brand", "Brand", "brand"),
    ("/sessions", "Sessions", "clock"),
    ("/tasks", "Tasks", "list"),
    ("/reports", "Reports", "chart"),
    ("/activity", "Activity", "pulse"),
    ("/system", "System", "server"),
)
"""Path, name, icon. Of these, phones show ``PHONE`` at the bottom of the screen."""
HEAD = """<link rel="preload" href="{root}/assets/inter.ttf?v={v}" as="font" type="font/ttf" crossorigin>
<link rel="stylesheet" href="{root}/assets/dashboard.css?v={v}">
<meta name="description" content="ShopReel turns a product page into a short vertical video.">
<style>@font-face {{ font-family: Inter; src: url("{root}/assets/inter.ttf?v={v}"); font-weight: 100 900; }}</style>
<script src="{root}/assets/dashboard.js?v={v}"></script>"""
log = get_logger("web")


class Visit:
    """One open page: who looks on, and how it asks for things. Nothing is asked but through here."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.client = ui.context.client
        """The browser's side. What is told after a wait goes through it: the button may be drawn anew by then."""
        self.caller: Caller = get_caller(request)
        self.workerless: Live
        """Tells that no worker runs; ``frame`` draws it."""
        self._renew: Callable[[], Awaitable[Caller | None]] | None = request.scope["state"].get("renew")

    async def ask(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Call a function of the API for this caller, off the event loop. Raises what it raises."""
        await self.welcome()
        return await run_in_threadpool(function, *args, **named)

    async def welcome(self) -> None:
        """Lead to the sign-in whoever's key was revoked while the page was open.

        Raises:
            Forbidden: it was.
        """
        if self._renew is not None and await self._renew() is None:
            self.go("/sign-in")
            raise Forbidden("this key is not valid any more")

    async def look_for_workers(self) -> None:
        """Tell, or take back, that what waits has nobody who does it."""
        try:
            waits: bool = await self.ask(waits_without_worker, self.caller)
        except ShopReelError:  # the page says what is away
            return
        self.workerless.show(waits, waits)

    async def attempt(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """As ``ask``, but a foreseen error is told in a toast, and answered with None."""
        try:
            return await self.ask(function, *args, **named)
        except ShopReelError as error:
            self.say(str(error), "bad")
            return None

    def say(self, text: str, tone: str = "good") -> None:
        """Show a toast; it is read out."""
        self.script(f"shopreel.toast({json.dumps(text)}, {json.dumps(tone)})")

    def script(self, code: str) -> None:
        """Let the browser do something."""
        self.client.run_javascript(code)

    def go(self, path: str) -> None:
        """Lead the browser to another page."""
        self.client.open(path)

    def follow(
        self, look: Callable[[], Awaitable[None]], *, short_id: str | None = None, every: float = QUIET_SECONDS
    ) -> None:
        """Look whenever something happens (to a short, or at all) while the page is open; an outage is told, once.

        ``every``: look after so many seconds without an event too.
        """
        away = Live(_away, role="status")

        async def look_at_all() -> None:
            await look()
            await self.look_for_workers()

        Following(
            self.client,
            look_at_all,
            lambda reason: away.show(reason, reason),
            self.welcome,
            short_id=short_id,
            user_id=self.caller.owner,
            every=every,
        )


def page(path: str, title: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function a page, drawn within the frame; it takes the visit and the path's parameters."""

    def made(draw: Callable[..., Any]) -> Callable[..., Any]:
        async def show(request: Request, **parameters: Any) -> None:
            visit = Visit(request)
            ui.add_head_html(HEAD.format(v=assets.version(), root=rooted("")))
            with frame(visit, path):
                try:
                    await draw(visit, **parameters)
                    await visit.look_for_workers()
                except ShopReelError as error:
                    _failed(error)

        wanted = list(inspect.signature(draw).parameters.values())[1:]
        asks = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
        show.__signature__ = inspect.Signature([asks, *wanted])  # type: ignore[attr-defined]  # a function may have one
        ui.page(path, title=f"{title} · ShopReel", response_timeout=20, reconnect_timeout=30)(show)
        return draw

    return made


@contextmanager
def frame(visit: Visit, path: str) -> Iterator[None]:
    """Draw the frame; the page is drawn within ``with``."""
    ui.query("body").classes("shopreel")
    # NiceGUI's own layout has the page's <main>; navigation stands beside it, and before it in reading order.
    layout = ui.context.client.layout.classes("shell")
    with layout:
        el("a", "Skip to content", css="skip", href="#content").move(target_index=0)
        with el("header", css="side") as side:
            _navigation(visit, path)
        side.move(target_index=1)
        el("div", id="toasts", css="toasts", role="status", aria_live="polite")
    with el("div", id="content", css="content", tabindex="-1"):
        visit.workerless = Live(_workerless, role="status")
        yield


def _navigation(visit: Visit, path: str) -> None:
    with el("a", css="brand", href="/", aria_label="ShopReel, to the start"):
        icon("logo", "logo")
        el("span", "ShopReel", css="brand-name")
    with el("nav", aria_label="Main"), el("ul", css="nav"):
        for target, name, symbol in NAVIGATION:
            here = path == target or (target == "/shorts" and path.startswith(("/shorts", "/batches")))
            with el("li"):
                link(name, target, icon_name=symbol, aria_current="page" if here else None)
    with el("div", css="side-foot"):
        _who(visit)
        theme = icon_button("Theme: as the system", "auto", css="quiet theme")
        theme.props["data-theme-switch"] = True
        link("API", "/docs", css="quiet-link")
        el("span", f"v{__version__}", css="version")


def heading(title: str, lead: str | None = None) -> Any:
    """Draw a page's heading; what is drawn within ``with`` stands at its right: what can be done here."""
    with el("div", css="heading"):
        with el("div", css="heading-text"):
            el("h1", title)
            if lead:
                el("p", lead, css="lead")
        return el("div", css="actions")


def _who(visit: Visit) -> None:
    if visit.caller.user_id is None:
        return
    with el("div", css="who"):
        icon("user")
        el("span", visit.caller.user_id + (" (admin)" if visit.caller.admin else ""), css="who-name")
        with el("form", method="post", action="/sign-out"):
            button("Sign out", css="quiet small", kind="submit")


def _away(reason: str | None) -> None:
    if reason:
        with el("div", css="notice bad"):
            icon("alert")
            el("span", f"{reason}. What you see may be old; the page goes on by itself.")


def _workerless(waits: bool) -> None:
    if waits:
        with el("div", css="notice bad"):
            icon("alert")
            with el("p"):
                el("span", "Nothing is being made: no worker runs. Start one with ")
                el("code", "shopreel worker")
                el("span", ", and what waits goes on.")


def _failed(error: ShopReelError) -> None:
    """Draw a page that can't be shown, with the status that the API would answer with."""
    ui.context.client.status_code = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    if isinstance(error, NotFound):
        el("h1", "Not found", css="sr-only")
        reason = str(error)
        empty("search", "There is nothing here", f"{reason[:1].upper()}{reason[1:]}.", ("Make a short", "/"))
    elif isinstance(error, Unavailable):
        el("h1", "Not reachable", css="sr-only")
        empty(
            "alert",
            "A part of ShopReel does not answer",
            f"{error}. Reload the page in a moment.",
            ("System", "/system"),
        )
    else:
        el("h1", "Not possible", css="sr-only")
        empty("alert", "This can't be shown", f"{error}.", ("Make a short", "/"))
