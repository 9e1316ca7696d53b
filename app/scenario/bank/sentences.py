"""Cuts a page's text into whole sentences and whole items of lists, and never within one."""

from __future__ import annotations

import re

from app.analysis.words import clean, sentences

ITEM = re.compile(r"\s*(?:[•●▪■◆►▶➤➢✓✔✅☑✦✧❖‣⁃∙◦]|\s[*]\s|^[*]\s?)\s*")
DASHED = re.compile(r"(?:^|\s)[-–—]\s+(?=\S)")
LEADING = re.compile(r"^[\s\-–—*·•.,;:>»]+")
FEWEST_DASHES = 3
SEMICOLONS = 3
LONGEST_ITEM = 120
ROW = re.compile(r"[^:]{2,30}:\s\S[^:]*$")
FEWEST_ROWS = 3
MISSING_SPACE = re.compile(r"(?<=[a-zà-ÿ]{2}[.!?])(?=[A-ZÀ-Þ][a-zà-ÿ])")


def pieces(text: str) -> list[str]:
    """Return the sentences and list items of a text, each whole, without its bullet."""
    found: list[str] = []
    for item in ITEM.split(text):
        if item.strip():
            found += _dashed(item)
    return [one for one in (LEADING.sub("", part) for part in found) if one]


def _dashed(text: str) -> list[str]:
    """Split what lists its items behind dashes or semicolons, all on one line."""
    if len(DASHED.findall(text)) >= FEWEST_DASHES:
        return [clean(part) for part in DASHED.split(text) if part.strip()]
    parts = [part for part in re.split(r"[;；]\s*", text) if part.strip()]
    if len(parts) > SEMICOLONS and all(len(part) <= LONGEST_ITEM for part in parts):
        return [clean(part) for part in parts]
    rows = [part for part in re.split(r"[,，]\s+", text) if part.strip()]
    if len([row for row in rows if ROW.match(row)]) >= FEWEST_ROWS:
        return [clean(part) for part in rows]
    return sentences(MISSING_SPACE.sub(" ", text))
