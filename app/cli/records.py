"""``shopreel report`` and ``shopreel forget``: what the records say, and how a user leaves them."""

from __future__ import annotations

import json as json_module
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from app.cli.options import Json, Key, Server


def report(
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days, up to today.")] = 30,
    user_id: Annotated[str | None, typer.Option("--user", help="Only this user's.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with charts that needs nothing else.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write a line for each task type.")] = None,
    json: Json = False,
) -> None:
    """Say what was made, how long it took and why it failed."""
    from app.analytics.report import html_page, print_report, write_csv
    from app.analytics.service import analyse
    from app.cli.console import err, out
    from app.models import utc_now

    now = utc_now()
    first = now - timedelta(days=days - 1)
    found = analyse(first, now, user_id)
    for path, write in ((html, html_page), (csv, write_csv)):
        if path is not None:
            path.write_text(write(found), encoding="utf-8")
            err.print(f"[bold]{escape(str(path))}[/bold]")
    if json:
        typer.echo(found.model_dump_json())
    elif html is None and csv is None:
        print_report(found, out)


def remove(
    short_id: Annotated[str, typer.Argument(help="Which short is removed.")],
    user_id: Annotated[str | None, typer.Option("--user", help="Whose, where several have one of this id.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    server: Server = None,
    key: Key = None,
) -> None:
    """Remove a short with its tasks, sessions, saved scenarios and media; its product stays."""
    from app.cli.console import out
    from app.client import ShopReel
    from app.maintenance.retention import remove_short
    from app.shorts.repository import get_named_short

    if not yes and not typer.confirm(f"Remove short {short_id}? It cannot be brought back."):
        raise typer.Exit(1)
    if server is not None:
        with ShopReel(server, key) as shopreel:
            shopreel.delete_short(short_id)
    else:
        remove_short(get_named_short(short_id, owner=None, user_id=user_id).key)
    out.print(f"Removed short {escape(short_id)}.")


def forget(
    user_id: Annotated[str, typer.Argument(help="Whose data is removed.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Remove all of a user's data: tasks, sessions, shorts, media, products, keys, events, figures."""
    from app.cli.console import out
    from app.maintenance.forget import forget_user

    if not yes and not typer.confirm(f"Remove all data of user {user_id}? It cannot be brought back."):
        raise typer.Exit(1)
    removed = forget_user(user_id)
    if json:
        typer.echo(json_module.dumps(removed))
    else:
        out.print(", ".join(f"{count} {name}" for name, count in removed.items()) or "There was nothing.")
