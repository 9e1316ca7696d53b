"""Product -> facts: what of its page may be told, typed and ranked.

A label that no table knows is dropped, and so is what speaks of the page, the shop or the reader. Of two facts that say
the same the higher rank stays, of two that contradict each other too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from app.analysis.words import clean, words
from app.extraction.passages import is_chrome
from app.extraction.stated import Kind, statements
from app.models import Product
from app.scenario.bank.facts import Fact, FactType, Region
from app.scenario.bank.plausible import alone_in_title, implausible, unlike
from app.scenario.bank.praise import only_praises
from app.scenario.bank.sentences import pieces
from app.scenario.bank.tables import (
    buyers,
    conditions,
    counters,
    cues,
    empty,
    feelings,
    gates,
    keys,
    makers,
    never,
    offers,
    summaries,
    weak,
    yes,
)
from app.scenario.texts import language_of, spaced
from app.scenario.units import measures_in, parse_number

MOST_FACTS = 30
COUNTS: dict[str, tuple[FactType, int, float]] = {
    "sold_count": ("sold_count", 3, 1.4), "award": ("award", 3, 1.2),
    "scarcity": ("stock", 2, 0.6),
}  # fmt: skip
"""What others did and how few are left: type, strength and score of each."""
STATED: dict[Kind, tuple[FactType, int, float]] = {
    "saving": ("discount", 3, 1.5), "coupon": ("coupon", 3, 1.45), "members": ("members", 2, 0.9),
    "recommended": ("recommended", 3, 1.3),
}  # fmt: skip
"""What the page states in a line of its own: type, strength and score of each."""
ASIDES, LONGEST_COUNT = re.compile(r" [/|·•] "), 90
MOST_OF_REGION: dict[Region, int] = {"bullet": 18, "table": 16, "prose": 16, "review": 7, "buy_box": 7, "title": 6}
BASE: dict[Region, float] = {"title": 0.7, "bullet": 0.58, "table": 0.42, "prose": 0.7, "buy_box": 0.5, "review": 0.3}
LATER: dict[Region, float] = {"bullet": 0.008, "table": 0.008, "prose": 0.03, "buy_box": 0.01, "review": 0.03}
"""What each place further down costs: pages say first what sells, most of all in prose."""
LEAST_OF_PLACE = 0.18
OF_TYPE: dict[FactType, float] = {
    "durability": 0.35, "battery": 0.35, "taste": 0.35, "compatibility": 0.3, "capacity": 0.25, "care": 0.2,
    "scent": 0.3, "how_it_works": 0.28, "certification": 0.25, "power": 0.25, "material": 0.25, "sense": 0.2,
    "excluded": 0.2, "origin": 0.2, "options": 0.2, "contents": 0.15, "for_whom": 0.12, "story": 0.1, "edition": 0.1,
    "number": 0.1, "use": 0.0,
    "included": 0.0, "pieces": 0.05, "warranty": 0.0, "size": -0.05, "weight": -0.1, "speed": 0.0, "review_quote": 0.0,
    "feature": -0.12, "delivery": -0.3,
}  # fmt: skip
"""How much more, or less, a fact of a type sells than one of any type."""
HARDLY_SELLS = 0.35
STRONG_FROM = 0.95
"""The score from which a fact sells by itself."""
LONGEST_FACT, SHORTEST_FACT = 320, 4
FEWEST_REPEATED = 4
"""Words of an item from which it is the title again; fewer may be what the title lists."""
LONGEST_TOLD = 14
"""Words of a sentence that can be said."""
FEWEST_OF_SENTENCE = 7
FEWEST_CHOICES = 2
LONG_TITLE, SAME_TITLE = 8, 0.8
LONG_WORDS, FEWEST_UNMARKED, FEWEST_IN_LIST = 40, 4, 2
LONGEST_QUOTE_WORDS = 25
CJK = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
ARTICLE_NUMBER = re.compile(r"\b(?:B0[A-Z0-9]{8}|\d{8,14})\b")
CONTACT = re.compile(
    r"(?-i:^[A-Z][\w.' -]{2,30}, [A-Z]{2}(?:, [A-Z]{2,3})?$)|"
    r"www\.|https?:|@\w|\+\d{2}[\d ()/-]{7,}|\b\d{3,5}[ /-]\d{5,}\b|"
    r"(?-i:[a-z0-9]\.(?:com|net|org|shop|co\.uk|de|fr|it|es|pt|nl|be|pl|cz|sk|si|hr|ro|hu|ru|ua|bg|tr|se|dk|fi|ee|lv|lt|gr|ch|ie|br|jp|cn|tw|kr)\b)",
    re.I,
)
DATE = re.compile(
    r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b20\d\d-\d\d-\d\d\b|\b\d{1,2}:\d{2}\b|"
    r"^(?:on |am |le |el |il |em )?\d{1,2}\.? (?:de )?[^\W\d]{3,10}\.? (?:de )?20\d\d\W*$",
    re.I,
)
CODE = re.compile(r"[{}]|\" ?: ?[\"\[]|\s\|\s")
"""Signs of what is written for programs, or for search engines."""
GLUED = re.compile(
    r"\s\.$|[a-zà-ÿ][.!?]\d$|[a-zà-ÿ]{2}[.!?][A-Z]|(?<![\w.,:+-])0 \d{1,3} ?[^\W\d_]|"
    r"[a-zß-ÿ]{4}[A-ZÀ-Þ][a-zà-ÿ]{2}[^\W_]{0,20}\s\S{1,30}\s\S.{0,80}[a-zß-ÿ]{3}[A-ZÀ-Þ][a-z]{2}|\$\w{1,30}\$"
)
"""Texts that ran together or lost a sign ("0 75 l") when the page was set, or were never filled in."""
TITLE_PARTS = re.compile(r"(?<!\s)\s+[-–—|/]\s+|[,;()\[\]|]\s*|(?<!\s)\s+·\s+|(?<=[^\W\dA-Z_]{2})\.\s+(?=[A-ZÀ-Þ])")
BRACKETS = re.compile(r"\([^()]{0,60}\)")
LACK = re.compile(r"(?:no|without(?: an?)?|ohne|keine?[nrs]?|sans|pas de|sin|senza|sem)\s+", re.I)
COUNTED = re.compile(
    r"(?<![\w.,-])(?<!\d/)\d+(?:[.,/x×]\d+)*(?:\s?[-–]\s?|\s)?(?:[^\W\d_][\w°²³'’-]*|[\"″](?!\w))?(?:\s[^\W\d_][\w-]{2,})?"
)
"""A number and what it counts or measures, in two words at most."""
MOST_LATER_WORDS, SHORTEST_TITLE = 12, 3
AMOUNT = re.compile(r"[£€$₽₹¥₩₪]\s?\d|\d\s?(?:[£€₽₹₩₪]|kn\b|zł|kč|lei\b|руб|б\.р|元|円)|\b(?:EUR|USD|GBP|CHF)\b", re.I)
KEY_OF = re.compile(r"^([^:：]{2,40}?)\s*(?:[:：]|[-–—](?! (?:und|oder|bzw|and|or|en|og|och)\b)(?=\s))\s*(\S.*)$")
ROW, MOST_OF_ROW = re.compile(r"[^:：]{2,40}[:：]"), 4
"""What begins a row, and its words, its label's among them; more are a heading with its sentence."""
PROVEN, LOVED = 4.3, 50
"""A rating from which, and a number of buyers from whom, it sells by itself."""


