"""Rows of tables: columns known by their many names, cells read as the product's fields."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from app.errors import InvalidInput
from app.extraction import schema_org, stock, text
from app.extraction.candidates import Candidate, FieldValue
from app.extraction.decide import product
from app.extraction.document import LANGUAGE, Document
from app.extraction.money import currency_code, currency_in, machine_amount
from app.models import Product

CONFIDENCE = 0.9
QUALIFIER = re.compile(r"\[[^\]]{0,200}\]|#\d{1,3}(?:\.(?:value|media_location))?$|#\d{1,3}(?=\.)")
"""``item_name[language_tag=de_DE]#1.value`` is ``item_name``."""
LIST_SEPARATORS = re.compile(r"[|;\n]|,(?=\s*https?:)")

# Column names (letters and digits alone, lower case) of common shop exports and feeds -> the product's field.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "url": ("url", "link", "producturl", "productlink", "pageurl", "address", "lien"),
    "title": ("title", "name", "productname", "producttitle", "itemname", "titel", "produktname", "bezeichnung",
              "artikelname", "nom", "titre", "nombre", "titulo", "nome", "titolo", "nazwa", "nazev", "naziv", "naam"),
    "description": ("description", "bodyhtml", "body", "longdescription", "productdescription", "itemdescription",
        "shortdescription",
        "beschreibung",
                    "descripcion", "descricao", "descrizione", "opis", "popis"),
    "brand": ("brand", "brandname", "vendor", "manufacturer", "marke", "hersteller", "marque", "marca", "marka",
        "merk"),
    "sku": ("sku", "variantsku", "sellersku", "itemsku", "articlenumber", "itemnumber", "artikelnummer", "artnr",
            "reference", "referencia", "code", "offerid", "contributionsku", "ugs", "customlabelsku", "productid",
            "itemid", "id", "mpn"),
    "gtin": ("gtin", "ean", "gtin13", "ean13", "upc", "isbn", "barcode", "variantbarcode", "externalproductid",
             "gtinupceanorisbn"),
    "price": ("saleprice", "specialprice", "discountedprice", "currentprice", "angebotspreis",
              "aktionspreis", "tarifpromo", "preciorebajado", "prezzoinofferta", "aanbiedingsprijs",
              "purchasableofferourpriceschedulevaluewithtax", "precopromocional",
              "cenapromocyjna", "price", "variantprice", "standardprice",
              "amount", "preis", "verkaufspreis", "prix", "precio", "preco", "prezzo", "cena", "prijs"),
    "list_price": ("listprice", "regularprice", "compareatprice", "variantcompareatprice", "originalprice", "rrp",
                   "msrp", "uvp", "oldprice", "regularerpreis", "tarifregulier", "prixregulier", "precionormal",
                   "prezzodilistino", "reguliereprijs", "preconormal"),
    "currency": ("currency", "currencycode", "pricecurrency", "waehrung", "wahrung", "devise", "moneda", "valuta"),
    "availability": ("availability", "instock", "stockstatus", "available", "stock", "quantity", "variantinventoryqty",
                     "inventoryquantity",
                     "variantavailable", "fulfillmentavailabilityquantity",
                     "vorratig", "opvoorraad", "emestoque", "enstock", "nastanie", "qty",
                     "verfugbarkeit", "lagerstatus", "disponibilite", "disponibilidad"),
    "rating": ("rating", "averagerating", "ratingvalue", "stars", "bewertung"),
    "review_count": ("reviewcount", "reviews", "ratingcount", "numberofreviews", "numreviews"),
    "images": ("image", "images", "imageurl", "imageurls", "imagelink", "imagesrc", "picture", "photo", "bild",
        "bildurl", "imagen", "mainimageurl", "otherimageurl", "additionalimagelink", "bilder", "imagenes",
        "immagini", "immagine", "afbeeldingen", "imagens", "obrazki", "picurl", "imgurl",
        "mainproductimagelocator", "otherproductimagelocator", "variantimage", "productimageurl",
        "variantimageurl"),
    "categories": ("category", "categories", "producttype", "googleproductcategory", "kategorie",
        "kategorien", "categorie", "categorieen", "categorias",
        "categoria"),
    "features": ("features", "bullets", "bulletpoints", "bulletpoint", "highlights", "sellingpoints",
                 "producthighlight", "keyproductfeatures"),
    "parent": ("parent", "parentsku", "ubergeordnetesprodukt", "superior", "genitore", "hoofd"),
    "sells on": ("variantinventorypolicy", "continuesellingwhenoutofstock"),
    "language": ("language", "lang", "locale", "sprache"),
    "shop": ("shop", "store", "seller", "merchant"),
}  # fmt: skip
ADDED_UP = frozenset(("images", "features"))
SELLS_ON = frozenset(("continue", "true"))
"""What Shopify's columns say of a product that is sold when none is left."""
PLAIN_PRICE = SYNONYMS["price"].index("price")
"""The names before it are those of reduced prices, beside which a price is the former one."""
FIELD_OF = {name: field for field, names in SYNONYMS.items() for name in names}


