"""Refuses what a product's page does not support: numbers, measures, prices, superlatives, properties.

A sentence passes when

- each number stands on the page, with the same unit, or follows from it (discount, saving, unit price),
- each word that a seller may have to prove ("best", "waterproof for ever", "free") stands on the page,
- each other word stands on the page in some form, or states nothing (function and everyday words, the templates'),
- what the page denies ("without lead") is not affirmed.

Questions state nothing: of them only numbers and provable words are checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from app.analysis.tables import word_tables
from app.analysis.words import WORD, clean, sentences
from app.models import Product
from app.scenario.script.language import language_for
from app.scenario.supported import GROUP, Supported, free_words, plain, tokens, with_digits
from app.scenario.texts import host_of, negated
from app.scenario.units import NUMBER, unit_after, unit_end
from app.scenario.wording import ADDRESS, UNSPACED, numbers_in

TAG_WORDS = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")
CUT = 16
"""A word of so many letters may be the beginning of a longer one: titles are cut."""
OUT_OF = Decimal(5)
SPACE_GROUPS = ("fr", "pt", "es", "pl", "ru", "sv", "cs")
"""Languages that part thousands by a space."""
ADDRESSES = re.compile(ADDRESS, re.IGNORECASE)


def strange_addresses(text: str, product: Product) -> list[str]:
    """Return the addresses on the web in a text that are not the product's page or shop."""
    own = {host_of(product.url).casefold(), clean(product.shop or "").casefold()}
    found = (match[0] for match in ADDRESSES.finditer(text))
    return [address for address in found if _host(address) not in own and address not in product.title]


def _host(address: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address.casefold()).split("/")[0].rstrip(".")


def claims_in(text: str, supported: Supported) -> Iterable[str]:
    """Yield what a text says that the page does not, addresses of others, too: phrases that name it and the remedy."""
    for address in strange_addresses(text, supported.product):
        yield f"{address[:60]!r} is not this product's address. Leave it out."
    yield from dict.fromkeys(unsupported(ADDRESSES.sub(" ", text), supported))


def claims_in_tag(tag: str, supported: Supported) -> Iterable[str]:
    """Yield what must be proven in a hashtag, which runs words together."""
    return _provable(TAG_WORDS.sub(" ", tag.lstrip("#")), supported)


def unsupported(text: str, supported: Supported) -> Iterable[str]:
    """Yield what a text says that the page does not: phrases that name it and the remedy."""
    for sentence in sentences(text):
        sentence = GROUP.sub("\u202f", sentence) if supported.language in SPACE_GROUPS else sentence
        asks = sentence.rstrip(" \u00a0\u202f").endswith(("?", "؟", "？"))
        yield from _numbers(sentence, supported)
        yield from _provable(sentence, supported)
        yield from _standing(sentence, supported)
        if not asks:
            yield from _words(sentence, supported)


def _numbers(sentence: str, supported: Supported) -> Iterable[str]:
    text = with_digits(sentence, supported.check) if supported.check else sentence
    rates = supported.check is not None and re.search(
        rf"(?:{supported.check.stars}|{supported.check.reviews})", text, re.I
    )
    yield from _parts(text, supported)
    for match in re.finditer(NUMBER, text):
        written, readings = match[0], numbers_in(match[0])[match[0]]
        amounts = {reading for reading in readings if isinstance(reading, Decimal)}
        unit = unit_after(text, match.end())
        if match.start() and text[match.start() - 1].isalpha():
            continue  # a part of a word, and looked at with it
        sign = supported.currency_before.search(text[: match.start()])
        code = supported.currency_after.match(text, match.end())
        if sign or code:
            place = (sign.start() if sign else match.start(), code.end() if code else match.end())
            if not amounts & supported.amounts and not _on_page(text, *place, supported):
                yield f"the product page does not say the price {written!r}. Correct it or leave it out."
        elif unit is not None and unit.name != "duration-second":
            known = any(supported.has_measure(amount, unit) for amount in amounts)
            if not known and not _on_page(text, match.start(), unit_end(text, match.end()), supported):
                yield f"the product page does not say {written + ' ' + unit.short!r}. Correct it or leave it out."
        elif rates and _is_count_of(text, match.end(), supported, "reviews"):
            if not amounts & supported.counts:
                yield f"the product page does not say {written!r} reviews. Correct the number."
        elif rates and _is_count_of(text, match.end(), supported, "stars"):
            rating = supported.product.rating
            rated = set() if rating is None else {Decimal(str(rating)), Decimal(f"{rating:.1f}")}
            if rating is not None and _scale(text, match.start()):
                rated.add(OUT_OF)
            if not any(amount == value for amount in amounts for value in rated):
                yield f"the product page does not say {written!r} stars. Correct the number."
        elif not readings & supported.numbers and not (
            amounts == {OUT_OF} and supported.product.rating is not None and _scale(text, match.start())
        ):
            yield f"the product page does not say {written!r}. Remove the number or correct it."


