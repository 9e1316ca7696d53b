"""What of a fact is shown and how it sounds: whole sentences and items of the page, or frames with slots."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from app.analysis.words import stop_words
from app.scenario.amounts import say_count
from app.scenario.bank.attributes import Attribute
from app.scenario.bank.facts import Fact
from app.scenario.bank.tables import empty, yes
from app.scenario.script.callouts import held_in
from app.scenario.script.language import (
    LONGEST_CODE,
    NUMBERS,
    UNSPEAKABLE,
    WORD,
    Language,
    RowFrame,
    clean_label,
    ends_well,
    left_in,
    spoken,
)
from app.scenario.units import Measure, measures_in, only_measures, write_measure
from app.scenario.wording import screen_words

How = Literal["sentence", "item", "row", "frame", ""]
MOST_SHOWN_WORDS, LONGEST_SHOWN = 10, 70
"""Of an item of a page's list that stands on the screen."""
MOST_COUNTED, MOST_LISTED, MOST_LABEL = 500, 3, 2
WORDS = re.compile(r"(?:100 ?% )?[^\W\d_]{2,}(?:[ .'’-][^\W\d_]+){0,4}")
"""What can be said of a row's value as it stands: a few plain words."""
ONE_OF = re.compile(r"\b(?:is|ist) \{value\}")
"""A frame that can be of one thing only."""
LONGEST_ROW_LABEL, LONGEST_ROW_VALUE = 32, 40
FEWEST_ITEM, MOST_ITEM = 4, 8
"""Words of an item that is said as a callout."""
MOST_CALLED, MOST_QUOTED = 10, 8
"""Words of the screen that are called out, and of a buyer that are said within a sentence."""
MOST_OF_SENTENCE = 4
"""Words of a callout that stands within a longer text."""
FEWEST_QUOTED = 3
FEWEST_COUNTED = 3
"""Words of a number with what it counts that are called out: "2nd gen" is only shown."""
FEWEST_SOLD = 50
SCALED = re.compile(r"\d\s?(?:[km]|mil|mio|mln|tsd|тыс|млн|lakhs?|[万萬億千만천])(?![a-zа-я])", re.IGNORECASE)
"""A number of which the page writes but the thousands: "10k sold"."""
CLEAN_ITEM = re.compile(r"[()\[\]{}/|*•<>=_#@~^\\\"“”„«»;:…+&]|\.\.|[-–—]{2}|\s[-–—]\s|\d\s?[x×][\s\d]")
SENTENCES = re.compile(r"(?<=[^\W\d][.!])\s|;\s")
LEFTOVER = re.compile(r"[|*•_#~^\\<>{}]|\.\.|…|\s[-–—]\s*$|^[^\w\"“„«¿¡]+")
YES_WITH = re.compile(r"(\w{1,12})\s?\(([\w. ]{1,12})\)")
ONE = "1"
"""The value of a row that says that there is one of the product."""
MADE_IN = re.compile(r"\bmade in\b", re.IGNORECASE)
"""A value that says itself what its label says."""
MOST_READ = 12
"""Words that can be read of one text, its signs and numbers counted by their time."""
QUOTED = re.compile(r"\s\S{0,4}\s?[\"“„«].*")
"""What an award is for, in quotation marks."""
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
    called: str = ""
    """The words on the screen as a voice can call them out, where nothing longer is said."""


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
    return tellings_of(fact, language, code)[0]


def tellings_of(fact: Fact, language: Language | None, code: str, nouns: frozenset[str] = frozenset()) -> list[Telling]:
    """Return what can be shown and said of a fact, the best first; further ones are what a long text holds besides.

    ``nouns``: the words of the product's name, in lower case.
    """
    if fact.region == "table":
        return [_row(fact, language, code)]
    if fact.type == "review_quote":
        return [_quote(fact, language)]
    if language is not None and language.order.match(fact.text.strip()):
        return [Telling(fact)]  # what it can take is told by an attribute: "machine-washable"
    screen = _shown(fact, language)
    say, how, needs = _said(fact, language, nouns)
    held = [] if screen or fact.type == "options" else held_in(fact.text, code)
    if held and not screen:
        screen, *held = held
    first = Telling(fact, screen, _short(screen), say=say, how=how, needs_name=needs)
    return [first, *(Telling(fact, one, _short(one)) for one in held)]


