"""What a script is written from: the product's facts as they can be told, and its offer in the country's form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from typing import cast

from app.analysis.tables import makes_claim
from app.analysis.words import clean
from app.models import Product, Wishes
from app.scenario.amounts import say_count
from app.scenario.bank.attributes import Attribute, attribute, attributes_in, place_of
from app.scenario.bank.bank import facts_of
from app.scenario.bank.facts import Fact
from app.scenario.bank.praise import only_praises
from app.scenario.bank.tables import yes
from app.scenario.checks.content import is_foreign
from app.scenario.checks.lines import without_faults
from app.scenario.checks.page import Page
from app.scenario.locales import write_number, write_percent, write_price, write_rating
from app.scenario.naming import Name, screen_name, spoken_name
from app.scenario.script.language import Language, clean_label, filled, language_for, left_in
from app.scenario.script.offers import stated_by, tell_offer
from app.scenario.script.tellings import (
    Telling,
    by_attribute,
    tellings_of,
    with_attribute,
    with_call,
)
from app.scenario.script.translated import translated
from app.scenario.texts import MACHINE, language_of, to_machines, without_markup
from app.scenario.units import measures_in
from app.scenario.wording import ADDRESS, shorten

SENSED = {"taste": frozenset(("food", "drink")), "scent": frozenset(("beauty", "fragrance"))}
"""Type of an attribute -> the categories of what can have it: a lemon in a toy's story is no scent."""
SENSUAL = frozenset[str]().union(*SENSED.values())
MOST_OF_ITEM = 3
"""Words of an item that names a material and little else."""
MOST_TELLINGS = 40
LONGEST_NAME = 60
ADDRESSES = re.compile(ADDRESS, re.IGNORECASE)
LONGEST_PATH = 200
FEWEST_OF_NAME = 3
"""Words of a name from which whoever writes them all names the product once more."""
SAME = 0.8
"""Share of the shorter text's words by which two texts show the same."""
LONGEST_STEM, LITTLE_MORE = 7, 3
"""Words that a line may add to what is shown already and still tell nothing more."""
MIXED = 2
"""Labels in another language from which nobody knows in what language the rest is."""
ENOUGH = 8
"""Facts beside which a page's claims are not needed."""


