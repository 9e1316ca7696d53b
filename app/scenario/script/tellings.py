"""What of a fact is shown and how it sounds: whole sentences and items of the page, or frames with slots."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from app.scenario.bank.attributes import Attribute
from app.scenario.bank.facts import Fact
from app.scenario.script.language import Language, ends_well, spoken
from app.scenario.units import measures_in, write_measure

How = Literal["sentence", "item", "row", "frame", ""]
MOST_SHOWN_WORDS, LONGEST_SHOWN = 10, 70
"""Of an item of a page's list that stands on the screen."""
LONGEST_ROW_LABEL, LONGEST_ROW_VALUE = 28, 40
FEWEST_ITEM, MOST_ITEM = 2, 7
"""Words of an item that is said as a callout."""
CLEAN_ITEM = re.compile(r"[()\[\]{}/|*•<>=_#@~^\\\"“”„«»;:…+&]|\.\.|[-–—]{2}|\s[-–—]\s|\d\s?[x×]\s?\d")
LEFTOVER = re.compile(r"[|*•_#~^\\<>{}]|\.\.|…|\s[-–—]\s*$|^[^\w\"“„«¿¡(]+")
CJK = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Telling:
    """A fact with what can be shown and said of it."""

    fact: Fact
    screen: str = ""
    """What stands on the screen; empty: nothing short enough."""
    short: str = ""
    """A few words for the screen, where there is room for no more; empty: nothing so short."""
    label: str = ""
    value: str = ""
    """The two sides of a row, where it is one."""
    say: str = ""
    how: How = ""
    needs_name: bool = False
    """What is said speaks of the product by a pronoun."""

    @property
    def shown_words(self) -> int:
        """How many words there are to read."""
        return len(self.screen.split())


def by_attribute(fact: Fact, attribute: Attribute) -> Telling:
    """Return what can be shown and said of an attribute that a fact tells."""
    return Telling(fact, attribute.show, attribute.show, say=attribute.say, how="frame" if attribute.say else "item")


def with_attribute(telling: Telling, attribute: Attribute) -> Telling:
    """Return a telling whose short words, and missing ones, are those of an attribute that its fact tells."""
    short = telling.short or attribute.show
    if telling.screen and telling.say:
        return replace(telling, short=short)
    return replace(
        telling, screen=telling.screen or attribute.show, short=short, say=telling.say or attribute.say,
        how=telling.how or ("frame" if attribute.say else "item"),
    )  # fmt: skip


def tell(fact: Fact, language: Language | None, code: str) -> Telling:
    """Return what can be shown and said of a fact of the page in the page's own language."""
    if fact.region == "table":
        return _row(fact, language, code)
    if fact.type == "review_quote":
        return _quote(fact, language)
    screen = _shown(fact, language)
    say, how, needs = _said(fact, language)
    return Telling(fact, screen, _short(screen), say=say, how=how, needs_name=needs)


def _shown(fact: Fact, language: Language | None) -> str:
    text = fact.text.strip().rstrip(".。;,")
    if fact.label and fact.value and len(fact.label.split()) <= 5 and not re.search(r"\d", fact.label):
        whole = f"{fact.label}: {fact.value}".rstrip(".")
        if len(whole) <= LONGEST_ROW_VALUE and len(fact.value) > 1:
            text = whole
        elif len(fact.label.split()) >= 2 and fits(fact.label, language):
            return _sentence_case(fact.label)
        else:
            text = fact.value.rstrip(".")
    return _sentence_case(text) if fits(text, language) else ""


LONGEST_SHORT = 34


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHORT else ""


def fits(text: str, language: Language | None) -> bool:
    """Tell whether a text can stand on the screen as it is."""
    if not text or len(text) > LONGEST_SHOWN or len(text.split()) > MOST_SHOWN_WORDS or LEFTOVER.search(text):
        return False
    if CJK.search(text) and len(text) > 24:
        return False
    if text.count("(") != text.count(")") or text.count('"') % 2:
        return False
    return ends_well(text, language)


