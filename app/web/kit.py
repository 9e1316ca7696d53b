"""The elements that pages are built of: native HTML, so that keyboard and screen readers work as in any page.

NiceGUI keeps them live: what changes on the server changes in the browser. Text is always set as text, never as HTML.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from app.http.root import rooted
from app.models import utc_now
from app.web.words import ago, exact

Handler = Callable[..., Any]
PLACES = frozenset({"href", "src", "srcset", "poster", "action", "data-play", "data-preview"})
"""Attributes that say where something is."""
TEXT_OF_FORM = "(e) => { e.preventDefault(); emit(Object.fromEntries(new FormData(e.currentTarget, e.submitter))); }"
"""Sends all fields of a form at once, when it is submitted, and the name of the button that did it."""


def el(tag: str, text: str | None = None, css: str = "", **attributes: Any) -> Element:
    """Return a native element. ``attributes``: ``aria_label`` becomes ``aria-label``, ``for_`` becomes ``for``.

    None and False leave an attribute out; True writes it as HTML does.
    """
    made: Element = TextElement(tag=tag, text=text) if text is not None else ui.element(tag)
    if css:
        made.classes(css)
    for name, value in attributes.items():
        set_attribute(made, name, value)
    return made


def set_attribute(element: Element, name: str, value: Any) -> None:
    """Set an attribute, or take it off (None, False); a place of this server is given without ``ROOT_PATH``."""
    name = name.rstrip("_").replace("_", "-")
    if name in PLACES and isinstance(value, str) and value.startswith("/"):
        value = rooted(value)
    if value is None or value is False:
        element.props.pop(name, None)
    elif element.props.get(name) != value:
        element.props[name] = value


def set_text(element: Element, text: str) -> None:
    """Change the text of an element that was made with one."""
    assert isinstance(element, TextElement)
    if element.text != text:
        element.text = text


def icon(name: str, css: str = "") -> Element:
    """Draw one of the icons of ``static/icons.svg``; it is decoration, and says nothing to a screen reader."""
    drawing = el("svg", css=f"icon {css}", aria_hidden="true", focusable="false")
    with drawing:
        el("use", href=f"/assets/icons.svg#{name}")
    return drawing


def file_drop(
    text: str, label: str, accept: str, most: int, take: Callable[..., Any], refuse: Callable[[], Any]
) -> Element:
    """Draw where a file is dropped or chosen; return the element of its text.

    ``label``: what a screen reader calls it. ``accept``: as HTML has it. ``take`` gets the event of a file of at most
    ``most`` bytes; a larger one is refused in the browser, and ``refuse`` called.
    """
    with el("label", css="drop", data_drop=True):
        icon("upload")
        shown = el("span", text)
        chosen = el("input", type="file", accept=accept, aria_label=label)
    upload = ui.upload(on_upload=take, on_rejected=refuse, auto_upload=True, max_file_size=most)
    upload.style("position: absolute; width: 0; height: 0; overflow: hidden").props["inert"] = True
    chosen.on("change", js_handler=f"(e) => getElement({upload.id}).$refs.qRef.addFiles([...e.target.files])")
    return shown


def button(
    text: str,
    on_click: Handler | None = None,
    *,
    icon_name: str | None = None,
    css: str = "",
    kind: str = "button",
    **attributes: Any,
) -> Element:
    """Draw a button; ``css``: primary, quiet or danger."""
    made = el("button", css=f"button {css}", type=kind, **attributes)
    with made:
        if icon_name:
            icon(icon_name)
        el("span", text)
    if on_click is not None:
        made.on("click", on_click, args=[])
    return made


def icon_button(label: str, icon_name: str, on_click: Handler | None = None, css: str = "", **more: Any) -> Element:
    """Draw a button that shows an icon alone and says ``label``."""
    made = el("button", css=f"button icon-only {css}", type="button", aria_label=label, title=label, **more)
    with made:
        icon(icon_name)
    if on_click is not None:
        made.on("click", on_click, args=[])
    return made


def link(text: str, to: str, css: str = "", icon_name: str | None = None, **attributes: Any) -> Element:
    """Draw a link."""
    made = el("a", css=css, href=to, **attributes)
    with made:
        if icon_name:
            icon(icon_name)
        el("span", text)
    return made


def identifier(value: str, what: str = "id", to: str | None = None) -> Element:
    """Draw an id in monospace, with a button that copies it."""
    whole = el("span", css="identifier")
    with whole:
        if to:
            el("a", value, href=to)
        else:
            el("code", value)
        copy = icon_button(f"Copy {what}", "copy", css="copy quiet")
        copy.props["data-copy"] = value
    return whole


def moment(when: Any) -> Element:
    """Draw a date as ``3 minutes ago``, kept up to date by the page itself; its title is the exact time."""
    stamp = when.isoformat().replace("+00:00", "Z")
    return el("time", ago(when, utc_now()), datetime=stamp, title=exact(when))


def badge(text: str, tone: str) -> Element:
    """Draw a state as a dot and a word; ``tone``: live, wait, good, bad or plain."""
    return el("span", text, css=f"badge {tone}")


def bar(label: str, percent: float, css: str = "") -> Element:
    """Draw a progress bar; change it with ``set_bar``."""
    made = el("div", css=f"bar {css}", role="progressbar", aria_label=label, aria_valuemin="0", aria_valuemax="100")
    with made:
        el("div", css="fill")
    set_bar(made, percent)
    return made


def set_bar(element: Element, percent: float) -> None:
    """Move a progress bar."""
    value = str(round(percent))
    if element.props.get("aria-valuenow") == value:
        return
    set_attribute(element, "aria_valuenow", value)
    element.default_slot.children[0].style(f"width: {percent:.0f}%")


@contextlib.contextmanager
def card(title: str | None = None, css: str = "", level: int = 2) -> Iterator[Element]:
    """Draw a surface with a heading."""
    with el("section", css=f"card {css}") as made:
        if title:
            el(f"h{level}", title, css="card-title")
        yield made


def empty(icon_name: str, title: str, what_to_do: str, action: tuple[str, str] | None = None) -> None:
    """Say that there is nothing yet, and what to do."""
    with el("div", css="empty"):
        icon(icon_name, "large")
        el("p", title, css="empty-title")
        el("p", what_to_do)
        if action:
            link(*action, css="button primary")


def copy_button(text: str, what: str) -> Element:
    """Draw a button that copies a text; ``what``: which, for who hears it."""
    made = button("Copy", icon_name="copy", css="small", aria_label=f"Copy {what}")
    made.props["data-copy"] = text
    return made


def field(label: str, name: str, hint: str | None = None, css: str = "") -> Element:
    """Draw a field's frame: label above, hint and fault below; fill it within ``with``."""
    frame = el("div", css=f"field {css}")
    with frame:
        el("label", label, for_=name)
        if hint:
            el("p", hint, css="hint", id=f"{name}-hint")
    return frame


