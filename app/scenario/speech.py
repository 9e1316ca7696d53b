"""How long a narration takes, and each scene's share of the time."""

from __future__ import annotations

from app.scenario.wording import spoken_words

PAUSE = 0.4
"""Seconds of silence round a scene's narration."""
SHORTEST, LONGEST = 2.0, 20.0
"""Seconds of a scene."""
HOOK_SHARE = 0.25
"""Share of the time up to which the first scene may last: viewers decide early."""
LONGEST_CLOSING = 6.0
"""Seconds of the last scene, unless the others can't take the time: who has made up their mind leaves."""


def seconds_to_say(text: str, rate: float) -> float:
    """Return the seconds that a scene with this narration needs at ``rate`` words a second, pause included."""
    return max(SHORTEST, spoken_words(text) / rate + PAUSE)


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
