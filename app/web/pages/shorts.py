"""Shorts: all of them as tiles, by status and words; several at once are downloaded, made again or deleted."""

from __future__ import annotations

import time
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from app.errors import ShopReelError, checked
from app.http.schemas import ShortQuery
from app.shorts import use_cases
from app.shorts.repository import ShortStatus, Tile
from app.web.gallery import gallery, name_of, states
from app.web.kit import Live, Question, button, card, el, empty, link, set_attribute, set_text
from app.web.shell import Visit, heading, page
from app.web.table import date_said, dates, filters, pager, question_said, words
from app.web.words import state_name

PAGE_TILES = 24
COUNTED_EVERY = 30.0
"""Seconds between two counts of all shorts, for one open page."""
CHOSEN = "(e) => { if (e.target.name === 'chosen') emit(e.target.value, e.target.checked); }"
"""One mark alone is told: the others may just be drawn anew, as they were before a mark that is on its way."""


@page("/shorts", "Shorts")
async def all_shorts(visit: Visit) -> None:
    """Draw a page of the shorts, the newest first."""
    await ShortsPage(visit).draw()


class ShortsPage:
    """A page of the list, and what is chosen on it."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.said = dict(visit.request.query_params)
        self.shown: list[Tile] = []
        self.chosen: list[str] = []
        """The keys of the shorts that are chosen; those that are gone count no longer."""
        self.marks: dict[str, Element] = {}
        """The key of each short that is shown -> what it is chosen with."""
        self.key = uuid4().hex
        self.counted = -COUNTED_EVERY
        status = self.said.get("status")
        self.query = ShortQuery.model_construct(
            status=checked("status", ShortStatus, status) if status else None,
            batch_id=self.said.get("batch_id") or None,
            created_after=date_said("created_after", self.said),
            created_before=date_said("created_before", self.said),
            q=question_said(self.said),
            limit=PAGE_TILES,
            cursor=self.said.get("cursor") or None,
        )

    async def draw(self) -> None:
        """Draw the list, and keep it up to date."""
        with heading("Shorts"):
            el("a", "Make a short", css="button primary", href="/")
        hidden = {name: self.said[name] for name in ("status", "batch_id") if self.said.get(name)}
        filters(
            "/shorts", [words("Search", "q", self.said.get("q", ""), "title, short id or error", "grow"),
                        *dates(self.said), partial(kept, hidden)],
        )  # fmt: skip
        self.chips = Live(self.draw_chips)
        form = el("form", css="chooser-form", aria_label="Shorts on this page")
        form.on("change", self.choose, js_handler=CHOSEN)
        with form:
            self.tiles = Live(self.draw_tiles)
            with el("div", css="sticky") as self.bar:
                self.count = el("strong", "", role="status")
                el("span", css="spring")
                self.zip = link("Download (ZIP)", "", css="button", icon_name="download", download=True)
                button("Generate again", self.again, icon_name="again")
                button("Delete", self.ask_to_remove, icon_name="trash", css="danger")
        self.pages = Live(pager)
        self.question = Question()
        self.chips.show(None, {})
        await self.look()
        self.visit.follow(self.look_and_count)

    async def look_and_count(self) -> None:
        """Bring the list up to date, and now and then the totals: a database may have to read every short for them."""
        await self.look()
        if time.monotonic() - self.counted >= COUNTED_EVERY:
            counts = await self.visit.ask(use_cases.counts, self.visit.caller)
            self.counted = time.monotonic()
            self.chips.show(tuple(counts.items()), counts)

    async def look(self) -> None:
        """Bring the list up to date."""
        self.shown, following = await self.visit.ask(use_cases.find_tiles, self.visit.caller, self.query)
        self.tiles.show(states(self.shown))
        self.pages.show((following, len(self.shown)), "/shorts", self.said, following, len(self.shown), "short")
        self.tell_chosen()

    def draw_chips(self, counts: dict[ShortStatus, int]) -> None:
        """Draw the statuses, each of which leads to its shorts alone, with their totals; empty: not counted yet."""
        kept = {name: value for name, value in self.said.items() if value and name not in ("status", "cursor")}
        with el("nav", css="chips", aria_label="By status"):
            for status, name, count in (
                ("", "All", sum(counts.values()) if counts else None),
                *((one.value, state_name(one).capitalize(), counts.get(one)) for one in ShortStatus),
            ):
                asked = kept | ({"status": status} if status else {})
                here = "true" if self.said.get("status", "") == status else None
                address = f"/shorts?{urlencode(asked)}" if asked else "/shorts"
                with el("a", css="chip", href=address, aria_current=here):
                    el("span", name)
                    if count is not None:
                        el("span", f"{count:,}", css="faint")

    def draw_tiles(self) -> None:
        """Draw the tiles, or that there are none."""
        self.marks = {}
        if self.shown:
            gallery(self.shown, mark=self.draw_mark)
            return
        with card():
            if any(self.said.values()):
                empty("search", "No short matches", "Take a filter off, or look for something else.",
                      ("Clear the filters", "/shorts"))  # fmt: skip
            else:
                empty("film", "No shorts yet", "Paste the address of a product page, and the first one is made.",
                      ("Make a short", "/"))  # fmt: skip

    def draw_mark(self, tile: Tile) -> None:
        """Draw what a short is chosen with."""
        with el("label", css="tile-mark"):
            self.marks[tile.key] = el(
                "input",
                type="checkbox",
                name="chosen",
                value=tile.key,
                checked=tile.key in self.chosen,
                aria_label=f"Choose {name_of(tile)}",
            )

    def choose(self, event: GenericEventArguments) -> None:
        """Note a mark that was set or taken off."""
        key, marked = event.args
        if mark := self.marks.get(key):
            self.chosen = [one for one in self.chosen if one != key] + ([key] if marked else [])
            set_attribute(mark, "checked", marked)
        self.key = uuid4().hex
        self.tell_chosen()

    def those(self) -> list[Tile]:
        """Return the shorts that are chosen."""
        return [tile for tile in self.shown if tile.key in self.chosen]

    def tell_chosen(self) -> None:
        """Show how many are chosen, and what can be done with them."""
        those = self.those()
        set_attribute(self.bar, "hidden", not those)
        set_text(self.count, f"{len(those)} chosen" if those else "")
        films = [("short_id", tile.short_id) for tile in those if tile.seconds is not None]
        set_attribute(self.zip, "hidden", not films)
        set_attribute(self.zip, "href", f"/api/v1/archive?{urlencode(films)}")

    async def again(self) -> None:
        """Make another short of each that is chosen; a second click makes nothing more."""
        caller, keyed = self.visit.caller, enumerate(self.those())
        await self.do(
            "started",
            [
                partial(use_cases.repeat_named, caller, one.short_id, one.id_scope, f"{self.key}-{n}")
                for n, one in keyed
            ],
        )

    def ask_to_remove(self) -> None:
        """Ask whether what is chosen is to go for good."""
        count = len(self.those())
        what = "this short" if count == 1 else f"these {count} shorts"
        text = "Their videos, files and scripts go with them. This can't be undone."
        self.question.ask(f"Delete {what}?", text, "Delete", self.remove)

    async def remove(self) -> None:
        """Remove what is chosen."""
        await self.do(
            "deleted",
            [partial(use_cases.remove, self.visit.caller, one.short_id, one.id_scope) for one in self.those()],
        )

    async def do(self, what: str, steps: list[Any]) -> None:
        """Do something to each short that is chosen; the first fault is told, and the others are done all the same."""
        done, fault = 0, None
        for step in steps:
            try:
                await self.visit.ask(step)
                done += 1
            except ShopReelError as error:
                fault = fault or str(error)
        self.visit.say(f"{done} {what}" + (f". {fault}" if fault else ""), "bad" if fault else "good")
        self.chosen = []
        self.tiles.show(None)  # no mark is left on any
        await self.look()


def kept(values: dict[str, str]) -> None:
    """Draw the filters that are chosen elsewhere, so that the form keeps them."""
    for name, value in values.items():
        el("input", type="hidden", name=name, value=value)
