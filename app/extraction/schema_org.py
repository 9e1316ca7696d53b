"""Reading of schema.org items, whichever markup they came from, as plain dicts with ``@type`` and property names.

Vocabulary: https://schema.org/Product, /Offer, /AggregateOffer, /ProductGroup, /AggregateRating, /BreadcrumbList.
"""

import re
from collections import deque
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from app.extraction import stock, text
from app.extraction.candidates import Candidate, FieldValue
from app.extraction.document import Document
from app.extraction.money import currency_code, machine_amount

Item = dict[str, Any]

PRODUCT_TYPES = frozenset(
    ("product", "productgroup", "productmodel", "individualproduct", "someproducts", "vehicle", "car", "book")
)
ARTICLE_TYPES = frozenset(
    ("article", "newsarticle", "blogposting", "reportagenewsarticle", "techarticle", "analysisnewsarticle")
)
# Under these stand other products than the page's own.
NEIGHBOURS = frozenset(
    ("isRelatedTo", "isSimilarTo", "isAccessoryOrSparePartFor", "isConsumableFor", "itemListElement", "itemReviewed",
    "review",
     "reviews", "hasVariant", "isVariantOf", "itemOffered", "hasOfferCatalog", "makesOffer")
)  # fmt: skip
KNOWN = frozenset(
    ("@type", "@id", "@graph", "@context", "name", "description", "brand", "manufacturer", "sku", "productID", "mpn",
     "image", "category", "url", "offers", "price", "lowPrice", "highPrice", "priceCurrency", "priceSpecification",
     "availability", "itemCondition", "aggregateRating", "ratingValue", "bestRating", "ratingCount", "reviewCount",
     "review", "reviewRating", "reviewBody", "hasVariant", "isVariantOf", "itemListElement", "additionalProperty",
     "mainEntity", "itemOffered", "gtin13", "gtin"))  # fmt: skip
FOLDED = {name.casefold(): name for name in KNOWN}
"""Names of properties that are read, by their letters: some shops write them in another case."""
GTINS = ("gtin13", "gtin", "gtin14", "gtin12", "gtin8", "isbn", "ean")
SOLD_PRICES = frozenset(("ListPrice", "StrikethroughPrice", "MSRP", "SRP", "RegularPrice"))
CONDITIONS = {"usedcondition": "used", "refurbishedcondition": "refurbished", "damagedcondition": "used",
              "used": "used", "refurbished": "refurbished"}  # fmt: skip
NOTHING = frozenset(("null", "none", "undefined", "n/a", "nan"))
PLACEHOLDER = re.compile(r"\$\{?[A-Za-z_]\w*\}?|\{\{[^{}]*\}\}|%[A-Z_]+%|\[object Object\]")
NAME_MATCH = 0.6
ORPHAN = 0.65
"""Factor for a rating that is no property of a product."""
GOOD, MOST_REVIEWS, LONGEST_REVIEW = 4.0, 5, 600
"""Stars of 5 from which a review's text is kept, how many, and characters from which one is an essay."""
MAX_ITEMS = 20_000
MAX_TEXT = 20_000


def many(value: object) -> list[Any]:
    """Return ``value`` as a list: itself, or it alone, or nothing."""
    return value if isinstance(value, list) else [] if value is None or value == "" else [value]


def types(item: Item) -> set[str]:
    """Return the item's types in lower case without their address."""
    return {re.split(r"[/:#]", str(name))[-1].casefold() for name in many(item.get("@type"))}


def string(value: object) -> str | None:
    """Return the first text in ``value`` (a text, a number, a list of them, or an item with a name), cleaned."""
    for one in many(value):
        if isinstance(one, dict):
            one = one.get("name") or one.get("@value")
            one = one[0] if isinstance(one, list) and one else one
        if isinstance(one, (str, int, float)) and not isinstance(one, bool):
            found = text.plain(str(one)[:MAX_TEXT])
            if found and found.casefold() not in NOTHING and not PLACEHOLDER.fullmatch(found):
                return found
    return None


