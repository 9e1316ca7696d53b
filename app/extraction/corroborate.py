"""What sources say of one another before they are weighed: the page that a reader sees decides where they disagree."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from app.extraction import former, money, offer, text
from app.extraction.candidates import Candidate
from app.extraction.details import article_number
from app.extraction.document import Document
from app.extraction.headings import without_noise
from app.extraction.labels import clean_brand
from app.extraction.layout import SOURCE, VARIANT_TAGS, Layout, Price, place_of
from app.extraction.pictures import is_no_picture
from app.extraction.platforms import Platform
from app.extraction.price_marks import DIGIT

HIDDEN = frozenset(("json-ld", "microdata", "rdfa", "opengraph", "page state", "shop data"))
"""Sources that a reader does not see."""
UNSEEN_SKU = 0.4
"""Factor for an article number that stands neither on the visible page nor in the address: often a variant's."""
UNSEEN_PRICE = 0.35
"""At most the confidence of a price that stands nowhere on a page that clearly shows another one."""
FAR_PRICE = 0.6
"""The same for one that stands only among neighbours, in the frame, or hidden."""
PART_OF_PRICE = 0.1
"""At most the confidence of an amount that the page shows as a members' price or an instalment alone."""
CLEAR_PRICE = 0.6
CONTRADICTED_OUT = 0.35
"""Factor for "sold out" in markup, often of one variant, where the page has a buy button and does not say so."""
CONTRADICTED_IN = 0.4
"""Factor for "in stock" in markup where the page says that it is sold out and has no buy button."""
CONTRADICTED_CURRENCY = 0.25
"""Factor for a currency in the markup where the page shows another one beside the price."""
OUTVOTED_PRICE = 0.5
"""At most the confidence of the most prominent amount where the page's data name another one that stands there."""
FREE = 0.8
SHOP_AS_BRAND = 0.5
LOGO = 0.2
ROUNDED = 20
"""An amount in short notation may be off by its twentieth."""
OWN_GALLERY = 2
CONFIRMED_TITLE = 0.94
SAME_NAME = 0.8
NAME_ENDS = re.compile(r"\s{1,3}[-–—/|·]\s|\s{0,3}[|,(]")


