"""Words and titles as they are compared."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=20_000)
def fold(text: str, language: str) -> str:
    """Return ``text`` in small letters, without accents but in German, whose umlauts tell words apart."""
    text = text.casefold().replace("’", "'").replace("œ", "oe").replace("æ", "ae")
    if language == "de":
        return unicodedata.normalize("NFC", text)
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def known_language(language: str | None) -> tuple[str | None, str | None]:
    """Return the language of a tag ("pt-BR") and its variant: "BR", "419" or None."""
    code, _, region = (language or "").replace("_", "-").partition("-")
    code, region = code.casefold(), region.upper()
    if code == "pt" and region == "BR":
        return code, "BR"
    if code == "es" and region and region != "ES":
        return code, "419"
    return code or None, None
