"""Voice-overs and music that a user names by address: fetched once, guarded as all that is fetched, and kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.blobs import store as media
from app.errors import NotFound
from app.fetching import fetch_sound
from app.tasks.context import TaskContext


def sound_file(url: str, what: str, context: TaskContext, folder: Path) -> Path:
    """Return a file in ``folder`` that holds the sound at ``url``.

    Raises:
        InvalidInput: the address may not be fetched.
        WorkFailed: it cannot be had, or is too large.
    """
    whose = context.task.short_key or context.task.task_id
    key = media.short_key(whose, f"own-{hashlib.sha256(url.encode()).hexdigest()[:24]}")
    path = folder / what
    try:
        media.save_as(key, path)
    except NotFound:
        data = fetch_sound(url, context.fetch_policy())
        media.put_once(key, data)
        media.save_as(key, path)
    return path
