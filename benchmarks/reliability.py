"""How far the confidence of a field can be trusted: of the fields told with so much of it, the share that is right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from app.errors import InvalidInput
from app.extraction import extract
from app.extraction.text import squeeze, words
from app.fetching import read_page_file
from app.models import Product
from examples.demo_shop.catalogue import PRODUCTS, DemoProduct
from examples.demo_shop.pages import product_page

STEPS = (0.0, 0.5, 0.7, 0.9, 1.01)
"""Below 0.7 a field is doubtful; from 0.9 on it is told as a fact."""
FIELDS = ("title", "price", "list_price", "currency", "availability", "brand", "sku", "rating", "review_count")
BASE = "https://shop.example"
NEAR = 0.8
TRUTH = "truth.json"
Truth = Mapping[str, Any]
"""Field -> the right value or a list of them; null: the page shows none; a field left out is not judged."""


class Told(NamedTuple):
    """A field of a page as it was told."""

    field: str
    confidence: float
    right: bool


def told(html: str, url: str | None, truth: Truth) -> list[Told]:
    """Return the fields that a page is told to have, with whether they are right; none where it is no product's."""
    try:
        product = extract(html, url)
    except InvalidInput:
        return []
    return [
        Told(field, product.evidence[field].confidence, _right(product, field, truth[field]))
        for field in FIELDS
        if field in truth and field in product.evidence
    ]


def _right(product: Product, field: str, truth: Any) -> bool:
    value = getattr(product, field)
    accepted = truth if isinstance(truth, list) else [truth]
    if field == "title":
        return any(_near(value, str(one)) for one in accepted)
    if isinstance(value, str):
        key = squeeze(value)
        return any(one is not None and squeeze(str(one)) == key for one in accepted)
    return any(one is not None and abs(float(value) - float(one)) < 0.051 for one in accepted)


def _near(one: str, other: str) -> bool:
    """Whether two titles share four of five words (F1)."""
    left, right = words(one), words(other)
    return 2 * len(left & right) >= NEAR * (len(left) + len(right))


def demo_told() -> list[Told]:
    """Return what is told of the demo shop's products."""
    return [one for item in PRODUCTS for one in told(product_page(item, BASE), BASE + item.path, _truth_of_demo(item))]


def _truth_of_demo(item: DemoProduct) -> Truth:
    return {
        "availability": "InStock" if item.in_stock else "OutOfStock",
        **{name: getattr(item, name) for name in FIELDS if name != "availability"},
    }


def saved_told(folder: Path) -> list[Told]:
    """Return what is told of the saved pages under ``folder`` that have a ``truth.json`` beside them."""
    found: list[Told] = []
    for path in sorted(folder.rglob(TRUTH)):
        said = json.loads(path.read_text("utf-8"))
        page = next((one for one in path.parent.iterdir() if re.search(r"\.html?(?:\.gz)?$", one.name)), None)
        if page is not None:
            saved = read_page_file(page)
            found += told(saved.html, said.get("url") or saved.url, said.get("truth", said))
    return found


def table(found: Iterable[Told]) -> list[str]:
    """Return the lines of the table: by step of confidence, how many fields were told and how many were right."""
    every = list(found)
    lines = [f"{'confidence':14}" + "".join(f"{name:>14}" for name in ("all", *FIELDS))]
    for low, high in pairwise(STEPS):
        cells = []
        for name in ("", *FIELDS):
            here = [one.right for one in every if low <= one.confidence < high and name in ("", one.field)]
            cells.append(f"{sum(here)}/{len(here)}" if here else "")
        lines.append(f"{f'{low:.1f} to {min(high, 1):.1f}':14}" + "".join(f"{cell:>14}" for cell in cells))
    return lines