def _shown(fact: Fact, language: Language | None) -> str:
    text = fact.text.strip().rstrip(".。;,")
    first, _, rest = text.partition(",")
    if rest and first.casefold().strip() in yes():
        text = rest.strip()
    if fact.type == "options" and all(len(value) <= LONGEST_SIZE for value in fact.value.split(", ")):
        return ""  # which sizes there are says little of the product
    if fact.type == "award":
        text = QUOTED.sub("", text)
    if language is not None and (language.speakers.search(text) or points_back(text, language)):
        return ""
    if fact.type == "care" and language is not None and not fact.label and not is_item(text):
        return ""
    if fact.label and language is not None and left_in(fact.label, language):
        return ""
    if fact.label and fact.value and len(fact.label.split()) <= 5 and not re.search(r"\d", fact.label):
        whole = f"{fact.label}: {fact.value}".rstrip(".")
        if says_its_label(fact.label, fact.value):
            text = fact.value.rstrip(".")
        elif len(whole) <= LONGEST_ROW_VALUE and len(fact.value) > 1:
            text = whole
        elif len(fact.label.split()) >= 2 and fits(fact.label, language):
            return _sentence_case(fact.label)
        else:
            text = fact.value.rstrip(".")
    return _sentence_case(text) if fits(text, language) else ""


LONGEST_SHORT, LONGEST_SIZE = 34, 4


def points_back(text: str, language: Language) -> bool:
    """Tell whether a text leads on from what is not told with it; the product's own pronoun may begin it."""
    own = language.pronoun is not None and language.pronoun.match(text)
    return language.pointers.match(text) is not None and not own


def is_item(text: str) -> bool:
    """Tell whether a text is one or two words, as "Machine-washable" is."""
    return len(text.split()) <= 2


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHORT else ""


def fits(text: str, language: Language | None) -> bool:
    """Tell whether a text can stand on the screen as it is."""
    if screen_words(text) > MOST_READ:
        return False
    if not text or len(text) > LONGEST_SHOWN or len(text.split()) > MOST_SHOWN_WORDS or LEFTOVER.search(text):
        return False
    if CJK.search(text) and len(text) > 24:
        return False
    if text.count("(") != text.count(")") or text.count('"') % 2 or _shouts_within(text.split()):
        return False
    return ends_well(text, language)


def _sentence_case(text: str) -> str:
    """Return a text with a capital at its beginning; one that shouts is quieted."""
    letters = [character for character in text if character.isalpha()]
    if len(letters) > 12 and sum(character.isupper() for character in letters) > 0.7 * len(letters):
        text = text.lower()
    return text[:1].upper() + text[1:] if text[:2].islower() or text[1:2] == " " else text


def _said(fact: Fact, language: Language | None, nouns: frozenset[str]) -> tuple[str, How, bool]:
    if language is not None and fact.type == "sold_count" and (sold := _sold(fact, language)):
        return sold, "item", False
    if language is None or fact.type == "care":
        # How to treat a thing is said by what it can take ("dishwasher-safe"), never as an order.
        return "", "", False
    for text in (fact.text, fact.value, *SENTENCES.split(fact.text)[:4]):
        if text and (said := spoken(text, language, nouns=nouns)):
            return said, "sentence", spoken(text, language, named=False) is None
    item = fact.text.strip().rstrip(".")
    if fact.region == "bullet" and can_be_called(item, language):
        return f"{_sentence_case(item)}.", "item", False
    return "", "", False


def _sold(fact: Fact, language: Language) -> str:
    """Say how many were sold, where it is many and the number is not in thousands."""
    if fact.number is None or fact.number < FEWEST_SOLD or SCALED.search(fact.text):
        return ""
    over = say_count(int(fact.number), language.code)
    form = language.sold_count.say[0]
    return form.format(sold=over, Sold=over[:1].upper() + over[1:])


def can_be_called(item: str, language: Language) -> bool:
    """Tell whether an item of a list can be said as it stands there."""
    words = item.split()
    if not FEWEST_ITEM <= len(words) <= MOST_ITEM or CLEAN_ITEM.search(item) or not ends_well(item, language):
        return False
    if _shouts(words):
        return False
    letters = [character for character in item if character.isalpha()]
    loud = sum(character.isupper() for character in letters) > 0.5 * len(letters) if letters else True
    titled = len(words) > 3 and _is_titled(words)
    if loud or language.speakers.search(item) or language.pointers.match(item):
        return False
    if titled or len(words) < FEWEST_ITEM or not {word.casefold() for word in words[1:]} & stop_words(language.code):
        return False
    return len(re.findall(r"\d+", item)) <= 1


