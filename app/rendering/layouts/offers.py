"""Layouts of a figure that sells: the price beside the one before it, the stars of the reviews."""

from __future__ import annotations

from PIL import Image

from app.rendering.board import FIRST, STEP, Board
from app.rendering.layout import Box
from app.rendering.layouts.lists import opened
from app.rendering.layouts.titles import struck
from app.rendering.shapes import even, stars
from app.rendering.theme import blend

BEFORE, PRICE, SAVING = 82, 160, 84
"""Heights in units."""
STARS, FIGURE, COUNT, QUOTE = 112, 140, 58, 280


def price(board: Board) -> None:
    """The price, large; over it the price before, struck through as one looks, and the saving as a badge."""
    point, theme, unit = board.job.points[0], board.theme, board.unit
    box = opened(board, (PRICE + BEFORE if point.before else PRICE) + (SAVING if point.label else 0))
    upper, lower = box.split(0.26 if point.before else 0.02)
    align = board.start
    if point.before:
        old = board.write(
            point.before, upper, 64, enters=FIRST + STEP, align=align, colour=theme.muted, upright="right", weight=500
        )
        struck(board, old, FIRST + 5 * STEP)
    figure = Box(
        lower.left,
        lower.top,
        lower.right,
        lower.top + even(min((0.66 if point.label else 0.96) * lower.height, PRICE * unit)),
    )
    shown = board.write(
        point.value, figure, 150, enters=FIRST + 3 * STEP, align=align, face="title", entrance="pop", smallest=30
    )
    if point.label:
        top = shown.bottom + even(8 * unit)
        height = min(even(72 * unit), box.bottom - top)
        if height >= 14:
            badge = Box(lower.left, top, lower.right, top + height)
            radius = min(theme.look.radius * unit, height / 2)
            board.pill(point.label, badge, 42, FIRST + 7 * STEP, align=align, radius=radius, entrance="pop")


def review(board: Board) -> None:
    """The rating as stars that fill, its figure and how many rated; a review's words where there are any."""
    rating, theme, unit = board.job.points[0], board.theme, board.unit
    quote = next((point for point in board.job.points[1:] if point.value), None)
    box = opened(board, STARS + (QUOTE if quote else FIGURE + (COUNT if rating.label else 0)))
    side = even(min(0.17 * box.width, 0.3 * box.height, 92 * unit))
    gap = even(0.16 * side)
    whole, filled = stars(side, gap, rating.share or 0.0)
    row = 5 * side + 4 * gap
    left = box.left if not board.rtl else box.right - row
    top = box.top + even(8 * unit)
    enters = FIRST + 2 * STEP
    board.sprite(board.shape(whole, blend(theme.text, theme.ground, 0.8)), left, top, enters - 0.15, "fade")
    # Stars are read from the left in every script.
    mirrored = filled.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if board.rtl else filled
    board.sprite(board.shape(mirrored, theme.highlight), left, top, enters + 0.1, "wipe")
    rest = Box(box.left, top + side + gap, box.right, box.bottom)
    if quote is not None:
        words, who = rest.split(0.76)
        board.write(
            f"“{quote.value}”", words, 44, enters=enters + STEP, align=board.start, upright="left", lines=4, smallest=16
        )
        if quote.label:
            board.write(quote.label, who, 30, enters=enters + 3 * STEP, align=board.start, colour=theme.muted)
        return
    height = even(min((0.66 if rating.label else 1) * rest.height, FIGURE * unit))
    figure = Box(rest.left, rest.top, rest.right, rest.top + height)
    shown = board.write(
        rating.value,
        figure,
        130,
        enters=enters + 2 * STEP,
        align=board.start,
        face="title",
        entrance="pop",
        smallest=30,
    )
    if rating.label:
        count = Box(rest.left, shown.bottom, rest.right, min(rest.bottom, shown.bottom + even(56 * unit)))
        board.write(rating.label, count, 40, enters=enters + 3 * STEP, align=board.start, colour=theme.muted)
