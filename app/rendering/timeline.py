"""How scenes lie in a film: neighbours overlap while one gives way to the next."""

from __future__ import annotations

from app.models import TransitionKind
from app.rendering.transitions import length


def junctions(kinds: list[TransitionKind], counts: list[int], fps: int) -> list[int]:
    """Return by how many frames each scene of ``counts`` frames overlaps the next, 0 at a cut.

    No more than a third of a scene is given to one transition.
    """
    pairs = zip(kinds, counts[:-1], counts[1:], strict=True)
    return [min(round(length(kind) * fps), before // 3, after // 3) for kind, before, after in pairs]


def starts(counts: list[int], overlaps: list[int]) -> list[int]:
    """Return the frame on which each scene begins; ``overlaps`` as ``junctions`` returns them."""
    begins = [0]
    for count, overlap in zip(counts, overlaps, strict=False):
        begins.append(begins[-1] + count - overlap)
    return begins[: len(counts)]
