"""Layouts of what there is to choose from: colours and sizes, two pictures side by side."""

from __future__ import annotations

from app.models import Motion, ScenePoint
from app.rendering.board import FIRST, STEP, Board
from app.rendering.layout import Box
from app.rendering.layouts.lists import opened, rows
from app.rendering.layouts.titles import badge, title
from app.rendering.shapes import even, ring, rounded
from app.rendering.theme import contrast, rgb_of

VISIBLE = 1.25
"""Contrast to the ground under which a swatch gets a line round it."""


SWATCHES, CHIP = 232, 96
"""Heights in units."""


def options(board: Board) -> None:
    """Swatches in the named colours with their names, or the names as chips."""
    points = [point for point in board.job.points if point.label]
    swatches = all(point.colour for point in points)
    box = opened(board, SWATCHES if swatches else CHIP * len(points))
    if swatches:
        _swatches(board, points, box)
        return
    unit = board.unit
    for number, (point, row) in enumerate(zip(points, rows(board, box, len(points), CHIP), strict=True)):
        chip = Box(row.left, row.top, row.right, row.bottom - even(12 * unit))
        radius = min(board.theme.look.radius * unit, chip.height / 2)
        enters = FIRST + STEP * (2 + 1.5 * number)
        board.pill(point.label, chip, 42, enters, align=board.start, radius=radius)


def _swatches(board: Board, points: list[ScenePoint], box: Box) -> None:
    theme, unit = board.theme, board.unit
    step = box.width / len(points)
    side = even(min(0.8 * step, 0.66 * box.height, 150 * unit))
    top = box.top + even(max(0.0, 0.32 * (box.height - side - 60 * unit)))
    ordered = points[::-1] if board.rtl else points
    for number, point in enumerate(ordered):
        enters = FIRST + STEP * (2 + 1.5 * (len(points) - 1 - number if board.rtl else number))
        middle = box.left + (number + 0.5) * step
        colour = rgb_of(point.colour or "#808080")
        round_corner = side / 2 if theme.look.radius >= 10 else theme.look.radius * unit
        image = board.shape(rounded(side, side, round_corner), colour)
        if contrast(colour, theme.ground) < VISIBLE and round_corner == side / 2:
            image.alpha_composite(board.shape(ring(side, max(2, 2 * unit)), theme.muted))
        board.sprite(image, middle - side / 2, top, enters, "pop")
        name = Box(
            round(middle - step / 2 + 4 * unit), top + side + even(10 * unit), round(middle + step / 2 - 4 * unit),
            min(box.bottom, top + side + even(58 * unit)),
        )  # fmt: skip
        board.write(point.label, name, 34, enters=enters + 0.1, align="centre", entrance="fade", smallest=14)


def comparison(board: Board) -> None:
    """Two pictures side by side, each with its label; on cards where one of them cannot fill its half."""
    layout, job, theme, unit = board.layout, board.job, board.theme, board.unit
    stage, focus = layout.stage, layout.focus
    middle = 2 * round(stage.centre[0] / 2)
    sides = (
        Box(stage.left, stage.top, middle, stage.bottom),
        Box(middle, stage.top, stage.right, stage.bottom),
    )
    inset = even(8 * unit)
    motions: tuple[Motion, Motion] = ("pan_up", "pan_down")
    aims = [Box(side.left + inset, focus.top, side.right - inset, focus.bottom) for side in sides]
    pictures = list(zip((board.shot, board.other_shot), sides, aims, motions, strict=True))
    cards = not all(shot.plain_ground and shot.fills(side, aim, motion) for shot, side, aim, motion in pictures)
    board.solid = layout.beside or cards
    if board.solid:
        board.ground()
    for (shot, side, aim, motion), path in zip(pictures, ("", job.other), strict=True):
        if cards:
            board.picture(shot.whole_in(aim), motion=motion, path_of=path, card=True)
        else:
            board.picture(side, aim, motion=motion, path_of=path)
    if not cards:
        seam = even(6 * unit)
        board.layers.append(board.still(Box(middle - seam // 2, stage.top, middle - seam // 2 + seam, stage.bottom)))
    if job.on_screen_text and not board.solid and theme.look.backing == "veil":
        board.veil(layout.title.bottom)
    title(board, layout.title)
    badge(board, layout.badge)
    for number, (region, point) in enumerate(zip(sides, job.points[:2], strict=False)):
        if not point.label:
            continue
        height = even(56 * unit)
        bottom = focus.bottom - even(6 * unit)
        chip = Box(region.left + 2 * inset, bottom - height, region.right - 2 * inset, bottom)
        radius = min(theme.look.radius * unit, height / 2)
        board.pill(
            point.label, chip, 30, FIRST + STEP * (3 + 2 * number), align="centre", radius=radius,
            ground=theme.ground, colour=theme.text,
        )  # fmt: skip
