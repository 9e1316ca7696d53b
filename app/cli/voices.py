"""``shopreel voices``: which voices there are, and how one sounds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from app.cli.options import Json
from app.errors import InvalidInput


def voices(
    language: Annotated[str | None, typer.Option(help="Two letters; unset: all languages.")] = None,
    say: Annotated[str | None, typer.Option(help="What is spoken; unset: a sentence of a product.")] = None,
    voice: Annotated[str, typer.Option(help="Who speaks; unset: the best of the language.")] = "auto",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write what is spoken here, as WAV.")] = None,
    json: Json = False,
) -> None:
    """List the voices of this machine, or write how one sounds to a file."""
    from rich.table import Table

    from app.cli.console import err, out
    from app.voices import use_cases

    if output is not None:
        spoken = say or use_cases.sentences().get(language or "")
        if language is None or spoken is None:
            raise InvalidInput(f"-o takes --language ({', '.join(sorted(use_cases.sentences()))}), or --say as well")
        sound = use_cases.say(spoken, language, voice)
        try:
            output.write_bytes(sound)
        except OSError as error:
            raise InvalidInput(f"{output} cannot be written: {error.strerror}") from None
        err.print(f"[bold]{escape(str(output))}[/bold]")
        return
    if say is not None:
        raise InvalidInput("--say takes -o too: the file to write")
    found = use_cases.find(language)
    if json:
        typer.echo(found.model_dump_json())
        return
    table = Table("Language", "Voice", "Who", "Licence")
    for one in found.voices:
        table.add_row(one.language, f"{one.name}{' (best)' if one.best else ''}", one.about, one.licence)
    out.print(table)