@dataclass(frozen=True)
class Brief:
    """Read-only."""

    product: Product
    language: Language | None
    code: str
    own_words: bool
    """The page's words are in the script's language."""
    tellings: tuple[Telling, ...]
    """What can be told, the strongest first."""
    seed: int
    shown_name: str
    name: Name | None = None
    """How the product is said; None: nobody knows."""
    facts: tuple[Fact, ...] = ()
    """The product's, the strongest first."""

    @cached_property
    def calls(self) -> dict[str, str]:
        """Text of the screen -> how it is called out; none where a seller left the page's words in another language."""
        language = self.language
        if language and sum(left_in(label, language) is not None for label in self.product.specs) >= MIXED:
            return {}
        return {text: one.called for one in self.tellings if one.called for text in (one.short, one.screen) if text}

    def call_of(self, *texts: str) -> str:
        """Return texts of the screen called out as one line; empty where nobody can."""
        calls = [self.calls[text] for text in texts if text in self.calls]
        if self.code != "de":  # whose nouns have capitals
            calls[1:] = [one[:1].lower() + one[1:] if one.split()[0][1:].islower() else one for one in calls[1:]]
        return f"{', '.join(calls)}." if calls else ""

    @cached_property
    def rating(self) -> float | None:
        """Out of five."""
        return self.product.rating or None

    @cached_property
    def buyers(self) -> int:
        """How many rated it."""
        return self.product.review_count or 0

    @cached_property
    def rating_written(self) -> str:
        return write_rating(self.rating or 0.0, self.code)

    @cached_property
    def count_written(self) -> str:
        return write_number(self.buyers, self.code)

    @cached_property
    def stars_line(self) -> str:
        """Stars and buyers on one line."""
        count = self.frame("rating", screen=True) or self.count_written
        return f"★ {self.rating_written} · {count}" if self.buyers else f"★ {self.rating_written}"

    @cached_property
    def percent(self) -> int:
        """How far the price is below the former one; 0: there is none."""
        product = self.product
        if not product.price or not product.list_price:
            return 0
        share = product.list_price / product.price
        if not Decimal("1.03") <= share <= 10:
            return 0
        return round(100 * (1 - product.price / product.list_price))

    @cached_property
    def percent_written(self) -> str:
        return write_percent(self.percent, self.code)

    @cached_property
    def price(self) -> str:
        product = self.product
        if product.price is None:
            return ""
        return (
            write_price(product.price, product.currency, self.code, product.country)
            if product.currency
            else write_number(product.price, self.code)
        )

    @cached_property
    def before(self) -> str:
        product = self.product
        if not self.percent or product.list_price is None or product.currency is None:
            return ""
        return write_price(product.list_price, product.currency, self.code, product.country)

    @cached_property
    def brand(self) -> str:
        brand = clean(self.product.brand or "")
        if brand.casefold() in {part.strip().casefold() for one in self.product.categories for part in one.split("/")}:
            return ""  # a category is no brand
        return brand if 1 < len(brand) <= 24 and not re.search(r"unbranded|no ?brand|generic|n/a", brand, re.I) else ""

    @cached_property
    def sensual(self) -> bool:
        """Whether it is eaten, drunk or smelt."""
        return self.name is not None and self.name.kind is not None and self.name.kind.category in SENSUAL

    @cached_property
    def sayable(self) -> Name | None:
        """The name, where it can be said within a sentence."""
        return self.name if self.name is not None and (self.name.certain or self.name.kind is not None) else None

    @property
    def offer_kind(self) -> str:
        """What is offered, as the language's file calls it."""
        product = self.product
        if product.ended:
            return "ended"
        if product.availability == "OutOfStock":
            return "sold_out"
        if product.offer in ("auction", "used", "preorder", "rental", "ticket"):
            return product.offer
        if product.offer == "refurbished":
            return "used"
        return "from" if product.price_from else "price"

    @property
    def badge(self) -> str:
        """The price as the last scene shows it."""
        return self.price[:30]

    @property
    def before_label(self) -> str:
        """The former price, named as what it is where there is room for it."""
        if not self.before or self.language is None:
            return self.before
        named = self.language.labels[self.product.list_price_kind or "other"].format(before=self.before)
        return named if len(named) <= 30 else self.before

    def frame(self, name: str, *, screen: bool = False, **slots: str) -> str:
        """Fill a frame of the language; empty where the language has none or a slot is empty."""
        if self.language is None:
            return ""
        frame = getattr(self.language, name)
        forms = frame.screen if screen else frame.say
        over = say_count(self.buyers, self.code) if self.buyers and self.language else self.count_written
        values = {
            "rating": self.rating_written, "count": self.count_written, "over": over,
            "Over": over[:1].upper() + over[1:], "percent": self.percent_written,
            "price": self.price, "before": self.before, **_said_as(self.sayable), "name": self.shown_name,
        } | slots  # fmt: skip
        return filled(forms, values, self.seed)

    @cached_property
    def introduced(self) -> str:
        """The product, presented by its name; empty where it has none but what it is."""
        name = self.sayable
        if name is None or (name.kind is not None and name.text.casefold() == name.kind.noun.casefold()):
            return ""
        return self.frame("these" if name.many else "named")

    def offer_said(self, *, told_deal: bool, told_name: bool = False) -> str:
        """Say the offer as what it is."""
        if self.language is None:
            return ""
        kind = self.offer_kind
        if kind not in ("sold_out", "ended") and not self.price:
            return ""
        if kind == "price" and self.percent and not told_deal:
            kind = {"rrp": "deal_rrp", "mrp": "deal_rrp", "lowest_30_days": "deal_lowest"}.get(
                self.product.list_price_kind or "", "deal"
            )
        forms = self.language.offer[kind]
        name = self.sayable
        if kind == "price" and name is not None and not told_name:
            forms = self.language.offer["named_many" if name.many else "named"]
        values = {"price": self.price, "before": self.before, "percent": self.percent_written, **_said_as(name)}
        return forms[self.seed % len(forms)].format(**values)


