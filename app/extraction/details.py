"""Pictures, breadcrumbs, selling points, specifications, brand, article number and rating on the visible page."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from app.extraction import text
from app.extraction.candidates import Candidate
from app.extraction.document import Document, node_text
from app.extraction.layout import Layout, marks
from app.extraction.schema_org import valid_gtin

SOURCE = "visible page"
BREADCRUMBS = (
    "[aria-label*='breadcrumb' i], [class*='breadcrumb' i], [id*='breadcrumb' i], [class*='brotkrume' i], "
    "[class*='fil-ariane' i], "
    "[class*='crumbs' i]"
)
HOME = frozenset(("home", "start", "startseite", "accueil", "inicio", "início", "strona główna", "hem", "hjem",
"etusivu", "domov",
                  "naslovna", "domů", "kezdőlap", "acasa", "acasă", "главная", "ana sayfa",
                  "homepage", "shop"))  # fmt: skip
BULLETS = ", ".join(
    f"[class*='{word}' i] li" for word in ("feature", "bullet", "highlight", "benefit", "selling-point")
)
LARGE_SOURCES = ("data-zoom-image", "data-large-image", "data-large_image", "data-full", "data-old-hires", "data-src",
                 "data-lazy-src", "data-lazy", "data-original", "src")  # fmt: skip
GALLERY = (
    "gallery",
    "product-image",
    "product-media",
    "productimage",
    "product__media",
    "main-image",
    "mainimage",
    "zoom",
    "slide",
)
NO_PICTURE = re.compile(
    r"logo|icon|sprite|payment|placeholder|pixel|spacer|loading|spinner|blank|avatar|badge|flag|banner|\.svg|\.gif"
)
RATED = "[class*='rating' i], [class*='review' i], [class*='star' i], [id*='rating' i], [id*='review' i]"
BRANDS = "[class*='brand' i], [class*='manufacturer' i], [class*='vendor' i], a[href*='/brand' i], [itemprop='brand']"
DESCRIPTIONS = "[class*='description' i], [id*='description' i]"
INTEREST = f"{RATED}, {BRANDS}, {DESCRIPTIONS}"
"""Selects the nodes whose positions are asked for here."""
MAX_NODES = 300
MIN_SIDE = 120
MAX_PICTURES = 30
NEAR_TITLE = 3000
BESIDE_TITLE = 400
MIN_DESCRIPTION = 40
MAX_BRAND = 40
BRAND_LABELS = frozenset(("brand", "marke", "hersteller", "marque", "marca", "merk", "märke", "mærke", "merke",
"značka", "marka",
                          "producent", "výrobce", "výrobca", "manufacturer", "brend", "znamka",
                          "бренд", "מותג", "ブランド"))  # fmt: skip
SKU_LABELS = frozenset(("sku", "mpn", "model", "item number", "item no", "product code", "article number", "art nr",
"artikelnummer",
                        "artikel nr", "référence", "ref", "referencia", "referência", "codice", "kod produktu", "kód",
                        "šifra",
                        "product id", "style", "code", "артикул", "מק ט"))  # fmt: skip
GTIN_LABELS = frozenset(("ean", "gtin", "isbn", "isbn 13", "upc", "ean code", "barcode", "jan"))
LABELLED = re.compile(r"^([^:#]{2,25}?)\s*[:#]\s*(\S.{0,60})$")
OF_FIVE = re.compile(r"\b([0-5](?:[.,]\d{1,2})?)\s*(?:out of|of|von|sur|su|de|van|av|af|z|od|/)\s*5\b", re.IGNORECASE)
REVIEWS = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[., ]\d{3})+|\d{1,7})\s*(?:global |customer |verified |client |"
    r"clients )?(?:ratings?|reviews?|"
    r"bewertung(?:en)?|rezension(?:en)?|avis|évaluations?|opiniones|valoraciones|avaliaç(?:ão|ões)|opiniões|"
    r"recension[ei]|voti|"
    r"beoordeling(?:en)?|recensioner|anmeldelser|opinii|opinie|opinia|recenz[ei]|hodnocení|hodnotení|"
    r"ocen[ae]?|отзыв\w*|ביקורות)",
    re.IGNORECASE,
)


def breadcrumbs(document: Document) -> Iterator[Candidate]:
    """Yield the categories from a breadcrumb trail; it often stands in the frame, so read it before that is removed."""
    for trail in document.tree.css(BREADCRUMBS)[:3]:
        names = [name for node in trail.css("a") if (name := node_text(node)) and len(name) <= 80]
        if names:
            yield Candidate("categories", names, SOURCE, 0.6)
            return


def candidates(layout: Layout) -> Iterator[Candidate]:
    """Yield what the product's part of the page shows beside title and offer."""
    if pictures := _pictures(layout):
        yield Candidate("images", pictures, SOURCE, 0.5)
    specs = _specs(layout)
    if specs:
        yield Candidate("specs", specs, SOURCE, 0.6)
    points = [node_text(node) for node in layout.document.tree.css(BULLETS) if node.css_first("a") is None]
    if points := [point for point in dict.fromkeys(points) if 8 <= len(point) <= 300][:12]:
        yield Candidate("features", points, SOURCE, 0.6)
    labelled = list(specs.items()) + _labelled(layout)
    for field, labels in (("brand", BRAND_LABELS), ("sku", SKU_LABELS), ("gtin", GTIN_LABELS)):
        value = next(
            (value for label, value in labelled if " ".join(re.findall(r"\w+", label.casefold())) in labels), None
        )
        if value and len(value) <= 60 and (field != "gtin" or valid_gtin(re.sub(r"\D", "", value))):
            yield Candidate(field, re.sub(r"\D", "", value) if field == "gtin" else value, SOURCE, 0.5)
    brand = next((name for node in _nearest(layout, BRANDS, BESIDE_TITLE) if (name := _brand_name(node))), None)
    if brand:
        yield Candidate("brand", brand, SOURCE, 0.4)
    texts = (node_text(node) for node in _nearest(layout, DESCRIPTIONS, NEAR_TITLE))
    description = next((value for value in texts if len(value) >= MIN_DESCRIPTION), None)
    if description:
        yield Candidate("description", description, SOURCE, 0.55)
    yield from _rating(layout)


