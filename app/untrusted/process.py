"""The parent's side of reading what strangers wrote: in a child with limits, so that it can harm nothing but the child.

What a page or a row takes too much of is the input's own fault, and would be next time: it is told as invalid. What
comes from outside (a child that somebody killed, a machine that had no time) may be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.config import get_settings
from app.core.telemetry import get_logger
from app.errors import InvalidInput, WorkFailed
from app.extraction.brand import Traits
from app.extraction.candidates import Candidate
from app.extraction.results import Explanation, Judged, Record
from app.models import ContentAnalysis, Product
from app.processes.children import Child, ChildDied, Spares

MEGABYTE = 1_000_000
WALL_SECONDS = 90.0
"""For one page or row, on a machine that has other things to do."""
SPARE_SECONDS = 30.0
MAX_COSTLY_ROWS = 5
"""A feed with more of them is given up."""
log = get_logger("reading")
readers = Spares("app.untrusted", "reading it", SPARE_SECONDS)


class TooCostly(InvalidInput):
    """It took more memory or computing than is allowed."""


@dataclass(frozen=True)
class PageReading:
    """What came of a page: a product, or the reason why there is none."""

    found: Explanation | None
    error: InvalidInput | None
    scripted: bool
    """It runs script: in a browser it may be another page."""


@dataclass(frozen=True)
class Row:
    """A row of a feed: a product or why it is none; or the ``address`` of a page."""

    record: Record
    at: int | None
    """Bytes of the file that are read so far; None: all."""
    address: str | None = None


def _nothing(_: str) -> str | None:
    return None


def _always() -> None:
    return None


def read_page(
    html: str,
    url: str | None,
    ask: Callable[[str], str | None] | None = None,
    go_on: Callable[[], None] = _always,
    *,
    explained: bool = False,
) -> PageReading:
    """Return the product that the page shows, as ``app.extraction.explain`` finds it.

    Args:
        ask: gets the address at which the shop's platform has data of the product, and returns what it says.
        go_on: called every 0.2 s at least; what it raises ends the child and is passed on.
        explained: with all candidates of each field.

    Raises:
        TooCostly: it took more memory or computing than is allowed.
        WorkFailed: the child was killed from outside, or had no time (may be tried again).
    """
    order = {"url": url, "may_ask": bool(ask and url), "explained": explained}
    with readers.child() as child:
        answer = _ask(child, "page", order, html.encode("utf-8", "surrogatepass"), go_on)
        if "ask" in answer:
            said = (ask or _nothing)(answer["ask"]) or ""
            answer = _ask(child, "answered", order, said.encode("utf-8", "surrogatepass"), go_on)
    if "invalid" in answer or "reason" in answer:
        reason = InvalidInput(answer.get("invalid") or answer["reason"])
        return PageReading(None, reason, bool(answer.get("scripted")))
    return PageReading(_explanation(answer), None, answer["scripted"])


def read_brand(html: str, url: str, css: str = "") -> Traits:
    """Return what a page and its style sheets say of their brand (``app.extraction.brand``). Raises as ``read_page``.

    Raises:
        InvalidInput: also if it can't be read at all.
    """
    page = html.encode("utf-8", "surrogatepass")
    order = {"url": url, "html": len(page)}
    with readers.child() as child:
        answer = _ask(child, "brand", order, page + css.encode("utf-8", "surrogatepass"), _always)
    return Traits(**_valid(answer))


def analyze_words(content: Product | str, go_on: Callable[[], None] = _always) -> ContentAnalysis:
    """Return the analysis of a product's words, or of a text. Raises TooCostly or WorkFailed, as ``read_page`` does."""
    of_product = isinstance(content, Product)
    data = content.model_dump_json() if isinstance(content, Product) else content
    with readers.child() as child:
        answer = _ask(child, "words", {"product": of_product}, data.encode("utf-8", "surrogatepass"), go_on)
    return ContentAnalysis.model_validate(_valid(answer))


