"""Reads on the event loop: what is asked most needs no thread.

The rules are those of ``app.db.client``, whose client stays the one that writes and that knows of an outage: call
under its ``database_answers``, which bounds these calls too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from app.config import get_settings
from app.db import client as mongo
from app.db.indexes import Document


@dataclass(frozen=True)
class _Client:
    """A client belongs to the loop that it was opened on, and to the database that the process then spoke to."""

    beside: Any
    client: AsyncMongoClient[Document]
    collections: dict[str, AsyncCollection[Document]] = field(default_factory=dict)


_held: dict[asyncio.AbstractEventLoop, _Client] = {}


async def collection(name: str) -> AsyncCollection[Document]:
    """Return a collection of the ShopReel database, for this loop.

    Raises PyMongoError or ShopReelError, as ``app.db.client.connect`` does.
    """
    if (connection := mongo.held()) is None:
        connection = await asyncio.to_thread(mongo.connect)
    loop = asyncio.get_running_loop()
    held = _held.get(loop)
    if held is None or held.beside is not connection:
        settings = get_settings()
        # Put in its place without waiting: of two requests that come first, the second one finds it.
        _held[loop] = _Client(
            connection, AsyncMongoClient(mongo.mongodb_uri(settings), **mongo.client_options(settings))
        )
        if held is not None:
            await held.client.close()
        held = _held[loop]
    if (found := held.collections.get(name)) is None:
        found = held.collections[name] = held.client[connection.database.name][name]
    return found


async def close() -> None:
    """Close this loop's client, if there is one."""
    if (gone := _held.pop(asyncio.get_running_loop(), None)) is not None:
        await gone.client.close()
