"""data_extraction: feeds of any size become validated products, in batches that are kept; bad rows are kept apart.

A batch is stored before the task's checkpoint says so: the last batch of a run that was cut short is done again.
Files carry the epoch of the run's lease, so that a run that wakes up late changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field

from app.blobs import store as media
from app.blobs.unused import put_shared
from app.blobs.workspace import workspace
from app.errors import Cancelled, InvalidInput
from app.extraction import Record
from app.extraction.tables import FORMATS, convert, line_of, parquet_is_there
from app.http.schemas import TaskRequest, Url
from app.models import TaskType
from app.products import repository as products
from app.products.feeds import feed, fetched
from app.queue.dispatch import submit_task
from app.tasks.context import TaskContext
from app.tasks.service import get_task_status
from app.untrusted import Kind

MAX_DATA_BYTES = 50_000_000
MAX_URLS = 1000
MAX_LISTED = 1000
MAX_LISTED_BYTES = 2_000_000
"""Of the products, and of the bad rows, that the result lists; its files and its counts have all."""
BATCH_ROWS = 200
BATCH_SECONDS = 5.0
PRODUCTS, BAD_ROWS = "products.ndjson", "bad_rows.ndjson"


class Checkpoint(BaseModel):
    """How far a task is: rows read, and what came of them."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    parts: list[str] = []
    """The media keys' ends of the batches that count, in order."""
    files: dict[str, str] | None = None
    """The result's files, name -> media key, once they are all stored."""


class DataExtractRequest(TaskRequest):
    """Many products at once: ``data`` of a kind, or, with kind ``urls``, a list of ``urls``."""

    kind: Literal["html", "jsonld", "ndjson", "csv", "xml", "warc", "urls"]
    data: str | None = None
    """A WARC file: in Base64."""
    urls: Annotated[list[Url], Field(max_length=1000)] | None = None
    url: Url | None = None
    """Where ``data`` came from: relative addresses in it are resolved against it."""


def start_data_extraction(
    kind: Kind, data: str | bytes | None = None, urls: list[str] | None = None, url: str | None = None, **metadata: Any
) -> str:
    """Start to extract products from ``data``, or from the pages at ``urls``.

    ``data`` is of the kind html, jsonld, ndjson, csv, xml, warc (in a string: Base64) or urls (one a line); ``url`` is
    where it is from.

    Returns:
        The task's id.

    Raises:
        InvalidInput: what the kind needs is missing or too large.
        Unavailable: the database or the media store does not answer.
    """
    if kind not in get_args(Kind):
        raise InvalidInput(f"kind: one of {', '.join(get_args(Kind))}")
    if kind == "urls" and data is None:
        if not urls or len(urls) > MAX_URLS:
            raise InvalidInput(f"urls: 1 to {MAX_URLS} addresses; more of them can be given as data, one a line")
        return submit_task(TaskType.DATA_EXTRACTION, kind=kind, urls=urls, **metadata)
    content = _bytes(kind, data or b"")
    if not 1 <= len(content) <= MAX_DATA_BYTES:
        raise InvalidInput(f"data: 1 byte to {MAX_DATA_BYTES // 1_000_000} MB")
    key = put_shared("inputs", content, f".{kind}", metadata.get("user_id"))
    return submit_task(TaskType.DATA_EXTRACTION, url=url, kind=kind, data_key=key, **metadata)


def _bytes(kind: Kind, data: str | bytes) -> bytes:
    if isinstance(data, bytes):
        return data
    if kind != "warc":
        return data.encode("utf-8", "replace")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("data: a WARC file is given in Base64") from None


def run(context: TaskContext) -> dict[str, Any]:
    """Extract row by row; a bad row is reported with its number and reason and stops nothing."""
    done = Checkpoint.model_validate(context.task.checkpoint or {})
    try:
        if done.files is None:
            with workspace() as folder:
                _extract(context, folder, done)
                _publish(context, folder, done)
    except Cancelled:
        now = get_task_status(context.task.task_id)
        if now is None or now.ended:
            # Of a task that another run has completed meanwhile, its files stay.
            files = ((now.result if now else None) or {}).get("files") or {}
            media.delete_under(_folder(context), keep=files.values())
        raise
    assert done.files is not None
    media.delete_under(_folder(context), keep=done.files.values())
    accepted = []
    for row in _listed(done.files[PRODUCTS]):
        number = row.pop("row")
        accepted.append({"row": number, "product_id": _product_id(context, number), "product": row})
    return {
        "accepted": done.accepted,
        "rejected": done.rejected,
        "products": accepted,
        "bad_rows": list(_listed(done.files[BAD_ROWS])),
        "files": done.files,
    }


