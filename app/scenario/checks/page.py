"""What a product's page says, prepared for looking lines up in it, and the frames in which a language speaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from app.analysis.words import clean, stop_words
from app.models import Product
from app.scenario.bank.attributes import place_of, words_of
from app.scenario.bank.sentences import pieces
from app.scenario.locales import write_number, write_price, write_rating
from app.scenario.naming import spoken_name
from app.scenario.script.language import Frame, Language, language_for, languages_of, left_in
from app.scenario.texts import MACHINE, language_of, spaced, strings_in
from app.scenario.wording import numbers_in

Standing = Literal["frame", "whole", "part", "cut", "broken", "free"]
"""How a line stands to its sources: a frame of the language; a sentence or an item of the page; a few words of one; a
piece of one that passes for the whole; a piece that ends within a word; nobody's words."""
SHORTEST_CUT = 5
"""Words from which a piece of a sentence passes for the whole."""
PAIR = re.compile(r"([^:：]{2,60}?)\s*(?:[:：]|\s[-–—](?=\s))\s*(\S.*)", re.DOTALL)
BEFORE, AFTER = " \t\"'“„«‘(•*-–—✔✓✅☑·■►", " \t\"'”“»’)"
BEGINS, ENDS = ".!?:;\n。…|•", ".!?\n。|;…"
NUMBER_SLOT = r"\d[\d.,'’ \u00a0\u202f]{0,14}"
ABOUT_SLOT = rf"(?:[^\W\d_]{{1,12}} ){{0,3}}{NUMBER_SLOT}(?: [^\W\d_]{{3,12}})?"
AMOUNT = r"\d[\d.,'’ \u00a0\u202f]{0,16}"
MARK = r"(?:[^\W\d_]{0,3}[^\w\s.!?,:;'’][^\W\d_]{0,3}|[^\W\d_]{1,4})\.?"
"""What CLDR writes for a currency beside an amount: a sign, "US$", "$CA", a code, "kr."."""
MONEY_SLOT = rf"(?:{MARK}[ \u00a0\u202f]?{AMOUNT}|{AMOUNT}[ \u00a0\u202f]?{MARK})"
SLOTS = {
    "rating": r"\d(?:[.,]\d)?",
    "count": NUMBER_SLOT, "over": ABOUT_SLOT, "Over": ABOUT_SLOT, "sold": ABOUT_SLOT, "Sold": ABOUT_SLOT,
    "years": r"\d{1,2}", "share": r"\d{1,3}[ \u00a0\u202f]?%",
    "percent": r"\d{1,2}[ \u00a0\u202f]?%", "price": MONEY_SLOT, "before": MONEY_SLOT,
    "amount": MONEY_SLOT,
    "measure": r"\d+(?:[.,]\d+)?[^!?\d]{1,40}?",
    "value": r"[^.!?:|]{1,60}", "quote": r"[^.!?:|]{1,60}",
}  # fmt: skip
AMOUNTS = frozenset(
    ("price", "before", "percent", "share", "amount", "rating", "count", "over", "Over", "sold", "Sold")
)
NAMES = frozenset(("the", "The", "object", "name"))
NAME_SLOT = r"[^!?:|]{1,70}?"


def folded(text: str) -> str:
    """Return a text for comparing: one case, one width, plain spaces and apostrophes."""
    text = spaced(unicodedata.normalize("NFKC", text)).casefold().replace("’", "'").replace("：", ":")
    return " ".join(text.split()).replace(" :", ":")


def core(text: str) -> str:
    """Return a folded text without what may stand round a sentence."""
    return folded(text).strip(BEFORE + AFTER + ".!?…;,")


@dataclass(frozen=True)
class KnownFrame:
    """A sentence with typed slots."""

    pattern: re.Pattern[str]
    amounts: bool
    """It tells prices or ratings: it may be long, and hold two numbers."""
    slots: tuple[str, ...]
    """What its groups hold, in order."""

    def values(self, match: re.Match[str]) -> Iterator[tuple[str, str]]:
        """Yield each slot with what stands in it."""
        return zip(self.slots, match.groups(), strict=True)


def _frame(form: str) -> KnownFrame:
    pattern = ""
    for part in re.split(r"(\{\w+\})", form.rstrip(".!")):
        slot = part[1:-1] if part.startswith("{") else None
        held = NAME_SLOT if slot in NAMES else SLOTS.get(slot or "", "[^!?]{1,40}?")
        pattern += f"({held})" if slot else re.escape(part)
    slots = tuple(re.findall(r"\{(\w+)\}", form))
    return KnownFrame(re.compile(rf"{pattern}[.!]?", re.IGNORECASE), bool(AMOUNTS & {*slots}), slots)