@dataclass(frozen=True)
class Context:
    """What the rules look at: the page, its platform and all that was found."""

    document: Document
    page: Layout
    platform: Platform | None
    found: list[Candidate]

    def is_named(self, one: Candidate) -> bool:
        """Whether the candidate comes from the platform's own places."""
        return self.platform is not None and one.source.startswith(self.platform.name)

    @cached_property
    def named_pictures(self) -> int:
        """How many pictures stand in the platform's own places."""
        named = (one.value for one in self.found if one.field == "images" and self.is_named(one))
        return sum(len(links) for links in named if isinstance(links, list))

    @cached_property
    def visible_numbers(self) -> str:
        return text.squeeze(" ".join(one.value for one in self.page.texts if DIGIT.search(one.value)))

    @cached_property
    def visible_amounts(self) -> frozenset[Decimal]:
        """The amounts in the page's short texts, wherever they stand, without those that are struck out."""
        decimal = money.decimal_sign(self.document.language)
        seen = {price.value for price in self.page.prices}
        for one in self.page.texts:
            if len(one.value) <= offer.MAX_LINE and DIGIT.search(one.value):
                seen.update(sum_.value for sum_ in money.amounts(one.value, decimal=decimal))
        former = {price.value for price in self.page.prices if price.before} - self.current_prices
        return frozenset(seen - former if self.current_prices else seen)

    @cached_property
    def current_prices(self) -> frozenset[Decimal]:
        """The amounts near the title that may be the price and are not struck out."""
        return frozenset(price.value for price in self.page.prices if not price.before)

    @cached_property
    def shown(self) -> Price | None:
        """The price near the title that the page shows as what the product costs."""
        best = max(
            (one for one in self.found if one.field == "price" and one.source == SOURCE),
            key=lambda one: one.confidence,
            default=None,
        )
        if best is None or best.confidence < CLEAR_PRICE:
            return None
        own = (one for one in self.page.prices if one.value == best.value and not one.before)
        return max(own, key=lambda one: one.weight, default=None)

    @cached_property
    def hidden_prices(self) -> frozenset[object]:
        """What the page's data say that the product costs."""
        return frozenset(one.value for one in self.found if one.field == "price" and one.source in HIDDEN)

    @cached_property
    def shortened(self) -> frozenset[tuple[Decimal, Decimal]]:
        """The amounts near the title that may be a short way to write one in the markup, each with that one."""
        return frozenset(
            (price.value, one)
            for price in self.page.prices
            for one in self.hidden_prices
            if not price.before and isinstance(one, Decimal) and (_shortens(price.value, one) or _rounds(price, one))
        )

    def says_another(self, amount: object) -> bool:
        """Whether the page's data say nothing of an amount near the title, and name another one there as the price."""
        return amount not in self.hidden_prices and any(
            price.value in self.hidden_prices
            and not price.before
            and price.value != amount
            and not any(block.tag in VARIANT_TAGS for block in price.block.around(3))
            for price in self.page.prices
        )

    def is_offered(self, amount: Decimal, source: str) -> bool:
        """Whether the amount is that of one of several offers in the markup, or within their range."""
        for one in self.found:
            if one.source != source:
                continue
            if one.field == "offered" and one.value == amount:
                return True
            if one.field == "offered_range" and isinstance(one.value, list):
                low, high = map(Decimal, one.value)
                if low <= amount <= high:
                    return True
        return False

    @cached_property
    def shows_free(self) -> bool:
        """Whether what the markup gives away has no other price near the title than none."""
        return any(one.field == "free" and one.source in HIDDEN for one in self.found) and any(
            one.field == "free" and one.source == SOURCE for one in self.found
        )

    @cached_property
    def body_text(self) -> str:
        """All text of the page, neighbours, frames and hidden blocks included."""
        body = self.document.tree.body
        return body.text(separator=" ") if body is not None else ""

    def stands_somewhere(self, amount: Decimal) -> bool:
        """Whether the page's text holds the amount, however it is written."""
        whole, _, cents = f"{amount:.2f}".partition(".")
        groups = re.sub(r"(?<=\d)(?=(?:\d{3}){1,6}$)", rf"[.,{money.APOSTROPHES}\\s]?", whole)
        decimals = r"(?:\s?[.,]\s?00?)?" if cents == "00" else rf"\s?[.,€]?\s?{cents.rstrip('0')}0?"
        return re.search(rf"(?<![\d.,]){groups}{decimals}(?!\d)", self.body_text) is not None

    @cached_property
    def clear_price(self) -> bool:
        return any(
            one.field == "price" and one.source not in HIDDEN and one.confidence >= CLEAR_PRICE for one in self.found
        )

    def is_category(self, name: str) -> bool:
        """Whether a name near the title is that of a category, and no markup calls it the brand."""
        key = text.squeeze(name)
        trails = [one.value for one in self.found if one.field == "categories" and isinstance(one.value, list)]
        return any(key == text.squeeze(part) for trail in trails for part in trail) and not any(
            one.field == "brand"
            and (one.source in HIDDEN or one.place.startswith("“"))
            and text.squeeze(str(one.value)) == key
            for one in self.found
        )

    def labels_another_brand(self, name: str) -> bool:
        """Whether the page has a label "brand" with another name."""
        return any(
            one.field == "brand" and one.place.startswith("“") and text.squeeze(str(one.value)) != text.squeeze(name)
            for one in self.found
        )

    @cached_property
    def heading(self) -> str | None:
        """The page's main heading, unless a source calls it the brand."""
        titles = [one for one in self.found if one.field == "title" and one.source == SOURCE]
        name = str(max(titles, key=lambda one: one.confidence).value) if titles else ""
        brands = (text.squeeze(str(one.value)) for one in self.found if one.field == "brand")
        return name if name and text.squeeze(name) not in brands else None

    @cached_property
    def says_sold_out(self) -> bool:
        """Whether the page itself says so, and lets nobody buy."""
        return not self.page.buttons and any(
            one.field == "availability" and one.value == "OutOfStock" and one.source not in HIDDEN for one in self.found
        )

    @cached_property
    def sells(self) -> bool:
        """Whether the page has a buy button and nothing that says it is sold out."""
        return bool(self.page.buttons) and not any(
            one.field == "availability" and one.value == "OutOfStock" and one.source not in HIDDEN for one in self.found
        )


def corroborate(context: Context) -> list[Candidate]:
    """Return the candidates with confidences that take the whole page into account, without those it rules out."""
    result = []
    for one in context.found:
        if context.platform and one.field in context.platform.only and not context.is_named(one):
            continue
        rule = RULES.get(one.field)
        judged = rule(one, context) if rule else one
        if judged is not None:
            result.append(judged)
    if context.shows_free:
        result.append(Candidate("price", Decimal(0), "free", FREE))
    return result + _former_beside(context, result) + _local_currency(context)


