"""What the form of a scenario says, and what is wrong with it."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

SCENE_FAULT = re.compile(r"Scene (\d+), (\w+): (.*?)(?=; Scene \d+, |\Z)", re.DOTALL)
"""How ``check_scenario`` names a scene's field."""


def as_number(text: Any) -> Any:
    """Return the number that a field holds, or what it holds instead."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return text


def scene_faults(error: ValidationError) -> dict[tuple[int, str], str]:
    """Return (scene from 0, field) -> what is wrong, of a scenario that is none."""
    found = {}
    for one in error.errors():
        place = one["loc"]
        if len(place) >= 3 and place[0] == "scenes":
            found[int(place[1]), str(place[2])] = one["msg"].removeprefix("Value error, ")
    return found


def told_faults(message: str) -> tuple[dict[tuple[int, str], str], list[str]]:
    """Return what a check said of fields, and what it said of the whole."""
    found = {(int(one[1]) - 1, one[2]): one[3].strip() for one in SCENE_FAULT.finditer(message)}
    rest = SCENE_FAULT.sub("", message).strip("; ")
    return found, [rest] if rest else []
