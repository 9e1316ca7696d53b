"""``shopreel extract``: a feed on disk becomes a table on disk, without a database."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast, get_args

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.console import err
from app.errors import InvalidInput
from app.extraction.tables import FORMATS, PARQUET_HINT, convert, line_of, parquet_is_there
from app.fetching import FetchPolicy
from app.products.feeds import feed
from app.untrusted import Kind, kind_of

SHOWN = 10
"""Bad rows that are printed."""


def extract_feed(
    source: Path, output: Path | None, kind: str | None, bad_rows: Path | None, url: str | None, policy: FetchPolicy
) -> int:
    """Write the products in ``source`` to ``output``, or NDJSON to standard output; return how many there were.

    Raises:
        InvalidInput: the feed can't be read, or the output is of no kind that is written.
    """
    form = output.suffix.removeprefix(".").lower() if output is not None else "ndjson"
    if form not in FORMATS:
        raise InvalidInput(f"{output}: the name must end with {', '.join(f'.{one}' for one in FORMATS)}")
    if form == "parquet" and not parquet_is_there():
        raise InvalidInput(PARQUET_HINT)
    if kind is not None and kind not in get_args(Kind):
        raise InvalidInput(f"--kind: one of {', '.join(get_args(Kind))}")
    known = cast(Kind, kind) if kind else kind_of(source)
    try:
        with ExitStack() as stack:
            size = source.stat().st_size
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shopreel-extract-")))
            products = folder / "products.ndjson"
            good = stack.enter_context(products.open("wb")) if output is not None else sys.stdout.buffer
            bad = stack.enter_context(bad_rows.open("wb")) if bad_rows is not None else None
            accepted, rejected = _write(source, size, known, url, policy, good, bad)
            good.flush()
            if output is not None:
                partial = output.with_name(f".{output.name}.part")
                convert(products, partial, form)
                partial.replace(output)
    except InvalidInput as error:
        raise InvalidInput(f"{source}: {error}") from None
    except OSError as error:
        raise InvalidInput(f"{error.filename or source}: {error.strerror or error}") from None
    err.print(f"{accepted} products, {rejected} bad rows" + (f" → {escape(str(output))}" if output else ""))
    return accepted


def _write(
    source: Path, size: int, kind: Kind, url: str | None, policy: FetchPolicy, good: BinaryIO, bad: BinaryIO | None
) -> tuple[int, int]:
    """Write the good and the bad rows; return how many of each there were."""
    read = 0

    def at(place: int | None) -> None:
        nonlocal read
        read = size if place is None else place

    accepted = rejected = 0
    columns = (TextColumn("{task.description}"), BarColumn(32), TextColumn("{task.fields[rows]} rows"))
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=True) as progress:
        bar = progress.add_task("Extracting", total=size, rows=0)
        for record in feed(source, kind, url, policy, at=at):
            if record.product is not None:
                accepted += 1
                good.write(line_of(record))
            else:
                rejected += 1
                if bad is not None:
                    bad.write(line_of(record))
                if rejected <= SHOWN:
                    err.print(f"[yellow]row {record.row}:[/yellow] {escape(record.reason or '')}", highlight=False)
            progress.update(bar, completed=read, rows=record.row)
    return accepted, rejected
