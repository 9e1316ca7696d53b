"""``HEAD`` wherever there is ``GET``: the same headers and no content (RFC 9110, 9.3.2)."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadRequests:
    """Has ``HEAD`` answered as ``GET`` is, without the content: what would go on sending is told that nobody reads.

    A route that would open a large file looks whether it is asked by ``HEAD`` (``app.http.files``), and does not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        answered = asyncio.Event()

        async def headers_only(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                answered.set()

        async def nobody_reads() -> Message:
            await answered.wait()
            return {"type": "http.disconnect"}

        state = {**scope.get("state", {}), "head": True}
        # Before 2.4 of the protocol an answer listens for its reader's going; since, it only learns of it by sending.
        asgi = {**scope["asgi"], "spec_version": "2.3"}
        asked = {**scope, "method": "GET", "state": state, "asgi": asgi}
        await self.app(asked, nobody_reads, headers_only)
