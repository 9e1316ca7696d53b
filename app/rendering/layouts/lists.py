"""Layouts that are a picture and a list: numbered details, specifications."""

from __future__ import annotations

from itertools import pairwise

from PIL import Image

from app.models import Motion, ScenePoint
from app.rendering import text
from app.rendering.board import FIRST, STEP, Board
from app.rendering.layout import Box
from app.rendering.layouts.titles import title, title_height
from app.rendering.shapes import even, ring, rounded

TITLE_SHARE = 0.42
"""Of the words' box, as much as a list's title takes at most."""
TITLE_SIZE = 0.86
"""Of the style's largest type."""
ROW = 118
"""In units, as high as a row is at most: few rows stand together rather than apart."""
SPEC_ROW = 96
NARROW = 400
"""Units of width under which a specification's value stands below its label."""
GAP = 16
"""In units, between title and list."""


def opened(board: Board, height: float) -> Box:
    """Draw ground, picture and title, and return the box that is left for a list of ``height`` units.

    Words below the picture take the height they need, and the picture the rest; beside it they stand in the middle.
    """
    layout, words = board.layout, board.layout.words
    board.solid = True
    head = words.split(TITLE_SHARE)[0]
    title_takes = title_height(board, head, TITLE_SIZE)
    gap = even(GAP * board.unit) if title_takes else 0
    spare = max(0, even(words.height - title_takes - gap - height * board.unit - 2))
    below = layout.shot.bottom <= words.top
    shot, view = layout.shot, layout.view
    if below:
        shot, view = shot.moved(bottom=spare), view.moved(bottom=spare)
        board.ground(Box(0, shot.bottom, board.job.width, board.job.height))
        words = words.moved(top=spare)
    else:
        board.ground()
        words = words.moved(top=even(spare / 2), bottom=-even(spare / 2))
    motion: Motion | None = "push" if board.job.motion == "parallax" else None
    board.picture(shot, view, motion=motion)
    if not title_takes:
        return words
    head = Box(words.left, words.top, words.right, words.top + head.height)
    place = title(board, head, share=TITLE_SIZE, upright="left", align=board.start)
    return Box(words.left, place.bottom + gap, words.right, words.bottom)


def rows(board: Board, box: Box, count: int, tallest: float = ROW) -> list[Box]:
    """Return the boxes of ``count`` equal rows, at most ``tallest`` units high, from the box's top."""
    height = min(box.height / count, tallest * board.unit)
    edges = [even(box.top + number * height) for number in range(count + 1)]
    return [Box(box.left, top, box.right, bottom) for top, bottom in pairwise(edges)]


def callouts(board: Board) -> None:
    """Numbered points, one after the other."""
    points = [point.label for point in board.job.points if point.label]
    box, unit = opened(board, ROW * len(points)), board.unit
    for number, (words, row) in enumerate(zip(points, rows(board, box, len(points)), strict=True)):
        enters = FIRST + STEP * (2 + 2 * number)
        side = even(min(0.66 * row.height, 66 * unit))
        left = row.left if not board.rtl else row.right - side
        top = round(row.centre[1] - side / 2)
        _number(board, str(number + 1), left, top, side, enters)
        gap = even(18 * unit)
        room = Box(left + side + gap, row.top, row.right, row.bottom)
        if board.rtl:
            room = Box(row.left, row.top, left - gap, row.bottom)
        board.write(words, room, 46, enters=enters + 0.05, align=board.start, lines=2, entrance="slide", smallest=15)


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
    tallest = ROW if _narrow(board) else SPEC_ROW
    box = opened(board, tallest * len(points))
    sizes = rows(board, box, len(points), tallest)
    for number, (point, row) in enumerate(zip(points, sizes, strict=True)):
        enters = FIRST + STEP * (2 + 1.6 * number)
        line = max(2, even(2 * board.unit))
        board.bar(Box(row.left, row.top, row.right, row.top + line), board.theme.line, enters - 0.1)
        _row(board, point, row, enters)


def _narrow(board: Board) -> bool:
    return board.layout.words.width < NARROW * board.unit


def _row(board: Board, point: ScenePoint, row: Box, enters: float) -> None:
    theme, gap = board.theme, even(14 * board.unit)
    if _narrow(board):
        upper, lower = Box(row.left, row.top + gap // 2, row.right, row.bottom).split(0.36)
        board.write(point.label, upper, 28, enters=enters, align=board.start, colour=theme.muted, entrance="fade")
        board.write(
            point.value, lower, 38, enters=enters + 0.08, align=board.start, weight=750, lines=2, entrance="rise"
        )
        return
    label = board.set(point.label, Box(0, 0, round(0.46 * row.width), row.height), 34, face="detail", lines=2)
    room = row.width - label.width - gap
    inner = Box(row.left, row.top + 2, row.right, row.bottom)
    top = inner.centre[1] - label.height / 2
    board.place(label, inner, top, enters, theme.muted, board.start, "fade")
    left, right = (row.right - room, row.right) if not board.rtl else (row.left, row.left + room)
    value = Box(left, inner.top, right, inner.bottom)
    board.write(
        point.value, value, 42, enters=enters + 0.08, align=board.end, weight=750, lines=2, entrance="rise", smallest=15
    )
