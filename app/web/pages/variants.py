"""Variants: scripts side by side as stills, with how each begins: one is taken, scenes are mixed, or all are made."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from nicegui.events import GenericEventArguments

from app.errors import InvalidInput, ShopReelError
from app.http.schemas import ShortDetail
from app.models import Scenario
from app.shorts import use_cases
from app.shorts.repository import Short, ShortStatus
from app.web.addresses import short_file, short_page
from app.web.kit import TEXT_OF_FORM, Live, button, el, empty, icon, link, set_text
from app.web.shell import Visit, heading, page


@page("/shorts/{short_id}/variants", "Choose a script")
async def variants_page(visit: Visit, short_id: str, user_id: str | None = None) -> None:
    """Draw the scripts that a short may be made of."""
    await VariantsPage(visit, short_id, user_id).draw()


def mixed(variants: list[Scenario], said: dict[str, Any]) -> Scenario:
    """Return the script of the scenes that a form says: ``scene-0`` -> which variant's, from 0.

    Its look, its words to post and its way of telling are those of the variant whose beginning it has.

    Raises:
        InvalidInput: the form names what is not there.
    """
    most = max(len(one.scenes) for one in variants)
    by_number = dict(enumerate(variants))
    try:
        chosen = {place: int(said[f"scene-{place}"]) for place in range(most) if said.get(f"scene-{place}")}
        scenes = [by_number[number].scenes[place] for place, number in chosen.items()]
        first = by_number[chosen[0]]
    except (ValueError, LookupError):
        raise InvalidInput("Choose a scene for each place") from None
    return first.model_copy(update={"scenes": scenes})


class VariantsPage:
    """The scripts, a column each. A scene of another column is taken by choosing it: the mix is made then."""

    def __init__(self, visit: Visit, short_id: str, user_id: str | None) -> None:
        self.visit, self.short_id, self.user_id = visit, short_id, user_id
        self.key = uuid4().hex
        self.short: Short
        self.busy = False

    async def draw(self) -> None:
        """Draw the columns, and the pictures as they come."""
        await self.read()
        if not self.short.variants:
            with heading("Choose a script"):
                link("Back to the short", short_page(self.short), css="button", icon_name="left")
            waits = self.short.status is ShortStatus.MAKING and self.short.scenario_version == 0
            text = "They are written when the page has been read." if waits else "A script was chosen already."
            empty("pen", "There is nothing to choose from" if not waits else "No scripts yet", text,
                  ("To the short", short_page(self.short)))  # fmt: skip
            return
        with heading("Choose a script", "Each tells the product in another way. Take one, mix scenes, or make all."):
            link("Back to the short", short_page(self.short), css="button", icon_name="left")
            button("Generate all", self.make_all, icon_name="film")
        form = el("form", css="variants-form", aria_label="Scripts")
        form.on("submit", self.make_mix, js_handler=TEXT_OF_FORM)
        with form:
            self.columns = Live(self.draw_columns, css="variants")
            with el("div", css="sticky"):
                el("span", "Choose scenes above, one for each place.", css="faint")
                self.wrong = el("p", "", css="fault", role="alert")
                el("span", css="spring")
                button("Generate this mix", icon_name="check", css="primary", kind="submit")
        self.show()
        self.visit.follow(self.look, short_id=self.short_id)

    async def read(self) -> None:
        """Read the short."""
        detail: ShortDetail = await self.visit.ask(use_cases.get, self.visit.caller, self.short_id, self.user_id)
        self.short = detail.short

    async def look(self) -> None:
        """See which pictures have come."""
        await self.read()
        if self.short.variants:
            self.show()

    def show(self) -> None:
        """Draw the columns anew where there are more pictures."""
        self.columns.show(tuple(len(one) for one in self.short.variant_stills))

    def draw_columns(self) -> None:
        """Draw the scripts side by side."""
        for number, scenario in enumerate(self.short.variants):
            with el("section", css="card variant", aria_label=f"Script {number + 1}"):
                el("h2", scenario.scenes[0].on_screen_text or scenario.title, css="variant-hook")
                told = (scenario.arc or "").replace("_", " ").capitalize()
                el("p", " · ".join(filter(None, (told, f"{scenario.seconds:g} seconds"))), css="faint")
                with el("div", css="variant-scenes"):
                    for place in range(len(scenario.scenes)):
                        self.draw_scene(number, place, scenario)
                with el("div", css="actions"):
                    take = button(f"Generate script {number + 1}", icon_name="check")
                    take.on("click", lambda chosen=number: self.make(chosen), args=[])
                    edit = button("Edit it", css="quiet", aria_label=f"Edit script {number + 1}")
                    edit.on("click", lambda chosen=number: self.edit(chosen), args=[])

    def draw_scene(self, number: int, place: int, scenario: Scenario) -> None:
        """Draw a scene as a picture that is a choice, with what is said below the first."""
        scene = scenario.scenes[place]
        drawn = self.short.variant_stills[number] if number < len(self.short.variant_stills) else []
        words = " · ".join(filter(None, (scene.on_screen_text, scene.badge))) or "no words"
        shape = f"aspect-ratio: {scenario.wishes.width} / {scenario.wishes.height}"
        with el("label", css="still-choice"):
            el("input", type="radio", name=f"scene-{place}", value=str(number), checked=number == 0,
               aria_label=f"Scene {place + 1} of script {number + 1}: {words}")  # fmt: skip
            if place < len(drawn):
                address = short_file(self.short, f"variants/{number}/stills/{place}")
                el("img", src=address, alt="", title=scene.narration or words, loading="lazy").style(shape)
            else:
                el("span", css="skeleton").style(shape)
            with el("span", css="taken", aria_hidden="true"):
                icon("check", "small")

    async def make(self, number: int) -> None:
        """Make the video of one script as it is."""
        await self.save(self.short.variants[number])

    async def make_mix(self, event: GenericEventArguments) -> None:
        """Make the video of the scenes that were chosen."""
        try:
            scenario = mixed(self.short.variants, event.args if isinstance(event.args, dict) else {})
        except InvalidInput as error:
            set_text(self.wrong, str(error))
            return
        await self.save(scenario)

    async def save(self, scenario: Scenario) -> None:
        """Save a script, and go where its video is made; a second click does nothing."""
        if self.busy:
            return
        self.busy = True
        try:
            await self.visit.ask(use_cases.choose_scenario, self.visit.caller, self.short, scenario, self.key)
        except ShopReelError as error:
            self.busy = False
            set_text(self.wrong, f"{error}.")
            return
        self.visit.go(short_page(self.short))

    async def edit(self, number: int) -> None:
        """Let a script wait as the one that is edited, and go there."""
        chosen = self.short.variants[number]
        if chosen != self.short.scenario:
            done = await self.visit.attempt(
                use_cases.edit_scenario, self.visit.caller, self.short_id, chosen, self.short.id_scope,
                change=f"Script {number + 1}",
            )  # fmt: skip
            if done is None:
                return
        self.visit.go(short_page(self.short, "edit"))

    async def make_all(self) -> None:
        """Make the videos of all scripts, each a short of its own, and go where they are listed."""
        if self.busy:
            return
        self.busy = True
        made = await self.visit.attempt(use_cases.render_variants, self.visit.caller, self.short, self.key)
        self.busy = made is not None
        if made is not None:
            self.visit.go("/shorts")
