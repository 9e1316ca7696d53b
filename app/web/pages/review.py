"""Review: the scenario as a storyboard that a person edits. What is changed is kept at once, as the waiting draft."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from nicegui.elements.mixins.sortable_element import SortableElement
from nicegui.events import GenericEventArguments, SortableEventArguments
from pydantic import ValidationError

from app.errors import InvalidInput, ShopReelError
from app.http.schemas import ShortDetail, StoredProductOut
from app.models import ImageAnalysis, Scenario, Scene
from app.products import use_cases as product_use_cases
from app.scenario.layouts import choices_of
from app.shorts import use_cases
from app.shorts.repository import Short, ShortStatus
from app.web.addresses import pictures, short_page
from app.web.kit import TEXT_OF_FORM, button, el, empty, icon, link, set_attribute, set_text
from app.web.scenario_form import scene_faults, told_faults
from app.web.scene_panel import Acts, ScenePanel
from app.web.shell import Visit, heading, page

CHANGED = "(e) => emit(Object.fromEntries(new FormData(e.currentTarget)))"


@page("/shorts/{short_id}/review", "Review")
async def review(visit: Visit, short_id: str, user_id: str | None = None) -> None:
    """Draw the storyboard of the scenario that waits."""
    detail: ShortDetail = await visit.ask(use_cases.get, visit.caller, short_id, user_id)
    short = detail.short
    if short.scenario is None:
        with heading("Review"):
            pass
        empty(
            "pen",
            "There is no scenario yet",
            "It is written when the page and its pictures have been read.",
            ("To the short", short_page(short)),
        )
        return
    product = await visit.ask(product_use_cases.get, visit.caller, short.product_id) if short.product_id else None
    await Storyboard(visit, short, product).draw()


class Storyboard:
    """The scenes, in order. Each edit goes to the draft in the database, so that a reload shows the same.

    Edits take turns: each begins from what the one before has made, however fast they come.
    """

    def __init__(self, visit: Visit, short: Short, product: StoredProductOut | None) -> None:
        assert short.scenario is not None
        self.visit, self.short, self.product = visit, short, product
        self.turn = asyncio.Lock()
        self.scenario = short.scenario
        self.pictures = pictures(product, 320)
        self.keys = itertools.count()
        self.panels = [self.panel(scene) for scene in self.scenario.scenes]
        self.times_anew = 0
        self.acts = None
        if short.status is ShortStatus.WAITING:
            self.acts = Acts(move=self.move, anew=self.anew, remove=self.remove, choose=self.choose)

    def panel(self, scene: Scene) -> ScenePanel:
        """Return a new panel for a scene."""
        return ScenePanel(next(self.keys), scene)

    async def draw(self) -> None:
        """Draw all."""
        with heading(self.scenario.title, "Change what you like: it is kept at once. Save it, and the video is made."):
            link("Back to the short", short_page(self.short), css="button", icon_name="left")
        if not self.acts:
            with el("div", css="notice"):
                icon("check")
                el("span", "This scenario does not wait for a review any more: what is shown here can't be changed.")
        self.form = el("form", css="scenario-form", novalidate=True, aria_label="Scenario")
        if self.acts:
            self.form.on("change", self.changed, js_handler=CHANGED)
            self.form.on("submit", self.save, js_handler=TEXT_OF_FORM)
        with self.form:
            self.board = SortableElement("ol").classes("board")
            if self.acts:
                self.board.make_sortable(on_end=self.dragged, handle=".grip", ghost_class="ghost")
            with el("div", css="sticky"):
                with el("div"):
                    self.total = el("strong", "")
                    self.kept = el("p", "Nothing changed yet.", css="faint", role="status")
                self.wrong = el("p", "", css="fault", role="alert")
                el("span", css="spring")
                self.save_button = button(
                    "Save and make the video", icon_name="check", css="primary", kind="submit", disabled=not self.acts
                )
        self.chooser = el("dialog", css="chooser", aria_labelledby="chooser-title")
        self.draw_scenes()

    def draw_scenes(self) -> None:
        """Draw the scenes anew, as after a move."""
        self.board.clear()
        count = len(self.panels)
        with self.board:
            for number, (panel, layouts) in enumerate(zip(self.panels, self.layouts(), strict=True), 1):
                panel.draw(number, count, layouts, self.pictures, self.acts)
        self.tell_total()

    def layouts(self) -> list[dict[str, Scene]]:
        """Return what each scene may be laid out as: layout -> the scene so."""
        if self.product is None:
            return [{scene.shown_layout: scene} for scene in self.scenario.scenes]
        images = [ImageAnalysis.model_validate(image) for image in self.product.images]
        found = choices_of(self.product.product, images, self.scenario)
        return [{str(layout): scene for layout, scene in of_one.items()} for of_one in found]

    def tell_total(self) -> None:
        """Show how long the video will be."""
        count = len(self.scenario.scenes)
        set_text(self.total, f"{count} scene{'s' if count > 1 else ''} · {self.scenario.seconds:g} seconds")

    @asynccontextmanager
    async def turn_of(self, panel: ScenePanel) -> AsyncIterator[bool]:
        """Wait for the edits before; yield whether the scene is still there after them."""
        async with self.turn:
            yield panel in self.panels

    async def changed(self, event: GenericEventArguments) -> None:
        """Keep what was changed, or show at the fields why it can't be."""
        async with self.turn:
            await self.keep_form(event.args)

    async def keep_form(self, said: dict[str, Any]) -> bool:
        """Keep what the form says; tell whether that went well."""
        scenes = [panel.edited(said) for panel in self.panels]
        try:
            return await self.keep(Scenario.model_validate(self.scenario.model_dump() | {"scenes": scenes}))
        except ValidationError as error:
            self.blame(scene_faults(error), [])
            return False

    async def keep(self, scenario: Scenario) -> bool:
        """Make ``scenario``, whose scenes are those of the panels, the waiting draft; tell whether it could be."""
        set_text(self.kept, "Keeping …")
        try:
            self.short = await self.visit.ask(
                use_cases.edit_scenario,
                self.visit.caller,
                self.short.short_id,
                scenario,
                self.short.id_scope,
                expected=self.short.revision,
            )
        except InvalidInput as error:  # it stays on the page; the draft stays the last one that was right
            self.take(scenario)
            self.blame(*told_faults(str(error)))
            return False
        except ShopReelError as error:
            self.blame({}, [str(error)])
            return False
        self.take(scenario)
        self.blame({}, [])
        set_text(self.kept, "Everything is kept.")
        return True

    def take(self, scenario: Scenario) -> None:
        """Let the page stand for ``scenario``."""
        self.scenario = scenario
        for panel, scene in zip(self.panels, scenario.scenes, strict=True):
            panel.show(scene)
        self.tell_total()

    def blame(self, wrong: dict[tuple[int, str], str], rest: list[str]) -> None:
        """Show what is wrong: at its field where it has one, below otherwise."""
        elsewhere = list(rest)
        for number, panel in enumerate(self.panels):
            elsewhere += panel.blame({what: reason for (place, what), reason in wrong.items() if place == number})
        set_text(self.wrong, " ".join(elsewhere) or (f"{len(wrong)} to mend above." if wrong else ""))
        if wrong or rest:
            set_text(self.kept, "The last change is not kept yet.")

    async def rearrange(self, panels: list[ScenePanel], focus: str = "") -> None:
        """Show and keep other scenes, or another order; the keyboard stays where it was."""
        self.panels = panels
        self.scenario = self.scenario.model_copy(update={"scenes": [panel.scene for panel in panels]})
        self.draw_scenes()
        await self.keep(self.scenario)
        if focus:
            self.visit.script(f"shopreel.focus({focus!r})")

    async def move(self, panel: ScenePanel, by: int) -> None:
        """Move a scene up (-1) or down (1)."""
        async with self.turn_of(panel) as there:
            if not there:
                return
            last = len(self.panels) - 1
            place = min(max(self.place(panel) + by, 0), last)
            way = "up" if (by < 0 and place > 0) or place == last else "down"
            await self.rearrange(self.with_panel_at(panel, place), f"Move scene {place + 1} {way}")

    async def dragged(self, event: SortableEventArguments) -> None:
        """Put a scene where it was dragged to."""
        panel = next((panel for panel in self.panels if panel.item is event.item), None)
        if panel is None:
            return
        async with self.turn_of(panel) as there:
            if there:
                await self.rearrange(self.with_panel_at(panel, event.new_index))

    def place(self, panel: ScenePanel) -> int:
        """Return where a scene stands, from 0."""
        return self.panels.index(panel)

    def with_panel_at(self, panel: ScenePanel, place: int) -> list[ScenePanel]:
        """Return the panels in order, with one at another place."""
        others = [one for one in self.panels if one is not panel]
        return [*others[:place], panel, *others[place:]]

    async def remove(self, panel: ScenePanel) -> None:
        """Leave a scene out; the last one stays."""
        async with self.turn_of(panel) as there:
            left = [one for one in self.panels if one is not panel]
            if there and left:
                await self.rearrange(left, f"Remove scene {min(self.place(panel) + 1, len(left))}")

    async def anew(self, panel: ScenePanel) -> None:
        """Let ShopReel write a scene again, with another seed each time."""
        async with self.turn_of(panel) as there:
            if not there:
                return
            place = self.place(panel)
            self.times_anew += 1
            seed = self.scenario.wishes.seed + self.times_anew
            short: Short | None = await self.visit.attempt(
                use_cases.regenerate_scene,
                self.visit.caller,
                self.short.short_id,
                place,
                seed,
                self.short.id_scope,
                expected=self.short.revision,
            )
            if short is None:
                return
            self.short, self.scenario = short, short.written_scenario()
            made = self.scenario
            for one, scene in zip(self.panels, made.scenes, strict=True):
                one.scene = scene
            # What was typed into it before is of the scene that is gone.
            self.panels[place] = self.panel(made.scenes[place])
            self.draw_scenes()
            self.visit.say(f"Scene {place + 1} was written anew")

    def choose(self, panel: ScenePanel) -> None:
        """Open the choice of pictures."""
        if panel not in self.panels:  # it was written anew or left out in that moment
            return
        self.chooser.clear()
        with self.chooser:
            el("h2", f"Picture of scene {self.place(panel) + 1}", id="chooser-title", css="card-title")
            with el("div", css="chooser-pictures"):
                for number, (url, address) in enumerate(self.pictures.items(), 1):
                    pick = el(
                        "button",
                        css="pick",
                        type="button",
                        aria_label=f"Picture {number}",
                        aria_pressed="true" if panel.scene.image == url else "false",
                    )
                    pick.on("click", lambda chosen=url: self.swap(panel, chosen), args=[])
                    with pick:
                        el("img", src=address, alt="")
            close = button("Close")
            close.on("click", js_handler="(e) => e.currentTarget.closest('dialog').close()")
        self.visit.script(f"getElement({self.chooser.id}).showModal()")

    async def swap(self, panel: ScenePanel, url: str) -> None:
        """Give a scene another picture."""
        self.visit.script(f"getElement({self.chooser.id}).close()")
        async with self.turn_of(panel) as there:
            if not there:
                return
            panel.scene = panel.scene.model_copy(update={"image": url})
            await self.rearrange(self.panels, f"Swap the picture of scene {self.place(panel) + 1}")

    async def save(self, event: GenericEventArguments) -> None:
        """Save the scenario, and go where the video is made."""
        async with self.turn:
            if not await self.keep_form(event.args):
                return
            set_attribute(self.save_button, "disabled", True)
            try:
                await self.visit.ask(
                    use_cases.save_scenario,
                    self.visit.caller,
                    self.short.short_id,
                    self.short.id_scope,
                    self.short.revision,
                )
            except ShopReelError as error:
                set_attribute(self.save_button, "disabled", None)
                self.blame({}, [str(error)])
                return
            self.visit.go(short_page(self.short))
