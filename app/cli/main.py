"""The ``shopreel`` command.

Exit codes: 0 done, 1 the work failed, 2 what was given is wrong, 3 a part that is needed does not answer.
"""

from __future__ import annotations

import json as json_module
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app import __version__
from app.cli import batch as cli_batch
from app.cli import brand_kits as cli_brand_kits
from app.cli import keys as cli_keys
from app.cli import operations as cli_operations
from app.cli import plan as cli_plan
from app.cli import records as cli_records
from app.cli import scenario as cli_scenario
from app.cli import short as cli_short
from app.cli import voices as cli_voices
from app.cli import webhooks as cli_webhooks
from app.cli.options import Json, Key, Server, Source, SourceUrl, Words
from app.enums import SessionStatus, TaskStatus, TaskType
from app.errors import Conflict, DependencyRefuses, InvalidInput, NotFound, ShopReelError, Unavailable, WrongSchema

app = typer.Typer(
    name="shopreel",
    help="Turns any e-shop's product page into a short vertical video.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_keys.app, name="keys")
app.add_typer(cli_webhooks.app, name="webhooks")
app.add_typer(cli_brand_kits.app, name="brand")
app.command()(cli_short.short)
app.command()(cli_short.preview)
app.command()(cli_batch.batch)
app.command()(cli_scenario.scenario)
app.command()(cli_plan.plan)
app.command()(cli_voices.voices)
app.command()(cli_records.report)
app.command()(cli_records.forget)
app.command()(cli_records.remove)
EXIT_CODES: dict[type[ShopReelError], int] = {
    **dict.fromkeys((InvalidInput, NotFound, Conflict, DependencyRefuses), 2),
    **dict.fromkeys((Unavailable, WrongSchema), 3),
}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shopreel {__version__}")
        raise typer.Exit


@app.callback()
def shopreel(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turns any e-shop's product page into a short vertical video."""
    from app.config import get_settings

    if context.invoked_subcommand != "doctor":  # which tells all that is wrong in the settings, one by one
        get_settings()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    worker: Annotated[bool, typer.Option(help="Run a worker beside the server.")] = True,
) -> None:
    """Serve the dashboard and the API, and run a worker."""
    import signal
    from contextlib import ExitStack

    from app.cli.console import err
    from app.cli.serve import api_server, bound_socket, prepare
    from app.config import get_settings
    from app.core.telemetry import configure_logging
    from app.processes.worker_process import WorkerProcess

    configure_logging()
    # As Ctrl-C does, it lets the worker hand back what it runs; to die of it would leave that to the lease's end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    prepare()
    with ExitStack() as stack:
        listener = stack.enter_context(bound_socket(host, port))
        if worker:
            stack.enter_context(WorkerProcess())
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{listener.getsockname()[1]}/"
        err.print(f"ShopReel serves at [bold]{address}[/bold] (API: {address}docs). Ctrl-C ends it.")
        if get_settings().api_keys_required:
            err.print("Every call needs an API key; `shopreel keys create USER_ID` makes one.")
        elif host in ("127.0.0.1", "localhost", "::1"):
            err.print("No API keys are required, so only this machine can reach it (--host changes that).")
        else:
            err.print("[yellow]No API keys are required: whoever can reach this address can use it.[/yellow]")
        api_server(host).run(sockets=[listener])


@app.command()
def worker(
    queues: Annotated[
        str | None,
        typer.Option(
            help="Take only these: light, render, or task types, commas between; unset: WORKER_QUEUES, or all."
        ),
    ] = None,
) -> None:
    """Run tasks until Ctrl-C."""
    from app.cli.serve import prepare
    from app.core.telemetry import configure_logging
    from app.queue.names import taken
    from app.worker import run_worker

    configure_logging()
    taken(queues or "")  # a wrong name is told before anything is started
    prepare()
    run_worker(queues)


@app.command()
def scrape(
    source: Source,
    url: SourceUrl = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show all candidates, and why each won or lost.")] = False,
    facts: Annotated[bool, typer.Option("--facts", help="Show what of the page scripts may tell.")] = False,
    json: Json = False,
) -> None:
    """Show the product of a page, with where each field came from and how sure that is."""
    from app.cli.console import out
    from app.cli.product_card import as_json, candidate_table, product_card
    from app.cli.scenario_card import fact_table, facts_as_json
    from app.products.pages import read_product, read_saved, settings_policy
    from app.shorts.steps.scrape import read_source

    address, html = read_source(source, url)
    found = (
        read_product(source, settings_policy(), explained=explain)[0]
        if html is None
        else read_saved(html, address, explained=explain)
    )
    if json and facts:
        typer.echo(json_module.dumps(facts_as_json(found.product), ensure_ascii=False))
        return
    if json:
        typer.echo(json_module.dumps(as_json(found)) if explain else found.product.model_dump_json())
        return
    out.print(product_card(found, out))
    if facts:
        out.print(fact_table(found.product))
    if explain:
        out.print(candidate_table(found))


@app.command()
def extract(
    source: Annotated[Path, typer.Argument(help="CSV, NDJSON, JSON-LD, HTML, WARC, or a list of URLs; .gz too.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A .parquet, .csv or .ndjson file; unset: NDJSON is printed.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="html, jsonld, ndjson, csv, xml, warc or urls; unset: as the file's name says.")
    ] = None,
    bad_rows: Annotated[Path | None, typer.Option(help="Where to write the bad rows and their reasons.")] = None,
    url: SourceUrl = None,
) -> None:
    """Extract the products of a feed of any size; bad rows are told and kept apart."""
    from app.cli.extract import extract_feed
    from app.products.pages import settings_policy

    if not extract_feed(source, output, kind, bad_rows, url, settings_policy()):
        raise typer.Exit(1)


@app.command()
def sessions(
    short_id: Annotated[str | None, typer.Argument(help="Only this short's.")] = None,
    status: Annotated[SessionStatus | None, typer.Option(help="Only of this status.")] = None,
    q: Words = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    server: Server = None,
    key: Key = None,
    json: Json = False,
) -> None:
    """List the sessions: what is under way, and what waits for a person."""
    from app.cli.console import out, session_table
    from app.db.client import database_answers
    from app.sessions.service import session_service
    from app.tasks.repository import tasks_by_id

    filters: dict[str, Any] = {"short_id": short_id, "status": status, "q": q}
    if server is not None:
        from app.cli.remote import list_sessions

        list_sessions(server, key, filters, limit, json=json)
        return
    found = session_service.manager.find(**filters, limit=limit)
    if json:
        typer.echo(json_module.dumps([session.model_dump(mode="json") for session in found]))
        return
    with database_answers():
        tasks = tasks_by_id([session.task_id for session in found])
    out.print(session_table(found, tasks) if found else "No sessions.")


@app.command()
def tasks(
    status: Annotated[TaskStatus | None, typer.Option(help="Only of this status.")] = None,
    task_type: Annotated[TaskType | None, typer.Option(help="Only of this type.")] = None,
    short_id: Annotated[str | None, typer.Option(help="Only of this short.")] = None,
    q: Words = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    server: Server = None,
    key: Key = None,
    json: Json = False,
) -> None:
    """List the tasks, the newest first."""
    from app.cli.console import out, task_table
    from app.db.client import database_answers
    from app.tasks.repository import list_tasks

    filters: dict[str, Any] = {"status": status, "task_type": task_type, "short_id": short_id, "q": q}
    if server is not None:
        from app.cli.remote import list_remote_tasks

        list_remote_tasks(server, key, filters, limit, json=json)
        return
    with database_answers():
        found = list_tasks(**filters, limit=limit)
    if json:
        typer.echo(json_module.dumps([task.model_dump(mode="json") for task in found]))
    else:
        out.print(task_table(found) if found else "No tasks.")


@app.command()
def cleanup(
    task_days: Annotated[int | None, typer.Option(min=0, help="Remove tasks that ended longer ago.")] = None,
    session_days: Annotated[int | None, typer.Option(min=0, help="Remove waiting sessions older than this.")] = None,
    json: Json = False,
) -> None:
    """Remove old ended tasks and old completed and failed sessions, now."""
    from app.cli.console import out
    from app.maintenance import scheduler as scheduler_service

    report = scheduler_service.cleanup(task_days, session_days)
    if json:
        typer.echo(json_module.dumps({"tasks": report.tasks, "sessions": report.sessions}))
    else:
        out.print(f"Removed {report.tasks} tasks and {report.sessions} sessions.")


@app.command()
def doctor(json: Json = False) -> None:
    """Say what is installed and reachable, and which providers are used."""
    from app.cli.console import out
    from app.maintenance.doctor import CheckUp, examine, findings_table

    found: list[CheckUp] = examine()
    if json:
        typer.echo(json_module.dumps([one.as_dict() for one in found]))
    else:
        out.print(findings_table(found))
    if not all(one.good for one in found):
        raise typer.Exit(1)


@app.command()
def demo(
    url: Annotated[
        str | None, typer.Option(help="A page of your choice (or a saved HTML file) instead of the demo shop's.")
    ] = None,
    product: Annotated[int, typer.Option(min=1, help="Which product of the demo shop.")] = 1,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Unset: 8000, or a free one.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the video.")] = Path("out/short.mp4"),
    once: Annotated[bool, typer.Option("--once", help="End when the video is made.")] = False,
) -> None:
    """Serve, make a short of a demo product with progress bars, and go on serving until Ctrl-C."""
    from app.cli.showcase import run_showcase

    run_showcase(url=url, product=product, port=port, output=output, once=once)


for command in (cli_operations.backup, cli_operations.restore, cli_operations.migrate):
    app.command()(command)


def main() -> None:
    """Run the command; errors that were foreseen are one line, not a trace."""
    try:
        app()
    except ShopReelError as error:
        print(f"shopreel: {error}", file=sys.stderr)
        code = next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The reader of our output has gone (``shopreel tasks | head``): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    else:
        code = 0
    sys.exit(code)
