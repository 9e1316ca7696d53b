"""Materials and colours in all languages, from ``lexicon.json``: the words of a page that can be translated safely."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from app.analysis.words import clean
from app.models import Product
from app.scenario.concepts import specs_of
from app.scenario.phrases import phrases_for

ITEM_BREAK = re.compile(r"\s{0,9}(?:[,;/]|\s(?:and|or|und|oder|et|ou|y|o|e)\s)\s{0,9}")
FEWEST_OPTIONS, MOST_OPTIONS = 2, 4
LONGEST_OPTION = 22
Entry = dict[str, str]


@cache
def entries(kind: str) -> list[Entry]:
    """Return the ``materials`` or the ``colours``: language -> word."""
    data: dict[str, list[Entry]] = json.loads(
        files("app.scenario").joinpath("lexicon.json").read_text(encoding="utf-8")
    )
    return data[kind]


def items_of(text: str) -> list[str]:
    """Return the parts of an enumeration ("Plum, Ivory and Slate")."""
    return [item for part in ITEM_BREAK.split(clean(text)) if (item := part.strip(" ."))]


def translated(text: str, kind: str, source: str, language: str, *, whole: bool) -> list[str]:
    """Return the items of an enumeration in ``language``; none where an item is not known.

    With ``whole`` an item must be the word itself ("ivory"); else it may hold it ("glazed stoneware" -> stoneware),
    and items without a known word are left out.
    """
    found: list[str] = []
    for item in items_of(text):
        match = _best(item.casefold(), kind, source, whole=whole)
        if match is not None and language in match:
            found.append(match[language])
        elif whole:
            return []
    return list(dict.fromkeys(found))


def _best(item: str, kind: str, source: str, *, whole: bool) -> Entry | None:
    best: Entry | None = None
    for entry in entries(kind):
        word = entry.get(source, "").casefold()
        fits = item == word if whole else re.search(rf"(?<!\w){re.escape(word)}(?!\w)", item) is not None
        if word and fits and (best is None or len(word) > len(best[source])):
            best = entry
    return best


def options_of(product: Product, language: str) -> tuple[list[str], str] | None:
    """Return the colours to choose from, in ``language``, and the path of their specification; None without any."""
    source = product.language or language
    phrases = phrases_for(source)
    known = next((phrase for phrase in phrases.specs if phrase.id == "colours"), None) if phrases else None
    for key, value in specs_of(product):
        if known is None or not known.fits(clean(key)):
            continue
        items = items_of(value)
        if source != language:
            items = translated(value, "colours", source, language, whole=True)
        short = all(len(item) <= LONGEST_OPTION for item in items)
        if FEWEST_OPTIONS <= len(items) <= MOST_OPTIONS and short:
            return [
                item if language == "de" or n == 0 else lowered(item) for n, item in enumerate(items)
            ], f"specs.{key}"
    return None


def lowered(text: str) -> str:
    """Return ``text`` with a small first letter, unless its first word is a name by its look ("USB-C", "iPad")."""
    first = text.split()[0] if text.split() else ""
    return text[0].lower() + text[1:] if first[1:].islower() or len(first) == 1 else text
