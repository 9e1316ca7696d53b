"""Rows of a page told in another language: what is a number, a measure or a colour is the same in all of them."""

from __future__ import annotations

import re

from app.scenario.bank.facts import Fact
from app.scenario.colours import colour_in
from app.scenario.script.language import Language, RowFrame, clean_label
from app.scenario.script.tellings import Telling, plain_number
from app.scenario.units import measures_in, write_measure

WHOLE = {("weight", "mass"): "weight", ("capacity", "volume"): "capacity"}
"""Type of a fact and dimension of its measure -> what a script calls it."""
ABOUT = re.compile(
    r"(?:approx(?:\.|imately)?|about|ca\.?|circa|etwa|env(?:\.|iron)|aprox(?:\.|imadamente)?|cerca de)\s+", re.I
)
MOST_LABEL = 2
"""Words of a label that is the whole product's: further ones name a part, "water tank capacity"."""


def translated(fact: Fact, source: Language, language: Language) -> Telling | None:
    """Return what can be shown and said in a language of a row in another one; None: it holds words without a table."""
    label, value = clean_label(fact.label), fact.value.strip().rstrip(".;,")
    row = next((row for pattern, row in source.row_frames if row.id and pattern.fullmatch(label)), None)
    own = next((other for other in language.rows if row is not None and other.id == row.id), None)
    if own is None:
        return _measured(fact, value, source, language)
    if own.id == "colour":
        colour = colour_in(value, source.code, language.code)
        return _told(fact, own.name, colour, own.say.format(value=colour), language) if colour else None
    if own.kind == "count":
        return _told(fact, own.name, value, own.say.format(count=value), language) if value.isdigit() else None
    return _measured(fact, value, source, language, own)


def _measured(
    fact: Fact, value: str, source: Language, language: Language, own: RowFrame | None = None
) -> Telling | None:
    about = ABOUT.match(value)
    value = value[about.end() :] if about else value
    found = measures_in(value)
    if len(found) != 1 or found[0].start or len(value) > found[0].end or not plain_number(found[0].written):
        return None
    measure, dimension = found[0], found[0].unit.dimension
    said, shown = (write_measure(measure, source.code, language.code, "x", short=short) for short in (False, True))
    if about:
        shown, said = f"≈ {shown}", ""
    if own is not None:
        say = said and own.say.format(measure=said)
        return _told(fact, own.name, shown, say, language) if dimension == own.kind else None
    name = WHOLE.get((fact.type, dimension)) if len(clean_label(fact.label).split()) <= MOST_LABEL else None
    frame = {"weight": language.weight, "capacity": language.capacity}.get(name or "")
    if name is None or frame is None:
        return None
    return _told(fact, language.labels[name], shown, said and frame.say[0].format(measure=said), language)


def _told(fact: Fact, label: str, value: str, say: str, language: Language) -> Telling:
    whole = f"{label}{language.colon}{value}"
    return Telling(fact, whole, whole, label, value, say, "frame" if say else "row")
