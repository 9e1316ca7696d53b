"""Being reached under a path (``ROOT_PATH``): where a reverse proxy shows the whole site at ``https://name/reel``.

Within, all paths are as they are without one. What leaves names the path of the outside: links by ``rooted``, what
answers say of their own by ``UnderPath``.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import get_settings


def rooted(path: str) -> str:
    """Return a path of this server as a browser or a program asks for it."""
    return get_settings().root_path + path


class UnderPath:
    """Takes ``ROOT_PATH`` off what is asked for, unless the proxy has, and puts it before where answers lead.

    ``X-Forwarded-Prefix`` is not looked at: anybody may send it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        root, path = get_settings().root_path, scope["path"]
        if root and f"{path}/".startswith(f"{root}/"):
            path = path.removeprefix(root) or "/"
        headers = [(name, value) for name, value in scope["headers"] if name != b"x-forwarded-prefix"]
        host = Headers(scope=scope).get("host", "")

        async def leading(message: Message) -> None:
            if root and message["type"] == "http.response.start":
                said = MutableHeaders(scope=message)
                if "location" in said:
                    said["location"] = _outside(said["location"], root, host)
            await send(message)

        await self.app({**scope, "path": path, "root_path": root, "headers": headers}, receive, leading)


def _outside(location: str, root: str, host: str) -> str:
    """Return where an answer leads; other servers' addresses stay."""
    parts = urlsplit(location)
    if parts.netloc not in ("", host) or not parts.path.startswith("/") or parts.path.startswith(f"{root}/"):
        return location
    return parts._replace(scheme="", netloc="", path=root + parts.path).geturl()
