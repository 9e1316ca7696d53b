"""What is learnt of a product's best pictures beyond their measures: cut-outs, text in them, what a vision model sees.

Each picture is looked at once: what it has is kept, and a fault of one leaves the others alone.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image, ImageOps

from app.analysis import ocr
from app.analysis.framing import cut_out
from app.analysis.pixels import shrink
from app.errors import InvalidInput, ShopReelError
from app.models import ImageAnalysis, PictureDescription
from app.providers.protocols import VisionModel
from app.providers.registry import vision_model
from app.scenario.model_writer import prompt
from app.storage import media
from app.storage.model_usage import add_usage, share_is_used_up
from app.telemetry import get_logger

BEST = 6
"""So many pictures are looked at closely: a short shows about as many."""
CUT_OUTS = 2
SIDE = 1024
"""Long side at which pictures are read and shown to a model."""
AT_ONCE = 4
TEXT_UNFIT = "mostly text, such as a size chart"
MOST_TEXT_LINES = 8
"""A picture with more lines of text is a chart or a poster."""
PEOPLE_UNFIT = "shows a person rather than the product"
log = get_logger("pictures")


def with_details(images: list[ImageAnalysis], user_id: str | None) -> list[ImageAnalysis]:
    """Return the ranked pictures, the best of them with details; the order stays."""
    model = _vision(user_id)
    readable = [image for image in images if image.error is None and image.media_key][:BEST]
    plain = [image.url for image in readable if image.plain_background][:CUT_OUTS]

    def look(image: ImageAnalysis) -> ImageAnalysis:
        try:
            return _details(image, image.url in plain, model, user_id)
        except (ShopReelError, ValueError) as error:
            log.warning("no_picture_details", url=image.url, reason=str(error))
            return image

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures") as pool:
        detailed = {image.url: image for image in pool.map(look, readable)}
    return [detailed.get(image.url, image) for image in images]


def _vision(user_id: str | None) -> VisionModel | None:
    try:
        model = vision_model()
    except InvalidInput as error:
        log.warning("no_vision_model", reason=str(error))
        return None
    return None if model is None or share_is_used_up(user_id) else model


def _details(image: ImageAnalysis, cut: bool, model: VisionModel | None, user_id: str | None) -> ImageAnalysis:
    wants_cut = cut and image.cutout_key is None
    wants_text = image.visible_text is None and ocr.installed()
    wants_look = image.shows is None and model is not None
    if not (wants_cut or wants_text or wants_look):
        return image
    data = media.get(image.media_key or "")
    found = image.model_copy(deep=True)
    if wants_cut and (subject := cut_out(data)):
        found.cutout_key = media.content_key("cutouts", subject.png, ".png")
        found.cutout_confidence = subject.confidence
        media.put(found.cutout_key, subject.png)
    small = _small(data) if wants_text or wants_look else None
    if wants_text and small is not None:
        found.visible_text = ocr.read_lines(np.asarray(small))
        if len(found.visible_text) > MOST_TEXT_LINES:
            _unfit(found, TEXT_UNFIT)
    if model is not None and wants_look and small is not None:
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=85)
        answer = model.look(prompt("picture"), buffer.getvalue(), "image/jpeg", PictureDescription)
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


def _small(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft(None, (SIDE, SIDE))
        return Image.fromarray(shrink(np.asarray(ImageOps.exif_transpose(picture).convert("RGB")), SIDE))
