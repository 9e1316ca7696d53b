"""Bare FastAPI routes: what ``GET /sessions/{short_id}`` would be with nothing but its find."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pymongo import ASCENDING, AsyncMongoClient, MongoClient

from app.config import get_settings
from app.db.client import mongodb_uri

app = FastAPI()
settings = get_settings()
client: Any = MongoClient(mongodb_uri(settings))
async_client: Any = AsyncMongoClient(mongodb_uri(settings))
ORDER = [("created_at", ASCENDING), ("task_id", ASCENDING)]


@app.get("/constant")
async def constant() -> dict[str, str]:
    """Return a constant."""
    return {"status": "ok"}


@app.get("/sync/{short_id}")
def by_thread(short_id: str) -> dict[str, Any]:
    """Find from a thread."""
    found = list(client[settings.mongodb_database]["sessions"].find({"short_id": short_id}, {"_id": 0}).sort(ORDER))
    return {"short_id": short_id, "sessions": found, "total_sessions": len(found)}


@app.get("/async/{short_id}")
async def by_loop(short_id: str) -> dict[str, Any]:
    """Find from the event loop."""
    sessions = async_client[settings.mongodb_database]["sessions"]
    found = await sessions.find({"short_id": short_id}, {"_id": 0}).sort(ORDER).to_list()
    return {"short_id": short_id, "sessions": found, "total_sessions": len(found)}
