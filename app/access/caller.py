"""Whose things a caller may see and make. Every route takes its ``Caller`` from here and passes ``owner`` on.

- Without keys, or with an admin key, a caller sees everyone's things; with a user's key, that user's alone.
- What belongs to somebody else is answered exactly as what does not exist.
- What a caller with a key makes belongs to the key's user; an admin may name another.
- A short id that such a caller chooses is unique among its user's own shorts (``Short.id_scope``): whoever chooses the
  same one makes another short, and learns nothing of the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from app.db.client import database_answers
from app.db.lookups import look_up
from app.errors import Forbidden
from app.products import repository as products
from app.shorts import repository as shorts


@dataclass(frozen=True)
class Caller:
    """Who calls. ``user_id``: the user of the key; None: no key is required."""

    user_id: str | None
    admin: bool

    @property
    def owner(self) -> str | None:
        """The user whose things this caller may see; None: everyone's."""
        return None if self.admin else self.user_id

    def belongings(
        self,
        user_id: str | None,
        short_id: str | None = None,
        product_id: str | None = None,
        *,
        new_short: bool = False,
    ) -> dict[str, Any]:
        """Return ``user_id`` and, if there is one, ``id_scope`` of what this caller makes.

        ``user_id``, ``short_id`` and ``product_id`` are what the request says; ``new_short``: it makes that short.

        Raises:
            Forbidden: the request names a user whom the caller may not act for.
            NotFound: the product is not one of the caller's.
            Conflict: it is not clear whose short is meant.
            Unavailable: the database does not answer, and it is not known whose the product is.
        """
        if self.user_id is None:
            return {"user_id": user_id}
        if not self.admin and user_id not in (None, self.user_id):
            raise Forbidden("user_id: this key makes things for its own user alone")
        if product_id is not None and self.owner is not None:
            with database_answers():
                products.get_product(product_id, owner=self.owner)
        maker = user_id or self.user_id
        if short_id is None:
            return {"user_id": maker}
        short = self._short(short_id, maker if new_short else user_id)
        if short is None:
            return {"user_id": maker, "id_scope": maker}
        scope = {} if short.id_scope is None else {"id_scope": short.id_scope}
        return {"user_id": user_id or short.user_id or self.user_id, **scope}

    def _short(self, short_id: str, user_id: str | None) -> shorts.Short | None:
        # With the database away the task may be accepted all the same; then the short is one of the caller's own scope.
        return look_up("short", lambda: shorts.find_named_short(short_id, owner=self.owner, user_id=user_id))


EVERYONE = Caller(None, admin=True)


def get_caller(request: Request) -> Caller:
    """Return who calls, as ``Authentication`` has found out."""
    caller = request.scope["state"]["caller"]
    assert isinstance(caller, Caller)
    return caller


def require_admin(caller: Caller) -> None:
    """Let nobody through who may not see everyone's things.

    Raises:
        Forbidden: the caller is one user.
    """
    if not caller.admin:
        raise Forbidden("this needs an admin key")


# Coroutines, so that they do not run in a thread: that would cost more than the look-up.
async def _current_caller(request: Request) -> Caller:
    return get_caller(request)


CurrentCaller = Annotated[Caller, Depends(_current_caller)]


async def _admin_only(caller: CurrentCaller) -> None:
    require_admin(caller)


AdminOnly = Depends(_admin_only)
