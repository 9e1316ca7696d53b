"""Whose things a query may find. Every query that answers a caller takes its condition from here."""

from __future__ import annotations

from typing import Any


def ownership_filter(owner: str | None, user_id: str | None = None) -> dict[str, Any]:
    """Return the condition on ``user_id`` of a query.

    ``owner``: the user whose things the caller may see; None: everyone's. ``user_id``: the user whose things are asked
    for; None: all that may be seen. Asking for another user's finds nothing, as if there were nothing.
    """
    users = {owner, user_id} - {None}
    if len(users) > 1:
        return {"user_id": {"$in": []}}
    return {"user_id": users.pop()} if users else {}