def _parts(text: str, supported: Supported) -> Iterable[str]:
    """Number words that are no whole numbers: "half"."""
    spelled = {plain(word): value for word, value in supported.check.numbers.items()} if supported.check else {}
    for word in tokens(text):
        if word in spelled and Decimal(str(spelled[word])) not in supported.numbers and word not in supported.words:
            yield f"the product page does not say {word!r}. Remove the number or correct it."


def _on_page(text: str, start: int, end: int, supported: Supported) -> bool:
    """Tell whether a number with what belongs to it stands on the page as it is written."""
    while end < len(text) and text[end].isalnum():
        end += 1
    said = re.escape(text[start:end].strip(" .,;:!?)").casefold())
    return re.search(rf"(?<![\d.,]){said}(?!\w)", supported.text) is not None


def _is_count_of(text: str, end: int, supported: Supported, what: str) -> bool:
    pattern = getattr(supported.check, what)
    return re.match(rf"[\s\u00a0\u202f]*(?:{pattern})(?!\w)", text[end:], re.IGNORECASE) is not None


def _scale(text: str, start: int) -> bool:
    """Tell whether the number before is what this one is the scale of: "4.8 out of 5", "4,8 von 5"."""
    scale = rf"{NUMBER}[^\d.!?]{{1,14}}$"
    return re.search(scale, text[:start]) is not None


def _provable(sentence: str, supported: Supported) -> Iterable[str]:
    patterns = list(supported.check.claims) if supported.check else []
    found = [match for pattern in patterns for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", sentence, re.I)]
    table = word_tables().get(supported.language)
    found += list(table.claims.finditer(sentence)) if table else []
    for match in found:
        said = match[0].casefold()
        known = said in supported.text or all(
            word in supported.words or word in supported.granted for word in tokens(said)
        )
        if not known or (len(tokens(said)) > 1 and said not in supported.text and not _granted(said, supported)):
            yield f"the product page does not say {match[0]!r}. Leave the claim out."


def _granted(said: str, supported: Supported) -> bool:
    return all(word in supported.granted for word in tokens(said))


def _standing(sentence: str, supported: Supported) -> Iterable[str]:
    """What depends on the product's state: stock and rating."""
    if supported.check is None:
        return
    product = supported.product
    for pattern, holds, what in (
        (supported.check.stock, product.availability == "InStock", "that it can be had now"),
        (
            f"{supported.check.stars}|{supported.check.reviews}",
            product.rating is not None or product.review_count is not None,
            "how it was rated",
        ),
    ):
        match = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", sentence, re.IGNORECASE)
        if match and not holds and match[0].casefold() not in supported.text:
            yield f"the product page does not say {what} ({match[0]!r}). Leave it out."


def _words(sentence: str, supported: Supported) -> Iterable[str]:
    if UNSPACED.search(sentence):
        return
    free = free_words(supported.language)
    spoken = language_for(supported.language)
    verbs = spoken.verbs if spoken else None
    negations = supported.check.negations if supported.check else []
    for match in WORD.finditer(sentence):
        for word in tokens(match[0]):
            if len(word) < 2 or word in free or word in supported.granted or (verbs and verbs.fullmatch(match[0])):
                continue
            if word not in supported.words and not (len(word) >= CUT and word in supported.joined):
                yield f"the product page does not say {match[0][:40]!r}. Say what it says, or leave it out."
            elif plain(match[0]) in supported.denied and not negated(sentence, match.start(), negations):
                yield f"the product page denies {match[0]!r}. Correct it."
