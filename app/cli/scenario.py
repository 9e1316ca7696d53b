"""``shopreel scenario``: the scripts of a product page, and nothing rendered; ``scrape --facts``: what they rest on."""

from __future__ import annotations

import json as json_module
from typing import Annotated

import typer

from app.cli.options import Json, Source, SourceUrl
from app.errors import InvalidInput


def scenario(
    source: Source,
    url: SourceUrl = None,
    seed: Annotated[int, typer.Option(help="Another seed is another script.")] = 0,
    variants: Annotated[int, typer.Option(help="How many different scripts, 1 to 5.")] = 1,
    language: Annotated[str | None, typer.Option(help="Two letters; unset: the page's own.")] = None,
    json: Json = False,
) -> None:
    """Write the scripts of a product page, the pictures taken as good, and render nothing."""
    from pydantic import ValidationError

    from app.cli.console import out
    from app.cli.scenario_card import scenario_card
    from app.models import Wishes
    from app.products.pages import read_product, read_saved, settings_policy
    from app.scenario import scenarios_of
    from app.shorts.steps.scrape import read_source

    try:
        wishes = Wishes(seed=seed, language=language)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise InvalidInput(f"--{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}") from None
    address, html = read_source(source, url)
    found = read_product(source, settings_policy())[0] if html is None else read_saved(html, address)
    written = scenarios_of(found.product, wishes, variants)
    if json:
        data = [one.model_dump(mode="json") for one in written]
        typer.echo(json_module.dumps(data if variants > 1 else data[0], ensure_ascii=False))
        return
    for one in written:
        out.print(scenario_card(one))
