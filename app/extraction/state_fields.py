"""What an object in a page's embedded data says of its product, by the names that shops give to its properties."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.extraction import schema_org, stock, text
from app.extraction.candidates import FieldValue
from app.extraction.document import Document
from app.extraction.labels import clean_brand
from app.extraction.money import currency_code, currency_in, machine_amount

Found = tuple[str, FieldValue, float]
"""Field, value, and how far the property's name can be trusted (0..1)."""

# fmt: off
SKUS = ("sku", "SKU", "product_sku", "articleNumber", "productCode", "product_code", "itemNumber", "item_no",
    "partNumber", "reference", "item_id",
        "productNumber", "code", "styleCode", "modelNumber", "mpn", "displaySku", "skuid", "skuId", "itemId",
        "productId", "product_id",
        "listingId", "adId", "id")
SURE_SKUS = frozenset((*SKUS[:10], "product_sku"))
BRANDS = ("brand", "product_brand", "brandName", "brand_name", "item_brand", "manufacturer", "vendor", "productBrand",
    "Brand", "manufacturerName", "make",
          "author")
GTINS = ("gtin13", "gtin", "ean", "ean13", "gtin14", "upc", "barcode", "isbn", "EAN", "isbn13")
PRICES = ("salePrice", "sale_price", "currentPrice", "current_price", "finalPrice", "final_price", "sellingPrice",
    "specialPrice",
          "discountedPrice", "price", "priceInfo", "prices", "pricing", "Price", "productPrice", "item_price",
          "price_amount", "unitPrice", "product_unit_price",
          "priceRange", "offers", "offer", "lowPrice", "minPrice", "formattedPrice", "product_price", "priceWithTax",
          "price_with_tax")
INNER_PRICES = ("current", "now", "sale", "salePrice", "final", "finalPrice", "selling", "sellingPrice", "discounted",
    "special",
                "currentPrice", "price", "value", "amount", "raw", "min", "minPrice", "lowPrice", "lowest", "withTax",
                "regular",
                "formatted", "minVariantPrice", "priceWithTax", "display", "numericValue", "basePrice")
CURRENCIES = ("currency", "currencyCode", "priceCurrency", "currency_code", "currencyIso", "currencyISO", "Currency",
    "isoCode", "iso")
STATES = ("availability", "availabilityStatus", "stockStatus", "stock_status", "inStock", "isInStock", "is_in_stock",
    "in_stock",
          "available", "isAvailable", "availableForSale", "isBuyable", "buyable", "purchasable", "isPurchasable",
          "soldOut", "isSoldOut",
          "outOfStock", "isOutOfStock", "is_sold_out", "stock", "stockLevel", "quantity", "inventory")
NEGATIVE = frozenset(("soldOut", "isSoldOut", "outOfStock", "isOutOfStock", "is_sold_out"))
IMAGES = ("images", "image", "media", "gallery", "pictures", "photos", "imageUrl", "image_url", "imageURL",
    "mainImage", "primaryImage",
          "featured_image", "picture", "img", "thumbnailUrl", "assets", "mediaGallery", "productImages", "imageUrls")
RATINGS = ("averageRating", "average_rating", "ratingValue", "avgRating", "ratingAverage", "reviewRating",
    "reviewSummary",
           "reviews", "ratings", "rating", "reviewStatistics", "aggregateRating", "starRating", "averageOverallRating")
COUNTS = ("reviewCount", "review_count", "numberOfReviews", "totalReviewCount", "reviewsCount", "ratingCount",
    "reviews_count",
          "totalReviews", "numReviews", "ratingsCount", "totalRatings", "numberOfRatings", "count", "total")
VARIANTS = ("variants", "skus", "variations", "sizes", "childProducts", "offers", "options", "variantsList")
NAMES = ("name", "title", "productName", "displayName", "productTitle", "item_name", "Name")
# fmt: on
IMAGE = re.compile(r"\.(?:jpe?g|png|webp|avif)(?:[?#]|$)|/image/|/images?/|image/upload|scene7", re.IGNORECASE)
MAX_IMAGES = 30


def read(product: dict[str, Any], document: Document) -> Iterator[Found]:
    """Yield what the object says, field by field."""
    product = {key: value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], (str, int,
        float)) else value
               for key, value in product.items()}  # fmt: skip
    yield "is_state", "page state", 1.0
    title = _text(product, NAMES)
    if title:
        yield "title", text.plain(title), 0.7
    own = next(((key, number) for key in SKUS if (number := _number(product.get(key)))), None)
    variant = next((number for one in _variants(product) if (number := _number(one.get("sku")))), None)
    if own and own[0] in SURE_SKUS:
        yield "sku", own[1], 1.0
    elif variant or own:
        yield "sku", variant or (own[1] if own else ""), 0.9 if variant else 0.6
    for key in BRANDS:
        found = schema_org.string(product.get(key))
        if found and len(found) <= 60 and (brand := clean_brand(found)):
            yield "brand", brand, 1.0 if key != "author" else 0.7
            break
    gtin = _text(product, GTINS)
    if gtin and schema_org.valid_gtin(gtin):
        yield "gtin", gtin, 1.0
    yield from _money(product, document)
    state = _state(product)
    if state:
        yield "availability", state, 0.9
    links = list(dict.fromkeys(_images([product[key] for key in IMAGES if key in product], document)))[:MAX_IMAGES]
    if links:
        yield "images", links, 0.7
    yield from _rating(product)


