"""video_generation: one scene of a short is rendered as a clip, in a child process."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from pydantic import Field

from app.blobs import store as media
from app.blobs import unused as unused_media
from app.blobs.workspace import workspace
from app.config import get_settings
from app.db.lookups import skipped_in_an_outage
from app.errors import InvalidInput
from app.fetching import fetch_image
from app.http.schemas import ShortTaskRequest
from app.models import Scenario, Scene, TaskType, short_key
from app.products import repository as products
from app.products.repository import StoredProduct
from app.queue.dispatch import submit_task
from app.rendering.jobs import ClipJob
from app.rendering.narration import scene_captions
from app.rendering.process import run_in_child
from app.rendering.speech import Speech
from app.rendering.timeline import starts
from app.rendering.version import renderer_version
from app.shorts import repository as shorts
from app.shorts import videos
from app.shorts.brand import logo_key, look
from app.shorts.steps.narrate import FPS, overlaps, timing
from app.shorts.steps.scene_footage import Filmed, film_scene
from app.shorts.steps.scene_pictures import ScenePictures, save_pictures, scene_pictures
from app.shorts.writes import put_clip
from app.tasks.context import TaskContext

FILES = {"image", "cutout", "other", "footage", "logo", "output"}
"""The fields of a ``ClipJob`` that name files, which are elsewhere in every run."""


class VideoGenerateRequest(ShortTaskRequest):
    """One scene of the short's scenario, counted from 0."""

    scene: Annotated[int, Field(strict=True, ge=0, le=19)]


def start_video_generation(short_id: str, scene: int, **metadata: Any) -> str:
    """Start to render scene number ``scene`` (from 0) of a short's scenario; return the task's id.

    Raises:
        NotFound: there is no such short.
        Conflict: it has no scenario yet.
        InvalidInput: its scenario has no such scene.
        Unavailable: the database does not answer.
    """
    with skipped_in_an_outage():
        edition = shorts.edition_of(shorts.get_short(short_key(short_id, metadata.get("id_scope"))))
        _scene(edition.scenario, scene)
        metadata["version"] = edition.version
    return submit_task(TaskType.VIDEO_GENERATION, short_id=short_id, scene=scene, **metadata)


def run(context: TaskContext) -> dict[str, Any]:
    """Render the clip, unless the same scene was rendered before, and put it with the short.

    Raises:
        Conflict: the version of the scenario that the task is for is not the latest any more.
    """
    task = context.task
    number = task.metadata.get("scene")
    if not task.short_key or not isinstance(number, int):
        raise InvalidInput("the task names no short or no scene")
    short = shorts.get_short(task.short_key)
    edition = context.edition(short)
    scenario = edition.scenario
    scene = _scene(scenario, number)
    stored = products.get_product(edition.product_id or "")
    context.report(2, "Fetching the picture")
    shown = scene_pictures(scene, stored.images, lambda url: _fetch(url, context))
    keys = dict(shown.keys)
    if logo := logo_key(scenario.wishes.brand, context):
        keys["logo"] = logo
    context.report(3, "Speaking")
    said = timing(short, scenario, context)
    job = scene_job(scenario, number, stored, shown, said.frames[number] / FPS, said.speech(number))
    if said.beat is not None:
        begins = starts(said.frames, overlaps(scenario))[number]
        job = job.model_copy(update={"beat": said.beat.seen_from(begins / FPS)})
    filmed = film_scene(short.key, scenario, number, keys["image"], job.seconds, context)
    try:
        keys, key = _rendered(short, job, keys | filmed.keys, context)
    except InvalidInput as error:
        if not filmed.keys:
            raise
        # What the model sent cannot be shown; the product's picture can.
        filmed = Filmed(reason=str(error))
        keys, key = _rendered(short, job, keys, context)
    drawn = job.model_dump(exclude=FILES)
    seconds = job.frames / job.fps
    clip = videos.Clip(key=key, seconds=seconds, picture_keys=keys, filmed_by=filmed.by, scene=drawn)
    put_clip(context.lease, short.key, edition, number, clip)
    made = {"key": key, "seconds": seconds, "filmed_by": filmed.by or "built in", "reason": filmed.reason}
    return {"short_id": short.short_id, "version": edition.version, "scene": number, "clip": made}


def _rendered(
    short: shorts.Short, job: ClipJob, keys: dict[str, str], context: TaskContext
) -> tuple[dict[str, str], str]:
    """Render the clip unless it is there; return ``keys``, and that of the clip."""
    key = media.short_key(short.key, f"clip-{fingerprint(job, keys)}.mp4")
    unused_media.note([key, *keys.values()], context.task.user_id)
    if not media.stored(key):
        with workspace() as folder:
            output = folder / "clip.mp4"
            run_in_child(
                job.model_copy(update={**save_pictures(keys, folder), "output": str(output)}),
                lambda share, step: context.report(5 + 90 * share, step),
                timeout=get_settings().render_timeout_seconds,
            )
            media.put_once(key, output)
    return keys, key


def _scene(scenario: Scenario, number: int) -> Scene:
    scenes = scenario.scenes
    if not 0 <= number < len(scenes):
        raise InvalidInput(f"scene: the scenario has scenes 0 to {len(scenes) - 1}, not {number}")
    return scenes[number]


def scene_job(
    scenario: Scenario,
    number: int,
    stored: StoredProduct,
    shown: ScenePictures,
    seconds: float,
    speech: Speech | None,
) -> ClipJob:
    """Return the order for the clip of a scene of ``seconds`` with its ``speech``, without the names of files."""
    wishes, scene = scenario.wishes, scenario.scenes[number]
    shared = [0, *overlaps(scenario), 0]
    return ClipJob(
        **scene.model_dump(include={"motion", "role", "on_screen_text", "badge", "layout", "points"}),
        **shown.known,
        **({"palette": palette(stored)} | look(wishes.brand)),
        image="",
        number=number,
        seconds=round(seconds, 4),
        style=wishes.style or "clean",
        width=wishes.width,
        height=wishes.height,
        fps=FPS,
        language=scenario.language,
        captions=[] if wishes.voice_url else scene_captions((scene.narration, speech), seconds),
        caption_style=wishes.captions,
        watermark=wishes.watermark,
        head=shared[number],
        tail=shared[number + 1],
        output="",
    )


def palette(stored: StoredProduct) -> list[str]:
    """Return the colours of the product's best picture."""
    return next((image.palette for image in stored.images if image.palette), [])


def fingerprint(job: ClipJob, keys: dict[str, str]) -> str:
    """Return what names the picture, or the clip, of an order: all that it is made of, the renderer's version too."""
    content = job.model_dump_json(exclude=FILES) + repr(sorted(keys.items())) + renderer_version()
    return hashlib.sha256(content.encode()).hexdigest()[:24]


def _fetch(url: str, context: TaskContext) -> str:
    data = fetch_image(url, context.fetch_policy()).data
    return unused_media.put_shared("images", data, "", context.task.user_id)
