"""Whether the parts that ShopReel needs can be used now: the database, the broker, the local disk."""

from __future__ import annotations

import os
from collections.abc import Callable

from app.config import get_settings
from app.errors import ShopReelError, Unavailable
from app.storage import broker, mongo
from app.storage.mongo import database_answers

OK = "ok"
LEAST_FREE_BYTES = 32_000_000
"""With less room on the disk a rendering fails, and the spool is about to."""


def part_states() -> dict[str, str]:
    """Return the state of each part: ``ok``, or why it cannot be used."""
    return {name: _state(check) for name, check in CHECKS.items()}


def can_accept(states: dict[str, str]) -> bool:
    """Tell whether a new task would be accepted: it can be written to the database, or else to the local disk."""
    return OK in (states["database"], states["disk"])


def _database() -> None:
    with database_answers():
        mongo.connect().client.admin.command("ping")


def _disk() -> None:
    folder = get_settings().shopreel_data_dir.resolve()
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        raise Unavailable("the data folder cannot be written")
    room = os.statvfs(folder)
    if room.f_bavail * room.f_frsize < LEAST_FREE_BYTES:
        raise Unavailable(f"the data folder has less than {LEAST_FREE_BYTES // 1_000_000} MB left")


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "broker": broker.ping, "disk": _disk}


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except ShopReelError as error:
        return str(error)
    return OK
