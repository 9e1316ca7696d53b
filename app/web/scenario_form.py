"""What the form of a scenario says, and what is wrong with it."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

TYPED = "(e) => shopreel.typed(e, emit)"
"""Sends the name and value of an event's field: while it is typed in after a pause, at once when it is left."""
SCENE_FAULT = re.compile(r"Scene (\d+), (\w+): (.*?)(?=; Scene \d+, |\Z)", re.DOTALL)
"""How ``check_scenario`` names a scene's field."""


def as_number(text: Any) -> Any:
    """Return the number that a field holds, or what it holds instead."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return text


def faults_of(error: ValidationError) -> tuple[dict[tuple[int, str], str], list[str]]:
    """Return (scene from 0, field) -> what is wrong, of a scenario that is none; and what is wrong with the rest."""
    found, rest = {}, []
    for one in error.errors():
        place, told = one["loc"], one["msg"].removeprefix("Value error, ")
        if len(place) >= 3 and place[0] == "scenes":
            found[int(place[1]), str(place[2])] = told
        else:
            rest.append(f"{place[-1]}: {told}" if place else told)
    return found, rest


def told_faults(message: str) -> tuple[dict[tuple[int, str], str], list[str]]:
    """Return what a check said of fields, and what it said of the whole."""
    found = {(int(one[1]) - 1, one[2]): one[3].strip() for one in SCENE_FAULT.finditer(message)}
    rest = SCENE_FAULT.sub("", message).strip("; ")
    return found, [rest] if rest else []
