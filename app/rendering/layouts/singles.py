"""Layouts that are one picture and its words: plain, hero, closing card."""

from __future__ import annotations

from app.rendering.board import FIRST, STEP, Board
from app.rendering.layout import Box
from app.rendering.layouts.titles import badge, struck, title
from app.rendering.shapes import even
from app.rendering.text import capitals


def plain(board: Board) -> None:
    """The picture, the words over it or beside it, the badge below them."""
    _picture_and_words(board, 1.0)


def hero(board: Board) -> None:
    """As plain, the words larger and the brand over them: what opens a film."""
    _picture_and_words(board, 1.14)


def _picture_and_words(board: Board, share: float) -> None:
    layout, job = board.layout, board.job
    board.solid = layout.beside
    if board.solid:
        board.ground()
    words = bool(job.on_screen_text or job.badge)
    region = layout.stage
    if not (board.solid or job.plain_ground or job.motion == "parallax"):
        # A studio ground can be made larger than its picture, so that the captions lie below the subject; this cannot.
        region = layout.photo
        board.ground(Box(0, region.bottom, job.width, job.height))
    board.picture(region, layout.focus if words else None)
    backing = board.theme.look.backing
    if not board.solid and job.on_screen_text and backing == "veil":
        board.veil(layout.title.bottom)
    brand = job.points[0].label if job.points and (board.solid or backing == "veil") else ""
    over = even(34 * board.unit) if brand else 0
    box = layout.title
    # At the foot of its band: with the badge below it makes one block.
    place = title(board, Box(box.left, box.top + over, box.right, box.bottom), share=share)
    if brand and place.height:
        above = Box(box.left, place.top - over, box.right, place.top - even(4 * board.unit))
        board.write(brand, above, 30, enters=FIRST - 0.1, upright="centre")
    badge(board, layout.badge)


def closing(board: Board) -> None:
    """The picture on a card, the product's name, the price, and the call as a button."""
    layout, job, theme, unit = board.layout, board.job, board.theme, board.unit
    board.solid = True
    board.ground()
    seen = Box(layout.card.left, max(layout.card.top, layout.view.top), layout.card.right, layout.card.bottom)
    board.picture(layout.card, seen, motion=None if job.motion != "parallax" else "push")
    board.frame_card(layout.card, theme.look.radius * unit)
    box, gap = layout.words, even(16 * unit)
    name = job.points[0].label if job.points else ""
    button_height = even(min(92 * unit, 0.27 * box.height))
    price_height = even(min(86 * unit, 0.26 * box.height)) if job.badge else 0
    name_box = Box(box.left, box.top, box.right, box.bottom - button_height - price_height - 2 * gap)
    if name:
        board.write(
            name, name_box, theme.look.title * 0.84, enters=FIRST, face="title", lines=3, upright="centre", smallest=20
        )
    if job.badge:
        price = Box(box.left, name_box.bottom + gap // 2, box.right, name_box.bottom + gap // 2 + price_height)
        before = job.points[0].before if job.points else ""
        if before:
            old, price = _beside(board, price)
            struck(
                board,
                board.write(before, old, 46, enters=FIRST + STEP, align=board.end, colour=theme.muted, weight=500),
                FIRST + 3 * STEP,
            )
        board.write(
            job.badge,
            price,
            76,
            enters=FIRST + STEP,
            face="detail",
            weight=800,
            colour=theme.highlight,
            smallest=18,
            align=board.start if before else None,
        )
    if job.on_screen_text:
        button = Box(box.left, box.bottom - button_height, box.right, box.bottom)
        if not name:
            button = Box(box.left, name_box.top, box.right, name_box.top + button_height)
        radius = min(theme.look.radius * unit, button_height / 2)
        words = capitals(job.on_screen_text) if theme.look.upper else job.on_screen_text
        board.pill(words, button, 50, FIRST + 2 * STEP, radius=radius, entrance="pop", lines=2)


def _beside(board: Board, row: Box) -> tuple[Box, Box]:
    """Return the parts of a row for the price before and the price, in the direction that is read."""
    gap = even(14 * board.unit)
    middle = round(row.left + (0.58 if board.rtl else 0.42) * row.width)
    left, right = Box(row.left, row.top, middle - gap, row.bottom), Box(middle + gap, row.top, row.right, row.bottom)
    return (right, left) if board.rtl else (left, right)
