"""content_analysis: a product, or any text, becomes an analysis of its words."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from app.db.lookups import skipped_in_an_outage
from app.errors import InvalidInput
from app.http.schemas import ProductId, TaskRequest
from app.models import TaskType
from app.products import repository as products
from app.queue.dispatch import submit_task
from app.tasks.context import TaskContext
from app.untrusted import analyze_words

MAX_TEXT_CHARACTERS = 200_000


class ContentAnalyzeRequest(TaskRequest):
    """A stored product, or any text."""

    product_id: ProductId | None = None
    text: Annotated[str, Field(min_length=1, max_length=200_000)] | None = None


def start_content_analysis(product_id: str | None = None, text: str | None = None, **metadata: Any) -> str:
    """Start to analyse a stored product, or a text; return the task's id.

    Raises:
        InvalidInput: neither is given, or the text is too long.
        NotFound: there is no such product.
        Unavailable: the database does not answer.
    """
    if (product_id is None) == (text is None):
        raise InvalidInput("give either product_id or text")
    if product_id is not None:
        with skipped_in_an_outage():
            products.get_product(product_id)
    if text is not None and not 1 <= len(text) <= MAX_TEXT_CHARACTERS:
        raise InvalidInput(f"text: 1 to {MAX_TEXT_CHARACTERS} characters")
    return submit_task(TaskType.CONTENT_ANALYSIS, product_id=product_id, text=text, **metadata)


def run(context: TaskContext) -> dict[str, Any]:
    """Analyse, and store the analysis with the product."""
    metadata = context.task.metadata
    context.report(20, "Reading the text")
    if metadata.get("text"):
        return analyze_words(metadata["text"], context.raise_if_over).model_dump(mode="json")
    product_id = metadata.get("product_id")
    if not product_id:
        raise InvalidInput("the task names no product")
    analysis = analyze_words(products.get_product(product_id).product, context.raise_if_over)
    products.save_analysis(context.lease, product_id, analysis)
    return analysis.model_dump(mode="json") | {"product_id": product_id}
