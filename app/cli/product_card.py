"""What ``shopreel scrape`` draws: a product as a card, and the candidates that were weighed for it."""

from __future__ import annotations

from decimal import Decimal

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.extraction.candidates import FieldValue
from app.extraction.results import Explanation, Judged
from app.models import DOUBTFUL, Product

BAR = 8
SURE = 0.85
"""The confidence from which a bar is green; below it is yellow, and red where the field is doubtful."""
SHOWN_IMAGES, SHOWN_POINTS, SHOWN_SPECS, SHOWN_TEXT = 3, 5, 6, 280
SHOWN_CANDIDATES = 8
MAX_VALUE = 70
MISSING = "not on the page"
ALWAYS = ("price", "availability", "brand", "sku", "rating", "images")
"""Fields whose absence is told."""


def product_card(explanation: Explanation, console: Console) -> RenderableType:
    """Return a product as a card: title and price on top, then each field with its source and how sure that is."""
    product = explanation.product
    rows = Table(box=None, show_header=False, padding=(0, 1), expand=True)
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(ratio=1, overflow="fold")
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(no_wrap=True, justify="right")
    for name, shown in _fields(product).items():
        evidence = product.evidence.get(name)
        if shown is not None:
            rows.add_row(
                _label(name), shown, evidence.source if evidence else "", _bar(evidence.confidence if evidence else 0.0)
            )
        elif name in ALWAYS:
            rows.add_row(_label(name), Text(MISSING, style="dim italic"), "", "")
    found = " ".join(filter(None, (product.shop, f"({explanation.platform})" if explanation.platform else None)))
    return Panel(
        Group(_headline(product), Text(), rows),
        title=Text(found or "product", style="bold"),
        title_align="left",
        subtitle=Text(_short(product.url, console.width - 8), style="dim") if product.url else None,
        subtitle_align="left",
        border_style="cyan",
        box=box.ROUNDED,
        padding=(1, 1),
    )


