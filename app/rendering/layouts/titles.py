"""A scene's title with what stands behind and beside it, and its badge, as the style has them."""

from __future__ import annotations

from PIL import Image

from app.rendering import text
from app.rendering.board import FIRST, STEP, Board
from app.rendering.layout import Box
from app.rendering.shapes import even, rounded

TITLE_ENDS = 3
"""Lines that a title has at most."""


def title_height(board: Board, box: Box, share: float) -> int:
    """Return how high the on-screen text and its mark are on the ground, in ``box`` at ``share`` of its size."""
    look = board.theme.look
    if not board.job.on_screen_text:
        return 0
    marked = even(20 * board.unit) if look.mark in ("bar", "rule") else 0
    room = box.moved(bottom=-marked)
    block = board.set(board.job.on_screen_text, room, look.title * share, face="title", lines=TITLE_ENDS, smallest=20)
    return round(block.height) + marked if block.lines else 0


def title(
    board: Board, box: Box, *, share: float = 1.0, upright: text.Align = "right", align: text.Align | None = None
) -> Box:
    """Write the on-screen text into ``box`` at ``share`` of the style's size, and return where it stands.

    ``upright``: "left" at the box's top, "right" at its foot.
    """
    words, look, unit = board.job.on_screen_text, board.theme.look, board.unit
    if not words:
        return Box(box.left, box.top, box.left, box.top)
    align = align or board.align
    backed = not board.solid and look.backing != "veil"
    pad = even(22 * unit) if backed else 0
    marked = even(20 * unit) if look.mark in ("bar", "rule") and not backed else 0
    room = Box(box.left + pad, box.top + pad // 2, box.right - pad, box.bottom - pad // 2 - marked)
    block = board.set(words, room, look.title * share, face="title", lines=TITLE_ENDS, smallest=20)
    if not block.lines:
        return Box(box.left, box.top, box.left, box.top)
    top = {"left": room.top, "centre": room.centre[1] - block.height / 2, "right": room.bottom - block.height}[upright]
    if backed and look.backing == "card":
        _card(board, block, room, top, align, pad)
    if backed and look.backing == "blocks":
        _blocks(board, block, room, top, align, pad)
    place = board.place(block, room, top, FIRST, board.theme.text, align, None)
    if marked:
        _mark(board, place, align)
    return Box(place.left - pad, place.top - pad // 2, place.right + pad, place.bottom + pad // 2 + marked)


def badge(board: Board, box: Box, *, enters: float = FIRST + 2 * STEP, align: text.Align | None = None) -> Box:
    """Write the badge as a pill into ``box``."""
    if not board.job.badge:
        return Box(box.left, box.top, box.left, box.top)
    radius = min(board.theme.look.radius * board.unit, box.height / 2)
    return board.pill(board.job.badge, box, 36, enters, align=align, radius=radius)


def _card(board: Board, block: text.Block, room: Box, top: float, align: text.Align, pad: int) -> None:
    left = {"left": room.left, "centre": room.centre[0] - block.width / 2, "right": room.right - block.width}[align]
    size = even(block.width + 2 * pad), even(block.height + pad)
    mask = rounded(*size, min(board.theme.look.radius * board.unit, size[1] / 2.2))
    image = board.shape(mask, board.theme.ground, board.theme.tint)
    board.sprite(image, left - pad, top - pad / 2, FIRST - 0.1, board.theme.look.enters)


def _blocks(board: Board, block: text.Block, room: Box, top: float, align: text.Align, pad: int) -> None:
    for number, line in enumerate(block.lines):
        width = text.measure(line, block.face, block.font.size)
        left = {"left": room.left, "centre": room.centre[0] - width / 2, "right": room.right - width}[align]
        # Blocks meet, so that no seam of the picture is seen between two lines.
        mask = Image.new("L", (even(width + 2 * pad), even(block.leading) + 2), 255)
        image = board.shape(mask, board.theme.ground, board.theme.tint)
        at = top + number * block.leading
        board.sprite(image, left - pad, at, FIRST - 0.08 + 0.09 * number, "wipe")


def _mark(board: Board, place: Box, align: text.Align) -> None:
    look, unit = board.theme.look, board.unit
    width, height = (
        (even(92 * unit), even(8 * unit)) if look.mark == "bar" else (even(120 * unit), max(2, even(2 * unit)))
    )
    left = {"left": place.left, "centre": place.centre[0] - width / 2, "right": place.right - width}[align]
    top = place.bottom + even(10 * unit)
    colour = board.theme.highlight
    board.bar(Box(round(left), top, round(left) + width, top + height), colour, FIRST + 0.3)


def struck(board: Board, words: Box, enters: float) -> None:
    """Draw a line through words that stand in ``words``."""
    thick = max(2, even(4 * board.unit))
    middle, over = round(words.centre[1]), even(6 * board.unit)
    line = Box(words.left - over, middle - thick // 2, words.right + over, middle + thick // 2)
    board.bar(line, board.theme.highlight, enters, thick / 2)
