"""Fits what is said into the time at hand, and gives every scene its seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.scenario.wording import parts_told, spoken_words

PAUSE = 0.4
"""Seconds of silence round a scene's narration."""
SHORTEST, LONGEST = 2.0, 20.0
"""Seconds of a scene."""
LONGEST_NARRATION = 400
HOOK_SHARE = 0.25
"""Share of the time up to which the first scene may take extras: viewers decide early."""
MOST_EXTRAS = 2
LONGEST_WITH_EXTRAS = 8.0
"""Sentences that a scene may add, and the seconds up to which: one that goes on and on stands still."""
LONGEST_CLOSING = 6.0
"""Seconds of the last scene, unless the others can't take the time: who has made up their mind leaves."""

Line = tuple[str, Sequence[str]]
"""A text and the paths of the product's facts that it rests on."""


def seconds_to_say(text: str, rate: float) -> float:
    """Return the seconds that a scene with this narration needs at ``rate`` words a second, pause included."""
    return max(SHORTEST, spoken_words(text) / rate + PAUSE)


def least_seconds(openings: list[Line], rate: float) -> float:
    """Return the seconds that a scene needs for the shortest of its openings."""
    return min((seconds_to_say(text, rate) for text, _ in openings), default=SHORTEST)


def seconds_at_ease(openings: list[Line], rate: float) -> float:
    """Return the seconds for the shortest of a scene's sentences, the last one left out: that is for want of time."""
    return least_seconds(openings[:-1] or openings, rate)


@dataclass
class Narration:
    """What one scene says: one of its openings, then extras in their order."""

    openings: list[Line]
    extras: list[Line]
    text: str = ""
    said: list[Line] = field(default_factory=list)


def _say_next(narration: Narration, lines: list[Line], seconds: float, rate: float, said: set[str]) -> bool:
    """Add the first of ``lines`` that is new and fits; tell whether one did."""
    for line, paths in lines:
        longer = f"{narration.text} {line}".strip()
        fits = seconds_to_say(longer, rate) <= seconds and len(longer) <= LONGEST_NARRATION
        if line and fits and said.isdisjoint(parts_told(line)):
            said |= parts_told(line)
            narration.text = longer
            narration.said.append((line, paths))
            return True
    return False


def narrate(narrations: list[Narration], seconds: float, rate: float, early: int | None = None) -> None:
    """Fill in the scenes' texts so that they can be said in ``seconds`` together; no sentence is said twice.

    Each scene takes the first opening that fits what the others' shortest openings leave: the first scene, scene
    ``early``, the last scene, the rest; then they add extras by turns while there is time. Where not even the shortest
    openings fit together, the scenes take those in order, and the last ones may stay silent.
    """
    last = len(narrations) - 1
    order = list(dict.fromkeys([0, *([] if early is None else [early]), last, *range(1, last)]))
    needs = [seconds_at_ease(narration.openings, rate) for narration in narrations]
    if sum(needs) > seconds:
        needs = [least_seconds(narration.openings, rate) for narration in narrations]
    if sum(needs) > seconds:
        order = list(range(len(narrations)))
        needs = [SHORTEST] * len(narrations)
        for narration in narrations:
            narration.openings.sort(key=lambda line: seconds_to_say(line[0], rate))
    said: set[str] = set()

    def room(index: int) -> float:
        return min(LONGEST, seconds - sum(needs) + needs[index])

    for index in order:
        most = room(index)
        if index == last:
            most = min(most, max(LONGEST_CLOSING, least_seconds(narrations[index].openings, rate)))
        _say_next(narrations[index], narrations[index].openings, most, rate, said)
        needs[index] = seconds_to_say(narrations[index].text, rate)
    waiting = [index for index in order if narrations[index].text]
    while waiting:
        for index in list(waiting):
            most = min(room(index), LONGEST_WITH_EXTRAS if index < last else LONGEST_CLOSING)
            most = most if index else min(most, seconds * HOOK_SHARE)
            enough = len(narrations[index].said) > (MOST_EXTRAS if index < last else 1)
            if not enough and _say_next(narrations[index], narrations[index].extras, most, rate, said):
                needs[index] = seconds_to_say(narrations[index].text, rate)
            else:
                waiting.remove(index)


def share_seconds(needs: list[float], seconds: float) -> list[float]:
    """Return each scene's length: what it needs, and of the rest a part by the room that it has.

    A scene lasts up to 20 s, the first up to a quarter of the time and the last up to 6 s, unless that is too little
    for ``seconds``. The lengths sum to ``seconds`` to the hundredth. Each need is 2 to 20 s, and they sum to no more.
    """
    rest = seconds - sum(needs)
    most = [LONGEST] * len(needs)
    if len(needs) > 2:
        most[0], most[-1] = max(needs[0], min(LONGEST, seconds * HOOK_SHARE)), max(needs[-1], LONGEST_CLOSING)
    if sum(most) < seconds:
        most = [LONGEST] * len(needs)
    room = sum(limit - need for limit, need in zip(most, needs, strict=True))
    share = rest / room if room else 0.0
    lengths = [round(need + share * (limit - need), 2) for limit, need in zip(most, needs, strict=True)]
    longest = lengths.index(max(lengths))
    lengths[longest] = round(lengths[longest] + seconds - sum(lengths), 2)
    return lengths
