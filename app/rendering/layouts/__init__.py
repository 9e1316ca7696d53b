"""How scenes are laid out: a function for each layout, and what a scene must have for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.models import SceneLayout
from app.rendering.board import Board
from app.rendering.jobs import ClipJob
from app.rendering.layouts import lists, offers, singles, variants


@dataclass(frozen=True, slots=True)
class _Kind:
    draw: Callable[[Board], None]
    can_draw: Callable[[ClipJob], bool] = lambda job: True


LAYOUTS: dict[SceneLayout, _Kind] = {
    "plain": _Kind(singles.plain),
    "hero": _Kind(singles.hero),
    "closing": _Kind(singles.closing),
    "callouts": _Kind(lists.callouts, lambda job: any(point.label for point in job.points)),
    "specs": _Kind(lists.specs, lambda job: any(point.label and point.value for point in job.points)),
    "price": _Kind(offers.price, lambda job: bool(job.points and job.points[0].value)),
    "review": _Kind(offers.review, lambda job: bool(job.points and job.points[0].share is not None)),
    "options": _Kind(variants.options, lambda job: sum(bool(point.label) for point in job.points) >= 2),
    "comparison": _Kind(variants.comparison, lambda job: bool(job.other)),
}


def lay_out(board: Board) -> None:
    """Draw the scene in its layout; in the plain one where it lacks what its layout shows."""
    kind = LAYOUTS[board.job.shown_layout]
    (kind if kind.can_draw(board.job) else LAYOUTS["plain"]).draw(board)