def _text(product: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = product.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:1000]
    return None


def _number(value: Any) -> str | None:
    """Return an article number that is no flag and no text."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    written = str(value).strip()
    return written if 2 < len(written) <= 40 else None


def _variants(product: dict[str, Any]) -> list[dict[str, Any]]:
    for name in VARIANTS:
        value = product.get(name)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [one for one in value[:200] if isinstance(one, dict)]
    return []


def _money(product: dict[str, Any], document: Document) -> Iterator[Found]:
    currency = _currency(product)
    for key in PRICES:
        if key not in product:
            continue
        currency = currency or _currency(product[key])
        amount, named = _amount(product[key], currency, 0)
        if amount:
            yield "price", amount, 0.75
            code = currency or named
            if code:
                yield "currency", code, 0.9
            return
    if currency:
        yield "currency", currency, 0.7


def _amount(value: Any, currency: str | None, depth: int) -> tuple[Decimal | None, str | None]:
    """Return an amount above zero and the currency that stands in its text, if any."""
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        return machine_amount(value, currency) or None, currency_in(value[:60], None) if isinstance(
            value, str
        ) else None
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, dict)), None)
    if isinstance(value, dict) and depth < 3:
        code = currency or _currency(value)
        if isinstance(cents := value.get("centAmount"), int) and cents > 0:
            digits = value.get("fractionDigits")
            return Decimal(cents) / 10 ** (digits if isinstance(digits, int) and 0 <= digits <= 4 else 2), code
        for name in INNER_PRICES:
            if name in value:
                amount, named = _amount(value[name], code, depth + 1)
                if amount:
                    return amount, code or named
    return None, None


def _currency(value: Any) -> str | None:
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, dict)), None)
    if not isinstance(value, dict):
        return None
    for name in CURRENCIES:
        one = value.get(name)
        if isinstance(one, dict):
            one = one.get("code") or one.get("isoCode") or one.get("isocode")
        if isinstance(one, str) and (code := currency_code(one[:10])):
            return code
    return None


def _state(product: dict[str, Any]) -> stock.Availability | None:
    """Return what the object or its variants say: in stock where any variant is."""
    variants = [state for one in _variants(product) if (state := _own_state(one))]
    if variants:
        return "InStock" if "InStock" in variants else "OutOfStock"
    return _own_state(product)


def _own_state(item: dict[str, Any]) -> stock.Availability | None:
    for name in STATES:
        value = item.get(name)
        if isinstance(value, dict):
            value = next((value[key] for key in ("status", "availability", "inStock", "available", "isAvailable",
                "stockLevel", "quantity",
                                                 "availableToOrder") if key in value), None)  # fmt: skip
        if isinstance(value, bool):
            return "InStock" if value != (name in NEGATIVE) else "OutOfStock"
        if isinstance(value, (int, float)) and name not in NEGATIVE:
            return "InStock" if value > 0 else "OutOfStock"
        if isinstance(value, str) and value and (state := stock.from_schema(value[:80])):
            return state
    return None


def _images(values: list[Any], document: Document) -> Iterator[str]:
    """Yield the picture addresses in values that hold pictures, outer before inner."""
    queue, seen = list(values), 0
    while queue and seen < 300:
        value = queue.pop(0)
        seen += 1
        if isinstance(value, str):
            if IMAGE.search(value) and len(value) < 1000 and (url := document.absolute(value)):
                yield url
        elif isinstance(value, list):
            queue[:0] = value[:60]
        elif isinstance(value, dict):
            preferred = (
                "hiRes",
                "zoom",
                "full",
                "large",
                "original",
                "url",
                "src",
                "href",
                "imageUrl",
                "img",
                "default",
            )
            one = next((value[name] for name in preferred if isinstance(value.get(name), str) and value[name]), None)
            queue[:0] = (
                [one] if one else [inner for inner in value.values() if isinstance(inner, (dict, list, str))][:30]
            )


def _rating(product: dict[str, Any]) -> Iterator[Found]:
    holders = [product, *(product[name] for name in RATINGS if isinstance(product.get(name), dict))]
    for holder in holders:
        value = next((found for name in (*RATINGS, "average", "value") if (found := schema_org.number(
            holder.get(name) if not isinstance(holder.get(name), (dict, list)) else None)) is not None
            and (holder is not product or name not in ("average", "value"))), None)  # fmt: skip
        count = next((found for name in COUNTS if not isinstance(holder.get(name), (dict, list))
                      and (found := schema_org.count(holder.get(name))) is not None
                      and (holder is not product or name not in ("count", "total"))), None)  # fmt: skip
        if value and value <= 5 and count != 0:
            yield "rating", round(value, 3), 0.9
        if count:
            yield "review_count", count, 0.9
        if (value or count) and holder is not product:
            return
