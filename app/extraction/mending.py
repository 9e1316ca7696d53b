"""JSON as templates write it, mended one fault at a time, so that a broken member costs that member alone."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

MAX_FAULTS = 60
MAX_WORK = 6_000_000
"""Characters that may be read, each attempt counted."""
MAX_ESCAPED = 1_000_000
NEAR = 400
"""Characters before a fault in which its cause is looked for."""
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*(?:\n|$)|<!--.*?-->", re.DOTALL)
KEY = re.compile(r'"(?:[^"\\]|\\.){1,100}"\s{0,20}:')
BARE_KEY = re.compile(r"([A-Za-z_$][\w$]{0,60})\s{0,20}:")
QUOTED = re.compile(r"'((?:[^'\\\n]|\\.){0,2000})'(?=\s{0,20}[:,}\]])")
MEMBER_END = re.compile(rf"{KEY.pattern}|[}}]")
ENTITY = re.compile(r"&(?:quot|#34|#x22);", re.IGNORECASE)
_decoder = json.JSONDecoder(strict=False)


def values(source: str) -> Iterator[Any]:
    """Yield the values that stand one after another in ``source``; what can't be mended ends it."""
    work = MAX_WORK
    source = source.strip()
    if len(source) <= MAX_ESCAPED and ENTITY.search(source, 0, 40):
        source = html.unescape(source)
    position = faults = 0
    while position < len(source) and work > 0:
        found = COMMENT.match(source, position)
        if found or source[position] in ",; \t\r\n":
            position = found.end() if found else position + 1
            continue
        work -= len(source) - position
        try:
            value, position = _decoder.raw_decode(source, position)
        except json.JSONDecodeError as fault:
            faults += 1
            mended = _mended(source, fault) if faults <= MAX_FAULTS else None
            if mended is None:
                return
            source = mended
            continue
        except (RecursionError, ValueError):  # too deep, or a number of more digits than Python reads
            return
        yield value


def _mended(source: str, fault: json.JSONDecodeError) -> str | None:
    """Return ``source`` without the fault, or None if it is none of the known kinds."""
    place, sign = fault.pos, source[fault.pos : fault.pos + 1]
    before = source[max(0, place - NEAR) : place].rstrip()
    last = max(0, place - NEAR) + len(before)
    if comment := COMMENT.match(source, place) if sign in "/<" else None:
        return source[:place] + source[comment.end() :]
    if fault.msg.startswith("Invalid \\escape") or fault.msg.startswith("Invalid \\u"):
        return source[:place] + "\\" + source[place:]
    if sign and sign in ",}]" and before.endswith(":"):
        return f"{source[:place]}null{source[place:]}"
    if before.endswith(",") and sign and sign in ",}]":
        return source[: last - 1] + source[last:]
    if sign == "," and before[-1:] in ("{", "["):
        return source[:place] + source[place + 1 :]
    if fault.msg.startswith("Expecting ',' delimiter") or fault.msg.startswith("Expecting ':' delimiter"):
        if before.endswith('"') and not (KEY.match(source, place) and fault.msg.startswith("Expecting ','")):
            # The text went on after a quotation mark of its own.
            return f'{source[: last - 1]}\\"{source[last:]}'
        if sign in ('"', "{", "[") and fault.msg.startswith("Expecting ','"):
            return f"{source[:place]},{source[place:]}"
    if sign == "'" and (quoted := QUOTED.match(source, place)):
        return source[:place] + json.dumps(quoted[1]) + source[quoted.end() :]
    if fault.msg.startswith("Expecting property name") and (bare := BARE_KEY.match(source, place)):
        return f'{source[:place]}"{bare[1]}"{source[bare.end(1) :]}'
    if fault.msg.startswith("Expecting property name") and before.endswith('",'):
        # So did one whose quotation mark a comma follows.
        return f'{source[: last - 2]}\\",{source[last:]}'
    return _without_member(source, place)


def _without_member(source: str, place: int) -> str | None:
    """Return ``source`` without the member whose value holds the fault: ``"width": 12 cm``."""
    begun = max(KEY.finditer(source, max(0, place - NEAR), place), key=lambda key: key.start(), default=None)
    ends = MEMBER_END.search(source, place, place + NEAR)
    return source[: begun.start()] + source[ends.start() :] if begun and ends else None