@lru_cache(maxsize=1000)
def _key(name: str) -> str:
    """Return a column's name without accents, signs, case, and what Amazon says of its language and place."""
    bare = unicodedata.normalize("NFKD", QUALIFIER.sub("", name))
    return text.squeeze("".join(one for one in bare if not unicodedata.combining(one)))


@lru_cache(maxsize=1000)
def field_of(name: str) -> str | None:
    """Return the product's field that a column's name means, without regard to accents, signs and case."""
    key = _key(name)
    return FIELD_OF.get(key) or FIELD_OF.get(key.rstrip("0123456789"))


@lru_cache(maxsize=1000)
def _rank(name: str, field: str) -> int:
    """Return how far back a column's name stands among those of its field; the first says it most surely."""
    key = _key(name)
    names = SYNONYMS[field]
    return names.index(key) if key in names else len(names)


def product_of(columns: Iterable[tuple[str, str]], source: str, document: Document) -> Product:
    """Return the product of a row: pairs of a column's name and its cell; unknown columns are left out.

    Raises:
        InvalidInput: the row has no title, or a cell can't be read; the message says which.
    """
    filled: dict[str, list[tuple[int, str]]] = {}
    for name, cell in columns:
        field = field_of(name)
        if field and cell.strip():
            filled.setdefault(field, []).append((_rank(name, field), cell))
    # Of two columns for one field the surest filled one counts; pictures and selling points add up.
    values = {
        field: "|".join(cell for _, cell in cells) if field in ADDED_UP else min(cells, key=lambda one: one[0])[1]
        for field, cells in filled.items()
    }
    prices = sorted(filled.get("price", []), key=lambda one: one[0])
    if prices and len(prices) + len(filled.get("list_price", [])) > 1 and _is_no_reduction(*prices[0]):
        del prices[0], values["price"]
        if prices:
            values["price"] = prices[0][1]
    if "list_price" not in values and len(prices) > 1 and prices[0][0] < PLAIN_PRICE <= prices[1][0]:
        values["list_price"] = prices[1][1]
    if "price" not in values and "list_price" in values:
        # A shop that sells at its regular price.
        values["price"] = values.pop("list_price")
    if "title" not in values:
        raise InvalidInput("this row has no title")
    currency = currency_code(values.get("currency", "")) or currency_in(values.get("price", ""), document.territory)
    if values.get("sells on", "").strip().casefold() in SELLS_ON:
        values["availability"] = "InStock"
    found = [Candidate("is_product", source, source, CONFIDENCE)]
    found += [Candidate("currency", currency, source, CONFIDENCE)] if currency else []
    for field, cell in values.items():
        if field in CELLS:
            value = CELLS[field](cell, currency, document)
            if value is None:
                raise InvalidInput(f"{field}: {cell[:60]!r} can't be read")
            if value != "":
                found.append(Candidate(field, value, source, CONFIDENCE))
    return product(found, (document.absolute(values["url"]) if "url" in values else None) or document.url)


def _is_no_reduction(rank: int, cell: str) -> bool:
    """Whether a cell is a reduced price of 0, by which feeds say that there is none."""
    return rank < PLAIN_PRICE and machine_amount(cell, None) == 0


def _plain(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    return text.plain(cell)


def _amount(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    return machine_amount(cell, currency)


def _stock(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    """Read a state, or a count of pieces."""
    if re.fullmatch(r"-?\d{1,9}", cell.strip()):
        return "InStock" if int(cell) > 0 else "OutOfStock"
    return stock.from_schema(cell)


def _gtin(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    """Read a number; shops keep codes of their own in such a column, and a spreadsheet's sign for text before them."""
    digits = re.sub(r"[\s'-]", "", cell)
    return digits if schema_org.valid_gtin(digits) else ""


def _rating(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    value = schema_org.number(cell)
    return value if value is not None and value <= 5 else None


def _reviews(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    return schema_org.count(cell)


def _links(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    return [url for part in LIST_SEPARATORS.split(cell) if (url := document.absolute(part))] or None


def _list(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    return [part for value in re.split(r"[|;\n>]", cell) if (part := text.plain(value))]


def _language(cell: str, currency: str | None, document: Document) -> FieldValue | None:
    match = LANGUAGE.match(cell.strip())
    return match[1].lower() if match else None


Reader = Callable[[str, str | None, Document], FieldValue | None]
# fmt: off
CELLS: dict[str, Reader] = {
    "title": _plain, "description": _plain, "brand": _plain, "sku": _plain, "shop": _plain, "gtin": _gtin,
    "price": _amount, "list_price": _amount, "availability": _stock, "rating": _rating, "review_count": _reviews,
    "images": _links, "categories": _list, "features": _list, "language": _language,
}
# fmt: on
