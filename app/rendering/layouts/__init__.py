"""How scenes are laid out: a function for each layout, and what a scene must have for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.models import SceneLayout
from app.rendering.board import Board
from app.rendering.jobs import ClipJob
from app.rendering.layouts import lists, offers, singles, variants


@dataclass(frozen=True, slots=True)
class Kind:
    """A layout: what draws it, and which scenes have what it shows."""

    draw: Callable[[Board], None]
    can_draw: Callable[[ClipJob], bool] = lambda job: True


LAYOUTS: dict[SceneLayout, Kind] = {
    "plain": Kind(singles.plain),
    "hero": Kind(singles.hero),
    "closing": Kind(singles.closing),
    "callouts": Kind(lists.callouts, lambda job: any(point.label for point in job.points)),
    "specs": Kind(lists.specs, lambda job: any(point.label and point.value for point in job.points)),
    "price": Kind(offers.price, lambda job: bool(job.points and job.points[0].value)),
    "review": Kind(offers.review, lambda job: bool(job.points and job.points[0].share is not None)),
    "options": Kind(variants.options, lambda job: sum(bool(point.label) for point in job.points) >= 2),
    "comparison": Kind(variants.comparison, lambda job: bool(job.other)),
}


def lay_out(board: Board) -> None:
    """Draw the scene in its layout; in the plain one where it lacks what its layout shows."""
    kind = LAYOUTS[board.job.shown_layout]
    (kind if kind.can_draw(board.job) else LAYOUTS["plain"]).draw(board)