def facts_of(product: Product) -> list[Fact]:
    """Return the facts of a product, the strongest first; at most ``MOST_FACTS``."""
    found = [*_offer(product), *_stated(product), *_counted(product)]
    taken: Counter[Region] = Counter()
    seen: list[tuple[set[str], bool]] = [(_content(fact.text), False) for fact in found]
    for fact in sorted(_all(product), key=lambda one: -one.score):
        if len(found) >= MOST_FACTS:
            break
        if taken[fact.region] >= MOST_OF_REGION[fact.region]:
            continue
        content = _content(fact.text)
        again = fact.region == "prose" or (fact.region != "title" and len(content) >= FEWEST_REPEATED)
        if again and _repeats(fact.text, product.title):
            continue
        long = len(words(fact.text)) > LONGEST_TOLD
        # What says a part of a long sentence can be told where the sentence can not: it is no repetition.
        if not content or any(len(content & other) >= 0.8 * len(content) for other, whole in seen if long or not whole):
            continue
        if any(_measure_one(fact, other) or _is_cut_of(fact.text, other.text) for other in found):
            continue
        found = [other for other in found if not _is_cut_of(other.text, fact.text)]
        taken[fact.region] += 1
        seen.append((content, long))
        found.append(fact)
    return sorted(found, key=lambda fact: (-fact.strength, -fact.score))


