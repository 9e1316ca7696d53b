"""Who calls: the key of every request is checked here, before anything else of it is looked at.

Where keys are required, everything needs one but the few paths of ``OPEN_PATHS``: a new route is closed until it is
put on that list.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.access import EVERYONE, Caller
from app.api.problems import problem
from app.config import get_settings
from app.errors import ShopReelError, Unavailable
from app.storage.keys import TOKEN, ApiKey, KeyScope, find_by_hash, token_hash
from app.storage.mongo import database_answers
from app.telemetry import KEY_CHECKS, get_logger

OPEN_PATHS = frozenset({"/", "/health/live", "/health/ready", "/docs", "/openapi.json"})
"""The page at ``/`` and the documentation hold nothing of anybody's."""
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
        if get_settings().api_keys_required:
            header = Headers(scope=scope).get("authorization", "")
            scope.setdefault("state", {})["still_welcome"] = partial(self._still_welcome, header)
            try:
                caller = await self._caller(header)
            except ShopReelError as error:
                caller = None
                if scope["path"] not in OPEN_PATHS:
                    await self._refuse(scope, receive, send, 503, str(error))
                    return
        if caller is None and scope["path"] not in OPEN_PATHS:
            await self._refuse(scope, receive, send, 401, "give an API key that is valid: Authorization: Bearer sr_…")
            return
        scope.setdefault("state", {})["caller"] = caller
        await self.app(scope, receive, send)

    async def _caller(self, header: str) -> Caller | None:
        scheme, _, token = header.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or TOKEN.fullmatch(token) is None:
            KEY_CHECKS.labels("refused" if header else "missing").inc()
            return None
        hashed = token_hash(token)
        key = self.ring.recent(hashed) or await run_in_threadpool(self.ring.check, hashed)
        KEY_CHECKS.labels("refused" if key is None else "good").inc()
        return None if key is None else Caller(key.user_id, admin=key.scope is KeyScope.ADMIN)

    async def _still_welcome(self, header: str) -> bool:
        """Tell whether the key of a long answer still holds; while that cannot be known it does."""
        try:
            return await self._caller(header) is not None
        except ShopReelError:
            return True

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = problem(status, detail)
        if status == 401:
            answer.headers["WWW-Authenticate"] = 'Bearer realm="shopreel"'  # RFC 6750, 3
        await answer(scope, receive, send)