def _said_as(name: Name | None) -> dict[str, str]:
    """Return the slots of a frame that the product's name fills."""
    if name is None:
        return {}
    return {"the": name.the, "The": name.the[:1].upper() + name.the[1:], "object": name.object}


def brief_of(product: Product, wishes: Wishes) -> Brief:
    """Return what a script of the product is written from."""
    product = without_markup(product)
    source = language_of(product)
    code = wishes.language or source or "en"
    language = language_for(code)
    shown_name = shorten(screen_name(product, language=source) or clean(product.title), LONGEST_NAME)
    name = spoken_name(product, code) if language is not None else None
    page, facts = Page(product, code), facts_of(product)
    tellings: list[Telling] = []
    # Where a page has but rows that its seller left in another language, they are shown rather than nothing.
    for telling_language in (language, None):
        found = (
            without_faults(with_call(_without_praise(one, product, code), language), page)
            for one in _tellings(page, facts, telling_language, name)
        )
        fitting = (one for one in found if one.screen or one.say)
        tellings = tellings or _once([one for one in fitting if not _only_names(one, _words_of(shown_name))])
    # What a seller may have to prove is told last, and not at all where there is enough else.
    tellings = _rather(tellings, lambda one: not makes_claim(one.fact.text, source or code))
    # So is what hardly sells: an order, what it needs, a word on its maker.
    tellings = _rather(tellings, lambda one: one.fact.strength > 1)
    return Brief(
        product=product,
        language=language,
        code=code,
        own_words=page.own_words,
        tellings=tuple(tellings[:MOST_TELLINGS]),
        seed=wishes.seed,
        facts=tuple(facts),
        shown_name=shown_name,
        name=name,
    )


def _only_names(telling: Telling, name: set[str]) -> bool:
    """Tell whether a telling only names the product, in fewer words or in more."""
    words = _words_of(telling.screen or telling.say)
    again = telling.fact.type == "feature" and telling.how != "sentence" and len(name) >= FEWEST_OF_NAME
    return words <= name or (again and name <= words)


def _rather(tellings: list[Telling], better: Callable[[Telling], bool]) -> list[Telling]:
    """Return the better tellings, and the others behind them where these are not enough."""
    first = [one for one in tellings if better(one)]
    return first if len(first) >= ENOUGH else [*first, *(one for one in tellings if one not in first)]


def _once(tellings: list[Telling]) -> list[Telling]:
    """Return the tellings without those whose words on the screen an earlier one shows already."""
    kept: list[Telling] = []
    shown: list[set[str]] = []
    values: set[str] = set()
    for one in tellings:
        words = _stems_of(one.screen)
        if one.label and one.value.casefold() in values and not one.value.isdigit():
            continue
        values |= {one.value.casefold()} if one.label else set()
        if words and any(len(words & other) >= SAME * min(len(words), len(other)) for other in shown):
            if not one.say or one.how == "frame" or one.fact.region == "table":
                continue
            if any(len(_stems_of(one.say) - other) <= LITTLE_MORE for other in shown):
                continue
            one = replace(one, screen="", short="", label="", value="")
        shown += [words] if words else []
        kept.append(one)
    return kept


