"""The typefaces that a scene's words are drawn in, and the notes of their licences."""

from __future__ import annotations

from collections.abc import Iterable

from app.rendering import text
from app.rendering.content import call_of, heard, on_screen
from app.rendering.fonts import credit, runs
from app.rendering.jobs import ClipJob
from app.rendering.plates import FAMILY
from app.rendering.theme import Look


def families(job: ClipJob, look: Look) -> set[str]:
    """Return the families that have the letters of the scene's words: in titles, details, captions and watermark.

    Raises:
        InvalidInput: no installed font has the words' letters.
    """
    words = [*on_screen(job), call_of(job)]
    captions = [caption.text for caption in heard(job)]
    on_plates = [*captions, job.watermark or ""]
    said = [(one, family, job.language) for one in words for family in (look.display.family, look.text.family)]
    said += [(one, FAMILY, "") for one in on_plates]
    return {
        family
        for one, wanted, language in said
        if one.strip()
        for _, family in runs(*text.prepare(one, wanted, language), language)
    }


def font_notes(used: Iterable[str]) -> list[str]:
    """Return a line for each licence, which names the families that are under it."""
    credits = {credit(family) for family in used}
    return [
        f"fonts: {', '.join(sorted(name for name, own in credits if own == licence))}, {licence}"
        for licence in sorted({licence for _, licence in credits})
    ]
