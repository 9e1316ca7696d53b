"""A scene as layers: what lies where, and how it moves in time."""

from __future__ import annotations

from app.rendering.board import Board
from app.rendering.footage import Footage
from app.rendering.jobs import ClipJob
from app.rendering.layers import Layer
from app.rendering.layouts import lay_out
from app.rendering.theme import Theme


def layers(job: ClipJob, theme: Theme) -> list[Layer | Footage]:
    """Return the scene's layers, the lowest first.

    Raises:
        InvalidInput: a picture cannot be used, or no font has the words' letters.
    """
    board = Board(job, theme)
    lay_out(board)
    return board.layers
