"""Open pages that look when something has happened, not again and again.

A page follows the events of this process's one reader (``app.events.feed``) while its browser is connected. A tab
that is closed ends its connection, and with it the following: nothing is left of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from nicegui import Client, background_tasks

from app.core.telemetry import get_logger
from app.db import client as mongo
from app.errors import ShopReelError
from app.events.feed import feed

PAUSE_SECONDS = 0.5
"""Between two looks, however much happens."""
CHECK_SECONDS = 4.0
"""As often a quiet page finds out whether the database answers and its key still holds; neither is asked for here."""
QUIET_SECONDS = 30.0
"""As often it looks without any event, at what changes without one."""
log = get_logger("web")
Look = Callable[[], Awaitable[None]]


class Following:
    """Looks for one open page, from when its browser is connected until it is gone.

    ``look`` may fail as the API does; ``told`` is called after each look with what went wrong, or None. ``welcome``
    raises when the page may see nothing any more.
    """

    def __init__(
        self,
        client: Client,
        look: Look,
        told: Callable[[str | None], object],
        welcome: Look,
        *,
        short_id: str | None,
        user_id: str | None,
        every: float,
    ) -> None:
        self._client, self._look, self._told, self._welcome = client, look, told, welcome
        self._about, self._every = (short_id, user_id), every
        self._task: asyncio.Task[None] | None = None
        client.on_connect(self._begin)
        client.on_disconnect(self._end)
        client.on_delete(self._end)

    def _begin(self) -> None:
        if self._task is None:
            self._task = background_tasks.create(self._run(), name="following")

    def _end(self) -> None:
        if self._task is not None and not self._client.has_socket_connection:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while True:
            with feed.follow(*self._about) as follower:
                well = await self._try()
                looked = time.monotonic()
                while not follower.over:
                    await asyncio.sleep(PAUSE_SECONDS)
                    news = await follower.next(min(CHECK_SECONDS, self._every))
                    quiet = time.monotonic() - looked >= self._every
                    if news or quiet or not well or mongo.known_away() is not None:
                        well, looked = await self._try(), time.monotonic()
                    else:
                        with suppress(ShopReelError):
                            await self._welcome()
            await asyncio.sleep(PAUSE_SECONDS)  # it was too slow, or the server stops and ends this soon

    async def _try(self) -> bool:
        with self._client:
            try:
                await self._look()
            except ShopReelError as error:
                self._told(str(error))
                return False
            except Exception:
                log.exception("page_broke")
                return False
            self._told(None)
            return True
