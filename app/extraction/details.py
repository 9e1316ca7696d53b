"""Pictures, breadcrumbs, selling points, specifications, brand, article number and rating on the visible page."""

import re
from collections.abc import Iterator

from app.extraction import pictures, rating, text
from app.extraction.candidates import Candidate
from app.extraction.document import Document, node_text
from app.extraction.labels import (
    ATTRIBUTES,
    BRAND_LABELS,
    GTIN_LABELS,
    LABEL_END,
    LABEL_SIGNS,
    LABELLED,
    SKU_LABELS,
    clean_brand,
    label_key,
)
from app.extraction.layout import MAX_SHORT_TEXT, Block, Layout, place_of
from app.extraction.schema_org import valid_gtin
from app.extraction.word_patterns import quick

SOURCE = "visible page"
BREADCRUMBS = (
    "[class*='crumb' i], [id*='crumb' i], [aria-label*='crumb' i], [class*='ariane' i], [class*='brotkrume' i]"
)
BRANDS = quick(r"\bbrand|manufacturer|vendor|marke\b|\bmarca|designer|-brand\b|brandname")
NO_BRANDS = re.compile(
    r"navbar|branding|brand-?(?:list|nav|menu|slider|carousel|colou?r)|site-?brand|header|logo-?bar|partner"
)
DESCRIPTIONS = re.compile(r"description|beschreibung|descripcion|popis|opis\b")
NEAR_TITLE = 3000
BESIDE_TITLE = 500
MIN_DESCRIPTION = 40
MAX_SKU = 40
MAX_BRAND_LINK = 30
CAPITAL_CODE = re.compile(r"[A-Z]{2,8}(?:[-_./][A-Z]{2,8})+")


def breadcrumbs(document: Document) -> Iterator[Candidate]:
    """Yield the categories from a breadcrumb trail; it often stands in the frame, so read it before that is removed."""
    for trail in document.tree.css(BREADCRUMBS)[:3]:
        names = [name for node in trail.css("a")[:30] if (name := node_text(node)) and len(name) <= 80]
        if names:
            yield Candidate("categories", names, SOURCE, 0.6, "breadcrumb")
            return


def candidates(layout: Layout) -> Iterator[Candidate]:
    """Yield what the product's part of the page shows beside title and offer."""
    if found := pictures.pictures(layout):
        yield Candidate("images", found, SOURCE, 0.5, "gallery")
    yield from _labelled_fields(layout)
    yield from _brands(layout)
    yield from _attributes(layout)
    texts = (layout.text_of(block, 5000) for block in layout.called(DESCRIPTIONS, NEAR_TITLE))
    description = next((value for value in texts if len(value) >= MIN_DESCRIPTION), None)
    if description:
        yield Candidate("description", description, SOURCE, 0.55)
    yield from rating.candidates(layout)


def _labelled_fields(layout: Layout) -> Iterator[Candidate]:
    """Yield brand, article numbers and GTIN from texts of the form ``label: value``."""
    best: dict[str, tuple[float, str, str]] = {}
    for label, value in _pairs(layout):
        key = label_key(label)
        if key in BRAND_LABELS and (brand := clean_brand(value)):
            best.setdefault("brand", (0.55, brand, label))
        if key in GTIN_LABELS and valid_gtin(digits := re.sub(r"\D", "", value[:30])):
            best.setdefault("gtin", (0.6, digits, label))
        if key in SKU_LABELS and (number := article_number(value)):
            sure = SKU_LABELS[key]
            if sure > best.get("sku", (0.0, "", ""))[0]:
                best["sku"] = (sure, number, label)
    for field, (sure, value, label) in best.items():
        yield Candidate(field, value, SOURCE, sure, f"“{label}”")


def article_number(value: str) -> str | None:
    """Return the number at the start of a label's value, None where it is a sentence or has no digit."""
    value = value.strip(" :#.()[]\u200e")
    first = value.split(" ")[0] if len(value) > 24 or (" " in value and value.split(" ")[0][-1:].isdigit()) else value
    first = re.split(r"[,;|(]", first)[0].strip()
    if not 2 <= len(first) <= MAX_SKU or not (any(map(str.isdigit, first)) or CAPITAL_CODE.fullmatch(first)):
        return None
    return None if re.search(r"[€£$%]|^\d{1,2}[.,]\d{2}$", first) else first