def _shortens(shown: Decimal, whole: Decimal) -> bool:
    """Whether ``shown`` has one decimal and is ``whole`` but for three zeros or more: ``1,2`` (million)."""
    if shown.as_tuple().exponent != -1 or shown <= 0 or whole < 1000 * shown:
        return False
    return (whole / shown).normalize().as_tuple().digits == (1,)


def _rounds(shown: Price, whole: Decimal) -> bool:
    """Whether ``shown`` has a word for thousands or millions and is about ``whole``: ``$1.3k``."""
    return abs(whole - shown.value) * ROUNDED <= shown.value != whole and any(
        money.SCALE.match(shown.written, amount.end()) for amount in money.AMOUNT.finditer(shown.written)
    )


def _currency(one: Candidate, context: Context) -> Candidate | None:
    """What a reader sees beside the price outweighs another currency in the markup."""
    shown = context.shown
    if one.source == SOURCE and one.value == "JPY" and context.document.writes_chinese:
        return replace(one, value="CNY") if shown is None or "¥" in shown.written.replace("￥", "¥") else one
    if one.source in HIDDEN and shown is not None and shown.currency and one.value != shown.currency:
        may_be = money.currencies_of(shown.written)
        if may_be and one.value not in may_be:
            return replace(one, confidence=one.confidence * CONTRADICTED_CURRENCY)
    return one


def _title(one: Candidate, context: Context) -> Candidate | None:
    """A heading that repeats a name in the markup, or is repeated by it, is confirmed; a longer name says the same."""
    if not isinstance(one.value, str):
        return one
    if one.source in HIDDEN and context.heading and _goes_on(context.heading, one.value):
        return replace(one, value=context.heading)
    if one.source in HIDDEN and (bare := without_noise(one.value)) and bare != one.value:
        return replace(one, value=bare)
    if one.source != SOURCE or one.confidence >= CONFIRMED_TITLE:
        return one
    for other in context.found:
        if other.field == "title" and other.source in HIDDEN and isinstance(other.value, str):
            if min(len(text.words(one.value)), len(text.words(other.value))) < 2:
                continue
            if text.overlap(one.value, other.value) >= SAME_NAME:
                return replace(one, confidence=CONFIRMED_TITLE)
    return one


def _goes_on(name: str, longer: str) -> bool:
    """Whether ``longer`` is a name with more behind a sign that ends it: ``Chinos - camel``."""
    return longer.casefold().startswith(name.casefold()) and bool(NAME_ENDS.match(longer, len(name)))


def _brand(one: Candidate, context: Context) -> Candidate | None:
    brand = clean_brand(str(one.value))
    if brand is None or (one.source not in HIDDEN and context.is_category(brand)):
        return None
    host = text.squeeze(text.host_name(context.document.url).split(".")[-2:][0])
    if one.source in HIDDEN and host.startswith(text.squeeze(brand)) and context.labels_another_brand(brand):
        # Marketplaces put themselves there.
        return replace(one, value=brand, confidence=one.confidence * SHOP_AS_BRAND)
    return replace(one, value=brand)


def _sku(one: Candidate, context: Context) -> Candidate | None:
    written = str(one.value)
    if len(written) > 24 and (short := article_number(written)):
        written = short
    if context.is_named(one):
        return replace(one, value=written)
    key = text.squeeze(written)
    seen = key in context.visible_numbers or key in text.squeeze(context.document.url or "")
    return replace(one, value=written, confidence=one.confidence * (1.0 if seen else UNSEEN_SKU))


def _price(one: Candidate, context: Context) -> Candidate | None:
    amount = one.value
    if context.shows_free:
        return replace(one, confidence=min(one.confidence, PART_OF_PRICE))
    if one.source not in HIDDEN and any(amount == short for short, _ in context.shortened):
        return replace(one, confidence=min(one.confidence, PART_OF_PRICE))
    if one.source == SOURCE and context.shown and amount == context.shown.value and context.says_another(amount):
        return replace(one, confidence=min(one.confidence, OUTVOTED_PRICE))
    if amount not in context.current_prices and any(amount in sums for sums in context.page.parts.values()):
        # What members pay, or each month, is no price, whoever says so.
        return replace(one, confidence=min(one.confidence, PART_OF_PRICE))
    if one.source not in HIDDEN or not isinstance(amount, Decimal):
        return one
    if one.source == "page state" and amount == amount.to_integral_value():
        in_cents = context.platform is not None and context.platform.state_in_cents
        if in_cents or (
            amount >= 100 and amount not in context.current_prices and amount / 100 in context.current_prices
        ):
            amount = amount / 100
    limit = 1.0
    if any(amount == whole for _, whole in context.shortened):
        return one
    if context.shown and amount != context.shown.value and context.is_offered(context.shown.value, one.source):
        # Of several offers, the one that is chosen and shown where it is bought.
        return replace(one, value=context.shown.value)
    if context.says_sold_out and one.source != "shop data" and not context.stands_somewhere(amount):
        # What it cost while it was sold.
        return replace(one, confidence=min(one.confidence, PART_OF_PRICE))
    if context.clear_price and amount not in context.current_prices and amount not in context.visible_amounts:
        limit = FAR_PRICE if context.stands_somewhere(amount) else UNSEEN_PRICE
    return replace(one, value=amount, confidence=min(one.confidence, limit))


