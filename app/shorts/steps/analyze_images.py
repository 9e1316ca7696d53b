"""image_analysis: a product's pictures are fetched, measured, stored and ranked for use in a video."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.analysis.images import rank_images
from app.analysis.process import PictureProcess
from app.analysis.views import with_views
from app.blobs import store as media
from app.blobs.looks import find_look, keep_look
from app.blobs.unused import put_shared
from app.core.telemetry import in_context
from app.db.lookups import skipped_in_an_outage
from app.errors import InvalidInput, WorkFailed
from app.fetching import FetchPolicy, fetch_image
from app.http.schemas import ProductId, TaskRequest
from app.models import ImageAnalysis, TaskType
from app.products import repository as products
from app.queue.dispatch import submit_task
from app.shorts.steps.picture_details import with_details
from app.tasks.context import TaskContext

MAX_IMAGES = 40
IMAGES_AT_ONCE = 4


class ImageAnalyzeRequest(TaskRequest):
    """The pictures of a stored product."""

    product_id: ProductId


def start_image_analysis(product_id: str, **metadata: Any) -> str:
    """Start to analyse the pictures of a stored product; return the task's id.

    Raises:
        NotFound: there is no such product.
        Unavailable: the database does not answer.
    """
    with skipped_in_an_outage():
        products.get_product(product_id)
    return submit_task(TaskType.IMAGE_ANALYSIS, product_id=product_id, **metadata)


def run(context: TaskContext) -> dict[str, Any]:
    """Analyse every picture; one that cannot be read has its own error and stops nothing.

    Raises:
        WorkFailed: no picture could be read; retryable if one of them may be there later.
    """
    product_id = context.task.metadata.get("product_id")
    if not product_id:
        raise InvalidInput("the task names no product")
    stored = products.get_product(product_id)
    urls = stored.product.images[:MAX_IMAGES]
    if not urls:
        raise WorkFailed("the product has no pictures")
    policy = context.fetch_policy()
    known = {image.url: image for image in stored.images if image.media_key}
    analyses: list[ImageAnalysis] = []
    passing: list[WorkFailed] = []
    process = PictureProcess()
    with ThreadPoolExecutor(IMAGES_AT_ONCE, thread_name_prefix="images") as pool:

        def look(url: str) -> ImageAnalysis:
            return known.get(url) or _analyse(url, context, policy, process, passing)

        for analysis in pool.map(in_context(look), urls):
            analyses.append(analysis)
            done = len(analyses)
            context.report(90 * done / len(urls), f"Looking at picture {done} of {len(urls)}")
        ranked = rank_images(with_views(analyses, urls))
        if all(image.error for image in ranked):
            # A shop that does not answer for a moment must not end a short.
            raise WorkFailed(
                f"none of the {len(urls)} pictures could be read; {ranked[0].url}: {ranked[0].error}",
                retryable=bool(passing),
                retry_after_seconds=max((error.retry_after_seconds or 0 for error in passing), default=0) or None,
            )
        context.report(95, "Looking closely at the best pictures")
        ranked = with_details(ranked, context.task.user_id, process, context.raise_if_over)
    products.save_images(context.lease, product_id, ranked)
    return {"product_id": product_id, "images": [image.model_dump(mode="json") for image in ranked]}


def _analyse(
    url: str, context: TaskContext, policy: FetchPolicy, process: PictureProcess, passing: list[WorkFailed]
) -> ImageAnalysis:
    """Return what is found of a picture; a fault that may pass is put into ``passing`` too."""
    try:
        data = fetch_image(url, policy).data
    except (InvalidInput, WorkFailed) as error:
        if isinstance(error, WorkFailed) and error.retryable:
            passing.append(error)
        return ImageAnalysis(url=url, error=str(error))
    user_id = context.task.user_id
    if found := find_look(media.content_key("images", data, ""), url, user_id):
        return found
    analysis = process.analyze(data, url, policy.go_on)
    if analysis.error is not None:
        return analysis
    analysis.media_key = put_shared("images", data, "", user_id)
    return keep_look(analysis, user_id)
