"""What the writer knows of a language: how things are said in it, and which of a page's sentences can be said aloud.

A language is a file of ``app/scenario/languages``. One without a file gets callouts, stars and the price.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.scenario.wording import DEFAULT_RATE, RATES

SHORTEST_PART = 5
"""Letters of a part of a compound."""
FEWEST_WORDS, MOST_WORDS = 4, 14
"""Of a page's sentence that is spoken."""
NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")
UNSPEAKABLE = re.compile(r"[()\[\]{}/|*•<>=_#@~^\\\"“”„«»;:…]|\.\.|[-–—]{2}|\s[-–—]\s|\d\s?[x×]\s?\d|&|\+")
LONGEST_CODE = 7
"""Letters of a word in capitals that may be a name."""
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Frame(BaseModel):
    """One thing that can be told with slots: what it says, and what stands on the screen."""

    model_config = ConfigDict(extra="forbid")

    screen: list[str] = []
    say: list[str]


class RowFrame(BaseModel):
    """How a row of a page's table is said."""

    model_config = ConfigDict(extra="forbid")

    label: str
    """A pattern of what pages call it."""
    kind: Literal["name", "stuff", "scent", "who", "count", "range", "length", "power", "duration"]
    """What its value must be: a proper name, a common noun, for whom it is, a number, a measure."""
    id: str = ""
    """What it tells, by the same name in each language; empty: it is told in the page's own language alone."""
    name: str = ""
    """What a script in this language calls it on the screen."""
    say: str


