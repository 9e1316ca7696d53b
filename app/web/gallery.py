"""Shorts as tiles: picture, title, state, length and format; a film moves while the pointer is on its tile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.models import FRAMES
from app.shorts.repository import ShortStatus, Tile
from app.web.addresses import short_file, short_page
from app.web.kit import badge, el, icon, moment
from app.web.words import TONES, state_name

LONGEST_REASON = 140


def states(shown: list[Tile]) -> tuple[Any, ...]:
    """Return what tells whether a gallery looks the same."""
    return tuple((tile.key, tile.status, tile.updated_at) for tile in shown)


def gallery(shown: list[Tile], title: str | None = None, mark: Callable[[Tile], Any] | None = None) -> None:
    """Draw shorts as tiles, below a title; ``mark`` draws something of its own over each."""
    if not shown:
        return
    if title:
        el("h2", title, css="section-title")
    with el("ul", css="gallery"):
        for tile in shown:
            with el("li", css="tile-place"):
                draw_tile(tile)
                if mark is not None:
                    mark(tile)


def name_of(tile: Tile) -> str:
    """Return what a short is called."""
    return tile.title or tile.url or tile.short_id


def draw_tile(tile: Tile) -> None:
    """Draw a short as a picture with its title and state. Its moving preview is not loaded before it is wanted."""
    preview = short_file(tile, "preview") if tile.preview else None
    with el("a", css="tile", href=short_page(tile), data_preview=preview):
        with el("div", css="tile-picture"):
            if tile.seconds is not None:
                el("img", src=short_file(tile, "thumbnail"), alt="", loading="lazy")
                el("span", f"{clock(tile.seconds)} · {shape(tile.width, tile.height)}", css="tile-length")
            elif tile.stills:
                el("img", src=short_file(tile, "scenario/thumbnail"), alt="", loading="lazy")
            else:
                icon("film", "large")
        with el("div", css="tile-text"):
            el("span", name_of(tile), css="tile-title")
            if tile.status is ShortStatus.FAILED and tile.error:
                reason = tile.error if len(tile.error) <= LONGEST_REASON else f"{tile.error[:LONGEST_REASON]}…"
                el("span", reason, css="tile-reason")
            with el("span", css="tile-row"):
                badge(state_name(tile.status), TONES[tile.status])
                moment(tile.created_at)


def clock(seconds: float) -> str:
    """Return a length as players show it: ``0:15``."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"


def shape(width: int, height: int) -> str:
    """Return the format of a frame by its name, or its size where it has none."""
    return next((name for name, (w, h) in FRAMES.items() if w * height == h * width), f"{width} × {height}")