def _pairs(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield label and value where one text holds both, or where one text ends as a label and the next follows it."""
    texts = layout.texts
    for index, (_, value, block) in enumerate(texts):
        if len(value) > 2 * MAX_SHORT_TEXT:
            continue
        if (":" in value or "#" in value or "：" in value or " - " in value or " – " in value) and (
            match := LABELLED.match(value)
        ):
            yield match[1], match[2]
        if index + 1 < len(texts) and len(value) <= 40:
            following = texts[index + 1]
            if value[-1] in LABEL_SIGNS and LABEL_END.search(value):
                yield LABEL_END.sub("", value), following.value
            elif following.value[:1] in ":#：" and len(following.value) > 1:
                yield value, following.value[1:].strip()
            elif following.value in (":", "：", "-") and index + 2 < len(texts):
                yield value, texts[index + 2].value
            elif following.block is not block and _same_row(block, following.block):
                yield value, following.value


def _same_row(label: Block, value: Block) -> bool:
    """Whether two blocks are the cells of one row, a term and its definition, or a label in bold and its text."""
    row = label.parent
    if value is row:
        return row.tag in ("li", "p", "td", "dd", "div", "span") and label.tag in ("b", "strong", "span", "label")
    return (
        row is not None
        and (value.parent is row or (value.parent is not None and value.parent.parent is row))
        and (label.tag in ("th", "td", "dt", "b", "strong", "label", "span", "div", "p"))
    )


def _brands(layout: Layout) -> Iterator[Candidate]:
    for block in layout.called(BRANDS, BESIDE_TITLE)[:8]:
        if NO_BRANDS.search(block.marks):
            continue
        written = layout.text_of(block, 120)
        if not written:
            picture = block.node.css_first("img[alt]")
            written = (picture.attributes.get("alt") or "") if picture is not None else ""
        if name := clean_brand(written):
            yield Candidate("brand", name, SOURCE, 0.45, place_of(block))
            break
    yield from _brand_above(layout)
    yield from _brand_link(layout)


def _brand_above(layout: Layout) -> Iterator[Candidate]:
    """Yield the short heading right above the title, or a link there to a page of that name."""
    title = layout.title
    if title is None or title.first == 0:
        return
    above = layout.texts[title.first - 1]
    name = clean_brand(above.value)
    if name is None or len(name) > MAX_BRAND_LINK or any(map(str.isdigit, name)):
        return
    if any(one.tag in ("li", "ol", "ul") or "crumb" in one.marks for one in above.block.around(5)):
        return
    for one in above.block.around(3):
        if one.end - one.start > MAX_BRAND_LINK or one.key in layout.above_title:
            return
        slug = text.squeeze(text.unaccented(one.node.attributes.get("href") or "")) if one.link else ""
        if one.tag in ("h2", "h3", "h4") or (slug and text.squeeze(text.unaccented(name)) in slug):
            yield Candidate("brand", name, "above the title", 0.4, place_of(one))
            return


def _brand_link(layout: Layout) -> Iterator[Candidate]:
    """Yield the name with which the title begins, where a link near the title leads to a page of that name."""
    title = layout.title_text
    for block in layout.blocks:
        if not block.link or not 2 < block.end - block.start <= MAX_BRAND_LINK:
            continue
        away = layout.from_title(block.start)
        if away is None or abs(away) > BESIDE_TITLE:
            continue
        name = layout.text_of(block)
        if title.casefold().startswith(f"{name.casefold()} ") and (brand := clean_brand(name)):
            slug = text.squeeze(text.unaccented(brand))
            if slug and slug in text.squeeze(text.unaccented(block.node.attributes.get("href") or "")):
                yield Candidate("brand", brand, "brand link", 0.4, place_of(block))
                return


def _attributes(layout: Layout) -> Iterator[Candidate]:
    """Yield brand and article number from data attributes of elements around the title, or near it and in no card."""
    for field, names in ATTRIBUTES.items():
        for block, attributes in layout.data:
            name = next((one for one in names if one in attributes), None)
            if name is None or (away := layout.from_title(block.start)) is None or abs(away) > NEAR_TITLE:
                continue
            if block.key not in layout.above_title and (layout.in_card(block) or block.link):
                continue
            written = attributes[name] or ""
            value = clean_brand(written) if field == "brand" else article_number(written)
            if value:
                yield Candidate(field, value, "data attribute", 0.45, name)
                break
