"""The dashboard as a part of the application: which paths are its own, and its life.

NiceGUI is imported, and begins, with the first request for a page: whoever uses the API alone pays nothing for it.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from functools import cache

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import URL, Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooMany
from app.events.open_streams import open_streams
from app.http.problems import problem

PAGES = re.compile(
    r"/|/shorts|/shorts/[^/]+(/edit|/review|/variants)?|/batches/[^/]+|/brand|/sessions|/tasks|/reports|/activity|/system"
)
NO_PAGES = re.compile(r"/(api|assets|health)/.*|/metrics|/docs|/openapi\.json|/sign-(in|out)")
"""What is for programs, or has a route of its own; whoever looks for anything else in a browser is told in a page."""
MACHINERY = "/_nicegui"
"""Where the pages' own script, style and socket lie."""
SOCKET = "/_nicegui_ws/"
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Nothing is loaded from, or sent to, anywhere else. NiceGUI needs inline script and ``new Function``."""
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


class Dashboard(BaseRoute):
    """The route of all pages. Everything else is left to the API, so that its errors stay what they are."""

    def __init__(self) -> None:
        self._life = AsyncExitStack()
        self._beginning = asyncio.Lock()
        self._app: ASGIApp | None = None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a request is for a page or its machinery."""
        if scope["type"] not in ("http", "websocket"):
            return Match.NONE, {}
        path = scope["path"]
        page = scope["type"] == "http" and scope["method"] == "GET" and (PAGES.fullmatch(path) or _looked_for(scope))
        return (Match.FULL, {}) if page or path.startswith(MACHINERY) else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; the first one begins the dashboard."""
        if not scope["path"].startswith(SOCKET):
            await self._serve(scope, receive, send)
            return
        try:
            with open_streams.one(scope["state"]["caller"].user_id):
                await self._serve(scope, receive, send)
        except TooMany as error:
            await problem(429, str(error), retry_after=error.retry_after)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            await self._begin()
        assert self._app is not None

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start" and not scope["path"].startswith(MACHINERY):
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        # As ASGI has it: what is mounted within needs the whole path to tell its own part of it.
        await self._app({**scope, "path": scope["root_path"] + scope["path"]}, receive, guarded)

    async def close(self) -> None:
        """End what was begun."""
        self._app = None
        await self._life.aclose()

    async def _begin(self) -> None:
        async with self._beginning:
            if self._app is None:
                pages = await asyncio.to_thread(_pages)
                await self._life.enter_async_context(pages.router.lifespan_context(pages))
                self._app = pages


def _looked_for(scope: Scope) -> bool:
    """Tell whether somebody looks in a browser for a page that is not there."""
    return "text/html" in Headers(scope=scope).get("accept", "") and NO_PAGES.fullmatch(scope["path"]) is None


@cache
def _pages() -> FastAPI:
    """Return the application of the pages. NiceGUI has one state for a process, so there is one."""
    from nicegui import ui

    from app.web import assets, pages  # noqa: F401 (importing registers them)

    application = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @application.get("/shorts/{short_id}/review")
    def review(request: Request) -> RedirectResponse:  # as the editor was called; links to it are kept
        return RedirectResponse(str(URL("edit").replace(query=request.url.query)))

    ui.run_with(
        application,
        title="ShopReel",
        favicon=(assets.STATIC / "favicon.svg").read_text("utf-8"),
        tailwind=False,
        language="en-US",
        show_welcome_message=False,
        reconnect_timeout=30,
        binding_refresh_interval=None,
    )
    return application