def _list_price(one: Candidate, context: Context) -> Candidate | None:
    """A former price that the page shows nowhere, though it shows its price, is nobody's offer."""
    if one.source not in HIDDEN or not isinstance(one.value, Decimal) or not context.clear_price:
        return one
    cents = one.source == "page state" and context.platform is not None and context.platform.state_in_cents
    amount = one.value / 100 if cents else one.value
    return replace(one, value=amount) if context.stands_somewhere(amount) else None


def _former_beside(context: Context, found: list[Candidate]) -> list[Candidate]:
    """Return the struck amount beside the markup's price, where the price was not seen near the title."""
    if context.page.prices or any(one.field == "list_price" for one in found):
        return []
    best = max((one for one in found if one.field == "price"), key=lambda one: one.confidence, default=None)
    if best is None or not isinstance(best.value, Decimal):
        return []
    document = context.document
    struck = former.beside(context.page, best.value, document.territory, money.decimal_sign(document.language))
    if struck is None:
        return []
    one, amount = struck
    return [Candidate("list_price", amount.value, SOURCE, 0.6, f"{place_of(one.block)} “{one.value}”")]


def _rated(one: Candidate, context: Context) -> Candidate | None:
    """Nobody has rated what the page says is unrated, whatever is counted for its scripts."""
    if one.source == "page state" and any(other.field == "unrated" for other in context.found):
        return None
    return one


def _availability(one: Candidate, context: Context) -> Candidate | None:
    if one.source in HIDDEN:
        if one.value == "InStock" and not context.page.buttons and not any(f.field == "price" for f in context.found):
            # Without a price and a button nobody can buy it, whatever a template says.
            return None
        if one.value == "InStock" and context.says_sold_out:
            return replace(one, confidence=one.confidence * CONTRADICTED_IN)
        if one.value == "OutOfStock" and context.sells:
            return replace(one, confidence=one.confidence * CONTRADICTED_OUT)
    return one


def _images(one: Candidate, context: Context) -> Candidate | None:
    """A share picture that is a logo or a filler comes last; beside a platform's own gallery, others are foreign."""
    if one.source == SOURCE and context.named_pictures >= OWN_GALLERY:
        return None
    if one.source in HIDDEN and isinstance(one.value, list) and is_no_picture(one.value[0]):
        return replace(one, confidence=LOGO)
    return one


SURE_CURRENCY = 0.5
DATA_CURRENCY = re.compile(r"""[cC]urrency\w{0,12}["']?\s*[:=]\s*["']([A-Z]{3})["']""")
MAX_SCRIPT = 300_000
RULES: dict[str, Callable[[Candidate, Context], Candidate | None]] = {
    "title": _title, "brand": _brand, "sku": _sku, "price": _price, "list_price": _list_price, "currency": _currency,
    "availability": _availability,
    "images": _images,
    "rating": _rated, "review_count": _rated,
}  # fmt: skip


def _local_currency(context: Context) -> list[Candidate]:
    """Return the currencies that the page's data and country suggest, for a price without a sign of its own."""
    if not any(one.field == "price" for one in context.found):
        return []
    result = []
    if not any(one.field == "currency" and one.confidence >= SURE_CURRENCY for one in context.found):
        bodies = (script.body[:MAX_SCRIPT] for script in context.document.scripts)
        codes = {money.currency_code(written) for body in bodies for written in DATA_CURRENCY.findall(body)} - {None}
        if len(codes) == 1 and (code := codes.pop()):
            result.append(Candidate("currency", code, "page state", 0.55, "the only one in scripts"))
    local = money.territory_currencies(context.document.territory)
    if local:
        result.append(Candidate("currency", local[0], "country", 0.32, context.document.territory or ""))
    return result
