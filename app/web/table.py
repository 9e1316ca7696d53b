"""Tables that stay as they are while their cells change, so that neither focus nor place is lost."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from nicegui.element import Element

from app.errors import InvalidInput
from app.models import to_utc
from app.web.kit import Live, button, el, field, icon, link, select

ANY = {"": "Any"}
"""What a filter is that is not set."""
MAX_QUESTION = 100
"""Characters of a search; the rest is left out."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, what its look depends on, and how a cell is drawn. Both are given the row."""

    name: str
    key: Callable[[Any], Hashable]
    draw: Callable[[Any], Any]
    css: str = ""
    hidden: bool = False
    """The heading is for screen readers alone."""


class LiveTable:
    """Rows of the columns given. ``show`` changes what has changed."""

    def __init__(self, caption: str, columns: Sequence[Column], row_id: Callable[[Any], str]) -> None:
        self._columns, self._row_id = columns, row_id
        self._cells: dict[str, list[Live]] = {}
        with (
            el("div", css="table-box", role="region", aria_label=caption, tabindex="0"),
            el("table", css="rows stacked"),
        ):
            el("caption", caption, css="sr-only")
            with el("thead"), el("tr"):
                for column in columns:
                    with el("th", scope="col", css=column.css):
                        el("span", column.name, css="sr-only" if column.hidden else "")
            self._body = el("tbody")

    def show(self, rows: Sequence[Any]) -> None:
        """Bring the table up to date."""
        names = [self._row_id(row) for row in rows]
        if names != list(self._cells):
            self._cells = {}
            self._body.clear()
            with self._body:
                for name in names:
                    with el("tr"):
                        self._cells[name] = [Live(column.draw, column.css, "td") for column in self._columns]
        for name, row in zip(names, rows, strict=True):
            for cell, column in zip(self._cells[name], self._columns, strict=True):
                cell.show(column.key(row), row)


def filters(path: str, choices: Sequence[Element | Callable[[], Any]]) -> None:
    """Draw a form of filters. It is sent as an address, so that a reload, or a link, shows the same."""
    with el("form", css="filters", method="get", action=path, role="search", aria_label="Filters") as form:
        for choice in choices:
            if callable(choice):
                choice()
        button("Filter", icon_name="search", kind="submit")
        link("Clear", path, css="button quiet")
    form.on("change", js_handler="(e) => { if (e.target.tagName === 'SELECT') e.currentTarget.requestSubmit(); }")


def pick(label: str, name: str, options: dict[str, str], chosen: str) -> Callable[[], Any]:
    """Return a filter that is a choice."""
    return lambda: select(label, name, options, chosen)


def words(label: str, name: str, value: str, placeholder: str = "", css: str = "") -> Callable[[], Any]:
    """Return a filter that is typed."""

    def draw() -> None:
        with field(label, name, css=css):
            el("input", name=name, id=name, type="search", defaultValue=value, placeholder=placeholder)

    return draw


def dates(said: dict[str, str]) -> list[Callable[[], Any]]:
    """Return the filters of a list by the day (in UTC) on which things were created."""

    def day(label: str, name: str) -> Callable[[], Any]:
        def draw() -> None:
            with field(label, name, css="day"):
                value = said.get(name, "")[:10]
                el("input", name=name, id=name, type="date", defaultValue=value, title="A day in UTC")

        return draw

    return [day("Created from", "created_after"), day("Created before", "created_before")]


def question_said(said: dict[str, str]) -> str | None:
    """Return what the address searches for, cut to ``MAX_QUESTION``; None: nothing."""
    return said.get("q", "").strip()[:MAX_QUESTION] or None


def date_said(name: str, said: dict[str, str]) -> datetime | None:
    """Return what the address says of ``created_after`` or ``created_before``: a day, or a date and time.

    Raises:
        InvalidInput: it is neither.
    """
    value = said.get(name, "").strip()
    try:
        return to_utc(datetime.fromisoformat(value)) if value else None
    except (ValueError, OverflowError):
        raise InvalidInput(f"{name}: {value[:40]!r} is no day such as 2024-01-31") from None


def pager(path: str, said: dict[str, str], next_cursor: str | None, count: int, what: str) -> None:
    """Draw how many rows there are, and the ways to the first and the next page."""
    kept = {name: value for name, value in said.items() if value and name != "cursor"}
    with el("nav", css="pager", aria_label="Pages"):
        el("span", f"{count} {what}{'' if count == 1 else 's'} on this page")
        el("span", css="spring")
        if said.get("cursor"):
            link("First page", f"{path}?{urlencode(kept)}", css="button small", icon_name="left")
        if next_cursor:
            following = f"{path}?{urlencode(kept | {'cursor': next_cursor})}"
            with el("a", css="button small", href=following):
                el("span", "Next page")
                icon("right", "small")
