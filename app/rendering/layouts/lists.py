"""Layouts that are a picture and a list: numbered details, specifications."""

from __future__ import annotations

from itertools import pairwise

from PIL import Image

from app.models import Motion, ScenePoint
from app.rendering import text
from app.rendering.board import FIRST, STEP, Board
from app.rendering.layout import Box
from app.rendering.layouts.titles import title
from app.rendering.shapes import even, ring, rounded

TITLE_SHARE = 0.3
"""Of the words' box, as much as a list's title takes at most."""
TALLEST_ROW = 104
"""In units: few rows stand together rather than apart."""


def opened(board: Board) -> Box:
    """Draw ground, picture and title as all lists have them, and return the box that is left for the list."""
    layout = board.layout
    board.solid = True
    board.ground()
    motion: Motion | None = "push" if board.job.motion == "parallax" else None
    board.picture(layout.shot, layout.view, motion=motion)
    if not board.job.on_screen_text:
        return layout.words
    head, rest = layout.words.split(TITLE_SHARE)
    place = title(board, head, share=0.72, upright="left", align=board.start)
    return Box(rest.left, place.bottom + even(10 * board.unit), rest.right, rest.bottom)


def rows(board: Board, box: Box, count: int) -> list[Box]:
    """Return the boxes of ``count`` equal rows from the box's top."""
    height = min(box.height / count, TALLEST_ROW * board.unit)
    # A list without a title stands in the middle of its box.
    top = box.top if board.job.on_screen_text else box.top + (box.height - count * height) / 2
    edges = [even(top + number * height) for number in range(count + 1)]
    return [Box(box.left, top, box.right, bottom) for top, bottom in pairwise(edges)]


def callouts(board: Board) -> None:
    """Numbered points, one after the other."""
    points = [point.label for point in board.job.points if point.label]
    box, unit = opened(board), board.unit
    for number, (words, row) in enumerate(zip(points, rows(board, box, len(points)), strict=True)):
        enters = FIRST + STEP * (2 + 2 * number)
        side = even(min(0.66 * row.height, 58 * unit))
        left = row.left if not board.rtl else row.right - side
        top = round(row.centre[1] - side / 2)
        _number(board, str(number + 1), left, top, side, enters)
        gap = even(18 * unit)
        room = Box(left + side + gap, row.top, row.right, row.bottom)
        if board.rtl:
            room = Box(row.left, row.top, left - gap, row.bottom)
        board.write(words, room, 38, enters=enters + 0.05, align=board.start, lines=2, entrance="slide", smallest=15)


def _number(board: Board, digit: str, left: int, top: int, side: int, enters: float) -> None:
    theme = board.theme
    square = theme.look.radius < 10
    image = board.shape(rounded(side, side, theme.look.radius * board.unit if square else side / 2), theme.accent)
    if theme.look.mark in ("rule", "corners"):
        image = board.shape(ring(side, max(2, 2.5 * board.unit)), theme.highlight)
    colour = theme.highlight if theme.look.mark in ("rule", "corners") else theme.on_accent
    block = board.set(digit, Box(0, 0, side, side), 0.52 * side / board.unit, face="detail", weight=750)
    words = Image.new("RGBA", image.size, (*colour, 0))
    text.draw(words, block, side / 2, (side - block.height) / 2, colour)
    image.alpha_composite(words)
    board.sprite(image, left, top, enters, theme.look.badge_enters)


def specs(board: Board) -> None:
    """Rows of label and value between hairlines, one after the other."""
    points = [point for point in board.job.points if point.label and point.value]
    box = opened(board)
    sizes = rows(board, box, len(points))
    for number, (point, row) in enumerate(zip(points, sizes, strict=True)):
        enters = FIRST + STEP * (2 + 1.6 * number)
        line = max(2, even(2 * board.unit))
        board.bar(Box(row.left, row.top, row.right, row.top + line), board.theme.line, enters - 0.1)
        _row(board, point, row, enters)


def _row(board: Board, point: ScenePoint, row: Box, enters: float) -> None:
    theme, gap = board.theme, even(14 * board.unit)
    label = board.set(point.label, Box(0, 0, round(0.46 * row.width), row.height), 30, face="detail", lines=2)
    room = row.width - label.width - gap
    inner = Box(row.left, row.top + 2, row.right, row.bottom)
    top = inner.centre[1] - label.height / 2
    board.place(label, inner, top, enters, theme.muted, board.start, "fade")
    left, right = (row.right - room, row.right) if not board.rtl else (row.left, row.left + room)
    value = Box(left, inner.top, right, inner.bottom)
    board.write(
        point.value, value, 36, enters=enters + 0.08, align=board.end, weight=750, lines=2, entrance="rise", smallest=15
    )
