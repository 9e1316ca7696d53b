"""What the writer knows of a language: how things are said in it, and which of a page's sentences can be said aloud.

A language is a file of ``app/scenario/languages``. One without a file gets callouts, stars and the price.
"""

from __future__ import annotations

import json
import re
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.scenario.wording import DEFAULT_RATE, RATES

FEWEST_WORDS, MOST_WORDS = 4, 14
"""Of a page's sentence that is spoken."""
NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")
UNSPEAKABLE = re.compile(r"[()\[\]{}/|*•<>=_#@~^\\\"“”„«»;:…]|\.\.|[-–—]{2}|\s[-–—]\s|\d\s?[x×]\s?\d|&|\+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Frame(BaseModel):
    """One thing that can be told with slots: what it says, and what stands on the screen."""

    model_config = ConfigDict(extra="forbid")

    screen: list[str] = []
    say: list[str]


class Language(BaseModel):
    """A language's file."""

    model_config = ConfigDict(extra="forbid")

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
    rating: Frame
    rating_alone: Frame
    proof: Frame
    deal: Frame
    deal_bare: Frame
    named: Frame
    sold_count: Frame
    weight: Frame
    capacity: Frame
    material: Frame
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
    return Language.model_validate(_merged(data, data.get("variants", {}).get(country or "", {})))


def rate_of(code: str) -> float:
    """Return the words that a calm voice says in a second."""
    language = language_for(code)
    return language.words_per_second if language else RATES.get(code, DEFAULT_RATE)


def spoken(text: str, language: Language, *, named: bool = True) -> str | None:
    """Return a page's sentence as it can be said aloud, whole, with its full stop; None where it cannot.

    ``named``: the product was named before, so that a pronoun may stand for it.
    """
    said = text.strip().rstrip("!.。 ").strip()
    words = WORD.findall(said)
    if not FEWEST_WORDS <= len(said.split()) <= MOST_WORDS or len(words) < FEWEST_WORDS:
        return None
    if text.rstrip().endswith(("?", ":", ",", "…")) or UNSPEAKABLE.search(said) or len(NUMBERS.findall(said)) > 1:
        return None
    first = said[0]
    if not (first.isupper() or first.isdigit()) or _loud(words) or said.count(",") > 2:
        return None
    if language.speakers.search(said) or not language.verbs.search(said):
        return None
    by_pronoun = language.pronoun is not None and language.pronoun.match(said)
    if (language.pointers.match(said) and not by_pronoun) or (by_pronoun and not named):
        return None
    if not language.null_subject and language.verbs.match(said):
        return None
    if words[-1].casefold() in language.last_words:
        return None
    return f"{said}."


def _loud(words: list[str]) -> bool:
    """Tell whether words are shouted, or set as a title is."""
    capitals = [word for word in words if len(word) > 3 and word.isupper()]
    return len(capitals) > 1


def ends_well(text: str, language: Language | None) -> bool:
    """Tell whether a line may end where it ends."""
    words = re.findall(r"[\w']+", text.casefold())
    if not words or text.rstrip()[-1:] in ",:;-–—(…":
        return False
    return language is None or len(words) <= 2 or words[-1] not in language.last_words
