"""What a product's page supports: its words, numbers, measures and amounts, and what follows from them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

import stopwordsiso

from app.analysis.words import clean, stop_words, words
from app.extraction.stated import Stated, statements
from app.models import Product
from app.scenario.amounts import say_count
from app.scenario.bank.attributes import attribute, attributes_in
from app.scenario.bank.bank import facts_of
from app.scenario.bank.facts import Fact, FactType
from app.scenario.claim_words import ClaimWords, claim_words
from app.scenario.locales import NO_CURRENCY, write_price, write_rating
from app.scenario.naming import spoken_name
from app.scenario.script.language import language_for, languages_of
from app.scenario.texts import language_of, negated, strings_in, texts_of
from app.scenario.units import EXACT, TOLERANCE, Unit, measures_in, parse_number, unit_names
from app.scenario.wording import numbers_in

STEM = 4
"""Letters that two forms of a word share at least ..."""
ENDING = 3
FRAMES = {"rating", "rating_alone", "proof", "deal", "deal_bare", "named", "weight", "capacity", "material"}
OFFERS = ("price", "named", "named_many", "deal", "deal_rrp", "deal_lowest", "from", "sold_out")
"""Frames and offers whose words state nothing but what their slots do, or what is looked at with the stock."""
FRAME_OF: dict[str, FactType] = {
    "warranty": "warranty", "options": "options", "pages": "pieces", "sold_count": "sold_count",
    "quoted": "review_quote",
    "saving": "discount", "coupon": "coupon", "members": "members", "recommended": "recommended",
}  # fmt: skip
"""Frames whose words stand where the page has a fact of the type."""
DISCOUNT_FROM = Decimal("0.97")
"""A price must be under this share of the list price to count as a discount."""
CURRENCY = r"(?:US|JP|[A-Z])?[$€£¥](?:US)?|\b(?:USD|EUR|GBP|CHF|JPY|dollars?|euros?|pounds sterling|francs?)"
GROUP = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
"""The space between the thousands of "1 299"."""
CURRENCIES = "us gb usd eur gbp chf jpy dollar dollars euro euros pound pounds franc francs"
"""... and the most letters in which their ends differ."""


def discount_of(product: Product) -> tuple[Decimal, set[int]] | None:
    """Return what is saved and the percentage, rounded down and to the nearest; None: it is not 3 % or more."""
    price, before = product.price, product.list_price
    if price is None or before is None or price <= 0 or price >= before * DISCOUNT_FROM:
        return None
    percent = (before - price) / before * 100
    return before - price, {int(percent), round(percent)}


def plain(word: str) -> str:
    """Return a word in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if unicodedata.category(c) != "Mn")


def tokens(text: str) -> list[str]:
    """Return the words of a text, parts of hyphenated and elided ones apart, without accents."""
    return [plain(part) for word in words(text) for part in re.split(r"[-'’]", word) if part]


class Vocabulary:
    """Words that are looked up in any of their forms."""

    def __init__(self, found: Iterator[str] | list[str], *, compounds: bool = False) -> None:
        self._whole = set(found)
        self._compounds = compounds
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._whole:
            self._by_stem[word[:STEM]].append(word)

    def __contains__(self, word: str) -> bool:
        if word in self._whole:
            return True
        if any(_same_stem(word, other) for other in self._by_stem.get(word[:STEM], ())):
            return True
        if not self._compounds or len(word) <= STEM:
            return False
        return any(_part_of(word, whole) for whole in self._whole) or self._joined(word)

    def _joined(self, word: str) -> bool:
        """Tell whether a word is two of the words, joined as German joins them ("Textil" and "Kabel")."""
        heads = (whole for whole in self._whole if len(whole) >= STEM and word.startswith(whole))
        rests = {word[len(head) :].removeprefix(link) for head in heads for link in ("", "s", "n", "es", "en")}
        return any(rest in self._whole for rest in rests if len(rest) >= STEM)

    @property
    def whole(self) -> set[str]:
        """The words as they were given."""
        return self._whole


def _same_stem(one: str, other: str) -> bool:
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= STEM and max(len(one), len(other)) - shared <= ENDING and shared >= max(len(one), len(other)) * 0.6


def _part_of(word: str, whole: str) -> bool:
    return len(whole) > len(word) and (whole.startswith(word) or whole.endswith(word))