def with_call(telling: Telling, language: Language | None) -> Telling:
    """Return a telling with its words on the screen as they are called out: a few plain words, one number in them."""
    text = telling.short or telling.screen
    words = text.split()
    if language is None or not 1 < len(words) <= MOST_CALLED or CLEAN_ITEM.search(text) or ":" in text:
        return telling
    if len(NUMBERS.findall(text)) > 1 or language.speakers.search(text) or not ends_well(text, language):
        return telling
    whole = text.casefold() in (telling.fact.text.strip(" .").casefold(), telling.fact.value.strip(" .").casefold())
    if len(words) > MOST_OF_SENTENCE and not whole:
        return telling
    if len(words) < FEWEST_COUNTED and re.search(r"\d", text):
        return telling
    counted = re.search(r"\d", text) and not only_measures(text)
    if not counted and not {word.casefold() for word in words} & stop_words(language.code):
        return telling  # "Back cushion" says nothing to the ear
    if _shouts(words) or (len(words) > 2 and _is_titled(words) and language.code != "de"):
        return telling
    for measure in reversed(measures_in(text)):
        if not plain_number(measure.written):
            return telling
        if measure.unit.dimension in ("electric", "share"):
            continue  # no locale has a word for the ampere-hour, and in "pour cent" a number would be heard
        said = write_measure(measure, language.code, language.code, "x", short=False)
        text = f"{text[: measure.start]}{said}{text[measure.end :]}"
    return replace(telling, called=text)


def _shouts(words: list[str]) -> bool:
    """Tell whether a word in capitals is too long for a name."""
    return any(word.isupper() and len(word) > LONGEST_CODE for word in words)


def _shouts_within(words: list[str]) -> bool:
    """Tell whether a line shouts in its middle, or a heading in capitals ran together with what stands under it."""
    loud = [word.isupper() and word.isalpha() and len(word) > LONGEST_CODE for word in words]
    small = [word.islower() and len(word) > 1 for word in words]
    return any(loud) and any(small) and 2 * sum(loud) <= len(words)


def _is_titled(words: list[str]) -> bool:
    """Tell whether words have capitals as those of a title do."""
    return sum(word[:1].isupper() for word in words) > 0.6 * len(words)


def _row(fact: Fact, language: Language | None, code: str) -> Telling:
    label, value = fact.label.strip(" :：?？"), fact.value.strip().rstrip(".;,")
    if language is not None and left_in(label, language):
        return Telling(fact)
    said_yes, _, rest = value.partition(",")
    if said_yes.casefold().strip() in yes():
        # "Bluetooth: yes" is told by its label, "Yes, app and voice" by what stands behind the comma.
        label, value = ("", rest.strip()) if rest.strip() else (label, "")
        shown = _sentence_case(value or label)
        shown = shown if fits(shown, language) and len(shown) <= LONGEST_ROW_LABEL + 6 else ""
        return Telling(fact, shown, _short(shown))
    more = YES_WITH.fullmatch(value)
    if more is not None and more[1].casefold() in yes():
        shown = _sentence_case(f"{label} {more[2]}")
        shown = shown if fits(shown, language) and len(shown) <= LONGEST_ROW_LABEL else ""
        return Telling(fact, shown, _short(shown))
    if value.casefold() in empty() or value.casefold() == label.casefold() or value == ONE:
        return Telling(fact)
    if says_its_label(label, value) and fits(value, language):
        shown = _sentence_case(value)
        said = _framed(fact, language, code)
        return Telling(fact, shown, _short(shown), say=said, how="frame" if said else "item")
    colon = language.colon if language else ": "
    whole = f"{label}{colon}{value}"
    say = _framed(fact, language, code)
    if (
        len(label) <= LONGEST_ROW_LABEL
        and len(value) <= LONGEST_ROW_VALUE
        and len(value.split()) <= 6
        and fits(value, language)
        and screen_words(whole) <= MOST_READ
    ):
        return Telling(fact, whole, _short(whole), label, value, say, "frame" if say else "row")
    if len(value.split()) > 1 and fits(value, language) and not only_measures(value):
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
        if (frame := frames.get((fact.type, dimension))) and len(clean_label(fact.label).split()) <= MOST_LABEL:
            measure = write_measure(measured[0], code, code, "x", short=False)
            return frame.say[0].format(measure=measure)
    years = re.fullmatch(
        r"(\d{1,2})\s*(?:years?|jahre?|ans?|années|años?|anni|anos?)\b.*", fact.value.strip(), re.IGNORECASE
    )
    if fact.type == "warranty" and years and 2 <= int(years[1]) <= 30:
        return language.warranty.say[0].format(years=years[1])
    pages = re.fullmatch(r"(\d{2,4})", fact.value.strip())
    if fact.type == "pieces" and pages and re.search(r"pag|pág|seite|strán|stran", fact.label, re.IGNORECASE):
        return language.pages.say[0].format(count=pages[1])
    label = clean_label(fact.label)
    row = next((row for pattern, row in language.row_frames if pattern.fullmatch(label)), None)
    slots = _slots(row, fact.value.strip().rstrip(".;,"), measured, language, code) if row is not None else {}
    return row.say.format(**slots) if row is not None and slots else ""


