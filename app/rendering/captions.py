"""Captions: narration cut into phrases that are read at a glance, each of its words with its time."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from app.rendering.jobs import Caption, CaptionWord
from app.rendering.speech import Word
from app.rendering.text import units

LONGEST = 28
"""Characters of a phrase: about what fits one line of captions."""
_SHORT = 8
"""Characters of a clause that is no phrase of its own: ``too.``"""
_CLOSE = 0.4
_PAUSE = re.compile(r"(?<=[.!?…,;:])\s+|(?<=[。！？、，；])|\s+(?=[—–]\s)")
_ENDS = re.compile(r"[.!?…。！？]$")


def phrases(text: str) -> list[str]:
    """Return ``text`` in phrases of at most about 28 characters, cut at pauses where there are any, else evenly.

    Joined again they hold all of the text's words.
    """
    found: list[list[str]] = []
    for clause in filter(None, (part.strip() for part in _PAUSE.split(text))):
        # A word or two between commas do not make a phrase of their own.
        if found and not _ENDS.search(found[-1][-1]):
            if len(found[-1][-1]) + 1 + len(clause) <= LONGEST:
                found[-1][-1] = f"{found[-1][-1]} {clause}"
                continue
            if len(clause) <= _SHORT:
                found[-1] = _even_parts(" ".join([*found[-1], clause]))
                continue
        found.append(_even_parts(clause))
    return [phrase for clause_parts in found for phrase in clause_parts]


def lines_of(words: Sequence[Word], text: str) -> list[Caption]:
    """Return the captions of a text whose ``words`` have their times.

    Each is shown from its first word to its last, and on to the next one's first where the gap is under 0.4 s, so that
    it does not flicker. They never overlap.
    """
    found: list[Caption] = []
    done = 0
    for phrase in phrases(text):
        part = words[done : done + len(units(phrase))]
        done += len(part)
        shown = [CaptionWord(start=round(word.start, 3), end=round(word.end, 3), text=word.text) for word in part]
        if not shown:
            continue
        if found and 0 <= shown[0].start - found[-1].end < _CLOSE:
            found[-1].end = shown[0].start
        line = "".join(word.text for word in shown).strip()
        found.append(Caption(start=shown[0].start, end=max(word.end for word in shown), text=line, words=shown))
    return [caption for caption in found if caption.end > caption.start]


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
