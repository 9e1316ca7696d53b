"""A look at a scenario before anything is rendered: a still of each scene on one sheet, or of one scene, at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from app.blobs.workspace import workspace
from app.core.redaction import without_secrets
from app.errors import Conflict, InvalidInput, Unavailable, WorkFailed
from app.models import Style
from app.products import repository as products
from app.rendering.jobs import StillsJob
from app.rendering.process import run_in_child
from app.rendering.sheet import contact_sheet
from app.shorts.repository import Short
from app.shorts.steps.render_scene import fingerprint, scene_job
from app.shorts.steps.scene_pictures import scene_pictures

COLUMNS, WIDTH = 5, 360
TIMEOUT = 120.0
STILL_SIZE = 480
"""Pixels of the shorter side of one scene's still: on a page it is no larger, and drawn in a tenth of a second."""
_STILL_TIMEOUT = 20.0
_MOST_KEPT = 256
_drawn: OrderedDict[str, bytes] = OrderedDict()
"""Stills by what they were drawn of, those asked for last at the end: some ten megabytes."""
_drawn_lock = threading.Lock()
_at_once = threading.Semaphore(2)
"""Each takes a core, and requests need them."""


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


def scene_still(short: Short, number: int, style: Style | None = None) -> tuple[str, Callable[[], bytes]]:
    """Return what a still of scene ``number`` (from 0) of a short's scenario is drawn of, and the drawing of it (JPEG).

    The same still has the same name; it is drawn once while it is asked for. ``style``: in place of the scenario's.

    Raises:
        Conflict: there is no scenario yet, or the scene's picture was not kept.
        InvalidInput: there is no such scene; the drawing: a picture cannot be drawn.
        Unavailable: the drawing: it failed.
    """
    scenario = short.written_scenario()
    if number >= len(scenario.scenes):
        raise InvalidInput(f"scene: the scenario has scenes 0 to {len(scenario.scenes) - 1}, not {number}")
    if style is not None:
        scenario = scenario.model_copy(update={"wishes": scenario.wishes.model_copy(update={"style": style})})
    stored = products.get_product(short.product_id or "")
    scene = scenario.scenes[number]
    shown = scene_pictures(scene, stored.images, _unkept)
    job = scene_job(scenario, number, stored, shown, scene.seconds, None)
    smaller = min(1.0, STILL_SIZE / min(job.width, job.height))
    size = {"width": 2 * round(job.width * smaller / 2), "height": 2 * round(job.height * smaller / 2)}
    job = job.model_copy(update=size)
    name = fingerprint(job, shown.keys)

    def draw() -> bytes:
        with _drawn_lock:
            if name in _drawn:
                _drawn.move_to_end(name)
                return _drawn[name]
        try:
            with _at_once, workspace() as folder:
                files = {**shown.saved(folder), "output": str(folder / "still.jpg")}
                order = StillsJob(scenes=[job.model_copy(update=files)])
                picture = Path(run_in_child(order, lambda share, step: None, _STILL_TIMEOUT).paths[0]).read_bytes()
        except WorkFailed as error:
            raise Unavailable(f"the still can't be drawn now: {error}") from error
        with _drawn_lock:
            _drawn[name] = picture
            while len(_drawn) > _MOST_KEPT:
                _drawn.popitem(last=False)
        return picture

    return name, draw


def _unkept(url: str) -> str:
    raise Conflict(f"the picture {without_secrets(url)} was not kept; make the short first")