@cache
def free_words(language: str) -> Vocabulary:
    """Return the words of a language that state nothing: function words, everyday words, those of the frames."""
    known, spoken = claim_words(language), language_for(language)
    free = {plain(word) for word in stop_words(language)}
    if stopwordsiso.has_lang(language):
        free |= {plain(word) for word in stopwordsiso.stopwords(language)}
    if known is not None:
        free |= {word for neutral in known.neutral for word in tokens(neutral)}
    if spoken is not None:
        free |= _said_by(spoken.model_dump(include=FRAMES)) | _said_by([spoken.offer[kind] for kind in OFFERS])
        free |= _said_by([*spoken.labels.values(), *(row.name for row in spoken.rows)])
    # Units and currencies are checked with their numbers.
    free |= {word for spelling in unit_names() for word in tokens(spelling)} | set(CURRENCIES.split())
    return Vocabulary(list(free))


def _said_by(frames: Any) -> set[str]:
    return {word for text in strings_in(frames) for word in tokens(re.sub(r"\{\w+\}", " ", text))}


class Supported:
    """What a product supports in a scenario of ``language``."""

    def __init__(self, product: Product, language: str, facts: Sequence[Fact] | None = None) -> None:
        self.product = product
        self.language = language
        self._facts = facts
        self.check = claim_words(language)
        source = language_of(product) or language
        self.source = claim_words(source)
        fields = [
            product.currency,
            product.brand,
            product.sku,
            product.gtin,
            product.url,
            product.shop,
            *product.categories,
        ]
        self.texts = [text for _, text in texts_of(product)] + [clean(text) for text in fields if text]
        if product.list_price_kind == "lowest_30_days" and (spoken := language_for(language)):
            self.texts += [re.sub(r"\{\w+\}", "", form) for form in spoken.offer["deal_lowest"]]
        self.text = "\n".join(self.texts).casefold()
        self.prices = self._prices()
        german = "de" in (language, source)
        said = [word for text in (*self.texts, *self.prices) for word in tokens(text)]
        # Too short to be found by its stem: what fits many "fits", and they "fit".
        said += [word[:-1] for word in said if len(word) == STEM and word.endswith("s")]
        self.words = Vocabulary(said, compounds=german)
        code = re.escape(product.currency or NO_CURRENCY)
        names = rf"(?:{CURRENCY}|(?<![^\W\d_]){code})"
        self.currency_before = re.compile(rf"{names}[\s\u00a0\u202f]?$", re.IGNORECASE)
        self.currency_after = re.compile(rf"[\s\u00a0\u202f]?{names}(?![^\W\d_])", re.IGNORECASE)
        self.joined = " ".join(self.words.whole)
        self._source = source

    @cached_property
    def facts(self) -> Sequence[Fact]:
        """The product's facts."""
        return facts_of(self.product) if self._facts is None else self._facts

    @cached_property
    def granted(self) -> Vocabulary:
        """Words of what many products are or can, where the page says it in its own, and of the product's name."""
        sources = languages_of(self.texts, self._source)
        names = dict.fromkeys(name for text in self.texts for one in sources for name in attributes_in(text, one))
        known = [one for name in names if (one := attribute(name, self.language)) is not None]
        said = [text for one in known for text in (one.show, one.say)]
        if name := spoken_name(self.product, self.language):
            said += [name.the, name.object, name.this, name.of]
        granted = {word for text in said for word in tokens(text)}
        if spoken := language_for(self.language):
            granted |= (
                _said_by(list(spoken.offer.values())) if self.product.offer != "plain" or self.product.ended else set()
            )
            types = {fact.type for fact in self.facts}
            granted |= _said_by(spoken.model_dump(include={frame for frame, kind in FRAME_OF.items() if kind in types}))
        return Vocabulary(list(granted))

    @cached_property
    def stated(self) -> list[Stated]:
        """What the page states of its offer in lines of their own."""
        return [one for _, one in statements(self.product)]

    @cached_property
    def numbers(self) -> set[Hashable]:
        product = self.product
        written = [*self.texts, *(GROUP.sub("\u202f", text) for text in self.texts)]
        written += self.prices
        if product.rating is not None:
            written += [str(product.rating), write_rating(product.rating, self.language)]
        if product.review_count is not None:
            written.append(str(product.review_count))
        sold = [int(fact.number) for fact in self.facts if fact.type == "sold_count" and fact.number]
        written += [say_count(count, self.language) for count in sold]
        found: set[Hashable] = {r for text in written for readings in numbers_in(text).values() for r in readings}
        for known in (self.check, self.source):
            if known is not None:
                spelled = {plain(word): value for word, value in known.numbers.items()}
                found |= {Decimal(str(spelled[w])) for text in self.texts for w in tokens(text) if w in spelled}
        return found

    def _prices(self) -> list[str]:
        """All amounts that may be told: price, list price, saving, plain and as the language has them."""
        product = self.product
        amounts = [amount for amount in (product.price, product.list_price) if amount is not None]
        if discount := discount_of(product):
            amounts.append(discount[0])
        amounts += [one.amount for one in self.stated if one.amount is not None]
        currency, language = product.currency or NO_CURRENCY, self.language
        written = [
            write_price(amount, currency, language, place) for amount in amounts for place in {None, product.country}
        ]
        return [*(f"{amount:f}" for amount in amounts), *(clean(text) for text in written), *written]

    @cached_property
    def amounts(self) -> set[Decimal]:
        found = [reading for text in self.prices for readings in numbers_in(text).values() for reading in readings]
        return {reading for reading in found if isinstance(reading, Decimal)}

    @cached_property
    def counts(self) -> set[Hashable]:
        """How many buyers rated it, as counted and as said ("over 1,200")."""
        count = self.product.review_count or 0
        written = (str(count), say_count(count, self.language)) if count else ()
        return {reading for text in written for readings in numbers_in(text).values() for reading in readings}

    @cached_property
    def measures(self) -> defaultdict[str, list[tuple[Decimal, bool]]]:
        """Dimension -> the measures that the page gives, in the dimension's base unit, and whether in imperial ones."""
        found: defaultdict[str, list[tuple[Decimal, bool]]] = defaultdict(list)
        for text in self.texts:
            for known in {id(one): one for one in (self.source, self.check) if one is not None}.values():
                text = with_digits(text, known)
            for measure in measures_in(text):
                for number in re.split(r"\s{0,9}[x×]\s{0,9}", measure.written):
                    for language in {self._source, "en", "de"}:
                        value = parse_number(number, language) * measure.unit.factor
                        found[measure.unit.dimension].append((value, measure.unit.imperial))
        if discount := discount_of(self.product):
            found["share"] += [(Decimal(percent), False) for percent in discount[1]]
        found["share"] += [(Decimal(one.share), False) for one in self.stated if one.share is not None]
        return found

    def has_measure(self, value: Decimal, unit: Unit) -> bool:
        """Tell whether the page gives this measure, perhaps in another unit; between inches and centimetres rounded."""
        wanted = value * unit.factor
        return any(
            abs(wanted - given) <= given * (TOLERANCE if imperial != unit.imperial else EXACT)
            for given, imperial in self.measures[unit.dimension]
        )

    @cached_property
    def denied(self) -> set[str]:
        """Words that the page has only after a negation ("without lead")."""
        negations = [word for known in (self.source, self.check) if known for word in known.negations]
        said: defaultdict[str, list[bool]] = defaultdict(list)
        for text in self.texts:
            for match in re.finditer(r"[^\W\d_]{4,}", text):
                said[plain(match[0])].append(negated(text, match.start(), negations))
        return {word for word, turned in said.items() if all(turned) and turned}


@cache
def _counted_units() -> str:
    """Units that an article counts ("a litre"); of time it does not ("once a week")."""
    names = [name for name in unit_names() if len(name) >= STEM and measures_in(f"1 {name}")]
    return "|".join(re.escape(n) for n in names if measures_in(f"1 {n}")[0].unit.dimension != "duration")


def with_digits(text: str, check: ClaimWords) -> str:
    """Return a text with "half an hour" as "30 min" and number words before units as digits."""
    for words_, measure in check.halves.items():
        text = re.sub(rf"(?<!\w){re.escape(words_)}(?!\w)", measure, text, flags=re.IGNORECASE)
    text = re.sub(
        rf"(?<!\w)(?:{'|'.join(check.one)}) (?=(?:{_counted_units()})(?!\w))", "1 ", text, flags=re.IGNORECASE
    )
    spelled = {plain(word): value for word, value in check.numbers.items()}

    def digits(match: re.Match[str]) -> str:
        value = spelled.get(plain(match[0]))
        return match[0] if value is None or value != int(value) else str(int(value))

    return re.sub(r"[^\W\d_]+", digits, text)
