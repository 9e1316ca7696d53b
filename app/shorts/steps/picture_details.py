"""What is learnt of a product's best pictures beyond their measures: cut-outs, text in them, what a vision model sees.

Each picture is looked at once: what it has is kept, and a fault of one leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from app.access.model_budget import add_usage, share_is_used_up
from app.analysis import ocr
from app.analysis.process import PictureProcess
from app.blobs import store as media
from app.blobs.looks import keep_look
from app.blobs.unused import put_shared
from app.config import get_settings
from app.core.telemetry import get_logger, in_context
from app.errors import InvalidInput, NotFound, WorkFailed
from app.models import ImageAnalysis, PictureDescription
from app.providers.protocols import VisionModel
from app.providers.registry import vision_model
from app.scenario.model_writer import prompt

BEST = 6
"""So many pictures are looked at closely: a short shows about as many."""
AT_ONCE = 4
TEXT_UNFIT = "mostly text, such as a size chart"
TEXT_LIKELY = 0.01
"""Share of lines of text, as they look without being read, from which a picture is read: that takes a second."""
MOST_TEXT_LINES = 8
"""A picture with more lines of text is a chart or a poster."""
PEOPLE_UNFIT = "shows a person rather than the product"
log = get_logger("pictures")


def with_details(
    images: list[ImageAnalysis], user_id: str | None, process: PictureProcess, go_on: Callable[[], None]
) -> list[ImageAnalysis]:
    """Return the ranked pictures, the best of them with details; the order stays.

    ``process`` decodes them; ``go_on`` is called now and then, and what it raises ends the work.
    """
    model = _vision(user_id)
    readable = [image for image in images if image.error is None and image.media_key][:BEST]

    def look(image: ImageAnalysis) -> ImageAnalysis:
        try:
            detailed = _details(image, model, user_id, process, go_on)
            return image if detailed == image else keep_look(detailed, user_id)
        except (InvalidInput, NotFound, WorkFailed) as error:
            log.warning("no_picture_details", url=image.url, reason=str(error))
            return image

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures") as pool:
        detailed = {image.url: image for image in pool.map(in_context(look), readable)}
    return [detailed.get(image.url, image) for image in images]


def _vision(user_id: str | None) -> VisionModel | None:
    try:
        model = vision_model()
    except InvalidInput as error:
        log.warning("no_vision_model", reason=str(error))
        return None
    return None if model is None or share_is_used_up(user_id) else model


def _details(
    image: ImageAnalysis,
    model: VisionModel | None,
    user_id: str | None,
    process: PictureProcess,
    go_on: Callable[[], None],
) -> ImageAnalysis:
    wants_cut = image.cut == "safe" and image.cutout_key is None
    wants_text = image.visible_text is None and get_settings().ocr_enabled and ocr.installed()
    likely = image.text_share >= TEXT_LIKELY
    wants_look = image.shows is None and model is not None
    if not (wants_cut or wants_text or wants_look):
        return image
    data = media.get(image.media_key or "")
    found = image.model_copy(deep=True)
    if wants_cut:
        if subject := process.cut_out(data, go_on):
            layers, found.cutout_confidence = subject
            keys = {name: put_shared("cutouts", png, ".png", user_id) for name, png in layers.items()}
            found.cutout_key, found.shadow_key = keys["cutout"], keys.get("shadow")
        else:  # a closer look was less sure
            found.cut = "keep_ground"
    if wants_text:
        found.visible_text = process.read_lines(data, go_on) if likely else []
        if len(found.visible_text) > MOST_TEXT_LINES:
            _unfit(found, TEXT_UNFIT)
    if model is not None and wants_look:
        small = process.small_jpeg(data, go_on)
        answer = model.look(prompt("picture"), small, "image/jpeg", PictureDescription)
        add_usage(user_id, answer.usage)
        found.shows = answer.output
        found.visible_text = found.visible_text or answer.output.visible_text
        if answer.output.role:
            found.fit[answer.output.role] = max(found.fit.get(answer.output.role, 0.0), found.score)
        if answer.output.people:
            _unfit(found, PEOPLE_UNFIT)
    return found


def _unfit(image: ImageAnalysis, why: str) -> None:
    if why not in image.unfit:
        image.unfit.append(why)
        image.reasons.append(why)
        image.fit["hero"] = round(image.fit.get("hero", image.score) * 0.4, 3)