def read_feed(
    path: Path, kind: str, url: str | None, skip: int = 0, go_on: Callable[[], None] = _always
) -> Iterator[Row]:
    """Yield the rows of a file from number ``skip`` + 1 on, as ``app.untrusted.rows`` reads them.

    A row that takes too much costs its child, and is a bad row; the next is read by another child.

    Raises:
        InvalidInput: the file as a whole can't be read.
        TooCostly: too many of its rows cost too much, or what is no row does.
        WorkFailed: as ``read_page``.
    """
    costly, done = 0, skip
    while True:
        begun = done
        try:
            with readers.child() as child:
                for row in _rows(child, path, kind, url, done, go_on):
                    done = row.record.row
                    yield row
                return
        except TooCostly as error:
            costly += 1
            # Twice at one place: what comes before the row is as bad.
            if costly > MAX_COSTLY_ROWS or (costly > 1 and done == begun):
                raise TooCostly(f"from row {done + 1} on: {error}") from None
            done += 1
            yield Row(Record(done, reason=str(error)), at=0)


def _rows(child: Child, path: Path, kind: str, url: str | None, skip: int, go_on: Callable[[], None]) -> Iterator[Row]:
    order = {"path": str(path.resolve()), "kind": kind, "url": url, "skip": skip}
    for message in _messages(child, "feed", order, b"", go_on):
        if "row" in message:
            product = message.get("product")
            record = Record(message["row"], product and Product.model_validate(product), message.get("reason"))
            yield Row(record, message["at"], message.get("address"))
        elif "result" in message or "invalid" in message:
            _valid(message)
            return


def _ask(child: Child, do: str, order: dict[str, Any], data: bytes, go_on: Callable[[], None]) -> dict[str, Any]:
    for message in _messages(child, do, order, data, go_on):
        if "result" in message:
            result: dict[str, Any] = message["result"]
            return result
        if "invalid" in message:
            return message
    raise AssertionError("a child answers or raises")


def _valid(answer: dict[str, Any]) -> dict[str, Any]:
    if "invalid" in answer:
        raise InvalidInput(answer["invalid"])
    return answer


def _messages(
    child: Child, do: str, order: dict[str, Any], data: bytes, go_on: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    settings = get_settings()
    memory, cpu_seconds = settings.page_memory_megabytes * MEGABYTE, settings.page_cpu_seconds
    limits = {"do": do, "size": len(data), "memory": memory, "cpu_seconds": cpu_seconds}
    with _costs(memory, cpu_seconds):
        for message in child.ask(order | limits, data, seconds=WALL_SECONDS, each=True):
            if "costly" in message:
                raise TooCostly(f"it is too costly to read: it needs {message['costly']} than is allowed")
            if "broke" in message:
                log.error("reading_broke", do=do, url=order.get("url"), trace=message["trace"])
                raise WorkFailed(f"an internal error while reading ({message['broke']}); it is in the log")
            if message:
                yield message
            else:
                go_on()


@contextmanager
def _costs(memory: int, cpu_seconds: int) -> Iterator[None]:
    """Tell what a child died of, where that was its input."""
    try:
        yield
    except ChildDied as error:
        if error.out_of_time:
            raise TooCostly(f"it is too costly to read: over {cpu_seconds} s of computing") from None
        if error.by_fault:
            # Libraries that do not look for memory die where there is none.
            reason = f"it is too costly to read, or made to harm: within {memory // MEGABYTE} MB of memory, {error}"
            raise TooCostly(reason) from None
        raise


def _explanation(answer: dict[str, Any]) -> Explanation:
    fields = {
        name: [
            Judged(
                Candidate(
                    name,
                    Decimal(one["value"]) if one["amount"] else one["value"],
                    one["source"],
                    one["confidence"],
                    one["place"],
                ),
                one["belief"],
                one["won"],
                one["reason"],
            )
            for one in judged
        ]
        for name, judged in answer["fields"].items()
    }
    return Explanation(Product.model_validate(answer["product"]), answer["platform"], tuple(answer["signs"]), fields)