def number(value: object) -> float | None:
    """Return the number that ``value`` holds, written with a dot or a comma, or None."""
    match = re.fullmatch(r"\s*(\d{1,9}(?:[.,]\d{1,9})?)\s*", (string(value) or "").replace("\u00a0", ""))
    return float(match[1].replace(",", ".")) if match else None


def count(value: object) -> int | None:
    """Return the whole number in ``value``, with or without thousands signs and words (``1,234 reviews``), or None."""
    match = re.search(r"(?<![\d.,])\d{1,3}(?:[.,' \u00a0]\d{3}){1,4}(?![\d.,])|\d{1,9}", string(value) or "")
    return int(re.sub(r"\D", "", match[0])) if match else None


def valid_gtin(value: str) -> bool:
    """Whether the digits are a GTIN-8, -12, -13 or -14 with a right check digit (GS1 General Specifications 7.9)."""
    if not re.fullmatch(r"\d{8}|\d{12,14}", value, re.ASCII) or not value.strip("0"):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(value)))
    return total % 10 == 0


def walk(roots: list[Any]) -> Iterator[Item]:
    """Yield all items in ``roots``, outer before inner, leaving out what stands for other products."""
    queue: deque[Any] = deque(roots)
    seen = 0
    while queue and seen < MAX_ITEMS:
        value = queue.popleft()
        seen += 1
        if isinstance(value, list):
            queue.extendleft(reversed(value))
        elif isinstance(value, dict):
            for name in [one for one in value if one not in KNOWN]:
                if (known := FOLDED.get(name.casefold())) and known not in value:
                    value[known] = value.pop(name)
            yield value
            inner = [one for name, one in value.items() if name not in NEIGHBOURS and isinstance(one, (dict, list))]
            queue.extendleft(reversed(inner))


def main_product(items: list[Item], document: Document) -> tuple[Item, float] | None:
    """Return the product that the page is about with a factor (0..1) for how sure that is, or None.

    Several products are told apart by their address or name, which must agree with the page's; without agreement
    none is taken, since it may well be a neighbour.
    """
    products = [item for item in items if types(item) & PRODUCT_TYPES and not types(item) & ARTICLE_TYPES]
    if not products:
        return None

    def fit(item: Item) -> float:
        name = string(item.get("name")) or ""
        named = max((text.overlap(name, heading) for heading in document.headings), default=0.0)
        return named + (0.5 if _same_page(item, document.url) else 0.0) + (0.1 if item.get("offers") else 0.0)

    best = max(products, key=fit)
    score = fit(best)
    if score >= NAME_MATCH:
        return best, 1.0
    if len(products) == 1 or len({string(item.get("name")) for item in products}) == 1:
        return best, 0.5 if document.headings else 1.0
    return None


def _same_page(item: Item, url: str | None) -> bool:
    own = string(item.get("url")) or string(item.get("@id"))
    if not own or not url:
        return False
    path = re.sub(r"[?#].*", "", own).rstrip("/")
    return len(path) > 1 and re.sub(r"[?#].*", "", url).rstrip("/").endswith(path)


def candidates(items: list[Item], document: Document, source: str, confidence: float) -> Iterator[Candidate]:
    """Yield what ``items`` say of the page's product, with ``confidence`` where nothing speaks against it."""
    chosen = main_product(items, document)
    if chosen:
        product, factor = chosen
        sure = confidence * factor
        for field, value in _product_fields(product, document):
            yield Candidate(field, value, source, sure)
    if (not chosen or not chosen[0].get("aggregateRating")) and (alone := _rating_alone(items)):
        for field, value in _rating({"aggregateRating": alone}):
            yield Candidate(field, value, source, confidence * ORPHAN)
    for item in items:
        kind = types(item)
        if "breadcrumblist" in kind and (names := _breadcrumbs(item)):
            yield Candidate("categories", names, source, confidence)
        elif kind & {"organization", "onlinestore", "website", "store"} and (name := string(item.get("name"))):
            yield Candidate("shop", name, source, confidence / 2)
        elif kind & ARTICLE_TYPES:
            yield Candidate("is_article", source, source, confidence)