def _is_cut_of(text: str, whole: str) -> bool:
    """Tell whether a text is the beginning of another one, cut off within its sentence."""
    begun = text.rstrip(" .…")
    return (
        len(begun) < len(whole) - 1
        and whole.startswith(begun)
        and whole[len(begun)] in " \u00a0"
        and len(words(begun)) > 3
    )


def _measure_one(fact: Fact, other: Fact) -> bool:
    """Tell whether two rows measure one thing, and may differ: two masses, "Max. height" and "Maximum height"."""
    if not fact.label or not other.label or fact.region != "table" or other.region != "table":
        return False
    own, its = measures_in(fact.value), measures_in(other.value)
    if not own or not its:
        return False
    if len(own) == len(its) == 1 and _one_label(fact.label, other.label):
        return own[0].unit.dimension == its[0].unit.dimension
    if not {fact.type, other.type} <= {"size", "weight"}:
        return False  # what it carries is no mass of its own
    masses = [next((one.written for one in some if one.unit.dimension == "mass"), None) for some in (own, its)]
    return None not in masses and masses[0] != masses[1]


def _one_label(first: str, second: str) -> bool:
    """Tell whether two labels are one, a word of it perhaps cut short."""
    pairs = list(zip(words(clean_key(first)), words(clean_key(second)), strict=False))
    alike = all(a.startswith(b) or b.startswith(a) for a, b in pairs)
    return len(words(first)) == len(words(second)) and alike


