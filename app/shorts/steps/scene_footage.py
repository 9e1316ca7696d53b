"""Footage of a scene by a video model, where the wishes ask for it; else, and where the model fails, none."""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass

from app.access.model_budget import add_usage, share_is_used_up
from app.analysis.process import PictureProcess
from app.blobs import store as media
from app.blobs import unused as unused_media
from app.core.telemetry import get_logger
from app.errors import InvalidInput, Unavailable, WorkFailed
from app.models import Scenario
from app.providers.protocols import Media, Usage, VideoModel
from app.providers.registry import video_model
from app.providers.video import Patience
from app.scenario.model_writer import prompt
from app.tasks.context import TaskContext

log = get_logger("footage")
POLL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Filmed:
    """What a model has filmed of a scene: its media key, if it has, or why not."""

    key: str | None = None
    by: str | None = None
    reason: str | None = None

    @property
    def keys(self) -> dict[str, str]:
        """The media key by the name that a ``ClipJob`` has for it."""
        return {"footage": self.key} if self.key else {}


def film_scene(
    short: str, scenario: Scenario, number: int, picture_key: str, seconds: float, context: TaskContext
) -> Filmed:
    """Return a film of scene ``number``, which begins with its picture, if the wishes ask for one.

    ``short``: the short's key. What was filmed before is not filmed again: it is stored by what was asked for.

    Raises:
        WorkFailed: the model is away, and the task has tries left.
        Cancelled: the task ended meanwhile.
    """
    wishes = scenario.wishes
    if wishes.clips == "built_in":
        return Filmed()
    try:
        model = video_model(Patience(POLL_SECONDS, go_on=context.raise_if_over))
    except InvalidInput as error:
        return Filmed(reason=str(error))
    if model is None:
        return Filmed(reason="no video model is set up (VIDEO_MODEL)")
    asked = scene_prompt(scenario, number)
    order = (model.name, asked, picture_key, math.ceil(seconds), wishes.width, wishes.height)
    key = media.short_key(short, f"footage-{hashlib.sha256(repr(order).encode()).hexdigest()[:24]}.mp4")
    user = context.task.user_id
    unused_media.note([key], user)
    if media.stored(key):
        return Filmed(key, model.name)
    if share_is_used_up(user):
        return Filmed(reason="the user's share of models is used up for today")
    context.report(4, f"Filming ({model.name})")
    begun = time.monotonic()
    try:
        made = _film(model, asked, picture_key, order, context)
    except Unavailable as error:
        if context.task.retries < context.task.max_retries:
            raise WorkFailed(f"{error}; trying again", retryable=True) from error
        return _not_filmed(model, error)
    except WorkFailed as error:
        return _not_filmed(model, error)
    finally:
        add_usage(user, Usage(model.name, requests=1, seconds=time.monotonic() - begun))
    media.put_once(key, made.data)
    return Filmed(key, model.name)


def scene_prompt(scenario: Scenario, number: int) -> str:
    """Return what a model is asked to film: how the camera moves and the mood, and nothing to read."""
    moves = scenario.scenes[number].motion.replace("_", " ")
    return prompt("film").format(motion=moves, mood=scenario.wishes.set_mood, title=scenario.title).strip()


def _film(
    model: VideoModel, asked: str, picture_key: str, order: tuple[str, str, str, int, int, int], context: TaskContext
) -> Media:
    picture = PictureProcess().small_jpeg(media.get(picture_key), context.raise_if_over)
    return model.film(asked, Media(picture, "image/jpeg"), *order[3:])


def _not_filmed(model: VideoModel, error: Exception) -> Filmed:
    log.warning("model_not_used", model=model.name, reason=str(error))
    return Filmed(reason=str(error))
