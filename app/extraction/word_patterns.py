"""One quick pattern of very many words: those that begin alike are tried together."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

LETTER = re.compile(r"[^\W\d_]")
REPEATED = frozenset("?*+{|")


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the words, themselves patterns, at the beginning of a word, in any case."""
    return re.compile(rf"(?<!\w)(?:{_branches([part for word in words for part in _alternatives(word)], 0)})", re.I)


def _branches(words: Sequence[str], depth: int) -> str:
    """Return an alternation that looks at a first letter once for all words that begin with it."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for word in words:
        first = word[:1].lower()
        plain = bool(first) and LETTER.match(first) and word[1:2] not in REPEATED
        by_first[first if plain else ""].append(word)
    parts = []
    for first, alike in sorted(by_first.items()):
        if first and len(alike) > 1 and depth < 2:
            parts.append(f"{first}(?:{_branches([word[1:] for word in alike], depth + 1)})")
        else:
            parts += alike
    return "|".join(parts)


def _alternatives(word: str) -> list[str]:
    """Split a pattern at the bars that stand in no group."""
    parts, level, start, place = [], 0, 0, 0
    while place < len(word):
        character = word[place]
        if character == "\\":
            place += 1
        elif character in "([":
            level += 1
        elif character in ")]":
            level -= 1
        elif character == "|" and not level:
            parts.append(word[start:place])
            start = place + 1
        place += 1
    return [*parts, word[start:]]