class Language(BaseModel):
    """A language's file."""

    model_config = ConfigDict(extra="forbid")

    code: str
    words_per_second: float
    colon: str
    finite: list[str]
    """Patterns of finite verbs, as product texts have them."""
    dangling: list[str]
    """Words that point at something said before, or lead on from it: no sentence may begin with them."""
    we: list[str]
    last: str
    """Words that no line may end on."""
    null_subject: bool = False
    """A sentence may begin with its verb, the product being understood."""
    it: list[str]
    """The pronouns by which a sentence may speak of the product once it was named."""
    this: str
    """A pattern of what points at a thing that is named right behind it."""
    rating: Frame
    rating_alone: Frame
    proof: Frame
    deal: Frame
    deal_bare: Frame
    named: Frame
    these: Frame
    sold_count: Frame
    quoted: Frame
    """How a buyer's words are said that are no sentence by themselves."""
    saving: Frame
    coupon: Frame
    members: Frame
    recommended: Frame
    weight: Frame
    capacity: Frame
    material: Frame
    made_of: str
    """A pattern of what stands before a material: "of", "from"."""
    dull: str
    """A pattern of materials that are no reason to buy: they are shown, not said."""
    warranty: Frame
    options: Frame
    pages: Frame
    offer: dict[str, list[str]]
    """Kind of offer -> what is said of it."""
    labels: dict[str, str]
    """Kind of offer or former price -> what the screen calls it."""
    variants: dict[str, dict[str, Any]] = {}
    """Country -> what differs there."""
    thin: str
    limits: list[str]
    """What may stand before a number and belongs to it: "up to"."""
    of: str
    """The words between a thing and its measure."""
    orders: str
    """A pattern of beginnings that tell a buyer how to treat the product, or what not to do."""
    participles: str
    """A pattern of participles, which lead on to more."""
    joiners: str
    """A pattern of what joins two things."""
    many_always: bool = False
    """Whether a counted noun is always known by ``many``."""
    foreign_labels: str = ""
    """A pattern of labels that sellers leave in this language on pages of others."""
    many: str
    """A pattern of words that may be a counted noun, by their beginning or ending."""
    both: str
    """What joins the last two of several things."""
    who: str
    """A pattern of those for whom things are made."""
    implied: str = ""
    """The pronoun that a sentence of a page lacks where it begins with its verb: "Keeps drinks hot"."""
    rows: list[RowFrame]

    @cached_property
    def limit(self) -> re.Pattern[str]:
        """``limits`` at the end of what stands before a number."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(self.limits)})\s?$", re.IGNORECASE)

    @cached_property
    def joiner(self) -> re.Pattern[str]:
        """``joiners``, compiled."""
        return re.compile(self.joiners, re.IGNORECASE)

    @cached_property
    def order(self) -> re.Pattern[str]:
        """``orders``, compiled."""
        return re.compile(rf"(?:{self.orders})", re.IGNORECASE)

    @cached_property
    def participle(self) -> re.Pattern[str]:
        """``participles``, compiled."""
        return re.compile(self.participles, re.IGNORECASE)

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """``many``, compiled."""
        return re.compile(self.many)

    @cached_property
    def left_labels(self) -> re.Pattern[str]:
        """``foreign_labels``, compiled."""
        return re.compile(rf"(?:{self.foreign_labels})", re.IGNORECASE)

    @cached_property
    def row_frames(self) -> list[tuple[re.Pattern[str], RowFrame]]:
        """The frames of rows with their labels' patterns."""
        return [(re.compile(rf"(?:{row.label})", re.IGNORECASE), row) for row in self.rows]

    @cached_property
    def no_reason(self) -> re.Pattern[str]:
        """``dull``, compiled."""
        return re.compile(rf"(?:{self.dull})", re.IGNORECASE)

    @cached_property
    def of_whole(self) -> re.Pattern[str]:
        """What stands before a material that the thing is made with: ``made_of``, or a share."""
        return re.compile(rf"(?:(?<!\w)(?:{self.made_of})|\d\s?%)\s(?:[^\W\d_]{{1,20}}\s)?$", re.IGNORECASE)

    @cached_property
    def material_labels(self) -> re.Pattern[str]:
        """The labels of rows that tell what the whole thing is of: those of the first frame for a common noun."""
        return next(pattern for pattern, row in self.row_frames if row.kind == "stuff")

    @cached_property
    def persons(self) -> re.Pattern[str]:
        """``who``, compiled."""
        return re.compile(rf"(?:{self.who})", re.IGNORECASE)

    @cached_property
    def pointed_at(self) -> re.Pattern[str]:
        """A beginning that points at a thing, and the word that names it: "This lamp"."""
        return re.compile(rf"(?:{self.this})\s([^\W\d_]+)", re.IGNORECASE)

    @cached_property
    def verbs(self) -> re.Pattern[str]:
        """Any finite verb."""
        return re.compile(rf"(?<![\w'’-])(?:{'|'.join(self.finite)})(?![\w'’-])", re.IGNORECASE)

    @cached_property
    def pointers(self) -> re.Pattern[str]:
        """A beginning that needs what came before."""
        return re.compile(rf"(?:{'|'.join(self.dangling)})(?!\w)", re.IGNORECASE)

    @cached_property
    def speakers(self) -> re.Pattern[str]:
        """The shop, or a buyer, speaking of themselves."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(self.we)})(?!\w)", re.IGNORECASE)

    @cached_property
    def last_words(self) -> frozenset[str]:
        """Words that no line may end on."""
        return frozenset(self.last.split())

    @cached_property
    def pronoun(self) -> re.Pattern[str] | None:
        """A beginning that speaks of the product by its pronoun."""
        return re.compile(rf"(?:{'|'.join(self.it)})(?!\w)", re.IGNORECASE) if self.it else None


def _merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return base | {
        name: _merged(base[name], value) if isinstance(value, dict) and isinstance(base.get(name), dict) else value
        for name, value in change.items()
    }


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file."""
    return tuple(
        sorted(
            one.name.removesuffix(".json")
            for one in files("app.scenario").joinpath("languages").iterdir()
            if one.name.endswith(".json")
        )
    )


@cache
def language_for(code: str | None, country: str | None = None) -> Language | None:
    """Return a language as a country has it; None: it has no file."""
    if code not in languages():
        return None
    data = json.loads(files("app.scenario").joinpath(f"languages/{code}.json").read_text("utf-8"))
    return Language.model_validate({"code": code} | _merged(data, data.get("variants", {}).get(country or "", {})))


def filled(forms: list[str], slots: dict[str, str], turn: int = 0) -> str:
    """Return one of the forms whose slots all have something in them, filled, by turns; empty: there is none."""
    fitting = [form for form in forms if all(slots.get(slot) for slot in re.findall(r"\{(\w+)\}", form))]
    return fitting[turn % len(fitting)].format(**slots) if fitting else ""


def rate_of(code: str) -> float:
    """Return the words that a calm voice says in a second."""
    language = language_for(code)
    return language.words_per_second if language else RATES.get(code, DEFAULT_RATE)


