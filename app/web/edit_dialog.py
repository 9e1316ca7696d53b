"""The editor's dialog: the choice of a picture, with pictures of one's own, and the versions to go back to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui.element import Element
from nicegui.events import UploadEventArguments

from app.shorts.revisions import Revision
from app.web.kit import button, el, file_drop, moment
from app.web.shell import Visit

MOST_PICTURE_BYTES = 20_000_000


class EditDialog:
    """One dialog for all that the editor asks; it is read out, and Escape closes it."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.frame = el("dialog", css="chooser", aria_labelledby="dialog-title")

    def choose_picture(
        self,
        number: int,
        pictures: dict[str, str],
        shown: str,
        swap: Callable[[int, str], Any],
        upload: Callable[[int, bytes], Any],
    ) -> None:
        """Ask for the picture of scene ``number`` (from 0).

        ``pictures``: URL -> where its small copy is. ``shown``: the URL of the present one. ``swap`` gets the URL that
        was chosen, ``upload`` the bytes of a file.
        """
        with self._open(f"Picture of scene {number + 1}"):
            with el("div", css="chooser-pictures"):
                for place, (url, address) in enumerate(pictures.items(), 1):
                    pick = el(
                        "button",
                        css="pick",
                        type="button",
                        aria_label=f"Picture {place}",
                        aria_pressed="true" if url == shown else "false",
                    )
                    pick.on("click", partial(swap, number, url), args=[])
                    with pick:
                        el("img", src=address, alt="")

            async def uploaded(event: UploadEventArguments) -> None:
                await upload(number, await event.file.read())

            text, label = "Or drop a picture of your own here, or choose one", "A picture of your own"
            refuse = partial(self.visit.say, f"It is larger than {MOST_PICTURE_BYTES // 1_000_000} MB", "bad")
            file_drop(text, label, "image/*", MOST_PICTURE_BYTES, uploaded, refuse)

    def show_versions(self, found: list[Revision], restore: Callable[[str], Any]) -> None:
        """List the revisions that were kept; ``restore`` gets the one to go back to."""
        with self._open("Versions"), el("ol", css="timeline versions"):
            if not found:
                el("li", "Nothing was changed yet.", css="faint")
            for one in found:
                with el("li", css="event"):
                    el("code", one.revision)
                    with el("div"):
                        el("span", one.change)
                        el("span", " ", css="faint")
                        moment(one.created_at)
                    if one.current:
                        el("span", "Shown now", css="faint")
                    else:
                        label = f"Restore {one.revision}"
                        button("Restore", partial(restore, one.revision), css="small", aria_label=label)

    def close(self) -> None:
        """Close it."""
        self.visit.script(f"getElement({self.frame.id}).close()")

    def _open(self, title: str) -> Element:
        self.frame.clear()
        with self.frame:
            el("h2", title, id="dialog-title", css="card-title")
            content = el("div")
            close = button("Close")
            close.on("click", js_handler="(e) => e.currentTarget.closest('dialog').close()")
        self.visit.script(f"getElement({self.frame.id}).showModal()")
        return content