def _folder(context: TaskContext) -> str:
    return f"extractions/{context.task.task_id}"


def _product_id(context: TaskContext, row: int) -> str:
    return f"{context.task.task_id}-{row}"


def _extract(context: TaskContext, folder: Path, done: Checkpoint) -> None:
    """Read what is not yet read, batch by batch; ``done`` follows."""
    records, share = _open(context, folder, done.rows)
    with closing(records):
        while batch := _batch(records, context, share, f"Reading rows from {done.rows + 1} on"):
            _keep(context, batch, done)


def _keep(context: TaskContext, batch: list[Record], done: Checkpoint) -> None:
    """Store a batch, and then that it is."""
    good = [record for record in batch if record.product is not None]
    bad = [record for record in batch if record.product is None]
    found = {_product_id(context, one.row): one.product for one in good if one.product}
    products.save_products(context.lease, found, context.task.user_id)
    part = f"{len(done.parts):06}-{context.lease.epoch}"
    media.put(f"{_folder(context)}/parts/{part}-{PRODUCTS}", b"".join(map(line_of, good)))
    media.put(f"{_folder(context)}/parts/{part}-{BAD_ROWS}", b"".join(map(line_of, bad)))
    done.rows = batch[-1].row
    done.accepted += len(good)
    done.rejected += len(bad)
    done.parts.append(part)
    context.save(done.model_dump())


def _open(context: TaskContext, folder: Path, skip: int) -> tuple[Generator[Record], Callable[[int], float]]:
    """Return the records from row ``skip`` + 1 on, and a function from a row's number to the share that is done."""
    metadata = context.task.metadata
    policy = context.fetch_policy()
    if urls := metadata.get("urls"):
        return fetched(urls, policy, skip), lambda row: row / len(urls)
    if not metadata.get("data_key"):
        raise InvalidInput("the task names no data")
    path = folder / "data"
    media.save_as(metadata["data_key"], path)
    size = path.stat().st_size
    read = size

    def at(place: int | None) -> None:
        nonlocal read
        read = size if place is None else place

    return feed(path, metadata["kind"], context.task.url, policy, skip, at), lambda _: read / size


def _batch(records: Iterator[Record], context: TaskContext, share: Callable[[int], float], step: str) -> list[Record]:
    """Take rows until there are enough, or enough time has passed; empty at the end."""
    batch: list[Record] = []
    end = time.monotonic() + BATCH_SECONDS
    for record in records:
        batch.append(record)
        context.report(95 * share(record.row), step)
        if len(batch) >= BATCH_ROWS or time.monotonic() > end:
            break
    return batch


def _publish(context: TaskContext, folder: Path, done: Checkpoint) -> None:
    """Make the result's files of the parts and store them."""
    for name in (PRODUCTS, BAD_ROWS):
        with (folder / name).open("wb") as file:
            for part in done.parts:
                context.report(96, "Writing the files")
                file.write(media.get(f"{_folder(context)}/parts/{part}-{name}"))
    forms = [form for form in FORMATS if form != "parquet" or parquet_is_there()]
    files = {}
    for name in [BAD_ROWS, *(f"products.{form}" for form in forms)]:
        if not (folder / name).exists():
            convert(folder / PRODUCTS, folder / name, name.rpartition(".")[2])
        context.report(98, f"Storing {name}")
        files[name] = f"{_folder(context)}/{context.lease.epoch}/{name}"
        media.put(files[name], folder / name)
    done.files = files
    context.save(done.model_dump())


def _listed(key: str) -> Iterator[dict[str, Any]]:
    """Yield the first rows of a file of the result."""
    start = media.get_range(key, 0, min(media.size(key), MAX_LISTED_BYTES)) if media.size(key) else b""
    # What follows the last line break was cut off.
    for line in start.split(b"\n")[:-1][:MAX_LISTED]:
        yield json.loads(line)
