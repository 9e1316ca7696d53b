"""schema.org items in ``<script type="application/ld+json">``: graphs, arrays, references by @id, broken JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any

import chompjs

from app.extraction import mending, schema_org
from app.extraction.candidates import Candidate
from app.extraction.document import Document

SOURCE = "json-ld"
CONFIDENCE = 0.9
# Some templates wrap the block for XHTML or old browsers.
WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s{0,9}<!\[CDATA\[(?:\s{0,9}\*/)?)|(?:-->|(?://|/\*)?\s{0,9}\]\]>(?:\s{0,9}\*/)?)\s*(?:;\s*)?$"
)
CONTROL = re.compile(r"[\x00-\x1f]")
MAX_BLOCKS = 500
MAX_REFERENCES = 2000


def candidates(document: Document) -> Iterator[Candidate]:
    """Yield what the page's JSON-LD says of its product."""
    roots = []
    for script in [one for one in document.scripts if one.is_json_ld][:MAX_BLOCKS]:
        roots.extend(load(script.body))
    yield from schema_org.candidates(items(roots), document, SOURCE, CONFIDENCE)


def load(source: str) -> list[Any]:
    """Return the values in one JSON-LD block, ``[]`` if it can't be read even with patience.

    A block beyond repair is no error: shops ship them, and the page's other sources still speak.
    """
    source = WRAPPING.sub("", source).strip()
    if not source:
        return []
    try:
        return [json.loads(source, strict=False)]
    except (ValueError, RecursionError):
        pass
    if mended := [one for one in mending.values(source) if isinstance(one, (dict, list))]:
        return mended
    try:
        # Keys and texts without quotation marks, or with single ones.
        return [chompjs.parse_js_object(CONTROL.sub(" ", source), loader_kwargs={"strict": False})]
    except (ValueError, RecursionError):
        return []


def items(roots: list[Any]) -> list[schema_org.Item]:
    """Return all items in ``roots``, with the references of products and offers (``{"@id": …}`` alone) filled in."""
    found = list(schema_org.walk(roots))
    by_id = {one["@id"]: one for one in found if isinstance(one.get("@id"), str) and len(one) > 1}
    for item in found[:MAX_REFERENCES]:
        for name, value in item.items():
            if isinstance(value, dict):
                item[name] = _resolved(value, by_id)
            elif isinstance(value, list):
                item[name] = [_resolved(one, by_id) if isinstance(one, dict) else one for one in value]
    return found


def _resolved(value: schema_org.Item, by_id: dict[str, schema_org.Item]) -> schema_org.Item:
    name = value.get("@id")
    return by_id.get(name, value) if isinstance(name, str) and len(value) == 1 else value
