"""Analytics for people: tables with bars in the terminal, one page of HTML that needs nothing else, or CSV."""

from __future__ import annotations

import io
from html import escape
from typing import Any

from rich import markup
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table

from app.analytics.service import Analytics, DayFigures, Seconds
from app.core.spreadsheet import TableWriter
from app.models import TaskType, iso_seconds

OUTCOMES = ("completed", "failed", "cancelled")
NUMBERS = frozenset(
    ["Created", "Made", "Done", "Completed", "Failed", "Cancelled", "Cut", "Runs", "Times", "p50", "p95", "p99"]
)
MAX_REASONS = 15
CSV_COLUMNS = ("task_type", "step", "created", "sessions", *OUTCOMES, "p50_seconds", "p95_seconds", "p99_seconds")


def duration(seconds: float | None) -> str:
    """Write seconds for people: ``340 ms``, ``4.2 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def kind_name(kind: TaskType) -> str:
    """Write a task type for people."""
    return kind.value.replace("_", " ").capitalize()


def print_report(found: Analytics, console: Console) -> None:
    """Draw the report in a terminal."""
    whose = f" of {found.user_id}" if found.user_id else ""
    totals = found.totals
    console.print(
        f"Tasks{whose} from {found.first:%Y-%m-%d} to {found.last:%Y-%m-%d} (UTC)", style="bold", markup=False
    )
    console.print(
        f"{totals.created} created (with {totals.sessions} sessions), {totals.completed} completed, "
        f"{totals.failed} failed, {totals.cancelled} cancelled"
    )
    if not found.types:
        console.print("Nothing was done in this time.")
        return
    console.print(Group(*_tables(found)))


def _tables(found: Analytics) -> list[RenderableType]:
    most = max((kind.created for kind in found.types), default=1) or 1
    types = _plain("Task type", "Created", "", "Done", "Failed", "Cut", "p50", "p95", "p99", title="By type")
    for kind in found.types:
        bar = ProgressBar(most, kind.created, width=6)
        spent = [duration(value) for value in (kind.seconds.p50, kind.seconds.p95, kind.seconds.p99)]
        counts = [str(getattr(kind, outcome)) for outcome in OUTCOMES]
        types.add_row(kind_name(kind.task_type), str(kind.created), bar, *counts, *spent)
    busiest = max((day.created for day in found.days), default=1) or 1
    days = _plain("Day", "Created", "", "Completed", "Failed", "Cancelled", title="By day")
    for day in found.days:
        counts = [str(getattr(day, outcome)) for outcome in OUTCOMES]
        days.add_row(day.day, str(day.created), ProgressBar(busiest, day.created, width=24), *counts)
    tables: list[RenderableType] = [types, days]
    steps = _plain("Task type", "Step", "Runs", "p50", "p95", "p99", title="By step")
    for kind in found.types:
        for step, seconds in kind.steps.items():
            spent = [duration(value) for value in (seconds.p50, seconds.p95, seconds.p99)]
            steps.add_row(kind_name(kind.task_type), markup.escape(step), str(seconds.count), *spent)
    if steps.row_count:
        tables.append(steps)
    if found.reasons:
        reasons = _plain("Task type", "Why it failed", "Times", title="Failures")
        for one in found.reasons[:MAX_REASONS]:
            reasons.add_row(kind_name(one.task_type), markup.escape(one.reason), str(one.count))
        tables.append(reasons)
    if any(found.waiting.values()):
        waiting = _plain("Scenarios that wait", "Scenarios", title="Waiting for a person")
        for words, count in found.waiting.items():
            waiting.add_row(words, str(count))
        tables.append(waiting)
    return tables


def _plain(*columns: str, title: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(
            column, no_wrap=place == 0 or column in NUMBERS, justify="right" if column in NUMBERS else "left"
        )
    return table


def write_csv(found: Analytics) -> str:
    """Return a line for each task type, and one for each of its steps, for a spreadsheet program."""
    text = io.StringIO()
    table = TableWriter(text, "\n")
    table.row(CSV_COLUMNS)

    def write(cells: dict[str, Any]) -> None:
        table.row(cells.get(name, "") for name in CSV_COLUMNS)

    for kind in found.types:
        counts = {name: getattr(kind, name) for name in ("created", "sessions", *OUTCOMES)}
        write({"task_type": kind.task_type.value} | counts | _csv_seconds(kind.seconds))
        for step, seconds in kind.steps.items():
            made = {"task_type": kind.task_type.value, "step": step, "completed": seconds.count}
            write(made | _csv_seconds(seconds))
    return text.getvalue()


def _csv_seconds(seconds: Seconds) -> dict[str, str]:
    spent = {"p50_seconds": seconds.p50, "p95_seconds": seconds.p95, "p99_seconds": seconds.p99}
    return {name: f"{value:.3f}" for name, value in spent.items() if value is not None}


STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #dfe4ea; --paper: #ffffff;
  --completed: #1f8a5b; --failed: #c8372d; --cancelled: #a8740a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #a3adba; --line: #333c48; --paper: #14181e;
  --completed: #4cc38a; --failed: #ff7b72; --cancelled: #e2b04a; } }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem; }
p { margin: 0 0 1rem; color: var(--soft); }
.totals { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
.totals b { display: block; font-size: 1.9rem; line-height: 1.1; font-variant-numeric: tabular-nums; }
.totals span { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; }
th:first-child, td:first-child, .text { text-align: left; } .text { white-space: normal; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; }
.completed { fill: var(--completed); } .failed { fill: var(--failed); } .cancelled { fill: var(--cancelled); }
.key { display: flex; gap: 1.25rem; color: var(--soft); font-size: .85rem; margin: .25rem 0 0; }
.key i { display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .4rem; }
"""