def _sentence_case(text: str) -> str:
    """Return a text with a capital at its beginning; one that shouts is quieted."""
    letters = [character for character in text if character.isalpha()]
    if len(letters) > 12 and sum(character.isupper() for character in letters) > 0.7 * len(letters):
        text = text.lower()
    return text[:1].upper() + text[1:] if text[:2].islower() or text[1:2] == " " else text


def _said(fact: Fact, language: Language | None) -> tuple[str, How, bool]:
    if language is None:
        return "", "", False
    for text in (fact.text, fact.value):
        if text and (said := spoken(text, language)):
            return said, "sentence", spoken(text, language, named=False) is None
    item = fact.text.strip().rstrip(".")
    if fact.region == "bullet" and can_be_called(item, language):
        return f"{_sentence_case(item)}.", "item", False
    return "", "", False


def can_be_called(item: str, language: Language) -> bool:
    """Tell whether an item of a list can be said as it stands there."""
    words = item.split()
    if not FEWEST_ITEM <= len(words) <= MOST_ITEM or CLEAN_ITEM.search(item) or not ends_well(item, language):
        return False
    letters = [character for character in item if character.isalpha()]
    loud = sum(character.isupper() for character in letters) > 0.5 * len(letters) if letters else True
    titled = len(words) > 3 and sum(word[:1].isupper() for word in words) > 0.6 * len(words)
    if loud or language.speakers.search(item) or language.pointers.match(item):
        return False
    return (len(re.findall(r"\d+", item)) <= 1 and not titled) or (titled and len(words) <= 4)


def _row(fact: Fact, language: Language | None, code: str) -> Telling:
    label, value = fact.label.strip(" :："), fact.value.strip().rstrip(".;,")
    colon = language.colon if language else ": "
    whole = f"{label}{colon}{value}"
    say = _framed(fact, language, code)
    if (
        len(label) <= LONGEST_ROW_LABEL
        and len(value) <= LONGEST_ROW_VALUE
        and len(value.split()) <= 6
        and fits(value, language)
    ):
        return Telling(fact, whole, _short(whole), label, value, say, "frame" if say else "row")
    if len(value.split()) > 1 and fits(value, language):
        return Telling(fact, _sentence_case(value), _short(value), say=say, how="frame" if say else "")
    return Telling(fact, say=say, how="frame" if say else "")


def _framed(fact: Fact, language: Language | None, code: str) -> str:
    """Return a frame for a row whose meaning its type and its unit settle; empty where they do not."""
    if language is None:
        return ""
    measured = measures_in(fact.value)
    if len(measured) == 1 and measured[0].start < 6 and len(fact.value) <= measured[0].end + 3:
        dimension = measured[0].unit.dimension
        frames = {("weight", "mass"): language.weight, ("capacity", "volume"): language.capacity}
        if frame := frames.get((fact.type, dimension)):
            measure = write_measure(measured[0], code, code, "x", short=False)
            return frame.say[0].format(measure=measure)
    years = re.fullmatch(
        r"(\d{1,2})\s*(?:years?|jahre?|ans?|années|años?|anni|anos?)\b.*", fact.value.strip(), re.IGNORECASE
    )
    if fact.type == "warranty" and years and 2 <= int(years[1]) <= 30:
        return language.warranty.say[0].format(years=years[1])
    pages = re.fullmatch(r"(\d{2,4})", fact.value.strip())
    if fact.type == "pieces" and pages and re.search(r"pag|seite|strán|strán|stran", fact.label, re.IGNORECASE):
        return language.pages.say[0].format(count=pages[1])
    return ""


def _quote(fact: Fact, language: Language | None) -> Telling:
    text = fact.text.strip()
    words = len(text.split())
    if words > 12 or len(text) > 80 or LEFTOVER.search(text) or not ends_well(text.rstrip(".!"), language):
        return Telling(fact)
    return Telling(fact, f"“{text.rstrip('.')}”")