def _rating_alone(items: list[Item]) -> Item | None:
    """Return the one rating that is no property of another item, and not of a shop: the page's product's."""
    owned = {id(one) for item in items if types(item) for value in item.values() for one in many(value)}
    found = [one for one in items if "aggregaterating" in types(one) and id(one) not in owned]
    if len(found) != 1:
        return None
    rated = next((one for one in many(found[0].get("itemReviewed")) if isinstance(one, dict)), None)
    return found[0] if rated is None or not types(rated) or types(rated) & PRODUCT_TYPES else None


def _product_fields(product: Item, document: Document) -> Iterator[tuple[str, FieldValue]]:
    yield "is_product", "schema.org"
    group = next((one for one in many(product.get("isVariantOf")) if isinstance(one, dict)), {})
    for field, names in {
        "title": ("name",),
        "description": ("description",),
        "brand": ("brand", "manufacturer"),
        "sku": ("sku", "productID", "mpn"),
    }.items():
        value = next((found for name in names if (found := string(product.get(name)) or string(group.get(name)))), None)
        if value:
            yield field, value
    offers = _offers(product)
    numbered = any(product.get(name) or group.get(name) for name in ("sku", "productID", "mpn"))
    single = [one for one in offers if not one.get("offers")]
    if len(single) == 1 and not numbered and (own := string(single[0].get("sku")) or string(single[0].get("mpn"))):
        yield "sku", own
    for name in GTINS:
        digits = re.sub(r"[\s-]", "", (string(product.get(name)) or "").removeprefix("isbn:"))
        if valid_gtin(digits):
            yield "gtin", digits
            break
    if images := _images(product.get("image"), document) or _images(group.get("image"), document):
        yield "images", images
    category = string(product.get("category"))
    if category and not category.startswith("http") and not category.isdigit():
        yield "categories", [part.strip() for part in re.split(r"\s{0,9}[>»/]\s{1,9}", category) if part.strip()]
    specs = {
        label: value
        for one in many(product.get("additionalProperty"))
        if isinstance(one, dict) and (label := string(one.get("name"))) and (value := string(one.get("value")))
    }
    if specs:
        yield "specs", specs
    yield from _rating(product)
    yield from _offer_signs(product)
    if reviews := _good_reviews(product):
        yield "reviews", reviews
    yield from _offer_fields(offers)


def _images(value: object, document: Document) -> list[str]:
    found = []
    for one in many(value):
        if isinstance(one, dict):
            one = next((one[name] for name in ("contentUrl", "url", "@id") if one.get(name)), None)
            one = one[0] if isinstance(one, list) and one else one
        if isinstance(one, str) and (url := document.absolute(one)):
            found.append(url)
    return found


def _rating(product: Item) -> Iterator[tuple[str, FieldValue]]:
    rating = next((one for one in many(product.get("aggregateRating")) if isinstance(one, dict)), None)
    if rating is None:
        return
    reviews = next((n for name in ("reviewCount", "ratingCount") if (n := count(rating.get(name))) is not None), None)
    value, best = number(rating.get("ratingValue")), number(rating.get("bestRating")) or 5.0
    if reviews:
        yield "review_count", reviews
    # A rating of zero, or from nobody, is a template's filling.
    if value and value <= best and reviews != 0:
        yield "rating", round(value * 5 / best, 3)


def _good_reviews(product: Item) -> list[str]:
    """Return the texts of reviews of at least ``GOOD`` stars, each once; whose they are is left out."""
    found = []
    for one in many(product.get("review")) + many(product.get("reviews")):
        if not isinstance(one, dict):
            continue
        rating = next((given for given in many(one.get("reviewRating")) if isinstance(given, dict)), {})
        stars, best = number(rating.get("ratingValue")), number(rating.get("bestRating")) or 5.0
        words = string(one.get("reviewBody")) or string(one.get("description"))
        if words and stars and stars <= best and stars * 5 / best >= GOOD and len(words) <= LONGEST_REVIEW:
            found.append(words)
    return list(dict.fromkeys(found))[:MOST_REVIEWS]


def _offers(product: Item) -> list[Item]:
    """Return the product's offers: its own, those inside an offer, else its variants'."""
    found = [one for one in many(product.get("offers")) if isinstance(one, dict)]
    inner = [one for offer in found for one in many(offer.get("offers")) if isinstance(one, dict)]
    if found:
        return found + inner
    variants = [one for one in many(product.get("hasVariant")) if isinstance(one, dict)]
    return [one for variant in variants for one in many(variant.get("offers")) if isinstance(one, dict)]