def _content(text: str) -> set[str]:
    """Return what two texts share that say the same."""
    return set(re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]{3,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", text.casefold()))


def _offer(product: Product) -> Iterator[Fact]:
    """Yield rating, discount, price and stock, as the product has them."""
    sure = {
        name: product.evidence[name].confidence if name in product.evidence else 1.0 for name in ("rating", "price")
    }
    if product.rating:
        count = product.review_count or 0
        strength = 3 if product.rating >= PROVEN and count >= LOVED else 2 if product.rating >= 4 else 1
        text = f"{product.rating:.1f} / 5 ({count})" if count else f"{product.rating:.1f} / 5"
        yield Fact(
            "rating", text, "rating", "markup", sure["rating"], strength, 1.6, number=Decimal(str(product.rating))
        )
    if product.price is not None:
        if product.list_price and product.list_price > product.price * Decimal("1.03"):
            percent = round(100 * (1 - product.price / product.list_price))
            strength = 3 if percent >= 10 else 2
            text = f"-{percent}% ({_amount(product.list_price)} → {_amount(product.price)})"
            yield Fact("discount", text, "list_price", "markup", sure["price"], strength, 1.6, number=Decimal(percent))
        text = f"{_amount(product.price)} {product.currency or ''}".strip()
        yield Fact("price", text, "price", "markup", sure["price"], 2, 0.3, number=product.price)
    if product.availability == "OutOfStock":
        yield Fact("stock", "out of stock", "availability", "markup", 1.0, 1, 0.3)


def _stated(product: Product) -> Iterator[Fact]:
    """Yield what the page states of its offer, and how many buyers recommend it."""
    for place, stated in statements(product):
        kind, strength, score = STATED[stated.kind]
        if kind == "recommended" or not product.ended:
            yield Fact(
                kind, product.highlights[place], f"highlights[{place}]", "buy_box", 0.8, strength, score,
                number=stated.amount if stated.share is None else Decimal(stated.share),
            )  # fmt: skip


def _amount(value: Decimal) -> str:
    """Write an amount without decimals that are all zero."""
    return f"{value:.0f}" if value == value.to_integral_value() else f"{value:f}"


def _counted(product: Product) -> Iterator[Fact]:
    """Yield how many bought it, awards, and how few are left."""
    places = [(f"highlights[{n}]", text) for n, text in enumerate(product.highlights)]
    places += [(f"features[{n}]", text) for n, text in enumerate(product.features[:10])]
    told: set[str] = set()
    for source, line in places:
        # "12 left / 340 sold" says two things.
        for text in ASIDES.split(line) if len(line) <= LONGEST_COUNT else ():
            yield from _counts_of(text, source, told)


def _counts_of(text: str, source: str, told: set[str]) -> Iterator[Fact]:
    """Yield what a short line of the buy box counts, of each kind one; ``told``: the kinds that were."""
    for kind, forms in counters().items():
        match = next((m for form in forms if (m := form.search(text))), None)
        if match is None or kind in told:
            continue
        number = next((group for group in match.groups() if group), None)
        digits = re.sub(r"\D", "", number or "")
        if number is not None and (not digits or (kind == "sold_count" and int(digits) < 5)):
            continue
        told.add(kind)
        name, strength, score = COUNTS[kind]
        yield Fact(
            name, clean(text), source, "buy_box", 0.8, strength, score, number=Decimal(digits) if digits else None
        )


def _options(product: Product) -> Iterator[Fact]:
    """Yield what a buyer may choose between."""
    for label, values in product.options.items():
        text = f"{label}: {', '.join(values)}"
        if len(values) >= FEWEST_CHOICES and len(text) <= LONGEST_FACT:
            sure = product.evidence["options"].confidence if "options" in product.evidence else 0.6
            fact = Fact("options", text, f"options.{label}", "buy_box", sure, 2, label=label, value=", ".join(values))
            yield replace(_ranked(fact, 0, product), number=Decimal(len(values)), unit=None)


def _all(product: Product) -> Iterator[Fact]:
    language = language_of(product)
    yield from _of_title(product, language)
    yield from _options(product)
    for number, line in enumerate(product.features):
        for piece in pieces(line):
            yield from _of_text(piece, f"features[{number}]", "bullet", number, product, language)
    number = 0
    for line in (product.description or "").split("\n"):
        for piece in pieces(line):
            yield from _of_text(piece, f"description[{number}]", "prose", number, product, language)
            number += 1
    contradicting = unlike(product.specs)
    for number, (label, value) in enumerate(product.specs.items()):
        if label in contradicting or _is_condition(label, value):
            continue
        yield from _of_row(label, value, number, product, language)
    for number, line in enumerate(product.highlights):
        # A short line by itself may be anything: only what is known by its words is taken.
        if (len(words(line)) >= 2 or CJK.search(line)) and (cued(line, language) or _physical(line)):
            yield from _of_text(line, f"highlights[{number}]", "buy_box", number, product, language)
    place = 0
    for number, line in enumerate(product.reviews):
        for piece in pieces(line)[:8]:
            if (quote := _quote(piece, f"reviews[{number}]", place)) is not None:
                place += 1
                yield quote


def _of_title(product: Product, language: str | None) -> Iterator[Fact]:
    """Yield what a title tells beside the name: its short parts with a number or a known word, else its numbers."""
    for place, piece in enumerate(TITLE_PARTS.split(clean(product.title))):
        piece = piece.strip()
        if place and len(words(piece)) <= MOST_LATER_WORDS:
            found = [piece] if re.search(r"\d", piece) or cued(piece, language) else []
        else:
            found = [match[0].strip() for match in COUNTED.finditer(piece)] + _materials(piece, language)
        for one in found:
            if (
                len(one) >= SHORTEST_TITLE
                and not one.isdecimal()
                and not (_gated(one, "") or alone_in_title(one, product))
            ):
                fact = Fact(type_of(one, language), one, "title", "title", 0.9, 2)
                yield _ranked(fact, 0, product.model_copy(update={"title": ""}))


def _materials(text: str, language: str | None) -> list[str]:
    """Return the words of a text that name a material, and its compounds that tell something, each whole."""
    return [
        word
        for word in text.split()
        if cues(language)["material"].match(word) or ("-" in word and cued(word, language))
    ]


def _of_text(
    text: str, source: str, region: Region, place: int, product: Product, language: str | None
) -> Iterator[Fact]:
    pair = KEY_OF.match(text)
    if pair and (clean_key(pair[1]) in never() or _is_empty(pair[2])):
        return
    if not _telling(text, product.title, language) or only_praises(text, product, language) or _lacks(text, product):
        return
    kind = type_of(text, language)
    least = FEWEST_IN_LIST if region == "bullet" or text.endswith(".") else FEWEST_UNMARKED
    if kind == "feature" and not pair and len(words(text)) < least and not CJK.search(text):
        return  # a few words that nothing marks as a fact may be anything: a button, a heading
    label, value = (pair[1], pair[2]) if pair else ("", "")
    if pair and (known := keys().get(clean_key(label))) is not None:
        kind = known
    elif ROW.match(text) and kind == "feature" and len(words(text)) <= MOST_OF_ROW and not re.search(r"\d", value):
        return  # a row of a table that stands among the prose: its label is as unknown as in the table
    yield _ranked(Fact(kind, text, source, region, 0.8, 2, label=label, value=value), place, product)


def _lacks(text: str, product: Product) -> bool:
    """Tell whether a text says that the product is without what others have: "No Flash", as of a row "Flash: no"."""
    said = LACK.match(text)
    return said is not None and any(
        _is_empty(value) and words(label.casefold()) == words(text[said.end() :].casefold())[: len(words(label))]
        for label, value in product.specs.items()
    )


def _of_row(label: str, value: str, place: int, product: Product, language: str | None) -> Iterator[Fact]:
    key = clean_key(label)
    if key in never() or _is_empty(value) or implausible(value):
        return
    kind = keys().get(key) or next(
        (
            known
            for name, known in keys().items()
            if len(name) > 3 and key.startswith(name) and not key[len(name)].isalpha()
        ),
        None,
    )
    value = spaced(value)
    text = f"{label}: {value}"
    if kind is None and len(words(value)) >= FEWEST_OF_SENTENCE:
        # No row but a paragraph under its heading.
        for piece in pieces(value):
            yield from _of_text(piece, f"specs.{label}", "prose", place, product, language)
        return
    if kind is None and not (_physical(value) or value.casefold().strip(" .") in yes() or cued(text, language)):
        return
    if len(text) > LONGEST_FACT or _gated(text, product.title):
        return
    told = kind or type_of(text, language)
    fact = Fact(told, clean(text), f"specs.{label}", "table", 0.85, 2, label=label, value=clean(value))
    ranked = _ranked(fact, place, product)
    yield ranked if kind else replace(ranked, score=ranked.score - 0.2)


def _is_empty(value: str) -> bool:
    """Tell whether a value says that there is nothing."""
    return value.casefold().strip(" .") in empty()


def _physical(text: str) -> bool:
    """Tell whether a text holds a measure of the thing itself, not of time."""
    return any(one.unit.dimension not in ("duration", "share") for one in measures_in(text))


def _is_condition(label: str, value: str) -> bool:
    """Tell whether a row only says that the thing is new, as all things of a shop are, or used, as its offer tells."""
    labels, new, used = conditions()
    bare = new.match(value.strip()) or used.fullmatch(value.strip())
    return bare is not None and labels.fullmatch(clean_key(label)) is not None


def clean_key(label: str) -> str:
    """Return a label as the tables write it."""
    return " ".join(label.casefold().strip(" :：.*?-").split())


def _telling(text: str, title: str, language: str | None) -> bool:
    """Tell whether a text may say something of the product."""
    if not SHORTEST_FACT <= len(text) <= LONGEST_FACT or text.endswith(("?", "？")) or GLUED.search(text):
        return False
    if len(words(text)) < 2 and not CJK.search(text):
        return False
    return not _gated(text, title) and not buyers(language).search(text)


def _gated(text: str, title: str) -> bool:
    """Tell whether a text speaks of the page, the shop, an offer or the reader rather than of the product."""
    return is_chrome(text, title) or any(
        gate.search(text) for gate in (gates(), CONTACT, CODE, ARTICLE_NUMBER, DATE, AMOUNT)
    )


def cued(text: str, language: str | None = None) -> bool:
    """Tell whether any type's words stand in a text of a page in a language."""
    return any(pattern.search(text) for pattern in cues(language).values())


def type_of(text: str, language: str | None = None) -> FactType:
    """Return the type that a text's words mark on a page in a language, ``feature`` where none do."""
    measured = measures_in(text)
    if measured:
        kind = DIMENSIONS.get(measured[0].unit.dimension)
        if kind is not None and len(words(text)) <= 8:
            return kind
    bare = BRACKETS.sub("", text)  # "Window (no glass)" is a window
    counts = {
        kind: len(pattern.findall(bare if kind == "excluded" else text)) for kind, pattern in cues(language).items()
    }
    hits = [(count, kind) for kind, count in counts.items() if count]
    return max(hits, key=lambda hit: hit[0])[1] if hits else "feature"


DIMENSIONS: dict[str, FactType] = {"mass": "weight", "volume": "capacity", "length": "size", "power": "power"}


def _ranked(fact: Fact, place: int, product: Product) -> Fact:
    text = fact.text
    score = (
        max(LEAST_OF_PLACE, BASE[fact.region] - LATER[fact.region] * place)
        if fact.region in LATER
        else BASE[fact.region]
    )
    score += OF_TYPE.get(fact.type, 0.0)
    measured = measures_in(fact.value or text)
    if measured:
        score += 0.05 if fact.region == "table" else 0.2
        unit = measured[0].unit
        try:
            number = parse_number(re.split(r" ?[x×] ?", measured[0].written)[0], product.language)
            fact = replace(fact, number=number, unit=unit.name)
        except ArithmeticError:
            pass
    elif re.search(r"\d", text):
        score += 0.12
    count = len(words(text))
    score += 0.1 if 6 <= count <= 30 else -0.15 if count > LONG_WORDS or count < 2 else 0.0
    if fact.region != "title" and _repeats(text, product.title):
        score -= 0.5
    labels, prohibitions = weak()
    of_maker = fact.type != "warranty" and makers(product.language).match(text)
    if of_maker or labels.match(clean_key(fact.label)) or prohibitions.search(text):
        return fact.ranked(1, round(score - HARDLY_SELLS, 3))
    return fact.ranked(3 if score >= STRONG_FROM else 2, round(score, 3))


def _repeats(text: str, title: str) -> bool:
    """Tell whether a text says hardly more than the title."""
    own, named = _content(text), _content(title)
    return bool(named) and (own <= named or (len(own) >= LONG_TITLE and len(own & named) >= SAME_TITLE * len(own)))


def _quote(text: str, source: str, place: int) -> Fact | None:
    good, bad = feelings()
    count = len(words(text))
    if not (2 <= count <= LONGEST_QUOTE_WORDS or CJK.search(text)) or not good.search(text) or bad.search(text):
        return None
    if is_chrome(text) or GLUED.search(text) or summaries().search(text):
        return None
    if any(gate.search(text) for gate in (offers(), CONTACT, ARTICLE_NUMBER, DATE, AMOUNT)):
        return None  # a buyer may say "I" and "my"
    score = max(LEAST_OF_PLACE, BASE["review"] - LATER["review"] * place)
    score += 0.05 * len(good.findall(text)) + (0.15 if 4 <= count <= 14 else 0)
    return Fact("review_quote", text, source, "review", 0.7, 2, round(score, 3))
