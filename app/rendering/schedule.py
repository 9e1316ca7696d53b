"""How long each scene is shown: as long as its words take, and so that the cuts fall on the music's beat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from app.rendering.beats import Beat

LEAD = 0.25
"""Seconds from a scene's beginning to its first word."""
PAUSE = 0.15
"""Seconds at least between two scenes' words."""
END = 0.5
"""Seconds that stay silent at the film's end."""
SHORTEST = 1.2
"""Seconds of a scene, whatever is asked."""
TOLERANCE = 1.05
"""The film is at most 5 % longer than asked for the beat's sake; for the words' sake it may be longer."""


def schedule(
    wished: Sequence[float], spoken: Sequence[float], overlaps: Sequence[int], fps: int, beat: Beat | None = None
) -> list[int]:
    """Return the frames of each scene, those that it shares with its neighbours included.

    ``wished``: the scenes' lengths in seconds as the scenario plans them; ``spoken``: how long their words take, 0 for
    none; ``overlaps``: the frames that each scene shares with the next (``timeline.junctions``).

    The film has the sum of what is wished, unless the words need more: then scenes are lengthened, never the words
    sped up; what one scene needs more, those with time to spare give up by their share of it. Then each cut (the
    middle of the overlap) is moved to the nearest beat, at most half a beat, or to the first after the words' end; the
    last scene makes up for it. Where this would make the film more than 5 % longer, the cuts stay where they were.
    """
    last = len(wished) - 1
    needs = [_need(seconds, fps, number == last) for number, seconds in enumerate(spoken)]
    lengths = _shared([round(seconds * fps) for seconds in wished], needs)
    asked = sum(lengths)
    if beat is not None and last:
        snapped = _on_beats(lengths, needs, [overlap / 2 for overlap in overlaps], beat, fps)
        lengths = snapped if sum(snapped) <= TOLERANCE * asked else lengths
    return [length + overlap for length, overlap in zip(lengths, [*overlaps, 0], strict=True)]


def _need(seconds: float, fps: int, is_last: bool) -> int:
    words = LEAD + seconds + (END if is_last else PAUSE) if seconds else 0.0
    return math.ceil(max(SHORTEST, words) * fps)


def _shared(wished: list[int], needs: list[int]) -> list[int]:
    """Return lengths of at least ``needs`` that sum to what is wished, or the needs where those are more."""
    extra = sum(wished) - sum(needs)
    if extra <= 0:
        return needs
    spare = [max(0, wish - need) for wish, need in zip(wished, needs, strict=True)]
    edges = [round(extra * part / sum(spare)) for part in accumulate(spare)]
    return [need + edge - before for need, edge, before in zip(needs, edges, [0, *edges], strict=False)]


def _on_beats(lengths: list[int], needs: list[int], middles: list[float], beat: Beat, fps: int) -> list[int]:
    """Move the cuts to beats; ``middles``: how many frames after a scene's start the cut to it is seen."""
    found: list[int] = []
    begin = 0
    for target, need, middle in zip(accumulate(lengths[:-1]), needs, middles, strict=False):
        number = max(
            round(((target + middle) / fps - beat.first) / beat.period),
            math.ceil(((begin + need + middle) / fps - beat.first) / beat.period - 1e-6),
        )
        cut = max(begin + need, round((beat.first + number * beat.period) * fps - middle))
        found.append(cut - begin)
        begin = cut
    return [*found, max(needs[-1], sum(lengths) - begin)]
