"""A look at a scenario before anything is rendered: a still of each scene on one sheet, in seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from app.errors import Conflict
from app.rendering.jobs import StillsJob
from app.rendering.process import run_in_child
from app.rendering.sheet import contact_sheet
from app.services.video_generation_service import saved, scene_job
from app.storage import products
from app.storage.shorts import Short
from app.storage.workspace import workspace

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
    keys = {image.url: image.media_key for image in stored.images if image.media_key}
    jobs = []
    with workspace() as folder:
        for number, scene in enumerate(scenario.scenes):
            if scene.image not in keys:
                raise Conflict(f"scene {number}: its picture was not kept; make the short first")
            place = folder / str(number)
            place.mkdir()
            files = {**saved({"image": keys[scene.image]}, place), "output": str(place / "still.jpg")}
            jobs.append(scene_job(scenario, number, stored).model_copy(update=files))
        made = run_in_child(StillsJob(scenes=jobs), report, TIMEOUT)
        pictures = []
        for path in made.paths:
            with Image.open(path) as picture:
                pictures.append(picture.convert("RGB"))
        contact_sheet(pictures, output, COLUMNS, WIDTH)
