"""What ``--server`` does: the same commands, asked of a ShopReel that runs elsewhere."""

from __future__ import annotations

import json as json_module
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.console import err, out, session_table, task_table
from app.cli.scenario_card import choose_script
from app.cli.short import numbered
from app.client import ProgressEvent, ShopReel
from app.errors import Conflict
from app.models import TaskStatus, Wishes
from app.shorts.repository import Short
from app.tasks.registry import STAGES


def make_short(
    server: str,
    key: str | None,
    output: Path,
    url: str | None,
    html: str | None,
    wishes: Wishes,
    variants: int = 1,
    kit: str | None = None,
    *,
    every: bool = False,
) -> dict[Path, Short]:
    """Have a short made, draw its progress, and fetch the video; return where which is.

    Of ``variants`` one is asked for, or ``every`` one is filmed, as a short of its own.
    """
    columns = (TextColumn("{task.description:<24}"), BarColumn(32), TextColumn("{task.fields[note]}"))
    with ShopReel(server, key) as shopreel, Progress(*columns, TimeElapsedColumn(), console=err) as progress:
        bar = progress.add_task("Waiting", total=100, note="")

        def draw(told: ProgressEvent) -> None:
            event = told.event
            if event.task_type is None or event.status != TaskStatus.RUNNING:
                return
            stage = next((name for name, types in STAGES.items() if event.task_type in types), None)
            if stage is None:  # a task that is no step of a short
                return
            progress.update(bar, description=stage, completed=told.percent, note=event.step or "")

        short_id = shopreel.create_short(url, html=html, wishes=wishes, variants=variants, brand_kit=kit)
        names = [short_id]
        try:
            made = shopreel.wait(short_id, on_progress=draw).short
            films = {output: made}
            if made.variants and every:
                names = shopreel.render_variants(short_id)
                films = {numbered(output, n): shopreel.wait(name, draw).short for n, name in enumerate(names, 1)}
            elif made.variants:
                progress.stop()
                chosen = choose_script(made.variants)
                shopreel.save_scenario(short_id, chosen.model_dump(mode="json"))
                progress.start()
                films = {output: shopreel.wait(short_id, draw).short}
        except KeyboardInterrupt:
            for name in names:
                with suppress(Conflict):  # it was made in that moment
                    shopreel.cancel_short(name)
            raise
        progress.update(bar, description="Fetching the video", completed=100, note="")
        for path, short in films.items():
            shopreel.download(short.short_id, path)
    return films


def list_sessions(server: str, key: str | None, filters: dict[str, Any], limit: int, *, json: bool) -> None:
    """List a server's sessions."""
    with ShopReel(server, key) as shopreel:
        found = list(islice(shopreel.sessions(**filters, limit=min(limit, 200)), limit))
    if json:
        typer.echo(json_module.dumps([session.model_dump(mode="json") for session in found]))
    else:
        out.print(session_table(found, {}) if found else "No sessions.")


def list_remote_tasks(server: str, key: str | None, filters: dict[str, Any], limit: int, *, json: bool) -> None:
    """List a server's tasks."""
    with ShopReel(server, key) as shopreel:
        found = list(islice(shopreel.tasks(**filters, limit=min(limit, 200)), limit))
    if json:
        typer.echo(json_module.dumps([task.model_dump(mode="json") for task in found]))
    else:
        out.print(task_table(found) if found else "No tasks.")
