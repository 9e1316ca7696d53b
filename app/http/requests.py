"""What every request gets: an id that goes with all that follows from it, a span, and its time in the metrics."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from app.core import reply, tracing
from app.core.redaction import without_secrets
from app.core.telemetry import HTTP_SECONDS, get_logger
from app.http import PREFIX

HEADER = "X-Request-ID"
GOOD_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""What strangers try, methods and paths that are not there, makes no labels of its own."""
log = get_logger("api")


class RequestContext:
    """Takes the caller's ``X-Request-ID``, or makes one, and gives it back with the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(HEADER, "")
        name = given if GOOD_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = name
        method = scope["method"] if scope["method"] in METHODS else OTHER
        begin = time.perf_counter()
        status = 500

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                added = {HEADER: name} | more
                raw = ((header.lower().encode(), value.encode()) for header, value in added.items())
                message["headers"] = [*message.get("headers", ()), *raw]
            await send(message)

        with bound_contextvars(request_id=name), reply.collect() as more:
            try:
                with tracing.span(method, kind="SERVER", parent=headers) as span:
                    await self.app(scope, receive, named)
                    if span is not None:
                        span.update_name(f"{method} {_route(scope)}")
                        span.set_attribute("http.response.status_code", status)
            finally:
                seconds = time.perf_counter() - begin
                HTTP_SECONDS.labels(method, _route(scope), status).observe(seconds)
                path = without_secrets(scope["path"])
                log.debug("request", method=scope["method"], path=path, status=status, seconds=round(seconds, 4))


def _route(scope: Scope) -> str:
    """Return the template of the path; a route knows its own without what it was included under."""
    route: Any = scope.get("route")
    if route is None:
        return OTHER
    return f"{PREFIX}{route.path}" if scope["path"].startswith(f"{PREFIX}/") else str(route.path)
