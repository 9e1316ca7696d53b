"""A short's brand kit: its logo in the media store, and its end card as one more scene."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from app.blobs.unused import put_shared
from app.errors import InvalidInput, WorkFailed
from app.fetching import fetch_image
from app.models import BrandKit, Scenario
from app.rendering import brand as drawing
from app.rendering.jobs import ClipJob
from app.rendering.theme import theme_for
from app.tasks.context import TaskContext

END_CARD_SECONDS = 2.0


def logo_key(brand: BrandKit | None, context: TaskContext) -> str | None:
    """Return the media key of a brand's logo, fetched if need be; None where it has none.

    Raises:
        InvalidInput, WorkFailed: it cannot be had, or is no picture.
    """
    if brand is None or brand.logo is None:
        return None
    if brand.logo.startswith("data:"):
        try:
            data = base64.b64decode(brand.logo.partition(",")[2], validate=True)
        except ValueError:
            raise InvalidInput("brand.logo: this is not base64") from None
    else:
        try:
            data = fetch_image(brand.logo, context.fetch_policy()).data
        except InvalidInput as error:
            raise InvalidInput(f"brand.logo: {error}") from None
        except WorkFailed as error:
            raise WorkFailed(f"brand.logo: {error}", retryable=error.retryable) from None
    return put_shared("logos", data, "", context.task.user_id)


def look(brand: BrandKit | None) -> dict[str, Any]:
    """Return the fields of a clip's order that a brand kit sets.

    Raises:
        InvalidInput: its font is not installed.
    """
    drawing.check(brand)
    if brand is None:
        return {}
    fields: dict[str, Any] = {"palette": brand.colours} if brand.colours else {}
    return fields | ({"font": brand.font.lower()} if brand.font else {})


def end_card(scenario: Scenario, last: ClipJob, folder: Path) -> ClipJob | None:
    """Return the order for a brand's end card, whose picture is drawn into ``folder``; None where there is none.

    ``last``: the scene before it, which says how the film looks, and where its logo lies.
    """
    brand = scenario.wishes.brand
    if brand is None or brand.end_card is None:
        return None
    path = folder / "end-card.png"
    theme = theme_for(last.style, last.palette)
    card, logo = drawing.end_card(last.logo or None, theme, last.width, last.height)
    card.save(path)
    return ClipJob(
        image=str(path),
        subject=logo,
        plain_ground=True,
        motion="zoom_in",
        role="call_to_action",
        layout="plain",
        on_screen_text=brand.end_card,
        style=last.style,
        palette=last.palette,
        font=last.font,
        seconds=END_CARD_SECONDS,
        width=last.width,
        height=last.height,
        fps=last.fps,
        language=last.language,
        watermark=last.watermark,
        head=last.tail,
        output=str(folder / "end-card.mp4"),
    )
