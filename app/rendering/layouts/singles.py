"""Layouts that are one picture and its words: plain, hero, closing card."""

from __future__ import annotations

from app.rendering.board import FIRST, STEP, Board
from app.rendering.layout import Box
from app.rendering.layouts.titles import badge, struck, title
from app.rendering.shapes import even
from app.rendering.text import Align, capitals


def plain(board: Board) -> None:
    """The picture, the words over it or beside it, the badge below them."""
    _picture_and_words(board, 1.0)


def hero(board: Board) -> None:
    """As plain, the words larger and the brand over them: what opens a film."""
    _picture_and_words(board, 1.14)


def _picture_and_words(board: Board, share: float) -> None:
    layout, job = board.layout, board.job
    board.solid = layout.beside
    words = bool(job.on_screen_text or job.badge)
    region, focus = layout.stage, layout.focus if words else None
    # A studio ground can be made larger than its picture, so that the captions lie below the subject; scenery cannot.
    if job.captions and not (board.solid or job.plain_ground or job.motion == "parallax"):
        region = layout.photo
    if words and not (board.solid or job.footage) and not _clear(board, region, layout.focus):
        _card_and_words(board, share)
        return
    if board.solid:
        board.ground()
    elif region.bottom < job.height:
        board.ground(Box(0, region.bottom, job.width, job.height))
    board.picture(region, focus)
    backing = board.theme.look.backing
    if not board.solid and job.on_screen_text and backing == "veil":
        board.veil(layout.title.bottom)
    _named_title(board, layout.title, share)
    badge(board, layout.badge)


def _clear(board: Board, region: Box, focus: Box) -> bool:
    """Return whether the picture fills the region, and its subject, where it is known, begins below the words."""
    top = board.shot.subject_top(region, focus, board.job.motion)
    return (top is None or top >= _foot_of_words(board)) and board.shot.fills(region, focus, board.job.motion)


def _foot_of_words(board: Board) -> int:
    return (board.layout.badge if board.job.badge else board.layout.title).bottom


def _card_and_words(board: Board, share: float) -> None:
    """The picture on a card, the words on the ground above it, or beside it where the frame is not upright."""
    layout = board.layout
    board.solid = True
    board.ground()
    if layout.shot.bottom > layout.words.top:
        board.picture(layout.card, layout.card, card=True)
        place = _named_title(board, layout.words, share, "centre")
        top = place.bottom + even(20 * board.unit)
        badge(board, layout.badge.within(layout.words, top))
        return
    top = _foot_of_words(board) + even(24 * board.unit)
    area = Box(layout.card.left, top, layout.card.right, layout.photo.bottom)
    board.picture(board.shot.whole_in(area), card=True)
    _named_title(board, layout.title, share)
    badge(board, layout.badge)


def _named_title(board: Board, box: Box, share: float, upright: Align = "right") -> Box:
    """Write the title with the brand over it where there is one, and return where it stands.

    At the foot of its band the title makes one block with the badge below it.
    """
    job = board.job
    brand = job.points[0].label if job.points and (board.solid or board.theme.look.backing == "veil") else ""
    over = even(34 * board.unit) if brand else 0
    place = title(board, box.moved(top=over), share=share, upright=upright)
    if brand and place.height:
        above = Box(box.left, place.top - over, box.right, place.top - even(4 * board.unit))
        board.write(brand, above, 30, enters=FIRST - 0.1, upright="centre")
    return place


def closing(board: Board) -> None:
    """The picture on a card, the product's name, the price, and the call as a button."""
    layout, job, theme, unit = board.layout, board.job, board.theme, board.unit
    board.solid = True
    board.ground()
    seen = Box(layout.card.left, max(layout.card.top, layout.view.top), layout.card.right, layout.card.bottom)
    board.picture(layout.card, seen, motion=None if job.motion != "parallax" else "push", card=True)
    box, gap = layout.words, even(16 * unit)
    name = job.points[0].label if job.points else ""
    button_height = even(min(92 * unit, 0.27 * box.height)) if job.on_screen_text else 0
    price_height = even(min(86 * unit, 0.26 * box.height)) if job.badge else 0
    # Name, price and button are one block in the middle of their box.
    room = box.moved(bottom=-button_height - price_height - 2 * gap)
    title = board.set(name, room, theme.look.title * 0.84, face="title", lines=3, smallest=20)
    height = title.height + price_height + button_height + gap * (bool(price_height) + bool(button_height))
    top = round(box.top + (box.height - height) / 2)
    if title.lines:
        board.place(title, box, top, FIRST, theme.text, board.align, None)
    top += round(title.height) + gap // 2
    if job.badge:
        price = Box(box.left, top, box.right, top + price_height)
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
        top += price_height + gap
    if job.on_screen_text:
        button = Box(box.left, even(top), box.right, even(top) + button_height)
        radius = min(theme.look.radius * unit, button_height / 2)
        words = capitals(job.on_screen_text) if theme.look.upper else job.on_screen_text
        board.pill(words, button, 50, FIRST + 2 * STEP, radius=radius, entrance="pop", lines=2)


def _beside(board: Board, row: Box) -> tuple[Box, Box]:
    """Return the parts of a row for the price before and the price, in the direction that is read."""
    gap = even(14 * board.unit)
    middle = round(row.left + (0.58 if board.rtl else 0.42) * row.width)
    left, right = Box(row.left, row.top, middle - gap, row.bottom), Box(middle + gap, row.top, row.right, row.bottom)
    return (right, left) if board.rtl else (left, right)
