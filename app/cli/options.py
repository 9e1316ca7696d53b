"""Options and arguments that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Source = Annotated[
    str, typer.Argument(metavar="URL_OR_FILE", help="A product page: its address, or a saved HTML file.")
]
SourceUrl = Annotated[str | None, typer.Option("--url", help="Where a saved file came from.")]
Words = Annotated[
    str | None, typer.Option("--search", "-q", help="Words, or their beginnings: title, short id, error.")
]
Server = Annotated[
    str | None,
    typer.Option("--server", envvar="SHOPREEL_SERVER", help="Ask this server (its address) instead of working here."),
]
Key = Annotated[str | None, typer.Option("--key", envvar="SHOPREEL_KEY", help="The API key for --server.")]
