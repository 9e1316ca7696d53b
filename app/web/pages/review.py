"""Review: the scenario as a storyboard that a person edits. What is changed is kept at once, as the waiting draft."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import Response
from nicegui.elements.mixins.sortable_element import SortableElement
from nicegui.events import GenericEventArguments, SortableEventArguments
from pydantic import ValidationError

from app.api.access import Caller
from app.api.schemas import ScenarioSaveRequest, SceneRegenerateRequest, ShortDetail, StoredProductOut
from app.api.shorts import edit_waiting_scenario, get_product, get_short, regenerate_waiting_scene
from app.api.starting import Starter
from app.api.work import save_scenario
from app.errors import InvalidInput, ShopReelError
from app.models import ImageAnalysis, Motion, Scenario, Scene
from app.scenario.relayout import choices_of
from app.storage.shorts import Short, ShortStatus
from app.web.addresses import pictures, short_page
from app.web.kit import (
    TEXT_OF_FORM,
    button,
    el,
    empty,
    field,
    icon,
    icon_button,
    link,
    select,
    set_attribute,
    set_text,
)
from app.web.scenario_form import as_number, scene_faults, told_faults
from app.web.shell import Visit, heading, page

ROLES = {"hook": "Hook", "body": "Story", "call_to_action": "Call to action"}
MOTIONS = {motion: motion.replace("_", " ").capitalize() for motion in get_args(Motion)}
LAYOUTS: dict[str, str] = {
    "plain": "Plain",
    "hero": "Opening",
    "callouts": "Callouts",
    "specs": "Table of facts",
    "price": "Price",
    "review": "Rating",
    "options": "Options",
    "comparison": "Two pictures",
    "closing": "Closing",
}
EDITED = ("on_screen_text", "narration", "badge", "seconds", "motion")
CHANGED = "(e) => emit(Object.fromEntries(new FormData(e.currentTarget)))"


@page("/shorts/{short_id}/review", "Review")
async def review(visit: Visit, short_id: str, user_id: str | None = None) -> None:
    """Draw the storyboard of the scenario that waits."""
    detail: ShortDetail = await visit.ask(get_short, short_id, visit.caller, user_id)
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
    product = await visit.ask(get_product, short.product_id, visit.caller) if short.product_id else None
    await Storyboard(visit, short, product).draw()


class Storyboard:
    """The scenes, in order. Each edit goes to the draft in the database, so that a reload shows the same."""

    def __init__(self, visit: Visit, short: Short, product: StoredProductOut | None) -> None:
        assert short.scenario is not None
        self.visit, self.short, self.product = visit, short, product
        self.scenario = short.scenario
        self.shown: Scenario | None = None
        self.pictures = pictures(product, 320)
        self.faults: dict[tuple[int, str], Any] = {}
        self.inputs: dict[tuple[int, str], Any] = {}
        self.points: list[Any] = []
        self.choices: list[dict[str, Scene]] = []

    @property
    def waits(self) -> bool:
        """Whether the scenario may still be edited."""
        return self.short.status is ShortStatus.WAITING

    async def draw(self) -> None:
        """Draw all."""
        with heading(self.scenario.title, "Change what you like: it is kept at once. Save it, and the video is made."):
            link("Back to the short", short_page(self.short), css="button", icon_name="left")
        if not self.waits:
            with el("div", css="notice"):
                icon("check")
                el("span", "This scenario does not wait for a review any more: what is shown here can't be changed.")
        self.form = el("form", css="scenario-form", novalidate=True, aria_label="Scenario")
        if self.waits:
            self.form.on("change", self.changed, js_handler=CHANGED)
            self.form.on("submit", self.save, js_handler=TEXT_OF_FORM)
        with self.form:
            self.board = SortableElement("ol").classes("board")
            if self.waits:
                self.board.make_sortable(on_end=self.dragged, handle=".grip", ghost_class="ghost")
            with el("div", css="sticky"):
                with el("div"):
                    self.total = el("strong", "")
                    self.kept = el("p", "Everything is kept.", css="faint", role="status")
                self.wrong = el("p", "", css="fault", role="alert")
                el("span", css="spring")
                self.save_button = button(
                    "Save and make the video", icon_name="check", css="primary", kind="submit", disabled=not self.waits
                )
        self.chooser = el("dialog", css="chooser", aria_labelledby="chooser-title")
        self.draw_scenes()

    def draw_scenes(self) -> None:
        """Draw the scenes anew, as after a move."""
        self.faults.clear()
        self.inputs.clear()
        self.points.clear()
        self.choices = self.layouts()
        self.board.clear()
        with self.board:
            for number, scene in enumerate(self.scenario.scenes):
                self.draw_scene(number, scene)
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

    def draw_scene(self, number: int, scene: Scene) -> None:
        """Draw a scene: picture, words, length, and what can be done with it."""
        last = len(self.scenario.scenes) - 1
        with el("li", css="card scene", data_scene=str(number + 1)):
            with el("div", css="scene-picture"):
                address = self.pictures.get(scene.image)
                if address:
                    el("img", src=address, alt=f"Picture of scene {number + 1}")
                else:
                    el("div", css="skeleton")
                if self.waits and len(self.pictures) > 1:
                    choose = button("Swap", lambda n=number: self.choose(n), icon_name="image", css="small")
                    set_attribute(choose, "aria_label", f"Swap the picture of scene {number + 1}")
            with el("div", css="scene-body"):
                with el("div", css="scene-head"):
                    if self.waits and last:
                        with el("span", css="grip", title="Drag to another place", aria_hidden="true"):
                            icon("grip")
                    el("h2", f"Scene {number + 1}")
                    el("span", ROLES[scene.role], css="faint")
                    if self.waits:
                        with el("div", css="tools"):
                            self._tool(
                                "up", f"Move scene {number + 1} up", lambda n=number: self.move(n, -1), number == 0
                            )
                            self._tool(
                                "down",
                                f"Move scene {number + 1} down",
                                lambda n=number: self.move(n, 1),
                                number == last,
                            )
                            self._tool("again", f"Write scene {number + 1} anew", lambda n=number: self.anew(n), False)
                            self._tool(
                                "trash", f"Remove scene {number + 1}", lambda n=number: self.remove(n), last == 0
                            )
                self._fields(number, scene)

    def _tool(self, symbol: str, label: str, act: Any, off: bool) -> None:
        icon_button(label, symbol, act, css="quiet small", disabled=off)

    def _fields(self, number: int, scene: Scene) -> None:
        locked: dict[str, Any] = {} if self.waits else {"disabled": True}
        with el("div", css="scene-fields"):
            self._field(
                number,
                "on_screen_text",
                "On screen",
                "textarea",
                scene.on_screen_text,
                rows="2",
                css="line",
                maxlength="120",
                **locked,
            )
            self._field(number, "badge", "Badge", "input", scene.badge, maxlength="30", **locked)
            self._field(
                number,
                "seconds",
                "Seconds",
                "input",
                f"{scene.seconds:g}",
                type="number",
                min="1",
                max="20",
                step="0.1",
                **locked,
            )
            self._field(
                number,
                "narration",
                "Narration",
                "textarea",
                scene.narration,
                rows="2",
                css="wide",
                maxlength="400",
                **locked,
            )
            with el("div", css="wide looks"):
                allowed = {layout: name for layout, name in LAYOUTS.items() if layout in self.choices[number]}
                select("Layout", f"layout-{number}", allowed, scene.shown_layout, **locked)
                select("Motion", f"motion-{number}", MOTIONS, scene.motion, **locked)
            self.points.append(el("p", points_of(scene), css="faint wide"))

    def _field(self, number: int, what: str, label: str, tag: str, value: str, css: str = "", **more: Any) -> None:
        name = f"{what}-{number}"
        with field(label, name, css=css):
            self.inputs[number, what] = el(
                tag, name=name, id=name, defaultValue=value, aria_describedby=f"{name}-fault", **more
            )
            self.faults[number, what] = el("p", "", css="fault", id=f"{name}-fault", role="alert")

    def edited(self, said: dict[str, Any]) -> Scenario:
        """Return the scenario with what the form says.

        Raises:
            ValidationError: a field is wrong.
        """
        scenes = []
        for number, scene in enumerate(self.scenario.scenes):
            told = {what: said[f"{what}-{number}"] for what in EDITED if f"{what}-{number}" in said}
            layout = str(said.get(f"layout-{number}"))
            if layout != scene.shown_layout and (laid := self.choices[number].get(layout)):
                told |= laid.model_dump(include={"layout", "points", "facts"})
            if "seconds" in told:
                told["seconds"] = as_number(told["seconds"])
            scenes.append(scene.model_dump() | told)
        return Scenario.model_validate(self.scenario.model_dump() | {"scenes": scenes})

    async def changed(self, event: GenericEventArguments) -> None:
        """Keep what was changed, or show at the fields why it can't be."""
        await self.keep_form(event.args)

    async def keep_form(self, said: dict[str, Any]) -> bool:
        """Keep what the form says; tell whether that went well."""
        try:
            return await self.keep(self.edited(said))
        except ValidationError as error:
            self.blame(scene_faults(error), [])
            return False

    async def keep(self, scenario: Scenario) -> bool:
        """Make ``scenario`` the waiting draft; tell whether it could be."""
        set_text(self.kept, "Keeping …")
        try:
            await self.visit.ask(
                edit_waiting_scenario, self.short.short_id, scenario, self.visit.caller, self.short.id_scope
            )
        except InvalidInput as error:
            self.scenario = scenario  # on the page; the draft stays the last one that was right
            self.blame(*told_faults(str(error)))
            self.tell_total()
            return False
        except ShopReelError as error:
            self.blame({}, [str(error)])
            return False
        self.scenario = scenario
        for scene, shown in zip(scenario.scenes, self.points, strict=False):
            set_text(shown, points_of(scene))
        self.blame({}, [])
        set_text(self.kept, "Everything is kept.")
        self.tell_total()
        return True

    def blame(self, wrong: dict[tuple[int, str], str], rest: list[str]) -> None:
        """Show what is wrong: at its field where it has one, below otherwise."""
        for place, shown in self.faults.items():
            set_text(shown, wrong.get(place, ""))
            set_attribute(self.inputs[place], "aria_invalid", "true" if place in wrong else None)
        elsewhere = [reason for place, reason in wrong.items() if place not in self.faults] + rest
        set_text(self.wrong, " ".join(elsewhere) or (f"{len(wrong)} to mend above." if wrong else ""))
        if wrong or rest:
            set_text(self.kept, "The last change is not kept yet.")

    async def rearrange(self, scenes: list[Scene], focus: str = "") -> None:
        """Show and keep another order, or other scenes; the keyboard stays where it was."""
        changed = self.scenario.model_copy(update={"scenes": scenes})
        await self.keep(changed)
        self.scenario = changed
        faults = {place: shown.text for place, shown in self.faults.items() if shown.text}
        self.draw_scenes()
        if faults:
            await self.keep(changed)
        if focus:
            self.visit.script(f"shopreel.focus({focus!r})")

    async def move(self, number: int, by: int) -> None:
        """Move a scene up (-1) or down (1)."""
        scenes = list(self.scenario.scenes)
        other = number + by
        scenes[number], scenes[other] = scenes[other], scenes[number]
        way = "up" if (by < 0 and other > 0) or other == len(scenes) - 1 else "down"
        await self.rearrange(scenes, f"Move scene {other + 1} {way}")

    async def dragged(self, event: SortableEventArguments) -> None:
        """Put a scene where it was dragged to."""
        scenes = list(self.scenario.scenes)
        scenes.insert(event.new_index, scenes.pop(event.old_index))
        await self.rearrange(scenes)

    async def remove(self, number: int) -> None:
        """Leave a scene out."""
        scenes = [scene for place, scene in enumerate(self.scenario.scenes) if place != number]
        await self.rearrange(scenes, f"Remove scene {min(number + 1, len(scenes))}")

    async def anew(self, number: int) -> None:
        """Let ShopReel write a scene again."""
        request = SceneRegenerateRequest(seed=self.scenario.wishes.seed + self.again())
        made = await self.visit.attempt(
            regenerate_waiting_scene, self.short.short_id, number, request, self.visit.caller, self.short.id_scope
        )
        if made is not None:
            self.scenario = made
            self.draw_scenes()
            self.visit.say(f"Scene {number + 1} was written anew")

    def again(self) -> int:
        """Count how often something was written anew: another seed each time."""
        self.times = getattr(self, "times", 0) + 1
        return self.times

    def choose(self, number: int) -> None:
        """Open the choice of pictures."""
        self.chooser.clear()
        with self.chooser:
            el("h2", f"Picture of scene {number + 1}", id="chooser-title", css="card-title")
            with el("div", css="chooser-pictures"):
                for place, (url, address) in enumerate(self.pictures.items(), 1):
                    chosen = self.scenario.scenes[number].image == url
                    pick = el(
                        "button",
                        css="pick",
                        type="button",
                        aria_label=f"Picture {place}",
                        aria_pressed="true" if chosen else "false",
                    )
                    pick.on("click", lambda n=number, u=url: self.swap(n, u), args=[])
                    with pick:
                        el("img", src=address, alt="")
            close = button("Close")
            close.on("click", js_handler="(e) => e.currentTarget.closest('dialog').close()")
        self.visit.script(f"getElement({self.chooser.id}).showModal()")

    async def swap(self, number: int, url: str) -> None:
        """Give a scene another picture."""
        self.visit.script(f"getElement({self.chooser.id}).close()")
        scenes = list(self.scenario.scenes)
        scenes[number] = scenes[number].model_copy(update={"image": url})
        await self.rearrange(scenes, f"Swap the picture of scene {number + 1}")

    async def save(self, event: GenericEventArguments) -> None:
        """Save the scenario, and go where the video is made."""
        if not await self.keep_form(event.args):
            return
        set_attribute(self.save_button, "disabled", True)
        try:
            await self.visit.ask(save, self.visit.caller, self.short)
        except ShopReelError as error:
            set_attribute(self.save_button, "disabled", None)
            self.blame({}, [str(error)])
            return
        self.visit.go(short_page(self.short))


def points_of(scene: Scene) -> str:
    """Return what a scene's layout shows beside its words."""
    shown = " · ".join(" ".join(point.texts) for point in scene.points if point.texts)
    return f"It shows: {shown}" if shown else ""


def save(caller: Caller, short: Short) -> None:
    """Start to save the waiting scenario exactly as ``POST /api/v1/scenario/save`` does. Raises as it."""
    request = ScenarioSaveRequest(short_id=short.short_id, user_id=short.id_scope)
    save_scenario(request, Response(), Starter(caller, "/api/v1/scenario/save", None))
