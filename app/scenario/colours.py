"""The names of colours in the languages that scripts are written in (``colours.json``)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import cast

from app.analysis.colours import NAMED
from app.analysis.words import WORD


@cache
def _colours() -> list[dict[str, str]]:
    file = files("app.scenario").joinpath("colours.json")
    return cast("list[dict[str, str]]", json.loads(file.read_text(encoding="utf-8")))


def colour_named(text: str, language: str) -> str | None:
    """Return ``#rrggbb`` of the one colour that a text names; None: it names none that is known, or several."""
    found = {colour for word in WORD.findall(text) if (colour := swatch(word, language))}
    return found.pop() if len(found) == 1 else None


def swatch(name: str, language: str) -> str | None:
    """Return ``#rrggbb`` for the name of a colour in a language; None where it is not known."""
    word = name.casefold()
    english = next((entry["en"] for entry in _colours() if entry.get(language, "").casefold() == word), word)
    level = NAMED.get({"gray": "grey", "ivory": "cream", "sand": "beige", "coral": "orange"}.get(english, english))
    return None if level is None else "#{:02x}{:02x}{:02x}".format(*level)


def colour_in(name: str, source: str, language: str) -> str | None:
    """Return what a language calls a colour that another one, ``source``, names; None where either is not known."""
    word = name.casefold()
    return next(
        (entry[language] for entry in _colours() if entry.get(source, "").casefold() == word and language in entry),
        None,
    )
