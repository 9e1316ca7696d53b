"""A look at a scenario before anything is rendered: a still of each scene on one sheet, in seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from app.blobs.workspace import workspace
from app.core.redaction import without_secrets
from app.errors import Conflict
from app.products import repository as products
from app.rendering.jobs import StillsJob
from app.rendering.process import run_in_child
from app.rendering.sheet import contact_sheet
from app.shorts.repository import Short
from app.shorts.steps.render_scene import scene_job
from app.shorts.steps.scene_pictures import scene_pictures

COLUMNS, WIDTH = 5, 360
TIMEOUT = 120.0


def draw_preview(short: Short, output: Path, report: Callable[[float, str], None]) -> None:
    """Draw the scenes of a short's scenario into ``output``, a JPEG or PNG file.

    Raises:
        Conflict: there is no scenario yet, or a scene's picture was not kept.
        InvalidInput, WorkFailed: a picture cannot be drawn.
    """
    scenario = short.written_scenario()
    stored = products.get_product(short.product_id or "")
    jobs = []
    with workspace() as folder:
        for number, scene in enumerate(scenario.scenes):
            shown = scene_pictures(scene, stored.images, _unkept)
            place = folder / str(number)
            place.mkdir()
            files = {**shown.saved(place), "output": str(place / "still.jpg")}
            jobs.append(scene_job(scenario, number, stored, shown, scene.seconds, None).model_copy(update=files))
        made = run_in_child(StillsJob(scenes=jobs), report, TIMEOUT)
        pictures = []
        for path in made.paths:
            with Image.open(path) as picture:
                pictures.append(picture.convert("RGB"))
        contact_sheet(pictures, output, COLUMNS, WIDTH)


def _unkept(url: str) -> str:
    raise Conflict(f"the picture {without_secrets(url)} was not kept; make the short first")
