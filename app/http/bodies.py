"""What a request may send: bodies are measured before they are read, and JSON before it is made into objects.

All requests of a process share one event loop, which is held while JSON is read. That takes long for many values, not
for long ones: a body may be large by the contents of its strings (a saved page, a feed), and small in all else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.problems import problem

MAX_BYTES = 2_000_000
"""Of a request's body; a text of 200,000 characters, all of them escaped, has 1.2 MB."""
MAX_FORM_BYTES = 8192
"""Of a form, which anybody may send: what asks for a key."""
MAX_COMMENT_BYTES = 32_768
"""Of what is said over a share link."""
MAX_FILE_BYTES = 20_000_000
"""Of a body that holds a page or a feed: 10 MB of them, written as JSON."""
MAX_UPLOAD_BYTES = 21_000_000
FILE_PATHS = frozenset({"/api/v1/shorts", "/api/v1/scrape", "/api/v1/data/extract"})
FORM_PATHS = frozenset({"/sign-in", "/sign-out"})
SHARED = "/s/"
"""What the paths of share links begin with."""
MAX_PICTURE_BYTES = 25_000_000
"""As much as a shop's picture may have."""
PICTURE_PATHS = re.compile(r"/api/v1/shorts/[^/]+/pictures")
UPLOADS = "/_nicegui/"
"""Where the dashboard's pages send the file that somebody has chosen."""
MAX_FRAME_BYTES = 256_000
"""Of a JSON text without what stands in its strings."""
MAX_STRINGS = 20_000


def limit_of(path: str) -> int:
    """Return how many bytes a request to ``path`` may send."""
    if path in FORM_PATHS:
        return MAX_FORM_BYTES
    if path.startswith(SHARED):
        return MAX_COMMENT_BYTES
    if path.startswith(UPLOADS):
        return MAX_UPLOAD_BYTES
    if PICTURE_PATHS.fullmatch(path):
        return MAX_PICTURE_BYTES
    return MAX_FILE_BYTES if path in FILE_PATHS else MAX_BYTES


class BodyLimit:
    """Refuses bodies that are too large for their route: by what they say of their length, else once it is passed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        said = Headers(scope=scope).get("content-length", "0")
        # What is no number of a sane length is refused by the server itself, or is none of a length that is read.
        if said.isascii() and said.isdigit() and (len(said) > 18 or int(said) > limit):
            await problem(413, _too_large(limit))(scope, receive, send)
            return
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, _too_large(limit))
            return message

        await self.app(scope, limited, send)


def _too_large(limit: int) -> str:
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1024} KB"
    return f"the body is larger than {size}, the most that is taken here"


class JsonRoute(APIRoute):
    """A route that reads JSON, if it is of bounded size and depth, and text that can be stored."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler."""
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await usual(_JsonRequest(request.scope, request.receive))

        return handle


class _JsonRequest(Request):
    async def json(self) -> Any:
        body = await self.body()
        if not has_small_frame(body):
            raise HTTPException(413, "the body holds too many values: apart from texts it may have 256 KB")
        try:
            return from_json(body)
        except ValueError as error:
            # Too deep, not closed, half of a surrogate pair, a number of thousands of digits.
            raise HTTPException(422, f"body: it cannot be read as JSON: {str(error)[:200]}") from None


def has_small_frame(body: bytes) -> bool:
    """Tell whether a JSON text is short apart from what stands in its strings, and holds not too many of them.

    It takes 2 ms a megabyte, whatever the text holds. Text that is no JSON may be told either way: up to where it goes
    wrong this reads it as a parser does.
    """
    if len(body) <= MAX_FRAME_BYTES:
        return True
    pieces = body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"', 2 * MAX_STRINGS + 1)
    return len(pieces) <= 2 * MAX_STRINGS + 1 and sum(map(len, pieces[::2])) <= MAX_FRAME_BYTES
