"""Batch: many shorts that were asked for at once: one bar, a row for each, and all films in one ZIP at its end."""

from __future__ import annotations

from urllib.parse import quote

from app.http.schemas import BatchDetail, BatchShort
from app.shorts import batches
from app.shorts.repository import Short, ShortStatus
from app.web.addresses import short_page
from app.web.kit import Live, badge, bar, card, el, link, set_bar, set_text
from app.web.shell import Visit, heading, page
from app.web.table import Column, LiveTable
from app.web.words import TONES, state_name


@page("/batches/{batch_id}", "Batch")
async def batch_page(visit: Visit, batch_id: str) -> None:
    """Draw a batch and keep it up to date."""
    found: BatchDetail = await visit.ask(batches.get, visit.caller, batch_id)
    count = len(found.shorts)
    with heading(f"{count} short{'' if count == 1 else 's'}"):
        films = Live(draw_zip)
        link("Among all shorts", f"/shorts?batch_id={quote(batch_id)}", css="button")
    with card(css="progress-card"):
        with el("p", css="way-head"):
            percent, said = el("strong", ""), el("span", "")
        line = bar("Progress of the whole batch", 0)
        el("p", "It goes on without this page; its address leads back here.", css="faint")
    table = LiveTable("Shorts of this batch", COLUMNS, lambda row: row.short_id)

    async def look() -> None:
        detail: BatchDetail = await visit.ask(batches.get, visit.caller, batch_id)
        set_text(percent, f"{detail.percent:.0f} %")
        set_bar(line, detail.percent)
        set_text(said, ", ".join(f"{number} {state_name(state)}" for state, number in sorted(detail.counts.items())))
        done = detail.counts.get(ShortStatus.COMPLETED, 0)
        films.show(done, done, batch_id)
        table.show(detail.shorts)

    await look()
    visit.follow(look)


def draw_zip(count: int, batch_id: str) -> None:
    """Draw the way to the films that are there."""
    if count:
        address = f"/api/v1/batches/{quote(batch_id, safe='')}/archive"
        text = f"Download {count} video{'' if count == 1 else 's'} (ZIP)"
        link(text, address, css="button primary", icon_name="download", download=True)


def draw_name(row: BatchShort) -> None:
    """Draw which short it is."""
    link(row.title or row.url or row.short_id, short_page(Short(short_id=row.short_id, id_scope=row.id_scope)))


def draw_state(row: BatchShort) -> None:
    """Draw how far it is, or why it is no further."""
    if row.status is ShortStatus.MAKING:
        bar(f"Progress of {row.title or row.short_id}", row.percent)
    elif row.error:
        el("span", row.error, css="small-note")


COLUMNS = [
    Column("Short", lambda row: (row.title, row.url), draw_name),
    Column("Status", lambda row: row.status, lambda row: badge(state_name(row.status), TONES[row.status])),
    Column("Progress", lambda row: (row.status, round(row.percent), row.error), draw_state, "step-cell"),
]
