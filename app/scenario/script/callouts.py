"""The short whole things that a long text of a page holds: what it counts, its first part, the items of its list.

A sentence that is too long to be shown or said is not cut; what stands in it by itself is told instead: "50,000
cycles", "up to 45 hours", "Leather seats". Each is a run of the page's own words that ends where a phrase ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.analysis.words import stop_words
from app.scenario.bank.attributes import NEGATION
from app.scenario.script.language import Language, ends_well, language_for
from app.scenario.units import measures_in, only_measures

MOST_WORDS, LONGEST = 10, 70
MOST_COUNTED_WORDS, LONGEST_COUNTED = 5, 34
"""Words and characters of a number with what it counts."""
LONGEST_CLAUSE_CJK, SHORTEST_CLAUSE_CJK = 16, 4
FEWEST_LISTED, LONGEST_LISTED_WORDS = 3, 4
MOST_HELD, FEWEST_ROWS = 4, 2
CJK = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
CLAUSE_CJK = re.compile(r"[，。！？；、!?;]")
ASIDE = re.compile(r"\s?\([^()]{0,200}\)[.。]?$")
MARKS = re.compile(r"[;；]\s|\s[-–—]\s|(?<=[^\W\d]{4})[.!]\s")
PARTS = re.compile(r"[;；]\s|\s[-–—]\s|(?<=[^\W\d]{4})[.!]\s|(?<=[^\W\d]): ")
NUMBER = re.compile(r"(?<![\w.,/+#-])(?<!№ )\d{1,9}(?:[.,\u00a0\u202f]\d{1,3}){0,3}(?![\w.,/]{0,12}\d)")
YEAR = re.compile(r"(?:19|20)\d\d")
AFTER = re.compile(
    r"(?P<gap>\s?[-\u2010\u00a0\u202f ]?)(?P<word>%|°C?|\"|″|[^\W\d_][^\W\d_'’]*(?:[-'’][^\W\d_]+)*)(?P<end>[^\w\s]?)"
)
LABEL_BEHIND = re.compile(r"[^.;!?:]{0,40}:")
CHAIN = re.compile(r"\d\s?[x×*]\s?$")
LOUD = 0.7
BARE = frozenset(("length", "mass", "temperature", "share", "power"))
"""Dimensions whose measures say nothing without what they are of."""
GOODS = re.compile(r"^(?:pcs?|pieces?|stk|stück|pz|szt|шт|ks|kom|tlg|pk|pack)$", re.IGNORECASE)


def held_in(text: str, code: str) -> list[str]:
    """Return what a text in a language holds that stands by itself, the most telling first; none of it is the whole."""
    if CJK.search(text):
        return list(_cjk_clauses(text))[:MOST_HELD]
    language = language_for(code)
    found = [*_listed(text, language), *_parts(text, language), *counted_in(text, code)]
    kept: list[str] = []
    for one in found:
        if one.casefold() != text.casefold().rstrip(".") and not any(one in other or other in one for other in kept):
            kept.append(one)
    return kept[:MOST_HELD]


def _cjk_clauses(text: str) -> Iterator[str]:
    """Commas part whole clauses where words are not set apart."""
    clauses = [clause.strip() for clause in CLAUSE_CJK.split(text)]
    for clause in clauses if len(clauses) > 1 else []:
        if SHORTEST_CLAUSE_CJK <= len(clause) <= LONGEST_CLAUSE_CJK and not re.search(r"[()（）:：「」\[\]]", clause):
            yield clause


def _listed(text: str, language: Language | None) -> Iterator[str]:
    """Yield the items of a text that only lists short ones."""
    items = [item.strip() for item in text.rstrip(". ").split(",")]
    if len(items) < FEWEST_LISTED or any(not 0 < len(item.split()) <= LONGEST_LISTED_WORDS for item in items):
        return
    if language is not None and language.verbs.search(text) and not all(item[:1].isupper() for item in items):
        return
    if any(re.search(r"[\d():/&#;]", item) or len(item) > LONGEST_COUNTED for item in items):
        return
    if len(items[-1].split()) > 1 and items[-1].split()[0].casefold() in stop_words(language_code(language)):
        return
    yield from (_begun(item) for item in items if ends_well(item, language))


def language_code(language: Language | None) -> str | None:
    """Return the code of a language that has a file."""
    return language.code if language is not None else None


def _parts(text: str, language: Language | None) -> Iterator[str]:
    """Yield the text without what stands in brackets at its end, and its parts between full stops and dashes."""
    whole = ASIDE.sub("", text).rstrip(".")
    # Several labels on one line are rows that ran together: nothing between two of them stands by itself.
    split = PARTS if text.count(": ") < FEWEST_ROWS else MARKS
    parts = [part.strip() for part in split.split(whole)]
    for part in [whole, *parts] if len(parts) > 1 else [whole]:
        if part != text.rstrip(".") and _stands(part, language):
            yield _begun(part)


def _stands(part: str, language: Language | None) -> bool:
    """Tell whether a part of a text can stand on the screen by itself."""
    words = part.split()
    if not 2 <= len(words) <= MOST_WORDS or len(part) > LONGEST or re.search(r"[()\[\]{}|*_<>#&\"“”:]|\.\.|…", part):
        return False
    if "-," in part and not (language is not None and f" {language.both} " in part):
        return False  # the other half of the compound is not in it
    if language is not None and (language.pointers.match(part) or language.speakers.search(part)):
        return False
    return ends_well(part, language) and not part.endswith(("?", "？"))


def _begun(text: str) -> str:
    """Return a text with a capital at its beginning; one that shouts is quieted."""
    letters = [character for character in text if character.isalpha()]
    if len(letters) > 8 and sum(character.isupper() for character in letters) > LOUD * len(letters):
        text = text.lower()
    return text[:1].upper() + text[1:] if text[:2].islower() or text[1:2] == " " else text


def counted_in(text: str, code: str) -> Iterator[str]:
    """Yield each number of a text with what it counts or measures, and "up to" before it where it stands there."""
    language, small = language_for(code), stop_words(code)
    for match in NUMBER.finditer(text):
        before = text[: match.start()]
        if CHAIN.search(before) or re.match(r"\s?[x×*]\s?\d", text[match.end() : match.end() + 4]):
            continue
        if _is_name(before, small) or _is_negated(before, language):
            continue
        words, end = _noun(text, match.end(), language, small)
        if not words or match[0] in ("0", "1") or YEAR.fullmatch(match[0]) or GOODS.match(words[-1]):
            continue
        if len(words) == 1 and len(words[0]) <= 2 and not measures_in(f"1 {words[0]}"):
            continue
        if len(words) > 1 and LABEL_BEHIND.match(text[end:]):
            # Rows that ran together, "Weight: 61 kg Height with feet: 61 cm": what follows the unit is the next label.
            words, end = words[:1], text.index(words[0], match.end()) + len(words[0])
        phrase = f"{_lead(before, language)}{text[match.start() : end]}"
        alone = len(words) == 1 and only_measures(text[match.start() : end])
        opening = _opening(before, language) if alone else ""
        if alone and not opening and language is not None and language.joiner.match(text[end:].lstrip()):
            continue  # "for children of 6 years and up" is more than its number
        of = _measured(before, language, small) or opening
        if alone and not of:
            if phrase[:1].isdigit() or alone[0].unit.dimension in BARE:
                continue
        elif alone:
            phrase = f"{of} {phrase}"
        if len(phrase) <= LONGEST_COUNTED and ends_well(phrase, language):
            yield _begun(phrase.replace("\u00a0", " "))


def _is_negated(before: str, language: Language | None) -> bool:
    """Tell whether what follows is denied; "no" is Portuguese for "in the"."""
    match = NEGATION.search(before[-30:])
    return match is not None and not (
        language is not None and match[0].split()[0].casefold() == "no" and "no" in language.last_words
    )


def _measured(before: str, language: Language | None, small: frozenset[str]) -> str:
    """Return the words of which a measure is: "a power reserve of" of "a power reserve of up to 40 hours"."""
    if language is None:
        return ""
    before = language.limit.sub("", before).rstrip()
    words = before.split()[-MOST_COUNTED_WORDS:]
    if len(words) < 2 or words[-1] not in language.of.split():
        return ""
    kept = [words[-1]]
    for word in reversed(words[:-1]):
        if word.casefold() in small or not re.fullmatch(r"[^\W\d_][\w'’-]*", word) or language.verbs.fullmatch(word):
            break
        kept.insert(0, word)
    return " ".join(kept) if 1 < len(kept) < MOST_COUNTED_WORDS - 1 else ""


def _opening(before: str, language: Language | None) -> str:
    """Return the one word that begins a sentence before a limit and its measure: "Extendable up to 1.2 m"."""
    if language is None or not (limit := language.limit.search(before)):
        return ""
    words = before[: limit.start()].rsplit(". ", 1)[-1].split()
    return words[0] if len(words) == 1 and words[0][:1].isupper() and words[0].isalpha() else ""


def _is_name(before: str, small: frozenset[str]) -> bool:
    """Tell whether the word before a number has it as its own: a model, a code, a name."""
    if not before.strip() or not re.search(r"\w\s?$", before):
        return False
    words = before.split()
    word = words[-1].strip(".,;:!?()")
    if word.casefold() in small:
        return False
    first = len(words) == 1 or words[-2].endswith((".", "!", ":"))
    return any(c.isdigit() for c in word) or (word[:1].isupper() and not first) or len(word) < 3


def _noun(text: str, start: int, language: Language | None, small: frozenset[str]) -> tuple[list[str], int]:
    """Return the words behind a number up to where its phrase ends, and that place."""
    words: list[str] = []
    ends: list[int] = []
    end = start
    while len(words) < MOST_COUNTED_WORDS - 1 and (match := AFTER.match(text, end)) is not None:
        word = match["word"]
        if not match["gap"] and word.isalpha() and len(word) > 3 and not words:
            break
        if words and not match["gap"].strip(" \u00a0\u202f-\u2010") and not match["gap"]:
            break
        if words and language is not None and word.casefold() in language.of.split():
            # "36 pencils of cedar": what a thing is of belongs to it, where that is one word.
            further = AFTER.match(text, match.end("word"))
            if further is None or not further["gap"] or not further["word"].islower() or further["word"] in small:
                break
            words.append(further["word"])
            end = further.end("word")
            ends.append(end)
            if language.counted.search(words[-2]):
                return words, end
            if further["end"]:
                break
            continue
        if word.casefold() in small and not (len(word) <= 2 and not words and measures_in(f"1 {word}")):
            break
        if text[match.end("word") :][:2].lstrip().startswith(":"):
            break  # a label: what follows is told of it
        if words and language is not None and language.verbs.fullmatch(word):
            break
        words.append(word)
        end = match.end("word")
        ends.append(end)
        if match["end"]:
            break
    while words and not _ends_phrase(words, text, end, language):
        words.pop()
        ends.pop()
        end = ends[-1] if ends else start
    return words, end


def _ends_phrase(words: list[str], text: str, end: int, language: Language | None) -> bool:
    """Tell whether a phrase is over after its words: before a mark, a preposition, or at a noun that must be one."""
    following = text[end : end + 24].lstrip("\u00a0 ")
    if language is not None and language.participle.search(words[-1]):
        return False
    joined = following[:1] == "," or (language is not None and language.joiner.match(following) is not None)
    ended = not following or following[0] in ".;:!?)(–—"
    if ended and (language is None or not language.many_always):
        return True
    if language is None:
        return not joined and len(words) < MOST_COUNTED_WORDS - 1
    if not joined and not language.many_always and _leads_on(following, language):
        return True
    return language.counted.search(words[-1]) is not None or bool(measures_in(f"1 {words[-1]}"))


def _leads_on(following: str, language: Language) -> bool:
    """Tell whether what follows begins with a small word that no line may end on: a preposition, an article."""
    match = re.match(r"[^\W\d_]+", following)
    return match is not None and match[0].casefold() in language.last_words


def _lead(before: str, language: Language | None) -> str:
    """Return "up to " where it stands before a number."""
    match = language.limit.search(before) if language is not None else None
    return f"{match[0].strip()} " if match else ""
