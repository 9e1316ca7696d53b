"""schema.org items in attributes, which differ in the attributes' names alone: microdata and RDFa Lite.

https://html.spec.whatwg.org/multipage/microdata.html, https://www.w3.org/TR/rdfa-lite/
"""

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from app.extraction import schema_org
from app.extraction.candidates import Candidate
from app.extraction.document import Document, node_text

CONFIDENCE = 0.85


@dataclass(frozen=True)
class Syntax:
    """The attributes of one way to write items."""

    source: str
    scope: str
    types: str
    name: str
    identifier: str


SYNTAXES = (
    Syntax("microdata", "itemscope", "itemtype", "itemprop", "itemid"),
    Syntax("rdfa", "typeof", "typeof", "property", "resource"),
)
LINKS = {"a": "href", "link": "href", "area": "href", "img": "src", "source": "src", "iframe": "src", "object": "data"}
VALUES = {"time": "datetime", "data": "value", "meter": "value"}
MAX_NODES = 20_000


def candidates(document: Document) -> Iterator[Candidate]:
    """Yield what the page's microdata and RDFa say of its product."""
    for syntax in SYNTAXES:
        if f" {syntax.scope}" in document.markup:
            found = list(schema_org.walk(items(document, syntax)))
            yield from schema_org.candidates(found, document, syntax.source, CONFIDENCE)


def items(document: Document, syntax: Syntax) -> list[schema_org.Item]:
    """Return the page's items that are no property of another item, inner items within them."""
    scopes: dict[int, schema_org.Item] = {}
    nodes = document.tree.css(f"[{syntax.scope}]")[:MAX_NODES]
    for node in nodes:
        attributes = node.attributes
        own = attributes.get(syntax.identifier)
        scopes[node.mem_id] = {"@type": (attributes.get(syntax.types) or "").split()} | ({"@id": own} if own else {})
    inner: set[int] = set()
    for node in document.tree.css(f"[{syntax.name}]")[:MAX_NODES] if scopes else []:
        owner = _owner(node, scopes)
        if owner is None:
            continue
        item = scopes.get(node.mem_id)
        if item is not None:
            inner.add(node.mem_id)
        for name in (node.attributes.get(syntax.name) or "").split():
            # RDFa may write the vocabulary before the name: schema:price.
            bare = name.rpartition("/")[2].rpartition(":")[2]
            owner.setdefault(bare, []).append(item if item is not None else _value(node, document))
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