def html_page(found: Analytics) -> str:
    """Return the report as one page: no script, no font, no address in it; light or dark as the reader prefers."""
    whose = f" of {escape(found.user_id)}" if found.user_id else ""
    totals = "".join(
        f"<li><b>{getattr(found.totals, name)}</b><span>{name}</span></li>"
        for name in ("created", *OUTCOMES, "sessions")
    )
    types = [
        [
            escape(kind_name(kind.task_type)),
            *(str(getattr(kind, name)) for name in ("created", *OUTCOMES)),
            *_spent(kind.seconds),
            duration(kind.waited.p50),
        ]
        for kind in found.types
    ]
    steps = [
        [escape(kind_name(kind.task_type)), escape(step), str(seconds.count), *_spent(seconds)]
        for kind in found.types
        for step, seconds in kind.steps.items()
    ]
    reasons = [
        [escape(kind_name(one.task_type)), escape(one.reason), str(one.count)] for one in found.reasons[:MAX_REASONS]
    ]
    waiting = [[escape(words), str(count)] for words, count in found.waiting.items()]
    parts = [
        ("Tasks that ended, by day", _chart(found.days)),
        (
            "By type",
            _table(
                ["Task type", "Created", "Completed", "Failed", "Cancelled", "p50", "p95", "p99", "Waited, p50"], types
            ),
        ),
        ("By step", _table(["Task type", "Step", "Runs", "p50", "p95", "p99"], steps, text=1)),
        ("Why tasks failed", _table(["Task type", "Reason", "Times"], reasons, text=1)),
        ("Scenarios that wait for a person", _table(["Since", "Scenarios"], waiting)),
    ]
    body = "".join(f"<h2>{title}</h2>{content}" for title, content in parts if content)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>ShopReel report</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>'
        f"<h1>ShopReel report{whose}</h1><p>{found.first:%Y-%m-%d} to {found.last:%Y-%m-%d} (UTC), "
        f'written {iso_seconds(found.last)}</p><ul class="totals">{totals}</ul>{body}</html>\n'
    )


def _spent(seconds: Seconds) -> list[str]:
    return [duration(value) for value in (seconds.p50, seconds.p95, seconds.p99)]


def _table(columns: list[str], rows: list[list[str]], text: int = 0) -> str:
    """Return rows of safe HTML as a table; ``text``: the column that may be long."""
    if not rows:
        return ""
    marks = ['<{0} class="text">' if place == text else "<{0}>" for place in range(len(columns))]
    head = "".join(f"{mark.format('th')}{name}</th>" for mark, name in zip(marks, columns, strict=True))
    lines = ("".join(f"{mark.format('td')}{cell}</td>" for mark, cell in zip(marks, row, strict=True)) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def _chart(days: list[DayFigures]) -> str:
    """Return a column for each day that has figures, its outcomes on one another."""
    if not days:
        return ""
    width, height, base = 900, 220, 190
    most = max(sum(getattr(day, outcome) for outcome in OUTCOMES) for day in days) or 1
    step = (width - 40) / len(days)
    shapes = [f'<text x="0" y="14">{most}</text><text x="0" y="{base}">0</text>']
    every = max(1, -(-len(days) // 10))
    for place, day in enumerate(days):
        x, y = 40 + place * step, float(base)
        said = ", ".join(f"{getattr(day, outcome)} {outcome}" for outcome in OUTCOMES)
        columns = ""
        for outcome in OUTCOMES:
            tall = getattr(day, outcome) / most * (base - 10)
            y -= tall
            if tall:
                box = f'x="{x:.1f}" y="{y:.1f}" width="{min(step * 0.8, 48):.1f}" height="{tall:.1f}"'
                columns += f'<rect class="{outcome}" {box}/>'
        shapes.append(f"<g><title>{day.day}: {said}</title>{columns}</g>")
        if place % every == 0:
            shapes.append(f'<text x="{x:.1f}" y="{height - 8}">{day.day[5:]}</text>')
    key = "".join(f'<span><i style="background:var(--{name})"></i>{name}</span>' for name in OUTCOMES)
    label = f"Tasks that ended on each of {len(days)} days, at most {most} a day"
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{"".join(shapes)}</svg>'
        f'<div class="key">{key}</div>'
    )
