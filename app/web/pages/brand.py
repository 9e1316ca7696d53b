"""Brand: the brand kits, one the default of new shorts; a new one from a shop's home page, which a person confirms."""

from __future__ import annotations

from functools import partial
from typing import Any

import fontpkg
from nicegui.events import GenericEventArguments, UploadEventArguments
from pydantic import ValidationError

from app.brand_models import BrandKit, BrandSettings
from app.brands import reading, use_cases
from app.brands.repository import BrandProposal, SavedBrandKit
from app.core.picture_formats import format_of
from app.errors import InvalidInput, ShopReelError
from app.rendering.voice import VOICES
from app.web.kit import (
    TEXT_OF_FORM,
    Live,
    Question,
    button,
    card,
    el,
    empty,
    field,
    file_drop,
    select,
    set_attribute,
    set_text,
)
from app.web.shell import Visit, heading, page

MOST_LOGO_BYTES = 5_000_000
COLOURS = 4
MUSIC = {"": "As each short has it", "auto": "Music of the mood", "none": "No music"}


@page("/brand", "Brand")
async def brand(visit: Visit) -> None:
    """Draw the brand kits."""
    await BrandPage(visit).draw()


class BrandPage:
    """The kits that there are, and the form in which one is made or changed."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.kit: SavedBrandKit | None = None
        """The one in the form; None: a new one."""
        self.logo: str | None = None

    async def draw(self) -> None:
        """Draw all."""
        with heading("Brand", "Logo, colours, font and sound of a shop, saved once. New shorts have the default kit."):
            button("New brand kit", partial(self.edit, BrandSettings(name="My brand")), icon_name="plus")
        with card("From a shop's home page"):
            form = el("form", css="paste", novalidate=True, aria_label="Find a brand")
            form.on("submit", self.read, js_handler=TEXT_OF_FORM)
            with form:
                el("input", name="url", id="brand-url", type="url", inputmode="url", aria_label="Home page",
                   placeholder="https://shop.example", aria_describedby="brand-url-fault")  # fmt: skip
                self.look = button("Find the brand", icon_name="search", css="primary", kind="submit")
            self.fault = el("p", "", css="fault", id="brand-url-fault", role="alert")
        self.form = Live(self.draw_form, css="brand-form")
        self.list = Live(self.draw_list)
        self.question = Question()
        await self.show()

    async def show(self) -> None:
        """Show the kits as they are."""
        kits: list[SavedBrandKit] = await self.visit.ask(use_cases.find, self.visit.caller)
        self.list.show(tuple((kit.brand_kit_id, kit.updated_at, kit.default) for kit in kits), kits)

    async def read(self, event: GenericEventArguments) -> None:
        """Look at a home page, and show what it has for a person to confirm."""
        url = str(event.args.get("url") or "").strip()
        url = url if "://" in url or not url else f"https://{url}"
        set_text(self.fault, "" if url else "Type the address of a shop's home page.")
        if not url:
            return
        set_attribute(self.look, "disabled", True)
        try:
            found: BrandProposal = await self.visit.ask(use_cases.from_page, self.visit.caller, url)
        except ShopReelError as error:
            set_text(self.fault, str(error).removeprefix("url: "))
            return
        finally:
            set_attribute(self.look, "disabled", None)
        self.kit = None
        self.form.show(object(), BrandSettings(name=found.name, brand=found.brand), found)
        self.visit.script("document.getElementById('brand-name')?.focus()")

    def edit(self, settings: BrandSettings, kit: SavedBrandKit | None = None) -> None:
        """Open the form for a kit, or (None) a new one."""
        self.kit = kit
        self.form.show(object(), settings, None)
        self.visit.script("setTimeout(() => document.getElementById('brand-name')?.focus(), 100)")

    def draw_form(self, settings: BrandSettings | None, found: BrandProposal | None) -> None:
        """Draw the form of a kit; ``found``: what a home page has shown."""
        if settings is None:
            return
        kit = settings.brand
        self.logo = kit.logo
        with card("Is this right?" if found else "Change the brand kit" if self.kit else "New brand kit"):
            form = el("form", css="options", novalidate=True, aria_label="Brand kit")
            form.on("submit", self.save, js_handler=TEXT_OF_FORM)
            with form:
                with field("Name", "brand-name"):
                    el("input", name="name", id="brand-name", maxlength="60", defaultValue=settings.name)
                with el("div", css="field"):
                    el("span", "Logo", css="legend")
                    self.shown = Live(draw_logo, css="logo-box")
                    self.shown.show(kit.logo, kit.logo)
                    self._upload()
                with el("fieldset", css="choices"):
                    el("legend", "Colours", css="legend")
                    for number in range(COLOURS):
                        self._colour(number, kit.colours[number] if number < len(kit.colours) else None)
                fonts = {"": "The style's own"} | {
                    one: one.replace("-", " ").title() for one in sorted(fontpkg.families())
                }
                select("Font", "font", fonts, (kit.font or "").lower())
                with field("End card", "end_card", "Words of a last picture, such as an address"):
                    el("input", name="end_card", id="end_card", maxlength="60", defaultValue=kit.end_card or "",
                       aria_describedby="end_card-hint")  # fmt: skip
                with field("Watermark", "watermark", "A few words in a corner"):
                    el("input", name="watermark", id="watermark", maxlength="40",
                       defaultValue=settings.watermark or "", aria_describedby="watermark-hint")  # fmt: skip
                voices = {"": "As each short has it"} | {voice.name: f"{voice.name}: {voice.about}" for voice in VOICES}
                select("Voice", "voice", voices, settings.voice or "")
                select("Music", "music", MUSIC, settings.music or "")
                with el("label", css="check"):
                    el("input", type="checkbox", name="default", checked=settings.default or not self.kit)
                    el("span", "New shorts have it")
                for note in found.notes if found else []:
                    el("p", note, css="faint wide")
                with el("div", css="actions wide"):
                    button("Save brand kit", icon_name="check", css="primary", kind="submit")
                    button("Close", self.close)
                self.wrong = el("p", "", css="fault wide", role="alert")

    def _colour(self, number: int, colour: str | None) -> None:
        with el("label", css="check colour"):
            el("input", type="checkbox", name=f"has-{number}", checked=colour is not None,
               aria_label=f"Use colour {number + 1}")  # fmt: skip
            el("input", type="color", name=f"colour-{number}", defaultValue=colour or "#808080",
               aria_label=f"Colour {number + 1}")  # fmt: skip

    def _upload(self) -> None:
        text = "Drop a logo here, or choose one"
        too_large = f"It is larger than {MOST_LOGO_BYTES // 1_000_000} MB"
        refuse = partial(self.visit.say, too_large, "bad")
        file_drop(text, "A logo", "image/*", MOST_LOGO_BYTES, self.take, refuse)

    async def take(self, event: UploadEventArguments) -> None:
        """Take a logo from a file."""
        data = await event.file.read()
        kind = format_of(data)
        found = await self.visit.attempt(reading.logo_of, data, kind.media_type if kind else "")
        if found is not None:
            self.logo = found[0]
            self.shown.show(self.logo, self.logo)

    def close(self) -> None:
        """Close the form."""
        self.form.show(None, None, None)

    async def save(self, event: GenericEventArguments) -> None:
        """Save what the form says."""
        try:
            settings = settings_of(event.args, self.logo)
            if self.kit is None:
                await self.visit.ask(use_cases.add, self.visit.caller, settings)
            else:
                await self.visit.ask(use_cases.replace, self.visit.caller, self.kit.brand_kit_id, settings)
        except (ValidationError, InvalidInput, ShopReelError) as error:
            told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            set_text(self.wrong, told)
            return
        self.close()
        self.visit.say("Saved")
        await self.show()

    def draw_list(self, kits: list[SavedBrandKit]) -> None:
        """Draw the kits."""
        if not kits:
            with card():
                empty(
                    "brand", "No brand kit yet", "Type a shop's home page above: its logo, colours and fonts are found."
                )
            return
        with el("ul", css="kits"):
            for kit in kits:
                with el("li", css="card kit"):
                    draw_kit(kit)
                    with el("div", css="actions"):
                        button("Change", partial(self.edit, settings_in(kit), kit), css="small",
                               aria_label=f"Change {kit.name}")  # fmt: skip
                        if not kit.default:
                            button("Make default", partial(self.make_default, kit), css="small",
                                   aria_label=f"Make {kit.name} the default")  # fmt: skip
                        button("Delete", partial(self.ask_to_remove, kit), css="small danger",
                               aria_label=f"Delete {kit.name}")  # fmt: skip

    async def make_default(self, kit: SavedBrandKit) -> None:
        """Let new shorts have a kit."""
        settings = settings_in(kit).model_copy(update={"default": True})
        await self.visit.attempt(use_cases.replace, self.visit.caller, kit.brand_kit_id, settings)
        await self.show()

    def ask_to_remove(self, kit: SavedBrandKit) -> None:
        """Ask whether a kit is to go."""
        text = "Shorts that have it keep what they have."
        self.question.ask(f"Delete {kit.name}?", text, "Delete it", partial(self.remove, kit))

    async def remove(self, kit: SavedBrandKit) -> None:
        """Remove a kit."""
        await self.visit.attempt(use_cases.remove, self.visit.caller, kit.brand_kit_id)
        await self.show()


def draw_kit(kit: SavedBrandKit) -> None:
    """Draw what a kit is."""
    draw_logo(kit.brand.logo)
    with el("div", css="kit-text"):
        el("h2", kit.name, css="card-title")
        if kit.default:
            el("span", "Default", css="badge good")
        with el("div", css="swatches"):
            for colour in kit.brand.colours:
                el("span", css="swatch", title=colour, role="img", aria_label=colour).style(f"background: {colour}")
        told = [kit.brand.font, kit.brand.end_card, kit.watermark, kit.voice]
        el("p", " · ".join(one for one in told if one), css="faint")


def draw_logo(logo: str | None) -> None:
    """Draw a kit's logo; one that lies elsewhere is named, for no page asks another site."""
    if logo and logo.startswith("data:"):
        el("img", src=logo, alt="Logo", css="kit-logo")
    else:
        el("span", logo or "No logo", css="faint kit-logo")


def settings_in(kit: SavedBrandKit) -> BrandSettings:
    """Return what of a saved kit may be changed."""
    return BrandSettings(**{name: getattr(kit, name) for name in BrandSettings.model_fields})


def settings_of(said: dict[str, Any], logo: str | None) -> BrandSettings:
    """Return what the form says.

    Raises:
        ValidationError: a field is wrong.
    """
    colours = [said[f"colour-{number}"] for number in range(COLOURS) if said.get(f"has-{number}")]
    told = {name: said.get(name) or None for name in ("font", "end_card")}
    more = {name: said.get(name) or None for name in ("watermark", "voice", "music")}
    kit = BrandKit.model_validate({"logo": logo, "colours": colours, **told})
    return BrandSettings.model_validate(
        {"name": said.get("name") or "", "brand": kit, "default": bool(said.get("default")), **more}
    )
