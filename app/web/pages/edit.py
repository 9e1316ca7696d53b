"""Edit: the script as a strip of scenes, one of them open. Each edit is kept and drawn at once, and can be undone."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from nicegui.element import Element
from nicegui.elements.mixins.sortable_element import SortableElement
from nicegui.events import GenericEventArguments, SortableEventArguments
from pydantic import ValidationError

from app.errors import InvalidInput, Outdated, ShopReelError
from app.http.schemas import ShortDetail, StoredProductOut
from app.models import ImageAnalysis, Scenario, Scene, Style
from app.products import use_cases as product_use_cases
from app.scenario.layouts import choices_of
from app.shorts import use_cases
from app.shorts.repository import Short
from app.shorts.revisions import Revision
from app.voices import use_cases as voice_use_cases
from app.voices.use_cases import VoiceList
from app.web import look_panel, scene_panel
from app.web.addresses import pictures, scene_still, short_page
from app.web.edit_dialog import EditDialog
from app.web.kit import Live, button, el, empty, folded, icon, icon_button, link, set_attribute, set_text
from app.web.look_panel import LookPanel, wished
from app.web.scenario_form import faults_of, told_faults
from app.web.scene_panel import Acts, ScenePanel
from app.web.shell import Visit, heading, page

SAVED, SAVING = "All changes saved", "Saving …"
NEW_SECONDS = 3.0
Way = Literal["undo", "redo"]
WAYS: dict[Way, str] = {"undo": "Control+Z", "redo": "Control+Shift+Z"}
"""Way among the edits -> its key."""


@page("/shorts/{short_id}/edit", "Edit")
async def edit(visit: Visit, short_id: str, user_id: str | None = None) -> None:
    """Draw the editor of a short's script."""
    detail: ShortDetail = await visit.ask(use_cases.get, visit.caller, short_id, user_id)
    short = detail.short
    if short.scenario is None or short.product_id is None:
        with heading("Edit"):
            pass
        empty(
            "pen",
            "There is no script yet",
            "It is written when the page and its pictures have been read.",
            ("To the short", short_page(short)),
        )
        return
    product = await visit.ask(product_use_cases.get, visit.caller, short.product_id)
    voices = await visit.ask(voice_use_cases.find, short.scenario.language)
    await Editor(visit, short, product, voices).draw()


