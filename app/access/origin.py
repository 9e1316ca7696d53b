"""Which requests are for this server, and from its own pages, programs and people: checked before who calls.

A browser sends what any page asks it to, with its cookies, and from a machine where no key may be needed. So being on
the same machine is no identity, and two things hold on every way in, sockets included:

- **Host.** The name that a request was sent to is one of this server's: ``localhost``, an address, what it was told to
  listen on, or what ``ALLOWED_HOSTS`` lists. A page whose own name was made to lead here (DNS rebinding) has another.
- **Origin.** Nothing comes from another site's page but the following of a link. Browsers say where a request comes
  from (``Sec-Fetch-Site``, ``Origin``) and let no page say it for them; programs say nothing, and are let through.
  Sites that ``CORS_ORIGINS`` lists may call the API.
"""

from __future__ import annotations

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import get_settings
from app.http import PREFIX
from app.http.bodies import PICTURE_PATHS
from app.http.problems import problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = (
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
)
"""What every answer says unless it says more itself: no other site shows it in a frame, or as a picture or script."""
Sender = Literal["here", "elsewhere", "unsaid"]


def sender(headers: Headers) -> Sender:
    """Return where a request comes from, as its browser says; older browsers and programs may not say it."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return "here" if site in ("same-origin", "none") else "elsewhere"
    if origin is not None:
        return "here" if origin.partition("://")[2].lower() == headers.get("host", "").lower() else "elsewhere"
    return "unsaid"


def changes(scope: Scope) -> bool:
    """Tell whether a request may change something: a socket may."""
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


def host_name(header: str) -> str | None:
    """Return the name in a ``Host`` header, in small letters, without its port; None: it is not one."""
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port
    except ValueError:
        return None
    if parts.netloc != header or "@" in header or not parts.hostname:
        return None
    return parts.hostname.removesuffix(".")


def is_ours(name: str, bound: frozenset[str]) -> bool:
    """Tell whether a name is one of this server's; ``bound``: what it was told to listen on.

    An address always is: what is looked up nowhere cannot be made to lead elsewhere. The same goes for ``localhost``
    and what ends in it, which browsers do not look up either.
    """
    if name == "localhost" or name.endswith(".localhost") or name in bound:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        allowed = get_settings().host_names
        return "*" in allowed or name in allowed or any(name.endswith(one[1:]) for one in allowed if one[0] == "*")
    return True


class OriginCheck:
    """Answers 403 to what is for another name or from another site's page, and 415 to a body that is no JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                said = {name.lower() for name, _ in given}
                message["headers"] = [*given, *(header for header in HEADERS if header[0] not in said)]
            await send(message)

        if (fault := _fault(scope)) is None:
            await self.app(scope, receive, guarded)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it was accepted: the answer is 403
        else:
            await problem(*fault)(scope, receive, guarded)


def _fault(scope: Scope) -> tuple[int, str] | None:
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    name = host_name(hosts[0]) if len(hosts) == 1 else None
    if name is None or not is_ours(name, getattr(scope["app"].state, "bound_hosts", frozenset())):
        said = "a request must say one host" if name is None else f"{name[:255]} is not a name of this server"
        return 403, f"{said}; if it is yours, put it into ALLOWED_HOSTS"
    if (
        sender(headers) == "elsewhere"
        and not _may_call(scope, headers)
        and (changes(scope) or not _follows_link(headers))
    ):
        return 403, "this was sent by another site's page"
    if changes(scope) and scope["type"] == "http" and scope["path"].startswith(f"{PREFIX}/"):
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if has_body and PICTURE_PATHS.fullmatch(scope["path"]):  # no form of another site's page can say this type
            return None if kind.startswith("image/") else (415, "the body must be a picture, such as image/jpeg")
        if has_body and kind != "application/json":
            return 415, "the body must be JSON, with Content-Type: application/json"
    return None


def _may_call(scope: Scope, headers: Headers) -> bool:
    """Tell whether a request is a call of the API by a page of a site that was let in (``CORS_ORIGINS``).

    Its browser sends no cookie of ours with it, for ours stay on our own site; it calls with a key.
    """
    return scope["path"].startswith(f"{PREFIX}/") and headers.get("origin", "").lower() in get_settings().origins


def _follows_link(headers: Headers) -> bool:
    """Tell whether a person comes here from a page, which then sees nothing of what is shown."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
