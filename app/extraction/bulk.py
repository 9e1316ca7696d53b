"""Products in bulk: a feed of HTML, JSON-LD or CSV read row by row; a bad row is reported and the next one read."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

from pydantic import ValidationError

from app.errors import InvalidInput
from app.extraction import jsonld, schema_org, stock, text
from app.extraction.candidates import Candidate, FieldValue
from app.extraction.decide import product
from app.extraction.document import LANGUAGE, Document, parse
from app.extraction.money import currency_code, currency_in, machine_amount
from app.extraction.product import extract
from app.models import Product

Kind = Literal["html", "jsonld", "csv"]
SOURCE = "csv"
CONFIDENCE = 0.9
DELIMITERS = ",;\t|"
BARE_PAGE = "<html></html>"
LIST_SEPARATORS = re.compile(r"[|;\n]|,(?=\s*https?:)")

# Column names (letters and digits alone, lower case) of common shop exports and feeds -> the product's field.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "url": ("url", "link", "producturl", "productlink", "pageurl", "address", "lien"),
    "title": ("title", "name", "productname", "producttitle", "itemname", "titel", "produktname", "bezeichnung",
        "artikelname", "nom",
              "titre", "nombre", "titulo", "nome", "titolo", "nazwa", "nazev", "naziv", "naam"),
    "description": ("description", "bodyhtml", "body", "longdescription", "productdescription", "shortdescription",
        "beschreibung",
                    "descripcion", "descricao", "descrizione", "opis", "popis"),
    "brand": ("brand", "vendor", "manufacturer", "brandname", "marke", "hersteller", "marque", "marca", "marka",
        "merk"),
    "sku": ("sku", "id", "productid", "itemid", "variantsku", "articlenumber", "itemnumber", "artikelnummer", "artnr",
        "reference",
            "referencia", "mpn", "code"),
    "gtin": ("gtin", "ean", "gtin13", "ean13", "upc", "isbn", "barcode", "variantbarcode"),
    "price": ("price", "saleprice", "currentprice", "variantprice", "amount", "preis", "verkaufspreis", "prix",
        "precio", "preco",
              "prezzo", "cena", "prijs"),
    "list_price": ("listprice", "regularprice", "compareatprice", "variantcompareatprice", "originalprice", "rrp",
        "msrp", "uvp",
                   "oldprice"),
    "currency": ("currency", "currencycode", "pricecurrency", "waehrung", "wahrung", "devise", "moneda", "valuta"),
    "availability": ("availability", "stock", "instock", "stockstatus", "available", "verfugbarkeit", "lagerstatus",
        "disponibilite",
                     "disponibilidad"),
    "rating": ("rating", "averagerating", "ratingvalue", "stars", "bewertung"),
    "review_count": ("reviewcount", "reviews", "ratingcount", "numberofreviews", "numreviews"),
    "images": ("image", "images", "imageurl", "imageurls", "imagelink", "imagesrc", "picture", "photo", "bild",
        "bildurl", "imagen",
               "additionalimagelink"),
    "categories": ("category", "categories", "producttype", "googleproductcategory", "kategorie", "categorie",
        "categoria"),
    "features": ("features", "bullets", "bulletpoints", "highlights", "sellingpoints"),
    "language": ("language", "lang", "locale", "sprache"),
    "shop": ("shop", "store", "seller", "merchant"),
}  # fmt: skip
FIELD_OF = {name: field for field, names in SYNONYMS.items() for name in names}


@dataclass(frozen=True)
class Record:
    """One row of a feed, counted from 1 (a CSV file's header is no row): a product, or the reason why it is none."""

    row: int
    product: Product | None = None
    reason: str | None = None


def extract_records(data: bytes, kind: Kind, url: str | None) -> Iterator[Record]:
    """Yield the records in ``data``, one at a time; one bad row never ends the run.

    Args:
        data: one HTML page; JSON-LD (one value, an array, a graph, or one value a line); or CSV with a header line.
        url: where the feed is from, for relative links.

    Raises:
        InvalidInput: ``data`` as a whole can't be read: an unknown kind, empty, no JSON at all, or CSV without a
            title column.
    """
    if kind not in get_args(Kind):
        raise InvalidInput(f"unknown kind of data {kind!r}: give one of {', '.join(get_args(Kind))}")
    if not data.strip():
        raise InvalidInput("the data is empty")
    readers: dict[Kind, Callable[[str, str | None], Iterator[_Make]]] = {"html": _html, "jsonld": _jsonld, "csv": _csv}
    return _records(readers[kind](text.decode(data), url))


_Make = Callable[[], Product]
"""Reads one row; raises InvalidInput or ValidationError if it is none."""


def _records(makes: Iterator[_Make]) -> Iterator[Record]:
    for row, make in enumerate(makes, 1):
        try:
            yield Record(row, product=make())
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_context=False)[0]
            yield Record(row, reason=f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}")
        except InvalidInput as error:
            yield Record(row, reason=str(error))


