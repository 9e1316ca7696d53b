"""data_extraction: HTML, JSON-LD, CSV or lists of URLs, in bulk, become validated products; bad rows are kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from app.errors import InvalidInput, WorkFailed
from app.extraction.bulk import Record, extract_records
from app.models import TaskType
from app.services.product_pages import read_product
from app.services.task_context import TaskContext
from app.storage import media, products
from app.utils.task_dispatch import submit_task

MAX_DATA_BYTES = 50_000_000
MAX_URLS = 1000
MAX_LISTED = 1000
"""Products and bad rows that the result lists; the counts are of all."""

Kind = Literal["html", "jsonld", "csv", "urls"]


def start_data_extraction(
    kind: Kind, data: str | None = None, urls: list[str] | None = None, url: str | None = None, **metadata: Any
) -> str:
    """Start to extract products from ``data`` (of kind html, jsonld or csv) or from the pages at ``urls``.

    Returns:
        The task's id.

    Raises:
        InvalidInput: what the kind needs is missing or too large.
        Unavailable: the database or the media store does not answer.
    """
    if kind == "urls":
        if not urls or len(urls) > MAX_URLS:
            raise InvalidInput(f"urls: 1 to {MAX_URLS} addresses")
        return submit_task(TaskType.DATA_EXTRACTION, kind=kind, urls=urls, **metadata)
    content = (data or "").encode("utf-8", "replace")
    if not 1 <= len(content) <= MAX_DATA_BYTES:
        raise InvalidInput(f"data: 1 byte to {MAX_DATA_BYTES // 1_000_000} MB")
    key = media.content_key("inputs", content, f".{kind}")
    media.put(key, content)
    return submit_task(TaskType.DATA_EXTRACTION, url=url, kind=kind, data_key=key, **metadata)


def run(context: TaskContext) -> dict[str, Any]:
    """Extract row by row; a bad row is reported with its number and reason and stops nothing."""
    accepted: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    counts = {"accepted": 0, "rejected": 0}
    urls = len(context.task.metadata.get("urls") or ())
    for record in _records(context):
        # How many rows a feed has is not known before its end: then the bar slows down instead of ending.
        context.report(100 * record.row / (urls or record.row + 50), f"Row {record.row}")
        if record.product is None:
            counts["rejected"] += 1
            if len(rejected) < MAX_LISTED:
                rejected.append({"row": record.row, "reason": record.reason})
            continue
        counts["accepted"] += 1
        product_id = f"{context.task.task_id}-{record.row}"
        products.save_product(product_id, record.product, context.task.user_id)
        if len(accepted) < MAX_LISTED:
            content = record.product.model_dump(mode="json")
            accepted.append({"row": record.row, "product_id": product_id, "product": content})
    return counts | {"products": accepted, "bad_rows": rejected}


def _records(context: TaskContext) -> Iterator[Record]:
    metadata = context.task.metadata
    if metadata.get("kind") != "urls":
        if not metadata.get("data_key"):
            raise InvalidInput("the task names no data")
        yield from extract_records(media.get(metadata["data_key"]), metadata["kind"], context.task.url)
        return
    policy = context.fetch_policy()
    for row, url in enumerate(metadata.get("urls") or [], 1):
        try:
            yield Record(row=row, product=read_product(url, policy)[0])
        except (InvalidInput, WorkFailed) as error:
            yield Record(row=row, reason=str(error))
