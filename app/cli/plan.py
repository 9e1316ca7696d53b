"""``shopreel plan``: how many workers a load takes."""

from __future__ import annotations

import json as json_module
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from app.cli.options import Json
from app.enums import TaskType
from app.errors import InvalidInput

if TYPE_CHECKING:
    from app.analytics.capacity import Outcome, Workers


def plan(
    shorts: Annotated[float, typer.Option(min=0.01, max=10_000_000, help="Shorts an hour.")] = 60,
    wait: Annotated[float, typer.Option(min=0, help="Seconds within which 95 % of tasks are to start.")] = 10,
    scenes: Annotated[int, typer.Option(min=1, max=20, help="Scenes of a short.")] = 5,
    cores: Annotated[
        int | None,
        typer.Option(min=1, help="Cores of each worker, if the times are of tasks that ran alone; unset: under load."),
    ] = None,
    json: Json = False,
) -> None:
    """Say how many workers it takes for so many shorts an hour, by the service times that tasks have had here."""
    try:
        from app.analytics import capacity
    except ModuleNotFoundError:
        raise InvalidInput("planning wants the extra for it: pip install 'shopreel[plan]'") from None
    from app.cli.console import out
    from app.config import get_settings
    from app.tasks.registry import STEPS
    from app.tasks.service_times import service_times

    settings = get_settings()
    times = service_times()
    needed = {one for stage in STEPS for one in stage}
    if missing := sorted(needed - times.keys()):
        raise InvalidInput(f"no completed task of {', '.join(missing)} yet: make a few shorts first, then plan")
    try:
        workers, fares = capacity.workers_needed(
            times, capacity.Load(shorts, scenes), wait, settings.worker_threads, settings.render_threads, cores
        )
    except ValueError as error:
        raise InvalidInput(f"--shorts: {error}") from None
    if json:
        typer.echo(json_module.dumps(_figures(workers, fares)))
        return
    out.print(
        f"[bold]{workers.count}[/bold] worker{'s' * (workers.count != 1)} "
        f"(WORKER_THREADS={workers.light}, RENDER_THREADS={workers.render}) for {shorts:g} shorts an hour of {scenes} "
        f"scenes, with 95 % of tasks started within {wait:g} s."
    )
    middle, late = capacity.percentile(fares.shorts, 0.5), capacity.percentile(fares.shorts, 0.95)
    out.print(
        f"Then 95 % start within {fares.p95_wait():.1f} s; a short takes {middle:.0f} s (95 %: {late:.0f} s); busy: "
        + ", ".join(f"{pool} {100 * share:.0f} %" for pool, share in fares.busy.items())
    )
    table = Table("Task type", "Measured", "Median s", "95 % s")
    for task_type in TaskType:
        if found := times.get(task_type):
            middle, late = capacity.percentile(found, 0.5), capacity.percentile(found, 0.95)
            table.add_row(task_type.value, str(len(found)), f"{middle:.2f}", f"{late:.2f}")
    out.print(table)


def _figures(workers: Workers, fares: Outcome) -> dict[str, object]:
    from app.analytics import capacity

    return {
        "workers": workers.count,
        "worker_threads": workers.light,
        "render_threads": workers.render,
        "p95_wait_seconds": round(fares.p95_wait(), 3),
        "short_seconds_p50": round(capacity.percentile(fares.shorts, 0.5), 1),
        "short_seconds_p95": round(capacity.percentile(fares.shorts, 0.95), 1),
        "busy": {pool: round(share, 3) for pool, share in fares.busy.items()},
    }
