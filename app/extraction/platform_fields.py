"""Read the places that a platform's row names (``platforms.py``)."""

import json
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from app.extraction import details, rating, stock, text
from app.extraction.candidates import Candidate, FieldValue
from app.extraction.detection import Detection
from app.extraction.document import Document, node_text
from app.extraction.headings import heading_text
from app.extraction.labels import LABELLED, clean_brand
from app.extraction.money import amounts, currency_code, currency_in, decimal_sign, machine_amount
from app.extraction.offer import join_amount
from app.extraction.pictures import is_no_picture
from app.extraction.platforms import Platform
from app.extraction.price_marks import CENT_MARKS, CENT_TAGS

CONFIDENCE = 0.93
MAX_NODES = 40
LEADING_ID = re.compile(r"#([\w-]+)(?![\w\\-])")
LISTS = frozenset(("images", "features"))


def candidates(document: Document, detection: Detection) -> Iterator[Candidate]:
    """Yield what stands in the places of the page's platform."""
    platform = detection.platform
    for field, places in platform.fields.items():
        for place in places:
            found = list(_values(document, field, place))
            if not found:
                continue
            source = f"{platform.name} page"
            if field in LISTS:
                links = [one for value in found for one in (value if isinstance(value, list) else [str(value)])]
                yield Candidate(field, list(dict.fromkeys(links)), source, CONFIDENCE, place)
            else:
                yield Candidate(field, found[0], source, CONFIDENCE, place)
                if field == "title" and platform.host:
                    yield Candidate("is_product", True, source, CONFIDENCE, place)
                if field == "price" and (code := _currency(document, place)):
                    yield Candidate("currency", code, source, CONFIDENCE, place)
            break
    yield from _stock(document, platform)
    if platform.number_in_address and document.url and (match := re.search(platform.number_in_address, document.url)):
        yield Candidate("sku", match[1], f"{platform.name} address", 0.97, "path")


def _stock(document: Document, platform: Platform) -> Iterator[Candidate]:
    source = f"{platform.name} page"
    for place in platform.sold_out:
        node = document.tree.css_first(place) if _may_stand(document, place) else None
        if node is not None and not _hidden(node):
            yield Candidate("availability", "OutOfStock", source, 0.95, place)
            yield Candidate("sold_out", True, source, CONFIDENCE, place)
            return
    for place in platform.in_stock:
        node = document.tree.css_first(place) if _may_stand(document, place) else None
        if node is not None and not _hidden(node):
            yield Candidate("availability", "InStock", source, 0.85, place)
            yield Candidate("can_buy", True, source, CONFIDENCE, place)
            return


def _may_stand(document: Document, selector: str) -> bool:
    """Whether the page has the id that the selector begins with; cheaper than to look for what is not there."""
    match = LEADING_ID.match(selector)
    return match is None or match[1] in document.ids


def _hidden(node: LexborNode) -> bool:
    style = (node.attributes.get("style") or "").replace(" ", "")
    return "display:none" in style or "hidden" in node.attributes


def _values(document: Document, field: str, place: str) -> Iterator[FieldValue]:
    selector, _, attribute = place.partition(" @")
    if not _may_stand(document, selector):
        return
    for node in document.tree.css(selector)[: MAX_NODES if field in LISTS else 6]:
        written = (node.attributes.get(attribute) or "") if attribute else ""
        value = _value(document, field, node, written, bool(attribute))
        if value:
            yield value


def _value(document: Document, field: str, node: LexborNode, written: str, machine: bool) -> FieldValue | None:
    if field == "images":
        return _links(document, written)
    if not machine:
        written = heading_text(node) if field == "title" else node_text(node)
    if not written or len(written) > 20_000:
        return None
    if field in ("price", "list_price"):
        if machine and re.fullmatch(r"[\d.]+", written.strip()):
            return machine_amount(written, None) or None
        shown = written if machine else node_amount(node)
        sums = amounts(shown[:120], territory=document.territory, decimal=decimal_sign(document.language))
        return next((one.value for one in sums if one.value), None)
    if field == "currency":
        return currency_code(written) or currency_in(written[:40], document.territory)
    if field == "availability":
        return next((state for one in _sentences(written) if (state := stock.from_text(one))), None)
    if field == "brand":
        return clean_brand(written)
    if field == "sku":
        labelled = LABELLED.match(written)
        return details.article_number(labelled[2] if labelled else written)
    if field == "rating":
        return _rating(written)
    if field == "review_count":
        return rating.counted(written)
    return text.clean(written)


def _sentences(written: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?。])\s+", written[:300]) if one]


def _rating(written: str) -> float | None:
    if match := rating.OF_FIVE.search(written):
        return float((match[1] or match[2] or match[3]).replace(",", "."))
    numbers = re.findall(r"(?<![\d.,])[0-5](?:[.,]\d{1,2})?(?![\d.,]?\d)", written)
    return float(numbers[0].replace(",", ".")) if numbers else None


def _links(document: Document, written: str) -> list[str] | None:
    """Return the addresses in an attribute: one, or the keys of a JSON object with the sizes, the largest first."""
    if written.startswith("{"):
        try:
            sizes = json.loads(written)
        except (ValueError, RecursionError):
            return None
        ordered = sorted(sizes, key=lambda link: -_area(sizes[link]))
        return [url for link in ordered[:1] if (url := document.absolute(link))]
    url = document.absolute(written)
    return [url] if url and not is_no_picture(url) else None


def _area(size: object) -> int:
    return (
        size[0] * size[1]
        if isinstance(size, list) and len(size) == 2 and all(isinstance(one, int) for one in size)
        else 0
    )


def _currency(document: Document, place: str) -> str | None:
    selector, _, attribute = place.partition(" @")
    for node in document.tree.css(selector)[:3]:
        written = node_text(node) or (node.attributes.get(attribute) or "" if attribute else "")
        if code := currency_in(written[:60], document.territory):
            return code
    return None


def node_amount(node: LexborNode) -> str:
    """Return an element's text as one amount, with a decimal sign before cents in an element of their own."""
    pieces = []
    for count, one in enumerate(node.traverse(include_text=True)):
        if count > 60:
            break
        if one.tag == "-text" and (value := text.clean(one.text_content or "")):
            parent = one.parent
            marks = (parent.attributes.get("class") or "").lower() if parent is not None else ""
            pieces.append((value, parent is not None and (parent.tag in CENT_TAGS or bool(CENT_MARKS.search(marks)))))
    return join_amount(pieces)
