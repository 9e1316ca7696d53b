"""``shopreel webhooks``: have receivers told of shorts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from app.cli.options import Json
from app.enums import WebhookKind

app = typer.Typer(help="Have receivers told of shorts over HTTP.", no_args_is_help=True)
WebhookId = Annotated[str, typer.Argument(help="The webhook's name, as `shopreel webhooks list` shows it.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where messages are posted to.")],
    kind: Annotated[
        list[WebhookKind] | None, typer.Option(help="Of what it tells; several times: of all these; left out: of all.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Of this user's shorts; left out: of everyone's.")] = None,
    json: Json = False,
) -> None:
    """Make a webhook. Its secret is shown this once."""
    from app.access.caller import EVERYONE
    from app.cli.console import err
    from app.errors import checked
    from app.models import check_caller_id
    from app.webhooks import use_cases

    if user is not None:
        checked("--user", check_caller_id, user)
    made = use_cases.add(EVERYONE, url, kind or list(WebhookKind), user)
    if json:
        typer.echo(made.model_dump_json())
        return
    typer.echo(made.secret)
    err.print(f"Webhook [bold]{made.webhook_id}[/bold] of {escape(user or 'everyone')}; the secret is not shown again.")


@app.command("list")
def list_(json: Json = False) -> None:
    """List the webhooks, without their secrets."""
    from app.access.caller import EVERYONE
    from app.cli.console import print_list
    from app.models import iso_seconds
    from app.webhooks import use_cases
    from app.webhooks.repository import Webhook

    columns = ("Webhook", "User", "Address", "Kinds", "Created", "Ended")

    def row(one: Webhook) -> list[str]:
        dates = [iso_seconds(date) if date else "" for date in (one.created_at, one.ended_at)]
        return [one.webhook_id, escape(one.user_id or ""), escape(one.url), ", ".join(one.kinds), *dates]

    print_list(use_cases.find(EVERYONE), json, "No webhooks.", columns, row)


@app.command()
def remove(webhook_id: WebhookId) -> None:
    """Remove a webhook, with its messages that were not sent yet."""
    from app.access.caller import EVERYONE
    from app.cli.console import err
    from app.webhooks import use_cases

    err.print(f"Webhook {use_cases.remove(EVERYONE, webhook_id).webhook_id} is removed.")


@app.command()
def test(webhook_id: WebhookId, json: Json = False) -> None:
    """Send a message that tells of nothing, now and once."""
    from app.access.caller import EVERYONE
    from app.cli.console import err
    from app.errors import WorkFailed
    from app.webhooks import use_cases
    from app.webhooks.repository import DeliveryStatus

    sent = use_cases.send_test(EVERYONE, webhook_id)
    if json:
        typer.echo(sent.model_dump_json())
    if sent.status is not DeliveryStatus.DELIVERED:
        raise WorkFailed(sent.reason or "it was not delivered")
    if not json:
        err.print(f"The receiver answered {sent.answer_status}.")