def says_its_label(label: str, value: str) -> bool:
    """Tell whether a value holds all words of its label: "Watt: 2000 Watt"."""
    own = {word.casefold() for word in WORD.findall(clean_label(label))}
    return bool(own) and own <= {word.casefold() for word in WORD.findall(value)}


def _slots(row: RowFrame, value: str, measured: list[Measure], language: Language, code: str) -> dict[str, str]:
    """Return what fills a row's frame; empty where its value is not of the row's kind."""
    if row.kind in ("length", "power", "duration"):
        one = measured[0] if len(measured) == 1 else None
        if one is None or one.unit.dimension != row.kind or one.start or len(value) > one.end + 2:
            return {}
        return {"measure": write_measure(one, code, code, "x", short=False)} if plain_number(one.written) else {}
    if row.kind == "count":
        return {"count": value} if value.isdigit() and 1 < int(value) <= MOST_COUNTED else {}
    if row.kind == "range":
        return {"value": value} if re.fullmatch(r"[2-9]|[1-9]\d", value) else {}
    if row.kind == "who":
        return {"value": value if language.code == "de" else value.lower()} if language.persons.fullmatch(value) else {}
    items = [item.strip() for item in value.split(",")]
    if len(items) > MOST_LISTED or not all(WORDS.fullmatch(item) and len(item.split()) <= 3 for item in items):
        return {}
    if row.kind == "stuff" and all(language.no_reason.fullmatch(item) for item in items):
        return {}
    if row.kind != "name" and language.code != "de":
        items = [item if item[:2].isupper() else item[:1].lower() + item[1:] for item in items]
    if row.kind == "stuff" and ONE_OF.search(row.say) and items[-1].endswith("s") and not items[-1].endswith("ss"):
        return {}
    if row.kind != "name" and value.isupper() and len(value) > 3:
        return {}
    if row.kind == "name" and MADE_IN.search(value):
        return {}
    if row.kind == "name" and not all(item[:1].isupper() or item[:1].isdigit() for item in items):
        return {}
    joined = ", ".join(items[:-1])
    return {"value": f"{joined} {language.both} {items[-1]}" if joined else items[-1]}


def plain_number(written: str) -> bool:
    """Tell whether a number is one, and no chain of sides."""
    return re.fullmatch(r"\d+(?:[.,]\d+)?", written) is not None


def _quote(fact: Fact, language: Language | None) -> Telling:
    text = _sentence_case(fact.text.strip())
    words = len(text.split())
    if (
        not FEWEST_QUOTED <= words <= 12
        or len(text) > 80
        or LEFTOVER.search(text)
        or not ends_well(text.rstrip(".!"), language)
    ):
        return Telling(fact)
    plain = language is not None and not language.speakers.search(text)
    if language is not None and plain and (said := spoken(text, language)):
        return Telling(fact, f"“{text.rstrip('.')}”", say=said, how="sentence")
    say = ""
    if language is not None and plain and words <= MOST_QUOTED and not UNSPEAKABLE.search(text):
        say = language.quoted.say[0].format(quote=text.rstrip(".!"))
    return Telling(fact, f"“{text.rstrip('.')}”", say=say, how="frame" if say else "")
