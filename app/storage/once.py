"""Doing a request once, however often it is sent: idempotency keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput


def scoped_key(user_id: str | None, key: str) -> str:
    """Return what an idempotency key is stored as: a user's keys are that user's own (ids hold no ``/``)."""
    return f"{user_id or ''}/{key}"


@dataclass(frozen=True)
class Once:
    """A request that carries an idempotency key."""

    key: str
    """Scoped (``scoped_key``)."""
    fingerprint: str
    """A digest of all that the request asks for."""

    def fields(self) -> dict[str, str]:
        """Return what is stored with the thing that the request makes; the key under a unique index."""
        return {"idempotency_key": self.key, "fingerprint": self.fingerprint}

    def check(self, made: dict[str, Any]) -> None:
        """Check that ``made``, the document with this key, came of this request.

        A key that comes with another request is a mistake of the caller's, and is told as such (422, as
        draft-ietf-httpapi-idempotency-key-header-06, 2.7 has it).

        Raises:
            InvalidInput: it came of another.
        """
        if made.get("fingerprint") != self.fingerprint:
            raise InvalidInput("idempotency_key: another request has used it; use a new key for a new request")
