"""Shorts that tests have made: as small as they may be."""

from __future__ import annotations

from app.models import Wishes
from app.shorts import repository as shorts
from app.shorts.repository import Short, ShortStatus

SMALL = Wishes(width=180, height=320, seconds=10)


def ended(short_id: str) -> Short | None:
    short = shorts.get_short(short_id)
    return short if short.status not in (ShortStatus.MAKING,) else None
