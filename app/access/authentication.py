"""Who calls: the key of every request is checked here, before anything else of it is looked at.

Where keys are required, everything needs one but the few paths of ``OPEN_PATHS``: a new route is closed until it is
put on that list.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.caller import EVERYONE, Caller
from app.access.keys import TOKEN, ApiKey, KeyScope, find_by_hash, token_hash
from app.access.origin import changes, sender
from app.config import get_settings
from app.core.telemetry import KEY_CHECKS, get_logger
from app.db.client import database_answers
from app.errors import ShopReelError, Unavailable
from app.http.problems import problem

OPEN_PATHS = frozenset({"/health/live", "/health/ready", "/docs", "/openapi.json", "/sign-in"})
"""The documentation and the page that asks for a key hold nothing of anybody's."""
OPEN_FOLDERS = ("/assets/", "/s/")
"""Neither do style, script and font of the pages; what a share link opens is in its own token."""
COOKIE = "shopreel_key"
"""What a browser sends by itself: the key that was given once on the page ``/sign-in``."""
TRUSTED_SECONDS = 5
"""For so long a checked key is not looked up again: a revoked one stops within it."""
OUTAGE_SECONDS = 900
"""For so long a checked key goes on to work while the database is away (when nobody can revoke one either)."""
MAX_REMEMBERED = 10_000
log = get_logger("api")


@dataclass(frozen=True)
class Checked:
    """A key that was good at ``good_at``, and was last asked for at ``asked_at`` (monotonic seconds)."""

    key: ApiKey
    good_at: float
    asked_at: float


@dataclass
class KeyRing:
    """The keys that this process has checked lately, by the hashes of their tokens."""

    _checked: dict[str, Checked] = field(default_factory=dict)

    def recent(self, hashed: str) -> ApiKey | None:
        """Return the key if it was looked up less than ``TRUSTED_SECONDS`` ago."""
        checked = self._checked.get(hashed)
        return checked.key if checked and time.monotonic() - checked.asked_at < TRUSTED_SECONDS else None

    def check(self, hashed: str) -> ApiKey | None:
        """Look the key up; None: there is none, or it was revoked.

        Raises:
            Unavailable: the database does not answer, and the key was not good lately.
        """
        try:
            with database_answers():
                key = find_by_hash(hashed)
        except Unavailable:
            known = self._checked.get(hashed)
            if known is None or time.monotonic() - known.good_at >= OUTAGE_SECONDS:
                raise
            log.warning("key_not_checked", key_id=known.key.key_id, reason="the database does not answer")
            self._checked[hashed] = replace(known, asked_at=time.monotonic())
            return known.key
        if key is None:
            self._checked.pop(hashed, None)
            return None
        if len(self._checked) >= MAX_REMEMBERED:
            self._checked.clear()
        now = time.monotonic()
        self._checked[hashed] = Checked(key, good_at=now, asked_at=now)
        return key


class Authentication:
    """Finds out who calls and puts the ``Caller`` into the request's state; answers 401 where nobody does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.ring = KeyRing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        caller: Caller | None = EVERYONE
        state = scope.setdefault("state", {})
        if get_settings().api_keys_required:
            token = _token(scope)
            state["renew"] = partial(self.identify, token)
            try:
                caller = await self.identify(token)
            except ShopReelError as error:
                caller = None
                if not _is_open(scope):
                    await self._refuse(scope, receive, send, 503, str(error))
                    return
        if caller is None and not _is_open(scope):
            await self._refuse(scope, receive, send, 401, "give an API key that is valid: Authorization: Bearer sr_…")
            return
        state["caller"], state["identify"] = caller, self.identify
        await self.app(scope, receive, send)

    async def identify(self, token: str | None) -> Caller | None:
        """Return whose key ``token`` is; None: nobody's.

        Raises:
            Unavailable: the database does not answer, and the key was not good lately.
        """
        if token is None or TOKEN.fullmatch(token) is None:
            KEY_CHECKS.labels("missing" if token is None else "refused").inc()
            return None
        hashed = token_hash(token)
        key = self.ring.recent(hashed) or await run_in_threadpool(self.ring.check, hashed)
        KEY_CHECKS.labels("refused" if key is None else "good").inc()
        return None if key is None else Caller(key.user_id, admin=key.scope is KeyScope.ADMIN)

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if status == 401 and "text/html" in Headers(scope=scope).get("accept", "") and scope["method"] == "GET":
            query = scope["query_string"].decode("latin-1")
            place = quote(scope["path"] + (f"?{query}" if query else ""), safe="/")
            await RedirectResponse(f"/sign-in?next={place}", 303)(scope, receive, send)
            return
        answer = problem(status, detail)
        if status == 401:
            answer.headers["WWW-Authenticate"] = 'Bearer realm="shopreel"'  # RFC 6750, 3
        await answer(scope, receive, send)


def _token(scope: Scope) -> str | None:
    """Return the key that comes with a request: in its header, or in the cookie.

    A browser sends the cookie whatever page asks it to. So it opens what only shows (``OriginCheck`` has refused what
    other pages ask for); what changes something, and the pages' socket, must say that they come from a page of this
    server.
    """
    headers = Headers(scope=scope)
    header = headers.get("authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else header
    if changes(scope) and sender(headers) != "here":
        return None
    return cookie_parser(headers.get("cookie", "")).get(COOKIE)


def _is_open(scope: Scope) -> bool:
    path: str = scope["path"]
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)
