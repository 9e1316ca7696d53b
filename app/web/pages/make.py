"""Make: a product page in, a short begun; and the newest shorts below."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, get_args
from uuid import uuid4

from nicegui import ui
from nicegui.events import GenericEventArguments, UploadEventArguments
from pydantic import ValidationError

from app.errors import ShopReelError, checked
from app.fetching.guard import BARE
from app.http.schemas import ShortAccepted, ShortList, ShortQuery, ShortRequest
from app.models import Mood, Style
from app.shorts import use_cases
from app.shorts.repository import Short, ShortStatus
from app.web.addresses import short_file, short_page
from app.web.kit import (
    TEXT_OF_FORM,
    Live,
    badge,
    button,
    card,
    el,
    empty,
    field,
    icon,
    moment,
    select,
    set_attribute,
    set_text,
)
from app.web.shell import Visit, heading, page
from app.web.table import ANY, date_said, dates, filters, pager, pick, question_said, words
from app.web.words import SHAPES, TONES, state_name

MAX_PAGE_BYTES = 20_000_000
LANGUAGES = {
    "": "The page's own",
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
}
OWN_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
NEWEST = ShortQuery(limit=8)
FIELDS = {"url", "seconds", "watermark"}
"""Where a fault is shown beside the field; any other is shown below the address."""


def short_request(said: dict[str, Any], html: str | None) -> ShortRequest:
    """Return what a filled-in form asks for.

    Raises:
        ValidationError: a field is wrong.
    """
    wishes = {name: said.get(name) or None for name in ("style", "aspect", "language", "watermark")}
    wishes |= {"mood": said.get("mood") or "happy", "seconds": float(said.get("seconds") or 15)}
    wishes["quality"] = int(said.get("quality") or 720)
    if own := OWN_SIZE.fullmatch(wishes["aspect"] or ""):
        wishes |= {"aspect": None, "width": int(own[1]), "height": int(own[2])}
    url = (said.get("url") or "").strip() or None
    if url and "://" not in url:
        url = f"https://{url}"
    asked = {"review": bool(said.get("review")), "variants": 3 if said.get("variants") else 1}
    return ShortRequest.model_validate({"url": url, "html": html, "wishes": wishes} | asked)


def faults(error: ValidationError) -> dict[str, str]:
    """Return field -> what is wrong with it, in plain words."""
    return {str(one["loc"][-1]): one["msg"].removeprefix("Value error, ") for one in error.errors()}


@page("/", "Make a short")
async def make(visit: Visit) -> None:
    """Draw the form and the newest shorts."""
    with el("div", css="hero"):
        with heading(
            "Turn a product page into a short video",
            "Paste its address. ShopReel reads the page, writes a scenario and makes the video, step by step.",
        ):
            pass
        Maker(visit)
    recent = Live(gallery)
    newest = (await visit.ask(use_cases.find, visit.caller, NEWEST)).shorts
    recent.show(states(newest), newest, "Newest shorts")

    async def look() -> None:
        found = (await visit.ask(use_cases.find, visit.caller, NEWEST)).shorts
        recent.show(states(found), found, "Newest shorts")

    visit.follow(look)


@page("/shorts", "Shorts")
async def all_shorts(visit: Visit) -> None:
    """Draw the newest shorts."""
    with heading("Shorts", "Everything that was made, or is in the making."):
        el("a", "Make a short", css="button primary", href="/")
    said = dict(visit.request.query_params)
    filters("/shorts", [
        words("Search", "q", said.get("q", ""), "title, short id or error", "grow"),
        pick("Status", "status", ANY | {one.value: state_name(one).capitalize() for one in ShortStatus},
             said.get("status", "")),
        *dates(said),
    ])  # fmt: skip
    shown, pages = Live(partial(gallery, filtered=any(said.values()))), Live(pager)
    status = checked("status", ShortStatus, said["status"]) if said.get("status") else None
    question = question_said(said)
    since, until = date_said("created_after", said), date_said("created_before", said)
    query = ShortQuery.model_construct(
        status=status,
        created_after=since,
        created_before=until,
        q=question,
        limit=24,
        cursor=said.get("cursor") or None,
    )

    async def look() -> None:
        found: ShortList = await visit.ask(use_cases.find, visit.caller, query)
        shown.show(states(found.shorts), found.shorts, None)
        key = (found.next_cursor, len(found.shorts))
        pages.show(key, "/shorts", said, found.next_cursor, len(found.shorts), "short")

    await look()
    visit.follow(look)


class Maker:
    """The form. Faults stand at their fields, and are read out."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.preset = visit.request.query_params
        """A link can fill in the form: ``/?url=…&style=bold&seconds=20``; ``size=720x900``: a size of its own."""
        self.html: str | None = None
        self.key = uuid4().hex
        """However often the form is sent, it is one short."""
        self.faults: dict[str, Any] = {}
        self.inputs: dict[str, Any] = {}
        form = el("form", css="card maker", novalidate=True, aria_label="Make a short")
        form.on("submit", self.submit, js_handler=TEXT_OF_FORM)
        with form:
            self._address()
            with el("div", css="options"):
                self._shape()
                self._choice("Style", "style", {"": "Suits the product"} | named(get_args(Style)))
                self._choice("Mood", "mood", named(get_args(Mood)), "happy")
                self._choice("Language", "language", LANGUAGES)
                self._length()
            with el("details"):
                el("summary", "More options")
                with el("div", css="options"):
                    self._choice("Quality", "quality", {"720": "720p", "1080": "1080p"}, "720")
                    with field("Watermark", "watermark", "A few words in a corner"):
                        self.inputs["watermark"] = el(
                            "input", name="watermark", id="watermark", maxlength="40", aria_describedby="watermark-hint"
                        )
                        self._fault("watermark")
            with el("label", css="check"):
                el("input", type="checkbox", name="variants", value="3", checked=self.preset.get("variants") == "3")
                with el("span"):
                    el("span", "Show me three scripts to choose from")
                    el("span", "As stills, side by side; you take one, mix them, or make all.", css="hint")
            with el("label", css="check"):
                el("input", type="checkbox", name="review", value="yes")
                with el("span"):
                    el("span", "Let me review the scenario first")
                    el("span", "It waits for you, for as long as you like.", css="hint")

    def _choice(self, label: str, name: str, options: dict[str, str], usual: str = "") -> None:
        wanted = self.preset.get(name, usual)
        select(label, name, options, wanted if wanted in options else usual)

    def _address(self) -> None:
        with el("div", css="field"):
            el("label", "Product page", for_="url")
            with el("div", css="paste"):
                self.inputs["url"] = el(
                    "input",
                    name="url",
                    id="url",
                    type="url",
                    inputmode="url",
                    autocomplete="url",
                    autofocus=True,
                    placeholder="https://shop.example/products/cup",
                    aria_describedby="url-fault",
                    defaultValue=self.preset.get("url", ""),
                )
                self.submit_button = button("Make the short", icon_name="right", css="primary big", kind="submit")
            self._fault("url")
        with el("label", css="drop", data_drop=True):
            icon("upload")
            self.file_name = el("span", "Or drop a saved page here, or choose one (.html)")
            chosen = el("input", type="file", accept=".html,.htm,text/html", aria_label="A saved page")
        upload = ui.upload(on_upload=self.take, on_rejected=self.refuse, auto_upload=True, max_file_size=MAX_PAGE_BYTES)
        upload.style("position: absolute; width: 0; height: 0; overflow: hidden").props["inert"] = True
        chosen.on("change", js_handler=f"(e) => getElement({upload.id}).$refs.qRef.addFiles([...e.target.files])")

    def _shape(self) -> None:
        with el("fieldset", css="choices wide"):
            el("legend", "Format", css="legend")
            shapes = dict(SHAPES)
            if own := OWN_SIZE.fullmatch(self.preset.get("size", "")):
                shapes[own[0]] = ("A size of its own", 15, 15)
            wanted = self.preset.get("aspect", next(reversed(shapes)) if own else "9:16")
            for aspect, (what, width, height) in shapes.items():
                with el("label", css="choice"):
                    el("input", type="radio", name="aspect", value=aspect, checked=aspect == wanted)
                    el("span", css="shape", aria_hidden="true").style(f"width: {width}px; height: {height}px")
                    el("span", aspect)
                    el("span", what, css="faint")

    def _length(self) -> None:
        seconds = self.preset.get("seconds", "15")
        with el("div", css="field wide"):
            el("label", "Length", for_="seconds")
            self.inputs["seconds"] = slider = el(
                "input",
                type="range",
                name="seconds",
                id="seconds",
                min="10",
                max="60",
                step="1",
                defaultValue=seconds,
                aria_describedby="seconds-shown",
            )
            el("output", f"{seconds} seconds", css="hint", id="seconds-shown", for_="seconds")
            slider.on(
                "input",
                js_handler="(e) => { const o = document.getElementById('seconds-shown');"
                "o.firstChild.nodeValue = e.target.value + ' seconds'; }",
            )
            self._fault("seconds")

    def _fault(self, name: str) -> None:
        self.faults[name] = el("p", "", css="fault", id=f"{name}-fault", role="alert")

    def blame(self, wrong: dict[str, str]) -> None:
        """Show what is wrong, at the fields."""
        for name, place in self.faults.items():
            set_text(place, wrong.get(name, ""))
            set_attribute(self.inputs[name], "aria_invalid", "true" if name in wrong else None)
        rest = [f"{name}: {reason}" for name, reason in wrong.items() if name not in FIELDS]
        if rest and "url" not in wrong:
            set_text(self.faults["url"], "; ".join(rest))

    async def take(self, event: UploadEventArguments) -> None:
        """Keep an uploaded page."""
        self.html = (await event.file.read()).decode("utf-8", errors="replace")
        set_text(self.file_name, f"{event.file.name}: ready. Its address above is optional.")

    def refuse(self) -> None:
        """Say that a file is too large."""
        self.visit.say(f"The file is larger than {MAX_PAGE_BYTES // 1_000_000} MB", "bad")

    async def submit(self, event: GenericEventArguments) -> None:
        """Start the short, and go to its page."""
        said = event.args if isinstance(event.args, dict) else {}
        url = (said.get("url") or "").strip()
        if not url and self.html is None:
            self.blame({"url": "Paste the address of a product page, or give a saved page below."})
            return
        if url and "://" not in url and not BARE.match(url):
            self.blame({"url": "This is no address of a page. One looks like shop.example/products/cup."})
            return
        try:
            request = short_request(said, self.html)
        except (ValidationError, ValueError) as error:
            self.blame(faults(error) if isinstance(error, ValidationError) else {"seconds": "a number of seconds"})
            return
        self.blame({})
        set_attribute(self.submit_button, "disabled", True)
        try:
            made: ShortAccepted = await self.visit.ask(use_cases.create, self.visit.caller, request, self.key)
        except ShopReelError as error:
            self.key = uuid4().hex
            self.blame({"url": str(error)})
            set_attribute(self.submit_button, "disabled", None)
            return
        self.visit.go(short_page(Short(short_id=made.short_id), "variants" if request.variants > 1 else ""))


