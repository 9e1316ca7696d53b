"""``shopreel keys``: make, list and revoke API keys."""

from __future__ import annotations

import json as json_module
from typing import Annotated

import typer
from rich.markup import escape

from app.cli.options import Json

app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


@app.command()
def create(
    user_id: Annotated[str, typer.Argument(help="Whose key: it sees and makes this user's things.")],
    admin: Annotated[bool, typer.Option("--admin", help="The key sees everyone's things, and the system's.")] = False,
    label: Annotated[str, typer.Option(help="What it is for, in a few words.")] = "",
    json: Json = False,
) -> None:
    """Make a key. It is shown this once: only a hash of it is stored."""
    from app.access.keys import KeyScope, create_key
    from app.cli.console import err
    from app.db.client import database_answers

    with database_answers():
        key, token = create_key(user_id, KeyScope.ADMIN if admin else KeyScope.USER, label)
    if json:
        typer.echo(json_module.dumps(key.model_dump(mode="json") | {"token": token}))
        return
    typer.echo(token)
    err.print(f"Key [bold]{key.key_id}[/bold] ({key.scope.value}) of {escape(user_id)}; it is not shown again.")


@app.command("list")
def list_(
    user_id: Annotated[str | None, typer.Argument(help="Only this user's.")] = None,
    json: Json = False,
) -> None:
    """List the keys, revoked ones too."""
    from app.access.keys import ApiKey, list_keys
    from app.cli.console import print_list
    from app.db.client import database_answers
    from app.models import iso_seconds

    with database_answers():
        found = list_keys(user_id)
    columns = ("Key", "User", "Scope", "Label", "Created", "Last used", "Revoked")

    def row(key: ApiKey) -> list[str]:
        dates = [iso_seconds(date) if date else "" for date in (key.created_at, key.last_used_at, key.revoked_at)]
        return [key.key_id, escape(key.user_id), key.scope.value, escape(key.label), *dates]

    print_list(found, json, "No keys.", columns, row)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's name, as `shopreel keys list` shows it.")],
    json: Json = False,
) -> None:
    """Revoke a key for good; running servers refuse it within five seconds."""
    from app.access.keys import revoke_key
    from app.cli.console import err
    from app.db.client import database_answers

    with database_answers():
        key = revoke_key(key_id)
    if json:
        typer.echo(key.model_dump_json())
    else:
        err.print(f"Key {key.key_id} of {escape(key.user_id)} is revoked.")
