"""The child's side: what is to be read in, what it says out. Its argument is its parent's pid.

An order names a function of ``WORK`` as ``do``, the limits ``memory`` (bytes) and ``cpu_seconds``, and the ``size`` of
the bytes behind it. Each answer ends with ``{"result": ...}`` or, for what cannot be read, ``{"invalid": "..."}``;
``{"costly": "..."}`` says that the limits were met, ``{"broke": "KeyError", "trace": "..."}`` that a fault of ours was.

A page may need a question asked of its shop first: then ``{"result": {"ask": "https://..."}}`` is followed by the order
``answered`` for the same page.
"""

from __future__ import annotations

import gc
import json
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from app.analysis.text import analyze_plain_text, analyze_text
from app.errors import InvalidInput
from app.extraction import Explanation
from app.extraction.brand import brand_traits
from app.extraction.document import Document, parse
from app.extraction.product import explained
from app.extraction.scripts import runs
from app.extraction.shop_data import asked
from app.models import Product
from app.processes.children import begin, limit
from app.untrusted.rows import rows

MAX_CANDIDATES, MAX_SHOWN = 100, 2000
"""Of a field, and characters or entries of a value, that an explanation shows."""
MAX_TRACE = 8000
UNPACKED_BYTES = 100_000_000
"""The model that tells languages apart is unpacked into a file without a name."""
Tell = Callable[[dict[str, Any]], None]


class _Reader:
    """Does one order after the other; between two it holds the page whose shop is being asked."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self._page: Document | None = None

    def page(self, order: dict[str, Any], data: bytes) -> dict[str, Any]:
        self._page = parse(data.decode("utf-8", "surrogatepass"), order["url"])
        address = asked(self._page) if order["may_ask"] else None
        return self.answered(order, b"") if address is None else {"ask": address}

    def answered(self, order: dict[str, Any], data: bytes) -> dict[str, Any]:
        document, self._page = self._page, None
        assert document is not None
        told: dict[str, Any] = {"scripted": runs(document.scripts)}
        try:
            found = explained(document, data.decode("utf-8", "surrogatepass") or None)
        except InvalidInput as error:
            return told | {"reason": str(error)}
        return told | _explanation(found, order["explained"])

    def brand(self, order: dict[str, Any], data: bytes) -> dict[str, Any]:
        html, css = data[: order["html"]], data[order["html"] :]
        texts = (part.decode("utf-8", "surrogatepass") for part in (html, css))
        return asdict(brand_traits(next(texts), order["url"], next(texts)))

    def words(self, order: dict[str, Any], data: bytes) -> dict[str, Any]:
        if order["product"]:
            return analyze_text(Product.model_validate_json(data)).model_dump(mode="json")
        return analyze_plain_text(data.decode("utf-8", "surrogatepass")).model_dump(mode="json")

    def feed(self, order: dict[str, Any], data: bytes) -> dict[str, Any]:
        with Path(order["path"]).open("rb") as raw:
            done = order["skip"]
            for row, one in enumerate(rows(raw, order["kind"], order["url"], done), done + 1):
                told: dict[str, Any] = {"row": row, "at": None if raw.closed else raw.tell()}
                if isinstance(one, str):
                    told["address"] = one
                elif one.product is not None:
                    told["product"] = _product(one.product)
                else:
                    told["reason"] = one.reason
                self.tell(told)
                limit(order["memory"], order["cpu_seconds"], UNPACKED_BYTES)
                done = row
        return {"rows": done}


WORK: dict[str, Callable[[_Reader, dict[str, Any], bytes], Any]] = {
    "page": _Reader.page,
    "answered": _Reader.answered,
    "brand": _Reader.brand,
    "words": _Reader.words,
    "feed": _Reader.feed,
}


def _product(product: Product) -> dict[str, Any]:
    """Return a product as JSON has it; amounts are strings, which lose nothing."""
    content = product.model_dump()
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in content.items()}


def _explanation(found: Explanation, whole: bool) -> dict[str, Any]:
    fields = {
        name: [
            {
                "value": _value(one.candidate.value),
                "amount": isinstance(one.candidate.value, Decimal),
                "source": one.candidate.source,
                "confidence": one.candidate.confidence,
                "place": one.candidate.place[:MAX_SHOWN],
                "belief": one.belief,
                "won": one.won,
                "reason": one.reason,
            }
            for one in judged[:MAX_CANDIDATES]
        ]
        for name, judged in (found.fields.items() if whole else ())
    }
    return {
        "product": _product(found.product),
        "platform": found.platform,
        "signs": list(found.signs),
        "fields": fields,
    }


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return dict(list(value.items())[:MAX_SHOWN])
    return value[:MAX_SHOWN] if isinstance(value, str | list) else value


def main() -> None:
    """Read one thing after the other until the input ends."""
    tell = begin()
    reader = _Reader(tell)
    gc.freeze()  # A page makes so many objects that what was imported would be looked through for every second one.
    source = sys.stdin.buffer
    for line in iter(partial(source.readline), b""):
        order = json.loads(line)
        limit(order["memory"], order["cpu_seconds"], UNPACKED_BYTES)
        try:
            tell({"result": WORK[order["do"]](reader, order, source.read(order["size"]))})
        except InvalidInput as error:
            tell({"invalid": str(error)})
        except (MemoryError, RecursionError) as error:
            tell({"costly": "more memory" if isinstance(error, MemoryError) else "more depth"})
        except Exception as error:
            # A fault of ours: the parent logs it.
            tell({"broke": type(error).__name__, "trace": traceback.format_exc()[-MAX_TRACE:]})


if __name__ == "__main__":
    main()
