"""``shopreel backup``, ``restore`` and ``migrate``: what is done to the data as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Json


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    media: Annotated[bool, typer.Option(help="Copy the media store too.")] = True,
    json: Json = False,
) -> None:
    """Copy the database and the media to a folder, as they are at one moment; servers and workers may go on."""
    from app.cli.console import err
    from app.maintenance.backup import back_up

    with err.status("Copying …") as shown:
        made = back_up(folder, with_media=media, tell=lambda name, count: shown.update(f"Copied {count} of {name} …"))
    if json:
        typer.echo(made.model_dump_json())
    else:
        documents = sum(part.count for part in made.collections.values())
        err.print(f"{folder}: {documents} documents, {len(made.media)} media files.")


def restore(
    folder: Annotated[Path, typer.Argument(help="What `shopreel backup` made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Remove what is in the database before.")] = False,
    revoke_keys: Annotated[bool, typer.Option("--revoke-keys", help="Revoke all API keys that it holds.")] = False,
    json: Json = False,
) -> None:
    """Bring a back-up into an empty database (and the media store); stop all servers and workers before."""
    from app.cli.console import err
    from app.maintenance import backup as backup_service

    with err.status("Restoring …") as shown:
        held = backup_service.restore(
            folder,
            replace=replace,
            revoke_keys=revoke_keys,
            tell=lambda name, count: shown.update(f"Restored {count} of {name} …"),
        )
    if json:
        typer.echo(held.model_dump_json())
    else:
        documents = sum(part.count for part in held.collections.values())
        err.print(f"Restored {documents} documents and {len(held.media)} media files of {held.at:%Y-%m-%d %H:%M} UTC.")
    if held.doubtful_keys:
        err.print(
            f"{held.doubtful_keys} API keys are valid again. Which of them were revoked since the back-up, only the "
            "database that was lost knew: see `shopreel keys list`, or restore with --revoke-keys."
        )


def migrate() -> None:
    """Bring the database to the schema version of this ShopReel; back it up, and stop everything, before."""
    from app.cli.console import out
    from app.db import schema
    from app.maintenance import backup as backup_service

    steps = backup_service.migrate(lambda version: out.print(f"Now of schema version {version}."))
    out.print(f"Schema version {schema.VERSION}." if steps else f"Schema version {schema.VERSION}: nothing to do.")
