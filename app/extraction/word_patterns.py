"""The tables of ``words``, and one quick pattern of very many words: those that begin alike are tried together."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, cast

LETTER = re.compile(r"[^\W\d_]")
REPEATED = frozenset("?*+{|")
WORD_START = r"(?<!\w)"
NO_ASCII = r"(?=[^\x00-\x7f])"
TOGETHER = 8
"""First letters."""
ASKED_BEFORE = re.compile(r"(?:\\b|\(\?<[!=][^()]{1,40}\))*")
"""What a branch of a pattern asks of the text before it."""
STARTS = (
    (re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"), ""),
    (re.compile(r"[\u0590-\u05ff]"), r"(?<!\w)[ובהלמשכ]{0,2}"),
    (re.compile(r"[\u0600-\u06ff]"), r"(?<!\w)[وف]?[بلك]?(?:ال|ل)?"),
)
"""What stands before a word in a script that doesn't set spaces between all its words."""


@cache
def word_table(name: str) -> dict[str, Any]:
    """Return the table ``words/NAME.json``: mostly kind -> language -> words."""
    table = json.loads(files("app.extraction").joinpath(f"words/{name}.json").read_text("utf-8"))
    return cast("dict[str, Any]", table)


def words_in(table: str, kind: str) -> list[str]:
    """Return the words of a kind in all languages, each once."""
    return list(dict.fromkeys(word for words in word_table(table)[kind].values() for word in words))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the words, themselves patterns, at the beginning of a word, in any case.

    Scripts that set no spaces have no such beginning; in Hebrew and Arabic, short words are written onto the next one.
    """
    by_start: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for part in _alternatives(word):
            first = LETTER.search(part)
            start = next((start for script, start in STARTS if first and script.match(first[0])), WORD_START)
            by_start[start].append(part)
    anywhere = by_start.pop("", [])
    # Most places of a text begin no word: that is asked once, and words of other scripts are not tried on ASCII.
    begun = [
        f"{'' if start == WORD_START else NO_ASCII}{start.removeprefix(WORD_START)}(?:{_branches(parts, 0, TOGETHER)})"
        for start, parts in by_start.items()
    ]
    parts = [f"{WORD_START}(?:{'|'.join(begun)})"] if begun else []
    if anywhere:
        parts.append(f"{NO_ASCII}(?:{_branches(anywhere, 0, TOGETHER)})")
    return re.compile("|".join(parts) or "(?!)", re.I)


def quick(pattern: str) -> re.Pattern[str]:
    """Compile an alternation of many branches so that those that begin alike are tried together.

    It finds something where the plain pattern does; where several branches fit, what it finds may be another one's.
    What a branch asks of the text before it is asked behind its first letter, so that a text is gone through by its
    letters alone.
    """
    words = []
    for part in _split(pattern):
        start = cast("re.Match[str]", ASKED_BEFORE.match(part))[0]
        for word in _begun(part[len(start) :]):
            plain = start and LETTER.match(word) and word[1:2] not in REPEATED
            words.append(f"{word[0]}(?<={start}{word[0]}){word[1:]}" if plain else start + word)
    return re.compile(_branches(words, 0))


def _branches(words: Sequence[str], depth: int, together: int = 0) -> str:
    """Return an alternation that looks at a first letter once for all words that begin with it.

    Where case doesn't count, each letter is costly to compare: so many of them are asked for ``together`` before.
    """
    by_first: dict[str, list[str]] = defaultdict(list)
    for word in words:
        first = word[:1].lower()
        plain = bool(first) and LETTER.match(first) and word[1:2] not in REPEATED
        by_first[first if plain else ""].append(word)
    parts, plainly = by_first.pop("", []), []
    for first, alike in sorted(by_first.items()):
        if len(alike) > 1 and depth < 2:
            plainly.append((first, f"{first}(?:{_branches([word[1:] for word in alike], depth + 1, together)})"))
        else:
            plainly += [(first, word) for word in alike]
    for place in range(0, len(plainly), together or len(plainly) or 1):
        some = plainly[place : place + (together or len(plainly))]
        letters = "".join(dict.fromkeys(first for first, _ in some))
        either = "|".join(word for _, word in some)
        parts.append(f"(?=[{letters}])(?:{either})" if 1 < len(letters) < len(plainly) else either)
    return "|".join(parts)


def _alternatives(word: str) -> list[str]:
    """Split a pattern at the bars that stand in no group, and at those of a group that it begins with."""
    return [one for part in _split(word) for one in _begun(part.removeprefix(r"\b"))]


def _split(word: str) -> list[str]:
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


def _begun(word: str) -> list[str]:
    """Return what a pattern is that begins with a group, one for each of the group's alternatives."""
    if not word.startswith("(?:"):
        return [word]
    level = 0
    for place, character in enumerate(word):
        level += (character == "(") - (character == ")")
        if not level:
            rest = word[place + 1 :]
            return [word] if rest[:1] in REPEATED else [one + rest for one in _alternatives(word[3:place])]
    return [word]
