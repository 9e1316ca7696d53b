"""``shopreel brand``: saved brand kits, of which new shorts have the default one."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from app.cli.options import Json

app = typer.Typer(help="Brand kits: logo, colours, font and sound of a shop, saved once.", no_args_is_help=True)
KitId = Annotated[str, typer.Argument(help="The kit's name among all, as `shopreel brand list` shows it.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="A shop's home page: its logo, colours and fonts are found.")],
    name: Annotated[str | None, typer.Option(help="What to call it; left out: what the page calls the shop.")] = None,
    default: Annotated[bool, typer.Option(help="Let new shorts have it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Save what is found without asking.")] = False,
    user: Annotated[str | None, typer.Option(help="Whose it is.")] = None,
    json: Json = False,
) -> None:
    """Show a shop's brand as its home page has it, and save it once you say that it is right."""
    from app.access.caller import EVERYONE
    from app.brand_models import BrandSettings
    from app.brands import use_cases
    from app.cli.console import err
    from app.errors import checked
    from app.models import check_caller_id

    if user is not None:
        checked("--user", check_caller_id, user)
    found = use_cases.from_page(EVERYONE, url)
    kit = found.brand
    err.print(f"[bold]{escape(name or found.name)}[/bold]")
    err.print(f"logo: {'a picture' if kit.logo else 'none'}; colours: {' '.join(kit.colours) or 'none'}")
    err.print(f"font: {kit.font or 'the style’s'}; end card: {escape(kit.end_card or 'none')}")
    for note in found.notes:
        err.print(f"[yellow]{escape(note)}[/yellow]")
    if not yes and not typer.confirm("Save it?", err=True):
        raise typer.Exit(1)
    saved = use_cases.add(EVERYONE, BrandSettings(name=name or found.name, brand=kit, default=default), user)
    typer.echo(saved.model_dump_json() if json else saved.brand_kit_id)


@app.command("list")
def list_(json: Json = False) -> None:
    """List the brand kits."""
    from app.access.caller import EVERYONE
    from app.brands import use_cases
    from app.brands.repository import SavedBrandKit
    from app.cli.console import print_list

    columns = ("kit", "name", "user", "colours", "font", "default")

    def row(kit: SavedBrandKit) -> list[str]:
        said = (escape(kit.name), escape(kit.user_id or ""), " ".join(kit.brand.colours), kit.brand.font or "")
        return [kit.brand_kit_id, *said, "yes" if kit.default else ""]

    print_list(use_cases.find(EVERYONE), json, "No brand kits.", columns, row)


@app.command()
def remove(kit: KitId) -> None:
    """Remove a brand kit; shorts that have it keep what they have."""
    from app.access.caller import EVERYONE
    from app.brands import use_cases
    from app.cli.console import err

    removed = use_cases.remove(EVERYONE, kit)
    err.print(f"Removed [bold]{escape(removed.name)}[/bold].")
