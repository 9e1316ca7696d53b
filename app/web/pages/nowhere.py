"""The page for addresses where there is none. It is the last: whatever no other page has is its own."""

from __future__ import annotations

from app.errors import NotFound
from app.web.shell import Visit, page


@page("/{path:path}", "Not found")
async def nowhere(visit: Visit, path: str) -> None:
    """Say that there is no such page.

    Raises:
        NotFound: always.
    """
    raise NotFound(f"there is no page /{path[:80]}")