def select(label: str, name: str, options: dict[str, str], chosen: str = "", **attributes: Any) -> Element:
    """Draw a native choice in its frame; ``options``: value -> what is shown."""
    with field(label, name), el("select", name=name, id=name, **attributes) as made:
        for value, shown in options.items():
            el("option", shown, value=value, selected=value == chosen)
    return made


@contextlib.contextmanager
def folded(title: str, css: str = "") -> Iterator[Element]:
    """Draw a surface that shows its heading alone until it is opened."""
    with el("details", css=f"card folded {css}") as made:
        el("summary", title)
        yield made


class Question:
    """Asks before something is lost; a page has one. What it says is read out, and Escape says no."""

    def __init__(self) -> None:
        self._dialog = el("dialog", css="question", aria_labelledby="question")

    def ask(self, title: str, text: str, yes: str, act: Handler) -> None:
        """Open it; ``act`` is done if the answer is ``yes``."""
        self._dialog.clear()
        with self._dialog:
            el("h2", title, id="question", css="card-title")
            el("p", text, css="soft")
            with el("div", css="actions"):
                no = button("No, keep it", autofocus=True)
                done = button(yes, css="danger")
        no.on("click", js_handler="(e) => e.currentTarget.closest('dialog').close()")
        done.on("click", act, js_handler="(e) => { e.currentTarget.closest('dialog').close(); emit(); }")
        self._dialog.client.run_javascript(f"getElement({self._dialog.id}).showModal()")


class Live:
    """A part of a page that is drawn anew when what it shows has changed, and left alone otherwise."""

    def __init__(self, draw: Callable[..., Any], css: str = "", tag: str = "div", **attributes: Any) -> None:
        self.frame = el(tag, css=css, **attributes)
        self._draw = draw
        self._shown: Hashable = object()

    def show(self, key: Hashable, *args: Any) -> bool:
        """Draw ``args`` unless what was drawn last had the same key; tell whether it was drawn."""
        if key == self._shown:
            return False
        self._shown = key
        self.frame.clear()
        with self.frame:
            self._draw(*args)
        return True
