"""scenario_generation: a product and wishes become a scenario for a person to review, edit and save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from app.access.model_budget import add_usage, share_is_used_up
from app.blobs.unused import put_shared
from app.blobs.workspace import workspace
from app.core.redaction import without_secrets
from app.core.telemetry import get_logger
from app.db.lookups import skipped_in_an_outage
from app.errors import InvalidInput, WorkFailed
from app.http.schemas import ProductId, ShortTaskRequest, Variants
from app.models import ImageAnalysis, Scenario, TaskType, Wishes
from app.products import repository as products
from app.products.repository import StoredProduct
from app.providers.protocols import LanguageModel
from app.providers.registry import language_model
from app.queue.dispatch import submit_task
from app.rendering import brand
from app.rendering.jobs import ClipJob, StillsJob
from app.rendering.process import run_in_child
from app.rendering.voice import UNNAMED, voices_of
from app.scenario.model_writer import Written, rewrite_with_model, write_with_model
from app.scenario.rewrite import rewrite_scene
from app.scenario.writer import check_count, write_variants
from app.shorts import repository as shorts
from app.shorts import revisions, videos
from app.shorts.steps.render_scene import scene_job
from app.shorts.steps.scene_pictures import scene_pictures
from app.shorts.writes import put_draft, put_stills, put_variant_stills
from app.tasks.context import TaskContext

STILLS_TIMEOUT = 60.0
SMALL = 360
"""Pixels of the shorter side of pictures that are seen side by side."""
log = get_logger("scenarios")


class ScenarioGenerateRequest(ShortTaskRequest):
    """A scenario for a short of a stored product."""

    product_id: ProductId
    variants: Variants = 1
    """So many different scripts are written, of which one is saved."""
    wishes: Wishes = Wishes()


def start_scenario_generation(
    short_id: str, product_id: str, wishes: Wishes, variants: int = 1, **metadata: Any
) -> str:
    """Start to write a scenario for a short, or ``variants`` of them to choose from; return the task's id.

    Raises:
        NotFound: there is no such product.
        InvalidInput: the brand kit cannot be used, or ``variants`` is none of 1 to 5.
        Unavailable: the database does not answer.
    """
    brand.check(wishes.brand)
    check_count(variants)
    with skipped_in_an_outage():
        products.get_product(product_id)
    return submit_task(
        TaskType.SCENARIO_GENERATION,
        short_id=short_id,
        product_id=product_id,
        wishes=wishes.model_dump(mode="json"),
        variants=variants,
        **metadata,
    )


def run(context: TaskContext) -> dict[str, Any]:
    """Write the scenario and put it with the short, where it waits to be saved."""
    task = context.task
    product_id = task.metadata.get("product_id")
    if not product_id or not task.short_key:
        raise InvalidInput("the task names no product or no short")
    context.report(10, "Reading the product's facts")
    short = shorts.find_short(task.short_key)
    version = short.scenario_version if short else 0
    stored = products.get_product(product_id)
    wishes = Wishes.model_validate(task.metadata.get("wishes") or {})
    context.report(30, "Writing the scenario")
    scripts = _write(stored, wishes, task.metadata.get("variants", 1), task.user_id)
    written = scripts[0]
    if written.away and task.retries < task.max_retries:
        # The last try is content with the built-in writer, and says so.
        raise WorkFailed(f"{written.reason}; trying again", retryable=True)
    content = written.scenario.model_dump(mode="json")
    context.report(60, "Storing the scenario")
    draft = put_draft(
        context.lease,
        task.short_key,
        [script.scenario for script in scripts],
        product_id,
        written.as_dict(),
        task.user_id,
        version,
    )
    if len(scripts) > 1:
        draw_variants(task.short_key, [script.scenario for script in scripts], stored, context, (version, draft))
    context.report(70, "Drawing a preview")
    drawn = draw_stills(task.short_key, written.scenario, stored, context)
    stills = drawn.model_dump(mode="json") if drawn else None
    if drawn and not put_stills(context.lease, task.short_key, drawn, version, draft):
        stills = None  # a person has changed the draft meanwhile
    return {"short_id": task.short_id, "scenario": content, "writer": written.as_dict(), "stills": stills}


def _write(stored: StoredProduct, wishes: Wishes, count: int, user_id: str | None) -> list[Written]:
    """Let the language model write, if there is one and the user's share of the day is not used up."""
    product, images = stored.product, stored.images
    return [
        _heard(_by_model(base, user_id, partial(write_with_model, product, images, base)))
        for base in write_variants(product, images, wishes, count)
    ]


def _heard(written: Written) -> Written:
    """Leave the choice of a voice where the one that is wished for, by a brand kit say, does not speak the language."""
    scenario = written.scenario
    wishes, language = scenario.wishes, scenario.language
    if wishes.voice in UNNAMED or any(voice.name == wishes.voice for voice in voices_of(language)):
        return written
    note = f"The voice {wishes.voice} does not speak {language!r}: the best that does is heard."
    changed = {"wishes": wishes.model_copy(update={"voice": "auto"}), "notes": [*scenario.notes, note][-10:]}
    return replace(written, scenario=scenario.model_copy(update=changed))


def _by_model(base: Scenario, user_id: str | None, ask: Callable[[LanguageModel], Written]) -> Written:
    """Return what the language model makes, ``base`` where none is to be asked; what it takes is counted."""
    try:
        model = language_model()
    except InvalidInput as error:
        return Written(base, "built in", reason=str(error))
    if model is None:
        return Written(base, "built in")
    if share_is_used_up(user_id):
        return Written(base, "built in", reason="the user's share of the language model is used up for today")
    written = ask(model)
    if written.usage is not None:
        add_usage(user_id, written.usage)
    if written.reason:
        log.warning("model_not_used", model=model.name, reason=written.reason)
    return written