def _offer_fields(offers: list[Item]) -> Iterator[tuple[str, FieldValue]]:
    """Yield price (the lowest that can be bought), list price, currency and availability of the offers together."""
    prices: list[tuple[bool, Decimal, str | None, Decimal | None]] = []
    states: list[stock.Availability] = []
    for offer in offers:
        currency = _currency(offer)
        specifications = [one for one in many(offer.get("priceSpecification")) if isinstance(one, dict)]
        state = stock.from_schema(string(offer.get("availability")) or "")
        if state:
            states.append(state)
        usual = next((one for one in specifications if _sold_before(one)), None)
        current = next((one for one in specifications if not _sold_before(one)), {})
        currency = currency or _currency(current) or _currency(usual or {})
        amount = next(
            (
                found
                for holder, name in ((offer, "price"), (offer, "lowPrice"), (current, "price"), (current, "minPrice"))
                if (found := _amount(holder.get(name), currency))
            ),
            None,
        )
        if amount:
            prices.append(
                (state == "OutOfStock", amount, currency, _amount(usual.get("price"), currency) if usual else None)
            )
    if not prices and offers and all(_is_free(offer) for offer in offers):
        yield "free", "schema.org"
        if currency := _currency(offers[0]):
            yield "currency", currency
    if prices:
        if any(_runs(offer) for offer in offers):
            yield "price_from", min(one[1] for one in prices)
        _, price, currency, list_price = min(prices, key=lambda one: one[:2])
        yield "price", price
        for one in {amount for _, amount, _, _ in prices}:
            yield "offered", one
        for offer in offers:
            if _runs(offer) and (low := _amount(offer.get("lowPrice"), currency)):
                yield "offered_range", [str(low), str(_amount(offer.get("highPrice"), currency))]
        if currency:
            yield "currency", currency
        if list_price and list_price > price:
            yield "list_price", list_price
    if states:
        yield "availability", "InStock" if "InStock" in states else "OutOfStock"


def _is_free(offer: Item) -> bool:
    """Whether the offer's price is a zero that is written out."""
    return number(offer.get("price")) == 0


def _offer_signs(product: Item) -> Iterator[tuple[str, FieldValue]]:
    """Yield what kind of offer it is, from its condition and availability."""
    for offer in [product, *_offers(product)]:
        condition = re.split(r"[/:#]", string(offer.get("itemCondition")) or "")[-1].casefold()
        if condition in CONDITIONS:
            yield "offer sign", CONDITIONS[condition]
            break
    states = [re.split(r"[/:#]", string(one.get("availability")) or "")[-1].casefold() for one in _offers(product)]
    if states and all(state in ("preorder", "presale") for state in states):
        yield "offer sign", "preorder"


def _sold_before(specification: Item) -> bool:
    return (string(specification.get("priceType")) or "").rpartition("/")[2] in SOLD_PRICES


def _runs(offer: Item) -> bool:
    """Whether the offer is of several prices."""
    low, high = _amount(offer.get("lowPrice"), None), _amount(offer.get("highPrice"), None)
    return low is not None and high is not None and low < high


def _currency(offer: Item) -> str | None:
    return currency_code(string(offer.get("priceCurrency")) or string(offer.get("currency")) or "")


def _amount(value: object, currency: str | None) -> Decimal | None:
    """Return a price above zero. Zero stands for "no price" in most shops' markup."""
    try:
        raw = next((one for one in many(value) if isinstance(one, (int, float, str))), None)
        return machine_amount(raw, currency) or None
    except InvalidOperation:
        return None


def _breadcrumbs(item: Item) -> list[str]:
    """Return the names in a breadcrumb list by their positions."""
    places = []
    for place, entry in enumerate(many(item.get("itemListElement"))):
        if isinstance(entry, dict):
            name = string(entry.get("name")) or string(entry.get("item"))
            if name and not name.startswith("http"):
                places.append((number(entry.get("position")) or place, place, name))
    return [name for _, _, name in sorted(places)]
