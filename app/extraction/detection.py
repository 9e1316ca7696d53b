"""Tell a page's platform, with reasons."""

import re
from dataclasses import dataclass

from app.extraction.document import Document
from app.extraction.platform_table import PLATFORMS
from app.extraction.platforms import Platform
from app.extraction.text import host_name

MAX_START = 16_000
MAX_SCRIPT_START = 120
MAX_SCRIPTS = 150
ENOUGH = 2
"""Points that tell a platform: one sign alone may stand on a page that only speaks of it."""


@dataclass(frozen=True)
class Detection:
    """The platform of a page, and the signs that told it."""

    platform: Platform
    reasons: tuple[str, ...]


def detect(document: Document) -> Detection | None:
    """Return the platform whose host the page has, else that with the most points, if it has enough of them."""
    host = host_name(document.url)
    generator = " ".join(document.meta("generator"))
    if host:
        for platform in PLATFORMS:
            if platform.host and re.fullmatch(platform.host, host):
                return Detection(platform, (f"host {host}",))
    digest = _digest(document)
    best: tuple[int, Detection] | None = None
    for platform in PLATFORMS:
        if platform.host:
            continue
        reasons = [sign for sign in platform.signs if sign in digest]
        points = len(reasons)
        if generator and platform.generator and re.search(platform.generator, generator, re.IGNORECASE):
            points += ENOUGH
            reasons.insert(0, f"generator {generator[:40]}")
        if points >= ENOUGH and (best is None or points > best[0]):
            best = (points, Detection(platform, tuple(reasons)))
    return best[1] if best else None


def _digest(document: Document) -> str:
    """Return the parts of the page where platforms show themselves: its beginning, and how its scripts begin."""
    heads = "\n".join(f"{script.head}\n{script.body[:MAX_SCRIPT_START]}" for script in document.scripts[:MAX_SCRIPTS])
    return f"{document.markup[:MAX_START]}\n{heads[:MAX_START]}"