def named(words: tuple[str, ...]) -> dict[str, str]:
    """Return words as options."""
    return {word: word.capitalize() for word in words}


def states(shown: list[Short]) -> tuple[Any, ...]:
    """Return what tells whether a gallery looks the same."""
    return tuple((short.key, short.status, short.updated_at) for short in shown)


def gallery(shown: list[Short], title: str | None, *, filtered: bool = False) -> None:
    """Draw shorts as tiles; ``filtered``: only those that were looked for."""
    if not shown:
        if filtered:
            with card():
                empty("search", "No short matches", "Take a filter off, or look for something else.",
                      ("Clear the filters", "/shorts"))  # fmt: skip
        elif title is None:
            with card():
                empty(
                    "film",
                    "No shorts yet",
                    "Paste the address of a product page, and the first one is made.",
                    ("Make a short", "/"),
                )
        return
    if title:
        el("h2", title, css="section-title")
    with el("ul", css="gallery"):
        for short in shown:
            with el("li"):
                tile(short)


def tile(short: Short) -> None:
    """Draw a short as a picture with its title and state."""
    with el("a", css="tile", href=short_page(short)):
        with el("div", css="tile-picture"):
            if short.video:
                el("img", src=short_file(short, "thumbnail"), alt="", loading="lazy")
            elif short.stills:
                el("img", src=short_file(short, "scenario/thumbnail"), alt="", loading="lazy")
            else:
                icon("film", "large")
        with el("div", css="tile-text"):
            el("span", short.scenario.title if short.scenario else (short.url or short.short_id), css="tile-title")
            with el("span", css="tile-row"):
                badge(state_name(short.status), TONES[short.status])
                moment(short.created_at)