class Editor:
    """The script as a person has it, and the short as it was last known to be stored.

    Edits take turns: each begins from what the one before has made, however fast they come. What cannot be kept stays
    on the page until it is mended or undone.
    """

    def __init__(self, visit: Visit, short: Short, product: StoredProductOut, voices: VoiceList) -> None:
        self.visit, self.short, self.product, self.voices = visit, short, product, voices
        self.lock = asyncio.Lock()
        self.scenario = short.written_scenario()
        self.opened = 0
        self.keys = itertools.count()
        self.editable = short.revision != "0.0"
        self.seed = self.scenario.wishes.seed
        self.faults: tuple[dict[tuple[int, str], str], list[str]] = ({}, [])
        self.look_is_drawn = self.leaving = False

    async def draw(self) -> None:
        """Draw all."""
        with heading(self.scenario.title):
            link("Back", short_page(self.short), css="button", icon_name="left")
            self.ways = {way: self.draw_way(way, key) for way, key in WAYS.items()}
            button("Versions", self.show_versions, icon_name="clock")
        self.conflict = Live(self.draw_conflict, role="alert")
        if not self.editable:
            with el("div", css="notice"):
                icon("check")
                el("span", "This script can't be edited.")
        with el("div", css="strip-row"):
            self.strip = SortableElement("ol").classes("strip")
            if self.editable:
                options = {"delay": 150, "delayOnTouchOnly": True}
                self.strip.make_sortable(options, on_end=self.dragged, ghost_class="ghost")
        self.panel_place = el("section", css="card open-scene", aria_label="The open scene")
        with folded("The whole video: style, format, voice, music") as look:
            self.look_place = el("div")
        look.on("toggle", self.draw_look, js_handler="(e) => { if (e.target.open) emit() }")
        with el("div", css="sticky"):
            with el("div"):
                self.total = el("strong", "")
                self.kept = el("p", SAVED, css="faint", role="status")
            self.wrong = el("p", "", css="fault", role="alert")
            el("span", css="spring")
            self.make = button(self.make_label, self.save, icon_name="check", css="primary")
        self.dialog = EditDialog(self.visit)
        await self.redraw()
        self.visit.follow(self.look_for_others, short_id=self.short.short_id)

    @property
    def make_label(self) -> str:
        """What the button says that has the video made."""
        version = self.short.scenario_version
        return f"Make version {version + 1}" if version else "Make the video"

    def draw_way(self, way: Way, key: str) -> Element:
        """Draw the button of a way.

        It is never disabled or drawn anew: what is typed is kept in a moment, and the key that undoes it comes first.
        """
        return icon_button(way.capitalize(), way, partial(self.step, way), css="quiet", aria_keyshortcuts=key)

    def draw_conflict(self, newer: bool) -> None:
        """Say that somebody else has changed the script, and ask what is to become of it."""
        if not newer:
            return
        with el("div", css="notice wait"):
            icon("alert")
            with el("div", css="notice-body"):
                el("strong", "Changed elsewhere")
                el("span", "Another tab, or somebody else, has changed this script since this page had it.")
                with el("div", css="actions"):
                    button("Take theirs", self.take_theirs, css="small")
                    button("Keep mine", self.keep_mine, css="small")

    async def redraw(self) -> None:
        """Draw everything anew, as after another order or an undo."""
        scenes = self.scenario.scenes
        self.opened = min(self.opened, len(scenes) - 1)
        self.strip.clear()
        self.thumbnails: list[Element] = []
        self.lengths: list[Element] = []
        with self.strip:
            for number, scene in enumerate(scenes, 1):
                self._thumbnail(number, scene)
        await self.draw_open()
        if self.look_is_drawn:
            self.draw_look()
        self.blame(*self.faults)
        self.tell()

    def _thumbnail(self, number: int, scene: Scene) -> None:
        here = number - 1 == self.opened
        with el("li", css="frame"):
            shown = el("button", css="thumb", type="button", aria_label=f"Scene {number}", aria_current=here or None)
            shown.on("click", partial(self.open, number - 1), args=[])
            with shown:
                self.thumbnails.append(el("img", src=self.still(number - 1), alt="", draggable="false"))
                el("span", str(number), css="thumb-number")
                self.lengths.append(el("span", f"{scene.seconds:.1f} s", css="thumb-time"))

    async def draw_open(self) -> None:
        """Draw the panel of the scene that is open."""
        scene = self.scenario.scenes[self.opened]
        layouts = await self.layouts()
        self.panel = ScenePanel(next(self.keys), scene, self.scenario.language)
        acts = None
        if self.editable:
            acts = Acts(self.typed, self.move, self.anew, self.add, self.remove, self.choose)
        self.panel_place.clear()
        with self.panel_place:
            self.panel.draw(
                self.opened + 1,
                len(self.scenario.scenes),
                self.still(self.opened),
                layouts,
                len(self.pictures),
                acts,
            )

    def draw_look(self) -> None:
        """Draw what there is to choose for the whole video, once somebody opens it."""
        self.look_is_drawn = True
        panel = LookPanel(self.scenario, self.voices.voices, lambda style: self.still(0, style))
        self.look_place.clear()
        with self.look_place:
            panel.draw(self.wished if self.editable else None)

    @property
    def pictures(self) -> dict[str, str]:
        """Where the small copies of the product's pictures are: URL -> address."""
        return pictures(self.product, 320)

    async def layouts(self) -> dict[str, Scene]:
        """Return what the open scene may be laid out as: layout -> the scene so."""
        images = [ImageAnalysis.model_validate(image) for image in self.product.images]
        found = await self.visit.ask(choices_of, self.product.product, images, self.scenario)
        return {str(layout): scene for layout, scene in found[self.opened].items()}

    def still(self, number: int, style: Style | None = None) -> str:
        """Return where a scene's picture is; it has another address when it looks otherwise."""
        scene = self.scenario.scenes[number]
        whole = self.scenario.model_dump_json(include={"wishes", "language"}), scene.model_dump_json(), str(number)
        return scene_still(self.short, number, hashlib.sha256("".join(whole).encode()).hexdigest()[:16], style)

    @property
    def clean(self) -> bool:
        """Whether what the page has is stored."""
        return self.scenario == self.short.scenario and not self.panel.pending

    def tell(self) -> None:
        """Show how long the video will be, whether all is stored, and what can be done."""
        count, history = len(self.scenario.scenes), self.short.history
        set_text(self.total, f"{count} scene{'s' if count > 1 else ''} · {self.scenario.seconds:g} seconds")
        if self.clean and not self.conflict_is_shown:
            set_text(self.kept, SAVED)
        able = {"undo": not self.clean or bool(history and history.undo), "redo": bool(history and history.redo)}
        for way, shown in self.ways.items():
            set_attribute(shown, "aria_disabled", None if able[way] else "true")
        set_attribute(self.make, "disabled", not (self.editable and self.short.draft))

    def show_stills(self) -> None:
        """Have the pictures drawn of what has changed, and of nothing else."""
        for number, (shown, length) in enumerate(zip(self.thumbnails, self.lengths, strict=True)):
            set_attribute(shown, "src", self.still(number))
            set_text(length, f"{self.scenario.scenes[number].seconds:.1f} s")
        self.panel.show(self.scenario.scenes[self.opened], self.still(self.opened))

    async def open(self, number: int) -> None:
        """Open a scene."""
        async with self.lock:
            self.opened = number
            await self.redraw()
            self.visit.script(f"shopreel.focus('Scene {number + 1}')")

    async def typed(self, event: GenericEventArguments) -> None:
        """Keep what was typed or chosen for the open scene."""
        name, value = event.args
        what, _, key = str(name).rpartition("-")
        async with self.lock:
            if key != str(self.panel.key):  # it was moved, or written anew, in that moment
                return
            scenes: list[Any] = [scene.model_dump() for scene in self.scenario.scenes]
            scenes[self.opened] = self.panel.edited(what, value)
            change = f"Scene {self.opened + 1}: {scene_panel.LABELS.get(what, what)}"
            await self.keep_data({"scenes": scenes}, change)

    async def wished(self, event: GenericEventArguments) -> None:
        """Keep what was chosen for the whole video."""
        name, value = event.args
        async with self.lock:
            wishes = wished(self.scenario.wishes.model_dump(), str(name), value)
            await self.keep_data({"wishes": wishes}, f"Video: {look_panel.LABELS.get(str(name), str(name))}")

    async def keep_data(self, told: dict[str, Any], change: str) -> None:
        """Keep the script with what was told; or show at the fields why it can't be."""
        try:
            scenario = Scenario.model_validate(self.scenario.model_dump() | told)
        except ValidationError as error:
            self.blame(*faults_of(error))
            self.tell()
            return
        self.scenario = scenario
        self.panel.scene = scenario.scenes[self.opened]
        self.panel.count()
        if await self.keep(change):
            self.show_stills()

    async def keep(self, change: str, expected: str | None = None) -> bool:
        """Make the script that is on the page the stored one; tell whether it could be."""
        return await self.do(
            use_cases.edit_scenario, self.scenario, change=change, expected=expected or self.short.revision
        )

    async def do(self, function: Callable[..., Short], *args: Any, **named: Any) -> bool:
        """Change the stored script; tell whether that went well, and show where it did not."""
        set_text(self.kept, SAVING)
        try:
            short: Short = await self.visit.ask(
                function, self.visit.caller, self.short.short_id, *args, user_id=self.short.id_scope, **named
            )
        except Outdated:
            self.conflict.show(True, True)
            self.not_saved("it was changed elsewhere")
            return False
        except InvalidInput as error:  # it stays on the page; what is stored stays the last that was right
            self.blame(*told_faults(str(error)))
            self.tell()
            return False
        except ShopReelError as error:
            self.blame({}, [str(error)])
            self.tell()
            return False
        self.take(short)
        return True

    def take(self, short: Short) -> None:
        """Go on with what is stored."""
        self.short, self.scenario, self.panel.pending = short, short.written_scenario(), {}
        self.conflict.show(False, False)
        self.blame({}, [])
        self.tell()

    def not_saved(self, reason: str) -> None:
        """Say that the page holds what is not stored."""
        set_text(self.kept, f"Not saved: {reason}")

    def blame(self, wrong: dict[tuple[int, str], str], rest: list[str]) -> None:
        """Show what is wrong: at its field where that is on the page, below otherwise."""
        self.faults = wrong, rest
        here = {what: reason for (place, what), reason in wrong.items() if place == self.opened}
        there = [f"Scene {place + 1}, {what}: {told}" for (place, what), told in wrong.items() if place != self.opened]
        elsewhere = [*rest, *there, *self.panel.blame(here)]
        set_text(self.wrong, " ".join(elsewhere))
        if wrong or rest:
            self.not_saved("see what is wrong" if elsewhere else "see the field that is marked")

    async def rearrange(self, scenes: list[Scene], change: str, opened: int, focus: str = "") -> None:
        """Keep and show other scenes, or another order; where that breaks a rule, say so and leave all as it was."""
        before = self.scenario, self.opened, self.faults
        self.scenario, self.opened = self.scenario.model_copy(update={"scenes": scenes}), opened
        if not await self.keep(change) and not self.conflict_is_shown:
            self.visit.say(" ".join([*self.faults[0].values(), *self.faults[1]]), "bad")
            self.scenario, self.opened, self.faults = before
        await self.redraw()
        if focus:
            self.visit.script(f"shopreel.focus({focus!r})")

    @property
    def conflict_is_shown(self) -> bool:
        """Whether the page waits to be told which of two scripts to go on with."""
        return bool(self.conflict.frame.default_slot.children)

    async def move(self, by: int) -> None:
        """Move the open scene earlier (-1) or later (1)."""
        async with self.lock:
            place = min(max(self.opened + by, 0), len(self.scenario.scenes) - 1)
            way = "earlier" if (by < 0 and place > 0) or place == len(self.scenario.scenes) - 1 else "later"
            await self.move_to(self.opened, place, f"Move scene {place + 1} {way}")

    async def move_to(self, old: int, new: int, focus: str = "") -> None:
        """Put a scene at another place."""
        scenes = list(self.scenario.scenes)
        scenes.insert(new, scenes.pop(old))
        await self.rearrange(scenes, f"Scene {old + 1} moved to {new + 1}", new, focus)

    async def dragged(self, event: SortableEventArguments) -> None:
        """Put a scene where it was dragged to."""
        async with self.lock:
            if event.old_index != event.new_index and event.old_index < len(self.scenario.scenes):
                await self.move_to(event.old_index, event.new_index)

    async def add(self) -> None:
        """Add a scene after the open one, but before the last call: with a picture that is shown least."""
        async with self.lock:
            scenes = list(self.scenario.scenes)
            place = self.opened + (scenes[self.opened].role != "call_to_action")
            shown = [scene.image for scene in scenes]
            image = min(self.pictures, key=shown.count, default=scenes[self.opened].image)
            added = Scene(role="body", image=image, motion="zoom_in", seconds=NEW_SECONDS, layout="plain")
            await self.rearrange([*scenes[:place], added, *scenes[place:]], f"Scene {place + 1} added", place)

    async def remove(self) -> None:
        """Leave the open scene out; the last one stays."""
        async with self.lock:
            scenes = [scene for number, scene in enumerate(self.scenario.scenes) if number != self.opened]
            if scenes:
                place = min(self.opened, len(scenes) - 1)
                await self.rearrange(scenes, f"Scene {self.opened + 1} removed", place, f"Remove scene {place + 1}")

    async def anew(self) -> None:
        """Have the open scene written again, with another seed each time."""
        async with self.lock:
            self.seed += 1
            number = self.opened
            if await self.do(use_cases.regenerate_scene, number, self.seed, expected=self.short.revision):
                self.visit.say(f"Scene {number + 1} regenerated")
            await self.redraw()

    async def step(self, way: Way) -> None:
        """Undo or redo an edit."""
        async with self.lock:
            history = self.short.history
            if way == "undo" and not self.clean and not self.conflict_is_shown:
                self.take(self.short)
            elif history is None or not (history.undo if way == "undo" else history.redo):
                return
            else:
                await self.do(use_cases.step_scenario, way, expected=self.short.revision)
            await self.redraw()

    async def look_for_others(self) -> None:
        """See whether somebody else has changed the script."""
        async with self.lock:
            stored = await self.stored()
            if stored.scenario == self.scenario:  # as after a save
                self.take(stored)
            elif stored.revision != self.short.revision and not self.leaving:
                self.conflict.show(True, True)

    async def stored(self) -> Short:
        """Return the short as it is now."""
        detail: ShortDetail = await self.visit.ask(
            use_cases.get, self.visit.caller, self.short.short_id, self.short.id_scope
        )
        return detail.short

    async def take_theirs(self) -> None:
        """Go on with what is stored."""
        async with self.lock:
            self.take(await self.stored())
            await self.redraw()

    async def keep_mine(self) -> None:
        """Store what the page has on top of what somebody else has stored; theirs stays among the versions."""
        async with self.lock:
            stored = await self.stored()
            if await self.keep("Kept over another edit", stored.revision):
                await self.redraw()

    def choose(self) -> None:
        """Open the choice of pictures for the open scene."""
        shown = self.scenario.scenes[self.opened].image
        self.dialog.choose_picture(self.opened, self.pictures, shown, self.swap, self.upload)

    async def upload(self, number: int, data: bytes) -> None:
        """Take a picture of the person's own, and show it in a scene."""
        added: ImageAnalysis | None = await self.visit.attempt(
            use_cases.add_picture, self.visit.caller, self.short.short_id, data, self.short.id_scope
        )
        if added is None:
            return
        self.product = await self.visit.ask(product_use_cases.get, self.visit.caller, self.product.product_id)
        await self.swap(number, added.url)

    async def swap(self, number: int, url: str) -> None:
        """Give a scene another picture."""
        self.dialog.close()
        async with self.lock:
            if number >= len(self.scenario.scenes):
                return
            scenes = list(self.scenario.scenes)
            scenes[number] = scenes[number].model_copy(update={"image": url})
            focus = f"Swap the picture of scene {number + 1}"
            await self.rearrange(scenes, f"Scene {number + 1}: picture", number, focus)

    async def show_versions(self) -> None:
        """List the revisions that were kept, each to go back to."""
        found: list[Revision] | None = await self.visit.attempt(
            use_cases.list_revisions, self.visit.caller, self.short.short_id, self.short.id_scope
        )
        if found is not None:
            self.dialog.show_versions(found, self.restore)

    async def restore(self, revision: str) -> None:
        """Go back to a revision."""
        self.dialog.close()
        async with self.lock:
            if await self.do(use_cases.restore_revision, revision, expected=self.short.revision):
                await self.redraw()

    async def save(self) -> None:
        """Have the video made of the script as it is, and go where that is seen."""
        async with self.lock:
            if not self.clean or self.conflict_is_shown:
                self.not_saved("that comes first")
                return
            self.leaving = True
            set_attribute(self.make, "disabled", True)
            try:
                await self.visit.ask(
                    use_cases.save_scenario,
                    self.visit.caller,
                    self.short.short_id,
                    self.short.id_scope,
                    self.short.revision,
                )
            except ShopReelError as error:
                self.leaving = False
                set_attribute(self.make, "disabled", None)
                if isinstance(error, Outdated):
                    self.conflict.show(True, True)
                self.blame({}, [str(error)])
                return
            self.visit.go(short_page(self.short))
