"""The scene of the editor that is open: its picture, its fields, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from nicegui.element import Element

from app.models import Motion, Scene, SceneLayout
from app.scenario.check import room_of
from app.web.kit import button, el, field, icon_button, select, set_attribute, set_text
from app.web.scenario_form import TYPED, as_number

ROLES = {"hook": "Hook", "body": "Story", "call_to_action": "Call to action"}
MOTIONS = {motion: motion.replace("_", " ").capitalize() for motion in get_args(Motion)}
NAMES = {"hero": "Opening", "specs": "Table of facts", "review": "Rating", "comparison": "Two pictures"}
"""Of layouts that people would call otherwise than scenarios do."""
LAYOUTS: dict[SceneLayout, str] = {one: NAMES.get(one, one.capitalize()) for one in get_args(SceneLayout)}
LINES = {"rows": "2"}
FIELDS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("on_screen_text", "On screen", "textarea", "wide", LINES | {"maxlength": "120"}),
    ("narration", "Narration", "textarea", "wide", LINES | {"maxlength": "400"}),
    ("badge", "Badge", "input", "", {"maxlength": "30"}),
    ("seconds", "Seconds", "input", "", {"type": "number", "min": "1", "max": "20", "step": "0.1"}),
)
"""Name, label, tag, class and attributes of what is typed."""
LABELS = {what: label.lower() for what, label, *_ in FIELDS} | {"layout": "layout", "motion": "motion"}


@dataclass(frozen=True)
class Acts:
    """What the fields and buttons of a panel do."""

    typed: Callable[..., Any]
    """Takes the event of a field, whose arguments are its name and its value."""
    move: Callable[[int], Any]
    anew: Callable[[], Any]
    add: Callable[[], Any]
    remove: Callable[[], Any]
    choose: Callable[[], Any]


class ScenePanel:
    """A scene on the page, drawn into whatever is open.

    ``key`` ends the names of its fields: what a browser sends late, of a scene that is open no more, meets no other.
    """

    def __init__(self, key: int, scene: Scene, language: str) -> None:
        self.key, self.scene, self.language = key, scene, language
        self._layouts: dict[str, Scene] = {}
        self._inputs: dict[str, Element] = {}
        self._faults: dict[str, Element] = {}
        self._counts: dict[str, Element] = {}
        self.pending: dict[str, Any] = {}
        """What fields say that no scene can have, until it is mended."""

    def draw(
        self, number: int, count: int, still: str, layouts: dict[str, Scene], pictures: int, acts: Acts | None
    ) -> None:
        """Draw the scene as number ``number`` (from 1) of ``count``.

        ``still``: where its picture is. ``layouts``: what it may be laid out as: layout -> the scene so. ``pictures``:
        how many it could show. ``acts``: None where nothing may be changed.
        """
        self._layouts = layouts
        with el("div", css="open-picture"):
            self._still = el("img", src=still, alt=f"Scene {number} as it will look")
            if acts:
                swap = button("Swap picture", acts.choose, icon_name="image", css="small")
                set_attribute(swap, "aria_label", f"Swap the picture of scene {number}")
        with el("div", css="open-body"):
            with el("div", css="scene-head"):
                el("h2", f"Scene {number}")
                el("span", ROLES[self.scene.role], css="faint")
                if acts:
                    self._tools(number, count, acts)
            locked = {} if acts else {"disabled": True}
            form = el("form", css="scene-fields", novalidate=True, aria_label=f"Scene {number}")
            if acts:
                # Both kinds of event: what is typed is sent after a pause, and at once when the field is left.
                form.on("input", acts.typed, js_handler=TYPED)
                form.on("change", acts.typed, js_handler=TYPED)
                form.on("submit", js_handler="(e) => e.preventDefault()")
            with form:
                for what, label, tag, css, attributes in FIELDS:
                    self._field(what, label, tag, css, attributes | locked)
                allowed = {str(layout): name for layout, name in LAYOUTS.items() if layout in layouts}
                select("Layout", f"layout-{self.key}", allowed, self.scene.shown_layout, **locked)
                select("Motion", f"motion-{self.key}", MOTIONS, self.scene.motion, **locked)
                self._points = el("p", points_of(self.scene), css="faint wide")
        self.count()

    def _tools(self, number: int, count: int, acts: Acts) -> None:
        tools: tuple[tuple[str, str, Callable[[], Any], bool], ...] = (
            ("left", f"Move scene {number} earlier", lambda: acts.move(-1), number == 1),
            ("right", f"Move scene {number} later", lambda: acts.move(1), number == count),
            ("plus", f"Add a scene after scene {number}", acts.add, False),
            ("again", f"Regenerate scene {number}", acts.anew, False),
            ("trash", f"Remove scene {number}", acts.remove, count == 1),
        )
        with el("div", css="tools"):
            for symbol, label, act, off in tools:
                icon_button(label, symbol, act, css="quiet small", disabled=off)

    def _field(self, what: str, label: str, tag: str, css: str, attributes: dict[str, Any]) -> None:
        value = getattr(self.scene, what)
        name = f"{what}-{self.key}"
        with field(label, name, css=css):
            self._inputs[what] = el(
                tag,
                name=name,
                id=name,
                defaultValue=f"{value:g}" if what == "seconds" else value,
                aria_describedby=f"{name}-count {name}-fault",
                **attributes,
            )
            self._counts[what] = el("p", "", css="hint", id=f"{name}-count")
            self._faults[what] = el("p", "", css="fault", id=f"{name}-fault", role="alert")

    def count(self) -> None:
        """Tell how many words the texts have, and how many there is time for."""
        room = room_of(self.scene, self.language)
        set_text(self._counts["on_screen_text"], f"{room.read} of {room.most_read} words")
        set_text(self._counts["narration"], f"{round(room.said)} of {int(room.most_said)} words, as long as they take")

    def edited(self, what: str, value: Any) -> dict[str, Any]:
        """Return the scene's data with one field as it was said, and all that was said before and is not mended yet."""
        told = {what: as_number(value) if what == "seconds" else value}
        if what == "layout":
            told = self._layouts.get(str(value), self.scene).model_dump(include={"layout", "points", "facts"})
        self.pending |= told
        return self.scene.model_dump() | self.pending

    def show(self, scene: Scene, still: str) -> None:
        """Take a scene that the form has said, and show what its layout does."""
        self.scene, self.pending = scene, {}
        set_text(self._points, points_of(scene))
        self.show_still(still)
        self.count()

    def show_still(self, still: str) -> None:
        """Show another picture of the scene."""
        set_attribute(self._still, "src", still)

    def blame(self, wrong: dict[str, str]) -> list[str]:
        """Show at the fields what is wrong with them; return what has no field."""
        for what, shown in self._faults.items():
            set_text(shown, wrong.get(what, ""))
            set_attribute(self._inputs[what], "aria_invalid", "true" if what in wrong else None)
        return [reason for what, reason in wrong.items() if what not in self._faults]


def points_of(scene: Scene) -> str:
    """Return what a scene's layout shows beside its words."""
    shown = " · ".join(" ".join(point.texts) for point in scene.points if point.texts)
    return f"It shows: {shown}" if shown else ""