@cache
def frames_of(language: str, *, shown: bool) -> tuple[KnownFrame, ...]:
    """Return the sentences that a language's file has with slots, in all its variants; ``shown``: on screen."""
    base = language_for(language)
    if base is None:
        return ()
    forms: list[str] = []
    for country in (None, *base.variants):
        one = language_for(language, country) or base
        for name in Language.model_fields:
            value = getattr(one, name)
            if isinstance(value, Frame):
                forms += value.screen if shown else value.say
        forms += strings_in(one.labels if shown else one.offer)
        forms += [] if shown else [row.say for row in one.rows]
    whole = [form for form in forms if form.strip("{}") not in NAMES]
    # A frame of two sentences is known by each of them, too: speech is looked at sentence by sentence.
    parts = [part for form in whole for part in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ{])", form)]
    # The frame with the most words of its own is the one that a line fills.
    ordered = sorted(dict.fromkeys([*whole, *parts]), key=lambda form: -len(re.sub(r"\{\w+\}", "", form)))
    return tuple(_frame(form) for form in ordered)


@cache
def _attribute_sentences(language: str) -> dict[str, list[str]]:
    """What the attributes of a language show and say -> their names."""
    found: dict[str, list[str]] = {}
    for name, texts in words_of(language).items():
        for text in texts:
            found.setdefault(core(text), []).append(name)
    return found