def spoken(text: str, language: Language, *, named: bool = True, nouns: frozenset[str] = frozenset()) -> str | None:
    """Return a page's sentence as it can be said aloud, whole, with its full stop; None where it cannot.

    ``named``: the product was named before, so that a pronoun may stand for it. ``nouns``: the words of its name, in
    lower case, one of which "this" may point at.
    """
    said = _completed(text.strip().rstrip("!.。 ").strip(), language)
    words = WORD.findall(said)
    if not FEWEST_WORDS <= len(said.split()) <= MOST_WORDS or len(words) < FEWEST_WORDS:
        return None
    if text.rstrip().endswith(("?", ":", ",", "…")) or UNSPEAKABLE.search(said) or len(NUMBERS.findall(said)) > 1:
        return None
    first = said[0]
    if not (first.isupper() or first.isdigit()) or _loud(words) or said.count(",") > 2:
        return None
    if language.speakers.search(said) or not _has_verb(said, language):
        return None
    implied = bool(language.implied) and not text.strip().startswith(said[:4])
    by_pronoun = not implied and language.pronoun is not None and bool(language.pronoun.match(said))
    this = language.pointed_at.match(said)
    by_pronoun = by_pronoun or (this is not None and _is_named(this[1].casefold(), nouns))
    if (language.pointers.match(said) and not by_pronoun) or ((by_pronoun or implied) and not named):
        return None
    if not language.null_subject and language.verbs.match(said):
        return None
    if words[-1].casefold() in language.last_words:
        return None
    return f"{said}."


def _has_verb(said: str, language: Language) -> bool:
    """Tell whether a finite verb stands in a line, none of whose words but the first has a capital."""
    return any(found.start() == 0 or found[0].islower() for found in language.verbs.finditer(said))


def _is_named(noun: str, nouns: frozenset[str]) -> bool:
    """Tell whether a noun is one of a name's, or a part of a compound in it: "Lampe" of "Leselampe"."""
    parts = len(noun) >= SHORTEST_PART and any(one.startswith(noun) or one.endswith(noun) for one in nouns)
    return noun in nouns or parts


def _completed(text: str, language: Language) -> str:
    """Return a sentence that begins with its verb with the pronoun before it: "Keeps ..." as "It keeps ..."."""
    first, _, rest = text.partition(" ")
    if not language.implied or not first.endswith("s") or not first[:1].isupper() or not first[1:].islower():
        return text
    if language.verbs.fullmatch(first) is None or language.joiner.match(rest) or not rest[:1].islower():
        return text
    return f"{language.implied} {first.lower()} {rest}"


def _loud(words: list[str]) -> bool:
    """Tell whether words are shouted, or set as a title is."""
    capitals = [word for word in words if len(word) > 3 and word.isupper()]
    return len(capitals) > 1 or any(len(word) > LONGEST_CODE for word in capitals)


def ends_well(text: str, language: Language | None) -> bool:
    """Tell whether a line may end where it ends."""
    words = re.findall(r"[\w']+", text.casefold())
    if not words or text.rstrip()[-1:] in ",:;-–—(…":
        return False
    return language is None or len(words) <= 2 or words[-1] not in language.last_words


def clean_label(label: str) -> str:
    """Return a label without what stands behind it in brackets."""
    return " ".join(re.sub(r"\s?[(\[][^)\]]{0,30}[)\]]", "", label).strip(" :.*").split())


def left_in(label: str, language: Language) -> str | None:
    """Return the language in which a seller left a label on a page in another one, ``language``; None: in none."""
    label = clean_label(label)
    for code in languages():
        other = language_for(code)
        if other is not None and code != language.code and other.foreign_labels and other.left_labels.fullmatch(label):
            known = any(pattern.fullmatch(label) for pattern, _ in language.row_frames)
            return code if label.isascii() and not known else None
    return None


def languages_of(lines: Iterable[str], code: str) -> frozenset[str]:
    """Return the language of a page, ``code``, and those in which its sellers left labels of its rows."""
    language = language_for(code)
    rows = (line.partition(":")[0] for line in lines if ":" in line)
    left = {found for label in rows if language is not None and (found := left_in(label, language))}
    return frozenset({code, *left})
