"""Make: a product page in, a short begun; and the newest shorts below."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import uuid4

from babel import Locale
from nicegui.events import GenericEventArguments, UploadEventArguments
from pydantic import ValidationError

from app.blobs.workspace import workspace
from app.config import get_settings
from app.errors import InvalidInput, ShopReelError
from app.fetching.guard import BARE
from app.http.schemas import BatchAccepted, BatchRequest, ShortAccepted, ShortQuery, ShortRequest
from app.models import QUALITIES, Arc, CaptionStyle, Style, WishedMood
from app.scenario.naming.data import LANGUAGES as SCRIPT_LANGUAGES
from app.shorts import batches, use_cases
from app.shorts.repository import Short
from app.untrusted.kinds import SUFFIXES, kind_of
from app.web.addresses import short_page
from app.web.gallery import gallery, states
from app.web.kit import (
    TEXT_OF_FORM,
    Live,
    button,
    el,
    field,
    file_drop,
    link,
    select,
    set_attribute,
    set_text,
)
from app.web.shell import Visit, heading, page
from app.web.words import SHAPES

MAX_PAGE_BYTES = 20_000_000
LANGUAGES = {"": "The page's own"} | {code: str(Locale("en").languages[code]) for code in SCRIPT_LANGUAGES}
OWN_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
NEWEST = ShortQuery(limit=8)
CHOSEN = (
    *("style", "mood", "arc", "aspect", "language", "watermark", "voice", "captions", "music", "clips"),
    *("voice_url", "music_url"),
)
"""Fields of the form that are wishes of the same name; an empty one is left to its default."""
VOICES = {"auto": "Auto", "built_in": "Built in", "none": "None"}
PAGE_FILES = (".html", ".htm")
SENT_BY_ENTER = """(e) => {
  if (e.key === 'Enter' && !e.shiftKey) { e.preventDefault(); e.target.form.requestSubmit(); }
}"""
"""Enter sends one address as in any field of one line; Shift and Enter begin another line."""
FIELDS = {"url", "seconds", "watermark"}
"""Where a fault is shown beside the field; any other is shown below the address."""


def short_request(said: dict[str, Any], html: str | None) -> ShortRequest:
    """Return what a filled-in form asks for.

    Raises:
        ValidationError: a field is wrong.
    """
    wishes: dict[str, Any] = {name: value for name in CHOSEN if (value := said.get(name))}
    wishes |= {"seconds": float(said.get("seconds") or 15), "sound_effects": said.get("sound_effects") != "off"}
    wishes["quality"] = int(said.get("quality") or 720)
    if own := OWN_SIZE.fullmatch(wishes.get("aspect", "")):
        wishes |= {"aspect": None, "width": int(own[1]), "height": int(own[2])}
    url = with_scheme(said["url"].strip()) if (said.get("url") or "").strip() else None
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
            "Paste its address. ShopReel reads the page, writes a script and makes the video.",
        ):
            pass
        Maker(visit)
    recent = Live(gallery)

    async def look() -> None:
        found, _ = await visit.ask(use_cases.find_tiles, visit.caller, NEWEST)
        recent.show(states(found), found, "Newest shorts")

    await look()
    visit.follow(look)


class Maker:
    """The form. Faults stand at their fields, and are read out."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.preset = visit.request.query_params
        """A link can fill in the form: ``/?url=…&style=bold&seconds=20``; ``size=720x900``: a size of its own."""
        self.html: str | None = None
        self.listed: list[str] = []
        """The addresses of an uploaded list or feed."""
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
                self._choice("Mood", "mood", named(get_args(WishedMood)), "auto")
                self._choice("Language", "language", LANGUAGES)
                self._length()
            with el("details"):
                el("summary", "More")
                with el("div", css="options"):
                    self._choice("Quality", "quality", {str(one): f"{one}p" for one in QUALITIES}, "720")
                    self._choice("Story", "arc", {"": "Suits the product"} | named(get_args(Arc)))
                    self._choice("Voice", "voice", VOICES, "auto")
                    self._choice("Captions", "captions", named(get_args(CaptionStyle)), "karaoke")
                    self._choice("Music", "music", {"auto": "Auto", "none": "None"}, "auto")
                    self._choice("Sound effects", "sound_effects", {"": "Quiet ones", "off": "None"})
                    self._choice("Filmed by", "clips", {"built_in": "ShopReel", "model": "The video model"}, "built_in")
                    self._link("Your own voice-over", "voice_url", "The address of a sound file")
                    self._link("Your own music", "music_url", "The address of a sound file")
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

    def _link(self, label: str, name: str, hint: str) -> None:
        with field(label, name, hint):
            el("input", name=name, id=name, type="url", placeholder="https://…", aria_describedby=f"{name}-hint")

    def _choice(self, label: str, name: str, options: dict[str, str], usual: str = "") -> None:
        wanted = self.preset.get(name, usual)
        select(label, name, options, wanted if wanted in options else usual)

    def _address(self) -> None:
        with el("div", css="field"):
            el("label", "Product page", for_="url")
            el("p", "One address; or many, one a line, for a batch.", css="hint", id="url-hint")
            self.inputs["url"] = el(
                "textarea",
                name="url",
                id="url",
                rows="1",
                css="addresses",
                inputmode="url",
                autocomplete="url",
                autofocus=True,
                spellcheck="false",
                placeholder="https://shop.example/products/cup",
                aria_describedby="url-hint url-fault",
                defaultValue=self.preset.get("url", ""),
            )
            self.inputs["url"].on("keydown", js_handler=SENT_BY_ENTER)
            self._fault("url")
            if demo := get_settings().demo_product_url:
                link("Try a demo product", f"/?{urlencode({'url': demo})}", css="meta-link")
            with el("div", css="actions"):
                self.submit_buttons = [
                    button("Generate", icon_name="right", css="primary big", kind="submit"),
                    button("Generate and edit", css="big", kind="submit", name="review", value="yes"),
                ]
        text = "Or drop a saved page (.html), a list (.txt) or a feed (.csv, .xml, .json)"
        accept = ",".join((*PAGE_FILES, *SUFFIXES))
        self.file_name = file_drop(text, "A saved page", accept, MAX_PAGE_BYTES, self.take, self.refuse)
        self.started = Live(draw_started)

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
        """Keep an uploaded page, or the addresses of an uploaded list or feed."""
        name, data = event.file.name, await event.file.read()
        if Path(name).suffix.lower() in PAGE_FILES:
            self.html = data.decode("utf-8", errors="replace")
            set_text(self.file_name, f"{name}: ready. Its address above is optional.")
            return
        found: list[str] | None = await self.visit.attempt(addresses_of, name, data)
        if found is not None:
            self.listed = found
            count = len(found)
            set_text(self.file_name, f"{name}: {count} product{'' if count == 1 else 's'} with an address")

    def refuse(self) -> None:
        """Say that a file is too large."""
        self.visit.say(f"The file is larger than {MAX_PAGE_BYTES // 1_000_000} MB", "bad")

    async def submit(self, event: GenericEventArguments) -> None:
        """Start the short, and go to its page."""
        said = event.args if isinstance(event.args, dict) else {}
        lines = [line.strip() for line in (said.get("url") or "").splitlines()]
        urls = [*filter(None, lines), *self.listed]
        if not urls and self.html is None:
            self.blame({"url": "Paste the address of a product page, or give a saved page below."})
            return
        if wrong := next((url for url in urls if "://" not in url and not BARE.match(url)), None):
            which = "This" if len(urls) == 1 else wrong
            self.blame({"url": f"{which} is no address of a page. One looks like shop.example/products/cup."})
            return
        said = said | {"url": urls[0] if urls else ""}
        try:
            request = short_request(said, self.html)
        except (ValidationError, ValueError) as error:
            self.blame(faults(error) if isinstance(error, ValidationError) else {"seconds": "a number of seconds"})
            return
        self.blame({})
        self.allow(False)
        try:
            if len(urls) > 1:
                await self.start_batch(urls, request)
                return
            made: ShortAccepted = await self.visit.ask(use_cases.create, self.visit.caller, request, self.key)
        except (ShopReelError, ValidationError) as error:
            self.key = uuid4().hex
            self.blame(faults(error) if isinstance(error, ValidationError) else {"url": str(error)})
            self.allow(True)
            return
        self.visit.go(short_page(Short(short_id=made.short_id), "variants" if request.variants > 1 else ""))

    async def start_batch(self, urls: list[str], request: ShortRequest) -> None:
        """Start a short of each address, and go to their page; where a limit was reached, pressing again goes on."""
        wanted = BatchRequest(
            urls=[with_scheme(url) for url in urls],
            review=request.review,
            variants=request.variants,
            wishes=request.wishes,
        )
        made: BatchAccepted = await self.visit.ask(batches.start, self.visit.caller, wanted, self.key)
        refused = [row for row in made.rows if row.reason]
        if not refused:
            self.visit.go(f"/batches/{made.batch_id}")
            return
        self.blame(
            {"url": f"{len(refused)} of {len(made.rows)} were not started. {refused[0].url}: {refused[0].reason}"}
        )
        self.allow(True)
        if len(refused) < len(made.rows):
            self.started.show(made.batch_id, made.batch_id, len(made.rows) - len(refused))

    def allow(self, allowed: bool) -> None:
        """Let the form be sent, or not while it is."""
        for one in self.submit_buttons:
            set_attribute(one, "disabled", not allowed)


def addresses_of(name: str, data: bytes) -> list[str]:
    """Return the addresses of products in an uploaded list or feed.

    Raises:
        InvalidInput: it can't be read, or has none, or too many.
    """
    kind = kind_of(Path(name))
    with workspace() as folder:
        path = folder / "feed"
        path.write_bytes(data)
        found = list(dict.fromkeys(islice(batches.addresses_in(path, kind), batches.MOST + 1)))
    if not 1 <= len(found) <= batches.MOST:
        count = f"more than {batches.MOST}" if found else "no"
        raise InvalidInput(f"{name} has {count} products with an address; a batch has 1 to {batches.MOST}")
    return found


def draw_started(batch_id: str, count: int) -> None:
    """Draw the way to what was started."""
    link(f"See the {count} that were started", f"/batches/{batch_id}", css="button")


def with_scheme(url: str) -> str:
    """Return an address as a browser completes it."""
    return url if "://" in url else f"https://{url}"


def named(words: tuple[str, ...]) -> dict[str, str]:
    """Return words as options."""
    return {word: word.replace("_", " ").capitalize() for word in words}
