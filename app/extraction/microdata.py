"""schema.org items in microdata attributes (https://html.spec.whatwg.org/multipage/microdata.html)."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from app.extraction import schema_org
from app.extraction.candidates import Candidate
from app.extraction.document import Document, node_text

SOURCE = "microdata"
CONFIDENCE = 0.85
LINKS = {"a": "href", "link": "href", "area": "href", "img": "src", "source": "src", "iframe": "src", "object": "data"}
VALUES = {"time": "datetime", "data": "value", "meter": "value"}
MAX_NODES = 20_000


def candidates(document: Document) -> Iterator[Candidate]:
    """Yield what the page's microdata says of its product."""
    yield from schema_org.candidates(list(schema_org.walk(items(document))), document, SOURCE, CONFIDENCE)


def items(document: Document) -> list[schema_org.Item]:
    """Return the page's items that are no property of another item, inner items within them."""
    scopes: dict[int, schema_org.Item] = {}
    nodes = document.tree.css("[itemscope]")[:MAX_NODES]
    for node in nodes:
        kinds = (node.attributes.get("itemtype") or "").split()
        scopes[node.mem_id] = {"@type": kinds} | (
            {"@id": node.attributes["itemid"]} if node.attributes.get("itemid") else {}
        )
    inner: set[int] = set()
    for node in document.tree.css("[itemprop]")[:MAX_NODES]:
        owner = _owner(node, scopes)
        if owner is None:
            continue
        own = scopes.get(node.mem_id)
        if own is not None:
            inner.add(node.mem_id)
        for name in (node.attributes.get("itemprop") or "").split():
            owner.setdefault(name, []).append(own if own is not None else _value(node, document))
    return [scopes[node.mem_id] for node in nodes if node.mem_id not in inner]


def _owner(node: LexborNode, scopes: dict[int, schema_org.Item]) -> schema_org.Item | None:
    parent = node.parent
    while parent is not None:
        if parent.mem_id in scopes:
            return scopes[parent.mem_id]
        parent = parent.parent
    return None


def _value(node: LexborNode, document: Document) -> str:
    attributes = node.attributes
    if attributes.get("content"):
        return attributes["content"] or ""
    tag = node.tag or ""
    if tag in LINKS:
        link = attributes.get(LINKS[tag]) or (attributes.get("data-src") if tag == "img" else None) or ""
        # The link of a brand or a seller carries its name as text.
        return node_text(node) or link if tag == "a" else document.absolute(link) or link
    return attributes.get(VALUES.get(tag, "")) or node_text(node)