class Page:
    """What a product's page says, for a script in ``code``. It remembers the lines that it was asked for."""

    def __init__(self, product: Product, code: str) -> None:
        self.product = product
        self.code = code
        self.language = language_for(code, product.country)
        self.source = language_of(product)
        self.own_words = self.source is None or self.source == code
        self.lines = [line for line in _lines(product) if line and not MACHINE.search(line)]
        self.running = "\n".join(folded(line) for line in self.lines)
        self._frames: dict[tuple[str, bool], tuple[KnownFrame, re.Match[str]] | None] = {}
        self._standings: dict[tuple[str, bool], Standing] = {}
        self.title = f" {bare(product.title)} "

    @cached_property
    def wholes(self) -> frozenset[str]:
        """Every sentence, item, label and value of the page."""
        found: set[str] = set()
        for line in self.lines:
            for piece in (line, *pieces(line)):
                found.add(core(piece))
                if pair := PAIR.fullmatch(piece):
                    found |= {core(pair[1]), core(pair[2])}
        return frozenset(found - {""})

    @cached_property
    def numbers(self) -> dict[str, set[Hashable]]:
        """The numbers of the page as written -> their readings."""
        return numbers_in(self.running)

    @cached_property
    def name_words(self) -> frozenset[str]:
        """The words by which the product may be called, plainly written."""
        product = self.product
        name = spoken_name(product, self.code)
        said = [product.title, product.brand or "", *((name.the, name.object) if name else ())]
        return frozenset(_plain(word) for text in said for word in bare(text).split())

    def _is_name(self, text: str) -> bool:
        """Tell whether the words of a text are those of the product's name, in whatever form."""
        said = stems(text, self.code)
        return bool(said) and all(any(word[:4] in known for known in self.name_words) for word in said)

    @cached_property
    def values(self) -> frozenset[str]:
        """The offer and the rating, as the screen shows them by themselves."""
        product, code = self.product, self.code
        shown: list[str] = []
        for amount in (product.price, product.list_price):
            if amount is not None and product.currency:
                shown.append(write_price(amount, product.currency, code, product.country))
        if product.rating is not None:
            shown += [write_rating(product.rating, code), f"★ {write_rating(product.rating, code)}"]
        if product.review_count is not None:
            count = write_number(product.review_count, code)
            shown += [count, f"({count})"]
        return frozenset(core(text) for text in shown)

    def frame_of(self, line: str, *, shown: bool = False) -> tuple[KnownFrame, re.Match[str]] | None:
        """Return the frame that a line fills."""
        if (line, shown) not in self._frames:
            self._frames[line, shown] = self._frame_of(line.strip(), shown)
        return self._frames[line, shown]

    def _frame_of(self, line: str, shown: bool) -> tuple[KnownFrame, re.Match[str]] | None:
        for frame in frames_of(self.code, shown=shown):
            match = frame.pattern.fullmatch(line)
            if match and all(self._holds(slot, value) for slot, value in frame.values(match)):
                return frame, match
        return None

    def _holds(self, slot: str, value: str) -> bool:
        """Tell whether what stands in a slot can be it: a name is the product's, a value has the page's words."""
        if slot in ("value", "quote"):
            return stems(value, self.code) <= self.stems
        return slot not in NAMES or self._is_name(value)

    @cached_property
    def stems(self) -> set[str]:
        """The beginnings of the page's words."""
        return stems(self.running, self.code)

    def standing(self, line: str, *, shown: bool = False) -> Standing:
        """Tell how a line stands to the page."""
        if (line, shown) not in self._standings:
            self._standings[line, shown] = self._standing(line, shown)
        return self._standings[line, shown]

    def _standing(self, line: str, shown: bool) -> Standing:
        wanted = core(line)
        if not wanted or wanted in self.values or wanted in _attribute_sentences(self.code):
            return "frame"
        if wanted in self.wholes:
            return "whole"
        implied = self.language.implied.casefold() if self.language else ""
        if implied and wanted.startswith(f"{implied} ") and wanted.removeprefix(f"{implied} ") in self.wholes:
            return "whole"
        found = self._place_of(wanted)
        if found in ("whole", "part"):
            return found
        if self.frame_of(line, shown=shown):
            return "frame"
        return "part" if shown and self.names(wanted) else found

    def _place_of(self, wanted: str) -> Standing:
        """Tell what of a line of the page a core is."""
        found: Standing = "free"
        start = self.running.find(wanted)
        while start >= 0:
            end = start + len(wanted)
            if not (start and self.running[start - 1].isalnum()):
                if self.running[end : end + 1].isalpha() and wanted[-1].isalpha():
                    found = "broken" if found == "free" and " " in wanted else found
                elif self._bounded(start, end):
                    return "whole"
                else:
                    found = "cut" if len(wanted.split()) >= SHORTEST_CUT else "part"
            start = self.running.find(wanted, start + 1)
        return found

    def source_of(self, label: str) -> str:
        """Return the language of a row by its label: the page's, or the one in which a seller left it."""
        source = self.source or self.code
        language = language_for(source)
        return (label and language is not None and left_in(label, language)) or source

    @cached_property
    def sources(self) -> frozenset[str]:
        """The languages of the page: its own, and those in which sellers left rows."""
        return languages_of(self.lines, self.source or self.code)

    def lacks_attribute(self, line: str) -> bool:
        """Tell whether a line tells an attribute in its own words that the page does not tell in any."""
        names = _attribute_sentences(self.code).get(core(line))
        if not names or self.standing_on_page(line):
            return False
        places = (place_of(text, name, source) for source in self.sources for name in names for text in self.lines)
        return all(place is None for place in places)

    def standing_on_page(self, line: str) -> bool:
        """Tell whether the words of a line stand on the page as they are."""
        return core(line) in self.wholes or self._place_of(core(line)) in ("whole", "part")

    def is_sentence(self, line: str) -> bool:
        """Tell whether a line is a sentence of the page, with its full stop."""
        wanted = core(line)
        return any(f"{wanted}{end}" in self.running for end in ".!?")

    def names(self, wanted: str) -> bool:
        """Tell whether a text is words of the title, in their order: the product's name."""
        left = iter(f"{self.title} {bare(self.product.brand or '')}".split())
        return all(any(word == other for other in left) for word in bare(wanted).split()) or self.in_title(wanted)

    def _bounded(self, start: int, end: int) -> bool:
        before = self.running[max(0, start - 12) : start].rstrip(BEFORE)
        after = self.running[end : end + 12].lstrip(AFTER)
        return (not before or before[-1] in BEGINS) and (not after or after[0] in ENDS)

    def in_title(self, text: str) -> bool:
        """Tell whether words stand in the title as they are."""
        return f" {bare(text)} " in self.title


def bare(text: str) -> str:
    """Return the words of a text, folded."""
    return " ".join(re.findall(r"\w+", folded(text)))


STEM = 5


def stems(text: str, code: str) -> set[str]:
    """Return what a text tells: its numbers, and the beginnings of its words but the small ones."""
    small = stop_words(code)
    return {
        _plain(word)[:STEM] for word in bare(text).split() if word not in small and (len(word) > 1 or word.isdigit())
    }


def _plain(word: str) -> str:
    """Return a word in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if unicodedata.category(c) != "Mn")


def _lines(product: Product) -> Iterator[str]:
    yield clean(product.title)
    for text in (product.brand, product.shop, product.condition, *product.categories):
        yield clean(text or "")
    for line in (*product.features, *(product.description or "").splitlines(), *product.highlights, *product.reviews):
        yield clean(line)
    for label, value in product.specs.items():
        yield clean(f"{label}: {value}")
    for label, values in product.options.items():
        yield clean(label)
        yield from (clean(value) for value in values)
