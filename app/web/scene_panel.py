"""One scene of the storyboard: its picture, its fields, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from nicegui.element import Element

from app.models import Motion, Scene, SceneLayout
from app.web.kit import button, el, field, icon, icon_button, select, set_attribute, set_text
from app.web.scenario_form import as_number

ROLES = {"hook": "Hook", "body": "Story", "call_to_action": "Call to action"}
MOTIONS = {motion: motion.replace("_", " ").capitalize() for motion in get_args(Motion)}
LAYOUTS: dict[SceneLayout, str] = {
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
assert LAYOUTS.keys() == set(get_args(SceneLayout))
LINES = {"rows": "2"}
FIELDS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("on_screen_text", "On screen", "textarea", "line", LINES | {"maxlength": "120"}),
    ("badge", "Badge", "input", "", {"maxlength": "30"}),
    ("seconds", "Seconds", "input", "", {"type": "number", "min": "1", "max": "20", "step": "0.1"}),
    ("narration", "Narration", "textarea", "wide", LINES | {"maxlength": "400"}),
)
"""Name, label, tag, class and attributes of what is typed."""
EDITED = (*(what for what, *_ in FIELDS), "motion")


@dataclass(frozen=True)
class Acts:
    """What the buttons of a panel do; each is told the panel."""

    move: Callable[[ScenePanel, int], Any]
    anew: Callable[[ScenePanel], Any]
    remove: Callable[[ScenePanel], Any]
    choose: Callable[[ScenePanel], Any]


class ScenePanel:
    """A scene on the page.

    ``key`` names its fields wherever it stands: what a browser sends meets the right scene, though it was moved
    meanwhile.
    """

    def __init__(self, key: int, scene: Scene) -> None:
        self.key, self.scene = key, scene
        self.item: Element | None = None
        self._layouts: dict[str, Scene] = {}
        self._inputs: dict[str, Element] = {}
        self._faults: dict[str, Element] = {}

    def draw(
        self, number: int, count: int, layouts: dict[str, Scene], addresses: dict[str, str], acts: Acts | None
    ) -> None:
        """Draw the scene as number ``number`` (from 1) of ``count``.

        ``layouts``: what it may be laid out as: layout -> the scene so. ``addresses``: picture's URL -> where its small
        copy is. ``acts``: None where nothing may be changed.
        """
        self._layouts = layouts
        with el("li", css="card scene", data_scene=str(number)) as self.item:
            with el("div", css="scene-picture"):
                self._picture(number, addresses, acts)
            with el("div", css="scene-body"):
                with el("div", css="scene-head"):
                    if acts and count > 1:
                        with el("span", css="grip", title="Drag to another place", aria_hidden="true"):
                            icon("grip")
                    el("h2", f"Scene {number}")
                    el("span", ROLES[self.scene.role], css="faint")
                    if acts:
                        self._tools(number, count, acts)
                self._fields({} if acts else {"disabled": True})

    def _picture(self, number: int, addresses: dict[str, str], acts: Acts | None) -> None:
        address = addresses.get(self.scene.image)
        if address:
            el("img", src=address, alt=f"Picture of scene {number}")
        else:
            el("div", css="skeleton")
        if acts and len(addresses) > 1:
            swap = button("Swap", lambda: acts.choose(self), icon_name="image", css="small")
            set_attribute(swap, "aria_label", f"Swap the picture of scene {number}")

    def _tools(self, number: int, count: int, acts: Acts) -> None:
        tools: tuple[tuple[str, str, Callable[[], Any], bool], ...] = (
            ("up", f"Move scene {number} up", lambda: acts.move(self, -1), number == 1),
            ("down", f"Move scene {number} down", lambda: acts.move(self, 1), number == count),
            ("again", f"Write scene {number} anew", lambda: acts.anew(self), False),
            ("trash", f"Remove scene {number}", lambda: acts.remove(self), count == 1),
        )
        with el("div", css="tools"):
            for symbol, label, act, off in tools:
                icon_button(label, symbol, act, css="quiet small", disabled=off)

    def _fields(self, locked: dict[str, Any]) -> None:
        with el("div", css="scene-fields"):
            for what, label, tag, css, attributes in FIELDS:
                value = getattr(self.scene, what)
                self._field(what, label, tag, css, f"{value:g}" if what == "seconds" else value, attributes | locked)
            with el("div", css="wide looks"):
                allowed = {str(layout): name for layout, name in LAYOUTS.items() if layout in self._layouts}
                select("Layout", f"layout-{self.key}", allowed, self.scene.shown_layout, **locked)
                select("Motion", f"motion-{self.key}", MOTIONS, self.scene.motion, **locked)
            self._points = el("p", points_of(self.scene), css="faint wide")

    def _field(self, what: str, label: str, tag: str, css: str, value: str, attributes: dict[str, Any]) -> None:
        name = f"{what}-{self.key}"
        with field(label, name, css=css):
            self._inputs[what] = el(
                tag, name=name, id=name, defaultValue=value, aria_describedby=f"{name}-fault", **attributes
            )
            self._faults[what] = el("p", "", css="fault", id=f"{name}-fault", role="alert")

    def edited(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return the scene's data with what the form says of it."""
        told = {what: said[f"{what}-{self.key}"] for what in EDITED if f"{what}-{self.key}" in said}
        layout = str(said.get(f"layout-{self.key}"))
        if layout != self.scene.shown_layout and (laid := self._layouts.get(layout)):
            told |= laid.model_dump(include={"layout", "points", "facts"})
        if "seconds" in told:
            told["seconds"] = as_number(told["seconds"])
        return self.scene.model_dump() | told

    def show(self, scene: Scene) -> None:
        """Take a scene that the form has said, and show what its layout does."""
        self.scene = scene
        set_text(self._points, points_of(scene))

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