def candidate_table(explanation: Explanation) -> RenderableType:
    """Return every candidate of every field with where it stood, the belief in it, and why it won or lost."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1), title="What the page says, and what was made of it")
    table.add_column("Field", no_wrap=True, style="bold")
    table.add_column("Value", ratio=5, no_wrap=True, overflow="ellipsis")
    table.add_column("Source, place", ratio=5, no_wrap=True, overflow="ellipsis")
    table.add_column("Says", justify="right", no_wrap=True)
    table.add_column("Belief", justify="right", no_wrap=True)
    table.add_column("", ratio=3, no_wrap=True, overflow="ellipsis")
    for name, judged in explanation.fields.items():
        for place, one in enumerate(judged[:SHOWN_CANDIDATES]):
            last = place == min(len(judged), SHOWN_CANDIDATES) - 1
            table.add_row(_label(name) if place == 0 else "", *_candidate(one), end_section=last)
        if len(judged) > SHOWN_CANDIDATES:
            table.add_row("", Text(f"… and {len(judged) - SHOWN_CANDIDATES} more", style="dim"))
    if explanation.platform:
        signs = ", ".join(explanation.signs)
        return Group(table, Text(f"Platform: {explanation.platform}, by {signs}", style="dim"))
    return table


def as_json(explanation: Explanation) -> dict[str, object]:
    """Return the explanation as plain values, for scripts."""
    return {
        "product": explanation.product.model_dump(mode="json"),
        "platform": explanation.platform,
        "signs": list(explanation.signs),
        "candidates": {
            field: [
                {
                    "value": float(one.candidate.value)
                    if isinstance(one.candidate.value, Decimal)
                    else one.candidate.value,
                    "source": one.candidate.source,
                    "place": one.candidate.place,
                    "confidence": round(one.candidate.confidence, 3),
                    "belief": round(one.belief, 3),
                    "won": one.won,
                    "reason": one.reason,
                }
                for one in judged
            ]
            for field, judged in explanation.fields.items()
        },
    }


def _candidate(one: Judged) -> tuple[Text, Text, Text, Text, Text]:
    style = "green" if one.won else "dim"
    source = Text(one.candidate.source, style=style)
    if one.candidate.place:
        source.append(f"  {one.candidate.place}", style="dim")
    return (
        Text(_short(_written(one.candidate.value), MAX_VALUE), style=style),
        source,
        Text(f"{one.candidate.confidence:.0%}", style=style),
        Text(f"{one.belief:.0%}", style=style),
        Text(("✓ " if one.won else "") + one.reason, style=style),
    )


def _written(value: FieldValue) -> str:
    if isinstance(value, list):
        return " · ".join(value)
    return " · ".join(f"{name}: {one}" for name, one in value.items()) if isinstance(value, dict) else str(value)


def _headline(product: Product) -> Text:
    line = Text(product.title, style="bold")
    if product.price is not None:
        line.append("\n")
        line.append(f"{product.price} {product.currency or ''}".strip(), style="bold green")
        if product.list_price is not None:
            line.append("  ")
            line.append(f"{product.list_price}", style="dim strike")
            line.append(f"  −{1 - float(product.price) / float(product.list_price):.0%}", style="magenta")
    if product.availability:
        line.append("   " if product.price is not None else "\n")
        in_stock = product.availability == "InStock"
        line.append("● in stock" if in_stock else "○ sold out", style="green" if in_stock else "red")
    if product.rating is not None:
        line.append("   ")
        line.append("★" * round(product.rating), style="yellow")
        line.append("☆" * (5 - round(product.rating)), style="dim")
        line.append(
            f" {product.rating:g}" + (f" of {product.review_count:,}" if product.review_count else ""), style="dim"
        )
    return line


def _fields(product: Product) -> dict[str, Text | None]:
    """Return what the card shows of each field, None where the page has none."""
    money = f" {product.currency}" if product.currency else ""
    reviews = f" ({product.review_count:,} reviews)" if product.review_count else ""
    runs = "from " if product.price_from else ""
    unit = f" / {product.price_unit}" if product.price_unit else ""
    shown: dict[str, str | None] = {
        "title": product.title,
        "price": f"{runs}{product.price}{money}{unit}" if product.price is not None else None,
        "list_price": f"{product.list_price}{money}{_called(product)}" if product.list_price is not None else None,
        "offer": _offer(product),
        "country": product.country,
        "availability": product.availability,
        "brand": product.brand,
        "sku": product.sku,
        "gtin": product.gtin,
        "rating": f"{product.rating:g}{reviews}" if product.rating is not None else None,
        "categories": " › ".join(product.categories) or None,
        "images": _listed(product.images, SHOWN_IMAGES),
        "features": _listed([f"• {one}" for one in product.features], SHOWN_POINTS),
        "specs": _listed([f"{name}: {value}" for name, value in product.specs.items()], SHOWN_SPECS),
        "description": _short(product.description, SHOWN_TEXT) if product.description else None,
        "language": product.language,
    }
    cut = frozenset(("images", "specs"))
    return {
        name: None
        if value is None
        else Text(value, no_wrap=name in cut, overflow="ellipsis" if name in cut else "fold")
        for name, value in shown.items()
    }


def _called(product: Product) -> str:
    """Return what the page calls the former price."""
    kind = (product.list_price_kind or "").replace("_", " ")
    return f" ({kind})" if kind else ""


def _offer(product: Product) -> str | None:
    """Return the kind of offer with what belongs to it, None for a plain one."""
    if product.offer == "plain":
        return None
    bids = "1 bid" if product.bids == 1 else f"{product.bids} bids" if product.bids is not None else None
    stage = f"{product.bid_stage} bid" if product.bid_stage else None
    return ", ".join(filter(None, (product.offer, product.condition, stage, bids, "ended" if product.ended else None)))


def _listed(lines: list[str], limit: int) -> str | None:
    more = [f"… {len(lines)} in all"] if len(lines) > limit else []
    return "\n".join(lines[:limit] + more) or None


def _label(name: str) -> str:
    return escape(name.replace("_", " "))


def _short(value: str, limit: int) -> str:
    return value if len(value) <= limit else value[: max(limit - 1, 1)] + "…"


def _bar(confidence: float) -> Text:
    filled = round(confidence * BAR)
    colour = "green" if confidence >= SURE else "red" if confidence < DOUBTFUL else "yellow"
    return (
        Text("doubtful " if confidence < DOUBTFUL else "", style=colour)
        + Text("━" * filled, style=colour)
        + Text("━" * (BAR - filled), style="dim")
        + Text(f" {confidence:4.0%}", style="dim")
    )
