"""Share metadata: Open Graph with Facebook's ``product:`` names, and Twitter cards."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from app.extraction import stock, text
from app.extraction.candidates import Candidate
from app.extraction.document import Document
from app.extraction.money import currency_code, machine_amount
from app.extraction.schema_org import valid_gtin

SOURCE = "opengraph"
CONFIDENCE = 0.75
PRODUCT_TYPES = frozenset(("product", "og:product", "product.item", "product.group", "ebay-objects:item"))
TEXTS = {
    "title": ("og:title", "twitter:title"),
    "description": ("og:description", "twitter:description"),
    "brand": ("product:brand", "og:brand"),
    "sku": ("product:retailer_item_id", "product:retailer_part_no", "product:mfr_part_no"),
    "shop": ("og:site_name",),
}
CURRENCIES = ("product:price:currency", "og:price:currency", "product:sale_price:currency")
# The sale price before the price: where both stand, the first is what a buyer pays.
PRICES = ("product:sale_price:amount", "product:price:amount", "og:price:amount")
LIST_PRICES = ("product:original_price:amount", "og:price:standard_amount")
STATES = ("product:availability", "og:availability")
IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image")


def _speaks_of_the_shop(document: Document) -> bool:
    """Whether the share metadata is that of the shop's front page, which some templates put on every page."""
    for address in document.meta("og:url")[:1]:
        try:
            named, own = urlsplit(address), urlsplit(document.url or "")
        except ValueError:
            continue
        return bool(named.hostname) and named.path in ("", "/") and not named.query and own.path not in ("", "/")
    return False


def candidates(document: Document) -> Iterator[Candidate]:
    """Yield what the page's metadata says of its product."""
    kind = next(iter(document.meta("og:type")), "").casefold()
    if kind in PRODUCT_TYPES or document.meta(*PRICES):
        yield Candidate("is_product", kind, SOURCE, CONFIDENCE)
    elif kind == "article":
        yield Candidate("is_article", kind, SOURCE, CONFIDENCE)
    shops_own = _speaks_of_the_shop(document)
    for field, names in TEXTS.items():
        if shops_own and field != "shop":
            continue
        for value in document.meta(*names)[:1]:
            written = text.plain(value)
            yield Candidate(
                field,
                text.without_shop(written, document.shop_names) if field == "title" else written,
                SOURCE,
                CONFIDENCE,
            )
    currency = next((code for value in document.meta(*CURRENCIES) if (code := currency_code(value))), None)
    amounts = {name: amount for name in (*PRICES, *LIST_PRICES) for value in document.meta(name)[:1]
               if (amount := machine_amount(value, currency))}  # fmt: skip
    price = next((amounts[name] for name in PRICES if name in amounts), None)
    if price:
        # Catalogue feeds fill these, now and then without tax: a price seen beside the buy button weighs more.
        yield Candidate("price", price, SOURCE, CONFIDENCE - 0.05)
        usual = next((amounts[name] for name in (*LIST_PRICES, *PRICES) if amounts.get(name, price) > price), None)
        if usual:
            yield Candidate("list_price", usual, SOURCE, CONFIDENCE)
    if currency:
        yield Candidate("currency", currency, SOURCE, CONFIDENCE)
    state = next((state for value in document.meta(*STATES) if (state := stock.from_schema(value))), None)
    if state:
        yield Candidate("availability", state, SOURCE, CONFIDENCE)
    for value in document.meta("product:ean", "product:gtin", "product:isbn", "product:upc"):
        if valid_gtin(value):
            yield Candidate("gtin", value, SOURCE, CONFIDENCE)
    images = [url for value in document.meta(*IMAGES) if (url := document.absolute(value))]
    if images and not shops_own:
        yield Candidate("images", images, SOURCE, CONFIDENCE)
    for value in document.meta("product:category")[:1]:
        if ">" in value:
            yield Candidate(
                "categories", [part.strip() for part in value.split(">") if part.strip()], SOURCE, CONFIDENCE
            )
