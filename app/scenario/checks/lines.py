"""Whether a line may be said or shown: the writer asks before it tells a fact, the check asks of the whole script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.analysis.words import sentences
from app.scenario.checks.content import content_faults
from app.scenario.checks.form import form_faults
from app.scenario.checks.page import Page
from app.scenario.script.tellings import Telling

LONGEST_LINE = 400
"""Characters; a scenario has no longer lines."""


def line_faults(line: str, page: Page, *, said: bool) -> Iterator[str]:
    """Yield what is wrong with one spoken sentence (``said``) or one text of the screen by itself."""
    if len(line) > LONGEST_LINE:
        yield f"it has {len(line)} characters. Say at most {LONGEST_LINE}."
        return
    yield from form_faults(line, page, said=said)
    yield from content_faults(line, page, said=said)


def passes(text: str, page: Page, *, said: bool) -> bool:
    """Tell whether nothing is wrong with a text by itself: each of its sentences, if it is ``said``."""
    parts = sentences(text) if said else [text]
    return not any(fault for part in parts for fault in line_faults(part, page, said=said))


def without_faults(telling: Telling, page: Page) -> Telling:
    """Return a telling without the words that a script may not have."""
    row = all(passes(text, page, said=False) for text in (telling.label, telling.value) if text)
    say = telling.say if telling.say and passes(telling.say, page, said=True) else ""
    label, value = (telling.label, telling.value) if row else ("", "")
    return replace(
        telling,
        screen=telling.screen if passes(telling.screen, page, said=False) else "",
        short=telling.short if passes(telling.short, page, said=False) else "",
        label=label,
        value=value,
        say=say,
        how=telling.how if say else ("row" if label and telling.how == "row" else ""),
        needs_name=telling.needs_name and bool(say),
        called=telling.called if telling.called and passes(f"{telling.called}.", page, said=True) else "",
    )
