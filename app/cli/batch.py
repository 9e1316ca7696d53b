"""``shopreel batch``: the videos of many product pages, into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from app.errors import InvalidInput, WorkFailed

if TYPE_CHECKING:
    from app.http.schemas import BatchDetail
    from app.processes.worker_process import WorkerProcess

POLL_SECONDS = 0.5


def batch(
    source: Annotated[Path, typer.Argument(help="Addresses, one a line (.txt), or a feed (.csv, .xml, .json …).")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write the videos to.")] = Path("shorts"),
    style: Annotated[str | None, typer.Option(help="Such as clean, bold or warm; unset: by the product.")] = None,
    mood: Annotated[str, typer.Option(help="auto, calm, energetic, happy, nostalgic, tender or confident.")] = "happy",
    seconds: Annotated[float, typer.Option(help="Length, 10 to 60.")] = 15,
    language: Annotated[str | None, typer.Option(help="Two letters; unset: the page's own.")] = None,
    aspect: Annotated[str, typer.Option(help="9:16, 4:5, 1:1 or 16:9.")] = "9:16",
    quality: Annotated[int, typer.Option(help="Pixels of the shorter side: 360 to 2160.")] = 720,
    watermark: Annotated[str | None, typer.Option(help="A few words, small, in every picture.")] = None,
) -> None:
    """Make a short of each address in a file, with one bar for all; what fails is told, and the others go on."""
    from app.access.caller import EVERYONE
    from app.blobs import store as media
    from app.cli.console import err
    from app.cli.serve import prepare
    from app.cli.short import log_path, wishes_of
    from app.http.archive import free_name
    from app.http.schemas import BatchRequest
    from app.processes.worker_process import WorkerProcess
    from app.shorts import batches
    from app.untrusted.kinds import kind_of

    if not source.is_file():
        raise InvalidInput(f"there is no file {source}")
    output.mkdir(parents=True, exist_ok=True)
    wishes = wishes_of(
        style=style,
        mood=mood,
        seconds=seconds,
        language=language,
        aspect=aspect,
        quality=quality,
        watermark=watermark,
    )
    prepare()
    urls = list(dict.fromkeys(batches.addresses_in(source, kind_of(source))))
    if not 1 <= len(urls) <= batches.MOST:
        raise InvalidInput(f"{source}: 1 to {batches.MOST} addresses, not {len(urls)}")
    made = batches.start(EVERYONE, BatchRequest(urls=urls, wishes=wishes))
    refused = [row for row in made.rows if row.short_id is None]
    if len(refused) < len(made.rows):
        with WorkerProcess(log_path()) as worker:
            ended = _watch(made.batch_id, worker)
        names: set[str] = set()
        for name, key in batches.archive(EVERYONE, made.batch_id):
            path = output / free_name(name, names)
            media.save_as(str(key), path)
            err.print(f"[bold]{escape(str(path))}[/bold]")
        for one in ended.shorts:
            if one.error:
                err.print(f"[red]{escape(one.url or one.short_id)}[/red]: {escape(one.error)}")
    for row in refused:
        err.print(f"[red]{escape(row.url)}[/red]: {escape(row.reason or '')}")
    if refused or any(one.error for one in ended.shorts):
        raise WorkFailed("not all of them could be made")


def _watch(batch_id: str, worker: WorkerProcess) -> BatchDetail:
    """Draw one bar until all have ended; an interrupt cancels what has not."""
    import time

    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from app.access.caller import EVERYONE
    from app.cli.console import MAX_DEATHS, err
    from app.shorts import batches
    from app.shorts.repository import ShortStatus
    from app.shorts.service import cancel_short

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(32), TaskProgressColumn())
    with Progress(*columns, TimeElapsedColumn(), console=err) as progress:
        bar = progress.add_task("Generating", total=100)
        try:
            while True:
                found = batches.get(EVERYONE, batch_id)
                done = sum(one.status is not ShortStatus.MAKING for one in found.shorts)
                progress.update(bar, completed=found.percent, description=f"{done} of {len(found.shorts)}")
                if done == len(found.shorts):
                    return found
                if worker.deaths >= MAX_DEATHS:
                    raise WorkFailed("the worker keeps dying; the shorts go on when ShopReel runs again")
                time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            for one in batches.get(EVERYONE, batch_id).shorts:
                cancel_short(one.short_id)
            raise
