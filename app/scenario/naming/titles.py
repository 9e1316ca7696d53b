"""Titles taken apart: words, the segments that they stand in, and what each word looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.analysis.words import clean
from app.scenario.naming.data import shared_words
from app.scenario.naming.folding import fold

LONGEST_TITLE = 400
"""Characters of a title that are read; a name stands at its beginning."""
MARKS = re.compile(r"[®™©℠]")
ENTITY = re.compile(r"&(?:amp|nbsp|quot|#\d+);", re.IGNORECASE)
TOKEN = re.compile(
    r"(?P<elided>(?<!\w)(?:[dl]|qu|dell|all|nell|un)['’])"
    r"|(?P<word>\.?\w+(?:[-'’&/+×]\w+|(?<=\d)[.,]\d\w*|\.\w+)*['’%\"°+]*)"
    r"|(?P<quote>[\"'“”„«»‘’‹›]+)"
    r"|(?P<with>\bw/)"
    r"|(?P<open>[(\[{【（])|(?P<close>[)\]}】）])"
    r"|(?P<and>[&+])"
    r"|(?P<other>[^\s\w])",
    re.IGNORECASE,
)
WITH = re.compile(r"\bw/\s*", re.IGNORECASE)
NUMBER = re.compile(r"\d[\d.,/x×*-]*", re.IGNORECASE)
MEASURE = re.compile(
    r"\d[\d.,/x×*-]{0,30}(?:ml|cl|dl|l|g|gr|kg|mg|mm|cm|m|km|oz|lbs?|s|ft|in|inch|inches|pound|w|kw|v|mah|ah|gb|tb|hz|"
    r"mp|px|p|pcs|pc|pack|er|tlg|teilig|stk|x|th|nd|rd|st|º|ª|\"|''|%|°)\.?(?:[x×*][\d.,]{1,12}\w{0,12}){0,6}",
    re.IGNORECASE,
)
LONGEST_CODE = 6
"""A longer word of letters and digits is an article number, not a name."""
MOST_DIGITS = 4
SHOUTED_SHARE = 0.75
SHORT_CAPITALS = 4
"""Longer words in capitals are written, and said, as words."""
VOWEL = re.compile(r"[aeiouyàâäéèêëíîïóôöõúùûüãå]", re.IGNORECASE)
LATIN = re.compile(r"[a-zà-öø-ÿœß]", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """One word of a title."""

    text: str
    key: str
    """Folded."""
    segment: int
    """Which part of the title it stands in, counted from 0; commas, dashes and brackets part them."""
    aside: bool
    """Whether it stands in brackets."""

    @property
    def measured(self) -> bool:
        """Whether it is a number, or one with its unit."""
        return bool(NUMBER.fullmatch(self.text) or MEASURE.fullmatch(self.text))

    @property
    def coded(self) -> bool:
        """Whether it has letters and digits, as a model's name does."""
        return any(c.isdigit() for c in self.text) and any(c.isalpha() for c in self.text) and not self.measured

    @property
    def article_number(self) -> bool:
        """Whether it is a shop's or a maker's number that nobody says."""
        digits = sum(c.isdigit() for c in self.text)
        letters = len(re.sub(r"[^\w]", "", self.text))
        return digits >= 2 and (letters > LONGEST_CODE or (digits > MOST_DIGITS and letters > MOST_DIGITS))


def cleaned(title: str) -> str:
    """Return a title on one line, without emoji, marks and entities."""
    text = clean(MARKS.sub("", ENTITY.sub(lambda m: "&" if "amp" in m[0].lower() else " ", title[: LONGEST_TITLE * 2])))
    return WITH.sub("with ", text)[:LONGEST_TITLE]


def is_shouted(text: str) -> bool:
    """Tell whether a title stands in capitals."""
    letters = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2]
    return bool(letters) and sum(word.isupper() for word in letters) >= SHOUTED_SHARE * len(letters)


def tokens_of(title: str, language: str) -> list[Token]:
    """Return the words of a title that ``cleaned`` returned."""
    found: list[Token] = []
    segment, depth, fresh = 0, 0, True
    position = 0
    for match in TOKEN.finditer(title):
        kind = match.lastgroup
        text = match[0]
        gap = match.start() > position
        position = match.end()
        if kind in ("word", "elided", "and"):
            text = text.strip("'’") if kind == "word" else text
            text = text.strip("\"'’") + ("'" if kind == "elided" else "")
            if kind == "and" and (text == "+" or not found):
                segment, fresh = segment + (not fresh), True
                continue
            if text:
                found.append(Token(text, fold(text, language), segment, depth > 0))
                fresh = False
        elif kind == "open":
            depth, segment, fresh = depth + 1, segment + (not fresh), True
        elif kind == "close":
            depth, segment, fresh = max(0, depth - 1), segment + (not fresh), True
        elif kind == "other" and text not in "#_@*" and not fresh:
            apart = text in ",;:|•·–—!?…~=>→。、，" or (
                text in "-/." and (gap or title[position : position + 1].isspace())
            )
            if apart:
                segment, fresh = segment + 1, True
    return found


def segments_of(tokens: list[Token]) -> list[list[Token]]:
    """Return the words of each part of a title, in order."""
    parts: dict[int, list[Token]] = {}
    for token in tokens:
        parts.setdefault(token.segment, []).append(token)
    return list(parts.values())


def calm(word: str, *, shouted: bool) -> str:
    """Return a word of a name without shouting: "KRAMSACH" is Kramsach, "IKEA" and "LED" stay.

    With ``shouted``, the whole title stands in capitals, so that a short word tells nothing by its capitals.
    """
    if not word.isupper() or not LATIN.search(word) or any(c.isdigit() for c in word):
        return word
    if word.casefold() in shared_words().codes:
        return word
    letters = sum(c.isalpha() for c in word)
    short = letters <= SHORT_CAPITALS if not shouted else letters <= 3 and not VOWEL.search(word)
    if short or letters == 1:
        return word
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), word) if "'S" not in word else word.capitalize()
