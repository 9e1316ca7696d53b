"""Reads on the event loop: what is asked most needs no thread.

The rules are those of ``app.storage.mongo``, whose client stays the one that writes and that knows of an outage: call
under its ``database_answers``, which bounds these calls too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from app.config import get_settings
from app.storage import mongo
from app.storage.indexes import Document


@dataclass(frozen=True)
class _Client:
    """A client belongs to the loop that it was opened on, and to the database that the process then spoke to."""

    loop: asyncio.AbstractEventLoop
    beside: Any
    client: AsyncMongoClient[Document]
    collections: dict[str, AsyncCollection[Document]] = field(default_factory=dict)


_held: _Client | None = None


async def collection(name: str) -> AsyncCollection[Document]:
    """Return a collection of the ShopReel database, for this loop. Raises as ``app.storage.mongo.connect``."""
    global _held
    if (connection := mongo.held()) is None:
        connection = await asyncio.to_thread(mongo.connect)
    loop = asyncio.get_running_loop()
    if _held is None or _held.loop is not loop or _held.beside is not connection:
        await close()
        settings = get_settings()
        # Made without waiting: of two requests that come first, the second one finds it.
        _held = _Client(
            loop, connection, AsyncMongoClient(mongo.mongodb_uri(settings), **mongo.client_options(settings))
        )
    if (found := _held.collections.get(name)) is None:
        found = _held.collections[name] = _held.client[connection.database.name][name]
    return found


async def close() -> None:
    """Close this loop's client, if there is one."""
    global _held
    gone, _held = _held, None
    if gone is not None and gone.loop is asyncio.get_running_loop():
        await gone.client.close()