def draw_stills(key: str, scenario: Scenario, stored: StoredProduct, context: TaskContext) -> videos.Stills | None:
    """Draw the first scene and a proposal for the thumbnail, and store them; None where that fails."""
    by_url = {image.url: image for image in stored.images if image.media_key}
    first = scenario.scenes[0]
    best = max(by_url.values(), key=lambda image: image.fit.get("hero", image.score), default=None)
    shown = by_url.get(first.image)
    if shown is None or best is None:
        return None
    price = next((scene.badge for scene in reversed(scenario.scenes) if scene.badge), first.badge)
    try:
        with workspace() as folder:
            jobs = [
                _still(scenario, shown, first.badge, stored, folder / "preview"),
                _still(scenario, best, price, stored, folder / "thumbnail"),
            ]
            made = run_in_child(
                StillsJob(scenes=jobs),
                lambda share, step: context.report(70 + 25 * share, "Drawing a preview"),
                timeout=STILLS_TIMEOUT,
            )
            user = context.task.user_id
            keys = [put_shared("stills", Path(path).read_bytes(), ".jpg", user) for path in made.paths]
    except (InvalidInput, WorkFailed) as error:
        # The scenario itself is sound: a person can go on without a picture of it.
        log.warning("no_stills", short=key, reason=str(error))
        return None
    return videos.Stills(preview_key=keys[0], thumbnail_key=keys[1])


def draw_variants(
    key: str, scenarios: list[Scenario], stored: StoredProduct, context: TaskContext, edition: tuple[int, int]
) -> None:
    """Draw each scene of some scripts, small, and put the pictures with the short: first how each begins.

    ``edition``: version and draft of the short's scenario. A script that can't be drawn has no pictures.
    """
    drawn: list[list[str]] = [[] for _ in scenarios]
    parts = [(number, range(1)) for number in range(len(scenarios))]
    parts += [(number, range(1, len(one.scenes))) for number, one in enumerate(scenarios)]
    for done, (number, scenes) in enumerate(parts):
        context.report(60 + 10 * done / len(parts), "Drawing the scripts")
        try:
            drawn[number] += _small_stills(scenarios[number], scenes, stored, context.task.user_id) if scenes else []
        except (InvalidInput, WorkFailed) as error:
            log.warning("no_stills", short=key, variant=number, reason=str(error))
        if done >= len(scenarios) - 1:  # all beginnings are there
            put_variant_stills(context.lease, key, drawn, *edition)


def _small_stills(scenario: Scenario, scenes: Sequence[int], stored: StoredProduct, user_id: str | None) -> list[str]:
    width, height = scenario.wishes.width, scenario.wishes.height
    share = min(1.0, SMALL / min(width, height))
    size = {"width": 2 * round(width * share / 2), "height": 2 * round(height * share / 2)}
    with workspace() as folder:
        jobs = []
        for number in scenes:
            scene = scenario.scenes[number]
            shown = scene_pictures(scene, stored.images, _unkept)
            place = folder / str(number)
            place.mkdir()
            files = {**shown.saved(place), "output": str(place / "still.jpg")}
            job = scene_job(scenario, number, stored, shown, scene.seconds, None)
            jobs.append(job.model_copy(update=files | size))
        made = run_in_child(StillsJob(scenes=jobs), lambda share, step: None, timeout=STILLS_TIMEOUT)
        return [put_shared("stills", Path(path).read_bytes(), ".jpg", user_id) for path in made.paths]


def _unkept(url: str) -> str:
    raise InvalidInput(f"the picture {without_secrets(url)} was not kept")


def _still(scenario: Scenario, image: ImageAnalysis, badge: str, stored: StoredProduct, folder: Path) -> ClipJob:
    folder.mkdir()
    shown = scene_pictures(scenario.scenes[0], stored.images, lambda url: "", image)
    files = {**shown.saved(folder), "output": str(folder / "still.jpg")}
    return scene_job(scenario, 0, stored, shown, scenario.scenes[0].seconds, None).model_copy(
        update={**files, "badge": badge}
    )


def regenerate_scene(short: shorts.Short, number: int, seed: int = 0, expected: str | None = None) -> shorts.Short:
    """Write scene ``number`` (from 0) of the scenario anew; the others stay as they are. Return the short.

    The language model writes, where one is set and the short's user has a share of it left; else the built-in writer.

    Raises:
        Conflict: the product's facts hold nothing else for the scene. And as ``revisions.edit``, like all others.
        InvalidInput: there is no such scene.
        Unavailable: the database does not answer.
    """
    product = revisions.editable(short, expected)
    waiting = short.written_scenario()
    if not 0 <= number < len(waiting.scenes):
        raise InvalidInput(f"scene: the scenario has scenes 0 to {len(waiting.scenes) - 1}, not {number}")
    written = _by_model(
        waiting,
        short.user_id,
        lambda model: rewrite_with_model(product.product, product.images, waiting, number, model),
    )
    scenario = written.scenario
    if written.by == "built in":
        # A person waits for the answer: no second try, the built-in writer tells the scene otherwise.
        scenario = rewrite_scene(product.product, product.images, waiting, number, seed)
    return revisions.edit(short, scenario, f"Scene {number + 1} regenerated")
