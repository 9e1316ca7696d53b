"""What ``shopreel scenario`` and ``shopreel scrape --facts`` draw: a script scene by scene, and a product's facts."""

from __future__ import annotations

import sys

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.prompt import IntPrompt
from rich.table import Table
from rich.text import Text

from app.cli.console import err
from app.models import Product, Scenario, Scene


def scenario_card(scenario: Scenario) -> RenderableType:
    """Return a script as a panel for each scene: its seconds, what the screen shows, what the voice says."""
    arc = (scenario.arc or "").replace("_", " ")
    head = Text(scenario.title, style="bold")
    head.append(f"\n{scenario.language}, {arc}, {scenario.seconds:.1f} s, seed {scenario.wishes.seed}", style="dim")
    notes = [Text(note, style="yellow") for note in scenario.notes]
    return Group(head, *notes, *(_scene(number, scene) for number, scene in enumerate(scenario.scenes, 1)), Text())


def choose_script(variants: list[Scenario]) -> Scenario:
    """Show scripts one below the other and ask which one is to be filmed; where nobody can answer it is the first."""
    for number, scenario in enumerate(variants, 1):
        hook = escape(scenario.scenes[0].on_screen_text or scenario.scenes[0].narration)
        err.rule(f"Script {number} of {len(variants)}: {hook}", align="left")
        err.print(scenario_card(scenario))
    if not sys.stdin.isatty():
        return variants[0]
    choices = [str(number) for number in range(1, len(variants) + 1)]
    return variants[IntPrompt.ask("Which one is to be filmed?", console=err, choices=choices, default=1) - 1]


def _scene(number: int, scene: Scene) -> RenderableType:
    rows = Table(box=None, show_header=False, padding=(0, 1))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    points = [" ".join(point.texts) for point in scene.points]
    shown = " · ".join(text for text in (scene.on_screen_text, scene.badge, *points) if text)
    rows.add_row("screen", Text(shown))
    if scene.narration:
        rows.add_row("voice", Text(scene.narration, style="cyan"))
    title = Text(f"{number}  {scene.seconds:.1f} s  {scene.shown_layout}")
    return Panel(rows, title=title, title_align="left", box=box.ROUNDED, border_style="dim")


def fact_table(product: Product) -> RenderableType:
    """Return what of a page may be told: type, strength, place and words of each fact, the strongest first."""
    from app.scenario.bank.bank import facts_of

    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1), title="What may be told, the strongest first")
    for name in ("Type", "Strength", "Where"):
        table.add_column(name, no_wrap=True, justify="right" if name == "Strength" else "left")
    table.add_column("Text", ratio=1, overflow="fold")
    for fact in facts_of(product):
        table.add_row(fact.type.replace("_", " "), "●" * fact.strength, Text(fact.source), Text(fact.text))
    return table


def facts_as_json(product: Product) -> list[dict[str, object]]:
    """Return the facts as plain values, for scripts."""
    from app.scenario.bank.bank import facts_of

    return [
        {
            "type": fact.type, "strength": fact.strength, "confidence": fact.confidence, "source": fact.source,
            "region": fact.region, "text": fact.text, "unit": fact.unit,
            "number": None if fact.number is None else float(fact.number),
        }
        for fact in facts_of(product)
    ]  # fmt: skip
