"""Cutting narration into phrases that are read at a glance."""

from __future__ import annotations

import math
import re

from app.rendering.text import units

LONGEST = 28
"""Characters of a phrase: about what fits one line of captions."""
_PAUSE = re.compile(r"(?<=[.!?…,;:])\s+|(?<=[。！？、，；])|\s+(?=[—–]\s)")


def phrases(text: str) -> list[str]:
    """Return ``text`` in phrases of at most about 28 characters, cut at pauses where there are any, else evenly.

    Joined again they hold all of the text's words.
    """
    found: list[str] = []
    for clause in filter(None, (part.strip() for part in _PAUSE.split(text))):
        # A word or two between commas do not make a phrase of their own.
        if found and len(found[-1]) + 1 + len(clause) <= LONGEST and not re.search(r"[.!?…。！？]$", found[-1]):
            found[-1] = f"{found[-1]} {clause}"
        else:
            found.extend(_even_parts(clause))
    return found


def _even_parts(clause: str) -> list[str]:
    count = math.ceil(len(clause) / LONGEST)
    parts, done = [""], 0
    for unit in units(clause):
        # A part is full when its share of the clause is reached by more than half of the next word.
        if parts[-1] and done + len(unit) / 2 > len(clause) * len(parts) / count:
            parts.append("")
        parts[-1] += unit
        done += len(unit)
    return [part.strip() for part in parts if part.strip()]