def _brand_name(node: LexborNode) -> str | None:
    """Return the brand in a short text; its label (``Brand: …``) is left out."""
    name = node_text(node).rpartition(":")[2].strip()
    return name if 1 < len(name) <= MAX_BRAND and not name.isdigit() else None


def _nearest(layout: Layout, selector: str, limit: int) -> list[LexborNode]:
    """Return the nodes within ``limit`` characters of the title, the nearest first, without its ancestors."""
    title = layout.title_position
    if title is None:
        return []
    found = []
    for order, node in enumerate(layout.document.tree.css(selector)[:MAX_NODES]):
        place = layout.position(node)
        if place is not None and abs(place - title) <= limit and node.mem_id not in layout.above_title:
            found.append((abs(place - title), order, node))
    return [node for _, _, node in sorted(found, key=lambda one: one[:2])]


def _pictures(layout: Layout) -> list[str]:
    """Return the addresses of large pictures, those in a gallery first, then those whose text names the product."""
    ranked = []
    for order, node in enumerate(layout.document.tree.css("img")[:400]):
        url = _picture(layout.document, node)
        if not url or layout.in_card(node):
            continue
        blocks = " ".join(
            marks(one) for one in (node, node.parent, node.parent.parent if node.parent else None) if one is not None
        )
        in_gallery = any(word in blocks for word in GALLERY)
        named = text.overlap(node.attributes.get("alt") or "", layout.title_text) >= 0.5
        if in_gallery or named:
            ranked.append((not (in_gallery and named), not named, order, url))
    return [url for *_, url in sorted(ranked)][:MAX_PICTURES]


def _picture(document: Document, node: LexborNode) -> str | None:
    attributes = node.attributes
    sides = [
        int(side) for name in ("width", "height") if (side := attributes.get(name) or "").isdecimal() and len(side) < 6
    ]
    if sides and max(sides) < MIN_SIDE:
        return None
    largest = _largest(attributes.get("srcset") or attributes.get("data-srcset") or "")
    for link in (
        *(attributes.get(name) for name in LARGE_SOURCES[:5]),
        largest,
        *(attributes.get(name) for name in LARGE_SOURCES[5:]),
    ):
        url = document.absolute(link or "")
        if url:
            return None if NO_PICTURE.search(url.lower()) else url
    return None


def _largest(srcset: str) -> str:
    """Return the address with the largest width or density in a ``srcset``."""
    entries = [entry.split() for entry in re.split(r",\s+", srcset.strip()) if entry.split()]

    def size(entry: list[str]) -> float:
        match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)[wx],?", entry[-1])
        return float(match[1]) if match else 0.0

    return max(entries, key=size)[0] if entries else ""


def _specs(layout: Layout) -> dict[str, str]:
    """Return the rows of two-column tables and definition lists."""
    found: dict[str, str] = {}
    rows = [[node_text(cell) for cell in row.css("th, td")] for row in layout.document.tree.css("table tr")[:500]]
    for term in layout.document.tree.css("dl dt")[:500]:
        value = term.next
        while value is not None and value.tag == "-text":
            value = value.next
        if value is not None and value.tag == "dd":
            rows.append([node_text(term), node_text(value)])
    for row in rows:
        if len(row) == 2 and 1 < len(row[0]) <= 60 and 0 < len(row[1]) <= 300:
            found.setdefault(row[0].rstrip(": "), row[1])
    return dict(list(found.items())[:60])


def _labelled(layout: Layout) -> list[tuple[str, str]]:
    """Return short lines of the form ``label: value``."""
    found = []
    for _, value, parent in layout.short_texts:
        line = value if ":" in value.rstrip(":") else node_text(parent)[:120]
        holder = parent.parent
        if line.endswith(":") and holder is not None:
            line = node_text(holder)[:120]
        if match := LABELLED.match(line):
            found.append((match[1], match[2].strip()))
    return found


def _rating(layout: Layout) -> Iterator[Candidate]:
    rating = reviews = None
    for node in _nearest(layout, RATED, NEAR_TITLE):
        attributes = node.attributes
        written = " ".join((attributes.get("title") or "", attributes.get("aria-label") or "", node_text(node)[:300]))
        rating = rating or OF_FIVE.search(written)
        reviews = reviews or REVIEWS.search(written)
    if rating and float(rating[1].replace(",", ".")):
        yield Candidate("rating", float(rating[1].replace(",", ".")), SOURCE, 0.5)
    if reviews and (count := int(re.sub(r"\D", "", reviews[1]))):
        yield Candidate("review_count", count, SOURCE, 0.5)
