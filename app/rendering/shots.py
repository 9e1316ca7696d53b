"""How a scene is told in shots: how many, when each begins, how near each comes, and where its words stand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from app.rendering.jobs import ClipJob
from app.rendering.theme import Look, ToneName

SHORTEST = 1.2
"""Seconds of a shot."""
MOST = 4
"""Shots of a scene."""
_LEAD = 0.3
"""Of a shot, by which a scene is taken for longer: rather one shot more than a long one."""
_TO_WORD = 0.4
"""Seconds by which a cut is moved to a beat, or to the end of a word."""
CLOSING = 1.7
"""Seconds of each of a closing's shots at least, up to three: its call is read for two in all."""

Nearness = Literal["whole", "close", "detail"]
Place = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Shot:
    """One of a scene's shots."""

    number: int
    count: int
    begins: float
    """Seconds from the scene's beginning."""
    ends: float
    near: Nearness
    words: Place
    """Where the words stand, seen from the product."""
    tone: ToneName
    turn: int
    """Rises from shot to shot of a film: what varies goes by it."""

    @property
    def seconds(self) -> float:
        return self.ends - self.begins


_NEAR: dict[str, tuple[Nearness, ...]] = {
    "hook": ("whole", "detail", "close", "whole"),
    "call_to_action": ("whole", "close", "whole"),
    "even": ("detail", "close", "whole", "detail"),
    "odd": ("close", "whole", "detail", "close"),
}
"""Of a scene's shots, by its role and its place in the film: neighbours differ, over the ends of scenes too."""
_WORDS: tuple[Place, ...] = ("above", "below", "above", "above", "below")


def plan(job: ClipJob, look: Look) -> list[Shot]:
    """Return the shots of a scene, in order; each begins where the last one ends."""
    times = [0.0, *cuts(job, look), job.seconds]
    kind = job.role if job.role != "body" else ("even", "odd")[job.number % 2]
    shots = []
    for number in range(len(times) - 1):
        turn = 2 * job.number + number
        light = (job.number + number) % 2 == 0
        first: ToneName = look.first
        other: ToneName = "dark" if first == "light" else "light"
        # A closing ends on the whole product, however many shots it has.
        near = _NEAR[kind][number if kind != "call_to_action" else number + 1 - len(times)]
        words = "above" if job.role == "hook" and number == 0 else _WORDS[turn % len(_WORDS)]
        shots.append(
            Shot(
                number,
                len(times) - 1,
                times[number],
                times[number + 1],
                near,
                "below" if job.role == "call_to_action" else words,
                first if light else other,
                turn,
            )
        )
    return shots


def cuts(job: ClipJob, look: Look) -> list[float]:
    """Return the seconds at which a scene's second and later shots begin.

    That is on a beat near the end of a word; without music at the end of a word, where one is near.
    """
    count = max(1, min(MOST, round(job.seconds / look.shot_seconds + _LEAD), int(job.seconds / SHORTEST)))
    if job.role == "call_to_action":
        count = min(len(_NEAR[job.role]), max(1, int(job.seconds / CLOSING)))
    ends = [word.end for caption in job.captions for word in caption.words]
    found: list[float] = []
    for number in range(1, count):
        wished = number * job.seconds / count
        first, last = (found[-1] if found else 0.0) + SHORTEST, job.seconds - (count - number) * SHORTEST
        at = _on_beat(job, wished, ends, first, last)
        if at is None:
            near = min(ends, key=lambda end: abs(end - wished), default=wished)
            at = min(max(near if abs(near - wished) <= _TO_WORD else wished, first), last)
        # On a frame: a shot begins with one.
        found.append(round(at * job.fps) / job.fps)
    return found


def _on_beat(job: ClipJob, wished: float, ends: list[float], first: float, last: float) -> float | None:
    """Return the beat between ``first`` and ``last`` that is the nearest to ``wished`` and to the end of a word."""
    if job.beat is None:
        return None
    begins, period = job.beat
    near = max(_TO_WORD, period / 2)
    low, high = max(first, wished - near), min(last, wished + near)
    numbers = range(math.ceil((low - begins) / period), math.floor((high - begins) / period) + 1)

    def away(beat: float) -> float:
        return abs(beat - wished) + min((abs(beat - end) for end in ends), default=0.0)

    return min((begins + number * period for number in numbers), key=away, default=None)