def _tellings(page: Page, facts: list[Fact], language: Language | None, name: Name | None) -> Iterator[Telling]:
    """Yield what can be told of the product's facts: in the page's own words where these are the script's language."""
    product, code = page.product, page.code
    known: set[str] = set()
    unfit = to_machines(product)
    named = _words_of(screen_name(product, language=page.source or code))
    nouns = frozenset(_words_of(product.title))
    category = name.kind.category if name is not None and name.kind is not None else ""
    for fact in facts:
        if fact.region == "title" and named & _words_of(fact.text):
            # The name is shown by itself: only the measure behind it is told.
            measured = measures_in(fact.text)
            if len(measured) != 1 or measured[0].unit.dimension == "length":
                continue
            fact = replace(fact, text=fact.text[measured[0].start : measured[0].end])
        if stated := stated_by(fact):
            if language is not None or page.own_words:
                yield tell_offer(fact, stated, product, language, code)
            continue
        if fact.source in unfit or not _is_for_people(fact, nouns):
            continue
        # What a row is called is no claim unless its value confirms it.
        text = fact.text if fact.region != "table" or fact.value.casefold().strip(" .") in yes() else fact.value
        # Sellers leave rows in their own language on the pages of other countries.
        written = page.source_of(fact.label)
        of_written = language_for(written)
        found = [
            one
            for told in attributes_in(text, written)
            if (one := attribute(told, code))
            and one.name not in known
            and _is_of_whole(one, fact, text, of_written, category)
        ]
        if language is not None and of_written is not None and written != code and fact.label:
            if row := translated(fact, of_written, language):
                yield row
        elif page.own_words and not is_foreign(fact.text, code):
            telling, *further = tellings_of(fact, language, code, nouns)
            if found and len(telling.screen.split()) <= 4 and telling.screen:
                known |= _with_implied(*(one.name for one in found))
                telling = with_attribute(telling, found[0])
                found = []
            elif found:
                telling = with_attribute(telling, found[0])
                known |= _with_implied(found[0].name)
                found = found[1:]
            yield telling
            yield from further
        if fact.region == "review":
            continue
        for one in found:
            if one.name in known:
                continue
            known |= _with_implied(one.name)
            yield by_attribute(fact, one)


def _is_for_people(fact: Fact, nouns: Set[str]) -> bool:
    """Tell whether a fact that is not the offer's is worth telling; ``nouns``: the words of the product's title."""
    if fact.type in ("price", "discount", "stock") or fact.source == "rating":
        return False
    if MACHINE.search(fact.text) or len(fact.source) > LONGEST_PATH or ADDRESSES.search(fact.text):
        return False
    is_row = fact.region == "table" and fact.type == "feature"
    # "Type: throw" of a throw says nothing.
    return not (is_row and _words_of(fact.value) <= nouns and not re.search(r"\d", fact.value))


def _is_of_whole(one: Attribute, fact: Fact, text: str, language: Language | None, category: str) -> bool:
    """Tell whether an attribute that a text names is the product's, not one of its parts' or ingredients'."""
    if one.type in SENSED:
        return category in SENSED[one.type]
    if one.type == "certification":
        return fact.type != "contents"
    if one.type != "material" or language is None:
        return True
    if fact.region == "table":
        return language.material_labels.fullmatch(clean_label(fact.label)) is not None
    place = place_of(text, one.name, language.code)
    return len(text.split()) <= MOST_OF_ITEM or (place is not None and bool(language.of_whole.search(text[:place])))


def _with_implied(*names: str) -> set[str]:
    return {*names, *(other for name in names for other in _implied().get(name, ()))}


@cache
def _implied() -> dict[str, list[str]]:
    """Return what is not worth telling beside an attribute."""
    return cast(
        "dict[str, list[str]]", json.loads(files("app.scenario.script").joinpath("implied.json").read_text("utf-8"))
    )


def _without_praise(telling: Telling, product: Product, language: str) -> Telling:
    """Return a telling without the texts that only praise."""
    if telling.fact.region == "review" or telling.fact.type == "award":
        return telling  # others' praise is worth something
    if only_praises(telling.screen, product, language):
        telling = replace(telling, screen="", short="", label="", value="", called="")
    return replace(telling, say="", how="") if only_praises(telling.say, product, language) else telling


def _words_of(text: str) -> set[str]:
    """Return the words of a text in small letters; "in-line" is inline."""
    return set(re.findall(r"\w+", re.sub(r"(?<=\w)-(?=[^\W\d])", "", text.casefold())))


def _stems_of(text: str) -> set[str]:
    """Return how the words of a text begin: "supported" and "support" say the same."""
    return {word[:LONGEST_STEM].rstrip("s") for word in _words_of(text)}