def _bad(reason: str) -> Product:
    raise InvalidInput(reason)


def _html(page: str, url: str | None) -> Iterator[_Make]:
    return iter((partial(extract, page, url),))


def _jsonld(source: str, url: str | None) -> Iterator[_Make]:
    document = parse(BARE_PAGE, url)
    lines = [line for line in source.splitlines() if line.strip()]
    whole = _strict(source)
    if whole is None and len(lines) > 1 and _strict(lines[0]) is not None:
        return (partial(_from_item, next(iter(jsonld.load(line)), None), document) for line in lines)
    values = [whole] if whole is not None else jsonld.load(source)
    if not values:
        raise InvalidInput("the data is not JSON")
    return (partial(_from_item, value, document) for value in _rows(values[0]))


def _strict(source: str) -> Any:
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None


def _rows(value: Any) -> list[Any]:
    """Return the entries of an array, a graph or an ItemList; anything else is one row."""
    if isinstance(value, dict):
        entries = value.get("@graph") or value.get("itemListElement")
        if isinstance(entries, list):
            return [one.get("item", one) if isinstance(one, dict) else one for one in entries]
    return value if isinstance(value, list) else [value]


def _from_item(value: Any, document: Document) -> Product:
    if not isinstance(value, dict):
        return _bad("this row is no JSON object")
    if not schema_org.types(value) & schema_org.PRODUCT_TYPES:
        return _bad(f"this row is no product but {', '.join(sorted(schema_org.types(value))) or 'without @type'}")
    own = schema_org.string(value.get("url"))
    found = schema_org.candidates(jsonld.items([value]), document, jsonld.SOURCE, jsonld.CONFIDENCE)
    return product(found, (document.absolute(own) if own else None) or document.url)


def _csv(source: str, url: str | None) -> Iterator[_Make]:
    header, _, _ = source.partition("\n")
    delimiter = max(DELIMITERS, key=header.count)
    # Cells may hold line breaks, hence newline="" as the csv module asks.
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=delimiter)
    fields = [FIELD_OF.get(_column(name)) for name in next(reader, [])]
    if "title" not in fields:
        raise InvalidInput("the CSV file's first line names no title column (such as title, name, product name)")
    return _csv_rows(reader, fields, parse(BARE_PAGE, url))


def _column(name: str) -> str:
    """Return a column's name without accents, signs and case."""
    return text.squeeze("".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one)))


def _csv_rows(reader: Iterator[list[str]], fields: list[str | None], document: Document) -> Iterator[_Make]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield partial(_bad, f"this row is not CSV: {error}")
            continue
        if any(cell.strip() for cell in cells):
            yield partial(_from_cells, cells, fields, document)


def _from_cells(cells: list[str], fields: list[str | None], document: Document) -> Product:
    if len(cells) != len(fields):
        return _bad(f"this row has {len(cells)} cells where the header has {len(fields)}")
    values: dict[str, str] = {}
    for field, cell in zip(fields, cells, strict=True):
        if field and cell.strip():
            # Of two columns for one field the first filled one counts; pictures add up.
            values[field] = (
                f"{values[field]}|{cell}" if field == "images" and field in values else values.get(field, cell)
            )
    if "title" not in values:
        return _bad("this row has no title")
    currency = currency_code(values.get("currency", "")) or currency_in(values.get("price", ""), document.territory)
    found = [Candidate("is_product", SOURCE, SOURCE, CONFIDENCE)]
    found += [Candidate("currency", currency, SOURCE, CONFIDENCE)] if currency else []
    for field, cell in values.items():
        if field in CELLS:
            value = CELLS[field](cell, currency, document)
            if value is None:
                return _bad(f"{field}: {cell[:60]!r} can't be read")
            found.append(Candidate(field, value, SOURCE, CONFIDENCE))
    return product(found, (document.absolute(values["url"]) if "url" in values else None) or document.url)


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
    digits = re.sub(r"[\s-]", "", cell)
    return digits if schema_org.valid_gtin(digits) else None


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
