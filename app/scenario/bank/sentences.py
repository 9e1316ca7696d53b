"""Cuts a page's text into whole sentences and whole items of lists, and never within one."""

from __future__ import annotations

import re

from app.analysis.words import clean, sentences

ITEM = re.compile(r"(?:[•●▪■◆►▶➤➢✓✔✅☑✦✧❖‣⁃∙◦]|\s[*]\s|^[*]\s?)\s*")
DASHED = re.compile(r"(?:^|\s)[-–—]\s+(?=\S)")
LEADING = re.compile(r"^[\s\-–—*·•.,;:>»]+")
FEWEST_DASHES = 3
SEMICOLONS = 3
LONGEST_ITEM = 120
ROW = re.compile(r"[^:]{2,30}:\s\S[^:]*$")
FEWEST_ROWS = 3
GLUED_ROW = re.compile(r"(?<!\s)\s+(?=[A-ZÀ-Þ][^\s:]{1,24}(?: [a-zà-ÿ][^\s:]*){0,2}:\S)")
GLUED_LABEL = re.compile(r"(?<!\S)[A-ZÀ-Þ][^\s:]{1,24}(?: [^\W\d][^\s:]{0,20}){0,2}:")
FEWEST_GLUED, LONGEST_VALUE, DIGIT = 3, 40, re.compile(r"\d")
"""Rows "Label: value" on one line, and the characters of their values."""
LISTED = re.compile(r"[,;，、]\s+")
LONG_SENTENCE, FEWEST_LISTED, LONGEST_LISTED = 240, 6, 50
"""Characters of a sentence and of its items on average."""
COMMA = re.compile(r"[,，、]\s+")
FEWEST_PROPERTIES, MOST_SPACES = 4, 4
SENTENCE = re.compile(r"[.!?。！？]$")
SHORT_FORM = re.compile(
    r"(?:^|[\s(])(?:mon|tues?|wed|thurs?|fri|sat|sun|jan|feb|mar|apr|aug|sept?|oct|nov|dec|fl|oz|lbs?|dim|dia|incl|excl|qty|vol|"
    r"inkl|exkl|zzgl|mind|verst|geeign|abm|bspw|evtl|ggf|usw|réf|ref|dimens|cód|cod|núm|tel|art|mod)\.$",
    re.IGNORECASE,
)
"""What ends in a point that ends no sentence."""
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
    if (rows := GLUED_ROW.split(text)) and len(rows) > FEWEST_GLUED:
        return [clean(part) for part in rows if part.strip()]
    if rows := _measured(text):
        return rows
    rows = [part for part in re.split(r"[,，]\s+", text) if part.strip()]
    if len([row for row in rows if ROW.match(row)]) >= FEWEST_ROWS:
        return [clean(part) for part in rows]
    return [item for sentence in _whole(sentences(MISSING_SPACE.sub(" ", text))) for item in _items(sentence)]


def _measured(text: str) -> list[str]:
    """Return the rows of a line that holds one measure behind its label after another; empty where it holds more."""
    labels = list(GLUED_LABEL.finditer(text))
    if len(labels) < FEWEST_GLUED or text[: labels[0].start()].count(" ") > MOST_SPACES:
        return []
    ends = [label.start() for label in labels[1:]] + [len(text)]
    values = [text[label.end() : end].strip() for label, end in zip(labels, ends, strict=True)]
    if any(len(value) > LONGEST_VALUE or not DIGIT.search(value) for value in values):
        return []
    rows = [clean(f"{label[0]} {value}") for label, value in zip(labels, values, strict=True)]
    begin = clean(text[: labels[0].start()])
    return [begin, *rows] if begin else rows


def _whole(found: list[str]) -> list[str]:
    """Join what was cut where no sentence ends: within brackets, after a short form, before a small letter."""
    parts: list[str] = []
    for part in found:
        before = parts[-1] if parts else ""
        if before and (before.count("(") > before.count(")") or SHORT_FORM.search(before) or part[0].islower()):
            parts[-1] = f"{before} {part}"
        else:
            parts.append(part)
    return parts


def _items(sentence: str) -> list[str]:
    """Return the items of a sentence that only lists them, one after another; else the sentence."""
    if len(sentence) <= LONG_SENTENCE:
        return _listed(sentence)
    items = [clean(one) for one in LISTED.split(sentence) if one.strip()]
    numbered = sum(bool(re.search(r"\d", one)) for one in items)
    if len(items) < FEWEST_LISTED or 2 * numbered < len(items) or sum(map(len, items)) > LONGEST_LISTED * len(items):
        return [sentence]
    return items


def _listed(line: str) -> list[str]:
    """Return the items of a line that is no sentence but names one property after another, one by a label."""
    items = [clean(one) for one in COMMA.split(line) if one.strip()]
    short = all(len(one) <= LONGEST_LISTED and one.count(" ") < MOST_SPACES for one in items)
    if len(items) < FEWEST_PROPERTIES or not short or SENTENCE.search(line):
        return [line]
    bracketed = any(one.count("(") != one.count(")") for one in items)
    labels = sum(":" in one for one in items)
    return [line] if bracketed or not labels or not re.search(r"\d", line) else _labelled(items)


def _labelled(items: list[str]) -> list[str]:
    """Join what follows a label: no more can be told of what belongs to it."""
    found: list[str] = []
    for item in items:
        if found and ":" in found[-1] and ":" not in item:
            found[-1] = f"{found[-1]}, {item}"
        else:
            found.append(item)
    return found
